"""What a memory refuses to store or to recall, and what it warns of."""

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from bouton._forked import refuse_forked
from bouton.data.rows import rows_of
from bouton.errors import InputError
from bouton.memory._problem import Problem

__all__ = [
    "are_bits",
    "are_signs",
    "as_patterns",
    "check_signs",
    "contradictions",
    "duplicates",
    "refuse_contradictions",
]

_SHOWN = 5


def as_patterns(name: str, values: ArrayLike, width: int | None = None) -> Float[np.ndarray, "patterns inputs"]:
    """Return patterns as rows of double precision.

    Raises
    ------
    InputError
        If they are no table of finite numbers with a row, or not as wide as they should be.
    TypeError
        If they hold objects that are no numbers.
    ForkedProcess
        If nothing can be computed in this process.
    """
    refuse_forked()
    try:
        table = np.asarray(rows_of(values, name))
        if table.dtype.kind == "c":
            raise InputError(f"Complex data not supported: {name} must hold real numbers")
        rows = np.array(table, dtype=np.float64)
    except InputError:
        raise
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else InputError
        raise kind(f"{name} must be a table of numbers, one pattern per row: {error}") from None
    if rows.ndim != 2:
        hint = ""
        if rows.ndim == 1:
            hint = f"; Reshape your data: {name}[None, :] is a single pattern, {name}[:, None] patterns of one value"
        raise InputError(f"{name} must have shape (patterns, inputs), got {rows.shape}{hint}")
    if 0 in rows.shape:
        raise InputError(
            f"{name} must hold at least one pattern of at least one value, got {len(rows)} sample(s), {rows.shape[1]} "
            f"feature(s) (shape={rows.shape}) while a minimum of 1 is required."
        )
    if width is not None and rows.shape[1] != width:
        raise InputError(f"{name} must have {width} values per row, as the stored patterns do, got {rows.shape[1]}")
    if not np.all(np.isfinite(rows)):
        raise InputError(f"{name} holds NaN or infinity")
    return rows


def are_signs(rows: Float[np.ndarray, "patterns inputs"]) -> bool:
    """Whether all values are -1 or +1."""
    return bool(np.all(np.abs(rows) == 1))


def are_bits(rows: Float[np.ndarray, "patterns inputs"]) -> bool:
    """Whether all values are 0 or 1."""
    return bool(np.all((rows == 0) | (rows == 1)))


def check_signs(name: str, rows: Float[np.ndarray, "patterns inputs"]) -> None:
    """Refuse values other than -1 and +1."""
    if not are_signs(rows):
        found = np.unique(rows)
        shown = ", ".join(f"{value:g}" for value in found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")
        other = "give binary=False" if name != "cues" else "store other patterns with binary=False"
        hint = "turn 0 and 1 into -1 and +1 by 2 * x - 1, or" if set(found) <= {0.0, 1.0} else "take their sign, or"
        raise InputError(f"{name} must be -1 and +1, got the values {shown}: {hint} {other}")


def duplicates(rows: Float[np.ndarray, "patterns inputs"]) -> int:
    """Count the rows that are there more than once, each but for the first time."""
    return len(rows) - len(np.unique(rows, axis=0))


def contradictions(problem: Problem) -> Int[np.ndarray, "contradictions 3"]:
    """Find pairs of patterns that a neuron cannot tell apart, although its outputs are to differ.

    Returns
    -------
    array (contradictions, 3)
        Two patterns and the neuron.
    """
    patterns, targets = problem.patterns, problem.targets
    if problem.sees_itself:
        labels = np.unique(patterns, axis=0, return_inverse=True)[1].ravel()
        order = np.argsort(labels, kind="stable")
        same = labels[order][1:] == labels[order][:-1]
        pairs = np.stack([order[:-1][same], order[1:][same]], axis=1)
        which, neurons = np.nonzero(targets[pairs[:, 0]] != targets[pairs[:, 1]])
        return np.column_stack([pairs[which], neurons])
    overlaps = patterns @ patterns.T
    first, second = np.nonzero(np.triu(overlaps == patterns.shape[1] - 2, 1))
    neurons = np.argmax(patterns[first] != patterns[second], axis=1)
    return np.column_stack([first, second, neurons])


def refuse_contradictions(problem: Problem) -> None:
    """Refuse patterns that cannot all be stored.

    Raises
    ------
    InputError
        If a neuron is to have different outputs for what are the same inputs to it.
    """
    found = contradictions(problem)
    if not len(found):
        return
    shown = "; ".join(f"patterns {a} and {b} for neuron {i}" for a, b, i in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    cause = (
        "are the same input with opposite targets"
        if problem.sees_itself
        else "differ in nothing but the state of that neuron, which it does not see"
    )
    raise InputError(
        f"not all patterns can be stored: {shown}{more} {cause}; leave one of each pair out, or take "
        "rule=SoftMargin(), which stores what it can" + ("" if problem.sees_itself else ", or self_connection=True")
    )
