"""Options of a circuit given as text: its simple fields, read as their types ask."""

import dataclasses
import functools
import operator
import types
import typing
from collections.abc import Mapping, Set
from typing import Any

from jaxtyping import AbstractArray

from bouton.errors import InputError

__all__ = ["read_options"]


def read_options(kind: type, options: Mapping[str, Any], without: Set[str], name: str) -> dict[str, Any]:
    """Return the values of options, by field of a class.

    Parameters
    ----------
    kind : type
        The circuit's class.
    options : mapping of str to text or value
        By name, with hyphens or underscores.
    without : set of str
        Fields that are no options.
    name : str
        What messages call the circuit.

    Raises
    ------
    InputError
        If an option is unknown or its value cannot be read.
    """
    hints = {field: _without_arrays(hint) for field, hint in typing.get_type_hints(kind).items()}
    known = {
        field.name: hints[field.name]
        for field in dataclasses.fields(kind)
        if field.init and field.name not in without and _is_simple(hints[field.name])
    }
    values = {}
    for option, text in options.items():
        field = option.replace("-", "_")
        if field not in known:
            names = ", ".join("--" + each.replace("_", "-") for each in known)
            raise InputError(f"{name} has no option --{option.replace('_', '-')}; it has {names}")
        values[field] = _read(text, known[field], option)
    return values


def _without_arrays(hint: Any) -> Any:
    """Return what a field may be other than an array: a parameter that jax may trace is a number here."""
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint
    others = [
        each for each in typing.get_args(hint) if not (isinstance(each, type) and issubclass(each, AbstractArray))
    ]
    return functools.reduce(operator.or_, others) if others else hint


def _is_simple(kind: Any) -> bool:
    return (
        hasattr(kind, "from_name")
        or set(typing.get_args(kind) or (kind,)) <= {float, int, bool, str, type(None)}
        or (typing.get_origin(kind) is typing.Literal)
    )


def _read(text: Any, kind: Any, option: str) -> Any:
    """Return the value that a text stands for, as the type of a circuit's field asks."""
    choices = typing.get_args(kind) or (kind,)
    if typing.get_origin(kind) is typing.Literal:
        return text
    if hasattr(kind, "from_name"):
        return kind.from_name(text) if isinstance(text, str) else text
    if type(None) in choices and text in ("auto", "none", None):
        return None
    wanted = next(choice for choice in choices if choice is not type(None))
    if wanted is bool:
        if str(text).lower() in ("true", "yes", "1", "false", "no", "0"):
            return str(text).lower() in ("true", "yes", "1")
        raise InputError(f"--{option} must be yes or no, got {text!r}")
    try:
        return wanted(text)
    except (TypeError, ValueError):
        raise InputError(f"--{option} must be a {wanted.__name__}, got {text!r}") from None
