"""What plastic synapses of a projection do at spikes: `on_pre` on arrival, `on_post` where the target fires.

A spike of step k arrives at step k + d and does all it does there at once: it is transmitted with the weight that the
synapse has on arrival, then the rule's `on_pre` runs. The delay is the axon's. A postsynaptic spike acts in the step in
which it happens. Both see the readouts as they were before any spike of the step: a pair that meets in one step does
not count. A synapse whose two neurons fire in one step changes as its rule says for both spikes at once, from what it
was before either: that is kept on arrival, and such synapses are found by searching the neurons that fired among the
targets of the spikes that arrived. Where a rule acts while a neuron is depolarised, such neurons are treated like those
that fire: all their synapses are visited in each such step. What changes a synapse between spikes is made up for at its
next spike, and for all synapses at the end of a frame, over which the signal stays the same.
"""

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int, PyTree

from bouton._loops import element, entry, first_not_below, set_element
from bouton.plasticity.event import later
from bouton.spiking.changes import (
    Acting,
    Synapse,
    acting,
    after,
    at_none,
    at_pre,
    changed,
    elements,
    raised,
    up_to_date,
)
from bouton.spiking.lists import SpikeLists
from bouton.spiking.projection import PlasticState, Projection, added

__all__ = ["catch_up", "decay", "learn_from_targets", "raise_readouts", "transmit_and_learn"]


def decay(
    projection: Projection, state: PlasticState, time_step: Float[Array, ""], potential: Float[Array, " neurons"]
) -> PlasticState:
    """Return the state with readouts a time step older, under the potentials of the target."""
    assert projection.rule is not None
    return state._replace(
        pre=later(projection.rule.pre_readouts, state.pre, time_step),
        post=later(projection.rule.post_readouts, state.post, time_step, potential),
    )


def _age(state: PlasticState, number: Array, time: Array, time_step: Array) -> Array | None:
    if state.written is None:
        return None
    return (time - element(state.written, number)).astype(time_step.dtype) * time_step


def transmit_and_learn(
    projection: Projection,
    lists: SpikeLists,
    time: Int[Array, ""],
    time_step: Float[Array, ""],
    synaptic: Float[Array, " neurons"],
    state: PlasticState,
    signal: PyTree,
) -> tuple[Float[Array, " neurons"], PlasticState]:
    """Transmit the spikes that arrive in a step, let the rule change each synapse that did so, and keep what it was."""
    rule = projection.rule
    assert rule is not None

    def spike(arrival: Array, carry: tuple) -> tuple:
        pre = elements(state.pre, arrival)
        first, last = projection.outgoing(arrival)

        def synapse(k: Array, carry: tuple) -> tuple:
            synaptic, synapses, before, written, values = carry
            neuron = element(projection.targets, k)
            own = Synapse(k, arrival, neuron, values, _age(state._replace(written=written), k, time, time_step))
            now = up_to_date(rule, own, signal)
            place = free + (k - first)
            before = jax.tree.map(lambda all, one: set_element(all, place, one), before, now)
            synapses = changed(projection, at_pre, synapses, own, (pre, elements(state.post, neuron)), signal)
            written = None if written is None else set_element(written, k, time)
            return added(synaptic, neuron, rule.weight(now)), synapses, before, written, elements(synapses, k + 1)

        synaptic, synapses, before, written, free = carry
        begin = (synaptic, synapses, before, written, elements(synapses, first))
        return *lax.fori_loop(first, last, synapse, begin)[:4], free + (last - first)

    start = (synaptic, state.synapses, state.before, state.written, jnp.zeros((), jnp.int32))
    synaptic, synapses, before, written, _ = projection.each_spike(lists, time, spike, start)
    return synaptic, state._replace(synapses=synapses, before=before, written=written)


def learn_from_targets(
    projection: Projection,
    sources: SpikeLists,
    targets: SpikeLists,
    time: Int[Array, ""],
    time_step: Float[Array, ""],
    state: PlasticState,
    signal: PyTree,
) -> PlasticState:
    """Return the state with the synapses after what postsynaptic neurons did in a step."""
    assert projection.fan_in is not None
    assert projection.rule is not None
    starts, numbers, arrivals = projection.fan_in
    those = acting(projection.rule, targets, time, time_step, state)

    def spike(neuron: Array, carry: tuple) -> tuple:
        post = those.reading(neuron)

        def synapse(k: Array, carry: tuple) -> tuple:
            synapses, written = carry
            number, arrival = element(numbers, k), element(arrivals, k)
            age = _age(state._replace(written=written), number, time, time_step)
            own = Synapse(number, arrival, neuron, elements(synapses, number), age)
            synapses = changed(projection, those.alone, synapses, own, (elements(state.pre, arrival), post), signal)
            return synapses, None if written is None else set_element(written, number, time)

        return lax.fori_loop(element(starts, neuron), element(starts, neuron + 1), synapse, carry)

    synapses, written = those.lists.each(time, spike, (state.synapses, state.written))
    state = state._replace(synapses=synapses, written=written)
    return state._replace(synapses=_learn_where_both_act(projection, sources, those, time, state, signal))


def _learn_where_both_act(
    projection: Projection,
    sources: SpikeLists,
    those: Acting,
    time: Array,
    state: PlasticState,
    signal: PyTree,
) -> PyTree:
    """Return the synapses with those set whose two neurons acted, from what they were `before`."""
    targets = those.lists
    place = targets.place(time)
    n_fired = element(targets.counts, place)

    def spike(arrival: Array, carry: tuple) -> tuple:
        pre = elements(state.pre, arrival)
        first, last = projection.outgoing(arrival)
        synapses, free = carry

        def meet(carry: tuple) -> tuple:
            k, index, synapses = carry
            neuron = entry(targets.neurons, place, index)
            # Both lists are in order: each is searched from where the other has come to.
            k = first_not_below(lambda k: element(projection.targets, k), neuron, k, last)

            def synapse(carry: tuple) -> tuple:
                k, synapses = carry
                own = Synapse(k, arrival, neuron, elements(state.before, free + (k - first)))
                readings = pre, those.reading(neuron)
                return k + 1, changed(projection, those.both, synapses, own, readings, signal)

            def is_of_neuron(carry: tuple) -> Array:
                return (carry[0] < last) & (element(projection.targets, carry[0]) == neuron)

            k, synapses = lax.while_loop(is_of_neuron, synapse, (k, synapses))
            following = element(projection.targets, k)
            index = first_not_below(lambda i: entry(targets.neurons, place, i), following, index + 1, n_fired)
            return k, index, synapses

        begin = (first, jnp.zeros((), jnp.int32), synapses)
        synapses = lax.while_loop(lambda carry: (carry[0] < last) & (carry[1] < n_fired), meet, begin)[2]
        return synapses, free + (last - first)

    # Nobody looks at arrivals where no target fired.
    nobody = jnp.where(n_fired > 0, 0, jnp.iinfo(jnp.int32).max).astype(jnp.int32)
    start = jnp.maximum(nobody, after(state.synapses))
    return projection.each_spike(sources, time, spike, (state.synapses, jnp.zeros((), jnp.int32)), start)[0]


def raise_readouts(
    projection: Projection, sources: SpikeLists, targets: SpikeLists, time: Int[Array, ""], state: PlasticState
) -> PlasticState:
    """Return the state with the readouts changed by every spike that has arrived or happened in a step."""
    assert projection.rule is not None
    start, rule = after(state.synapses), projection.rule
    pre = projection.each_spike(sources, time, lambda at, all: raised(rule.pre_readouts, all, at), state.pre, start)
    post = targets.each(time, lambda at, all: raised(rule.post_readouts, all, at), state.post, start)
    return state._replace(pre=pre, post=post)


def catch_up(
    projection: Projection, time: Int[Array, ""], time_step: Float[Array, ""], state: PlasticState, signal: PyTree
) -> PlasticState:
    """Return the state with what happened at all synapses since their last spikes."""
    rule, nobody = projection.rule, jnp.zeros((), jnp.int32)
    if rule is None or state.written is None:
        return state
    readings = elements(state.pre, nobody), elements(state.post, nobody)

    def synapse(k: Array, synapses: PyTree) -> PyTree:
        own = Synapse(k, nobody, nobody, elements(synapses, k), _age(state, k, time, time_step))
        return changed(projection, at_none, synapses, own, readings, signal)

    synapses = lax.fori_loop(0, projection.targets.shape[0], synapse, state.synapses)
    return state._replace(synapses=synapses, written=jnp.full_like(state.written, time))
