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


def plain_step(s, spikes, rule, target, rate, leak):
    """One ms of the published algorithm, with sums over the mini-batch; `s` is a dictionary that it changes."""
    arriving = (s["x"] - s["rx"]) @ s["w"].T
    s["v"] = -65 + np.exp(-1 / 15) * (s["v"] + 65)
    s["i"] = np.exp(-1) * s["i"] + arriving
    s["wait"] = np.maximum(s["wait"] - 1, 0)
    s["v"] = s["v"] + (s["wait"] <= 0) * s["i"]
    fired = (s["v"] >= -50).astype(float)
    s["v"], s["wait"] = np.where(fired > 0, -65, s["v"]), np.where(fired > 0, 2, s["wait"])
    s["x"], fade, tau = spikes, np.exp(-1 / 30), 2000 * 100 / BATCH
    s["bar"] = fade * s["bar"] + spikes / 30
    s["ybar"] = fade * s["ybar"] + fired / 30
    s["rx"] = np.exp(-1 / tau) * s["rx"] + spikes.mean(axis=0) / tau
    s["ry"] = np.exp(-1 / tau) * s["ry"] + fired.mean(axis=0) / tau
    grown = (s["ybar"] * fired).T @ (s["bar"] - s["rx"])
    lost = (s["ry"] ** 2)[:, None] / target
    lost = lost * (s["ybar"].T @ (spikes - s["rx"]) if rule == "triplet" else s["w"])
    change = grown - lost
    s["g"] = 0.999 * s["g"] + 0.001 * change**2
    moved = s["w"] + rate * change / (np.sqrt(s["g"]) + 1e-4) - rate * leak * s["w"]
    quiet = (s["ry"] < target / 5)[:, None]
    s["w"] = np.maximum(moved * (1 + quiet * 0.01 / np.linalg.norm(s["w"], axis=1, keepdims=True)), 0)
    return fired


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(("rule", "target"), [("triplet", 0.001), ("oja", 0.005), ("triplet", 0.5)])
def test_the_circuit_is_the_plain_loop(rule, target):
    """At the target of 0.5 all neurons are too quiet."""
    rng = np.random.default_rng(0)
    neurons = TripletNeurons(PIXELS, NEURONS, rule, target, 0.01, 0.05, batch_size=BATCH)
    state = neurons.init(jax.random.key(0))
    state = state._replace(weights=20 * state.weights)
    plain = {"w": np.asarray(state.weights), "g": 1.0, "rx": np.full(2 * PIXELS, 0.05), "ry": np.full(NEURONS, 0.05)}
    plain |= {"v": np.full((BATCH, NEURONS), -65.0), "i": 0.0, "wait": 0.0, "x": 0.0, "bar": 0.0, "ybar": 0.0}
    step, count = jax.jit(neurons.time_step), 0
    for _ in range(200):
        spikes = (rng.random((BATCH, 2 * PIXELS)) < 0.15).astype(float)
        state, fired = step(state, jnp.asarray(spikes))
        expected = plain_step(plain, spikes, rule, target, 0.01, 0.05)
        np.testing.assert_array_equal(fired, expected)
        count += expected.sum()
    assert count > 100
    for name, value in (("w", state.weights), ("g", state.mean_square), ("ry", state.rate), ("rx", state.input_rate)):
        np.testing.assert_allclose(value, plain[name], rtol=1e-6, atol=1e-9)


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


def test_channels_fire_as_often_as_they_should():
    neurons = TripletNeurons(2, 1, batch_size=4, duration=1000)
    x = jnp.asarray(np.tile([1.0, -2.5], (4, 1)), jnp.float32)
    state, info = jax.jit(neurons.step)(jax.random.key(0), neurons.init(jax.random.key(1)), x)
    # The mean rates average over 500,000 steps, of which a thousand have gone by.
    kept = np.exp(-1000 / 500_000)
    rates = (np.asarray(state.input_rate) - 0.05 * kept) / (1 - kept)
    np.testing.assert_allclose(rates, [0.2, 0, 0, 0.5], atol=0.03)
    assert info.y.shape == (4, 1)


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
