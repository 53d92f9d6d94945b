"""What a reproduction came to, and whether the page that lies there was made from just the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bouton.papers._measure import Task
from bouton.papers._paper import Paper
from bouton.report import Judgement, StatementJudgement, read_outcome
from bouton.report._contents import counts_by_basis
from bouton.report._pages import REPORT_FILES

if TYPE_CHECKING:
    from bouton.papers._store import Measured

__all__ = ["Outcome", "stamp_of", "unchanged"]


@dataclass(frozen=True)
class Outcome:
    """What a reproduction came to.

    Parameters
    ----------
    name, title, scale, seed
        The paper and the run.
    statements : tuple of StatementJudgement
        What the paper says, in its order, with the checks that bear on it.
    further : tuple of Judgement
        The checks that stand apart.
    figure_errors : mapping of str to str
        Why figures could not be drawn, by name; empty if all were.
    seconds : float
        Duration of the measurements, those read from the store included.
    report : Path
        The page that was written; `outcome.json` lies beside it.
    notes : tuple of str
        What a reader of the page must know of the run.
    """

    name: str
    title: str
    scale: str
    seed: int
    statements: tuple[StatementJudgement, ...]
    further: tuple[Judgement, ...]
    figure_errors: Mapping[str, str]
    seconds: float
    report: Path
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """How many statements held, of how many that were asked, by basis."""
        return counts_by_basis(self.statements, self.further)

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """All checks: those that bear on statements, then those that stand apart."""
        return (*(judgement for statement in self.statements for judgement in statement.judgements), *self.further)


def unchanged(
    paper: Paper, scale: str, seeds: Sequence[int], found: "Mapping[Task, Measured]", out: Path
) -> Outcome | None:
    """Return the outcome that is written already, where it was made from just this."""
    folder = out / paper.name
    written = read_outcome(folder)
    if written is None or written["stamp"] != stamp_of(found) or written["seeds"] != list(seeds):
        return None
    return Outcome(
        paper.name,
        paper.title,
        scale,
        seeds[0],
        written["statements"],
        written["further"],
        {figure["name"]: figure["error"] for figure in written["figures"] if figure["error"] is not None},
        written["seconds"],
        folder / REPORT_FILES[0],
        tuple(written["notes"]),
    )


def stamp_of(found: "Mapping[Task, Measured]") -> str:
    """Return the digest of all that a page is made from."""
    from bouton.papers._sources import digest_of_everything

    keys = json.dumps([[kept.key, kept.seconds] for kept in found.values()], sort_keys=True)
    return hashlib.sha256((digest_of_everything() + keys).encode()).hexdigest()
