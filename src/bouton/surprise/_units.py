"""What Gaussian observations have in common, and whether floating-point numbers are fine enough for them."""

import math

import jax.numpy as jnp
import numpy as np

from bouton.errors import InputError
from bouton.surprise.family import Units

__all__ = ["check_spacing", "units_of"]

_USUAL = 2.0**20
_FINE_ENOUGH = 1 / 8
"""Of the deviation: rounding then adds a thousandth to the variance."""


def units_of(level: float, deviation: float) -> Units:
    """Return a level, and a scale of 1 unless the deviation is so large or small that its powers leave the range.

    The scale is a power of two: dividing by it rounds nothing.
    """
    usual = 1 / _USUAL <= deviation <= _USUAL
    return Units(level, 1.0 if usual else 2.0 ** math.floor(math.log2(deviation)))


def check_spacing(observations: np.ndarray, deviation: float) -> None:
    """Refuse observations at which neighbouring numbers of the type lie further apart than the noise allows.

    Raises
    ------
    InputError
        Naming the first of them.
    """
    width = jnp.result_type(float)
    spacing = np.abs(np.spacing(np.asarray(observations).astype(width)))
    coarse = spacing > _FINE_ENOUGH * deviation
    if not coarse.any():
        return
    at = tuple(map(int, np.argwhere(coarse)[0]))
    advice = "double precision (jax_enable_x64, --precision float64)" if width == jnp.float32 else "a larger deviation"
    raise InputError(
        f"the observation at {list(at)} lies {observations[at]:.6g} from the prior mean or from 0, where numbers of "
        f"{width} are {spacing[at]:.3g} apart, against a deviation of the noise of {deviation:.3g}: take off what the "
        f"observations have in common, as Tracker does with the prior mean, or use {advice}"
    )
