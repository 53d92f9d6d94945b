r"""Rules driven by spikes: what one synapse does when its presynaptic or its postsynaptic neuron fires.

A rule states the traces that its two neurons keep, and two functions of them:

    change = rule.on_pre(synapse, pre, post, signal)     # the presynaptic neuron fires
    change = rule.on_post(synapse, pre, post, signal)    # the postsynaptic neuron fires

`pre` and `post` are the traces of the two neurons *just before* the spike adds to them; where both fire at once,
neither sees the other's spike, and both changes are those of the synapse as it was before either. The same functions
run on a clock over whole pathways (`SpikingSynapses`: every synapse, every time step, with gradients), from spike to
spike (`event_driven`: exact for any spike times), and in large sparse networks (`bouton.spiking`: at the spikes only).
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import jax
from jaxtyping import Array, Float, PyTree

from bouton._arguments import check_ordered, check_time_step, check_within
from bouton._fields import Bound
from bouton.dynamics import ExponentialTrace
from bouton.plasticity.rule import Rule, within_bounds

__all__ = ["BoundedEvents", "EventRule", "Spiking", "Traces"]

Traces = tuple[Any, ...]
"""The values of a neuron's traces, one for each `ExponentialTrace` that the rule asks for."""


class Spiking(NamedTuple):
    """What a neuron makes available to an `EventRule` in a time step.

    Parameters
    ----------
    spike : float
        1 where it fires, else 0.
    traces : tuple of float
        Its traces, before this spike adds to them.
    """

    spike: Any
    traces: Traces


class EventRule(Rule):
    """A rule of two functions: the change of one synapse at a presynaptic and at a postsynaptic spike.

    Where both neurons fire in one time step, both changes are computed from the synapse as it was before either and
    with the traces as they were before either, and their sum is the change; what cuts off at a bound (`BoundedEvents`)
    cuts off the sum. That is `__call__`, and every way to run a rule keeps to it: a clock, spike times, a network.

    Examples
    --------
    >>> from bouton.dynamics import ExponentialTrace
    >>> from bouton.plasticity import EventRule
    >>> class Coincidence(EventRule):
    ...     rate: float
    ...     @property
    ...     def pre_traces(self):
    ...         return (ExponentialTrace(20.0),)
    ...     @property
    ...     def post_traces(self):
    ...         return (ExponentialTrace(20.0),)
    ...     def on_pre(self, synapse, pre, post, signal):
    ...         return self.rate * post[0]
    ...     def on_post(self, synapse, pre, post, signal):
    ...         return self.rate * pre[0]
    >>> Coincidence(rate=0.5)(0.0, Spiking(0.0, (0.25,)), Spiking(1.0, (0.0,)), None)
    0.125
    """

    @property
    @abstractmethod
    def pre_traces(self) -> tuple[ExponentialTrace, ...]:
        """The traces that a presynaptic neuron keeps of its own spikes."""

    @property
    @abstractmethod
    def post_traces(self) -> tuple[ExponentialTrace, ...]:
        """The traces that a postsynaptic neuron keeps of its own spikes."""

    @abstractmethod
    def on_pre(self, synapse: PyTree, pre: Traces, post: Traces, signal: PyTree) -> PyTree:
        """Return the change of one synapse at a presynaptic spike."""

    @abstractmethod
    def on_post(self, synapse: PyTree, pre: Traces, post: Traces, signal: PyTree) -> PyTree:
        """Return the change of one synapse at a postsynaptic spike."""

    def check_start(self, synapse: PyTree) -> None:
        """Raise `InputError` for synapses, one or an array of them, that the rule cannot start from. Default: none."""

    def check_time_step(self, time_step: Any) -> None:
        """Raise `InputError` if a time constant of the traces is shorter than a time step, in ms."""
        for side in ("pre_traces", "post_traces"):
            for number, trace in enumerate(getattr(self, side)):
                check_time_step(time_step, **{f"the time constant of {side}[{number}]": trace.time_constant})

    def __call__(self, synapse: PyTree, pre: Spiking, post: Spiking, signal: PyTree) -> PyTree:
        """Return the change of one synapse in a time step: of none, one or both of the two spikes."""
        at_pre = self.on_pre(synapse, pre.traces, post.traces, signal)
        at_post = self.on_post(synapse, pre.traces, post.traces, signal)
        return jax.tree.map(lambda first, second: pre.spike * first + post.spike * second, at_pre, at_post)


class BoundedEvents(EventRule):
    """Another spike-driven rule with hard bounds on the weight.

    Parameters
    ----------
    rule : EventRule
        The rule. Of one that keeps several variables, the weight is bounded.
    lower, upper : float
        The bounds, in units of the weight. Default 0 and 1.

    Raises
    ------
    InputError
        If `lower` exceeds `upper`.

    Examples
    --------
    >>> from bouton.plasticity import BoundedEvents, PairSTDP
    >>> rule = BoundedEvents(PairSTDP(potentiation=0.5))
    >>> round(float(rule.on_post(0.8, (1.0,), (0.0,), None)), 3)
    0.2
    """

    rule: EventRule
    lower: Bound | Float[Array, ""] = 0.0
    upper: Bound | Float[Array, ""] = 1.0

    def __check_init__(self) -> None:
        check_ordered(self.lower, self.upper)

    @property
    def pre_traces(self) -> tuple[ExponentialTrace, ...]:
        """The traces of the inner rule."""
        return self.rule.pre_traces

    @property
    def post_traces(self) -> tuple[ExponentialTrace, ...]:
        """The traces of the inner rule."""
        return self.rule.post_traces

    def on_pre(self, synapse, pre, post, signal):
        """Return the change of the inner rule, cut off at the bounds."""
        return self._within(synapse, self.rule.on_pre(synapse, pre, post, signal))

    def on_post(self, synapse, pre, post, signal):
        """Return the change of the inner rule, cut off at the bounds."""
        return self._within(synapse, self.rule.on_post(synapse, pre, post, signal))

    def __call__(self, synapse: PyTree, pre: Spiking, post: Spiking, signal: PyTree) -> PyTree:
        """Return the change of the inner rule, where both neurons fire the sum of both, cut off at the bounds."""
        return self._within(synapse, self.rule(synapse, pre, post, signal))

    def weight(self, synapse):
        """Return what transmits in the inner rule."""
        return self.rule.weight(synapse)

    def check_start(self, synapse):
        """Refuse weights outside of the bounds: the first spike would move them to the bound."""
        check_within(self.weight(synapse), self.lower, self.upper, "weights of a rule with bounds", "at the start")
        self.rule.check_start(synapse)

    def _within(self, synapse: Any, change: Any) -> Any:
        return within_bounds(self.rule, synapse, change, self.lower, self.upper)
