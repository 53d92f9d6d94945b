r"""How well feedback weights stand for the transpose of the forward ones.

.. math:: \angle(a, b) = \arccos \frac{a \cdot b}{|a|\, |b|}, \qquad r = |B| / |W|

Of an array that is zero there is neither: both are NaN then, unless something else is asked for.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["angle_between", "norm_ratio"]


def angle_between(
    one: Float[Array, "*shape"], other: Float[Array, "*shape"], *, undefined: float = float("nan")
) -> Float[Array, ""]:
    """Return the angle between two arrays of one shape, in degrees; `undefined` if one is zero.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(angle_between(jnp.array([1.0, 0.0]), jnp.array([1.0, 1.0]))), 3)
    45.0
    """
    sizes = jnp.max(jnp.abs(one)), jnp.max(jnp.abs(other))
    there = (sizes[0] != 0) & (sizes[1] != 0)
    # Scaled first: squares of small errors fall below the smallest number.
    first, second = (values / jnp.where(there, size, 1) for values, size in zip((one, other), sizes, strict=True))
    lengths = jnp.sqrt(jnp.sum(first * first)) * jnp.sqrt(jnp.sum(second * second))
    cosine = jnp.sum(first * second) / jnp.where(there, lengths, 1)
    return jnp.where(there, jnp.degrees(jnp.arccos(jnp.clip(cosine, -1, 1))), undefined)


def norm_ratio(one: Array, other: Array, *, undefined: float = float("nan")) -> Float[Array, ""]:
    """Return the length of one array over that of another; `undefined` if the other is zero.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> float(norm_ratio(jnp.array([3.0, 4.0]), jnp.array([0.0, 10.0])))
    0.5
    """
    length = jnp.sqrt(jnp.sum(other * other))
    return jnp.where(length == 0, undefined, jnp.sqrt(jnp.sum(one * one)) / jnp.where(length == 0, 1, length))
