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
import json
import platform
import sys
from collections.abc import Iterator
from typing import Any

import equinox as eqx
import jax
import numpy as np

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


def rebuild(description: Any, arrays: dict[str, np.ndarray]) -> Any:
    """Return the circuit that a description stands for.

    Only classes and functions of bouton are ever imported: a file cannot make other code run.

    Raises
    ------
    CheckpointError
        If it names something that bouton does not have.
    """
    match description:
        case list():
            return tuple(rebuild(item, arrays) for item in description)
        case {"float": text}:
            return float(text)
        case {"dict": items}:
            return {key: rebuild(item, arrays) for key, item in items.items()}
        case {"array": path}:
            return jax.numpy.asarray(arrays[path])
        case {"function": name}:
            return _imported(name)
        case {"class": name, "fields": fields}:
            kind = _imported(name)
            if not (isinstance(kind, type) and issubclass(kind, eqx.Module)):
                raise CheckpointError(f"{name} is not a module of bouton")
            instance = object.__new__(kind)
            for field, value in fields.items():
                object.__setattr__(instance, field, rebuild(value, arrays))
            return instance
    return description


def _imported(name: str) -> Any:
    module, _, qualname = name.partition(":")
    if module != "bouton" and not module.startswith("bouton."):
        raise CheckpointError(f"{name} is not part of bouton: build the circuit yourself and hand it over")
    for home in _homes(module):
        try:
            found = _named(importlib.import_module(home), qualname)
            break
        except (ImportError, AttributeError):
            continue
    else:
        raise CheckpointError(f"this version of bouton has no {name}")
    if str(getattr(found, "__module__", "")).partition(".")[0] != "bouton":
        raise CheckpointError(f"{name} is not part of bouton: build the circuit yourself and hand it over")
    return found


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
