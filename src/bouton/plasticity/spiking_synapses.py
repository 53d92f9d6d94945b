"""The two ways to run a spike-driven rule: on a clock over a whole pathway, and from spike to spike at one synapse.

==================  ===================================  ==============================================================
way                 goes through                         for
==================  ===================================  ==============================================================
`SpikingSynapses`   every synapse, in every time step    networks, circuits, gradients; spikes on a clock
`event_driven`      the spikes of one synapse's neurons  protocols and recorded spikes; any spike times, exact
==================  ===================================  ==============================================================

On spikes that lie on the clock both give the same weights.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from bouton._arguments import given_array
from bouton._checked import Checked
from bouton._fields import Positive, check_fields
from bouton.dynamics import ExponentialTrace
from bouton.plasticity._values import Values
from bouton.plasticity.connectivity import Connectivity
from bouton.plasticity.event import EventRule, Spiking, Traces
from bouton.plasticity.spike_times import SpikeEvents, Trains, merge_trains
from bouton.plasticity.synapses import Synapses

__all__ = ["SpikingState", "SpikingSynapses", "event_driven", "weights_after"]


class SpikingState(NamedTuple):
    """What the synapses of a pathway need to go on.

    Parameters
    ----------
    synapses : PyTree of arrays (posts, fan_in)
        Synaptic variables; for most rules the weights.
    pre : tuple of arrays (pres,)
        Traces of the presynaptic neurons, after their last spikes.
    post : tuple of arrays (posts,)
        Traces of the postsynaptic neurons.
    """

    synapses: PyTree
    pre: Traces
    post: Traces


class SpikingSynapses(Checked):
    """The synapses of one pathway that learn at spikes, on a clock.

    In each time step traces decay, then every synapse changes by the spikes of its two neurons, then spikes add to the
    traces.

    Parameters
    ----------
    connectivity : Connectivity
        `Dense` or `FanIn`.
    rule : EventRule
        What one synapse does at a presynaptic and at a postsynaptic spike.
    time_step : float
        In ms. Default 1.

    Raises
    ------
    InputError
        If a time constant of the rule is shorter than the time step.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.plasticity import Dense, PairSTDP, SpikingSynapses
    >>> pathway = SpikingSynapses(Dense(2, 1), PairSTDP(potentiation=0.5))
    >>> state = pathway.start(jnp.zeros((1, 2)))
    >>> state = pathway.step(state, jnp.array([1.0, 0.0]), jnp.array([0.0]))
    >>> state = pathway.step(state, jnp.array([0.0, 0.0]), jnp.array([1.0]))
    >>> [round(weight, 4) for weight in state.synapses[0].tolist()]
    [0.4756, 0.0]
    """

    connectivity: Connectivity
    rule: EventRule
    time_step: Positive | Float[Array, ""] = 1.0

    def __check_init__(self) -> None:
        check_fields(self)
        self.rule.check_time_step(self.time_step)

    @property
    def synapses(self) -> Synapses:
        """The rule over the connectivity."""
        return Synapses(self.connectivity, self.rule)

    def start(self, synapses: PyTree) -> SpikingState:
        """Return synapses whose neurons have not fired yet.

        Parameters
        ----------
        synapses : PyTree of arrays (posts, fan_in)
            Synaptic variables; lists are arrays.

        Raises
        ------
        InputError
            If a variable has another shape or is no finite real number, or the rule cannot start from it.
        """
        synapses = jax.tree.map(self._given, synapses, is_leaf=lambda node: isinstance(node, list))
        self.rule.check_start(synapses)
        kind = jnp.result_type(*jax.tree.leaves(synapses))
        pre = tuple(jnp.zeros(self.connectivity.n_pre, kind) for _ in self.rule.pre_traces)
        post = tuple(jnp.zeros(self.connectivity.n_post, kind) for _ in self.rule.post_traces)
        return SpikingState(synapses, pre, post)

    def _given(self, variable: Any) -> Array:
        array = jnp.asarray(given_array(variable, self.connectivity.shape, "synapses"))
        return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(float)

    def step(self, state: SpikingState, pre_spikes: Array, post_spikes: Array, signal: PyTree = None) -> SpikingState:
        """Go on by a time step that ends with spikes.

        Parameters
        ----------
        state : SpikingState
            State before.
        pre_spikes : array (pres,)
            1 where a presynaptic neuron fires, else 0.
        post_spikes : array (posts,)
            1 where a postsynaptic neuron fires, else 0.
        signal : PyTree of scalars, optional
            What reaches all synapses alike.

        Returns
        -------
        SpikingState
        """
        before_pre = _decayed(self.rule.pre_traces, state.pre, self.time_step)
        before_post = _decayed(self.rule.post_traces, state.post, self.time_step)
        synapses = self.synapses.update(
            state.synapses, Spiking(pre_spikes, before_pre), Spiking(post_spikes, before_post), signal
        )
        pre = _jumped(self.rule.pre_traces, before_pre, pre_spikes)
        return SpikingState(synapses, pre, _jumped(self.rule.post_traces, before_post, post_spikes))


def event_driven(rule: EventRule, synapse: PyTree, pre: Values, post: Values, signal: PyTree = None) -> PyTree:
    """Return one synapse after the spikes of its two neurons, exact for any spike times.

    Parameters
    ----------
    rule : EventRule
        What the synapse does at spikes.
    synapse : PyTree of scalars
        The synapse before; for most rules its weight.
    pre, post : array (spikes,)
        Spike times in ms, in order. One of them may be empty.
    signal : PyTree of scalars, optional
        What reaches all synapses alike.

    Returns
    -------
    PyTree of scalar arrays
        The synapse after.

    Raises
    ------
    InputError
        If times are not in order, or there is no spike.

    Examples
    --------
    >>> from bouton.plasticity import TripletSTDP
    >>> round(float(event_driven(TripletSTDP(), 1.0, pre=[10.0, 30.0], post=[20.0, 40.0])), 6)
    0.998456
    """
    elapsed, spikes_pre, spikes_post = merge_trains(Trains(pre, post))
    rule.check_start(synapse)
    start = jax.tree.map(lambda value: jnp.asarray(value, float), synapse)
    return _run(rule, start, _device(SpikeEvents(elapsed[0], spikes_pre[0], spikes_post[0])), signal)


def weights_after(rule: EventRule, initial: float | Array, events: SpikeEvents) -> Array:
    """Return the weights of several synapses after the events of each, side by side.

    Parameters
    ----------
    rule : EventRule
        Whose synapse is a plain weight. Its parameters may be traced, so that slopes can be taken in them.
    initial : float
        Weight before.
    events : SpikeEvents of arrays (synapses, events)
        From `merge_trains`.

    Returns
    -------
    array (synapses,)

    Examples
    --------
    >>> from bouton.plasticity import PairSTDP, Trains, merge_trains
    >>> events = merge_trains(Trains([0.0], [20.0]), Trains([20.0], [0.0]))
    >>> [round(weight, 5) for weight in weights_after(PairSTDP(), 0.0, events).tolist()]
    [0.00368, -0.00386]
    """
    rule.check_start(initial)
    return _run_rows(rule, jnp.asarray(initial, float), _device(events))


def _device(events: SpikeEvents) -> SpikeEvents:
    return SpikeEvents(*(jnp.asarray(part, float) for part in events))


@jax.jit
def _run(rule: EventRule, synapse: PyTree, events: SpikeEvents, signal: PyTree) -> PyTree:
    zero = jnp.zeros((), events.elapsed.dtype)
    silent = tuple(zero for _ in rule.pre_traces), tuple(zero for _ in rule.post_traces)

    def one(carry: Any, event: SpikeEvents) -> tuple[Any, None]:
        synapse, pre, post = carry
        pre = _decayed(rule.pre_traces, pre, event.elapsed)
        post = _decayed(rule.post_traces, post, event.elapsed)
        change = rule(synapse, Spiking(event.pre, pre), Spiking(event.post, post), signal)
        synapse = jax.tree.map(jnp.add, synapse, change)
        return (synapse, _jumped(rule.pre_traces, pre, event.pre), _jumped(rule.post_traces, post, event.post)), None

    return jax.lax.scan(one, (synapse, *silent), events)[0][0]


@jax.jit
def _run_rows(rule: EventRule, initial: Array, events: SpikeEvents) -> Array:
    return jax.vmap(lambda row: _run(rule, initial, row, None))(events)


def _decayed(traces: tuple[ExponentialTrace, ...], values: Traces, elapsed: Any) -> Traces:
    return tuple(trace.decayed(value, elapsed) for trace, value in zip(traces, values, strict=True))


def _jumped(traces: tuple[ExponentialTrace, ...], values: Traces, spikes: Any) -> Traces:
    return tuple(trace.jumped(value, spikes) for trace, value in zip(traces, values, strict=True))
