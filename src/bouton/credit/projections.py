"""What alignment makes of what a layer shows it before it compares: centred or normalised inputs and drives."""

from typing import Literal

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["Projection", "projected", "pulled_back"]

Projection = Literal["plain", "centred", "normalised", "batch centred"]
"""Nothing; less the mean of each sample over all its values; that over its length; or less the mean over samples."""

Values = Float[Array, "batch *shape"]


def projected(how: Projection, values: Values) -> Values:
    """Return values of samples as alignment takes them."""
    if how == "plain":
        return values
    if how == "batch centred":
        return values - jnp.mean(values, axis=0, keepdims=True)
    axes = tuple(range(1, values.ndim))
    centred = values - jnp.mean(values, axis=axes, keepdims=True)
    if how == "centred":
        return centred
    squares = jnp.sum(centred**2, axis=axes, keepdims=True)
    # A sample all of whose values are equal has no direction: it is 0, and so is what comes back from it.
    return centred / jnp.sqrt(jnp.where(squares > 0, squares, jnp.inf))


def pulled_back(how: Projection, values: Values, change: Values) -> Values:
    """Return by what a change of projected values goes up with the values; of linear projections whatever these are."""
    if how != "normalised":
        return projected(how, change)
    return jax.vjp(lambda seen: projected(how, seen), values)[1](change)[0]
