"""Correlation-invariant neurons: the plain loop, the invariance theorem, fixed points that theory knows, limits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.errors import InputError
from bouton.features import CorrelationInvariantNetwork, CorrelationInvariantNeurons
from bouton.plasticity import (
    BCM,
    BCMPost,
    HeterosynapticHebb,
    MetaplasticHebb,
    MetaplasticPost,
    Oja,
    audit,
)

EXPONENTS = {"invariant": 2, "kurtosis": 3, "heterosynaptic": 2, "oja": 1}


def test_rules_are_those_known_before():
    rng = np.random.default_rng(0)
    w, x, y, h = rng.normal(size=4)
    bcm = BCM(0.3)(w, x, BCMPost(y, h), None)
    assert MetaplasticHebb(0.3)(w, x, MetaplasticPost(y, h), None) == pytest.approx(bcm)
    assert HeterosynapticHebb(0.3, exponent=1)(w, x, y, None) == pytest.approx(Oja(0.3)(w, x, y, None))


def _change(rule, rows, weights):
    """The mean change of plain steps, at the level that the weights themselves bring about."""
    circuit = CorrelationInvariantNeurons(
        rows.shape[1], len(weights), rule, 1.0, 0.7, 1.0, float(len(rows)), adaptive=False, batch_size=len(rows)
    )
    state = circuit.start(jnp.asarray(weights))
    level = jnp.mean(circuit.respond(state, jnp.asarray(rows)) ** EXPONENTS[rule], axis=0)
    after, _ = circuit.step(jax.random.key(0), state._replace(level=level), jnp.asarray(rows))
    return np.asarray(after.feedforward) - weights


@pytest.mark.thorough
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_invariance_theorem(seed):
    """With x = M s the change of w for x is that of M'w for s, times M'; decay breaks it by the decay term."""
    with jax.enable_x64(True):
        rng = np.random.default_rng(seed)
        sources, weights = rng.laplace(size=(200, 5)), rng.normal(size=(3, 5))
        mixing = rng.normal(size=(5, 5)) + 3 * np.eye(5)
        for rule in ("invariant", "kurtosis", "heterosynaptic"):
            mixed = _change(rule, sources @ mixing.T, weights)
            mapped = _change(rule, sources, weights @ mixing) @ mixing.T
            missing = np.zeros_like(mixed)
            if rule == "heterosynaptic":
                power = 0.7 * np.mean(np.maximum(sources @ (weights @ mixing).T, 0) ** 2, axis=0)[:, None]
                missing = power * (weights @ mixing @ mixing.T - weights)
                assert np.abs(missing).max() > 1e-3 * np.abs(mixed).max()
            np.testing.assert_allclose(mixed - mapped, missing, atol=1e-12 * np.abs(mixed).max() * 100)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_natural_gradient_on_raw_data_is_the_run_on_white_data():
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(4, 4)) + 2 * np.eye(4)
    sources = rng.laplace(size=(500, 4))
    raw, covariance = sources @ mixing.T, mixing @ mixing.T
    on_raw, on_sources = np.linalg.solve(mixing.T, np.ones((4, 1))).T, np.ones((1, 4))
    for _ in range(200):
        on_raw = on_raw + 0.01 * np.linalg.solve(covariance, _change("invariant", raw, on_raw).T).T
        on_sources = on_sources + 0.01 * _change("invariant", sources, on_sources)
    np.testing.assert_allclose(on_raw @ mixing, on_sources, atol=1e-9)


def _learned(rows, rule="invariant", start=None, steps=20_000, rate=0.02, share=1.0, **options):
    """Plain steps on all rows, with the level moving by a share of the way to its goal in each of them."""
    circuit = CorrelationInvariantNeurons(
        rows.shape[1], len(start), rule, learning_rate=rate, averaging_time=len(rows) / share,
        adaptive=False, batch_size=len(rows), **options,
    )  # fmt: skip
    key, rows = jax.random.key(0), jnp.asarray(rows)

    @jax.jit
    def learn(state):
        return jax.lax.scan(lambda state, _: (circuit.step(key, state, rows)[0], None), state, length=steps)[0]

    state = learn(circuit.start(jnp.asarray(start, rows.dtype)))
    return np.asarray(state.feedforward), np.asarray(state.level)


# 2 with probability 0.2, else -0.5; noise of two signs on each of two inputs: the moments are exact.
_LATENT = np.repeat([2.0, -0.5], (4, 16))
_SIGNS = np.tile([[1, 1], [1, -1], [-1, 1], [-1, -1]], (5, 1))
_NOISY = _LATENT[:, None] + _SIGNS * [0.5, 1.0]


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("share", [1.0, 0.5, 0.2])
def test_the_invariant_rule_decodes_optimally(share):
    weights, level = _learned(_NOISY, start=[[0.3, 0.3]], share=share, rectified=False)
    np.testing.assert_allclose(weights, [[5 / 6, 5 / 24]], atol=1e-6)
    u = _NOISY @ weights[0]
    assert (u**3).mean() / (u**2).mean() ** 2 == pytest.approx(1, abs=1e-6)
    assert level[0] == pytest.approx((u**2).mean(), abs=1e-6)


@pytest.mark.usefixtures("float64")
def test_a_level_that_lags_does_not_settle():
    weights, _ = _learned(_NOISY, start=[[0.3, 0.3]], share=0.02, rectified=False)
    assert not np.allclose(weights, [[5 / 6, 5 / 24]], atol=0.1)


@pytest.mark.usefixtures("float64")
def test_heterosynaptic_decay_ignores_the_noise():
    weights, _ = _learned(_NOISY, "heterosynaptic", [[0.3, 0.3]], rectified=False, weight_decay=0.5)
    np.testing.assert_allclose(weights, [[16 / 7, 16 / 7]], atol=1e-6)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(("rule", "level_at_rest"), [("invariant", 5.0), ("kurtosis", 25.0)])
@pytest.mark.parametrize("amplitude", [0.5, 2.0])
def test_events_are_answered_by_target_over_probability(rule, level_at_rest, amplitude):
    rows = np.array([[amplitude], [0], [0], [0], [0]])
    start, rate = [[4.0 / amplitude]], (0.02 if rule == "invariant" else 2e-3) / amplitude**2
    weights, level = _learned(rows, rule, start, rate=rate)
    assert weights[0, 0] * amplitude == pytest.approx(5, abs=1e-6)
    assert level[0] == pytest.approx(level_at_rest, rel=1e-6)


@pytest.mark.usefixtures("float64")
def test_answers_are_proportional_to_the_target():
    rows = np.array([[1.0], [0], [0], [0], [0]])
    weights, _ = _learned(rows, start=[[9.0]], rate=0.01, target=2.0)
    assert weights[0, 0] == pytest.approx(10, abs=1e-6)


@pytest.mark.usefixtures("float64")
def test_one_of_several_exclusive_patterns_is_chosen():
    patterns = np.random.default_rng(0).normal(size=(3, 3)) + 2 * np.eye(3)
    starts = np.linalg.solve(patterns, 3 * np.eye(3) + 0.5).T
    weights, _ = _learned(patterns, start=starts, rate=0.005, rectified=False, steps=60_000)
    np.testing.assert_allclose(patterns @ weights.T, 3 * np.eye(3), atol=1e-4)


@pytest.mark.usefixtures("float64")
def test_oja_has_the_length_of_its_target():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(500, 4)) * [2.0, 1.0, 1.0, 0.5]
    rows = np.concatenate([rows, -rows])
    leading = np.linalg.eigh(rows.T @ rows)[1][:, -1]
    weights, _ = _learned(rows, "oja", rng.normal(size=(2, 4)), target=3.0, rectified=False, steps=5000)
    np.testing.assert_allclose((weights**2).sum(axis=1), 3, rtol=1e-6)
    np.testing.assert_allclose(np.abs(weights @ leading), np.sqrt(3), rtol=1e-4)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_at_a_frozen_level_the_change_is_a_gradient():
    rng = np.random.default_rng(2)
    rows, weights, level = rng.laplace(size=(300, 4)), rng.normal(size=(1, 4)), 1.7
    circuit = CorrelationInvariantNeurons(4, 1, learning_rate=1.0, adaptive=False, batch_size=300)
    state = circuit.start(jnp.asarray(weights))._replace(level=jnp.array([level]))
    change = np.asarray(circuit.step(jax.random.key(0), state, jnp.asarray(rows))[0].feedforward) - weights

    def objective(w):
        y = np.maximum(rows @ w, 0)
        return (y**3).mean() / 3 - level * (y**2).mean() / 2

    for index in range(4):
        step = 1e-5 * np.eye(4)[index]
        slope = (objective(weights[0] + step) - objective(weights[0] - step)) / 2e-5
        assert change[0, index] == pytest.approx(slope, abs=1e-6)


@pytest.mark.thorough
def test_a_signal_is_found_that_oja_misses():
    rng = np.random.default_rng(0)
    latent = np.where(rng.random(20_000) < 0.1, 3.0, -1 / 3)
    rows = np.outer(latent, [1, 1, 0]) + np.outer(3 * rng.normal(size=20_000), [0, 1, 1])
    rows = (rows + 0.1 * rng.normal(size=rows.shape)).astype(np.float32)
    found = {}
    for rule in ("invariant", "oja"):
        circuit = CorrelationInvariantNeurons(3, 1, rule, learning_rate=5e-3, batch_size=100)
        weights = bouton.run(circuit, rows.reshape(-1, 100, 3), key=jax.random.key(0), epochs=10).state.feedforward
        found[rule] = abs(np.corrcoef(rows @ np.asarray(weights)[0], latent)[0, 1])
    assert found["invariant"] > 0.95
    assert found["oja"] < 0.6


def test_everything_is_local_and_has_a_name():
    for options, names in (
        ({"batch_size": 5}, ["feedforward", "steps"]),
        ({"rule": "oja", "adaptive": False, "nonnegative": True}, ["feedforward", "bounds"]),
    ):
        found = audit(CorrelationInvariantNeurons(6, 3, **options))
        assert found.local
        assert [pathway.pathway for pathway in found.pathways] == names


def test_bad_parameters_are_refused(unchecked):
    with pytest.raises(InputError, match="rule must be 'invariant', 'kurtosis', 'heterosynaptic' or 'oja', got 'bcm'"):
        CorrelationInvariantNeurons(3, 2, "bcm")
    with pytest.raises(InputError, match="averaging_time must be at least a mini-batch, 100 samples, got 50"):
        CorrelationInvariantNeurons(3, 2, averaging_time=50.0, batch_size=100)
    with pytest.raises(InputError, match="batch_size must be an integer of at least 1, or None, got 0"):
        CorrelationInvariantNeurons(3, 2, batch_size=0)
    with pytest.raises(InputError, match="target must be positive"):
        CorrelationInvariantNeurons(3, 2, target=0.0)
    with pytest.raises(InputError, match="exponent must be an integer of at least 1"):
        MetaplasticHebb(0.1, exponent=0)


@pytest.mark.thorough
def test_it_finds_on_raw_data_what_others_find_on_white_data():
    """FastICA and nonlinear Hebbian neurons, both after whitening, single out the same sparse source."""
    from sklearn.decomposition import FastICA

    from bouton.data import Whitening
    from bouton.features import NonlinearHebbianNeurons

    rng = np.random.default_rng(0)
    sources = rng.normal(size=(20_000, 4))
    sources[:, 0] = (3.0 * (rng.random(20_000) < 0.1) + 0.3 * sources[:, 0] - 0.3) / 0.95
    turns = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    raw = (sources @ (turns * [1.0, 0.7, 0.5, 0.3]).T).astype(np.float32)
    raw -= raw.mean(axis=0)
    white = np.asarray(Whitening().fit(raw).transform(raw), np.float32)

    def nearest(rows, weights):
        return max((abs(np.corrcoef(rows @ w, sources[:, 0])[0, 1]), tuple(rows @ w)) for w in np.asarray(weights))

    def learned(circuit, rows):
        events = rows.reshape(-1, 100, 4)
        return bouton.run(circuit, events, key=jax.random.key(0), epochs=20, shuffle=True).state.feedforward

    found = [
        nearest(raw, learned(CorrelationInvariantNeurons(4, 4, learning_rate=5e-3, batch_size=100), raw)),
        nearest(white, learned(NonlinearHebbianNeurons(4, 4, "quadratic-rectifier", 1e-3, 100), white)),
        nearest(white, FastICA(whiten=False, fun="cube", random_state=0).fit(white.astype(float)).components_),
    ]
    assert min(agreement for agreement, _ in found) > 0.95
    answers = np.corrcoef([drive for _, drive in found])
    assert np.abs(answers).min() > 0.95


@pytest.mark.parametrize("make", [CorrelationInvariantNeurons, CorrelationInvariantNetwork])
def test_weights_handed_in_are_checked(make):
    neurons = CorrelationInvariantNeurons(3, 2, rectified=True)
    circuit = neurons if make is CorrelationInvariantNeurons else make(neurons)
    start = circuit.start([[1, 0, 0], [0, 2, 0]])
    assert {leaf.shape for leaf in jax.tree.leaves(start)} >= {(2, 3)}
    for wrong, message in (
        (np.ones((3, 2)), r"weights must have shape \(2, 3\), got \(3, 2\)"),
        (np.ones((4, 2, 3)), r"got \(4, 2, 3\)"),
        ([[1.0, np.nan, 0.0]] * 2, "weights must be finite, got nan"),
        ([["a", "b", "c"]] * 2, "weights must hold real numbers"),
        ([[1.0], [1.0, 2.0]], "rows of different lengths"),
    ):
        with pytest.raises(InputError, match=message):
            circuit.start(wrong)
