"""What a report holds: judged statements, drawn figures, settings, versions, and their form in `outcome.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["BASES", "FORMAT", "VERDICTS", "Judgement", "Picture", "Report", "StatementJudgement", "counts_by_basis"]

FORMAT = 2
"""The version of the layout of `outcome.json`; a reader refuses what it does not know."""

BASES = {
    "paper": "paper",
    "authors": "authors",
    "theory": "theory",
    "replication": "replication",
    "ours": "criterion of ours",
}
"""Whose word a statement or an expected number is, in the order of the counts, and how a badge says it."""

VERDICTS = ("held", "held in part", "not held", "not asked")


@dataclass(frozen=True)
class Judgement:
    """One check after measurement.

    Parameters
    ----------
    section, name : str
        The section and the short name of the check; together unique in the paper.
    sentence : str
        What is measured, as a sentence.
    expected : str or float
        The expected value or relation, as its source has it.
    basis, source : str
        Whose number that is, one of `BASES`, and where it is found.
    recalled : bool
        Whether the expected value is quoted from memory.
    asked : str
        The relation that was asked for, in words.
    held : bool or None
        Whether the measured value satisfies it; None where it was not asked at this scale.
    measured : object
        What was measured: a plain number, truth or list; text if the measurement failed; None if it was not asked.
    shown : str
        The measured value as the reader sees it: rounded, but never so far that the verdict would look wrong.
    remark : str, default ""
        What may explain that the check did not hold.
    share : str, default ""
        In how many of several seeds it held, for example "9 of 10"; empty for a single seed.
    spread : str, default ""
        The smallest and the largest measured value over the seeds.
    """

    section: str
    name: str
    sentence: str
    expected: str | float
    basis: str
    source: str
    recalled: bool
    asked: str
    held: bool | None
    measured: Any
    shown: str
    remark: str = ""
    share: str = ""
    spread: str = ""

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        return "not asked" if self.held is None else "held" if self.held else "not held"


@dataclass(frozen=True)
class StatementJudgement:
    """One statement of a paper with the checks that bear on it.

    Parameters
    ----------
    name : str
        Short name of the statement.
    sentence : str
        The statement.
    basis, source : str
        Whose statement it is, one of `BASES`, and where it stands.
    recalled : bool
        Whether the statement is quoted from memory.
    judgements : tuple of Judgement
        The checks that bear on it.
    reason : str, default ""
        Why nothing is measured for it, where nothing is.
    """

    name: str
    sentence: str
    basis: str
    source: str
    recalled: bool
    judgements: tuple[Judgement, ...]
    reason: str = ""

    @property
    def verdict(self) -> str:
        """Held where all checks that were asked hold, in part where some do."""
        asked = [judgement.held for judgement in self.judgements if judgement.held is not None]
        if not asked:
            return "not asked"
        return "held" if all(asked) else "held in part" if any(asked) else "not held"


@dataclass(frozen=True)
class Picture:
    """A figure drawn for a light and for a dark page, or the reason why it could not be drawn.

    Parameters
    ----------
    name : str
        Short name of the figure.
    caption : str
        What is seen and what to look for.
    alt : str
        Words in place of the image.
    light, dark : bytes
        The two images; empty if the figure failed.
    media_type : str
        "image/svg+xml" or "image/png".
    width, height : int
        Size on the page in CSS pixels (96 to the inch).
    thumbnail_light, thumbnail_dark : bytes
        Small PNG images for the index.
    error : str, optional
        Why the figure could not be drawn; None if it was.
    """

    name: str
    caption: str
    alt: str
    light: bytes = b""
    dark: bytes = b""
    media_type: str = "image/svg+xml"
    width: int = 0
    height: int = 0
    thumbnail_light: bytes = b""
    thumbnail_dark: bytes = b""
    error: str | None = None


@dataclass(frozen=True)
class Report:
    """Everything one page shows.

    Parameters
    ----------
    name, title, authors, year, topic, summary, url, bibtex
        The paper: slug, title, authors as one line, year, topic folder, one paragraph, link, BibTeX entry.
    scale, seed, seconds, float_width
        The run: scale, seed, duration of the measurements in seconds, bits of a floating-point number.
    settings, versions : mapping
        The parameters of the sections; the versions of the software and the kind of machine.
    statements : sequence of StatementJudgement
        What the paper says, each with the checks that bear on it.
    further : sequence of Judgement
        The checks that stand apart from the paper's statements.
    pictures : sequence of Picture
        The figures, the main one first.
    locality : sequence of mapping
        Rows of the locality table, each a mapping from column to value; the columns are the union of the keys.
    seeds : sequence of int
        The seeds over which shares and spreads were taken; only the run's own by default.
    sections : sequence of str
        The sections that were run; empty where all were.
    notes : sequence of str
        Sentences about the run that a reader must know, for example that stored results are of older sources.
    stamp : str
        Digest of everything the page was made from.
    """

    name: str
    title: str
    authors: str
    year: int
    topic: str
    summary: str
    url: str
    bibtex: str
    scale: str
    seed: int
    seconds: float
    float_width: int
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    statements: Sequence[StatementJudgement] = ()
    further: Sequence[Judgement] = ()
    pictures: Sequence[Picture] = ()
    locality: Sequence[Mapping[str, Any]] = field(default=())
    seeds: Sequence[int] = ()
    sections: Sequence[str] = ()
    notes: Sequence[str] = ()
    stamp: str = ""

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """How many statements held, of how many that were asked, by basis."""
        return counts_by_basis(self.statements, self.further)

    def outcome(self) -> dict[str, Any]:
        """Return the machine-readable outcome, the content of `outcome.json`.

        Returns
        -------
        dict
            Measured values as they are, not rounded; no images.
        """
        return {
            "format": FORMAT,
            "name": self.name,
            "title": self.title,
            "authors": self.authors,
            "year": self.year,
            "topic": self.topic,
            "scale": self.scale,
            "seed": self.seed,
            "seeds": list(self.seeds),
            "sections": list(self.sections),
            "settings": dict(self.settings),
            "versions": dict(self.versions),
            "float_width": self.float_width,
            "seconds": self.seconds,
            "claims_held": {basis: {"held": held, "asked": asked} for basis, (held, asked) in self.counts.items()},
            "statements": [_row(statement) for statement in self.statements],
            "further": [_row(judgement) for judgement in self.further],
            "figures": [{"name": picture.name, "error": picture.error} for picture in self.pictures],
            "locality": [dict(row) for row in self.locality],
            "notes": list(self.notes),
            "stamp": self.stamp,
        }


def counts_by_basis(
    statements: Sequence[StatementJudgement], further: Sequence[Judgement]
) -> dict[str, tuple[int, int]]:
    """Count what held, and what was asked, by basis; a statement counts as held only where all of its checks hold."""
    counts: dict[str, tuple[int, int]] = {}
    for basis in BASES:
        verdicts = [part.verdict for part in (*statements, *further) if part.basis == basis]
        asked = [verdict for verdict in verdicts if verdict != "not asked"]
        if asked:
            counts[basis] = (asked.count("held"), len(asked))
    return counts


def _row(part: Judgement | StatementJudgement) -> dict[str, Any]:
    row: dict[str, Any] = {entry.name: getattr(part, entry.name) for entry in fields(part)}
    if isinstance(part, StatementJudgement):
        row["judgements"] = [_row(judgement) for judgement in part.judgements]
    return row | {"verdict": part.verdict}
