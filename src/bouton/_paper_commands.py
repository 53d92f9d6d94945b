"""The commands about papers: list, reproduce, report, audit."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from bouton._terminal import Integer, Stages, table
from bouton.errors import InputError
from bouton.papers import Judgement, Outcome, available, load
from bouton.papers import report as draw_anew
from bouton.papers import reproduce as run_paper
from bouton.report import BASES, counts_text

__all__ = ["audit", "list_papers", "report", "reproduce"]

Scale = Literal["smoke", "laptop", "paper"]


def list_papers() -> None:
    """List every published system: name, paper, topic, and what it needs installed."""
    rows = [
        (
            paper.name,
            paper.citation,
            paper.topic,
            ", ".join(f"bouton[{need.extra}]" for need in paper.requires) or "nothing more",
        )
        for paper in available()
    ]
    table(("name", "paper", "topic", "needs"), rows)


def reproduce(
    name: str,
    /,
    *,
    scale: Scale = "laptop",
    seed: Integer = 0,
    seeds: str | None = None,
    section: list[str] | None = None,
    jobs: Integer = 1,
    again: bool = False,
    out: Path = Path("reports"),
) -> None:
    """Measure a paper's sections and judge its claims.

    Writes OUT/NAME/report.html and OUT/NAME/outcome.json. Results are stored in OUT/results: what is there already, and
    still valid, is not measured again, so that a run that was stopped goes on. The last line reads "claims held: ..."
    and counts by basis: paper, authors, theory, replication, and criteria of ours.

    Parameters
    ----------
    name
        A name from `bouton list`, or "all".
    scale
        smoke: seconds; laptop: minutes on two cores; paper: as published.
    seed
        Seed of everything random.
    seeds
        Several seeds, such as 0-9 or 0,3,5: each check with the share of seeds in which it held.
    section
        Measure this section only; may be given several times.
    jobs
        How many sections are measured at a time.
    again
        Measure also what is stored.
    out
        Folder for the reports.
    """
    papers = [paper.name for paper in available()] if name == "all" else [load(name).name]
    outcomes = []
    for paper in papers:
        with Stages() as progress:
            outcomes.append(
                run_paper(
                    paper,
                    scale=scale,
                    seed=seed,
                    seeds=_whole_numbers(seeds) if seeds else (),
                    sections=section or (),
                    jobs=jobs,
                    again=again,
                    out=out,
                    progress=progress,
                )
            )
        _show_outcome(outcomes[-1])
    print(f"claims held: {_total_counts(outcomes)}")


def report(name: str, /, *, scale: Scale = "laptop", out: Path = Path("reports")) -> None:
    """Judge and draw a paper anew from stored results, without measuring.

    Parameters
    ----------
    name
        A name from `bouton list`, or "all".
    scale
        Scale of the stored results.
    out
        Folder of the reports.
    """
    papers = [paper.name for paper in available()] if name == "all" else [load(name).name]
    outcomes = []
    for paper in papers:
        with Stages() as progress:
            outcomes.append(draw_anew(paper, scale=scale, out=out, progress=progress))
        _show_outcome(outcomes[-1])
    print(f"claims held: {_total_counts(outcomes)}")


def _whole_numbers(text: str) -> tuple[int, ...]:
    """Read seeds such as "0-9" or "0,3,5"."""
    numbers: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not 0 <= last - first < 10_000:
            raise InputError(f"--seeds takes whole numbers such as 0-9 or 0,3,5, got {text!r}")
        numbers += range(first, last + 1)
    return tuple(numbers)


def audit(name: str = "all", /) -> None:
    """Show what each plasticity rule sees: the locality table, derived from the traced computation.

    Parameters
    ----------
    name
        A name from `bouton list`, or "all".
    """
    from bouton.plasticity import audit as audit_circuit

    papers = [paper.name for paper in available()] if name == "all" else [load(name).name]
    for paper in map(load, papers):
        for section in paper.sections:
            for circuit in paper.section(section).circuits(paper.settings("smoke", section)):
                print(f"{paper.name}, {section}: {type(circuit).__name__}")
                for row in audit_circuit(circuit).rows():
                    print(f"  {row['pathway']} ({row['rule']}): {row['verdict']}")
                    for column in ("what it does", "synapses", "each synapse sees", "derived from"):
                        if row.get(column):
                            print(f"    {column}: {row[column]}")


def _show_outcome(outcome: Outcome) -> None:
    """Print what a reproduction came to: the paper's statements with their checks, then the further measurements."""
    for statement in outcome.statements:
        print(f"{statement.verdict:<12}  {statement.sentence} [{BASES[statement.basis]}: {statement.source}]")
        if not statement.judgements:
            print(f"              not asked here: {statement.reason}")
        for judgement in statement.judgements:
            _show_judgement(judgement, "    ")
    asked = [judgement for judgement in outcome.further if judgement.held is not None]
    if outcome.further:
        unasked = len(outcome.further) - len(asked)
        print("further measurements" + (f" ({unasked} more are not asked at this scale)" if unasked else ""))
    for judgement in asked:
        _show_judgement(judgement, "    ")
    for figure, error in outcome.figure_errors.items():
        print(f"figure {figure} could not be drawn: {error}")
    for note in outcome.notes:
        print(note)
    print(f"{outcome.name}: {outcome.report} ({outcome.seconds:.0f} s); {counts_text(outcome.counts)}")


def _show_judgement(judgement: Judgement, indent: str) -> None:
    basis = BASES[judgement.basis] + (f": {judgement.source}" if judgement.source else "")
    print(f"{indent}{judgement.verdict:<12}  {judgement.section}.{judgement.name}: {judgement.sentence}")
    if judgement.held is None:
        print(f"{indent}              not asked at this scale; expected {judgement.expected} [{basis}]")
        return
    seeds = f"; held in {judgement.share} seeds, {judgement.spread}" if judgement.share else ""
    print(f"{indent}              measured {judgement.shown}; expected {judgement.expected} [{basis}]{seeds}")
    if judgement.remark:
        print(f"{indent}              {judgement.remark}")


def _total_counts(outcomes: Sequence[Outcome]) -> str:
    """Say how many claims held over several papers, by basis."""
    total: dict[str, tuple[int, int]] = {}
    for outcome in outcomes:
        for basis, (held, asked) in outcome.counts.items():
            before = total.get(basis, (0, 0))
            total[basis] = (before[0] + held, before[1] + asked)
    return counts_text(total)
