"""Mini-batches: the mean of what each event alone would change, and an audit that sees single events."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.plasticity import (
    AffineRule,
    Bounded,
    Dense,
    FanIn,
    Hebb,
    Oja,
    Rule,
    Synapses,
    audit,
)

TABLE = [[0, 2, -1], [1, 2, 3], [3, -1, -1], [0, 1, 2]]


def some(seed, *shape):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape))


def mean_of_single_updates(synapses, variables, pre, post, signal):
    """The definition: every event from the same variables, one by one."""
    changes = []
    for event in range(len(jax.tree.leaves(pre)[0])):
        factors = jax.tree.map(lambda values, event=event: values[event], (pre, post))
        after = synapses.update(variables, *factors, signal)
        changes.append(jax.tree.map(jnp.subtract, after, variables))
    mean = jax.tree.map(lambda *values: sum(values) / len(values), *changes)
    return jax.tree.map(jnp.add, variables, mean)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(
    "connectivity", [Dense(4, 4, self_connections=False), FanIn(TABLE, 4)], ids=["dense", "fan-in"]
)
@pytest.mark.parametrize("rule", [Oja(0.3), Bounded(Oja(2.0), lower=-0.5, upper=0.5)], ids=["oja", "bounded"])
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6), events=st.sampled_from((1, 4)))
def test_synapses_that_are_missing_stay_out_of_it(connectivity, rule, seed, events):
    synapses = Synapses(connectivity, rule)
    weights = 0.1 * some(seed, *synapses.connectivity.shape)
    pre, post, signal = some(seed + 1, events, 4), some(seed + 2, events, 4), jnp.asarray(0.7)
    found = synapses.mean_update(weights, pre, post, signal)
    np.testing.assert_allclose(found, mean_of_single_updates(synapses, weights, pre, post, signal), atol=1e-14)


@pytest.mark.usefixtures("float64")
def test_values_per_synapse_go_through():
    synapses = Synapses(Dense(2, 3), Hebb(rate=1.0))
    pre, post = some(0, 4, 3, 2), some(1, 4, 3)
    found = synapses.mean_update(jnp.zeros((3, 2)), pre, post)
    np.testing.assert_allclose(found, jnp.mean(pre * post[:, :, None], axis=0), atol=1e-15)


def test_skipping_silent_neurons_makes_no_difference():
    weights, pre, post = (values.astype(jnp.float32) for values in (some(0, 3, 2), some(1, 4, 2), some(2, 4, 3)))
    whole, skipping = (Synapses(Dense(2, 3), Oja(0.1), skip_silent=skip) for skip in (False, True))
    np.testing.assert_array_equal(whole.mean_update(weights, pre, post), skipping.mean_update(weights, pre, post))


@pytest.mark.parametrize(
    ("pre", "post", "signal", "message"),
    [
        (jnp.ones((3, 2)), jnp.ones((4, 3)), None, r"the same number of them; got leading sizes \[\(3,\), \(4,\)\]"),
        (jnp.ones((0, 2)), jnp.ones((0, 3)), None, "one row for each event"),
        (jnp.ones(2), jnp.ones(()), None, "one row for each event"),
        (jnp.ones((4, 3)), jnp.ones((4, 3)), None, r"pre has shape \(3,\); expected \(2,\)"),
        (jnp.ones((4, 2)), jnp.ones((4, 3)), jnp.ones(4), r"signal has shape \(4,\); expected \(\)"),
    ],
)
def test_operands_of_wrong_shape_are_refused(pre, post, signal, message):
    with pytest.raises(ValueError, match=message):
        Synapses(Dense(2, 3), Hebb(rate=1.0)).mean_update(jnp.zeros((3, 2)), pre, post, signal)


class BatchState(NamedTuple):
    weights: jax.Array


class Batch(eqx.Module):
    """A linear layer that learns from mini-batches of as many events as it has synapses to one neuron, or neurons."""

    synapses: Synapses = Synapses(Dense(3, 2), Oja(rate=0.1))
    events: int = eqx.field(static=True, default=5)

    @property
    def event(self):
        return jax.ShapeDtypeStruct((self.events, 3), jnp.float32)

    def init(self, key):
        return BatchState(jax.random.normal(key, (2, 3)))

    def pre(self, state, x):
        return x

    def post(self, state, x):
        return x @ state.weights.T

    def after(self, weights):
        return weights

    def step(self, key, state, x):
        weights = self.synapses.mean_update(state.weights, self.pre(state, x), self.post(state, x))
        return BatchState(self.after(weights)), x


def reasons_of(circuit):
    found = audit(circuit)
    return " | ".join((*found.reasons, *(reason for pathway in found.pathways for reason in pathway.reasons)))


@pytest.mark.parametrize("events", [1, 2, 3, 5])
@pytest.mark.parametrize("rule", [Oja(rate=0.1), Bounded(Oja(rate=0.1), upper=1.0)])
def test_the_audit_sees_one_event(events, rule):
    found = audit(Batch(Synapses(Dense(3, 2), rule), events))
    assert found.local
    (pathway,) = found.pathways
    assert pathway.shape == (2, 3)
    seen = {item.name: item for item in pathway.seen}
    assert (seen["pre"].shape, seen["pre"].scope) == ((3,), "one value per presynaptic neuron")
    assert (seen["post"].shape, seen["post"].scope) == ((2,), "one value per postsynaptic neuron")
    assert seen["pre"].derives_from == ("input",)
    assert seen["post"].derives_from == ("input", "weights")
    assert seen["synapse"].derives_from == ("weights",)


@pytest.mark.parametrize("events", [1, 2, 5])
def test_a_value_per_synapse_is_caught_in_a_mini_batch(events):
    class Cheat(Batch):
        def pre(self, state, x):
            return x[:, None, :] - (self.post(state, x) @ state.weights)[:, None, :] * jnp.ones((1, 2, 1))

    assert reasons_of(Cheat(events=events)) == "pre is handed over as one value per synapse"


def test_a_change_after_the_mini_batch_is_caught():
    class Cheat(Batch):
        def after(self, weights):
            return weights / jnp.linalg.norm(weights)

    assert "weights is changed outside any rule, by div" in reasons_of(Cheat())


def test_a_rule_that_carries_an_array_is_caught_in_a_mini_batch():
    class Peeking(Rule):
        others: jax.Array

        def __call__(self, synapse, pre, post, signal):
            return pre * post - jnp.sum(self.others) * synapse

    class PeekingAffine(AffineRule):
        others: jax.Array

        def gain(self, post, signal):
            return post

        def decay(self, post, signal):
            return jnp.sum(self.others) * post

    for rule in (Peeking(jnp.ones(3)), PeekingAffine(jnp.ones(3))):
        reasons = reasons_of(Batch(Synapses(Dense(3, 2), rule)))
        assert "the rule carries an array of shape (3,) that every synapse sees" in reasons
