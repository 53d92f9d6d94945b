"""What plastic synapses of a projection do at spikes: `on_pre` on arrival, `on_post` where the target fires.

A spike of step k arrives at step k + d and does all it does there at once: it is transmitted with the weight that the
synapse has on arrival, then the rule's `on_pre` runs. The delay is the axon's. A postsynaptic spike acts in the step in
which it happens. Both see the traces as they were before any spike of the step: a pair that meets in one step does not
count. A synapse whose two neurons fire in one step changes as its rule says for both spikes at once, from the weight
before either: that weight is kept aside on arrival, and such synapses are found by searching the neurons that fired
among the targets of the spikes that arrived.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Int

from bouton._loops import element, entry, first_not_below, set_element, zero_after
from bouton.dynamics import ExponentialTrace
from bouton.plasticity import EventRule, Spiking
from bouton.plasticity.applications import marked
from bouton.plasticity.event import Traces
from bouton.spiking.lists import SpikeLists
from bouton.spiking.projection import PlasticState, Projection, added

__all__ = ["KeptAside", "decay", "learn_from_targets", "raise_traces", "room_aside", "transmit_and_learn"]


class KeptAside(NamedTuple):
    """What plastic synapses hold within a time step: a synapse whose two neurons fire changes from its old weight.

    Parameters
    ----------
    weights : array, shape (room,)
        Those at which spikes have arrived, as they were before, one behind the other.
    is_complete : bool scalar
        Whether there was room for all of them.
    """

    weights: Float[Array, " room"]
    is_complete: Bool[Array, ""]


class _Synapse(NamedTuple):
    """One synapse: its number, its delay and presynaptic neuron, its postsynaptic neuron, and its weight."""

    number: Array
    arrival: Array
    neuron: Array
    weight: Array


def _changed(
    projection: Projection,
    change: Callable[..., Array],
    weights: Array,
    own: _Synapse,
    traces: tuple[Traces, Traces],
    flag: Array | None = None,
) -> Array:
    """Return the weights after the change of one synapse; the audit is shown what it is made of."""
    operands = (weights, own, *traces, flag)
    seen = dict(zip(("weights", "own", "pre", "post", "flag"), operands, strict=True))

    def write(projection: Projection, weights: Array, own: _Synapse, pre: Traces, post: Traces, flag: Any) -> Array:
        return set_element(weights, own.number, own.weight + change(projection.rule, own.weight, pre, post, flag))

    return marked("event update", projection, write, operands, seen)


def _at_pre(rule: EventRule, weight: Array, pre: Traces, post: Traces, flag: Array) -> Array:
    return jnp.where(flag, rule.on_pre(weight, pre, post, None), 0)


def _at_post(rule: EventRule, weight: Array, pre: Traces, post: Traces, flag: Array | None) -> Array:
    change = rule.on_post(weight, pre, post, None)
    return change if flag is None else jnp.where(flag, change, 0)


def _at_both(rule: EventRule, weight: Array, pre: Traces, post: Traces, flag: Array | None) -> Array:
    """Return the change where the presynaptic neuron fired, and the postsynaptic one as well if the flag is set."""
    fired = 1 if flag is None else flag.astype(weight.dtype)
    return rule(weight, Spiking(1, pre), Spiking(fired, post), None)


def room_aside(projection: Projection) -> KeptAside:
    """Return room for the weights that are kept aside within a time step."""
    return KeptAside(jnp.zeros(projection.room), jnp.asarray(True))


def decay(projection: Projection, state: PlasticState, time_step: Float[Array, ""]) -> PlasticState:
    """Return the state with traces a time step older."""
    assert projection.rule is not None
    return state._replace(
        pre=_decayed(projection.rule.pre_traces, state.pre, time_step),
        post=_decayed(projection.rule.post_traces, state.post, time_step),
    )


def transmit_and_learn(
    projection: Projection,
    lists: SpikeLists,
    time: Int[Array, ""],
    synaptic: Float[Array, " neurons"],
    state: PlasticState,
    aside: KeptAside,
) -> tuple[Float[Array, " neurons"], Float[Array, " synapses"], KeptAside]:
    """Transmit the spikes that arrive in a step, and let the rule change each synapse that did so.

    The weights that these synapses had are kept aside. Where there is no room for all of them, nothing is learned
    yet.
    """
    fits = _arriving(projection, lists, time) <= projection.n_aside

    def spike(arrival: Array, carry: tuple) -> tuple:
        pre = _elements(state.pre, arrival)
        first, last = projection.outgoing(arrival)

        def synapse(k: Array, carry: tuple) -> tuple:
            synaptic, weights, before, weight = carry
            neuron = element(projection.targets, k)
            before = set_element(before, free + (k - first), weight)
            traces = pre, _elements(state.post, neuron)
            weights = _changed(projection, _at_pre, weights, _Synapse(k, arrival, neuron, weight), traces, fits)
            return added(synaptic, neuron, weight), weights, before, element(weights, k + 1)

        synaptic, weights, before, free = carry
        within = lax.fori_loop(first, last, synapse, (synaptic, weights, before, element(weights, first)))
        return *within[:3], free + (last - first)

    start = (synaptic, state.weights, aside.weights, jnp.zeros((), jnp.int32))
    synaptic, weights, before, _ = projection.each_spike(lists, time, spike, start)
    return synaptic, weights, KeptAside(before, fits)


def learn_from_targets(
    projection: Projection,
    sources: SpikeLists,
    targets: SpikeLists,
    time: Int[Array, ""],
    state: PlasticState,
    aside: KeptAside,
) -> Float[Array, " synapses"]:
    """Return the weights after the postsynaptic spikes of a step."""
    assert projection.fan_in is not None
    starts, synapses, arrivals = projection.fan_in
    in_time = _start_if(aside.is_complete)

    def spike(neuron: Array, weights: Array) -> Array:
        post = _elements(state.post, neuron)

        def synapse(k: Array, weights: Array) -> Array:
            number, arrival = element(synapses, k), element(arrivals, k)
            own = _Synapse(number, arrival, neuron, element(weights, number))
            return _changed(projection, _at_post, weights, own, (_elements(state.pre, arrival), post))

        return lax.fori_loop(element(starts, neuron), element(starts, neuron + 1), synapse, weights)

    weights = targets.each(time, spike, state.weights, in_time)
    state = state._replace(weights=weights)
    weights = _learn_where_both_fired(projection, sources, targets, time, state, aside.weights, in_time)
    # A loop of one turn or none: a conditional would copy the weights.
    return lax.fori_loop(
        jnp.zeros((), jnp.int32),
        (~aside.is_complete).astype(jnp.int32),
        lambda _, weights: _learn_late(projection, sources, targets, time, state._replace(weights=weights)),
        weights,
    )


def _learn_where_both_fired(
    projection: Projection,
    sources: SpikeLists,
    targets: SpikeLists,
    time: Array,
    state: PlasticState,
    before: Array,
    start: Array,
) -> Array:
    """Return the weights with those of synapses set whose two neurons fired, from the weights `before`."""
    place = targets.place(time)
    n_fired = element(targets.counts, place)

    def spike(arrival: Array, carry: tuple) -> tuple:
        pre = _elements(state.pre, arrival)
        first, last = projection.outgoing(arrival)
        weights, free = carry

        def meet(carry: tuple) -> tuple:
            k, index, weights = carry
            neuron = entry(targets.neurons, place, index)
            # Both lists are in order: each is searched from where the other has come to.
            k = first_not_below(lambda k: element(projection.targets, k), neuron, k, last)

            def synapse(carry: tuple) -> tuple:
                k, weights = carry
                own = _Synapse(k, arrival, neuron, element(before, free + (k - first)))
                return k + 1, _changed(projection, _at_both, weights, own, (pre, _elements(state.post, neuron)))

            def is_of_neuron(carry: tuple) -> Array:
                return (carry[0] < last) & (element(projection.targets, carry[0]) == neuron)

            k, weights = lax.while_loop(is_of_neuron, synapse, (k, weights))
            following = element(projection.targets, k)
            index = first_not_below(lambda i: entry(targets.neurons, place, i), following, index + 1, n_fired)
            return k, index, weights

        begin = (first, jnp.zeros((), jnp.int32), weights)
        weights = lax.while_loop(lambda carry: (carry[0] < last) & (carry[1] < n_fired), meet, begin)[2]
        return weights, free + (last - first)

    # Nobody looks at arrivals where no target fired.
    start = jnp.maximum(jnp.maximum(start, zero_after(state.weights)), _start_if(n_fired > 0))
    return projection.each_spike(sources, time, spike, (state.weights, jnp.zeros((), jnp.int32)), start)[0]


def _learn_late(
    projection: Projection, sources: SpikeLists, targets: SpikeLists, time: Array, state: PlasticState
) -> Array:
    """Return the weights after all spikes of a step in which none were kept aside: each synapse changes once."""
    assert projection.fan_in is not None
    starts, synapses, arrivals = projection.fan_in

    def arrived(arrival: Array, weights: Array) -> Array:
        pre = _elements(state.pre, arrival)

        def synapse(k: Array, weights: Array) -> Array:
            neuron, weight = element(projection.targets, k), element(weights, k)
            own, traces = _Synapse(k, arrival, neuron, weight), (pre, _elements(state.post, neuron))
            return _changed(projection, _at_both, weights, own, traces, targets.holds(time, neuron))

        return lax.fori_loop(*projection.outgoing(arrival), synapse, weights)

    def fired(neuron: Array, weights: Array) -> Array:
        post = _elements(state.post, neuron)

        def synapse(k: Array, weights: Array) -> Array:
            number, arrival = element(synapses, k), element(arrivals, k)
            sent = time - element(projection.delays, arrival // projection.n_pre)
            own = _Synapse(number, arrival, neuron, element(weights, number))
            is_new = ~sources.holds(sent, arrival % projection.n_pre)
            return _changed(projection, _at_post, weights, own, (_elements(state.pre, arrival), post), is_new)

        return lax.fori_loop(element(starts, neuron), element(starts, neuron + 1), synapse, weights)

    weights = projection.each_spike(sources, time, arrived, state.weights)
    return targets.each(time, fired, weights)


def _arriving(projection: Projection, lists: SpikeLists, time: Array) -> Array:
    """Return the number of spikes that arrive in a step."""

    def count(index: Array, sum: Array) -> Array:
        return sum + element(lists.counts, lists.place(time - element(projection.delays, index)))

    return projection.each_delay(count, jnp.zeros((), jnp.int32))


def raise_traces(
    projection: Projection, sources: SpikeLists, targets: SpikeLists, time: Int[Array, ""], state: PlasticState
) -> PlasticState:
    """Return the state with the traces raised for every spike that has arrived or happened in a step."""
    assert projection.rule is not None
    start, rule = zero_after(state.weights), projection.rule
    pre = projection.each_spike(sources, time, lambda at, all: _jumped(rule.pre_traces, all, at), state.pre, start)
    post = targets.each(time, lambda at, all: _jumped(rule.post_traces, all, at), state.post, start)
    return state._replace(pre=pre, post=post)


def _start_if(condition: Array) -> Array:
    """Return where a loop over spikes begins that runs only if a condition holds."""
    return jnp.where(condition, 0, jnp.iinfo(jnp.int32).max).astype(jnp.int32)


def _elements(vectors: tuple[Array, ...], index: Array) -> tuple[Array, ...]:
    """Return what each vector holds at an index."""
    return tuple(element(vector, index) for vector in vectors)


def _decayed(
    traces: tuple[ExponentialTrace, ...], values: tuple[Array, ...], elapsed: Float[Array, ""]
) -> tuple[Array, ...]:
    """Return the values of traces a time later."""
    return tuple(trace.decayed(value, elapsed) for trace, value in zip(traces, values, strict=True))


def _jumped(traces: tuple[ExponentialTrace, ...], values: tuple[Array, ...], index: Array) -> tuple[Array, ...]:
    """Return the values of traces after a spike of one neuron."""
    return tuple(
        set_element(value, index, trace.jumped(element(value, index), 1))
        for trace, value in zip(traces, values, strict=True)
    )
