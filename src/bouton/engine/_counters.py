"""Steps beyond 2^32, in arithmetic of 32 bits: what compiled programs count in without JAX's switch for 64 bits.

The step of a run is a whole number of Python. A compiled program is given its low word and a key: that of the run below
2^32, one of its own for every later stretch of 2^32 steps. No part of a chunk reaches over such a limit. What is drawn
in the first 2^32 steps is drawn from ``fold_in(key, step)``.
"""

from typing import Any

import jax
import numpy as np
from jaxtyping import PRNGKeyArray, PyTree

from bouton._allowed import shown
from bouton.errors import InputError

__all__ = ["WORD", "check_first_step", "key_of_stretch", "parts_of", "step_key"]

WORD = 2**32
"""Steps that have one high word."""


def check_first_step(step: Any) -> None:
    """Refuse a number of steps that is none, or that 64 bits do not hold."""
    if not isinstance(step, int | np.integer) or isinstance(step, bool) or not 0 <= step < 2**63:
        raise InputError(f"first_step must be a whole number of steps of at least 0, got {shown(step)}")


def key_of_stretch(key: PRNGKeyArray, step: int) -> PRNGKeyArray:
    """Return the key that the low word of a step is folded into."""
    high = int(step) // WORD
    return key if high == 0 else jax.random.fold_in(jax.random.fold_in(key, np.uint32(WORD - 1)), np.uint32(high))


def step_key(key: PRNGKeyArray, step: int) -> PRNGKeyArray:
    """Return the key of a step of a run, whose number is known."""
    return jax.random.fold_in(key_of_stretch(key, step), np.uint32(int(step) % WORD))


def parts_of(events: PyTree[np.ndarray], start: int) -> list[tuple[int, PyTree[np.ndarray]]]:
    """Return a chunk's events before and after a multiple of 2^32, each with its place; one part if none is in it."""
    count = jax.tree.leaves(events)[0].shape[0]
    limit = WORD - start % WORD
    if limit >= count:
        return [(0, events)]
    before, after = (
        jax.tree.map(lambda leaf, cut=cut: leaf[cut], events) for cut in (slice(limit), slice(limit, None))
    )
    return [(0, before), (limit, after)]
