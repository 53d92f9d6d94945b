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
from bouton.errors import InputError
from bouton.plasticity._values import Values
from bouton.plasticity.connectivity import Connectivity
from bouton.plasticity.event import Betweentimes, EventRule, Readings, Spiking, later, spiked
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
        Readouts of the presynaptic neurons, after their last spikes.
    post : tuple of arrays (posts,)
        Readouts of the postsynaptic neurons.
    """

    synapses: PyTree
    pre: Readings
    post: Readings


class SpikingSynapses(Checked):
    """The synapses of one pathway that learn at spikes, on a clock.

    In each time step readouts go on, then every synapse changes by the time that went by and by the spikes of its two
    neurons, then spikes add to the readouts.

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
        rule = Betweentimes(self.rule, self.time_step) if self.rule.acts_between else self.rule
        return Synapses(self.connectivity, rule)

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
        pre = tuple(readout.start(self.connectivity.n_pre, kind) for readout in self.rule.pre_readouts)
        post = tuple(readout.start(self.connectivity.n_post, kind) for readout in self.rule.post_readouts)
        return SpikingState(synapses, pre, post)

    def _given(self, variable: Any) -> Array:
        array = jnp.asarray(given_array(variable, self.connectivity.shape, "synapses"))
        return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(float)

    def step(
        self,
        state: SpikingState,
        pre_spikes: Array,
        post_spikes: Array,
        signal: PyTree = None,
        pre_potential: Array | None = None,
        post_potential: Array | None = None,
    ) -> SpikingState:
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
        pre_potential, post_potential : array (pres,), (posts,), optional
            Potentials in mV at the end of the step, before resets; readouts that follow it need them.

        Returns
        -------
        SpikingState
        """
        before_pre = later(self.rule.pre_readouts, state.pre, self.time_step, pre_potential)
        before_post = later(self.rule.post_readouts, state.post, self.time_step, post_potential)
        post = self.rule.with_depolarisation(Spiking(post_spikes, before_post), self.time_step)
        synapses = self.synapses.update(state.synapses, Spiking(pre_spikes, before_pre), post, signal)
        after_pre = spiked(self.rule.pre_readouts, before_pre, pre_spikes)
        return SpikingState(synapses, after_pre, spiked(self.rule.post_readouts, before_post, post_spikes))


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
    _check_needs_no_clock(rule)
    start = jax.tree.map(lambda value: jnp.asarray(value, float), synapse)
    return _run(rule, start, _device(SpikeEvents(elapsed[0], spikes_pre[0], spikes_post[0])), signal)


def weights_after(rule: EventRule, initial: PyTree, events: SpikeEvents, signal: PyTree = None) -> PyTree:
    """Return several synapses, for most rules their weights, after the events of each, side by side.

    Parameters
    ----------
    rule : EventRule
        The rule. Its parameters may be traced, so that slopes can be taken in them.
    initial : PyTree of scalars
        Each synapse before; for most rules its weight.
    events : SpikeEvents of arrays (synapses, events)
        From `merge_trains`.
    signal : PyTree of scalars, optional
        What reaches all synapses alike.

    Returns
    -------
    PyTree of arrays (synapses,)

    Raises
    ------
    InputError
        If the rule cannot start from that, or reads a potential.

    Examples
    --------
    >>> from bouton.plasticity import PairSTDP, Trains, merge_trains
    >>> events = merge_trains(Trains([0.0], [20.0]), Trains([20.0], [0.0]))
    >>> [round(weight, 5) for weight in weights_after(PairSTDP(), 0.0, events).tolist()]
    [0.00368, -0.00386]
    """
    rule.check_start(initial)
    _check_needs_no_clock(rule)
    start = jax.tree.map(lambda value: jnp.asarray(value, float), initial)
    return _run_rows(rule, start, _device(events), signal)


def _check_needs_no_clock(rule: EventRule) -> None:
    for readout in (*rule.pre_readouts, *rule.post_readouts):
        if readout.follows_potential:
            raise InputError(
                f"{type(rule).__name__} reads the potential of a neuron ({type(readout).__name__}), which spike times "
                "do not tell: run it on a clock by SpikingSynapses, or in a network"
            )
    if rule.acts_while_depolarised:
        raise InputError(
            f"{type(rule).__name__} acts in every moment in which a neuron is depolarised, not at spikes alone: run it "
            "on a clock by SpikingSynapses, or in a network"
        )


def _device(events: SpikeEvents) -> SpikeEvents:
    return SpikeEvents(*(jnp.asarray(part, float) for part in events))


@jax.jit
def _run(rule: EventRule, synapse: PyTree, events: SpikeEvents, signal: PyTree) -> PyTree:
    kind = events.elapsed.dtype
    silent = tuple(tuple(each.start((), kind) for each in side) for side in (rule.pre_readouts, rule.post_readouts))

    def one(carry: Any, event: SpikeEvents) -> tuple[Any, None]:
        synapse, pre, post = carry
        pre = later(rule.pre_readouts, pre, event.elapsed)
        post = later(rule.post_readouts, post, event.elapsed)
        own = Betweentimes(rule, jnp.asarray(event.elapsed)) if rule.acts_between else rule
        change = own(synapse, Spiking(event.pre, pre), Spiking(event.post, post), signal)
        synapse = jax.tree.map(jnp.add, synapse, change)
        return (synapse, spiked(rule.pre_readouts, pre, event.pre), spiked(rule.post_readouts, post, event.post)), None

    return jax.lax.scan(one, (synapse, *silent), events)[0][0]


@jax.jit
def _run_rows(rule: EventRule, initial: PyTree, events: SpikeEvents, signal: PyTree) -> PyTree:
    return jax.vmap(lambda row: _run(rule, initial, row, signal))(events)
