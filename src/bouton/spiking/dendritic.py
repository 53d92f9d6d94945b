"""Plastic synapses whose delay lies in the dendrite: spikes of the target come back to the synapse after the delay.

A presynaptic spike of step k is at the synapse at once: the rule's `on_pre` runs, then the spike is sent with the new
weight and reaches the target at step k + d. A postsynaptic spike of step k reaches the synapse at step k + d, where
`on_post` runs. Both see the readouts as they were before any spike of the step; where both are at the synapse in one
step, it changes as its rule says for both at once, and the spike is sent with that weight.

Weights that are on their way lie in a ring, one row for each step to come.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int, PyTree

from bouton._loops import element, set_element
from bouton.plasticity.event import later
from bouton.spiking.changes import Synapse, after, at_both, at_none, at_post, at_pre, changed, elements, raised
from bouton.spiking.lists import SpikeLists
from bouton.spiking.projection import Projection, added, first_synapses

__all__ = ["DendriteDelayState", "arriving", "decay", "send_and_learn", "start"]


class DendriteDelayState(NamedTuple):
    """What plastic synapses with a delay in the dendrite need to go on.

    Parameters
    ----------
    synapses : PyTree of arrays, shape (synapses,)
        Their variables; for most rules the weights.
    pre : tuple of arrays, shape (presynaptic neurons,)
        What the rule reads of presynaptic neurons.
    post : tuple of arrays, shape (delays * postsynaptic neurons,)
        What it reads of postsynaptic neurons, of spikes that have come back, for each delay.
    sent : array, shape (steps * postsynaptic neurons,)
        Sums of weights that arrive in the steps to come.
    fired : array of int, shape (presynaptic neurons,)
        The last step in which each fired.
    reached : array of int, shape (delays * postsynaptic neurons,)
        The last step in which a spike of each came back.
    """

    synapses: PyTree[Float[Array, " synapses"]]
    pre: tuple[Float[Array, " neurons"], ...]
    post: tuple[Float[Array, " arrivals"], ...]
    sent: Float[Array, " rows"]
    fired: Int[Array, " neurons"]
    reached: Int[Array, " arrivals"]


def start(projection: Projection) -> DendriteDelayState:
    """Return the state before the first spike."""
    rule, n_arrivals = projection.rule, projection.delays.shape[0] * projection.n_post
    assert rule is not None
    return DendriteDelayState(
        first_synapses(projection),
        tuple(readout.start(projection.n_pre) for readout in rule.pre_readouts),
        tuple(readout.start(n_arrivals) for readout in rule.post_readouts),
        jnp.zeros((projection.longest + 1) * projection.n_post),
        jnp.zeros(projection.n_pre, jnp.int32),
        jnp.zeros(n_arrivals, jnp.int32),
    )


def decay(projection: Projection, state: DendriteDelayState, time_step: Float[Array, ""]) -> DendriteDelayState:
    """Return the state with readouts a time step older."""
    assert projection.rule is not None
    pre = later(projection.rule.pre_readouts, state.pre, time_step)
    return state._replace(pre=pre, post=later(projection.rule.post_readouts, state.post, time_step))


def arriving(
    projection: Projection, time: Int[Array, ""], synaptic: Float[Array, " neurons"], state: DendriteDelayState
) -> Float[Array, " neurons"]:
    """Return the target's synaptic variables with what arrives in a step."""
    place = (_row(projection, time) * projection.n_post,)
    return synaptic + lax.dynamic_slice(state.sent, place, (projection.n_post,), allow_negative_indices=False)


def send_and_learn(
    projection: Projection,
    sources: SpikeLists,
    targets: SpikeLists,
    time: Int[Array, ""],
    state: DendriteDelayState,
    signal: PyTree,
    zero: Int[Array, ""],
    learn: bool,
) -> DendriteDelayState:
    """Send the spikes of a step, let the rule change the synapses of all that are there, go on with readouts.

    The row that has arrived is emptied first, and `zero` makes that wait for the arrival.
    """
    rule = projection.rule
    assert rule is not None
    place = (_row(projection, time) * projection.n_post + zero,)
    nothing = jnp.zeros(projection.n_post, state.sent.dtype)
    sent = lax.dynamic_update_slice(state.sent, nothing, place, allow_negative_indices=False)
    state = state._replace(sent=sent)
    if not learn:
        return _sent(projection, sources, time, state, signal, learn=False)

    def mark(index: Array, neuron: Array, reached: Array) -> Array:
        return set_element(reached, index * projection.n_post + neuron, time)

    fired = sources.each(time, lambda neuron, fired: set_element(fired, neuron, time), state.fired)
    state = state._replace(fired=fired, reached=_each_return(projection, targets, time, mark, state.reached))
    state = _sent(projection, sources, time, state, signal, learn=True)
    state = state._replace(synapses=_learn_from_returns(projection, targets, time, state, signal))
    begin = after(state.synapses)

    def raise_post(index: Array, neuron: Array, post: tuple) -> tuple:
        return raised(rule.post_readouts, post, index * projection.n_post + neuron)

    pre = sources.each(time, lambda neuron, all: raised(rule.pre_readouts, all, neuron), state.pre, begin)
    post = _each_return(projection, targets, time, raise_post, state.post, begin) if state.post else ()
    return state._replace(pre=pre, post=post)


def _sent(
    projection: Projection,
    sources: SpikeLists,
    time: Array,
    state: DendriteDelayState,
    signal: PyTree,
    learn: bool,
) -> DendriteDelayState:
    assert projection.dendrite is not None
    assert projection.rule is not None
    (arrivals, ways), rule = projection.dendrite, projection.rule
    now, room = _row(projection, time) * projection.n_post, state.sent.shape[0]

    def spike(neuron: Array, carry: tuple) -> tuple:
        pre = elements(state.pre, neuron)

        def synapse(k: Array, carry: tuple) -> tuple:
            synapses, sent = carry
            if learn:
                arrival = element(arrivals, k)
                meets = element(state.reached, arrival) == time
                own = Synapse(k, neuron, arrival, elements(synapses, k), meets=meets)
                readings = pre, elements(state.post, arrival)
                synapses = changed(projection, at_pre, synapses, own, readings, signal, where_meeting=at_both)
            place = now + element(ways, k)
            place = jnp.where(place < room, place, place - room)
            return synapses, added(sent, place, rule.weight(elements(synapses, k)))

        return lax.fori_loop(*projection.outgoing(neuron), synapse, carry)

    synapses, sent = sources.each(time, spike, (state.synapses, state.sent))
    return state._replace(synapses=synapses, sent=sent)


def _learn_from_returns(
    projection: Projection, targets: SpikeLists, time: Array, state: DendriteDelayState, signal: PyTree
) -> PyTree:
    """Return the synapses after the postsynaptic spikes that have come back, where no presynaptic one was met."""
    assert projection.fan_in is not None
    starts, numbers, pres = projection.fan_in

    def spike(index: Array, neuron: Array, synapses: PyTree) -> PyTree:
        arrival = index * projection.n_post + neuron
        post = elements(state.post, arrival)

        def synapse(k: Array, synapses: PyTree) -> PyTree:
            number, pre = element(numbers, k), element(pres, k)
            meets = element(state.fired, pre) == time
            own = Synapse(number, pre, arrival, elements(synapses, number), meets=meets)
            readings = elements(state.pre, pre), post
            return changed(projection, at_post, synapses, own, readings, signal, where_meeting=at_none)

        return lax.fori_loop(element(starts, arrival), element(starts, arrival + 1), synapse, synapses)

    return _each_return(projection, targets, time, spike, state.synapses)


def _each_return(
    projection: Projection,
    targets: SpikeLists,
    time: Array,
    act: Callable[[Array, Array, PyTree], PyTree],
    carry: PyTree,
    begin: Array | None = None,
) -> PyTree:
    """Let `act` change what is carried, for the index of the delay and the neuron of each spike that comes back."""

    def of_delay(index: Array, carry: PyTree) -> PyTree:
        fired = time - element(projection.delays, index)
        return targets.each(fired, lambda neuron, carry: act(index, neuron, carry), carry, begin)

    return projection.each_delay(of_delay, carry)


def _row(projection: Projection, time: Array) -> Array:
    return jnp.remainder(time, jnp.asarray(projection.longest + 1, jnp.int32))
