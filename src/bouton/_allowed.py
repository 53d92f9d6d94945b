"""What a type of a field lets through: numbers of a range, words, objects of a class, several of these."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np
from jaxtyping import AbstractArray

__all__ = ["Allowed", "Range", "allowed_by", "shown"]

_LONGEST = 80
_ARRAYS = ("numpy", "ndarray"), ("jax", "Array"), ("jaxlib", "Array")


@dataclass(frozen=True)
class Range:
    """The numbers from a lower to an upper bound.

    Parameters
    ----------
    lower, upper : float
        The bounds; infinite by default.
    includes_lower, includes_upper : bool, default False
        Whether a bound itself is allowed.
    whole : bool, default False
        Whether only integers are.
    infinite : bool, default False
        Whether infinity is a number of the range, where that has no bound.
    """

    lower: float = -math.inf
    upper: float = math.inf
    includes_lower: bool = False
    includes_upper: bool = False
    whole: bool = False
    infinite: bool = False

    def allows(self, value: Any) -> bool:
        """Return whether a value is a number of the range; truth values are none."""
        if isinstance(value, bool | np.bool_) or not isinstance(value, Integral if self.whole else Real):
            return False
        number = float(value)
        above = number > self.lower or (self.includes_lower and number == self.lower)
        below = number < self.upper or (self.includes_upper and number == self.upper)
        if math.isinf(number):
            return self.infinite and number in (self.lower, self.upper)
        return above and below

    def __str__(self) -> str:
        integer, finite = "an integer of " if self.whole else "", "" if self.infinite else " and finite"
        if math.isinf(self.lower) and math.isinf(self.upper):
            return "be an integer" if self.whole else "be a number" if self.infinite else "be a finite number"
        if math.isinf(self.upper):
            if self.includes_lower:
                return f"be {integer}at least {self.lower:g}" + ("" if self.whole else finite)
            return ("be positive" if self.lower == 0 else f"be above {self.lower:g}") + finite
        left, right = "[" if self.includes_lower else "(", "]" if self.includes_upper else ")"
        return f"{'be an integer' if self.whole else 'lie'} in {left}{self.lower:g}, {self.upper:g}{right}"


_NUMBER, _INTEGER, _NOTHING = Range(infinite=True), Range(whole=True), Range(1, -1)


@dataclass(frozen=True)
class Allowed:
    """What one field takes; each part may be missing.

    Parameters
    ----------
    range : Range, optional
        Numbers.
    words : tuple
        Single values.
    none : bool, default False
        None.
    kinds : tuple of type
        Objects of these classes.
    function : bool, default False
        Whatever can be called.
    arrays : bool, default False
        Arrays of numbers.
    each : tuple of Allowed
        Tuples, each of whose parts is one of these.
    """

    range: Range | None = None
    words: tuple[Any, ...] = ()
    none: bool = False
    kinds: tuple[type, ...] = ()
    function: bool = False
    arrays: bool = False
    each: "tuple[Allowed, ...]" = ()

    def refuses(self, value: Any) -> bool:
        """Whether a value is none of what the field takes."""
        if value is None:
            return not self.none
        if any(type(value) is type(word) and value == word for word in self.words) or isinstance(value, self.kinds):
            return False
        numeric = self.range is not None or self.arrays or any(isinstance(word, bool) for word in self.words)
        if _stands_for_anything(value) or (hasattr(value, "aval") and numeric):
            return False
        if isinstance(value, np.ndarray) and numeric:
            if self.range is None:
                return value.dtype.kind not in "biufc"
            return not all(map(self.range.allows, value.ravel().tolist()))
        if (self.range or (_NUMBER if self.arrays else None) or _NOTHING).allows(value):
            return False
        if self.each and isinstance(value, tuple | list):
            return any(all(one.refuses(part) for one in self.each) for part in value)
        return not (self.function and callable(value) and not inspect.isclass(value))

    def __str__(self) -> str:
        words = [*map(repr, self.words), *(["None"] if self.none else [])]
        kinds = [_with_article(kind.__name__) for kind in self.kinds]
        kinds += ["a function"] if self.function else []
        kinds += ["an array of numbers"] if self.arrays and self.range is None else []
        kinds += ["a tuple, each part of which must " + " or ".join(map(str, self.each))] if self.each else []
        if self.range is None:
            return f"be {_listed([*kinds, *words])}"
        others = _listed([*kinds, *words])
        return f"{self.range}, or {others}" if others else str(self.range)


def allowed_by(hint: Any) -> Allowed | None:
    """Return what a type lets through; None where it says nothing that can be told from a value."""
    if get_origin(hint) is Annotated:
        plain, *extras = get_args(hint)
        return next((Allowed(extra) for extra in extras if isinstance(extra, Range)), None) or allowed_by(plain)
    if get_origin(hint) is Literal:
        return Allowed(words=get_args(hint))
    if _is_array(hint):
        return Allowed(arrays=True)
    plain = {bool: Allowed(words=(True, False)), float: Allowed(_NUMBER), int: Allowed(_INTEGER)}
    if hint in plain:
        return plain[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _one_of(parts)
    if origin is tuple:
        each = tuple(allowed_by(part) for part in parts if part is not Ellipsis)
        return None if not each or None in each else Allowed(each=each)  # pyright: ignore[reportArgumentType]
    if origin is Callable or hint is Callable:
        return Allowed(function=True)
    return _object(origin or hint) if isinstance(origin or hint, type) else None


def _one_of(parts: tuple[Any, ...]) -> Allowed | None:
    # Beside numbers, `Any` stands for the arrays that take their place.
    found = [Allowed(arrays=True) if part is Any else allowed_by(part) for part in parts if part is not NoneType]
    known = [each for each in found if each is not None]
    if len(known) < len(found) or not known:
        return None
    return Allowed(
        next((each.range for each in known if each.range is not None), None),
        tuple(word for each in known for word in each.words),
        NoneType in parts,
        tuple(kind for each in known for kind in each.kinds),
        any(each.function for each in known),
        any(each.arrays for each in known),
        tuple(one for each in known for one in each.each),
    )


def _object(kind: type) -> Allowed | None:
    unknowable = getattr(kind, "_is_protocol", False) and not getattr(kind, "_is_runtime_protocol", False)
    if unknowable or kind is object or kind.__module__.startswith(("jaxtyping", "equinox")):
        return None
    return Allowed(kinds=(kind,))


def shown(value: Any) -> str:
    """Return how a value that is refused is shown: short, with advice where a class stands for its instance."""
    if inspect.isclass(value):
        return f"the class {value.__name__} itself: make one, {value.__name__}(...)"
    if hasattr(value, "shape") and hasattr(value, "dtype") and getattr(value, "size", 1) > 4:
        return f"an array of shape {tuple(value.shape)} and type {value.dtype}"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{_with_article(type(value).__name__)}, {text[:_LONGEST]}..."


def _stands_for_anything(value: Any) -> bool:
    """Whether a value is a place-holder of JAX or Equinox that stands for another."""
    if hasattr(value, "aval") or inspect.isclass(value):
        return False
    return type(value) is object or type(value).__module__.startswith(("jax.", "jax._", "jaxlib", "equinox"))


def _is_array(hint: Any) -> bool:
    if not isinstance(hint, type):
        return False
    return issubclass(hint, AbstractArray) or (hint.__module__.split(".")[0], hint.__name__) in _ARRAYS


def _listed(words: list[str]) -> str:
    return " or ".join([*([", ".join(words[:-1])] if words[:-1] else []), *words[-1:]])


def _with_article(name: str) -> str:
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"
