"""Reproducing a paper: measure what is not stored, judge, draw, write the page."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bouton.errors import InputError
from bouton.papers._frame import Progress, silent
from bouton.papers._judge import judged_paper
from bouton.papers._measure import Task, checked, key_of, measured_tasks, store_of, stored
from bouton.papers._outcome import Outcome, stamp_of, unchanged
from bouton.papers._paper import Paper
from bouton.papers._registry import load
from bouton.report import Report, draw_picture, write_index, write_report
from bouton.report._files import reserved_folder
from bouton.report._pages import INDEX_FILE, REPORT_FILES
from bouton.report._text import failure_text

if TYPE_CHECKING:
    from bouton.papers._store import Measured

__all__ = ["report", "reproduce"]

Audit = Callable[[Any], Sequence[Mapping[str, Any]]]
"""Takes a circuit or a rule, returns rows of the locality table."""


def reproduce(
    paper: Paper | str,
    scale: str = "laptop",
    seed: int = 0,
    out: str | Path = "reports",
    *,
    seeds: Sequence[int] = (),
    sections: Sequence[str] = (),
    jobs: int = 1,
    again: bool = False,
    progress: Progress = silent,
    audit: Audit | None = None,
) -> Outcome:
    """Measure a paper's sections, judge its statements, and write report, outcome and index.

    Results are stored in `out/results`, section by section: what is stored for the same settings, seed, versions, float
    width and sources is not measured again, and a run that was stopped goes on where it was. `out/NAME/report.html` and
    `out/NAME/outcome.json` appear whole or not at all; `out/index.html` is made anew over all runs found in `out`.

    Parameters
    ----------
    paper : Paper or str
        The paper, or its name.
    scale : str, default "laptop"
        "smoke", "laptop" or "paper".
    seed : int, default 0
        Seed of everything random, not negative.
    out : path, default "reports"
        The folder of all reports; made if it does not exist.
    seeds : sequence of int, optional
        Several seeds: the first is the run that is judged and drawn, and each check is shown with the share of seeds in
        which it held and the spread of the measured value.
    sections : sequence of str, optional
        The sections to be measured. Default: all. What is stored of the others is shown too.
    jobs : int, default 1
        How many sections are measured at a time, each in a process of its own.
    again : bool, default False
        Measure also what is stored.
    progress : callable, optional
        Called as `progress(stage, fraction)`; silent by default.
    audit : callable, optional
        Takes a circuit or rule, returns rows of the locality table; by default `bouton.plasticity.audit`.

    Returns
    -------
    Outcome
        Statements that do not hold are part of it, not an error.

    Raises
    ------
    InputError
        If the paper, a section, scale or seed is unknown or the folder cannot be written; before anything is measured.
    MissingDependencyError
        If an optional package is needed and not installed; before anything is measured.
    """
    paper = load(paper) if isinstance(paper, str) else paper
    chosen = tuple(dict.fromkeys(sections)) or tuple(paper.sections)
    seeds = tuple(dict.fromkeys(seeds)) or (seed,)
    if jobs < 1:
        raise InputError(f"jobs must be at least 1, got {jobs}")
    checked(paper, scale, chosen, seeds)
    out = Path(out)
    with reserved_folder(out, (INDEX_FILE,)), reserved_folder(out / paper.name, REPORT_FILES):
        store = store_of(out)
        tasks = [Task(paper, name, scale, number) for number in seeds for name in chosen]
        found = measured_tasks(tasks, store, again=again, jobs=jobs, progress=progress)
        for name in paper.sections:
            others = [Task(paper, name, scale, number) for number in seeds]
            if name not in chosen and scale in paper.section(name).settings:
                there = {task: stored(task, store) for task in others}
                valid = {task: kept for task, kept in there.items() if kept and kept.key == key_of(task)}
                found |= valid if len(valid) == len(seeds) else {}
        outcome = unchanged(paper, scale, seeds, found, out) or _write(paper, scale, seeds, found, out, progress, audit)
    write_index(out)
    return outcome


def report(
    paper: Paper | str,
    scale: str = "laptop",
    out: str | Path = "reports",
    *,
    progress: Progress = silent,
    audit: Audit | None = None,
) -> Outcome:
    """Judge and draw anew from stored results, without measuring; results of older sources are shown and said to be so.

    Parameters
    ----------
    paper : Paper or str
        The paper, or its name.
    scale : str, default "laptop"
        "smoke", "laptop" or "paper".
    out : path, default "reports"
        The folder of all reports.
    progress : callable, optional
        Called as `progress(stage, fraction)`; silent by default.
    audit : callable, optional
        As in `reproduce`.

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If no results are stored, or the folder cannot be written.
    """
    paper = load(paper) if isinstance(paper, str) else paper
    out = Path(out)
    store = store_of(out)
    known = [name for name in paper.sections if scale in paper.section(name).settings]
    seeds = store.seeds(paper.name, scale)
    found = {
        task: kept
        for task in (Task(paper, name, scale, number) for number in seeds for name in known)
        if (kept := stored(task, store)) is not None
    }
    complete = tuple(number for number in seeds if all(Task(paper, name, scale, number) in found for name in known))
    seeds = complete or seeds[:1]
    found = {task: kept for task, kept in found.items() if task.seed in seeds}
    if not found:
        raise InputError(
            f"no results of {paper.name} at scale {scale} are stored in {out}: run bouton reproduce {paper.name} first"
        )
    with reserved_folder(out, (INDEX_FILE,)), reserved_folder(out / paper.name, REPORT_FILES):
        outcome = _write(paper, scale, seeds, found, out, progress, audit)
    write_index(out)
    return outcome


def _write(
    paper: Paper,
    scale: str,
    seeds: Sequence[int],
    found: "Mapping[Task, Measured]",
    out: Path,
    progress: Progress,
    audit: Audit | None,
) -> Outcome:
    progress("judging and drawing", None)
    first = {task.section: kept for task, kept in found.items() if task.seed == seeds[0]}
    results = {name: [kept.results for task, kept in found.items() if task.section == name] for name in first}
    statements, further = judged_paper(paper, scale, results)
    any_kept = next(iter(first.values()))
    notes = _notes(paper, found)
    page = Report(
        name=paper.name,
        title=paper.title,
        authors=paper.byline,
        year=paper.year,
        topic=paper.topic,
        summary=paper.summary,
        url=paper.url,
        bibtex=paper.bibtex,
        scale=scale,
        seed=seeds[0],
        seconds=sum(kept.seconds for kept in first.values()),
        float_width=any_kept.key["float_width"],
        settings={name: _named_settings(kept.key["settings"]) for name, kept in first.items()},
        versions=any_kept.key["versions"],
        statements=statements,
        further=further,
        pictures=tuple(
            draw_picture(f"{name}.{figure.name}", figure.caption, figure.draw, first[name].results, figure.alt)
            for name, figure in _figures(paper, first)
        ),
        locality=_locality(paper, scale, first, audit or _rows_of_audit),
        seeds=tuple(seeds),
        sections=tuple(first) if len(first) < len(paper.sections) else (),
        notes=notes,
        stamp=stamp_of(found),
    )
    path = write_report(out / paper.name, page)
    errors = {picture.name: picture.error for picture in page.pictures if picture.error is not None}
    return Outcome(
        paper.name, paper.title, scale, seeds[0], statements, further, errors, page.seconds, path, tuple(notes)
    )


def _figures(paper: Paper, sections: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return sections and figures, the main one first."""
    figures = [(name, figure) for name in sections for figure in paper.section(name).figures]
    return sorted(figures, key=lambda pair: (pair[0], pair[1].name) != paper.main_figure)


def _notes(paper: Paper, found: "Mapping[Task, Measured]") -> tuple[str, ...]:
    notes = []
    missing = [name for name in paper.sections if name not in {task.section for task in found}]
    if missing:
        notes.append(f"Not run: {', '.join(missing)}.")
    older = sorted({task.section for task, kept in found.items() if kept.key != key_of(task)})
    if older:
        notes.append(
            f"Measured with other sources, settings or versions than those of now: {', '.join(older)}. "
            f"bouton reproduce {paper.name} measures anew."
        )
    return tuple(notes)


def _locality(paper: Paper, scale: str, sections: Mapping[str, Any], audit: Audit) -> Sequence[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    try:
        for name in sections:
            for circuit in paper.section(name).circuits(paper.settings(scale, name)):
                rows += [row for row in audit(circuit) if row not in rows]
    except Exception as error:
        return ({"problem": f"the audit failed: {failure_text(error)}"},)
    return tuple(rows)


def _rows_of_audit(circuit: Any) -> Sequence[Mapping[str, Any]]:
    from bouton.plasticity import audit

    return audit(circuit).rows()


def _named_settings(settings: Any) -> Mapping[str, Any]:
    return settings if isinstance(settings, Mapping) else {"settings": settings}
