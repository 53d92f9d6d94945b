"""The online network of manifold tiling: its resting points, its gradients, its symmetries, the ring."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.data import ring
from bouton.dynamics import CoordinateDescent, Relaxation
from bouton.errors import InputError
from bouton.similarity import ManifoldTilingNetwork, ManifoldTilingState, TilingActivity

KEY = jax.random.key(0)
TIGHT = Relaxation(0.5, 0.0, 0.05, tolerance=1e-13, max_steps=20_000)


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


def some_state(seed, m=4, n=3, k=4):
    """Weights like learned ones: non-negative inhibition that reaches every neuron."""
    rng = np.random.default_rng(seed)
    inhibition = 0.3 * np.eye(k, m) + 0.1 * rng.uniform(size=(k, m))
    return ManifoldTilingState(
        jnp.asarray(rng.normal(size=(m, n))),
        jnp.asarray(inhibition),
        jnp.asarray(0.3 * rng.uniform(size=(m, 1))),
        jnp.asarray(7, jnp.int32),
    )


@pytest.mark.thorough
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), k=st.sampled_from((4, 6)))
def test_at_rest_the_saddle_conditions_hold(seed, k):
    with jax.enable_x64(True):
        circuit = ManifoldTilingNetwork(3, 4, k, offset=0.5, power_limit=0.7, dynamics=TIGHT)
        state, x = some_state(seed, k=k), jnp.asarray(np.random.default_rng(seed + 1).normal(size=3))
        settled = circuit.settle(state, x)
        y, z = map(np.asarray, settled.potential)
        drive = np.asarray(state.feedforward @ x - np.sqrt(0.5) * state.bias[:, 0])
        force = drive - state.inhibition.T @ z
        assert bool(settled.converged)
        assert y.min() >= 0
        np.testing.assert_allclose(z, state.inhibition @ y / 0.7, atol=1e-9)
        np.testing.assert_allclose(np.where(y > 0, force, np.maximum(force, 0)), 0, atol=1e-9)
        interaction = state.inhibition.T @ state.inhibition / 0.7
        np.testing.assert_allclose(y, CoordinateDescent(0, 5000)(interaction, jnp.asarray(drive)).activity, atol=1e-8)


def test_the_rates_of_change_are_the_equations():
    circuit = ManifoldTilingNetwork(3, 4, offset=0.5, power_limit=0.7, activity_gain=0.3, interneuron_gain=1.5)
    state, rng = some_state(0), np.random.default_rng(1)
    x, y, z = (jnp.asarray(rng.uniform(size=size)) for size in (3, 4, 4))
    change = circuit.change(state, x, TilingActivity(y, z))
    gain = 0.3 * 0.7 / (np.sum(state.inhibition**2, axis=0) + 0.7e-6)
    force = state.feedforward @ x - state.inhibition.T @ z - np.sqrt(0.5) * state.bias[:, 0]
    np.testing.assert_allclose(change.y, gain * force, rtol=1e-12)
    np.testing.assert_allclose(change.z, 1.5 / 0.7 * (state.inhibition @ y - 0.7 * z), rtol=1e-12)


@pytest.mark.thorough
def test_learning_follows_the_gradients_of_the_min_max_objective():
    circuit = ManifoldTilingNetwork(3, 4, offset=0.5, power_limit=0.7, learning_rate=0.01, dynamics=TIGHT)
    state, x = some_state(3), jnp.asarray([0.7, -0.2, 1.1])
    after, _ = circuit.step(KEY, state, x)
    objective = jax.jit(circuit.min_max_objective)

    def slopes(field):
        values = getattr(state, field)
        found = np.zeros(values.shape)
        for place in np.ndindex(values.shape):
            there, back = (
                objective(state._replace(**{field: values.at[place].add(step)}), x[None]) for step in (1e-5, -1e-5)
            )
            found[place] = float(there - back) / 2e-5
        return found

    for field, direction in (("feedforward", -1), ("inhibition", 1), ("bias", 1)):
        change = getattr(after, field) - getattr(state, field)
        np.testing.assert_allclose(change, direction * 0.005 * slopes(field), atol=1e-9)


def learned(samples, **options):
    circuit = ManifoldTilingNetwork(samples.shape[1], 4, dynamics=replace(TIGHT, tolerance=1e-10), **options)
    return bouton.run(circuit, samples, key=KEY, record={"y": 1})


@pytest.mark.thorough
def test_scales_of_inputs_and_of_the_limit_change_nothing_else():
    samples = np.random.default_rng(0).normal(size=(40, 3))
    plain = learned(samples, offset=0.5)
    scaled = learned(3 * samples, offset=4.5, input_power=9.0)
    limited = learned(samples, offset=0.5, power_limit=4.0)
    answers = plain.recordings["y"].values
    assert np.count_nonzero(answers) > 40
    np.testing.assert_allclose(scaled.recordings["y"].values, answers, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(scaled.state.feedforward, 3 * plain.state.feedforward, rtol=1e-6)
    np.testing.assert_allclose(limited.recordings["y"].values, 2 * answers, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(limited.state.inhibition, 2 * plain.state.inhibition, rtol=1e-6, atol=1e-9)


@pytest.mark.thorough
def test_nothing_comes_of_nothing():
    circuit = ManifoldTilingNetwork(3, 4)
    state = some_state(0)
    after, info = circuit.step(KEY, state, jnp.zeros(3))
    np.testing.assert_array_equal(info.y, 0)
    np.testing.assert_allclose(after.feedforward, (1 - circuit.learning_rate(state.n_samples)) * state.feedforward)


@pytest.mark.thorough
@pytest.mark.parametrize(("m", "k"), [(4, 4), (3, 7), (7, 3)])
def test_at_the_start_every_neuron_is_inhibited_by_someone(m, k):
    state = ManifoldTilingNetwork(2, m, k).init(KEY)
    assert state.inhibition.shape == (k, m)
    assert (np.sum(state.inhibition, axis=0) > 0).all()
    assert (np.sum(state.inhibition, axis=1) > 0).all()


@pytest.mark.thorough
def test_a_ring_is_divided_into_equal_bumps():
    with jax.enable_x64(False):
        circuit = ManifoldTilingNetwork(2, 6)
        run = bouton.run(circuit, ring(15_000, seed=0)[0], key=KEY)
        points = ring(360, seed=None)[0]
        fields = run.respond(points)
        objective = circuit.objective(run.state, points)
        min_max = float(circuit.min_max_objective(run.state, jnp.asarray(points, jnp.float32)))
    answering = fields > 0.02 * fields.max(axis=0)
    assert (np.count_nonzero(answering & ~np.roll(answering, 1, axis=0), axis=0) == 1).all()
    peaks = np.sort(fields.argmax(axis=0))
    gaps = np.diff(peaks, append=peaks[0] + 360)
    assert np.ptp(gaps) <= 15
    widths = answering.sum(axis=0)
    assert np.ptp(widths) <= 0.1 * widths.mean()
    assert 60 <= widths.mean() <= 75
    aligned = np.stack([np.roll(field, -field.argmax()) for field in fields.T])
    assert np.corrcoef(aligned).min() > 0.95
    assert np.linalg.eigvalsh(fields.T @ fields / 360)[-1] == pytest.approx(1, rel=0.25)
    assert min_max == pytest.approx(objective, rel=0.1)
    assert objective < 0


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_outputs": 0}, "n_outputs must be an integer of at least 1, got 0"),
        ({"n_interneurons": 0}, "n_interneurons must be an integer of at least 1, or None, got 0"),
        ({"offset": -0.1}, "offset must be at least 0 and finite, got -0.1"),
        ({"power_limit": 0.0}, "power_limit must be positive and finite, got 0.0"),
        ({"activity_gain": np.inf}, "activity_gain must be positive and finite, got inf"),
        ({"learning_rate": 1.0}, "learning_rate must start below 1, it starts at 1.0"),
    ],
)
def test_bad_parameters_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        ManifoldTilingNetwork(**{"n_inputs": 2, "n_outputs": 3} | arguments)
