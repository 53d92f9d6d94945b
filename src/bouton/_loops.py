"""Element access and search for loops that XLA runs in place, as one folded kernel.

The compiler fuses a scalar into every consumer and then keeps two copies of any vector that one of them overwrites; a
conditional copies its operands in both branches. A value that leaves a `while_loop` is not fused, and what the loop
carries is aliased. So an event-driven loop asks `next_nonzero` for the next index that has work and for the value
there, and changes its arrays only by those two.
"""

from collections.abc import Callable

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int, Shaped

__all__ = [
    "element",
    "entry",
    "first_not_below",
    "largest_magnitude",
    "next_nonzero",
    "row",
    "set_element",
    "set_entry",
    "set_row",
    "update_row",
    "zero_after",
]

_WHOLE = {2: jnp.int16, 4: jnp.int32, 8: jnp.int64}


def element(vector: Shaped[Array, " units"], index: Int[Array, ""]) -> Shaped[Array, ""]:
    """Return ``vector[index]`` for a non-negative index; one past the end gives the last element."""
    return lax.dynamic_slice(vector, (index,), (1,), allow_negative_indices=False)[0]


def set_element(
    vector: Shaped[Array, " units"], index: Int[Array, ""], value: Shaped[Array, ""]
) -> Shaped[Array, " units"]:
    """Return the vector with ``vector[index] = value`` for a non-negative index."""
    return lax.dynamic_update_slice(vector, value[None], (index,), allow_negative_indices=False)


def entry(matrix: Shaped[Array, "units others"], row: Int[Array, ""], column: Int[Array, ""]) -> Shaped[Array, ""]:
    """Return ``matrix[row, column]`` for non-negative indices of one type."""
    return lax.dynamic_slice(matrix, (row, column), (1, 1), allow_negative_indices=False)[0, 0]


def set_entry(
    matrix: Shaped[Array, "units others"], row: Int[Array, ""], column: Int[Array, ""], value: Shaped[Array, ""]
) -> Shaped[Array, "units others"]:
    """Return the matrix with ``matrix[row, column] = value`` for non-negative indices of one type."""
    return lax.dynamic_update_slice(matrix, value[None, None], (row, column), allow_negative_indices=False)


def row(matrix: Shaped[Array, "units others"], index: Int[Array, ""]) -> Shaped[Array, " others"]:
    """Return ``matrix[index]`` for a non-negative index."""
    start = (index, jnp.zeros_like(index))
    return lax.dynamic_slice(matrix, start, (1, matrix.shape[1]), allow_negative_indices=False)[0]


def set_row(
    matrix: Shaped[Array, "units others"], index: Int[Array, ""], value: Shaped[Array, " others"]
) -> Shaped[Array, "units others"]:
    """Return the matrix with ``matrix[index] = value`` for a non-negative index."""
    start = (index, jnp.zeros_like(index))
    return lax.dynamic_update_slice(matrix, value[None], start, allow_negative_indices=False)


def update_row(
    matrix: Shaped[Array, "units others"],
    index: Int[Array, ""],
    change: Callable[[Shaped[Array, "1 others"]], Shaped[Array, "1 others"]],
) -> Shaped[Array, "units others"]:
    """Return the matrix with ``matrix[index] = change(matrix[index])`` for a non-negative index.

    The row is handed over as a matrix of one row: between reading and writing back, the compiler works in place only
    where the shape stays the same; a vector would be copied first, which takes as long as the change itself.
    """
    start = (index, jnp.zeros_like(index))
    old = lax.dynamic_slice(matrix, start, (1, matrix.shape[1]), allow_negative_indices=False)
    return lax.dynamic_update_slice(matrix, change(old), start, allow_negative_indices=False)


def next_nonzero(
    value: Callable[[Int[Array, ""]], Shaped[Array, ""]], count: int, after: Int[Array, ""], zero: Shaped[Array, ""]
) -> tuple[Int[Array, ""], Shaped[Array, ""]]:
    """Find the first index greater than `after` at which `value` is not zero.

    Parameters
    ----------
    value
        The scalar at an index. NaN counts as not zero.
    count
        Number of indices.
    after
        Where the search starts (int32); -1 searches from the first index.
    zero
        Zero, in the type of the values.

    Returns
    -------
    index
        The index found, or `count` where there is none.
    value
        The value there; without meaning where there is none.
    """
    return lax.while_loop(
        lambda carry: (carry[0] < count) & (carry[1] == 0),
        lambda carry: (carry[0] + 1, value(carry[0] + 1)),
        (after, zero),
    )


def first_not_below(
    value: Callable[[Int[Array, ""]], Int[Array, ""]],
    wanted: Int[Array, ""],
    first: Int[Array, ""],
    last: Int[Array, ""],
) -> Int[Array, ""]:
    """Return the first index from `first` on, below `last`, where ascending values are not below the wanted one."""

    def halve(carry: tuple) -> tuple:
        low, high = carry
        middle = (low + high) // 2
        below = value(middle) < wanted
        return jnp.where(below, middle + 1, low), jnp.where(below, high, middle)

    return lax.while_loop(lambda carry: carry[0] < carry[1], halve, (first, last))[0]


def zero_after(vector: Shaped[Array, " units"]) -> Int[Array, ""]:
    """Return 0 (int32), which the compiler cannot know before the vector is there.

    What begins with it runs after the vector was made. Where one loop reads an array and a later one changes it, this
    is the order that lets the compiler change it in place; without any it copies the array first.
    """
    first = lax.slice(vector, (0,), (1,))[0]
    bits = lax.bitcast_convert_type(jnp.abs(first), _WHOLE[vector.dtype.itemsize])
    return jnp.minimum(bits, 0).astype(jnp.int32)


def largest_magnitude(vector: Float[Array, " units"]) -> Float[Array, ""]:
    """Return the largest absolute value; NaN if there is one.

    The bits of absolute values are in the order of the values, NaN above infinity; and the maximum of whole numbers is
    several times faster than that of floats, which asks about NaN each time.
    """
    bits = lax.bitcast_convert_type(jnp.abs(vector), _WHOLE[vector.dtype.itemsize])
    return lax.bitcast_convert_type(jnp.max(bits), vector.dtype)
