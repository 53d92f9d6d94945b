"""What a report holds: judged claims, drawn figures, settings, versions, and their form in `outcome.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["FORMAT", "Judgement", "Picture", "Report"]

FORMAT = 1
"""The version of the layout of `outcome.json`; a reader refuses what it does not know."""


@dataclass(frozen=True)
class Judgement:
    """One claim after measurement.

    Parameters
    ----------
    name : str
        Short name of the claim, for example "R1.ari".
    statement : str
        The claim as a sentence.
    published : str or float
        The published value or relation, as the source has it.
    source : str
        Where the published value stands.
    measured : object
        What was measured: a plain number, truth or list; text if the measurement failed.
    tolerance : str
        The relation that was asked for, in words.
    held : bool
        Whether the measured value satisfies it.
    shown : str
        The measured value as the reader sees it: rounded, but never so far that the verdict would look wrong.
    remark : str, default ""
        What may explain that the claim did not hold.
    """

    name: str
    statement: str
    published: str | float
    source: str
    measured: Any
    tolerance: str
    held: bool
    shown: str
    remark: str = ""


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
        The run: scale, seed, duration of the experiment in seconds, bits of a floating-point number.
    settings, versions : mapping
        The parameters of the experiment; the versions of the software and the kind of machine.
    claims : sequence of Judgement
        The judged claims.
    pictures : sequence of Picture
        The figures.
    locality : sequence of mapping
        Rows of the locality table, each a mapping from column to value; the columns are the union of the keys.
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
    claims: Sequence[Judgement]
    pictures: Sequence[Picture] = ()
    locality: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def claims_held(self) -> int:
        """How many claims held."""
        return sum(claim.held for claim in self.claims)

    def outcome(self) -> dict[str, Any]:
        """Return the machine-readable outcome, the content of `outcome.json`.

        Returns
        -------
        dict
            Measured values as they are, not rounded; no images.
        """
        fields = ("name", "statement", "published", "source", "measured", "tolerance", "held", "remark")
        return {
            "format": FORMAT,
            "name": self.name,
            "title": self.title,
            "authors": self.authors,
            "year": self.year,
            "topic": self.topic,
            "scale": self.scale,
            "seed": self.seed,
            "settings": dict(self.settings),
            "versions": dict(self.versions),
            "float_width": self.float_width,
            "seconds": self.seconds,
            "claims_held": self.claims_held,
            "claims_total": len(self.claims),
            "claims": [{name: getattr(claim, name) for name in fields} for claim in self.claims],
            "figures": [{"name": picture.name, "error": picture.error} for picture in self.pictures],
            "locality": [dict(row) for row in self.locality],
        }
