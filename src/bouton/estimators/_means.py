"""Means over rows from parts of a few fixed sizes, so that no number of rows compiles a program of its own."""

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["mean_over_rows"]

_SIZES = (1024, 32, 1)


def mean_over_rows(function: Callable[[np.ndarray], Any], rows: np.ndarray) -> float:
    """Return a function that is a mean over rows, and what does not depend on them, for all rows.

    Parameters
    ----------
    function : callable
        Takes rows (n_samples, n_features), returns a number.
    rows : array (n_samples, n_features)
        At least one.
    """
    total, place = 0.0, 0
    for size in _SIZES:
        while len(rows) - place >= size:
            total += size * float(function(rows[place : place + size]))
            place += size
    return total / len(rows)
