"""Whole numbers where a function computes in the type of its argument: steps and noise would be rounded, too."""

from typing import Any

import jax
import jax.numpy as jnp

__all__ = ["floating"]


def floating(values: Any) -> jax.Array:
    """Return an array of floating-point numbers: of the type that it has, or JAX's default where they are whole."""
    array = jnp.asarray(values)
    return array if jnp.issubdtype(array.dtype, jnp.inexact) else array.astype(jnp.result_type(float))
