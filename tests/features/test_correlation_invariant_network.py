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
from bouton.plasticity import ThresholdHebb


@pytest.mark.thorough
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


@pytest.mark.thorough
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
