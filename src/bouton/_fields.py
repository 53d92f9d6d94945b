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

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, get_type_hints

from bouton._allowed import Allowed, Range, allowed_by, shown
from bouton.errors import InputError

__all__ = [
    "AtLeastOne",
    "AtLeastTwo",
    "AtLeastZero",
    "Bound",
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
Bound = Annotated[float, Range(infinite=True)]
"""A bound, which may be infinite."""


def check_fields(instance: Any) -> None:
    """Refuse values of fields that their types do not allow.

    Parameters
    ----------
    instance : object
        Of a class whose fields say by their types what they take; fields of other types pass.

    Raises
    ------
    InputError
        ``n_outputs must be an integer of at least 1, got 0``.
    """
    # A field that a class computes instead is none of its own.
    own = getattr(type(instance), "__dataclass_fields__", vars(instance))
    for name, allowed in fields_of(type(instance)).items():
        if name in own and hasattr(instance, name):
            # What a constructor of its own asks for comes before the converters have run.
            converter = getattr(own[name], "metadata", {}).get("converter", _as_it_is)
            _check(name, allowed, converter(getattr(instance, name)))


def check_values(kind: type, values: Mapping[str, Any]) -> None:
    """Refuse values that the types of a constructor's arguments, or else of a class's fields, do not allow.

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
    for name, allowed in (fields_of(kind) | _stated(kind.__init__)).items():
        if name in values:
            _check(name, allowed, values[name])


def _as_it_is(value: Any) -> Any:
    return value


def _check(name: str, allowed: Allowed, value: Any) -> None:
    if allowed.refuses(value):
        if len(allowed.each) == 1 and isinstance(value, tuple | list):
            for number, part in enumerate(value):
                _check(f"{name}[{number}]", allowed.each[0], part)
        # A part of what was given may be what is meant, as with the topologies of a sheet.
        part = getattr(value, name, None)
        advice = f": hand over its .{name}" if part is not None and allowed.kinds and not allowed.refuses(part) else ""
        raise InputError(f"{name} must {allowed}, got {shown(value)}{advice}")


def range_of(kind: type, name: str) -> Allowed | None:
    """Return what a field of a class takes; None where its type says nothing."""
    return fields_of(kind).get(name)


@cache
def fields_of(kind: type) -> dict[str, Allowed]:
    """Return what each field of a class takes, or argument of its constructor, that has a constrained type."""
    # A constructor of its own may take more than the class keeps; what the class keeps goes first.
    return _stated(kind.__init__) | _stated(kind)


@cache
def _stated(owner: Any) -> dict[str, Allowed]:
    try:
        hints = get_type_hints(owner, include_extras=True)
    except (NameError, TypeError):
        # Types of a user's class that stand where nothing can look them up say nothing.
        return {}
    return {name: allowed for name, hint in hints.items() if (allowed := allowed_by(hint)) is not None}
