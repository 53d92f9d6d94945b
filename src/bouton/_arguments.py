"""What functions refuse of their arguments, as constructors do by the types of fields; traced values pass."""

from numbers import Integral
from typing import Any

import numpy as np

from bouton._fields import Range
from bouton.errors import InputError

__all__ = [
    "as_tuple",
    "check_at_least_zero",
    "check_finite",
    "check_ordered",
    "check_positive",
    "check_probability",
    "check_sizes",
    "check_time_step",
]

_SIZE = Range(1, includes_lower=True, whole=True)


def check_sizes(**sizes: Any) -> None:
    """Refuse sizes that are no integers of at least 1."""
    for name, value in sizes.items():
        if not _SIZE.allows(value):
            raise InputError(f"{name} must {_SIZE}, got {value!r}")


def check_positive(**values: Any) -> None:
    """Refuse numbers that are not positive and finite."""
    _check(Range(0), values)


def check_at_least_zero(**values: Any) -> None:
    """Refuse numbers that are negative or not finite."""
    _check(Range(0, includes_lower=True), values)


def check_probability(**values: Any) -> None:
    """Refuse numbers that are no probabilities below 1."""
    _check(Range(0, 1, includes_lower=True), values)


def check_finite(**values: Any) -> None:
    """Refuse numbers that are NaN or infinite."""
    _check(Range(), values)


def _check(allowed: Range, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, int | float) and not allowed.allows(value):
            raise InputError(f"{name} must {allowed}, got {value}")


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


def as_tuple(given: Any) -> Any:
    """Return a row of whole numbers, of any kind, as a tuple that can be hashed; anything else as it is."""
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if not isinstance(given, list | tuple | range):
        return given
    return tuple(int(each) if isinstance(each, Integral) and not isinstance(each, bool) else each for each in given)
