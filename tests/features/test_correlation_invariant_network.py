"""The population with recurrent inhibition: the plain loop, what inhibition does, limits, bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.errors import InputError
from bouton.features import CorrelationInvariantNetwork, CorrelationInvariantNeurons
from bouton.plasticity import ThresholdHebb, audit


def adam(weights, change, mean, square, t, rate):
    """One ascent step, with both memories at 0.9."""
    mean, square = 0.9 * mean + 0.1 * change, 0.9 * square + 0.1 * change**2
    return weights + rate * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.9**t)) + 1e-8), mean, square


def plain_loop(events, weights, leak, rate, lateral_rate, threshold, decay):
    """The published algorithm: ten steps of a third, sums over the mini-batch, a zero diagonal."""
    size, level = events.shape[1], np.ones(len(weights))
    inhibition = np.zeros((len(weights), len(weights)))
    own, between = (np.zeros_like(weights),) * 2, (np.zeros_like(inhibition),) * 2
    for t, x in enumerate(events, 1):
        u = drive = x @ weights.T
        for _ in range(10):
            u = u + (drive - np.maximum(u, 0) @ inhibition.T - u) / 3
        y = np.maximum(u, 0)
        change = (y**2).T @ x - level[:, None] * (y.T @ x) - size * leak * weights
        grown = (y - threshold).T @ y - size * decay * inhibition
        level = (1 - size / 2000) * level + size / 2000 * (y**2).mean(axis=0)
        weights, *own = adam(weights, change, *own, t, rate)
        inhibition, *between = adam(inhibition, grown, *between, t, lateral_rate)
        inhibition = np.maximum(inhibition, 0)
        np.fill_diagonal(inhibition, 0)
    return weights, inhibition, level


@pytest.mark.usefixtures("float64")
def test_the_network_is_the_plain_loop():
    rng = np.random.default_rng(0)
    events, start = rng.laplace(size=(60, 100, 5)), np.abs(rng.normal(size=(3, 5)))
    neurons = CorrelationInvariantNeurons(5, 3, learning_rate=0.01, leak=0.01, batch_size=100)
    network = CorrelationInvariantNetwork(neurons, 0.03, 0.5, 0.7)
    run = bouton.run(network, events, key=jax.random.key(0), state=network.start(jnp.asarray(start)))
    weights, inhibition, level = plain_loop(events, start, 0.01, 0.01, 0.03, 0.5, 0.7)
    np.testing.assert_allclose(run.state.feedforward, weights, atol=1e-6)
    np.testing.assert_allclose(run.state.lateral, inhibition, atol=1e-6)
    np.testing.assert_allclose(run.state.neurons.level, level, rtol=1e-6)
    assert inhibition.max() > 0.05


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_inhibition_only_lowers_what_two_neurons_answer(seed):
    rng = np.random.default_rng(seed)
    network = CorrelationInvariantNetwork(CorrelationInvariantNeurons(4, 2, batch_size=8))
    free = network.start(jnp.asarray(rng.normal(size=(2, 4)), jnp.float32))
    inhibited = free._replace(lateral=jnp.asarray([[0, 0.4], [0.2, 0]], jnp.float32))
    x = jnp.asarray(rng.normal(size=(8, 4)), jnp.float32)
    without, within = network.respond(free, x), network.respond(inhibited, x)
    np.testing.assert_allclose(without, network.neurons.respond(free.neurons, x), atol=1e-5)
    assert jnp.all(within <= without + 1e-5)
    assert jnp.all(within >= 0)


def test_a_sample_is_a_mini_batch_of_one():
    neurons = [CorrelationInvariantNeurons(4, 3, batch_size=size) for size in (None, 1)]
    samples = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    states = [
        bouton.run(CorrelationInvariantNetwork(each), rows, key=jax.random.key(0)).state
        for each, rows in zip(neurons, (samples, samples[:, None]), strict=True)
    ]
    for one, other in zip(*map(jax.tree.leaves, states), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_inhibition_rests_where_the_mean_change_is_zero():
    pre, post = np.random.default_rng(0).exponential(size=(2, 500))
    rule = ThresholdHebb(1.0, threshold=0.4, strength=2.0)
    rest = np.mean((post - 0.4) * pre) / 2
    assert np.mean(rule(rest, pre, post, None)) == pytest.approx(0, abs=1e-12)


def test_it_is_local():
    network = CorrelationInvariantNetwork(CorrelationInvariantNeurons(5, 3, batch_size=4))
    assert audit(network).local


def test_bad_input_is_refused():
    neurons = CorrelationInvariantNeurons(4, 2)
    with pytest.raises(InputError, match="rectified"):
        CorrelationInvariantNetwork(CorrelationInvariantNeurons(4, 2, rectified=False))
    with pytest.raises(InputError, match="lateral_learning_rate must be positive"):
        CorrelationInvariantNetwork(neurons, lateral_learning_rate=0.0)
    with pytest.raises(InputError, match="lateral_decay must be at least 0"):
        CorrelationInvariantNetwork(neurons, lateral_decay=-1.0)
    with pytest.raises(InputError, match="leak must be at least 0"):
        CorrelationInvariantNeurons(4, 2, leak=-0.1)
