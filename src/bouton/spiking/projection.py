r"""Sparse projections: who reaches whom, with which weight and delay, and what the synapses learn.

Synapses are kept in the order of delay, presynaptic and postsynaptic neuron, with a table of where those of a neuron
begin (fan-out), and for plastic ones a second table in the order of the postsynaptic neuron (fan-in). What happens at a
spike costs as much as the neuron has synapses, whatever the network has.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int, PyTree

from bouton._checked import Checked
from bouton._fields import check_fields
from bouton._loops import element, row, set_element
from bouton.errors import InputError
from bouton.plasticity import EventRule
from bouton.spiking.lists import SpikeLists

__all__ = ["PlasticState", "Projection", "added", "first_synapses"]


class PlasticState(NamedTuple):
    """What plastic synapses need to go on.

    Parameters
    ----------
    synapses : PyTree of arrays, shape (synapses,)
        Their variables; for most rules the weights, in the unit of the receptor.
    pre : tuple of arrays, shape (delays * presynaptic neurons,)
        What the rule reads of presynaptic neurons, of spikes that have arrived, for each delay.
    post : tuple of arrays, shape (postsynaptic neurons,)
        What it reads of postsynaptic neurons.
    before : PyTree of arrays, shape (synapses,)
        What synapses were before spikes arrived, one behind the other, and written over in each step: room that is made
        once, since to clear it takes longer than to learn.
    written : array of int, shape (synapses,), or None
        Of rules that change synapses between spikes: the time step up to which that has been done.
    """

    synapses: PyTree[Float[Array, " synapses"]]
    pre: tuple[Float[Array, " arrivals"], ...]
    post: tuple[Float[Array, " neurons"], ...]
    before: PyTree[Float[Array, " synapses"]]
    written: Int[Array, " synapses"] | None = None


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
    given : array of int, shape (synapses,)
        Where the synapses lie in the order in which their pairs were given or drawn.
    weights : PyTree of arrays, shape (synapses,) or ()
        What synapses start from, mostly weights; one for all if it is a scalar.
    rule : EventRule or None
        What the synapses learn.
    fan_in : tuple of arrays of int, or None
        Of plastic ones: where the synapses of each postsynaptic neuron begin, shape (n_post + 1,); their numbers and
        their arrivals, shape (synapses,).
    signal : int or None
        Which of the network's signals the rule sees.
    dendrite : tuple of arrays of int, shape (synapses,), or None
        Where the delay lies in the dendrite: the number of each synapse's delay and postsynaptic neuron, and that of
        its delay in steps and postsynaptic neuron. Then `starts` has an entry for each presynaptic neuron, and `fan_in`
        begins with where the synapses of each delay and postsynaptic neuron begin, followed by presynaptic neurons in
        place of arrivals.
    longest : int
        The longest delay, in steps.
    pairs_of : array of bool, shape (delays * n_pre, n_post), or None
        Which postsynaptic neurons each delay and presynaptic neuron reaches, where many are reached, all by one weight
        that stays: a spike is then added to all neurons at once.
    """

    source: int = eqx.field(static=True)
    target: int = eqx.field(static=True)
    n_pre: int = eqx.field(static=True)
    n_post: int = eqx.field(static=True)
    row: int = eqx.field(static=True)
    delays: Int[Array, " delays"]
    starts: Int[Array, " rows"]
    targets: Int[Array, " synapses"]
    given: Int[Array, " synapses"]
    weights: PyTree[Float[Array, "..."]]
    rule: EventRule | None = None
    fan_in: tuple[Int[Array, " posts"], Int[Array, " synapses"], Int[Array, " synapses"]] | None = None
    signal: int | None = eqx.field(static=True, default=None)
    dendrite: tuple[Int[Array, " synapses"], Int[Array, " synapses"]] | None = None
    longest: int = eqx.field(static=True, default=1)
    pairs_of: Bool[Array, "arrivals posts"] | None = None

    def __check_init__(self) -> None:
        check_fields(self)
        whole = hasattr(self.weights, "_fields") or jax.tree.structure(self.weights) == jax.tree.structure(0)
        if not whole or any(map(_is_odd, jax.tree.leaves(self.weights))):
            raise InputError(f"weights must be arrays of numbers, or one number for all synapses, got {self.weights!r}")

    @property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Presynaptic and postsynaptic neurons of the synapses, within their groups, in the order as given or drawn."""
        arrivals = np.repeat(np.arange(self.starts.shape[0] - 1), np.diff(np.asarray(self.starts)))
        given = np.asarray(self.given)
        return arrivals[given] % self.n_pre, np.asarray(self.targets)[given]

    def start(self) -> PlasticState | None:
        """Return the state of plastic synapses before the first spike; None for others."""
        if self.rule is None:
            return None
        shape, synapses = self.targets.shape, first_synapses(self)
        return PlasticState(
            synapses,
            tuple(readout.start(self.delays.shape[0] * self.n_pre) for readout in self.rule.pre_readouts),
            tuple(readout.start(self.n_post) for readout in self.rule.post_readouts),
            jax.tree.map(lambda _: jnp.zeros(shape), synapses),
            jnp.zeros(shape, jnp.int32) if self.rule.acts_between else None,
        )

    def transmitting(self, synapses: PyTree) -> Float[Array, "..."]:
        """Return what of the synapses transmits."""
        return synapses if self.rule is None else self.rule.weight(synapses)

    def seen(self, signals: Float[Array, " signals"]) -> Float[Array, ""] | None:
        """Return the signal that the rule sees, of all there are."""
        return None if self.signal is None else signals[self.signal]

    def outgoing(self, arrival: Int[Array, ""]) -> tuple[Int[Array, ""], Int[Array, ""]]:
        """Return where the synapses of a delay and presynaptic neuron begin, and where they end."""
        return element(self.starts, arrival), element(self.starts, arrival + 1)

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
            return added(synaptic, element(self.targets, k), weight)

        def spike(arrival: Array, synaptic: Array) -> Array:
            if self.pairs_of is not None and weights.ndim == 0:
                return jnp.where(row(self.pairs_of, arrival), synaptic + weights, synaptic)
            return lax.fori_loop(*self.outgoing(arrival), synapse, synaptic)

        return self.each_spike(lists, time, spike, synaptic)

    def each_spike(
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

        return self.each_delay(of_delay, carry)

    def each_delay(self, act: Callable[[Array, PyTree], PyTree], carry: PyTree) -> PyTree:
        """Let `act` change what is carried, for the index of each delay."""
        if self.delays.shape[0] == 1:
            return act(jnp.zeros((), jnp.int32), carry)
        return lax.fori_loop(jnp.zeros((), jnp.int32), jnp.asarray(self.delays.shape[0], jnp.int32), act, carry)


def added(vector: Array, index: Array, value: Array | float) -> Array:
    """Return the vector with a value added at an index."""
    return set_element(vector, index, element(vector, index) + value)


def first_synapses(projection: Projection) -> PyTree[Float[Array, " synapses"]]:
    """Return the variables of plastic synapses before the first spike."""
    shape, kind = projection.targets.shape, jnp.result_type(float)
    return jax.tree.map(lambda first: jnp.broadcast_to(jnp.asarray(first, kind), shape), projection.weights)


def _is_odd(leaf: Any) -> bool:
    """Whether what stands in place of weights is no number; arrays may be traced, and pass."""
    return isinstance(leaf, str | bool | complex | type) or (isinstance(leaf, float) and not np.isfinite(leaf))
