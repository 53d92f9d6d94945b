r"""Sparse projections: who reaches whom, with which weight and delay, and what the synapses learn.

Synapses are kept in the order of delay, presynaptic and postsynaptic neuron, with a table of where those of a neuron
begin (fan-out), and for plastic ones a second table in the order of the postsynaptic neuron (fan-in). What happens at a
spike costs as much as the neuron has synapses, whatever the network has.

A spike of step k arrives at step k + d and does all it does there at once: it is transmitted with the weight that the
synapse has on arrival, then the rule's `on_pre` runs. The delay is the axon's. A postsynaptic spike acts in the step in
which it happens. In a step all `on_pre` come before all `on_post`, and both see the traces as they were before any of
its spikes: a pair that meets in one step does not count.
"""

from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int, PyTree

from bouton._checked import Checked
from bouton._loops import element, set_element, zero_after
from bouton.dynamics import ExponentialTrace
from bouton.plasticity import EventRule
from bouton.spiking.lists import SpikeLists

__all__ = ["PlasticState", "Projection"]


class PlasticState(NamedTuple):
    """What plastic synapses need to go on.

    Parameters
    ----------
    weights : array, shape (synapses,)
        In the unit of the receptor.
    pre : tuple of arrays, shape (delays * presynaptic neurons,)
        The rule's traces of the spikes that have arrived, for each delay.
    post : tuple of arrays, shape (postsynaptic neurons,)
        The rule's traces of postsynaptic spikes.
    """

    weights: Float[Array, " synapses"]
    pre: tuple[Float[Array, " arrivals"], ...]
    post: tuple[Float[Array, " neurons"], ...]


class Projection(Checked):
    """Synapses from one group of neurons to a receptor of another; `NetworkBuilder.connect` makes them.

    Attributes
    ----------
    source, target : int
        Index of the groups.
    n_pre, n_post : int
        Their sizes.
    row : int
        Which of the target's synaptic variables spikes are added to.
    delays : array of int, shape (delays,)
        The delays that occur, in time steps.
    starts : array of int, shape (delays * n_pre + 1,)
        Where the synapses of each delay and presynaptic neuron begin.
    targets : array of int, shape (synapses,)
        Postsynaptic neurons.
    weights : array, shape (synapses,) or ()
        Weights at the start; one for all if it is a scalar.
    rule : EventRule or None
        What the synapses learn.
    fan_in : tuple of arrays of int, or None
        Of plastic ones: where the synapses of each postsynaptic neuron begin, shape (n_post + 1,); their numbers and
        their arrivals, shape (synapses,).
    """

    source: int = eqx.field(static=True)
    target: int = eqx.field(static=True)
    n_pre: int = eqx.field(static=True)
    n_post: int = eqx.field(static=True)
    row: int = eqx.field(static=True)
    delays: Int[Array, " delays"]
    starts: Int[Array, " rows"]
    targets: Int[Array, " synapses"]
    weights: Float[Array, "..."]
    rule: EventRule | None = None
    fan_in: tuple[Int[Array, " posts"], Int[Array, " synapses"], Int[Array, " synapses"]] | None = None

    def start(self) -> PlasticState | None:
        """Return the state of plastic synapses before the first spike; None for others."""
        if self.rule is None:
            return None
        weights = jnp.asarray(self.weights, jnp.result_type(float))
        return PlasticState(
            jnp.broadcast_to(weights, self.targets.shape),
            tuple(jnp.zeros(self.delays.shape[0] * self.n_pre) for _ in self.rule.pre_traces),
            tuple(jnp.zeros(self.n_post) for _ in self.rule.post_traces),
        )

    def decay(self, state: PlasticState, time_step: Float[Array, ""]) -> PlasticState:
        """Return the state with traces a time step older."""
        assert self.rule is not None
        return state._replace(
            pre=_decayed(self.rule.pre_traces, state.pre, time_step),
            post=_decayed(self.rule.post_traces, state.post, time_step),
        )

    def transmit(
        self,
        lists: SpikeLists,
        time: Int[Array, ""],
        synaptic: Float[Array, " neurons"],
        weights: Float[Array, "..."],
    ) -> Float[Array, " neurons"]:
        """Return the target's synaptic variables with the weights of all spikes added that arrive in a step."""

        def synapse(k: Array, synaptic: Array) -> Array:
            weight = element(weights, k) if weights.ndim else weights
            return _added(synaptic, element(self.targets, k), weight)

        return self._each_arrival(lists, time, lambda arrival: synapse, synaptic)

    def transmit_and_learn(
        self,
        lists: SpikeLists,
        time: Int[Array, ""],
        synaptic: Float[Array, " neurons"],
        state: PlasticState,
    ) -> tuple[Float[Array, " neurons"], Float[Array, " synapses"]]:
        """Transmit the spikes that arrive in a step, and let the rule change each synapse that did so."""
        assert self.rule is not None
        rule = self.rule

        def spike(arrival: Array, carry: tuple) -> tuple:
            pre = _elements(state.pre, arrival)
            first, last = element(self.starts, arrival), element(self.starts, arrival + 1)

            def synapse(k: Array, carry: tuple) -> tuple:
                synaptic, weights, weight = carry
                neuron = element(self.targets, k)
                changed = weight + rule.on_pre(weight, pre, _elements(state.post, neuron), None)
                weights = set_element(weights, k, changed)
                return _added(synaptic, neuron, weight), weights, element(weights, k + 1)

            synaptic, weights = carry
            return lax.fori_loop(first, last, synapse, (synaptic, weights, element(weights, first)))[:2]

        return self._each_spike(lists, time, spike, (synaptic, state.weights))

    def learn_from_targets(
        self, lists: SpikeLists, time: Int[Array, ""], state: PlasticState
    ) -> Float[Array, " synapses"]:
        """Return the weights after the postsynaptic spikes of a step."""
        assert self.rule is not None
        assert self.fan_in is not None
        rule, (starts, synapses, arrivals) = self.rule, self.fan_in

        def spike(neuron: Array, weights: Array) -> Array:
            post = _elements(state.post, neuron)

            def synapse(k: Array, weights: Array) -> Array:
                number = element(synapses, k)
                weight = element(weights, number)
                change = rule.on_post(weight, _elements(state.pre, element(arrivals, k)), post, None)
                return set_element(weights, number, weight + change)

            return lax.fori_loop(element(starts, neuron), element(starts, neuron + 1), synapse, weights)

        return lists.each(time, spike, state.weights)

    def raise_traces(
        self, sources: SpikeLists, targets: SpikeLists, time: Int[Array, ""], state: PlasticState
    ) -> PlasticState:
        """Return the state with the traces raised for every spike that has arrived or happened in a step."""
        assert self.rule is not None
        start, rule = zero_after(state.weights), self.rule
        pre = self._each_spike(sources, time, lambda at, all: _jumped(rule.pre_traces, all, at), state.pre, start)
        post = targets.each(time, lambda at, all: _jumped(rule.post_traces, all, at), state.post, start)
        return state._replace(pre=pre, post=post)

    def _each_spike(
        self,
        lists: SpikeLists,
        time: Array,
        act: Callable[[Array, PyTree], PyTree],
        carry: PyTree,
        start: Array | None = None,
    ) -> PyTree:
        """Let `act` change what is carried, for every spike that arrives in a step, after whatever delay."""

        def of_delay(index: Array, carry: PyTree) -> PyTree:
            sent = time - element(self.delays, index)
            return lists.each(sent, lambda neuron, carry: act(index * self.n_pre + neuron, carry), carry, start)

        if self.delays.shape[0] == 1:
            return of_delay(jnp.zeros((), jnp.int32), carry)
        return lax.fori_loop(jnp.zeros((), jnp.int32), jnp.asarray(self.delays.shape[0], jnp.int32), of_delay, carry)

    def _each_arrival(
        self, lists: SpikeLists, time: Array, at: Callable[[Array], Callable[[Array, PyTree], PyTree]], carry: PyTree
    ) -> PyTree:
        """Let what `at` returns for an arriving spike change what is carried, for each of its synapses."""

        def spike(arrival: Array, carry: PyTree) -> PyTree:
            first, last = element(self.starts, arrival), element(self.starts, arrival + 1)
            return lax.fori_loop(first, last, at(arrival), carry)

        return self._each_spike(lists, time, spike, carry)


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


def _added(vector: Array, index: Array, value: Array | float) -> Array:
    """Return the vector with a value added at an index."""
    return set_element(vector, index, element(vector, index) + value)
