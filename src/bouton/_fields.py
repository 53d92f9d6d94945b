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
from dataclasses import dataclass
from functools import cache
from numbers import Integral, Real
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import numpy as np

from bouton.errors import InputError

__all__ = [
    "AtLeastOne",
    "AtLeastZero",
    "Count",
    "Finite",
    "Fraction",
    "Positive",
    "Probability",
    "Range",
    "Rate",
    "check_fields",
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
AtLeastOne = Annotated[float, Range(1, includes_lower=True)]
AtLeastZero = Annotated[float, Range(0, includes_lower=True)]
Positive = Annotated[float, Range(0)]
Rate = Positive
"""A learning rate."""
Fraction = Annotated[float, Range(0, 1, includes_upper=True)]
"""A share that is not nothing, such as a discount: in (0, 1]."""
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
        words = " or ".join([*map(repr, self.words), *(["None"] if self.none else [])])
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
    for name, allowed in fields_of(type(instance)).items():
        if not hasattr(instance, name):
            continue
        value = getattr(instance, name)
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
    """Return what each field of a class with a constrained type takes."""
    hints = get_type_hints(kind, include_extras=True)
    found = {name: _allowed(hint) for name, hint in hints.items()}
    return {name: allowed for name, allowed in found.items() if allowed is not None}


def _allowed(hint: Any) -> Allowed | None:
    if get_origin(hint) is Annotated:
        ranges = [extra for extra in hint.__metadata__ if isinstance(extra, Range)]
        return Allowed(ranges[0]) if ranges else None
    if get_origin(hint) is Literal:
        return Allowed(None, get_args(hint))
    parts = get_args(hint)
    if NoneType in parts or len(parts) > 1:
        inner = [part for part in map(_allowed, (part for part in parts if part is not NoneType)) if part is not None]
        others = [part for part in parts if part is not NoneType]
        if len(inner) == len(others) and inner:
            ranges = [part.range for part in inner if part.range is not None]
            words = tuple(word for part in inner for word in part.words)
            return Allowed(ranges[0] if ranges else None, words, NoneType in parts)
    return None


def _is_word(value: Any, words: tuple[Any, ...]) -> bool:
    return any(type(value) is type(word) and value == word for word in words)


def _may_be_traced(value: Any) -> bool:
    """Whether a value is an array of JAX, which may be traced, or a place-holder that stands for one."""
    return hasattr(value, "aval") or type(value).__module__.startswith(("jax", "equinox")) or type(value) is object
