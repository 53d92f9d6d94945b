"""Integrate-and-fire neurons with triplet plasticity: the plain loop, one synapse against products, bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.errors import InputError
from bouton.features import TripletNeurons
from bouton.plasticity import (
    ScaledStep,
    ScaledSynapse,
    TripletHebb,
    TripletPost,
    TripletPre,
    audit,
)

BATCH, PIXELS, NEURONS = 6, 5, 3


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_products_are_the_sum_over_single_synapses():
    rng = np.random.default_rng(1)
    neurons = TripletNeurons(PIXELS, NEURONS, batch_size=BATCH)
    weights = jnp.asarray(rng.random((NEURONS, 2 * PIXELS)))
    spikes, trace = rng.normal(size=(2, BATCH, 2 * PIXELS))
    own = TripletPost(*jnp.asarray(rng.random((4, BATCH, NEURONS))))
    grown = neurons.potentiation.mean_update(weights, jnp.asarray(trace), own)
    weakened = neurons.depression.mean_update(weights, jnp.asarray(spikes), own)
    rule, change = TripletHebb(1.0), np.zeros(weights.shape)
    for b in range(BATCH):
        for i in range(NEURONS):
            post = TripletPost(*(float(leaf[b, i]) for leaf in own))
            for j in range(2 * PIXELS):
                change[i, j] += rule(weights[i, j], TripletPre(spikes[b, j], trace[b, j]), post, None)
    np.testing.assert_allclose(grown + weakened - 2 * weights, change, rtol=1e-9)


def test_probabilities_split_into_two_channels_and_stay_below_one():
    x = jnp.array([[1.0, -2.0, 0.0], [10.0, -5.0, 1.0]])
    p = TripletNeurons(3, 1, batch_size=2).probabilities(x)
    np.testing.assert_allclose(p, [[0.2, 0, 0, 0, 0.4, 0], [1, 0, 0.1, 0, 0.5, 0]], atol=1e-6)


@pytest.mark.thorough
def test_channels_fire_as_often_as_they_should():
    neurons = TripletNeurons(2, 1, batch_size=4, duration=1000)
    x = jnp.asarray(np.tile([1.0, -2.5], (4, 1)), jnp.float32)
    state, info = jax.jit(neurons.step)(jax.random.key(0), neurons.init(jax.random.key(1)), x)
    # The mean rates average over 500,000 steps, of which a thousand have gone by.
    kept = np.exp(-1000 / 500_000)
    rates = (np.asarray(state.input_rate) - 0.05 * kept) / (1 - kept)
    np.testing.assert_allclose(rates, [0.2, 0, 0, 0.5], atol=0.03)
    assert info.y.shape == (4, 1)


@pytest.mark.thorough
def test_a_long_presentation_is_local_and_the_same_every_time():
    neurons = TripletNeurons(PIXELS, NEURONS, batch_size=BATCH, duration=20)
    assert audit(neurons).local
    events = np.random.default_rng(0).laplace(size=(6, BATCH, PIXELS)).astype(np.float32)
    whole = bouton.run(neurons, events, key=jax.random.key(0)).state
    part = bouton.run(neurons, events[:2], key=jax.random.key(0)).state
    part = bouton.run(neurons, events[2:], key=jax.random.key(0), state=part, first_step=2).state
    assert all(bool(jnp.array_equal(*pair)) for pair in zip(jax.tree.leaves(whole), jax.tree.leaves(part), strict=True))
    assert neurons.respond(whole, jnp.asarray(events[0])).shape == (BATCH, NEURONS)
    np.testing.assert_allclose(
        neurons.respond(whole, jnp.asarray(events[0]))[1], neurons.respond(whole, jnp.asarray(events[0, 1])), atol=1e-5
    )


def test_steps_of_a_weight_that_decays_stay_at_zero_or_above():
    rule = ScaledStep(rate=0.5, leak=1.0, memory=0.0, epsilon=0.0)
    change = rule(ScaledSynapse(0.2, -3.0, 1.0), 0.0, 0.0, None)
    assert float(change.weight) == pytest.approx(-0.2)
    assert float(rule(ScaledSynapse(1.0, 3.0, 1.0), 0.0, 0.1, None).weight) == pytest.approx(1.1 * 1.0 - 1)


def test_bad_input_is_refused(unchecked):
    with pytest.raises(InputError, match="rule must be"):
        TripletNeurons(4, 2, "stdp")
    with pytest.raises(InputError, match="target must be positive"):
        TripletNeurons(4, 2, target=0.0)
    with pytest.raises(InputError, match="duration must be an integer"):
        TripletNeurons(4, 2, duration=0)
