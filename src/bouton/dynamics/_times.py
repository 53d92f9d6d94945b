"""Checks of times and potentials that neurons on a clock share; values that are traced or arrays pass unseen."""

from typing import Any

from bouton._arguments import check_positive, check_time_step
from bouton.errors import InputError

__all__ = ["check_reset", "check_time_constant"]


def check_time_constant(name: str, value: Any, time_step: Any) -> None:
    """Refuse a time constant in ms that is not positive, or shorter than the time step."""
    check_positive(**{name: value})
    check_time_step(time_step, **{name: value})


def check_reset(lower: Any, upper: Any, name: str = "threshold", below: str = "reset") -> None:
    """Refuse potentials in mV of which one does not lie above another."""
    if isinstance(lower, int | float) and isinstance(upper, int | float) and not lower < upper:
        raise InputError(f"{name} must lie above {below}, got {name}={upper} and {below}={lower}, in mV")
