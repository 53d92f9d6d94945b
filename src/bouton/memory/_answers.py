"""From arrays of cues to arrays of answers: chunks of one shape each, in the precision that is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from bouton.errors import InputError
from bouton.memory._dynamics import Stored, once, one_by_one, settle
from bouton.memory.kernel import MemoryKernel, ProductKernel

__all__ = ["Answers"]

_ENTRIES = 2**23
"""Of similarities to stored patterns that are held at a time."""


@dataclass(frozen=True)
class Answers:
    """How a memory answers.

    Parameters
    ----------
    kernel : MemoryKernel
    parts : tuple of arrays
        The parts of `Stored`.
    sees_itself, binary : bool
        Whether neurons see all coordinates, and answer by a sign.
    precision : str
        "double" or "single".
    """

    kernel: MemoryKernel
    parts: tuple[np.ndarray | None, ...]
    sees_itself: bool
    binary: bool
    precision: str

    def fields(self, states: np.ndarray) -> np.ndarray:
        """Return the fields of all neurons."""
        return self._in_chunks(states, lambda kernel, *cues: (self._once(kernel, *cues, False),))[0]

    def once(self, states: np.ndarray) -> list[np.ndarray]:
        """Return answers of one step, in the form of dynamics that have settled after it."""

        def answer(kernel: Any, stored: Stored, chunk: jax.Array) -> tuple:
            sure = jnp.ones(len(chunk), bool)
            return self._once(kernel, stored, chunk, self.binary), sure.astype(jnp.int32), sure, ~sure

        return self._in_chunks(states, answer)

    def _once(self, kernel: MemoryKernel, stored: Stored, chunk: jax.Array, binary: bool) -> jax.Array:
        return once(kernel, stored, chunk, self.sees_itself, self.binary, binary)

    def settled(self, states: np.ndarray, rate: float, tolerance: float, max_steps: int) -> list[np.ndarray]:
        """Return where synchronous dynamics come to."""

        def answer(kernel: Any, stored: Stored, chunk: jax.Array) -> tuple:
            limits = jnp.asarray(tolerance, chunk.dtype), jnp.asarray(max_steps, jnp.int32)
            return settle(kernel, stored, chunk, self.sees_itself, self.binary, rate, *limits)

        return self._in_chunks(states, answer)

    def one_by_one(self, states: np.ndarray, tolerance: float, max_steps: int, seed: int) -> list[np.ndarray]:
        """Return where asynchronous dynamics come to."""
        if not isinstance(self.kernel, ProductKernel):
            raise InputError(f"asynchronous updates need a kernel of products, got {type(self.kernel).__name__}")

        def answer(kernel: Any, stored: Stored, chunk: jax.Array) -> tuple:
            limits = jnp.asarray(tolerance, chunk.dtype), jnp.asarray(max_steps, jnp.int32)
            return one_by_one(kernel, stored, chunk, self.sees_itself, self.binary, jax.random.key(seed), *limits)

        return self._in_chunks(states, answer)

    def _in_chunks(self, states: np.ndarray, answer: Callable[[Any, Stored, jax.Array], tuple]) -> list[np.ndarray]:
        """Answer a batch in chunks, so that similarities to all patterns fit into memory."""
        patterns = self.parts[0]
        assert patterns is not None
        size = min(len(states), max(1, _ENTRIES // len(patterns)))
        found = []
        with jax.enable_x64(True):
            numbers = jnp.float64 if self.precision == "double" else jnp.float32
            parts: list[Any] = [None if part is None else jnp.asarray(part, numbers) for part in self.parts]
            # As arrays, parameters of the kernel need no program of their own.
            kernel = jax.tree.map(
                lambda each: jnp.asarray(each, numbers) if isinstance(each, float) else each, self.kernel
            )
            for first in range(0, len(states), size):
                chunk = states[first : first + size]
                filled = np.concatenate([chunk, np.repeat(chunk[:1], size - len(chunk), axis=0)])
                answers = answer(kernel, Stored(*parts), jnp.asarray(filled, numbers))
                found.append([np.array(each)[: len(chunk)] for each in answers])
        return [np.concatenate(each) for each in zip(*found, strict=True)]
