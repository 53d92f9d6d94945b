"""A circuit in words and numbers: what a checkpoint knows its own circuit by, and what a model file rebuilds.

A description is plain JSON: the class by its public name, each field as a number, a text, a list, a nested description,
a function by its public name, or an array by type, shape and digest (the array itself goes beside it, as a tensor). A
public name is package and name ("bouton.plasticity:Oja"): it stays when code moves to another module. Descriptions that
name the module instead, as bouton wrote them before, are read as well.
"""

import dataclasses
import hashlib
import importlib
import importlib.metadata
import inspect
import json
import pkgutil
import platform
import sys
from collections.abc import Iterator
from typing import Any, get_type_hints

import equinox as eqx
import jax
import numpy as np

import bouton
from bouton._fields import check_fields
from bouton._flags import loops_are_folded
from bouton._version import __version__
from bouton.errors import CheckpointError, InputError

__all__ = ["cpu_class", "describe", "difference", "digest", "rebuild", "versions"]


def describe(value: Any, arrays: dict[str, np.ndarray] | None = None, path: str = "circuit") -> Any:
    """Return the description of a circuit (or of one of its fields).

    Parameters
    ----------
    value : Circuit or field
        What is described.
    arrays : dict, optional
        Filled with the arrays met, by path.
    path : str
        Name under which arrays are filed.

    Raises
    ------
    InputError
        If a field cannot be described.
    """
    match value:
        case bool() | int() | str() | None:
            return value
        case float():
            return value if np.isfinite(value) else {"float": repr(value)}
        case np.generic():
            return describe(value.item())
        case list() | tuple():
            return [describe(item, arrays, f"{path}.{index}") for index, item in enumerate(value)]
        case dict():
            return {"dict": {str(k): describe(item, arrays, f"{path}.{k}") for k, item in value.items()}}
        case jax.Array() | np.ndarray():
            array = np.asarray(value)
            if arrays is not None:
                arrays[path] = array
            digest = hashlib.blake2b(np.ascontiguousarray(array).tobytes(), digest_size=16).hexdigest()
            return {"array": path, "dtype": array.dtype.name, "shape": list(array.shape), "digest": digest}
        case eqx.Module():
            fields = {
                field.name: describe(getattr(value, field.name), arrays, f"{path}.{field.name}")
                for field in dataclasses.fields(value)  # pyright: ignore[reportArgumentType]
            }
            return {"class": _public_name(type(value)), "fields": fields}
        case _ if callable(value) and hasattr(value, "__qualname__"):
            return {"function": _public_name(value)}
    raise InputError(f"{path} is a {type(value).__name__}, which cannot be written down: use numbers, text or arrays")


def rebuild(description: Any, arrays: dict[str, np.ndarray], path: str = "circuit") -> Any:
    """Return the circuit that a description stands for.

    A file can name nothing but classes that a topic of bouton exports, and these are made by their own constructors: it
    can neither make other code run nor give a class what its constructor refuses.

    Raises
    ------
    CheckpointError
        If it names something that bouton does not have, or a constructor refuses what it says.
    """
    try:
        found = _rebuilt(description, arrays)
        differs = difference(description, describe(found, path=path))
    except RecursionError:
        raise CheckpointError("the description of the circuit is damaged: it is nested too deeply") from None
    if differs:
        raise CheckpointError(f"the description of the circuit contradicts itself: {differs}")
    return found


def _rebuilt(description: Any, arrays: dict[str, np.ndarray]) -> Any:
    match description:
        case list():
            return tuple(_rebuilt(item, arrays) for item in description)
        case {"float": "nan" | "inf" | "-inf" as text}:
            return float(text)
        case {"dict": dict() as items}:
            return {key: _rebuilt(item, arrays) for key, item in items.items()}
        case {"array": str() as path} if path in arrays:
            return jax.numpy.asarray(arrays[path])
        case {"function": name}:
            raise CheckpointError(
                f"{name} is a function, not part of bouton's circuits: build the circuit yourself and hand it over"
            )
        case {"class": str() as name, "fields": dict() as fields}:
            return _made(name, {key: _rebuilt(item, arrays) for key, item in fields.items()})
        case dict():
            raise CheckpointError(f"the description of the circuit is damaged: {sorted(description)} says nothing")
    return description


def _made(name: str, values: dict[str, Any]) -> eqx.Module:
    """Return a module with the given fields, by its constructor."""
    kind = _imported(name)
    if not (isinstance(kind, type) and issubclass(kind, eqx.Module)) or inspect.isabstract(kind):
        raise CheckpointError(f"{name} is not a module of bouton")
    names = {field.name for field in dataclasses.fields(kind)}  # pyright: ignore[reportArgumentType]
    odd = sorted(names ^ set(values))
    if odd:
        raise CheckpointError(f"{name} lacks its {odd[0]}" if odd[0] in names else f"{name} has no {odd[0]}")
    asked = inspect.signature(kind).parameters
    try:
        if (own := getattr(kind, "_from_fields", None)) is not None:
            return own(**values)
        if names.issuperset(asked):
            return kind(**{each: values[each] for each in asked})
        return _filled(kind, values)
    except CheckpointError:
        raise
    except Exception as error:  # whatever a constructor raises, it is the file that is wrong
        raise CheckpointError(f"{name} cannot be made of what the file says: {error}") from error


def _filled(kind: type[eqx.Module], values: dict[str, Any]) -> eqx.Module:
    """Return a module whose constructor asks for something else than its fields; its own checks run all the same."""
    instance = object.__new__(kind)
    for field, hint in get_type_hints(kind).items():
        value = values.get(field)
        if isinstance(hint, type) and field in values and not isinstance(value, hint):
            raise InputError(f"{field} must be of type {hint.__name__}, got {value!r}")
    for field, value in values.items():
        object.__setattr__(instance, field, value)
    check_fields(instance)
    for owner in kind.__mro__:
        if "__check_init__" in vars(owner):
            vars(owner)["__check_init__"](instance)
    return instance


def _imported(name: str) -> Any:
    """Return what a topic of bouton exports under a name; names of modules within a topic stand for the topic."""
    module, _, exported = name.partition(":")
    package, _, rest = module.partition(".")
    topic = rest.partition(".")[0]
    if package != bouton.__name__:
        raise CheckpointError(f"{name} is not part of bouton: build the circuit yourself and hand it over")
    if topic not in {each.name for each in pkgutil.iter_modules(bouton.__path__) if each.ispkg}:
        raise CheckpointError(f"this version of bouton has no {name}")
    home = importlib.import_module(f"{package}.{topic}")
    if exported not in home.__all__:
        raise CheckpointError(f"this version of bouton has no {name}")
    return getattr(home, exported)


def _named(module: Any, qualname: str) -> Any:
    for part in qualname.split("."):
        module = getattr(module, part)
    return module


def _homes(module: str) -> Iterator[str]:
    """Yield a module and the packages of bouton around it, from the inside out."""
    while module:
        yield module
        module = module.rpartition(".")[0]


def _public_name(value: Any) -> str:
    """Return "package:name" with the outermost package of bouton that exports a class or function, or its module."""
    name = value.__qualname__
    packages = [home for home in _homes(value.__module__) if home.startswith("bouton.")]
    for home in reversed(packages):
        try:
            if _named(sys.modules.get(home), name) is value:
                return f"{home}:{name}"
        except AttributeError:
            continue
    return f"{value.__module__}:{name}"


def _with_present_names(description: Any) -> Any:
    """Return a stored description with its classes and functions named as this version names them."""
    match description:
        case list():
            return [_with_present_names(item) for item in description]
        case dict():
            return {
                key: _present_name(item)
                if key in ("class", "function") and isinstance(item, str)
                else _with_present_names(item)
                for key, item in description.items()
            }
    return description


def _present_name(name: str) -> str:
    try:
        return _public_name(_imported(name))
    except CheckpointError:
        return name


def digest(description: Any) -> str:
    """Return the digest of a description."""
    return hashlib.blake2b(json.dumps(description, sort_keys=True).encode(), digest_size=16).hexdigest()


def difference(theirs: Any, ours: Any, path: str = "") -> str:
    """Return in words where a stored description first differs from one of this version; empty if it doesn't."""
    return _difference(_with_present_names(theirs), ours, path)


def _difference(theirs: Any, ours: Any, path: str) -> str:
    if theirs == ours:
        return ""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        if "class" in theirs and "class" in ours:
            if theirs["class"] != ours["class"]:
                names = [item["class"].rpartition(":")[2] for item in (theirs, ours)]
                return f"{path or 'the circuit'} is {names[0]} there and {names[1]} here"
            return _difference(theirs["fields"], ours["fields"], path)
        # Plain values first: they say more than what was derived from them.
        for key in sorted(theirs.keys() | ours.keys(), key=lambda key: (isinstance(ours.get(key), dict | list), key)):
            found = _difference(theirs.get(key), ours.get(key), f"{path}.{key}" if path else key)
            if found:
                return found
    return f"{path} is {theirs!r} there and {ours!r} here"


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    return {
        "bouton": __version__,
        "python": platform.python_version(),
        "jax": jax.__version__,
        "jaxlib": importlib.metadata.version("jaxlib"),
        "numpy": np.__version__,
        "equinox": eqx.__version__,
        "cpu": cpu_class(),
        "loops": "folded" if loops_are_folded() else "not folded",
    }


def cpu_class() -> str:
    """Return architecture and vector instructions of this machine: bits are promised per class, not across."""
    wanted = ("avx", "avx2", "fma", "avx512f", "asimd", "sve")
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            text = next((line for line in file if line.startswith(("flags", "Features"))), "")
    except OSError:
        text = ""
    return "+".join([platform.machine(), *(name for name in wanted if name in text.split())])
