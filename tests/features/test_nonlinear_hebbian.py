"""Nonlinear Hebbian neurons: the plain loop, gradient, covariances, limits; what they learn where theory knows it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.data import Whitening, load_natural5, sample_patches
from bouton.dynamics import RectifiedLinear, Relaxation
from bouton.engine import SideBySide
from bouton.errors import Diverged, InputError
from bouton.features import (
    PUBLISHED,
    EffectiveNonlinearity,
    NonlinearHebbianNetwork,
    NonlinearHebbianNeurons,
    NonlinearHebbianState,
    mean_objective,
    nonlinearity,
    selectivity,
)
from references import nonlinear_hebbian

SMOOTH = ("negative-sigmoid", "cubic", "negative-sine", "negative-cosine", "linear", "minus-cubic")


def rows(seed, n=400, d=6):
    return np.random.default_rng(seed).laplace(size=(n, d)) / np.sqrt(2)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("batch", [None, 1, 20])
@pytest.mark.parametrize("name", [*PUBLISHED[:8], "triplet-stdp"])
def test_the_circuit_is_the_reference_program(name, batch):
    samples, compiled = rows(0), jax.jit(nonlinearity(name))
    circuit = NonlinearHebbianNeurons(6, 3, name, learning_rate=0.01, batch_size=batch)
    start = circuit.init(jax.random.key(1)).feedforward
    events = samples if batch is None else samples.reshape(-1, batch, 6)
    learned = bouton.run(circuit, events, key=jax.random.key(1)).state.feedforward
    batches = samples.reshape(-1, batch or 1, 6)
    plain = nonlinear_hebbian.learn(batches, np.array(start), lambda u: np.asarray(compiled(u)), 0.01)
    np.testing.assert_allclose(learned, plain, atol=1e-10)
    np.testing.assert_allclose(np.linalg.norm(learned, axis=1), 1, rtol=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", SMOOTH)
def test_the_rule_is_the_gradient_of_the_objective(name):
    samples, f = jnp.asarray(rows(1)), nonlinearity(name)
    weights = jax.random.normal(jax.random.key(0), (2, 6))

    def objective(w):
        return mean_objective(f, samples @ w.T).sum()

    circuit = NonlinearHebbianNeurons(6, 2, name, learning_rate=1 / len(samples), batch_size=len(samples))
    direction = circuit.feedforward.mean_update(weights, samples, circuit.respond(_state(weights), samples)) - weights
    for index in np.ndindex(2, 6):
        step = np.zeros((2, 6))
        step[index] = 1e-6
        slope = (objective(weights + step) - objective(weights - step)) / 2e-6
        assert float(direction[index]) == pytest.approx(float(slope), rel=1e-6, abs=1e-8)


def _state(weights):
    return NonlinearHebbianState(weights)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", ["linear-rectifier", "cubic", "cauchy"])
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_turning_the_data_turns_what_is_learned(name, seed):
    with jax.enable_x64(True):
        rng = np.random.default_rng(seed)
        samples, turn = 3 * rows(seed), np.linalg.qr(rng.normal(size=(6, 6)))[0]
        circuit = NonlinearHebbianNeurons(6, 2, name, learning_rate=0.01, batch_size=20)
        start = rng.normal(size=(2, 6))
        one, other = (
            bouton.run(circuit, x.reshape(-1, 20, 6), key=jax.random.key(0), state=_state(jnp.asarray(w)))
            for x, w in ((samples, start), (samples @ turn, start @ turn))
        )
        np.testing.assert_allclose(other.state.feedforward, one.state.feedforward @ turn, atol=1e-9)


@pytest.mark.usefixtures("float64")
def test_scaling_the_nonlinearity_is_scaling_the_rate():
    samples = rows(2).reshape(-1, 20, 6)
    learned = []
    for scale in (1.0, 4.0):
        f = EffectiveNonlinearity(plasticity=lambda y, scale=scale: scale * jnp.tanh(y) * y * y)
        circuit = NonlinearHebbianNeurons(6, 2, f, learning_rate=0.02 / scale, batch_size=20)
        learned.append(bouton.run(circuit, samples, key=jax.random.key(0)).state.feedforward)
    np.testing.assert_allclose(learned[0], learned[1], atol=1e-12)


@pytest.mark.usefixtures("float64")
def test_a_linear_neuron_finds_the_principal_component():
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(20_000, 5)) * np.sqrt([4.0, 2.0, 1.0, 1.0, 0.5])
    samples = samples @ np.linalg.qr(rng.normal(size=(5, 5)))[0]
    circuit = NonlinearHebbianNeurons(5, 3, "linear", learning_rate=1e-3, batch_size=100)
    learned = bouton.run(circuit, samples.reshape(-1, 100, 5), key=jax.random.key(0), epochs=5).state.feedforward
    leading = np.linalg.eigh(samples.T @ samples)[1][:, -1]
    assert np.all(np.abs(learned @ leading) > 0.999)


@pytest.mark.usefixtures("float64")
def test_white_data_leave_a_linear_neuron_where_it_is():
    samples = Whitening().fit(rows(3)).transform(rows(3))
    circuit = NonlinearHebbianNeurons(6, 4, "linear", learning_rate=0.1, batch_size=len(samples))
    start = circuit.init(jax.random.key(0)).feedforward
    learned = bouton.run(circuit, samples[None], key=jax.random.key(0), epochs=10).state.feedforward
    np.testing.assert_allclose(learned, start / np.linalg.norm(start, axis=1, keepdims=True), atol=1e-10)


SELECTIVE = ("linear-rectifier", "quadratic-rectifier", "hard-threshold", "negative-sigmoid", "cubic", "negative-sine")


@pytest.mark.thorough
def test_the_heavy_tailed_direction_is_found_by_selective_nonlinearities_alone():
    rng = np.random.default_rng(0)
    sources = rng.normal(size=(60_000, 16))
    sources[:, 0] = rng.laplace(size=60_000) / np.sqrt(2)
    mixing = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    events = (sources @ mixing).astype(np.float32).reshape(-1, 100, 16)
    names = (*SELECTIVE, *(f"minus-{name}" for name in SELECTIVE))
    circuit = SideBySide(
        {name: NonlinearHebbianNeurons(16, 9, name, learning_rate=5e-3, batch_size=100) for name in names}
    )
    state = bouton.run(circuit, events, key=jax.random.key(0), epochs=6).state
    best = {name: float(np.abs(state[name].feedforward @ mixing[0]).max()) for name in names}
    assert {name for name in names if best[name] > 0.95} == set(SELECTIVE)
    assert all(best[name] < 0.7 for name in names if name not in SELECTIVE)
    assert all((selectivity(name).index > 0) == (name in SELECTIVE) for name in names)


@pytest.fixture(scope="module")
def white_patches():
    """White patches to learn from, and others that the same map whitens."""
    patches = sample_patches(load_natural5(), 8, 70_000, 0, dihedral=True).astype(np.float64)
    whitening = Whitening().fit(patches[:50_000])
    return tuple(whitening.transform(part).astype(np.float32) for part in np.split(patches, [50_000]))


@pytest.mark.thorough
@pytest.mark.parametrize("name", PUBLISHED[:10])
def test_the_objective_does_not_fall(name, white_patches):
    learned_from, held_out = white_patches
    circuit = NonlinearHebbianNeurons(64, 4, name, learning_rate=2e-4, batch_size=100)
    start = circuit.init(jax.random.key(0)).feedforward
    start = start / jnp.linalg.norm(start, axis=1, keepdims=True)
    events = learned_from.reshape(-1, 100, 64)
    learned = bouton.run(circuit, events, key=jax.random.key(0), epochs=2).state.feedforward
    before, after = (mean_objective(circuit.nonlinearity, held_out @ w.T).mean() for w in (start, learned))
    # White data leave the linear neuron's objective at 1/2, but for sampling.
    assert float(after) >= float(before) - (0.02 if name == "linear" else 0)


@pytest.mark.thorough
def test_a_threshold_that_nothing_reaches_is_told():
    circuit = NonlinearHebbianNeurons(6, 2, EffectiveNonlinearity(RectifiedLinear(100.0)))
    start = circuit.init(jax.random.key(0)).feedforward
    run = bouton.run(circuit, rows(0).astype(np.float32), key=jax.random.key(0), record={"active": 100})
    np.testing.assert_array_equal(run.recordings["active"].values, 0)
    np.testing.assert_allclose(run.state.feedforward, start / jnp.linalg.norm(start, axis=1, keepdims=True), rtol=1e-4)


def test_a_weight_vector_of_length_zero_stops_the_run():
    circuit = NonlinearHebbianNeurons(6, 2)
    with pytest.raises(Diverged, match="feedforward is no longer finite"):
        bouton.run(circuit, rows(0).astype(np.float32), key=jax.random.key(0), state=_state(jnp.zeros((2, 6))))


# The network.


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_mini_batch_of_one_is_a_sample():
    samples = 2 * rows(6, 100)
    one, other = (
        bouton.run(NonlinearHebbianNetwork(6, 4, batch_size=size), x, key=jax.random.key(0)).state
        for size, x in ((None, samples), (1, samples[:, None]))
    )
    for first, second in zip(one, other, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("inhibition", ["learned", "none", "reconstruction"])
def test_a_neuron_alone_is_the_single_neuron_rule(inhibition):
    samples = 2 * rows(7)
    f = EffectiveNonlinearity(RectifiedLinear(0.5))
    settled = Relaxation(step_size=0.1, step_decay=0.0, smallest_step=0.1, tolerance=0.0, max_steps=400)
    network = NonlinearHebbianNetwork(6, 1, f, 0.01, inhibition=inhibition, dynamics=settled)
    neuron = NonlinearHebbianNeurons(6, 1, f, 0.01)
    start = network.init(jax.random.key(0))
    together = bouton.run(network, samples, key=jax.random.key(0), state=start).state.feedforward
    alone = bouton.run(neuron, samples, key=jax.random.key(0), state=_state(start.feedforward)).state.feedforward
    np.testing.assert_allclose(together, alone, atol=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_the_reconstruction_rests_where_sparse_coding_does():
    """At the minimum of |x - W'a|^2 / 2 + theta sum a over a >= 0, by unit weight vectors."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(5, 8))
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    x = 3 * rng.normal(size=8)
    long = Relaxation(step_size=0.1, step_decay=0.0, smallest_step=0.1, tolerance=1e-13, max_steps=20_000)
    circuit = NonlinearHebbianNetwork(
        8, 5, EffectiveNonlinearity(RectifiedLinear(0.5)), inhibition="reconstruction", dynamics=long
    )
    state = circuit.init(jax.random.key(0))._replace(feedforward=jnp.asarray(weights))
    a = np.asarray(circuit.respond(state, jnp.asarray(x)))
    slope = -weights @ (x - weights.T @ a) + 0.5
    np.testing.assert_allclose(slope[a > 0], 0, atol=1e-9)
    assert np.all(slope[a == 0] >= -1e-9)
    assert 0 < np.count_nonzero(a) < 5


@pytest.mark.thorough
def test_learned_inhibition_keeps_neurons_apart():
    samples = rows(8, 8000, 12).astype(np.float32).reshape(-1, 20, 12)
    overlaps = {}
    for inhibition in ("none", "learned"):
        circuit = NonlinearHebbianNetwork(12, 12, learning_rate=2e-3, inhibition=inhibition, batch_size=20)
        state = bouton.run(circuit, samples, key=jax.random.key(0), epochs=10).state
        cosines = np.abs(state.feedforward @ state.feedforward.T) - np.eye(12)
        overlaps[inhibition] = cosines.mean()
        assert float(state.lateral.min()) == 0
        np.testing.assert_array_equal(np.diagonal(state.lateral), 0)
    assert overlaps["learned"] < overlaps["none"] * 2 / 3


def test_bad_parameters_are_refused(unchecked):
    with pytest.raises(InputError, match="n_outputs must be an integer of at least 1, got 0"):
        NonlinearHebbianNeurons(3, 0)
    with pytest.raises(InputError, match="learning_rate must be positive"):
        NonlinearHebbianNeurons(3, 2, learning_rate=0.0)
    with pytest.raises(InputError, match="batch_size must be an integer"):
        NonlinearHebbianNetwork(3, 2, batch_size=0)
    with pytest.raises(InputError, match="inhibition must be"):
        NonlinearHebbianNetwork(3, 2, inhibition="global")
    with pytest.raises(InputError, match="mean_rate must lie in"):
        NonlinearHebbianNetwork(3, 2, mean_rate=2.0)
    with pytest.raises(InputError, match="circuits side by side must take the same events"):
        SideBySide({"a": NonlinearHebbianNeurons(3, 2), "b": NonlinearHebbianNeurons(4, 2)})
    with pytest.raises(InputError, match="at least one circuit"):
        SideBySide({})


@pytest.mark.thorough
def test_side_by_side_is_each_by_itself():
    samples = rows(9).astype(np.float32)
    circuits = {name: NonlinearHebbianNeurons(6, 2, name) for name in ("cubic", "linear")}
    both = bouton.run(SideBySide(circuits), samples, key=jax.random.key(3))
    for index, (name, circuit) in enumerate(circuits.items()):
        start = circuit.init(jax.random.fold_in(jax.random.key(3), index))
        alone = bouton.run(circuit, samples, key=jax.random.key(3), state=start)
        np.testing.assert_allclose(both.state[name].feedforward, alone.state.feedforward, rtol=1e-6)
        np.testing.assert_allclose(both.respond(samples)[name], alone.respond(samples), rtol=1e-4, atol=1e-5)
