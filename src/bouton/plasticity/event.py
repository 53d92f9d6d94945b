r"""Rules driven by spikes: what one synapse does when its presynaptic or its postsynaptic neuron fires.

A rule states which readouts of its two neurons it sees (traces of their spikes, a filtered potential), and functions of
them:

    change = rule.on_pre(synapse, pre, post, signal)     # the presynaptic neuron fires
    change = rule.on_post(synapse, pre, post, signal)    # the postsynaptic neuron fires
    change = rule.between(synapse, elapsed, signal)      # a time in ms goes by; default: nothing changes
    change = rule.while_depolarised(synapse, elapsed, pre, post, signal)    # where `is_depolarised`; default: nowhere

`pre` and `post` are the readouts of the two neurons *just before* the spike adds to them; where both fire at once,
neither sees the other's spike, and both changes are those of the synapse as it was before either. The same functions
run on a clock over whole pathways (`SpikingSynapses`: every synapse, every time step, with gradients), from spike to
spike (`event_driven`: exact for any spike times), and in large sparse networks (`bouton.spiking`: at the spikes only).
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from bouton._arguments import check_ordered, check_time_step, check_within
from bouton._fields import AtLeastZero, Bound
from bouton.dynamics import Readout
from bouton.plasticity.rule import Rule, within_bounds

__all__ = ["Betweentimes", "BoundedEvents", "EventRule", "Readings", "Spiking", "later", "spiked"]

Readings = tuple[Any, ...]
"""What is read of a neuron, one value for each `Readout` that the rule asks for."""


class Spiking(NamedTuple):
    """What a neuron makes available to an `EventRule` in a time step.

    Parameters
    ----------
    spike : float
        1 where it fires, else 0.
    readouts : tuple of float
        What is read of it, before this spike adds to it.
    depolarised : float, optional
        Of a postsynaptic neuron, for rules that act while it is depolarised: length of the step in ms where it is, else
        0.
    """

    spike: Any
    readouts: Readings
    depolarised: Any = None


class EventRule(Rule):
    """A rule of two functions: the change of one synapse at a presynaptic and at a postsynaptic spike.

    Where both neurons fire in one time step, both changes are computed from the synapse as it was before either and
    with the traces as they were before either, and their sum is the change; what cuts off at a bound (`BoundedEvents`)
    cuts off the sum. That is `__call__`, and every way to run a rule keeps to it: a clock, spike times, a network.

    A synapse may be a PyTree of variables; `weight` says which of them transmits. What changes it between spikes must
    be exact over any time (two short times are one long time), so that it can be made up for at the next spike.

    Examples
    --------
    >>> from bouton.dynamics import Readout
    >>> from bouton.plasticity import EventRule
    >>> class Coincidence(EventRule):
    ...     rate: float
    ...     @property
    ...     def pre_readouts(self):
    ...         return (ExponentialTrace(20.0),)
    ...     @property
    ...     def post_readouts(self):
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
    def pre_readouts(self) -> tuple[Readout, ...]:
        """What a synapse reads of its presynaptic neuron."""

    @property
    @abstractmethod
    def post_readouts(self) -> tuple[Readout, ...]:
        """What a synapse reads of its postsynaptic neuron."""

    @abstractmethod
    def on_pre(self, synapse: PyTree, pre: Readings, post: Readings, signal: PyTree) -> PyTree:
        """Return the change of one synapse at a presynaptic spike."""

    @abstractmethod
    def on_post(self, synapse: PyTree, pre: Readings, post: Readings, signal: PyTree) -> PyTree:
        """Return the change of one synapse at a postsynaptic spike."""

    def between(self, synapse: PyTree, elapsed: Any, signal: PyTree) -> PyTree:
        """Return the change of one synapse over a time in ms without spikes. Default: none."""
        return jax.tree.map(jnp.zeros_like, synapse)

    @property
    def acts_between(self) -> bool:
        """Whether anything changes between spikes."""
        return type(self).between is not EventRule.between

    def is_depolarised(self, post: Readings) -> Any:
        """Return whether a postsynaptic neuron changes all its synapses in this time step, whoever fires."""
        return False

    def while_depolarised(self, synapse: PyTree, elapsed: Any, pre: Readings, post: Readings, signal: PyTree) -> PyTree:
        """Return the change of one synapse over a time step, in ms, in which its postsynaptic neuron is depolarised."""
        return jax.tree.map(jnp.zeros_like, synapse)

    @property
    def acts_while_depolarised(self) -> bool:
        """Whether a postsynaptic neuron may change its synapses without a spike: then all of them are visited."""
        return type(self).while_depolarised is not EventRule.while_depolarised

    def check_start(self, synapse: PyTree) -> None:
        """Raise `InputError` for synapses, one or an array of them, that the rule cannot start from. Default: none."""

    def check_time_step(self, time_step: Any) -> None:
        """Raise `InputError` if a time constant of a readout is shorter than a time step, in ms."""
        for side in ("pre_readouts", "post_readouts"):
            for number, readout in enumerate(getattr(self, side)):
                check_time_step(time_step, **{f"the time constant of {side}[{number}]": readout.time_constant})

    def __call__(self, synapse: PyTree, pre: Spiking, post: Spiking, signal: PyTree) -> PyTree:
        """Return the change of one synapse in a time step: of none, one or both spikes, and while depolarised."""
        at_pre = self.on_pre(synapse, pre.readouts, post.readouts, signal)
        at_post = self.on_post(synapse, pre.readouts, post.readouts, signal)
        change = jax.tree.map(lambda first, second: pre.spike * first + post.spike * second, at_pre, at_post)
        if post.depolarised is None:
            return change
        held = self.while_depolarised(synapse, post.depolarised, pre.readouts, post.readouts, signal)
        return jax.tree.map(lambda spikes, more: spikes + jnp.where(post.depolarised > 0, more, 0), change, held)

    def with_depolarisation(self, post: Spiking, elapsed: Any) -> Spiking:
        """Return what postsynaptic neurons (posts,) make available in a step, with whether they are depolarised."""
        if not self.acts_while_depolarised:
            return post
        depolarised = jax.vmap(self.is_depolarised)(post.readouts)
        return post._replace(depolarised=jnp.where(depolarised, elapsed, 0.0))


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
    def pre_readouts(self) -> tuple[Readout, ...]:
        """Those of the inner rule."""
        return self.rule.pre_readouts

    @property
    def post_readouts(self) -> tuple[Readout, ...]:
        """Those of the inner rule."""
        return self.rule.post_readouts

    @property
    def acts_between(self) -> bool:
        """Whether the inner rule does."""
        return self.rule.acts_between

    def between(self, synapse, elapsed, signal):
        """Return the change of the inner rule, cut off at the bounds."""
        return self._within(synapse, self.rule.between(synapse, elapsed, signal))

    @property
    def acts_while_depolarised(self) -> bool:
        """Whether the inner rule does."""
        return self.rule.acts_while_depolarised

    def is_depolarised(self, post):
        """Return what the inner rule says."""
        return self.rule.is_depolarised(post)

    def while_depolarised(self, synapse, elapsed, pre, post, signal):
        """Return the change of the inner rule, cut off at the bounds."""
        return self._within(synapse, self.rule.while_depolarised(synapse, elapsed, pre, post, signal))

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


class Betweentimes(Rule):
    """What an event rule does in a time step on a clock: first what happens between spikes, then what spikes do.

    Parameters
    ----------
    rule : EventRule
        The rule.
    elapsed : float
        Length of the time step, in ms.

    Examples
    --------
    >>> from bouton.plasticity import PairSTDP
    >>> silent = Spiking(0.0, (1.0,))
    >>> float(Betweentimes(PairSTDP(), 1.0)(0.5, silent, silent, None))
    0.0
    """

    rule: EventRule
    elapsed: AtLeastZero | Float[Array, ""]

    def __call__(self, synapse: PyTree, pre: Spiking, post: Spiking, signal: PyTree) -> PyTree:
        """Return the change of one synapse in a time step that ends with spikes."""
        before = self.rule.between(synapse, self.elapsed, signal)
        change = self.rule(jax.tree.map(jnp.add, synapse, before), pre, post, signal)
        return jax.tree.map(jnp.add, before, change)

    def weight(self, synapse):
        """Return what transmits."""
        return self.rule.weight(synapse)


def later(readouts: tuple[Readout, ...], values: Readings, elapsed: Any, potential: Any = None) -> Readings:
    """Return what is read of neurons a time in ms later, at whose end they have these potentials."""
    return tuple(readout.later(value, elapsed, potential) for readout, value in zip(readouts, values, strict=True))


def spiked(readouts: tuple[Readout, ...], values: Readings, spikes: Any) -> Readings:
    """Return what is read of neurons right after spikes."""
    return tuple(readout.spike(value, spikes) for readout, value in zip(readouts, values, strict=True))
