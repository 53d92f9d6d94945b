"""What serves any number of rows at once is given rows in pieces of two sizes, so that two programs serve all."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from bouton.engine.chunk import chunk_rows, padded

__all__ = ["in_pieces"]


def in_pieces(function: Callable[[np.ndarray], Any], rows: np.ndarray) -> Any:
    """Return what a function makes of rows, each by itself: arrays whose first axis is that of the rows.

    Parameters
    ----------
    function : callable
        Takes rows, and returns an array or a tree of arrays.
    rows : array (rows, ...)
        At least one.
    """
    small, full = chunk_rows(jax.ShapeDtypeStruct(rows.shape[1:], rows.dtype))
    pieces = []
    for first in range(0, len(rows), full):
        piece = rows[first : first + full]
        count = len(piece)
        found = function(padded(piece, small if count <= small else full))
        pieces.append(jax.tree.map(lambda leaf, count=count: np.asarray(leaf)[:count], found))
    return jax.tree.map(lambda *parts: np.concatenate(parts), *pieces)
