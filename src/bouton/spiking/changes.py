"""What changes one synapse: the rule at a presynaptic spike, at a postsynaptic one, at both, while depolarised."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PyTree

from bouton._loops import element, set_element, zero_after
from bouton.dynamics import Readout
from bouton.plasticity import EventRule, Spiking
from bouton.plasticity.applications import marked
from bouton.plasticity.event import Readings
from bouton.spiking.lists import SpikeLists
from bouton.spiking.projection import PlasticState, Projection

__all__ = [
    "Acting",
    "Synapse",
    "acting",
    "after",
    "at_both",
    "at_none",
    "at_post",
    "at_pre",
    "changed",
    "elements",
    "raised",
    "up_to_date",
]


class Synapse(NamedTuple):
    """One synapse: its number, its delay and presynaptic neuron, its postsynaptic neuron, its variables.

    `elapsed` is how old the variables are, in ms, or None where nothing happens between spikes; `meets` whether spikes
    of both neurons are there, or None where such synapses are looked for later.
    """

    number: Array
    arrival: Array
    neuron: Array
    synapse: PyTree
    elapsed: Array | None = None
    meets: Array | None = None


def changed(
    projection: Projection,
    change: Callable[..., PyTree],
    synapses: PyTree,
    own: Synapse,
    readings: tuple[Readings, Readings],
    signal: PyTree,
    where_meeting: Callable[..., PyTree] | None = None,
) -> PyTree:
    """Return the synapses after the change of one of them; the audit is shown what it is made of."""
    operands = (synapses, own, *readings, signal)
    seen: dict[str, PyTree] = dict(zip(("synapses", "own", "pre", "post", "signal"), operands, strict=True))

    def write(
        projection: Projection, synapses: PyTree, own: Synapse, pre: Readings, post: Readings, signal: PyTree
    ) -> PyTree:
        now = up_to_date(projection.rule, own, signal)
        difference = change(projection.rule, now, pre, post, signal)
        if where_meeting is not None and own.meets is not None:
            meets = own.meets
            other = where_meeting(projection.rule, now, pre, post, signal)
            difference = jax.tree.map(lambda met, alone: jnp.where(meets, met, alone), other, difference)
        return jax.tree.map(lambda all, one, more: set_element(all, own.number, one + more), synapses, now, difference)

    return marked("event update", projection, write, operands, seen)


def up_to_date(rule: EventRule | None, own: Synapse, signal: PyTree) -> PyTree:
    """Return the variables of a synapse after what happened since they were written."""
    if own.elapsed is None or rule is None:
        return own.synapse
    return jax.tree.map(jnp.add, own.synapse, rule.between(own.synapse, own.elapsed, signal))


def at_pre(rule: EventRule, synapse: PyTree, pre: Readings, post: Readings, signal: PyTree) -> PyTree:
    """Return the change at a presynaptic spike."""
    return rule.on_pre(synapse, pre, post, signal)


def at_post(rule: EventRule, synapse: PyTree, pre: Readings, post: Readings, signal: PyTree) -> PyTree:
    """Return the change at a postsynaptic spike."""
    return rule.on_post(synapse, pre, post, signal)


def at_both(rule: EventRule, synapse: PyTree, pre: Readings, post: Readings, signal: PyTree) -> PyTree:
    """Return the change where both neurons fire."""
    return rule(synapse, Spiking(1, pre), Spiking(1, post), signal)


def at_none(rule: EventRule, synapse: PyTree, pre: Readings, post: Readings, signal: PyTree) -> PyTree:
    """Return no change."""
    return jax.tree.map(jnp.zeros_like, synapse)


def while_acting(rule: EventRule, synapse: PyTree, pre: Readings, post: Spiking, signal: PyTree) -> PyTree:
    """Return the change by a postsynaptic neuron that fires, is depolarised, or both."""
    return rule(synapse, Spiking(0, pre), post, signal)


def at_pre_while_acting(rule: EventRule, synapse: PyTree, pre: Readings, post: Spiking, signal: PyTree) -> PyTree:
    """Return the change by both neurons."""
    return rule(synapse, Spiking(1, pre), post, signal)


class Acting(NamedTuple):
    """The postsynaptic neurons whose synapses change in a step, and how that is said of each.

    Parameters
    ----------
    lists : SpikeLists
        Those who fire; with a rule that acts while a neuron is depolarised also those who are.
    reading : callable
        What a neuron makes available, by its number.
    alone, both : callable
        The change of a synapse by its postsynaptic neuron, and by both.
    """

    lists: SpikeLists
    reading: Callable[[Array], Any]
    alone: Callable[..., PyTree]
    both: Callable[..., PyTree]


def acting(rule: EventRule, targets: SpikeLists, time: Array, time_step: Array, state: PlasticState) -> Acting:
    """Return the postsynaptic neurons that act in a step."""
    if not rule.acts_while_depolarised:
        return Acting(targets, lambda neuron: elements(state.post, neuron), at_post, at_both)
    n_post = targets.neurons.shape[1] - 1
    silent = jnp.zeros(n_post, time_step.dtype)
    spikes = targets.each(time, lambda neuron, all: set_element(all, neuron, jnp.ones((), all.dtype)), silent)
    post = rule.with_depolarisation(Spiking(spikes, state.post), time_step)
    busy = (spikes > 0) | (post.depolarised > 0)
    lists = SpikeLists.empty(1, n_post).collect(time, busy, after(state.synapses))
    return Acting(lists, lambda neuron: elements(post, neuron), while_acting, at_pre_while_acting)


def elements(vectors: PyTree, index: Array) -> PyTree:
    """Return what each vector holds at an index."""
    return jax.tree.map(lambda vector: element(vector, index), vectors)


def after(vectors: PyTree) -> Int[Array, ""]:
    """Return 0, known only after the vectors are there."""
    return zero_after(jax.tree.leaves(vectors)[0])


def raised(readouts: tuple[Readout, ...], values: tuple[Array, ...], index: Array) -> tuple[Array, ...]:
    """Return what is read of neurons after a spike of one of them."""
    return tuple(
        set_element(value, index, readout.spike(element(value, index), 1))
        for readout, value in zip(readouts, values, strict=True)
    )
