"""Deep similarity matching: closed forms, the single layer within, locality of feedback, and the objective."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.dynamics import Relaxation, Tanh
from bouton.errors import InputError
from bouton.plasticity import LearningRate, Sheet, all_to_all, from_constants
from bouton.similarity import DeepSimilarityMatching, LayerWeights, StructuredSimilarityMatching, min_max_objective
from bouton.similarity.structured_objective import layered_objective, mean_products

EXACT = Relaxation(tolerance=1e-12, max_steps=20_000)
FIRST = Sheet((6, 6, 1), stride=2, radius=2, units_per_site=2)
SECOND = Sheet(FIRST.shape, stride=1, radius=1, units_per_site=3)


class Stack:
    """A layer that is connected by two topologies."""

    def __init__(self, feedforward, lateral=None):
        self.feedforward, self.lateral = feedforward, lateral


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


def samples(count, width=36, seed=0):
    return np.random.default_rng(seed).normal(size=(count, width)) / 2


def learned(circuit, rows, **options):
    return bouton.run(circuit, rows, key=jax.random.key(0), **options)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("feedback", "first", "second"),
    [(0.0, 0.7960164, 0.6585366), (0.5, 0.7669379, 0.6370729), (1.0, 0.7402718, 0.6170711)],
)
def test_chain_of_two_units_learns_its_closed_form(feedback, first, second):
    """r1 = tanh(r1 (2 - (1+g) r1^2 + g r2^2)), r2 = tanh(r2 (1 + r1^2 - r2^2)); weights follow from them."""
    np.testing.assert_allclose(
        first, np.tanh(first * (2 - (1 + feedback) * first**2 + feedback * second**2)), atol=1e-7
    )
    chain = [Stack(all_to_all(1, 1)), Stack(all_to_all(1, 1))]
    circuit = DeepSimilarityMatching(chain, feedback=feedback, dynamics=EXACT, learning_rate=LearningRate(0.05))
    run = learned(circuit, np.ones((1500, 1)))
    found = [abs(float(r[0])) for r in circuit.activities(run.state, jnp.ones(1))]
    np.testing.assert_allclose(found, [first, second], atol=1e-6)
    below, above = run.state.weights
    np.testing.assert_allclose(
        np.abs([below.feedforward[0, 0], above.feedforward[0, 0]]), [first, first * second], atol=1e-6
    )
    np.testing.assert_allclose(
        [below.lateral[0, 0], above.lateral[0, 0]], [(1 + feedback) * first**2, second**2], atol=1e-6
    )


@pytest.mark.thorough
@pytest.mark.parametrize("feedback", [0.0, 0.5])
def test_one_layer_is_the_single_layer_to_the_bit(feedback):
    rows = samples(100)
    deep = learned(DeepSimilarityMatching([FIRST], feedback=feedback), rows)
    single = learned(StructuredSimilarityMatching(FIRST.feedforward, FIRST.lateral), rows)
    for one, two in zip(jax.tree.leaves(deep.state), jax.tree.leaves(single.state), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.thorough
def test_without_feedback_the_first_layer_knows_nothing_of_the_second():
    rows = samples(100)
    alone = learned(DeepSimilarityMatching([FIRST]), rows).state.weights[0]
    below = learned(DeepSimilarityMatching([FIRST, SECOND]), rows).state.weights[0]
    for one, two in zip(alone, below, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.thorough
def test_with_feedback_it_does():
    rows = samples(100)
    alone = learned(DeepSimilarityMatching([FIRST], feedback=0.5), rows).state.weights[0]
    below = learned(DeepSimilarityMatching([FIRST, SECOND], feedback=0.5), rows).state.weights[0]
    assert np.abs(np.asarray(alone.feedforward) - np.asarray(below.feedforward)).max() > 1e-4


def joint_energy(circuit, state, potentials, x):
    """E_t of the whole stack: layers weighted by powers of the feedback."""
    top = len(circuit.layers) - 1
    below, total = x, 0.0
    for p, (layer, weights, u) in enumerate(zip(circuit.layers, state.weights, potentials, strict=True)):
        total = total + circuit.feedback ** (p - top) * layer.energy(weights, u, below)
        below = layer.activation(u)
    return total


@pytest.mark.thorough
def test_joint_energy_never_rises_along_small_steps():
    """The dynamics written out here, with the sheets' own synapses and a feedback of 0.3."""
    circuit = DeepSimilarityMatching([FIRST, SECOND], feedback=0.3)
    state = circuit.init(jax.random.key(1))
    x = jnp.asarray(samples(1)[0])
    (one, two), (w1, w2) = circuit.layers, state.weights

    def step(potentials, _):
        u1, u2 = potentials
        r1, r2 = jnp.tanh(u1), jnp.tanh(u2)
        d1 = one.change(w1, u1, one.drive(w1, x) + 0.3 * two.feedback(w2, r2))
        d2 = two.change(w2, u2, two.drive(w2, r1))
        potentials = (u1 + 0.01 * d1, u2 + 0.01 * d2)
        return potentials, joint_energy(circuit, state, potentials, x)

    start = (jnp.zeros(one.n_units), jnp.zeros(two.n_units))
    end, energies = jax.lax.scan(step, start, length=20_000)
    assert np.diff(energies).max() <= 1e-12
    settled = DeepSimilarityMatching([FIRST, SECOND], feedback=0.3, dynamics=EXACT).settle(state, x)
    for found, expected in zip(settled.potential, end, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-8)


@pytest.mark.thorough
def test_at_rest_the_joint_energy_has_no_slope():
    """The optimality conditions of the whole stack, by automatic differentiation of E with respect to activities."""
    circuit = DeepSimilarityMatching([FIRST, SECOND], feedback=0.7, dynamics=EXACT)
    state, x = circuit.init(jax.random.key(2)), jnp.asarray(samples(1)[0])
    potentials = circuit.settle(state, x).potential

    def energy(activities):
        return joint_energy(circuit, state, tuple(jnp.arctanh(r) for r in activities), x)

    for slope in jax.grad(energy)(tuple(jnp.tanh(u) for u in potentials)):
        np.testing.assert_allclose(slope, 0, atol=1e-8)


def random_stack(seed):
    rng = np.random.default_rng(seed)

    def symmetric(n):
        root = rng.uniform(0.2, 1, (n, n)) * (rng.uniform(size=(n, n)) < 0.6)
        return root + root.T + np.eye(n)

    first = Stack(from_constants(rng.uniform(0.1, 2, (4, 5)) * (rng.uniform(size=(4, 5)) < 0.7) + np.eye(4, 5)),
                  from_constants(symmetric(4)))  # fmt: skip
    second = Stack(from_constants(rng.uniform(0.1, 2, (3, 4))), from_constants(symmetric(3)))
    return [first, second], rng


@pytest.mark.thorough
def test_objective_by_means_is_the_double_sum_over_samples():
    gamma, count = 0.4, 7
    layers, rng = random_stack(0)
    circuit = DeepSimilarityMatching(layers, feedback=gamma)
    x, potentials = rng.normal(size=(count, 5)), [rng.normal(size=(count, 4)), rng.normal(size=(count, 3))]
    found = layered_objective(circuit.layers, gamma, x, potentials).total
    expected, below = 0.0, x
    for p, (layer, u) in enumerate(zip(layers, potentials, strict=True)):
        r = np.tanh(u)
        kappa = 1 + gamma if p == 0 else 1.0
        c_w, c_l = _matrix(layer.feedforward), _matrix(layer.lateral)
        total = 0.0
        for t in range(count):
            for s in range(count):
                total -= (r[t] * r[s]) @ c_w @ (below[t] * below[s])
                total += kappa / 2 * (r[t] * r[s]) @ c_l @ (r[t] * r[s])
        cost = float(jnp.sum(Tanh().cost(jnp.asarray(u))))
        expected += gamma ** (p - 1) * (total / count**2 + 2 * cost / count)
        below = r
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def _matrix(topology):
    connectivity = topology.connectivity
    constants = np.ones(connectivity.shape) if topology.constants is None else np.asarray(topology.constants)
    if not hasattr(connectivity, "table"):
        return constants
    matrix = np.zeros((connectivity.n_post, connectivity.n_pre))
    for i, row in enumerate(np.asarray(connectivity.table)):
        for k, j in enumerate(row):
            if j >= 0:
                matrix[i, j] = constants[i, k]
    return matrix


@pytest.mark.thorough
def test_min_max_form_equals_the_objective_at_the_weights_fixed_point():
    layers, rng = random_stack(1)
    circuit = DeepSimilarityMatching(layers, feedback=0.4, dynamics=EXACT)
    state, x = circuit.init(jax.random.key(0)), rng.normal(size=(7, 5))
    potentials = bouton.respond(circuit, state, x, method="potentials")
    below, weights = x, []
    for layer, u in zip(circuit.layers, potentials, strict=True):
        r = np.tanh(u)
        forward = mean_products(layer.feedforward.connectivity, below, r)
        between = mean_products(layer.lateral.connectivity, r, r)
        scale = [1.0 if c is None else np.asarray(c) for c in (layer.feedforward_constants, layer.lateral_constants)]
        weights.append(LayerWeights(jnp.asarray(scale[0] * forward), jnp.asarray(scale[1] * between)))
        below = r
    found = min_max_objective(circuit.layers, 0.4, x, potentials, weights)
    np.testing.assert_allclose(found.total, circuit.objective(state, x).total, rtol=1e-12)


@pytest.mark.thorough
def test_gradient_rates_have_the_same_fixed_point():
    chain = [Stack(all_to_all(1, 1)), Stack(all_to_all(1, 1))]
    options = {"feedback": 0.5, "dynamics": EXACT, "learning_rate": LearningRate(0.05)}
    ends = [
        learned(DeepSimilarityMatching(chain, layer_rates=rates, **options), np.ones((3000, 1))).state.weights
        for rates in ("equal", "gradient")
    ]
    for one, two in zip(*map(jax.tree.leaves, ends), strict=True):
        np.testing.assert_allclose(np.abs(one), np.abs(two), atol=1e-8)


@pytest.mark.thorough
def test_activities_of_all_layers_are_recorded_and_encoded():
    circuit = DeepSimilarityMatching([FIRST, SECOND], feedback=0.5)
    rows = samples(12)
    run = learned(circuit, rows, record={"activity": 1, "y": 1, "converged": 1})
    assert run.recordings["activity"].values.shape == (12, FIRST.n_units + SECOND.n_units)
    np.testing.assert_array_equal(run.recordings["activity"].values[:, FIRST.n_units :], run.recordings["y"].values)
    encoded = circuit.encode(run.state, rows)
    assert [layer.shape for layer in encoded] == [(12, FIRST.n_units), (12, SECOND.n_units)]
    np.testing.assert_array_equal(encoded[-1], run.respond(rows))


def test_stacks_that_make_no_sense_are_refused():
    with pytest.raises(InputError, match="layer 2 takes 36 inputs, but layer 1 has 18 units"):
        DeepSimilarityMatching([FIRST, FIRST])
    with pytest.raises(InputError, match="at least one layer"):
        DeepSimilarityMatching([])
    with pytest.raises(InputError, match=r"feedback must be at least 0 and finite, got -0.1"):
        DeepSimilarityMatching([FIRST], feedback=-0.1)
    with pytest.raises(InputError, match="layer_rates must be 'equal'"):
        DeepSimilarityMatching([FIRST], layer_rates="gradient")
    with pytest.raises(InputError, match="learning_rate must start below 1"):
        DeepSimilarityMatching([FIRST, SECOND], feedback=0.5, layer_rates="gradient", learning_rate=LearningRate(0.6))
    with pytest.warns(UserWarning, match="likely to saturate"):
        DeepSimilarityMatching([FIRST, SECOND], feedback=2.5)
