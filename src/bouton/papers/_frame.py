"""The parts of a paper: statements, and sections that measure, check and draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bouton.errors import InputError
from bouton.papers._relations import Relation
from bouton.papers.basis import Basis

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = [
    "SCALES",
    "Check",
    "Figure",
    "Progress",
    "Requirement",
    "Section",
    "Statement",
    "names_of_their_own",
    "silent",
]

SCALES = ("smoke", "laptop", "paper")
"""Seconds, for tests; minutes on two cores, the default; as published."""


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
            names_of_their_own(kind, [part.name for part in parts])
        if unmatched := sorted({check.name for check in self.checks} ^ set(self.breaks)):
            raise InputError(f"each check needs results that break it, and only checks have them: {unmatched[0]!r}")


def names_of_their_own(kind: str, names: Sequence[str]) -> None:
    """Refuse names that occur twice."""
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"each {kind} needs a name of its own, {repeated[0]!r} occurs twice")
