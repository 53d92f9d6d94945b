"""The scale of the data: what a state may grow to with it, and data whose powers leave the range of their type."""

import jax
import numpy as np
from jaxtyping import PyTree

from bouton.errors import InputError

__all__ = ["healthy_peaks", "largest_of", "refuse_overflow", "refuse_underflow"]

_HEALTHY, _STATE_POWER = 1e15, 2
"""Of the data's scale, or of its inverse: what moments grow with, and weights that invert them."""
_ROOM = 10.0
"""What sums over inputs and samples need above the power of one event, and rounding below it."""


def largest_of(events: PyTree[np.ndarray]) -> float:
    """Return the largest absolute value among events, without a copy of them."""
    return max(max(float(leaf.max(initial=0)), -float(leaf.min(initial=0))) for leaf in jax.tree.leaves(events))


def healthy_peaks(bound: float | None, largest: float, start: np.ndarray) -> np.ndarray:
    """Return how large each variable of a state may be.

    Parameters
    ----------
    bound : float, optional
        What was asked for, whatever the data. Default: what no state reaches that scales with the data and adds up.
    largest : float
        Largest absolute value of the data so far.
    start : array (leaves,)
        How large each variable was at the start: one that began beyond may grow by as much again.
    """
    if bound is not None:
        return np.full(start.shape, bound)
    scale = max(largest, 1 / largest) if largest > 0 else 1.0
    healthy = _HEALTHY * scale**_STATE_POWER
    return np.where(start <= healthy, healthy, _HEALTHY * start)


def refuse_overflow(
    events: PyTree[np.ndarray], event: PyTree, largest: float, power: int, first: int = 0, name: str = "the stream"
) -> None:
    """Raise `InputError` for the first event of which a power of the length is too large for its type.

    Parameters
    ----------
    events : PyTree of arrays (events, ...)
        Finite numbers.
    event : PyTree of jax.ShapeDtypeStruct
        What the circuit takes.
    largest : float
        Their largest absolute value.
    power : int
        The highest power that is taken (`Circuit.data_power`).
    first : int
        Number of the first event, for the message.
    name : str
        What the events come from.
    """
    for leaf, wanted in zip(jax.tree.leaves(events), jax.tree.leaves(event), strict=True):
        if np.dtype(wanted.dtype).kind != "f" or not len(leaf):
            continue
        most = (float(np.finfo(wanted.dtype).max) / _ROOM) ** (2 / power)
        if largest**2 * leaf[0].size <= most:
            continue
        rows = leaf.reshape(len(leaf), -1)
        lengths = np.sum(np.square(rows, dtype=np.float64), axis=1)
        if np.any(lengths > most):
            row = int(np.argmax(lengths > most))
            value = float(rows[row][np.argmax(np.abs(rows[row]))])
            raise InputError(
                f"row {first + row} of {name} holds {value:.3g}: power {power} of its length, which is computed with, "
                f"is too large for {wanted.dtype}: rescale the data"
            )


def refuse_underflow(event: PyTree, largest: float, power: int, name: str = "the stream") -> None:
    """Raise `InputError` where a power of the largest value vanishes, though that is not zero."""
    for leaf in jax.tree.leaves(event):
        if np.dtype(leaf.dtype).kind != "f" or not largest > 0:
            continue
        least = (float(np.finfo(leaf.dtype).tiny) * _ROOM) ** (1 / power)
        if largest < least:
            raise InputError(
                f"the largest absolute value of {name} is {largest:.3g}, whose power {power}, which is computed with, "
                f"vanishes in {leaf.dtype}: rescale the data"
            )
