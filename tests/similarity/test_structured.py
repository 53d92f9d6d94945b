"""Structured similarity matching: fixed points, energy, symmetry, gradients, and what it becomes in the limits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.dynamics import CoordinateDescent, Identity, LinearSolve, Rectifier, Relaxation, Tanh
from bouton.errors import InputError
from bouton.plasticity import (
    Dense,
    FanIn,
    LearningRate,
    Sheet,
    Topology,
    all_to_all,
    from_constants,
    random_fan_in,
)
from bouton.similarity import (
    NonnegativeSimilarityMatching,
    SimilarityMatching,
    StructuredSimilarityMatching,
    similarity_error,
)
from bouton.similarity.layer import LayerWeights, SimilarityLayer
from bouton.similarity.structured_objective import mean_products

EXACT = Relaxation(tolerance=1e-12, max_steps=20_000)
SHEET = Sheet((6, 6, 1), stride=2, radius=2, units_per_site=2, lateral_radius=2.0, falloff=lambda d: np.exp(-d / 2))


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


def sheet_circuit(**options):
    options = {"dynamics": EXACT, "learning_rate": LearningRate(0.02)} | options
    return StructuredSimilarityMatching(SHEET.feedforward, SHEET.lateral, **options)


def samples(count, width=36, seed=0):
    return np.random.default_rng(seed).normal(size=(count, width))


def learned(circuit, rows, **options):
    return bouton.run(circuit, rows, key=jax.random.key(0), **options)


@pytest.mark.thorough
def test_one_unit_learns_its_closed_form():
    """x = 1: r = tanh(2 r - r^3), w = r, l = r^2."""
    circuit = StructuredSimilarityMatching(
        all_to_all(1, 1), dynamics=EXACT, learning_rate=LearningRate(0.05), activation=Tanh()
    )
    run = learned(circuit, np.ones((1200, 1)))
    response = abs(float(circuit.respond(run.state, jnp.ones(1))[0]))
    np.testing.assert_allclose(response, 0.7960163614, atol=1e-8)
    np.testing.assert_allclose(abs(run.state.weights.feedforward), response, rtol=1e-8)
    np.testing.assert_allclose(run.state.weights.lateral, response**2, rtol=1e-8)


@pytest.mark.thorough
def test_unit_constants_change_no_bit():
    """All-to-all with structure constants of one is the network without constants; so it is through a full table."""
    rows = samples(300, 5)
    plain = learned(StructuredSimilarityMatching(all_to_all(5, 4)), rows)
    given = StructuredSimilarityMatching(from_constants(np.ones((4, 5))), from_constants(np.ones((4, 4))))
    # A topology sees that constants of 1 are nothing special; here they go through the structured rule all the same.
    structured = _with_explicit_constants(StructuredSimilarityMatching(all_to_all(5, 4)))
    for other in (learned(given, rows), learned(structured, rows)):
        for one, two in zip(jax.tree.leaves(plain.state), jax.tree.leaves(other.state), strict=True):
            np.testing.assert_array_equal(one, two)
    table = np.tile(np.arange(5), (4, 1))
    through_table = StructuredSimilarityMatching(Topology(FanIn(table, 5)), Topology(FanIn(table[:, :4], 4)))
    other = learned(through_table, rows)
    np.testing.assert_allclose(other.state.weights.feedforward, plain.state.weights.feedforward, rtol=1e-9, atol=1e-12)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("activation", "unstructured"),
    [(Identity(), SimilarityMatching), (Rectifier(), NonnegativeSimilarityMatching)],
    ids=["linear", "rectified"],
)
def test_all_to_all_it_is_plain_similarity_matching(activation, unstructured):
    """The same rules at the same rates (2 eta' = eta, eta'/tau = eta/2); neurons settle by other means, to 1e-12."""
    rows, eta = samples(150, 5), 0.02
    structured = StructuredSimilarityMatching(
        all_to_all(5, 3), activation=activation, learning_rate=LearningRate(eta), dynamics=EXACT
    )
    dynamics = LinearSolve() if unstructured is SimilarityMatching else CoordinateDescent(1e-14, 5000)
    plain = unstructured(5, 3, learning_rate=eta / 2, lateral_time_scale=1.0, dynamics=dynamics)
    state = plain.init(jax.random.key(0))
    run = bouton.run(plain, rows, key=jax.random.key(0), state=state)
    start = structured.init(jax.random.key(0))._replace(
        weights=LayerWeights(jnp.array(plain.init(jax.random.key(0)).feedforward), jnp.eye(3))
    )
    other = bouton.run(structured, rows, key=jax.random.key(0), state=start)
    np.testing.assert_allclose(other.state.weights.feedforward, run.state.feedforward, atol=1e-8)
    np.testing.assert_allclose(other.state.weights.lateral, run.state.lateral, atol=1e-8)


def _with_explicit_constants(circuit):
    """Return the circuit with the structured rule and arrays of ones as its constants."""
    import equinox as eqx

    from bouton.plasticity import Structured, Synapses

    def structured(synapses):
        return Synapses(synapses.connectivity, Structured(synapses.rule))

    layer = circuit.layer
    ones = [jnp.ones(synapses.connectivity.shape) for synapses in (layer.feedforward, layer.lateral)]
    return eqx.tree_at(
        lambda c: (c.layer.feedforward, c.layer.lateral, c.layer.feedforward_constants, c.layer.lateral_constants),
        circuit,
        (structured(layer.feedforward), structured(layer.lateral), *ones),
        is_leaf=lambda leaf: leaf is None,
    )


@pytest.mark.thorough
@pytest.mark.parametrize("activation", [Tanh(), Rectifier(), Identity()], ids=lambda a: type(a).__name__)
def test_at_rest_no_activity_can_lower_the_energy(activation):
    """The optimality conditions of min_r E: its gradient is zero, or points out of the range where r is at its end."""
    circuit = sheet_circuit(activation=activation)
    state = circuit.init(jax.random.key(1))
    for x in jnp.asarray(samples(5)):
        settled = circuit.settle(state, x)
        assert settled.converged
        u, r = settled.potential, activation(settled.potential)
        layer, weights = circuit.layer, state.weights
        lateral = layer.lateral.connectivity.drive(weights.lateral, r)
        # dE/dr = 2 (-W x + L r + F'(r)), with F'(r) = f^-1(r) - r; where r = 0 by rectification f^-1 may be any u <= 0.
        slope = -layer.drive(weights, x) + lateral + (u - r)
        np.testing.assert_allclose(slope, 0, atol=1e-9)
        if isinstance(activation, Rectifier):
            gradient = lateral - layer.drive(weights, x)
            np.testing.assert_allclose(np.asarray(gradient)[np.asarray(r) > 0], 0, atol=1e-9)
            assert np.asarray(gradient)[np.asarray(r) == 0].min(initial=0) >= -1e-9


def test_linear_units_solve_the_lateral_system():
    circuit = StructuredSimilarityMatching(all_to_all(6, 3), activation=Identity(), dynamics=EXACT)
    state = circuit.init(jax.random.key(2))
    root = np.random.default_rng(0).normal(size=(3, 3))
    lateral = jnp.asarray(root @ root.T / 3 + np.eye(3))
    state = state._replace(weights=state.weights._replace(lateral=lateral))
    x = jnp.asarray(samples(1, 6)[0])
    expected = np.linalg.solve(lateral, state.weights.feedforward @ x)
    np.testing.assert_allclose(circuit.respond(state, x), expected, rtol=1e-9)


@pytest.mark.thorough
def test_energy_never_rises_along_small_steps():
    circuit = sheet_circuit()
    layer, state = circuit.layer, circuit.init(jax.random.key(3))
    x = jnp.asarray(samples(1)[0])

    def step(u, _):
        u = u + 0.01 * layer.change(state.weights, u, layer.drive(state.weights, x))
        return u, layer.energy(state.weights, u, x)

    _, energies = jax.lax.scan(step, jnp.zeros(layer.n_units), length=4000)
    assert np.diff(energies).max() <= 1e-13


@pytest.mark.thorough
def test_lateral_weights_stay_symmetric_and_missing_synapses_zero():
    circuit = sheet_circuit()
    run = learned(circuit, samples(200))
    lateral, connectivity = np.asarray(run.state.weights.lateral), circuit.layer.lateral.connectivity
    table = np.repeat(np.asarray(connectivity.table), connectivity.units_per_site, axis=0)
    matrix = np.zeros((circuit.layer.n_units,) * 2)
    posts, places = np.nonzero(table >= 0)
    matrix[posts, table[posts, places]] = lateral[posts, places]
    assert np.abs(np.diag(matrix)).min() > 0
    np.testing.assert_array_equal(matrix, matrix.T)
    for synapses, weights in zip((circuit.layer.feedforward, circuit.layer.lateral), run.state.weights, strict=True):
        present = synapses.connectivity.present
        assert present is not None
        np.testing.assert_array_equal(np.asarray(weights)[~np.asarray(present)], 0)


@pytest.mark.thorough
def test_learning_rests_at_the_constants_times_the_mean_products():
    """W = c^W <r x>, L = c^L <r r>: one sample presented again and again."""
    circuit = sheet_circuit(learning_rate=LearningRate(0.1))
    x = samples(1)
    run = learned(circuit, np.repeat(x, 1500, axis=0))
    y = run.respond(x)
    forward = mean_products(circuit.layer.feedforward.connectivity, x, y)
    np.testing.assert_allclose(run.state.weights.feedforward, forward, atol=1e-7)
    between = mean_products(circuit.layer.lateral.connectivity, y, y) * np.asarray(circuit.layer.lateral_constants)
    np.testing.assert_allclose(run.state.weights.lateral, between, atol=1e-7)


@pytest.mark.thorough
def test_update_is_the_stochastic_gradient_of_the_min_max_objective():
    """Finite differences, activities held fixed: W descends and L ascends, at half the learning rate."""
    layer = SimilarityLayer(SHEET.feedforward, SHEET.lateral, Tanh(), lateral_scale=1.3)
    weights = layer.init(jax.random.key(4))
    rng = np.random.default_rng(4)
    weights = LayerWeights(weights.feedforward, weights.lateral + 0.1 * rng.normal(size=weights.lateral.shape))
    weights = LayerWeights(*(jnp.where(s.connectivity.present, w, 0) for s, w in zip(
        (layer.feedforward, layer.lateral), weights, strict=True)))  # fmt: skip
    x, u = jnp.asarray(rng.normal(size=36)), jnp.asarray(rng.normal(size=layer.n_units))
    eta = 0.01
    update = layer.learn(weights, x, layer.activation(u), jnp.asarray(eta))

    def objective(w, lateral):
        moved = LayerWeights(w, lateral)
        return float(layer.energy(moved, u, x) + layer.penalty(moved))

    for which, sign, synapses in ((0, -1, layer.feedforward), (1, 1, layer.lateral)):
        for i, k in np.argwhere(np.asarray(synapses.connectivity.present))[::7]:
            arrays = [list(weights), list(weights)]
            for side, h in enumerate((1e-5, -1e-5)):
                arrays[side][which] = weights[which].at[i, k].add(h)
            slope = (objective(*arrays[0]) - objective(*arrays[1])) / 2e-5
            change = float(update[which][i, k] - weights[which][i, k])
            np.testing.assert_allclose(change, sign * eta / 2 * slope, atol=1e-9)


@pytest.mark.thorough
def test_objective_is_the_similarity_error_of_all_to_all_networks():
    """J + sum <x x>^2 / 2 = (1 / 2 T^2) sum (x.x' - r.r')^2 + (2/T) sum F."""
    circuit = StructuredSimilarityMatching(all_to_all(5, 3), dynamics=EXACT)
    state, rows = circuit.init(jax.random.key(5)), samples(9, 5)
    (potentials,) = bouton.respond(circuit, state, rows, method="potentials")
    error = similarity_error(rows, np.tanh(potentials)) / (2 * 81)
    cost = 2 * np.sum(np.asarray(Tanh().cost(jnp.asarray(potentials)))) / 9
    inputs = np.sum((rows.T @ rows / 9) ** 2) / 2
    np.testing.assert_allclose(circuit.objective(state, rows).total + inputs, error + cost, rtol=1e-12)


@pytest.mark.thorough
def test_learning_lowers_the_objective_and_both_forms_meet():
    circuit = sheet_circuit(learning_rate=LearningRate(0.05, decay=0.5, every=200))
    rows = samples(3000) * 0.7
    run = learned(circuit, rows)
    start = circuit.objective(circuit.init(jax.random.key(0)), rows[-500:]).total
    end, form = circuit.objective(run.state, rows).total, circuit.min_max_objective(run.state, rows).total
    assert end < start
    np.testing.assert_allclose(form, end, rtol=0.02)


def test_silent_input_is_answered_by_silence():
    circuit = sheet_circuit()
    settled = circuit.settle(circuit.init(jax.random.key(0)), jnp.zeros(36))
    assert settled.converged
    np.testing.assert_array_equal(settled.potential, 0)


@pytest.mark.thorough
def test_lateral_topologies_that_do_not_fit_are_refused():
    forward = all_to_all(3, 2)
    with pytest.raises(InputError, match="must connect the layer's 2 units with each other, it leads from 3 to 3"):
        StructuredSimilarityMatching(forward, all_to_all(3, 3))
    with pytest.raises(InputError, match="must connect each unit with itself"):
        StructuredSimilarityMatching(forward, Topology(Dense(2, 2, self_connections=False)))
    with pytest.raises(InputError, match="must be symmetric"):
        StructuredSimilarityMatching(forward, from_constants([[1.0, 1.0], [0.0, 1.0]]))
    with pytest.raises(InputError, match="must be symmetric"):
        StructuredSimilarityMatching(forward, from_constants([[1.0, 0.5], [0.2, 1.0]]))
    with pytest.raises(InputError, match="learning_rate must start below 1"):
        StructuredSimilarityMatching(forward, learning_rate=LearningRate(1.5))


@pytest.mark.thorough
def test_sparse_random_connectivity_learns_only_its_synapses():
    topology = random_fan_in(36, 6, 4, np.random.default_rng(0))
    run = learned(StructuredSimilarityMatching(topology), samples(50))
    assert run.state.weights.feedforward.shape == (6, 4)
