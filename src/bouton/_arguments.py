"""What constructors of circuits refuse; values that may be traced pass."""

import math
from typing import Any

import numpy as np

from bouton.errors import InputError

__all__ = [
    "check_at_least_zero",
    "check_finite",
    "check_ordered",
    "check_positive",
    "check_probability",
    "check_sizes",
    "check_time_step",
]


def check_sizes(**sizes: Any) -> None:
    """Refuse sizes that are no integers of at least 1."""
    for name, value in sizes.items():
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
            raise InputError(f"{name} must be an integer of at least 1, got {value!r}")


def check_positive(**values: Any) -> None:
    """Refuse numbers that are not positive and finite."""
    for name, value in values.items():
        if isinstance(value, int | float) and not 0 < value < math.inf:
            raise InputError(f"{name} must be positive and finite, got {value}")


def check_at_least_zero(**values: Any) -> None:
    """Refuse numbers that are negative or not finite."""
    for name, value in values.items():
        if isinstance(value, int | float) and not 0 <= value < math.inf:
            raise InputError(f"{name} must be at least 0 and finite, got {value}")


def check_probability(**values: Any) -> None:
    """Refuse numbers that are no probabilities below 1."""
    for name, value in values.items():
        if isinstance(value, int | float) and not 0 <= value < 1:
            raise InputError(f"{name} must satisfy 0 <= {name} < 1, got {value}")


def check_finite(**values: Any) -> None:
    """Refuse numbers that are NaN or infinite."""
    for name, value in values.items():
        if isinstance(value, int | float) and not math.isfinite(value):
            raise InputError(f"{name} must be finite, got {value}")


def check_ordered(lower: Any, upper: Any) -> None:
    """Refuse bounds of which the lower one exceeds the upper one."""
    if isinstance(lower, int | float) and isinstance(upper, int | float) and lower > upper:
        raise InputError(f"lower must not exceed upper, got lower={lower} and upper={upper}")


def check_time_step(time_step: Any, **times: Any) -> None:
    """Refuse time constants in ms that are shorter than the time step."""
    for name, value in times.items():
        if isinstance(value, int | float) and isinstance(time_step, int | float) and value < time_step:
            raise InputError(
                f"{name} = {value:g} ms is shorter than the time step of {time_step:g} ms: take a finer step; are your "
                "time constants in seconds?"
            )
