"""Docstrings of estimators, composed when a class is made: what many share is written once, where it is declared.

A class says of its own parameters and attributes what they mean; type, range and default come from the fields. What it
says nothing of is taken from the classes that it derives from, and what `score` is from the estimator's objective.
"""

import inspect
import re
from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeVar, get_args

__all__ = ["circuits_of", "composed", "remember"]

_HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
_ENTRY = re.compile(r"^(?=\S)", re.MULTILINE)


def composed(cls: Any, words: Mapping[str, str], defaults: Mapping[str, Any]) -> str | None:
    """Return the docstring of a class with all of its parameters and attributes.

    Parameters
    ----------
    cls : type
        The class.
    words : mapping of str to str
        What each parameter takes, by name.
    defaults : mapping of str to value
        Their defaults.
    """
    if "_own_doc" not in cls.__dict__:
        return cls.__doc__
    parameters, attributes = _inherited(cls, "Parameters"), _inherited(cls, "Attributes")
    shown = []
    for name in inspect.signature(cls).parameters:
        head, body = parameters.get(name, (name, ""))
        kind = head.partition(" : ")[2] or words[name]
        shown.append(f"{name} : {kind}, default={_shown(defaults[name])}\n{body}")
    circuit = _circuit_words(cls)
    held = [
        f"{head} : {circuit[name]}\n{body}" if name in circuit and " : " not in head else f"{head}\n{body}"
        for name, (head, body) in attributes.items()
    ]
    summary, sections = _sections(cls.__doc__)
    sections = {"Parameters": "\n".join(shown), "Attributes": "\n".join(held)} | {
        name: text for name, text in sections.items() if name not in ("Parameters", "Attributes")
    }
    objective = inspect.getdoc(getattr(cls, "_objective", None))
    if objective:
        note = f"`score`: {objective[0].lower()}{objective[1:]}"
        notes = "\n\n".join([*([sections["Notes"]] if "Notes" in sections else []), note])
        after = ("References", "Examples")
        sections = (
            {name: text for name, text in sections.items() if name not in ("Notes", *after)}
            | {"Notes": notes}
            | {name: sections[name] for name in after if name in sections}
        )
    parts = [f"{name}\n{'-' * len(name)}\n{text.rstrip()}\n" for name, text in sections.items()]
    return "\n".join([summary.rstrip() + "\n", *parts])


def remember(cls: Any) -> None:
    """Keep what a class says itself, before it is composed with what others say."""
    if cls.__dict__.get("__doc__"):
        cls._own_doc = cls.__doc__


def _sections(doc: str) -> tuple[str, dict[str, str]]:
    summary, *rest = _HEADING.split(inspect.cleandoc(doc))
    return summary, dict(zip(rest[::2], rest[1::2], strict=True))


def _inherited(cls: type, section: str) -> dict[str, tuple[str, str]]:
    """Return head and body of the entries of a section, by name, the class's own before those that it derives from."""
    found: dict[str, tuple[str, str]] = {}
    for owner in cls.__mro__:
        doc = owner.__dict__.get("_own_doc")
        text = _sections(doc)[1].get(section, "") if doc else ""
        for entry in filter(None, map(str.strip, _ENTRY.split(text))):
            head, _, body = entry.partition("\n")
            found.setdefault(head.partition(" : ")[0], (head, body))
    return found


def _shown(default: Any) -> str:
    return f'"{default}"' if isinstance(default, str) else repr(default)


def _learned_kinds(cls: type) -> tuple[tuple[Any, ...], ...]:
    """Return the types of circuit and of state, from the arguments of the generic class that a class derives from."""
    for owner in cls.__mro__:
        for base in owner.__dict__.get("__orig_bases__", ()):
            kinds = get_args(base)
            if kinds and not any(isinstance(kind, TypeVar) for kind in kinds):
                return tuple(get_args(kind) if isinstance(kind, UnionType) else (kind,) for kind in kinds)
    return ()


def circuits_of(cls: type) -> tuple[type, ...]:
    """Return the classes of an estimator's circuit."""
    kinds = _learned_kinds(cls)
    return kinds[0] if kinds else ()


def _circuit_words(cls: type) -> dict[str, str]:
    words = {}
    for name, kinds in zip(("circuit_", "state_"), _learned_kinds(cls), strict=False):
        names = ["PyTree of arrays" if kind is Any else kind.__name__ for kind in kinds]
        words[name] = " or ".join([*([", ".join(names[:-1])] if names[:-1] else []), names[-1]])
    return words
