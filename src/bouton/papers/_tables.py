"""Tables of expected values in claims: how far measured ones are from them, and how they are written."""

from collections.abc import Iterable
from typing import Any

__all__ = ["distances", "listed"]


def distances(found: Iterable[Any], expected: Iterable[float]) -> list[float]:
    """Return how far each value is from the expected one."""
    return [abs(float(value) - other) for value, other in zip(found, expected, strict=True)]


def listed(values: Iterable[float]) -> str:
    """Return numbers in a row, as a claim shows what was published."""
    return ", ".join(f"{value:g}" for value in values)
