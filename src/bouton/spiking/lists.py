"""Lists of spikes: who fired in each of the last time steps. One has room for every neuron, so none can overflow."""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Int, PyTree

from bouton._loops import element, entry, next_nonzero, set_element, set_entry

__all__ = ["SpikeLists"]

_BLOCK = 32


class SpikeLists(NamedTuple):
    """The neurons of a group that fired in the last steps, a ring with one list for each step.

    Parameters
    ----------
    neurons : array of int, shape (steps, neurons + 1)
        Neurons that fired, in ascending order; what lies beyond the count has no meaning.
    counts : array of int, shape (steps,)
        How many there are in each list.
    """

    neurons: Int[Array, "steps neurons"]
    counts: Int[Array, " steps"]

    @classmethod
    def empty(cls, n_steps: int, n_neurons: int) -> "SpikeLists":
        """Return lists of as many steps, in which nobody has fired."""
        return cls(jnp.zeros((n_steps, n_neurons + 1), jnp.int32), jnp.zeros(n_steps, jnp.int32))

    def place(self, time: Int[Array, ""]) -> Int[Array, ""]:
        """Return where the list of a time step lies; steps before the first one lie on empty lists."""
        return jnp.remainder(time, jnp.asarray(self.counts.shape[0], jnp.int32))

    def each(
        self,
        time: Int[Array, ""],
        act: Callable[[Int[Array, ""], PyTree], PyTree],
        carry: PyTree,
        start: Int[Array, ""] | None = None,
    ) -> PyTree:
        """Let `act` change what is carried, for every neuron that fired in a step, in order; `start` is 0."""
        place = self.place(time)
        count = element(self.counts, place)
        first = jnp.zeros((), jnp.int32) if start is None else start
        return lax.fori_loop(first, count, lambda k, carry: act(entry(self.neurons, place, k), carry), carry)

    def put(self, time: Int[Array, ""], count: Int[Array, ""], neuron: Int[Array, ""]) -> "SpikeLists":
        """Return the lists with a neuron written behind the first `count` of a step, whose count stays as it is."""
        return self._replace(neurons=set_entry(self.neurons, self.place(time), count, neuron))

    def close(self, time: Int[Array, ""], count: Int[Array, ""]) -> "SpikeLists":
        """Return the lists with the count of a step set."""
        return self._replace(counts=set_element(self.counts, self.place(time), count))

    def collect(self, time: Int[Array, ""], fired: Bool[Array, " neurons"], zero: Int[Array, ""]) -> "SpikeLists":
        """Return the lists with all who fired in a step; costs a look at every block, and more only at spikes."""
        n_neurons = fired.shape[0]
        n_blocks = -(-n_neurons // _BLOCK)
        flags = jnp.pad(fired.astype(jnp.int32), (0, n_blocks * _BLOCK - n_neurons))
        busy = jnp.max(flags.reshape(n_blocks, _BLOCK), axis=1)

        def look(carry: tuple) -> tuple:
            block, lists, count = carry

            def each(offset: Int[Array, ""], inner: tuple) -> tuple:
                lists, count = inner
                neuron = block * _BLOCK + offset
                # Written in any case, counted if it fired: a conditional would copy the lists.
                return lists.put(time, count, neuron), count + element(flags, neuron)

            lists, count = lax.fori_loop(0, _BLOCK, each, (lists, count))
            following, _ = next_nonzero(lambda k: element(busy, k), n_blocks, block, zero)
            return following, lists, count

        first, _ = next_nonzero(lambda k: element(busy, k), n_blocks, zero - 1, zero)
        _, lists, count = lax.while_loop(lambda carry: carry[0] < n_blocks, look, (first, self, zero))
        return lists.close(time, count)
