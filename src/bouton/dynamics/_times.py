"""Checks of times and potentials that neurons on a clock share; values that are traced or arrays pass unseen."""

import math
from typing import Any

from bouton.errors import InputError

__all__ = ["check_at_least_zero", "check_positive", "check_reset", "check_time_constant"]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def check_positive(name: str, value: Any, unit: str) -> None:
    """Raise `InputError` unless a number is positive and finite."""
    if _is_number(value) and not 0 < value < math.inf:
        raise InputError(f"{name} must be positive and finite, in {unit}, got {value}")


def check_at_least_zero(name: str, value: Any, unit: str) -> None:
    """Raise `InputError` unless a number is at least 0 and finite."""
    if _is_number(value) and not 0 <= value < math.inf:
        raise InputError(f"{name} must be at least 0 and finite, in {unit}, got {value}")


def check_time_constant(name: str, value: Any, time_step: Any) -> None:
    """Raise `InputError` unless a time constant is positive and no shorter than the time step."""
    check_positive(name, value, "ms")
    if _is_number(value) and _is_number(time_step) and value < time_step:
        raise InputError(
            f"{name} = {value} ms is smaller than time_step = {time_step} ms: take a shorter step; are your time "
            "constants in seconds?"
        )


def check_reset(lower: Any, upper: Any, name: str = "threshold", below: str = "reset") -> None:
    """Raise `InputError` unless one potential lies above another."""
    if _is_number(lower) and _is_number(upper) and not lower < upper:
        raise InputError(f"{name} must lie above {below}, got {name}={upper} and {below}={lower}, in mV")
