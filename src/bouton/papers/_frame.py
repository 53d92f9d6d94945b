"""The frame of a paper: its metadata and statements, and the sections that measure, check and draw."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bouton.errors import InputError
from bouton.papers._relations import Relation
from bouton.papers.basis import Basis

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["SCALES", "Check", "Figure", "Paper", "Progress", "Requirement", "Section", "Statement", "silent"]

SCALES = ("smoke", "laptop", "paper")
"""Seconds, for tests; minutes on two cores, the default; as published."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@runtime_checkable
class Progress(Protocol):
    """What a reproduction calls to say how far it is."""

    def __call__(self, stage: str, fraction: float | None = None, /) -> None:
        """Take what is being done, in a few words, and the done share of the whole in [0, 1] where it is known."""


def silent(stage: str, fraction: float | None = None, /) -> None:
    """Take progress and show nothing."""


@dataclass(frozen=True)
class Requirement:
    """An optional package a paper needs.

    Parameters
    ----------
    module : str
        The name it is imported by.
    extra : str
        The extra of bouton that brings it.
    """

    module: str
    extra: str

    @property
    def missing(self) -> bool:
        """Whether the package is not installed; asking does not import it."""
        return find_spec(self.module.partition(".")[0]) is None


@dataclass(frozen=True)
class Statement:
    """What a paper says, in one sentence.

    Parameters
    ----------
    name : str
        Short name, unique in the paper; the checks that bear on the statement name it.
    sentence : str
        The statement.
    basis : Basis
        Whose statement it is and where it stands: `basis.paper("abstract")`.
    not_asked : str, default ""
        Why no check bears on it, where none does.
    """

    name: str
    sentence: str
    basis: Basis
    not_asked: str = ""


@dataclass(frozen=True)
class Check:
    """One measured value and what it must satisfy.

    Parameters
    ----------
    name : str
        Short name, unique in its section.
    sentence : str
        What is measured and expected, as a sentence.
    relation : Relation
        What the measured value must satisfy, chosen before measuring.
    measure : callable
        Takes the results of the section, returns a number, a truth value, a text or a sequence of these.
    basis : Basis
        Whose number the expected one is.
    on : str, default ""
        Name of the statement of the paper that it bears on; empty where it stands apart.
    expected : str or float, optional
        The expected value as its source has it. Default: the relation in words.
    remark : str, default ""
        What may explain a difference; shown where the check does not hold.
    scales : tuple of str
        Scales at which it can be measured. Default: all of them.
    """

    name: str
    sentence: str
    relation: Relation
    measure: Callable[[Mapping[str, Any]], Any]
    basis: Basis
    on: str = ""
    expected: str | float | None = None
    remark: str = ""
    scales: tuple[str, ...] = SCALES


@dataclass(frozen=True)
class Figure:
    """A figure of a section.

    Parameters
    ----------
    name : str
        Short name, unique in the section.
    caption : str
        What is seen and what to look for.
    draw : callable
        Takes the results of the section, returns a matplotlib Figure; called once in the light and once in the dark
        house style.
    alt : str, optional
        Words in place of the image; by default the name.
    """

    name: str
    caption: str
    draw: "Callable[[Mapping[str, Any]], matplotlib.figure.Figure]"
    alt: str = ""


Break = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Results that differ from those made up, or what makes them from those."""


def _no_circuits(settings: Any) -> Sequence[Any]:
    return ()


@dataclass(frozen=True)
class Section:
    """One experiment of a paper, complete in itself.

    Parameters
    ----------
    settings : mapping of str to dataclass
        The settings for "smoke", "laptop" and "paper".
    measure : callable
        Takes settings and seed, returns a mapping of names to plain values and arrays (nested in lists, tuples and
        mappings at will): what is stored.
    checks : tuple of Check
        What the results must satisfy.
    holds : callable
        Returns made-up results under which every check holds.
    breaks : mapping of str to mapping or callable
        For each check, the entries of those results that are replaced so that the check does not hold; a callable
        makes the replacements from the made-up results.
    figures : tuple of Figure
        What is drawn of the results.
    circuits : callable, optional
        Takes settings, returns the circuits and rules whose locality is audited; none by default.

    Raises
    ------
    InputError
        If a scale is unknown or none is given, a name occurs twice, or a check cannot be shown able to fail.
    """

    settings: Mapping[str, Any]
    measure: Callable[[Any, int], Mapping[str, Any]]
    checks: tuple[Check, ...]
    holds: Callable[[], Mapping[str, Any]]
    breaks: Mapping[str, Break]
    figures: tuple[Figure, ...] = ()
    circuits: Callable[[Any], Sequence[Any]] = _no_circuits

    def __post_init__(self):
        if not self.settings or not set(self.settings) <= set(SCALES):
            got = ", ".join(self.settings) or "none"
            raise InputError(f"the scales of a section must be among {', '.join(SCALES)}, got {got}")
        for kind, parts in (("check", self.checks), ("figure", self.figures)):
            _names_of_their_own(kind, [part.name for part in parts])
        if unmatched := sorted({check.name for check in self.checks} ^ set(self.breaks)):
            raise InputError(f"each check needs results that break it, and only checks have them: {unmatched[0]!r}")


@dataclass(frozen=True)
class Paper:
    """A published system: citation, statements and sections.

    Parameters
    ----------
    name : str
        The slug used on the command line: the package's name with hyphens ("online-snmf" for `online_snmf`).
    title : str
        Title of the publication.
    authors : tuple of str
        Each as "Given Family" or "Family, Given".
    year : int
        Year of publication.
    topic : str
        The topic folder the system lives in, for example "similarity".
    bibtex : str
        The BibTeX entry.
    url : str
        Where the paper is found: the address of its DOI or of its preprint.
    summary : str
        One paragraph: what the system is and what is reproduced here.
    statements : tuple of Statement
        What the paper says, in the order in which the page tells it.
    sections : tuple of str, or mapping of str to Section
        The experiments: names of modules of the paper's package, each with a `SECTION`; or the sections themselves.
    main_figure : tuple of str, optional
        Section and name of the figure that the page leads with. Default: the first there is.
    requires : tuple of Requirement
        Optional packages the sections need.

    Raises
    ------
    InputError
        If the name is no slug, there is no section, or a name occurs twice.
    """

    name: str
    title: str
    authors: tuple[str, ...]
    year: int
    topic: str
    bibtex: str
    url: str
    summary: str
    statements: tuple[Statement, ...]
    sections: tuple[str, ...] | Mapping[str, Section]
    main_figure: tuple[str, str] | None = None
    requires: tuple[Requirement, ...] = field(default=())

    def __post_init__(self):
        if not _SLUG.fullmatch(self.name):
            raise InputError(f"a paper's name must be lower-case words joined by hyphens, got {self.name!r}")
        if not self.sections:
            raise InputError(f"the paper {self.name} must have at least one section")
        _names_of_their_own("section", list(self.sections))
        _names_of_their_own("statement", [statement.name for statement in self.statements])

    @property
    def byline(self) -> str:
        """The authors in one line, given names first."""
        return ", ".join(" ".join(reversed(author.split(", ", 1))) for author in self.authors)

    @property
    def citation(self) -> str:
        """The short citation, for example "Pehlevan & Chklovskii 2014"."""
        families = [author.split(", ")[0] if ", " in author else author.split()[-1] for author in self.authors]
        named = " & ".join(families) if len(families) <= 2 else f"{families[0]} et al."
        return f"{named} {self.year}"

    def section(self, name: str) -> Section:
        """Return a section by its name; this is what imports it.

        Parameters
        ----------
        name : str
            One of `sections`.

        Returns
        -------
        Section

        Raises
        ------
        InputError
            If there is no such section, or a check of it bears on no statement of the paper.
        """
        if name not in self.sections:
            raise InputError(f"{self.name} has no section {name!r}: it has {', '.join(self.sections)}")
        if isinstance(self.sections, Mapping):
            section = self.sections[name]
        else:
            section = import_module(f"bouton.papers.{self.name.replace('-', '_')}.{name}").SECTION
        known = {statement.name for statement in self.statements}
        for check in section.checks:
            if check.on and check.on not in known:
                raise InputError(f"the check {name}.{check.name} of {self.name} bears on no statement: {check.on!r}")
        return section

    def settings(self, scale: str, section: str) -> Any:
        """Return the settings of one section at one scale.

        Parameters
        ----------
        scale : str
            "smoke", "laptop" or "paper".
        section : str
            One of `sections`.

        Returns
        -------
        dataclass

        Raises
        ------
        InputError
            If the section has no such scale.
        """
        settings = self.section(section).settings
        if scale not in settings:
            raise InputError(f"scale must be one of {', '.join(settings)} for {self.name}, got {scale!r}")
        return settings[scale]


def _names_of_their_own(kind: str, names: Sequence[str]) -> None:
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"each {kind} needs a name of its own, {repeated[0]!r} occurs twice")
