"""From arrays of cues to arrays of responses: blocks of a few sizes, in the precision that is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from bouton.errors import InputError
from bouton.memory._dynamics import Stored, once, one_by_one, settle
from bouton.memory.kernel import MemoryKernel, ProductKernel

__all__ = ["Responses", "same_parts"]

_ENTRIES = 2**23
"""Of similarities to stored patterns that are held at a time."""

_BLOCKS = (16, 256, 4096)
"""Cues of a block: few sizes, so that few programs are compiled, whatever the number of cues."""

_ROUNDING = 16
"""Units in the last place of a pattern's largest value, within which a state may dither."""


@dataclass(frozen=True)
class Responses:
    """How a memory responds.

    Parameters
    ----------
    kernel : MemoryKernel
    stored : Stored
    sees_itself, binary : bool
        Whether neurons see all coordinates, and respond by a sign.
    """

    kernel: MemoryKernel
    stored: Stored
    sees_itself: bool
    binary: bool

    @classmethod
    def made_of(
        cls,
        kernel: MemoryKernel,
        parts: tuple[np.ndarray | None, ...],
        sees_itself: bool,
        binary: bool,
        precision: str,
    ) -> "Responses":
        """Put the parts of `Stored` onto the device, in "double" or "single" precision."""
        with jax.enable_x64(True):
            numbers = jnp.float64 if precision == "double" else jnp.float32
            stored: list[Any] = [None if part is None else jnp.asarray(part, numbers) for part in parts]
            # As arrays, parameters of the kernel need no program of their own.
            kernel = jax.tree.map(lambda each: jnp.asarray(each, numbers) if isinstance(each, float) else each, kernel)
        return cls(kernel, Stored(*stored), sees_itself, binary)

    def fields(self, states: np.ndarray) -> np.ndarray:
        """Return the fields of all neurons."""
        return self._in_chunks(states, lambda chunk: (self._once(chunk, False),))[0]

    def once(self, states: np.ndarray) -> list[np.ndarray]:
        """Return responses of one step, in the form of dynamics that have settled after it."""

        def respond(chunk: jax.Array) -> tuple:
            sure = jnp.ones(len(chunk), bool)
            return self._once(chunk, self.binary), sure.astype(jnp.int32), sure, ~sure

        return self._in_chunks(states, respond)

    def _once(self, chunk: jax.Array, binary: bool) -> jax.Array:
        return once(self.kernel, self.stored, chunk, self.sees_itself, self.binary, binary)

    def settled(self, states: np.ndarray, rate: float, tolerance: float, max_steps: int) -> list[np.ndarray]:
        """Return where synchronous dynamics come to."""

        def respond(chunk: jax.Array) -> tuple:
            limits = self._limits(tolerance, max_steps)
            return settle(self.kernel, self.stored, chunk, self.sees_itself, self.binary, rate, *limits)

        return self._in_chunks(states, respond)

    def one_by_one(self, states: np.ndarray, tolerance: float, max_steps: int, seed: int) -> list[np.ndarray]:
        """Return where asynchronous dynamics come to."""
        kernel = self.kernel
        if not isinstance(kernel, ProductKernel):
            raise InputError(f"asynchronous updates need a kernel of products, got {type(kernel).__name__}")

        def respond(chunk: jax.Array) -> tuple:
            limits = self._limits(tolerance, max_steps)
            return one_by_one(kernel, self.stored, chunk, self.sees_itself, self.binary, jax.random.key(seed), *limits)

        # Neurons that take turns read all patterns of all cues again and again: few enough cues stay in the cache.
        return self._in_chunks(states, respond, _BLOCKS[:1])

    def _limits(self, tolerance: float, max_steps: int) -> tuple[jax.Array, jax.Array]:
        """Return the tolerance, which is no smaller than what rounding allows, and the most steps."""
        patterns = self.stored.patterns
        rounding = _ROUNDING * jnp.finfo(patterns.dtype).eps * jnp.max(jnp.abs(patterns))
        return jnp.maximum(tolerance, rounding).astype(patterns.dtype), jnp.asarray(max_steps, jnp.int32)

    def _in_chunks(
        self, states: np.ndarray, respond: Callable[[jax.Array], tuple], blocks: tuple[int, ...] = _BLOCKS
    ) -> list[np.ndarray]:
        """Respond to a batch in filled-up blocks, such that similarities to all patterns fit into memory."""
        most = max(1, _ENTRIES // len(self.stored.patterns))
        sizes = sorted({min(size, most) for size in blocks})
        found, first = [], 0
        with jax.enable_x64(True):
            while first < len(states):
                left = len(states) - first
                # A block is filled up if that less than doubles the work.
                size = max((size for size in sizes if size < 2 * left), default=sizes[0])
                chunk = states[first : first + size]
                filled = np.concatenate([chunk, np.repeat(chunk[:1], size - len(chunk), axis=0)])
                responses = respond(jnp.asarray(filled, self.stored.patterns.dtype))
                found.append([np.array(each)[: len(chunk)] for each in responses])
                first += size
        return [np.concatenate(each) for each in zip(*found, strict=True)]


def same_parts(old: tuple, new: tuple) -> bool:
    """Whether two memories would respond alike: the same arguments of `Responses.made_of`, not copies of them."""
    return all(map(_same, (old[0], *old[1], *old[2:]), (new[0], *new[1], *new[2:])))


def _same(old: Any, new: Any) -> bool:
    return old is new or (isinstance(old, bool | str) and old == new)
