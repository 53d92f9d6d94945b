"""Estimators declare fields with defaults: constructor, constraints and documentation are made of them.

    class OnlineThing(CircuitTransformer[ThingNetwork, ThingState]):
        n_components: int = 16
        _: KW_ONLY
        leak: float = 0.0

A field takes what its own type says (`bouton._fields`, `Accepts`); a plain `int` or `float` takes what the field of the
same name takes in the circuit or in one of `_parts`, or what `_ranges` names: a range stands where it is checked.
"""

import dataclasses
import inspect
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from types import NoneType
from typing import Annotated, Any, ClassVar, Literal, cast, dataclass_transform, get_args, get_origin, get_type_hints

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from bouton._fields import Range, fields_of
from bouton.estimators._docstrings import circuits_of, composed, remember

__all__ = ["KW_ONLY", "Accepts", "Declared"]


@dataclass(frozen=True)
class Accepts:
    """What a parameter takes that is no number, flag or choice: scikit-learn's constraints, and words for readers."""

    words: str
    constraints: tuple[Any, ...]


@dataclass_transform(eq_default=False)
class Declared:
    """A class whose annotated fields with defaults are its parameters."""

    _parts: ClassVar[tuple[type, ...]] = ()
    """Classes, besides that of the circuit, whose fields say what parameters of the same name take."""
    _names: ClassVar[Mapping[str, str]] = {"n_components": "n_outputs"}
    """What such a field is called, where its name differs."""
    _ranges: ClassVar[Mapping[str, tuple[type, str]]] = {}
    """Class and field that say what a parameter takes, where the names differ."""
    _parameter_constraints: ClassVar[dict[str, list]] = {}

    def __init_subclass__(cls, kw_only: bool = False, **options: Any) -> None:
        super().__init_subclass__(**options)
        dataclass(cls, kw_only=kw_only, eq=False, repr=False)
        _order_own_first(cls)
        remember(cls)
        if getattr(getattr(cls, "_circuit", None), "__isabstractmethod__", False):
            return
        hints = get_type_hints(cls, include_extras=True)
        defaults = {field.name: field.default for field in dataclasses.fields(cast(Any, cls))}
        kinds = {name: _kinds(hints[name], _range_elsewhere(cls, name)) for name in defaults}
        cls._parameter_constraints = {name: [each.constraint for each in found] for name, found in kinds.items()}
        words = {name: " or ".join(each.words for each in found if each.words) for name, found in kinds.items()}
        cls.__doc__ = composed(cls, words, defaults)


@dataclass(frozen=True)
class _Kind:
    """One kind of values that a parameter takes."""

    words: str
    constraint: Any


def _order_own_first(cls: type) -> None:
    """Let the signature show plain types, and what is special to an estimator before what it shares with others."""
    constructor: Any = cls.__init__
    signature = inspect.signature(constructor)
    this, *parameters = signature.parameters.values()
    by_name = {parameter.name: parameter for parameter in parameters}
    names: list[str] = []
    for owner in cls.__mro__:
        names += [name for name in inspect.get_annotations(owner) if name in by_name and name not in names]
    plain = get_type_hints(cls)
    ordered = sorted((by_name[name].replace(annotation=plain[name]) for name in names), key=lambda each: each.kind)
    constructor.__signature__ = signature.replace(parameters=[this, *ordered], return_annotation=signature.empty)


def _range_elsewhere(cls: Any, name: str) -> Range | None:
    parts = [part for owner in cls.__mro__ for part in owner.__dict__.get("_parts", ())]
    for owner in cls.__mro__:
        if name in owner.__dict__.get("_ranges", {}):
            kind, other = owner._ranges[name]
            return fields_of(kind)[other].range
        for extra in getattr(inspect.get_annotations(owner).get(name), "__metadata__", ()):
            if isinstance(extra, Range):
                return extra
    found = (fields_of(part).get(cls._names.get(name, name)) for part in (*parts, *circuits_of(cls)))
    return next((allowed.range for allowed in found if allowed is not None and allowed.range is not None), None)


def _kinds(hint: Any, elsewhere: Range | None) -> list[_Kind]:
    """Return what a type takes, and a plain number from the range that stands elsewhere."""
    if get_origin(hint) is Annotated:
        plain, *extras = get_args(hint)
        for extra in extras:
            if isinstance(extra, Accepts):
                first, *others = extra.constraints
                return [_Kind(extra.words, first), *(_Kind("", other) for other in others)]
            if isinstance(extra, Range):
                return [_number(extra)]
        return _kinds(plain, elsewhere)
    if get_origin(hint) is Literal:
        words = get_args(hint)
        shown = ", ".join(f'"{word}"' for word in words)
        return [_Kind(f"{{{shown}}}" if len(words) > 1 else shown, StrOptions(set(words)))]
    if hint in (NoneType, None):
        return [_Kind("None", None)]
    if hint is bool:
        return [_Kind("bool", "boolean")]
    if hint in (int, float):
        if elsewhere is None:
            raise TypeError(f"nothing says which numbers a field of type {hint.__name__} takes")
        return [_number(elsewhere)]
    parts = get_args(hint)
    if not parts:
        raise TypeError(f"nothing says which values a field of type {hint!r} takes")
    words_first = sorted(parts, key=lambda part: get_origin(part) is not Literal)
    return [kind for part in words_first for kind in _kinds(part, elsewhere)]


def _number(allowed: Range) -> _Kind:
    lower = None if np.isinf(allowed.lower) else allowed.lower
    upper = None if np.isinf(allowed.upper) else allowed.upper
    closed: Any = {(True, True): "both", (True, False): "left", (False, True): "right", (False, False): "neither"}[
        allowed.includes_lower, allowed.includes_upper
    ]
    return _Kind(_words(allowed), Interval(Integral if allowed.whole else Real, lower, upper, closed=closed))


def _words(allowed: Range) -> str:
    """Say a range as documentation does."""
    number = "int" if allowed.whole else "float"
    if np.isinf(allowed.lower) and np.isinf(allowed.upper):
        return number
    if np.isinf(allowed.upper):
        if allowed.lower == 0 and not allowed.includes_lower:
            return f"positive {number}"
        return f"{number}, {'at least' if allowed.includes_lower else 'above'} {allowed.lower:g}"
    left, right = "[" if allowed.includes_lower else "(", "]" if allowed.includes_upper else ")"
    return f"{number} in {left}{allowed.lower:g}, {allowed.upper:g}{right}"
