"""What plastic synapses of a projection do at spikes: `on_pre` on arrival, `on_post` where the target fires.

A spike of step k arrives at step k + d and does all it does there at once: it is transmitted with the weight that the
synapse has on arrival, then the rule's `on_pre` runs. The delay is the axon's. A postsynaptic spike acts in the step in
which it happens. Both see the traces as they were before any spike of the step: a pair that meets in one step does not
count. A synapse whose two neurons fire in one step changes as its rule says for both spikes at once, from the weight
before either: that weight is kept on arrival, and such synapses are found by searching the neurons that fired
among the targets of the spikes that arrived.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int, PyTree

from bouton._loops import element, entry, first_not_below, set_element, zero_after
from bouton.dynamics import ExponentialTrace
from bouton.plasticity import EventRule, Spiking
from bouton.plasticity.applications import marked
from bouton.plasticity.event import Traces
from bouton.spiking.lists import SpikeLists
from bouton.spiking.projection import PlasticState, Projection, added

__all__ = ["decay", "learn_from_targets", "raise_traces", "transmit_and_learn"]


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
) -> Array:
    """Return the weights after the change of one synapse; the audit is shown what it is made of."""
    operands = (weights, own, *traces)
    seen: dict[str, PyTree] = dict(zip(("weights", "own", "pre", "post"), operands, strict=True))

    def write(projection: Projection, weights: Array, own: _Synapse, pre: Traces, post: Traces) -> Array:
        return set_element(weights, own.number, own.weight + change(projection.rule, own.weight, pre, post))

    return marked("event update", projection, write, operands, seen)


def _at_pre(rule: EventRule, weight: Array, pre: Traces, post: Traces) -> Array:
    return rule.on_pre(weight, pre, post, None)


def _at_post(rule: EventRule, weight: Array, pre: Traces, post: Traces) -> Array:
    return rule.on_post(weight, pre, post, None)


def _at_both(rule: EventRule, weight: Array, pre: Traces, post: Traces) -> Array:
    return rule(weight, Spiking(1, pre), Spiking(1, post), None)


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
) -> tuple[Float[Array, " neurons"], PlasticState]:
    """Transmit the spikes that arrive in a step, let the rule change each synapse that did so, and keep what it was."""

    def spike(arrival: Array, carry: tuple) -> tuple:
        pre = _elements(state.pre, arrival)
        first, last = projection.outgoing(arrival)

        def synapse(k: Array, carry: tuple) -> tuple:
            synaptic, weights, before, weight = carry
            neuron = element(projection.targets, k)
            before = set_element(before, free + (k - first), weight)
            traces = pre, _elements(state.post, neuron)
            weights = _changed(projection, _at_pre, weights, _Synapse(k, arrival, neuron, weight), traces)
            return added(synaptic, neuron, weight), weights, before, element(weights, k + 1)

        synaptic, weights, before, free = carry
        within = lax.fori_loop(first, last, synapse, (synaptic, weights, before, element(weights, first)))
        return *within[:3], free + (last - first)

    start = (synaptic, state.weights, state.before, jnp.zeros((), jnp.int32))
    synaptic, weights, before, _ = projection.each_spike(lists, time, spike, start)
    return synaptic, state._replace(weights=weights, before=before)


def learn_from_targets(
    projection: Projection,
    sources: SpikeLists,
    targets: SpikeLists,
    time: Int[Array, ""],
    state: PlasticState,
) -> Float[Array, " synapses"]:
    """Return the weights after the postsynaptic spikes of a step."""
    assert projection.fan_in is not None
    starts, synapses, arrivals = projection.fan_in

    def spike(neuron: Array, weights: Array) -> Array:
        post = _elements(state.post, neuron)

        def synapse(k: Array, weights: Array) -> Array:
            number, arrival = element(synapses, k), element(arrivals, k)
            own = _Synapse(number, arrival, neuron, element(weights, number))
            return _changed(projection, _at_post, weights, own, (_elements(state.pre, arrival), post))

        return lax.fori_loop(element(starts, neuron), element(starts, neuron + 1), synapse, weights)

    weights = targets.each(time, spike, state.weights)
    return _learn_where_both_fired(projection, sources, targets, time, state._replace(weights=weights))


def _learn_where_both_fired(
    projection: Projection,
    sources: SpikeLists,
    targets: SpikeLists,
    time: Array,
    state: PlasticState,
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
                own = _Synapse(k, arrival, neuron, element(state.before, free + (k - first)))
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
    nobody = jnp.where(n_fired > 0, 0, jnp.iinfo(jnp.int32).max).astype(jnp.int32)
    start = jnp.maximum(nobody, zero_after(state.weights))
    return projection.each_spike(sources, time, spike, (state.weights, jnp.zeros((), jnp.int32)), start)[0]


def raise_traces(
    projection: Projection, sources: SpikeLists, targets: SpikeLists, time: Int[Array, ""], state: PlasticState
) -> PlasticState:
    """Return the state with the traces raised for every spike that has arrived or happened in a step."""
    assert projection.rule is not None
    start, rule = zero_after(state.weights), projection.rule
    pre = projection.each_spike(sources, time, lambda at, all: _jumped(rule.pre_traces, all, at), state.pre, start)
    post = targets.each(time, lambda at, all: _jumped(rule.post_traces, all, at), state.post, start)
    return state._replace(pre=pre, post=post)


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
