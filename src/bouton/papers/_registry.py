"""Which papers there are: every public package in the room is one, found by looking, not by a list."""

import difflib
import pkgutil
from dataclasses import dataclass
from importlib import import_module

from bouton.errors import InputError
from bouton.papers._frame import Requirement
from bouton.papers._paper import Paper

__all__ = ["PaperInfo", "available", "load"]


@dataclass(frozen=True)
class PaperInfo:
    """What a list of papers shows.

    Parameters
    ----------
    name, title, citation, topic : str
        Slug, title, short citation and topic folder.
    requires : tuple of Requirement
        Optional packages the experiment needs.
    missing : tuple of Requirement
        Those of them that are not installed.
    """

    name: str
    title: str
    citation: str
    topic: str
    requires: tuple[Requirement, ...]
    missing: tuple[Requirement, ...]


def available() -> list[PaperInfo]:
    """List the papers, sorted by name, without importing what their experiments need.

    Returns
    -------
    list of PaperInfo
    """
    papers = [load(name) for name in _names()]
    return [
        PaperInfo(
            name=paper.name,
            title=paper.title,
            citation=paper.citation,
            topic=paper.topic,
            requires=paper.requires,
            missing=tuple(requirement for requirement in paper.requires if requirement.missing),
        )
        for paper in papers
    ]


def load(name: str) -> Paper:
    """Return a paper by its name.

    Parameters
    ----------
    name : str
        The slug, for example "online-snmf".

    Returns
    -------
    Paper

    Raises
    ------
    InputError
        If there is no such paper; the sentence lists those there are and the nearest one.
    """
    names = _names()
    if name not in names:
        nearest = difflib.get_close_matches(name.lower().replace("_", "-"), names, n=1)
        suggestion = f"did you mean {nearest[0]}? " if nearest else ""
        raise InputError(f"there is no paper named {name!r}: {suggestion}known papers: {', '.join(names) or 'none'}")
    return import_module(f"bouton.papers.{name.replace('-', '_')}").PAPER


def _names() -> list[str]:
    modules = pkgutil.iter_modules(import_module("bouton.papers").__path__)
    return sorted(module.name.replace("_", "-") for module in modules if module.ispkg and module.name[0] != "_")
