"""Hyperparameters stated once: a field's type says which values it takes, and everybody reads it there.

Constructors check it (`check_fields`), estimators make their constraints of it, the command line and the documentation
say it in words. Values that JAX traces pass: their range is known when they are made.

    class Network(Circuit):
        n_inputs: Count
        forgetting: Fraction = 1.0
        learning_rate: Positive = 0.01

        def __post_init__(self):
            check_fields(self)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from numbers import Integral, Real
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
from jaxtyping import AbstractArray

from bouton.errors import InputError

__all__ = [
    "AtLeastOne",
    "AtLeastTwo",
    "AtLeastZero",
    "Count",
    "Finite",
    "Fraction",
    "Positive",
    "Probability",
    "Range",
    "Rate",
    "RateBelowOne",
    "Share",
    "Whole",
    "check_fields",
    "check_values",
    "range_of",
]


@dataclass(frozen=True)
class Range:
    """The numbers from a lower to an upper bound.

    Parameters
    ----------
    lower, upper : float
        The bounds; infinite by default.
    includes_lower, includes_upper : bool, default False
        Whether a bound itself is allowed; infinity never is.
    whole : bool, default False
        Whether only integers are.
    """

    lower: float = -math.inf
    upper: float = math.inf
    includes_lower: bool = False
    includes_upper: bool = False
    whole: bool = False

    def allows(self, value: Any) -> bool:
        """Return whether a value is a number of the range; truth values are none."""
        if isinstance(value, bool | np.bool_) or not isinstance(value, Integral if self.whole else Real):
            return False
        number = float(value)
        above = number > self.lower or (self.includes_lower and number == self.lower)
        below = number < self.upper or (self.includes_upper and number == self.upper)
        return math.isfinite(number) and above and below

    def __str__(self) -> str:
        integer = "an integer of " if self.whole else ""
        if math.isinf(self.lower) and math.isinf(self.upper):
            return "be an integer" if self.whole else "be a finite number"
        if math.isinf(self.upper):
            if self.includes_lower:
                return f"be {integer}at least {self.lower:g}" + ("" if self.whole else " and finite")
            return "be positive and finite" if self.lower == 0 else f"be above {self.lower:g} and finite"
        left, right = "[" if self.includes_lower else "(", "]" if self.includes_upper else ")"
        return f"{'be an integer' if self.whole else 'lie'} in {left}{self.lower:g}, {self.upper:g}{right}"


Count = Annotated[int, Range(1, includes_lower=True, whole=True)]
"""A number of things: 1, 2, 3, ..."""
AtLeastTwo = Annotated[int, Range(2, includes_lower=True, whole=True)]
"""A number of things of which one is not enough."""
Whole = Annotated[int, Range(0, includes_lower=True, whole=True)]
"""A number of things that may be none: 0, 1, 2, ..."""
AtLeastOne = Annotated[float, Range(1, includes_lower=True)]
AtLeastZero = Annotated[float, Range(0, includes_lower=True)]
Positive = Annotated[float, Range(0)]
Rate = Positive
"""A learning rate."""
Fraction = Annotated[float, Range(0, 1, includes_upper=True)]
"""A share that is not nothing, such as a discount: in (0, 1]."""
Share = Annotated[float, Range(0, 1, includes_lower=True, includes_upper=True)]
"""A part of a whole, which may be nothing and all: in [0, 1]."""
RateBelowOne = Annotated[float, Range(0, 1)]
"""A rate of which one step may not replace everything: in (0, 1)."""
Probability = Annotated[float, Range(0, 1, includes_lower=True)]
"""A probability below one."""
Finite = Annotated[float, Range()]


@dataclass(frozen=True)
class Allowed:
    """What one field takes: a range, words, or None; each may be missing."""

    range: Range | None
    words: tuple[Any, ...] = ()
    none: bool = False

    def __str__(self) -> str:
        each = [*map(repr, self.words), *(["None"] if self.none else [])]
        words = " or ".join([*([", ".join(each[:-1])] if each[:-1] else []), *each[-1:]])
        if self.range is None:
            return f"be {words}"
        return f"{self.range}, or {words}" if words else str(self.range)


def check_fields(instance: Any) -> None:
    """Refuse values of fields that their types do not allow.

    Parameters
    ----------
    instance : object
        Of a class whose fields have constrained types; fields of other types pass.

    Raises
    ------
    InputError
        ``n_outputs must be an integer of at least 1, got 0``.
    """
    kind = type(instance)
    check_values(kind, {name: getattr(instance, name) for name in fields_of(kind) if hasattr(instance, name)})


def check_values(kind: type, values: Mapping[str, Any]) -> None:
    """Refuse values that the types of a class's fields, or of its constructor's arguments, do not allow.

    Parameters
    ----------
    kind : type
        The class.
    values : mapping of str to value
        By name of field or argument; other names pass, also `locals()`.

    Raises
    ------
    InputError
        ``n_outputs must be an integer of at least 1, got 0``.
    """
    for name, allowed in fields_of(kind).items():
        if name not in values:
            continue
        value = values[name]
        if (value is None and allowed.none) or _is_word(value, allowed.words) or _may_be_traced(value):
            continue
        numbers = value.ravel().tolist() if isinstance(value, np.ndarray) else [value]
        if allowed.range is None or not all(map(allowed.range.allows, numbers)):
            raise InputError(f"{name} must {allowed}, got {value!r}")


def range_of(kind: type, name: str) -> Allowed | None:
    """Return what a field of a class takes; None where its type says nothing."""
    return fields_of(kind).get(name)


@cache
def fields_of(kind: type) -> dict[str, Allowed]:
    """Return what each field of a class takes, or argument of its constructor, that has a constrained type."""
    found = {}
    # A constructor of its own may take more than the class keeps; what the class keeps goes first.
    for owner in (kind.__init__, kind):
        hints = get_type_hints(owner, include_extras=True)
        found |= {name: allowed for name, hint in hints.items() if (allowed := _allowed(hint)) is not None}
    return found


def _allowed(hint: Any) -> Allowed | None:
    if get_origin(hint) is Annotated:
        ranges = [extra for extra in hint.__metadata__ if isinstance(extra, Range)]
        return Allowed(ranges[0]) if ranges else None
    if get_origin(hint) is Literal:
        return Allowed(None, get_args(hint))
    parts = get_args(hint)
    if NoneType in parts or len(parts) > 1:
        others = [part for part in parts if part is not NoneType and not _is_array(part)]
        inner = [part for part in map(_allowed, others) if part is not None]
        if len(inner) == len(others) and inner:
            ranges = [part.range for part in inner if part.range is not None]
            words = tuple(word for part in inner for word in part.words)
            return Allowed(ranges[0] if ranges else None, words, NoneType in parts)
    return None


def _is_array(hint: Any) -> bool:
    """Whether a type stands for the arrays that take a number's place where many are computed with at once."""
    return hint is Any or (isinstance(hint, type) and issubclass(hint, AbstractArray))


def _is_word(value: Any, words: tuple[Any, ...]) -> bool:
    return any(type(value) is type(word) and value == word for word in words)


def _may_be_traced(value: Any) -> bool:
    """Whether a value is an array of JAX, which may be traced, or a place-holder that stands for one."""
    return hasattr(value, "aval") or type(value).__module__.startswith(("jax", "equinox")) or type(value) is object
