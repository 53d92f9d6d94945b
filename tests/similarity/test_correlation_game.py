"""The correlation game: its equilibrium, its gradients, its bounds, and bars as the parts of images."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

import bouton
from bouton.dynamics import CoordinateDescent
from bouton.errors import InputError
from bouton.plasticity import audit
from bouton.similarity import CorrelationGameNetwork, CorrelationGameState

KEY = jax.random.key(0)
TIGHT = CoordinateDescent(0, 20_000)


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


def some_state(seed, m=4, n=5):
    rng = np.random.default_rng(seed)
    root = rng.uniform(size=(m, m))
    return CorrelationGameState(
        jnp.asarray(rng.uniform(0.1, 1, size=(m, n))), jnp.asarray(root @ root.T), jnp.asarray(0, jnp.int32)
    )


@pytest.mark.thorough
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_answer_is_the_non_negative_maximiser(seed):
    with jax.enable_x64(True):
        circuit = CorrelationGameNetwork(5, 4, leak=0.1, dynamics=TIGHT)
        state, x = some_state(seed), jnp.asarray(np.random.default_rng(seed + 1).normal(size=5))
        root = np.linalg.cholesky(np.asarray(state.lateral) + 0.1 * np.eye(4))
        expected, _ = nnls(root.T, np.linalg.solve(root, np.asarray(state.feedforward @ x)))
        np.testing.assert_allclose(circuit.respond(state, x), expected, atol=1e-8)


@pytest.mark.thorough
def test_learning_follows_the_gradients_of_the_payoff():
    options = {"correlation_bound": 0.2, "decay": 0.3, "competition": 0.4, "total_weight": 1.5, "leak": 0.1}
    circuit = CorrelationGameNetwork(5, 4, **options, learning_rate=0.001, feedforward_time_scale=4.0, dynamics=TIGHT)
    state, x = some_state(2), jnp.asarray(np.random.default_rng(3).uniform(size=5))
    after, _ = circuit.step(KEY, state, x)
    payoff = jax.jit(circuit.payoff)

    def slopes(field):
        values = getattr(state, field)
        found = np.zeros(values.shape)
        for place in np.ndindex(values.shape):
            there, back = (
                payoff(state._replace(**{field: values.at[place].add(step)}), x[None]) for step in (1e-6, -1e-6)
            )
            found[place] = float(there - back) / 2e-6
        return found

    np.testing.assert_allclose(after.feedforward - state.feedforward, 0.00025 * slopes("feedforward"), atol=1e-10)
    np.testing.assert_allclose(after.lateral - state.lateral, -0.002 * slopes("lateral"), atol=1e-10)


def crossing_bars(rng, n_samples, size=4, probability=0.2):
    """Images in which rows and columns are lit by chance, of mean squared length 1."""
    lit = rng.random((n_samples, 2 * size)) < probability
    images = (lit[:, :size, None] | lit[:, None, size:]).reshape(n_samples, -1).astype(float)
    return images / np.sqrt(np.mean(np.sum(images**2, axis=1)))


def play(n_samples, n_outputs, seed=0, **options):
    samples = crossing_bars(np.random.default_rng(seed), n_samples)
    circuit = CorrelationGameNetwork(16, n_outputs, **options)
    return circuit, bouton.run(circuit, samples, key=KEY, record={"y": 1, "lateral": 1})


@pytest.mark.thorough
def test_mean_products_exceed_their_bounds_by_no_more_than_the_growth_of_inhibition():
    rate, start = 0.01, 1500
    circuit, run = play(4000, 8, learning_rate=rate)
    answers, lateral = run.recordings["y"].values, run.recordings["lateral"].values
    products = answers[start + 1 :].T @ answers[start + 1 :] / len(answers[start + 1 :])
    growth = (lateral[-1] - lateral[start]) / (rate * len(answers[start + 1 :]))
    excess = products - np.asarray(circuit.bounds)
    assert (excess <= growth + 1e-12).all()
    never_zero = lateral[start:].min(axis=0) > 0
    assert 0 < np.count_nonzero(never_zero) < never_zero.size
    np.testing.assert_allclose(excess[never_zero], growth[never_zero], atol=1e-10)


@pytest.mark.thorough
def test_signs_and_symmetry_are_kept():
    _, run = play(1000, 6)
    assert run.state.feedforward.min() >= 0
    assert run.state.lateral.min() >= 0
    np.testing.assert_array_equal(run.state.lateral, run.state.lateral.T)
    assert run.recordings["y"].values.min() >= 0


@pytest.mark.thorough
def test_competition_leaves_most_synapses_at_zero_and_the_total_near_its_goal():
    _, run = play(6000, 8)
    weights = np.asarray(run.state.feedforward)
    assert np.mean(weights == 0) > 0.5
    np.testing.assert_allclose(weights.sum(axis=1), 2.0, rtol=0.2)
    _, free = play(6000, 8, competition=0.0, decay=0.1)
    assert np.mean(np.asarray(free.state.feedforward) == 0) < 0.05


def test_bars_are_found_as_the_parts_of_images():
    _, run = play(20_000, 8)
    weights = np.asarray(run.state.feedforward)
    bars = np.concatenate([np.eye(4).repeat(4, axis=1), np.tile(np.eye(4), 4)]) / 2
    cosines = weights @ bars.T / np.linalg.norm(weights, axis=1, keepdims=True)
    assert cosines.max(axis=1).min() > 0.9


@pytest.mark.thorough
def test_the_scale_of_the_inputs_changes_nothing_else():
    samples = crossing_bars(np.random.default_rng(1), 300)
    plain, scaled = (
        bouton.run(CorrelationGameNetwork(16, 4, input_power=scale**2), scale * samples, key=KEY, record={"y": 1})
        for scale in (1.0, 3.0)
    )
    np.testing.assert_allclose(scaled.recordings["y"].values, plain.recordings["y"].values, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(scaled.state.feedforward, 3 * plain.state.feedforward, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(scaled.state.lateral, 9 * plain.state.lateral, rtol=1e-8, atol=1e-12)


def test_the_rules_are_local():
    found = audit(CorrelationGameNetwork(5, 4))
    assert found.local
    rules = {pathway.pathway: pathway for pathway in found.pathways}
    assert {name: pathway.rule for name, pathway in rules.items()} == {
        "feedforward": "CompetitiveHebb",
        "lateral": "CorrelationMultiplier",
    }
    seen = {item.name: item for item in rules["feedforward"].seen}
    assert seen["post.total_weight"].scope == "one value per postsynaptic neuron"
    assert seen["post.total_weight"].derives_from == ("feedforward",)


@pytest.mark.thorough
def test_silence_wears_inhibition_off():
    circuit = CorrelationGameNetwork(5, 4, learning_rate=0.1)
    state = some_state(0)
    after, info = circuit.step(KEY, state, jnp.zeros(5))
    np.testing.assert_array_equal(info.y, 0)
    np.testing.assert_allclose(after.lateral, jnp.maximum(state.lateral - 0.1 * circuit.bounds, 0), atol=1e-15)
    silent = state._replace(lateral=jnp.zeros((4, 4)))
    drive = np.asarray(state.feedforward.sum(axis=1))
    np.testing.assert_allclose(circuit.respond(silent, jnp.ones(5)), drive / circuit.leak, rtol=1e-10)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_inputs": 0}, "n_inputs must be an integer of at least 1, got 0"),
        ({"power_bound": 0.0}, "power_bound must be positive and finite, got 0.0"),
        ({"correlation_bound": -1.0}, "correlation_bound must be at least 0 and finite, got -1.0"),
        ({"leak": 0.0}, "leak must be positive and finite, got 0.0"),
        ({"competition": np.nan}, "competition must be at least 0 and finite, got nan"),
        ({"n_inputs": 500}, "must be less than 1, or the total weight overshoots; it is 1.25"),
    ],
)
def test_bad_parameters_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        CorrelationGameNetwork(**{"n_inputs": 3, "n_outputs": 2} | arguments)
