"""Arrays that a fit is given, in the type in which it keeps them."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

__all__ = ["as_flags", "as_single", "as_whole"]


def as_flags(values: Any) -> Any:
    """Return an array of truth values."""
    return _as(values, bool)


def as_whole(values: Any) -> Any:
    """Return an array of whole numbers."""
    return _as(values, jnp.int32)


def as_single(values: Any) -> Any:
    """Return an array in single precision, whatever the state's, so that a file brings it back as it was."""
    return _as(values, jnp.float32)


def _as(values: Any, kind: Any) -> Any:
    """Return an array of numbers in another type; all else is for the check of fields to refuse."""
    is_array = isinstance(values, np.ndarray | jax.Array) and np.dtype(values.dtype).kind in "biuf"
    return jnp.asarray(values, kind) if is_array else values
