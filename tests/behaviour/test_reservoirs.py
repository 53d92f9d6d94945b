"""Reservoirs: least squares exactly, identities of the rules, what a network without noise and learning does."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.behaviour import (
    DelayedRewardNetwork,
    ForceLearning,
    InverseCorrelation,
    ReservoirNetwork,
    RewardLearning,
    practice,
    sequential_xor,
)
from bouton.data import short_signal
from bouton.engine import rollout
from bouton.errors import Diverged, InputError
from bouton.plasticity import ExplorationPost, ExploratoryHebb, GatedExploratoryHebb, Performance, audit

KEY = jax.random.key(0)


@pytest.mark.thorough
def test_recursive_least_squares_is_ridge_regression(float64):
    rng = np.random.default_rng(0)
    rates, targets = rng.normal(size=(50, 20)), rng.normal(size=(50, 2))
    found = {}
    for held in (1, 8, 64):
        inverse, weights = InverseCorrelation(0.7, held), np.zeros((2, 20))
        state, step, matrix_of = inverse.start(20), jax.jit(inverse.step), jax.jit(inverse.matrix)
        for row, target in zip(rates, targets, strict=True):
            before = matrix_of(state)
            state, decorrelated = step(state, jnp.asarray(row), 1.0)
            error = target - weights @ row
            weights = weights + np.outer(error, decorrelated)
            power = row @ before @ row
            # The new matrix times the rates is the old one's product, divided; so is the error that is left.
            np.testing.assert_allclose(decorrelated, before @ row / (1 + power), rtol=1e-10, atol=1e-13)
            np.testing.assert_allclose(matrix_of(state) @ row, decorrelated, rtol=1e-9, atol=1e-13)
            np.testing.assert_allclose(target - weights @ row, error / (1 + power), rtol=1e-9, atol=1e-13)
            assert np.trace(matrix_of(state)) <= np.trace(before)
        found[held] = weights, np.asarray(inverse.matrix(state))
    expected = np.linalg.inv(0.7 * np.eye(20) + rates.T @ rates)
    for weights, matrix in found.values():
        np.testing.assert_allclose(matrix, expected, rtol=0, atol=1e-13)
        np.testing.assert_allclose(weights, targets.T @ rates @ expected, rtol=0, atol=1e-13)
        assert np.linalg.eigvalsh(matrix).min() > 0
        np.testing.assert_allclose(matrix, matrix.T, rtol=0, atol=1e-15)


@pytest.mark.thorough
def test_a_step_without_learning_leaves_the_matrix():
    inverse = InverseCorrelation(held=2)
    state = inverse.start(5)
    for _ in range(3):
        state, decorrelated = inverse.step(state, jnp.arange(5.0), 0.0)
        assert not np.any(decorrelated)
    np.testing.assert_array_equal(inverse.matrix(state), np.eye(5))


def test_a_matrix_that_is_no_longer_positive_definite_is_noticed():
    inverse = InverseCorrelation(held=1)
    broken = inverse.start(3)._replace(matrix=-jnp.eye(3))
    assert np.all(np.isnan(inverse.step(broken, jnp.ones(3), 1.0)[1]))


def test_what_remains_after_the_running_mean_is_a_share_of_what_was_there_before():
    rng = np.random.default_rng(1)
    now, before = rng.normal(size=(2, 100))
    after = before + 0.2 * (now - before)
    np.testing.assert_allclose(now - after, 0.8 * (now - before), atol=1e-14)
    np.testing.assert_array_equal(now > after, now > before)


@pytest.mark.parametrize("missing", [2.0, -1.0, 0.3])
def test_the_mean_change_of_the_graded_rule_is_the_gradient_of_the_performance(missing, float64):
    """By the midpoints of a fine grid, which are exact for what is a polynomial of third degree to 1e-9."""
    grid = (np.arange(100_000) + 0.5) / 100_000 - 0.5
    value, mean = -((grid - missing) ** 2), -(missing**2) - 1 / 12
    change = ExploratoryHebb()(0.0, 1.0, ExplorationPost(grid, 0.0), Performance(value, mean, 1.0))
    assert np.mean(change) == pytest.approx(missing / 6, rel=1e-8)


def test_the_mean_change_of_the_gated_rule_is_its_integral(float64):
    grid = (np.arange(1_000_000) + 0.5) / 1_000_000 - 0.5
    signal = Performance(jnp.asarray(-((grid + 1) ** 2)), -1 - 1 / 12, 1.0)
    change = np.asarray(GatedExploratoryHebb()(0.0, 1.0, ExplorationPost(jnp.asarray(grid), 0.0), signal))
    assert np.mean(change) == pytest.approx(-0.1241663, abs=2e-6)
    assert grid[change != 0].max() == pytest.approx(0.0408330, abs=2e-6)


@pytest.mark.thorough
def test_without_exploration_nothing_is_learned():
    network = ReservoirNetwork(30, exploration=0.0)
    state = bouton.run(network, practice(short_signal(200), 30), key=KEY).state
    assert not np.any(state.readout)
    assert not np.any(state.activity)


@pytest.mark.thorough
def test_without_any_drive_potentials_decay(float64):
    network = ReservoirNetwork(30, gain=0.0, feedback=0.0, rate_noise=0.0, exploration=0.0)
    start = network.init(KEY)
    state, _ = rollout(network, jax.tree.map(jnp.asarray, practice(short_signal(100), 30)), KEY, start)
    np.testing.assert_allclose(state.potential, 0.98**100 * start.potential, rtol=1e-12)


def test_the_spectral_radius_is_the_gain():
    weights = np.asarray(ReservoirNetwork(400).init(KEY).recurrent)
    assert 1.5 * np.abs(np.linalg.eigvals(weights)).max() == pytest.approx(1.5, abs=0.1)
    assert np.mean(weights != 0) == pytest.approx(0.1, abs=0.005)


def test_a_test_in_between_leaves_no_trace():
    network, events = ReservoirNetwork(30, input_noise=0.1), practice(short_signal(100), 30)
    whole = bouton.run(network, events, key=KEY, epochs=3).state
    half = bouton.run(network, events, key=KEY, epochs=1)
    frozen = practice(short_signal(100), 30, learning=False)
    tested = bouton.run(network, frozen, key=KEY, state=half.state, first_step=10**6).state
    np.testing.assert_array_equal(tested.readout, half.state.readout)
    assert int(tested.learned.n_steps) == 100
    rest = bouton.run(network, events, key=KEY, state=half.state, first_step=100, epochs=2).state
    for one, other in zip(jax.tree.leaves(rest), jax.tree.leaves(whole), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.thorough
def test_a_rate_that_is_too_high_is_named():
    network = ReservoirNetwork(100, learning=RewardLearning(ExploratoryHebb(), 50.0))
    with pytest.raises(Diverged, match="beyond 1000 counts as diverged: lower the learning rate"):
        bouton.run(network, practice(short_signal(), 100), key=KEY, epochs=5)


@pytest.mark.thorough
def test_updates_are_applied_with_their_probability():
    def changed(probability):
        learning = RewardLearning(ExploratoryHebb(), 1e-3, update_probability=probability)
        network = ReservoirNetwork(20, learning=learning)
        events = jax.tree.map(jnp.asarray, practice(short_signal(400), 20))
        readouts = rollout(network, events, KEY, look=lambda state, info: state.readout[0])[1]
        return float(np.mean(np.any(np.diff(readouts, axis=0) != 0, axis=1)))

    assert changed(1.0) == 1.0
    assert changed(0.25) == pytest.approx(0.25, abs=0.07)


def test_what_cannot_be_practised_is_refused():
    target = np.ones(10)
    with pytest.raises(InputError, match=r"current must last as long as the target, 10 steps, got 9"):
        practice(target, 3, np.zeros((9, 3)))
    with pytest.raises(
        InputError, match=re.escape("current must have shape (steps, 3), one column per unit, got (10, 4)")
    ):
        practice(target, 3, np.zeros((10, 4)))
    with pytest.raises(InputError, match="target must be finite, got nan at step 4"):
        practice(np.where(np.arange(10) == 4, np.nan, 1.0), 3)
    with pytest.raises(InputError, match="target must have shape"):
        practice(np.ones((2, 2, 2)), 3)
    with pytest.raises(InputError, match="learn_every must be an integer of at least 1, got 0"):
        practice(target, 3, learn_every=0)
    with pytest.warns(UserWarning, match="the target reaches 4: beyond 3"):
        practice(4 * target, 3)


@pytest.mark.thorough
def test_reward_reaches_the_synapses_as_a_signal_and_nothing_else_crosses():
    """Of what the target takes part in, the synapses of exploration see scalars alone."""
    for rule in (GatedExploratoryHebb(), ExploratoryHebb()):
        found = audit(ReservoirNetwork(20, 2, RewardLearning(rule)))
        (pathway,) = found.pathways
        assert found.local
        for seen in pathway.seen:
            told = any("target" in source for source in seen.derives_from)
            assert told == (seen.name in ("signal.value", "signal.mean"))
            assert not told or seen.scope == "one value for all synapses"
    (force,) = audit(ReservoirNetwork(20, 2, ForceLearning())).pathways
    assert force.verdict == "NOT LOCAL: pre.decorrelated is handed over as one value per synapse"
    assert "learned.matrix" in next(seen for seen in force.seen if seen.name == "pre.decorrelated").derives_from


def test_eligibilities_of_a_trial_are_those_of_its_steps(float64):
    rng = np.random.default_rng(2)
    rates, differences = rng.normal(size=(2, 1000, 20))
    network = DelayedRewardNetwork(20)
    found = network.eligible.mean_update(jnp.zeros((20, 20)), jnp.asarray(rates**3), jnp.asarray(differences**3))
    expected = np.zeros((20, 20))
    for r, d in zip(rates, differences, strict=True):
        expected += np.outer(d, r) ** 3
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


def test_trials_of_the_non_match_task():
    trials = sequential_xor(200, seed=1)
    shown = trials.inputs.argmax(axis=-1)
    np.testing.assert_array_equal(trials.inputs.sum(axis=(1, 2)), 400)
    np.testing.assert_array_equal(trials.target > 0, shown[:, 100] != shown[:, 500])
    np.testing.assert_array_equal(trials.kind, 2 * shown[:, 100] + shown[:, 500])
    assert set(trials.kind.tolist()) == {0, 1, 2, 3}


def test_networks_without_room_for_clamped_units_are_refused():
    with pytest.raises(InputError, match="n_units must be at least 12, since unit 11 is clamped, got 11"):
        DelayedRewardNetwork(11)
    with pytest.raises(InputError, match="scored_steps must be at most n_steps, 100, got 200"):
        DelayedRewardNetwork(n_steps=100)
