"""What functions take where rows of numbers are asked for."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

__all__ = ["Values"]

Values = ArrayLike | Sequence[Any]
"""A number, an array, or a sequence, tuples included (which a run-time check of `ArrayLike` refuses)."""
