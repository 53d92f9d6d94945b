"""The frame of a paper: its metadata, its experiment at three scales, its claims and its figures."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bouton.errors import InputError
from bouton.papers._relations import Relation
from bouton.report import Judgement
from bouton.report._text import failure_text, plain, value_text

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["SCALES", "Claim", "Figure", "Paper", "Progress", "Requirement", "silent"]

SCALES = ("smoke", "laptop", "paper")
"""Seconds, for tests; minutes on two cores, the default; as published."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@runtime_checkable
class Progress(Protocol):
    """What an experiment calls to say how far it is."""

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
class Claim:
    """One published statement that can be measured.

    Parameters
    ----------
    name : str
        Short name, unique in the paper, for example "R1.ari".
    statement : str
        The claim as a sentence.
    published : str or float
        The published value or relation, as the source has it.
    source : str
        Where it stands: paper, sheet, section, in plain words.
    relation : Relation
        What the measured value must satisfy.
    measure : callable
        Takes the results of the experiment, returns a number, a truth value, a text or a sequence of these.
    remark : str, default ""
        What may explain a difference; shown where the claim does not hold.
    scales : tuple of str
        Scales at which the claim can be measured. Default: all of them.

    Examples
    --------
    >>> from bouton.papers import AtLeast
    >>> claim = Claim("ari", "Clusters are found.", 1.0, "section 5", AtLeast(0.99), lambda results: results["ari"])
    >>> claim.judge({"ari": 0.995}).held, claim.judge({"ari": float("nan")}).held, claim.judge({}).measured
    (True, False, "could not be measured: KeyError: 'ari'")
    """

    name: str
    statement: str
    published: str | float
    source: str
    relation: Relation
    measure: Callable[[Mapping[str, Any]], Any]
    remark: str = ""
    scales: tuple[str, ...] = SCALES

    def judge(self, results: Mapping[str, Any]) -> Judgement:
        """Measure and judge; what cannot be measured is not held and says why.

        Parameters
        ----------
        results : mapping
            What the experiment returned.

        Returns
        -------
        Judgement
        """
        try:
            measured = _unwrapped(self.measure(results))
            held = self.relation.holds(measured)
            shown = _shown(measured, held, self.relation)
            measured = plain(measured)
        except Exception as error:
            measured = shown = f"could not be measured: {failure_text(error)}"
            held = False
        tolerance = str(self.relation)
        remark = "" if held else self.remark
        return Judgement(
            self.name, self.statement, self.published, self.source, measured, tolerance, held, shown, remark
        )


@dataclass(frozen=True)
class Figure:
    """A figure of a paper.

    Parameters
    ----------
    name : str
        Short name, unique in the paper.
    caption : str
        What is seen and what to look for.
    draw : callable
        Takes the results, returns a matplotlib Figure; called once in the light and once in the dark house style.
    alt : str, optional
        Words in place of the image; by default the name.
    """

    name: str
    caption: str
    draw: "Callable[[Mapping[str, Any]], matplotlib.figure.Figure]"
    alt: str = ""


def _no_circuits(settings: Any) -> Sequence[Any]:
    return ()


@dataclass(frozen=True)
class Paper:
    """A published system: citation, experiment, claims and figures.

    Parameters
    ----------
    name : str
        The slug used on the command line: the module's name with hyphens ("online-snmf" for `online_snmf`).
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
    scales : mapping of str to dataclass
        The settings of the experiment for "smoke", "laptop" and "paper".
    experiment : callable
        Takes settings, seed and progress; returns a mapping of names to plain values and arrays.
    claims : tuple of Claim
        What the paper says, at least one.
    figures : tuple of Figure
        What the report shows.
    circuits : callable, optional
        Takes settings, returns the circuits and rules whose locality is audited; none by default.
    requires : tuple of Requirement
        Optional packages the experiment needs.

    Raises
    ------
    InputError
        If the name is no slug, a scale is unknown, there is no scale or no claim, or a name occurs twice.
    """

    name: str
    title: str
    authors: tuple[str, ...]
    year: int
    topic: str
    bibtex: str
    url: str
    summary: str
    scales: Mapping[str, Any]
    experiment: Callable[[Any, int, Progress], Mapping[str, Any]]
    claims: tuple[Claim, ...]
    figures: tuple[Figure, ...] = ()
    circuits: Callable[[Any], Sequence[Any]] = _no_circuits
    requires: tuple[Requirement, ...] = field(default=())

    def __post_init__(self):
        if not _SLUG.fullmatch(self.name):
            raise InputError(f"a paper's name must be lower-case words joined by hyphens, got {self.name!r}")
        if not self.scales or not set(self.scales) <= set(SCALES):
            got = ", ".join(self.scales) or "none"
            raise InputError(f"scales of {self.name} must be among {', '.join(SCALES)}, got {got}")
        if not self.claims:
            raise InputError(f"the paper {self.name} must make at least one claim")
        for kind, parts in (("claim", self.claims), ("figure", self.figures)):
            names = [part.name for part in parts]
            if repeated := sorted({name for name in names if names.count(name) > 1}):
                raise InputError(f"each {kind} of {self.name} needs a name of its own, {repeated[0]!r} occurs twice")

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

    def settings(self, scale: str) -> Any:
        """Return the settings of one scale.

        Parameters
        ----------
        scale : str
            "smoke", "laptop" or "paper".

        Returns
        -------
        dataclass

        Raises
        ------
        InputError
            If the paper has no such scale.
        """
        if scale not in self.scales:
            raise InputError(f"scale must be one of {', '.join(self.scales)} for {self.name}, got {scale!r}")
        return self.scales[scale]

    def claims_at(self, scale: str) -> tuple[Claim, ...]:
        """Return the claims that can be measured at a scale.

        Parameters
        ----------
        scale : str
            "smoke", "laptop" or "paper".

        Returns
        -------
        tuple of Claim
        """
        return tuple(claim for claim in self.claims if scale in claim.scales)


def _unwrapped(value: Any) -> Any:
    """Turn arrays and their scalars into Python numbers and lists, NaN and infinity kept for the relation to see."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_unwrapped(element) for element in value]
    return value


def _shown(measured: Any, held: bool, relation: Relation) -> str:
    """Round for the reader, but never past the point where the rounded value would be judged differently."""
    for digits in (4, 6, 9):
        if relation.holds(_rounded(measured, digits)) == held:
            return value_text(plain(measured), digits)
    return value_text(plain(measured), 17)


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, list):
        return [_rounded(element, digits) for element in value]
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value
