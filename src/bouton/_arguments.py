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
    "check_within",
    "given_array",
    "known",
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
    step = known(time_step)
    for name, value in times.items():
        shortest = known(value)
        if shortest is not None and step is not None and shortest.size and np.min(shortest) < np.max(step):
            raise InputError(
                f"{name} = {np.min(shortest):g} ms is shorter than the time step of {np.max(step):g} ms: take a finer "
                "step; are your time constants in seconds?"
            )


def as_tuple(given: Any) -> Any:
    """Return a row of whole numbers, of any kind, as a tuple that can be hashed; anything else as it is."""
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if not isinstance(given, list | tuple | range):
        return given
    return tuple(int(each) if isinstance(each, Integral) and not isinstance(each, bool) else each for each in given)


def check_within(values: Any, lower: Any, upper: Any, name: str, when: str = "") -> None:
    """Refuse numbers outside of bounds; what rounding to single precision leaves of a bound lies on it."""
    found, low, high = known(values), known(lower), known(upper)
    if found is None or low is None or high is None:
        return
    margin = 1e-6 * max((abs(float(bound)) for bound in (low, high) if np.isfinite(bound)), default=0.0)
    wrong = found[~((found >= low - margin) & (found <= high + margin))]
    if wrong.size:
        raise InputError(f"{name} must lie between {low:g} and {high:g}{when and ' ' + when}, got {wrong.flat[0]:g}")


def given_array(values: Any, shape: tuple[int, ...], name: str = "weights") -> Any:
    """Return numbers that were handed in as an array of a shape; lists are arrays, what JAX traces passes by its shape.

    Raises
    ------
    InputError
        If they have another shape, or are no finite real numbers.
    """
    if not hasattr(values, "dtype"):
        try:
            values = np.asarray(values)
        except ValueError:
            raise InputError(f"{name} must be an array of shape {shape}, got rows of different lengths") from None
    if np.dtype(values.dtype).kind not in "biuf":
        raise InputError(f"{name} must hold real numbers, got {values.dtype}")
    if tuple(values.shape) != shape:
        raise InputError(f"{name} must have shape {shape}, got {tuple(values.shape)}")
    numbers = known(values)
    if numbers is not None and not np.all(np.isfinite(numbers)):
        raise InputError(f"{name} must be finite, got {numbers[~np.isfinite(numbers)].flat[0]}")
    return values


def known(value: Any) -> np.ndarray | None:
    """Return numbers as an array in double precision; None for what JAX traces, of which nothing is known yet."""
    try:
        return np.asarray(value, np.float64)
    except TypeError:
        return None
