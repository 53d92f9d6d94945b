"""Relations a measured value is held against; each one judges and says in words what it asks for.

A number that is not finite, or a value of the wrong kind, holds in no relation. Relations to a bound, given a sequence,
ask for every element of it, and do not hold for an empty one.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bouton.errors import InputError

__all__ = ["AtLeast", "AtMost", "Between", "Decreasing", "Equals", "Increasing", "IsTrue", "Near", "Relation"]


class Relation(ABC):
    """What a claim asks of the measured value."""

    @abstractmethod
    def holds(self, measured: Any) -> bool:
        """Judge a measured value.

        Parameters
        ----------
        measured : float, int, bool, str or list of these
            A plain value; anything else holds in no relation.

        Returns
        -------
        bool
        """

    @abstractmethod
    def __str__(self) -> str:
        """Say in words what is asked for; this is the tolerance the report shows."""


@dataclass(frozen=True)
class AtLeast(Relation):
    """Hold for numbers not below a bound.

    Parameters
    ----------
    bound : float
        The smallest number that holds.

    Examples
    --------
    >>> AtLeast(0.9).holds(0.93), AtLeast(0.9).holds(float("nan")), str(AtLeast(0.9))
    (True, False, 'at least 0.9')
    """

    bound: float

    def __post_init__(self):
        _check_finite("bound", self.bound)

    def holds(self, measured: Any) -> bool:
        """Judge a number, or every number of a sequence."""
        return _every_number(measured, lambda value: value >= self.bound)

    def __str__(self) -> str:
        return f"at least {_exact(self.bound)}"


@dataclass(frozen=True)
class AtMost(Relation):
    """Hold for numbers not above a bound.

    Parameters
    ----------
    bound : float
        The largest number that holds.

    Examples
    --------
    >>> AtMost(1.02).holds([1.0, 1.1])
    False
    """

    bound: float

    def __post_init__(self):
        _check_finite("bound", self.bound)

    def holds(self, measured: Any) -> bool:
        """Judge a number, or every number of a sequence."""
        return _every_number(measured, lambda value: value <= self.bound)

    def __str__(self) -> str:
        return f"at most {_exact(self.bound)}"


@dataclass(frozen=True)
class Between(Relation):
    """Hold for numbers from a lower to an upper bound, both included.

    Parameters
    ----------
    lower, upper : float
        The bounds; the lower one must not be above the upper one.

    Examples
    --------
    >>> Between(0.4, 0.7).holds(0.7), str(Between(0.4, 0.7))
    (True, 'between 0.4 and 0.7')
    """

    lower: float
    upper: float

    def __post_init__(self):
        _check_finite("lower", self.lower)
        _check_finite("upper", self.upper)
        if self.lower > self.upper:
            raise InputError(f"lower must not be above upper, got {self.lower} and {self.upper}")

    def holds(self, measured: Any) -> bool:
        """Judge a number, or every number of a sequence."""
        return _every_number(measured, lambda value: self.lower <= value <= self.upper)

    def __str__(self) -> str:
        return f"between {_exact(self.lower)} and {_exact(self.upper)}"


@dataclass(frozen=True)
class Near(Relation):
    """Hold for numbers whose distance to an expected one is within a tolerance.

    Parameters
    ----------
    expected : float
        The expected number.
    tolerance : float
        The largest distance that holds, not negative, in the units of the number.

    Examples
    --------
    >>> Near(0.23, 0.05).holds(0.26), str(Near(0.23, 0.05))
    (True, '0.23 ± 0.05')
    """

    expected: float
    tolerance: float

    def __post_init__(self):
        _check_finite("expected", self.expected)
        _check_finite("tolerance", self.tolerance)
        if self.tolerance < 0:
            raise InputError(f"tolerance must not be negative, got {self.tolerance}")

    def holds(self, measured: Any) -> bool:
        """Judge a number, or every number of a sequence."""
        return _every_number(measured, lambda value: abs(value - self.expected) <= self.tolerance)

    def __str__(self) -> str:
        return f"{_exact(self.expected)} ± {_exact(self.tolerance)}"


@dataclass(frozen=True)
class Equals(Relation):
    """Hold for exactly the expected number, text or sequence; a truth value equals only a truth value.

    Parameters
    ----------
    expected : int, float, bool, str or tuple of these
        A tuple asks for a sequence of the same elements in the same order.

    Examples
    --------
    >>> Equals(5).holds(5), Equals(5).holds([5, 5, 5]), Equals((1, 2)).holds([1, 2]), str(Equals(5))
    (True, True, True, 'exactly 5')
    """

    expected: int | float | bool | str | tuple[int | float | bool | str, ...]

    def __post_init__(self):
        for value in self.expected if isinstance(self.expected, tuple) else (self.expected,):
            if isinstance(value, float):
                _check_finite("expected", value)

    def holds(self, measured: Any) -> bool:
        """Judge a value, every element of a sequence against one value, or two sequences element by element."""
        if isinstance(self.expected, tuple):
            return _is_sequence(measured) and [*map(_kind, measured)] == [*map(_kind, self.expected)]
        return _every(measured, lambda value: _kind(value) == _kind(self.expected))

    def __str__(self) -> str:
        values = self.expected if isinstance(self.expected, tuple) else (self.expected,)
        return "exactly " + (", ".join(_exact(value) for value in values) or "nothing")


@dataclass(frozen=True)
class Increasing(Relation):
    """Hold for sequences of at least two numbers that never fall.

    Parameters
    ----------
    strictly : bool, default False
        Ask for a rise at every step.

    Examples
    --------
    >>> Increasing().holds([1, 1, 2]), Increasing(strictly=True).holds([1, 1, 2]), str(Increasing())
    (True, False, 'never falls')
    """

    strictly: bool = False

    def holds(self, measured: Any) -> bool:
        """Judge a sequence."""
        return _every_step(measured, lambda step: step > 0 if self.strictly else step >= 0)

    def __str__(self) -> str:
        return "rises at every step" if self.strictly else "never falls"


@dataclass(frozen=True)
class Decreasing(Relation):
    """Hold for sequences of at least two numbers that never rise.

    Parameters
    ----------
    strictly : bool, default False
        Ask for a fall at every step.

    Examples
    --------
    >>> Decreasing().holds([6.5, 4.5, 3.2]), str(Decreasing(strictly=True))
    (True, 'falls at every step')
    """

    strictly: bool = False

    def holds(self, measured: Any) -> bool:
        """Judge a sequence."""
        return _every_step(measured, lambda step: step < 0 if self.strictly else step <= 0)

    def __str__(self) -> str:
        return "falls at every step" if self.strictly else "never rises"


@dataclass(frozen=True)
class IsTrue(Relation):
    """Hold for the truth value True, or a sequence of nothing else; the number 1 is no truth value.

    Examples
    --------
    >>> IsTrue().holds(True), IsTrue().holds(1)
    (True, False)
    """

    def holds(self, measured: Any) -> bool:
        """Judge a truth value, or every one of a sequence."""
        return Equals(True).holds(measured)

    def __str__(self) -> str:
        return "yes"


def _check_finite(name: str, value: float) -> None:
    if not _is_number(value):
        raise InputError(f"{name} must be a finite number, got {value!r}")


def _is_number(value: Any) -> bool:
    # An int has no upper bound: asking whether a huge one is finite would overflow.
    return type(value) is int or (isinstance(value, float) and math.isfinite(value))


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _every(measured: Any, condition: Callable[[Any], bool]) -> bool:
    elements = measured if _is_sequence(measured) else [measured]
    return bool(elements) and all(condition(value) for value in elements)


def _every_number(measured: Any, condition: Callable[[float], bool]) -> bool:
    return _every(measured, lambda value: _is_number(value) and condition(value))


def _every_step(measured: Any, condition: Callable[[float], bool]) -> bool:
    if not _is_sequence(measured) or len(measured) < 2 or not all(map(_is_number, measured)):
        return False
    return all(condition(after - before) for before, after in pairwise(measured))


def _kind(value: Any) -> tuple[bool, Any]:
    """Pair a value with whether it is a truth value, because Python takes True for 1."""
    return isinstance(value, bool), value


def _exact(value: Any) -> str:
    return str(value) if isinstance(value, bool | int | str) else f"{value:.12g}"
