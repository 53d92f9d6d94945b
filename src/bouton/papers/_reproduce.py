"""Reproducing a paper: run the experiment, judge the claims, draw the figures, write the report."""

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bouton.errors import InputError, MissingDependencyError
from bouton.papers._frame import Paper, Progress, silent
from bouton.papers._registry import load
from bouton.report import Judgement, Report, draw_picture, write_index, write_report
from bouton.report._files import reserved_folder
from bouton.report._pages import INDEX_FILE, REPORT_FILES
from bouton.report._text import failure_text, plain

__all__ = ["Outcome", "reproduce"]

Audit = Callable[[Any], Sequence[Mapping[str, Any]]]
"""Takes a circuit or a rule, returns rows of the locality table."""


@dataclass(frozen=True)
class Outcome:
    """What a reproduction came to.

    Parameters
    ----------
    name, title, scale, seed
        The paper and the run.
    judgements : tuple of Judgement
        The claims in the paper's order.
    figure_errors : mapping of str to str
        Why figures could not be drawn, by name; empty if all were.
    seconds : float
        Duration of the experiment.
    report : Path
        The page that was written; `outcome.json` lies beside it.
    """

    name: str
    title: str
    scale: str
    seed: int
    judgements: tuple[Judgement, ...]
    figure_errors: Mapping[str, str]
    seconds: float
    report: Path

    @property
    def claims_held(self) -> int:
        """How many claims held."""
        return sum(judgement.held for judgement in self.judgements)

    @property
    def claims_total(self) -> int:
        """How many claims there are."""
        return len(self.judgements)


def reproduce(
    paper: Paper | str,
    scale: str = "laptop",
    seed: int = 0,
    out: str | Path = "reports",
    *,
    progress: Progress = silent,
    audit: Audit | None = None,
) -> Outcome:
    """Run a paper's experiment, judge its claims, and write report, outcome and index.

    `out/NAME/report.html` and `out/NAME/outcome.json` appear whole or not at all; `out/index.html` is made anew over
    all runs found in `out`.

    Parameters
    ----------
    paper : Paper or str
        The paper, or its name.
    scale : str, default "laptop"
        "smoke", "laptop" or "paper".
    seed : int, default 0
        Seed of everything random in the experiment, not negative.
    out : path, default "reports"
        The folder of all reports; made if it does not exist.
    progress : callable, optional
        Called as `progress(stage, fraction)`; silent by default.
    audit : callable, optional
        Takes a circuit or rule, returns rows of the locality table; by default `bouton.plasticity.audit`.

    Returns
    -------
    Outcome
        Claims that do not hold are part of it, not an error.

    Raises
    ------
    InputError
        If the paper, scale or seed is unknown or the folder cannot be written; before the experiment starts.
    MissingDependencyError
        If an optional package is needed and not installed; before the experiment starts.
    """
    paper = load(paper) if isinstance(paper, str) else paper
    settings = paper.settings(scale)
    if seed < 0:
        raise InputError(f"seed must not be negative, got {seed}")
    for requirement in paper.requires:
        if requirement.missing:
            raise MissingDependencyError(
                f"{paper.name} needs the package {requirement.module}: pip install 'bouton[{requirement.extra}]'"
            )
    out = Path(out)
    folder = out / paper.name
    with reserved_folder(out, (INDEX_FILE,)), reserved_folder(folder, REPORT_FILES):
        start = time.perf_counter()
        results = paper.experiment(settings, seed, progress)
        seconds = time.perf_counter() - start
        if not isinstance(results, Mapping):
            raise InputError(f"the experiment of {paper.name} must return a mapping, got {type(results).__name__}")
        progress("judging and drawing", None)
        report = _report(paper, scale, seed, settings, results, seconds, audit)
        page = write_report(folder, report)
    write_index(out)
    errors = {picture.name: picture.error for picture in report.pictures if picture.error is not None}
    return Outcome(paper.name, paper.title, scale, seed, tuple(report.claims), errors, seconds, page)


def _report(
    paper: Paper,
    scale: str,
    seed: int,
    settings: Any,
    results: Mapping[str, Any],
    seconds: float,
    audit: Audit | None,
) -> Report:
    named = plain(settings)
    return Report(
        name=paper.name,
        title=paper.title,
        authors=paper.byline,
        year=paper.year,
        topic=paper.topic,
        summary=paper.summary,
        url=paper.url,
        bibtex=paper.bibtex,
        scale=scale,
        seed=seed,
        seconds=seconds,
        float_width=_float_width(),
        settings=named if isinstance(named, Mapping) else {"settings": named},
        versions=_versions(),
        claims=tuple(claim.judge(results) for claim in paper.claims_at(scale)),
        pictures=tuple(
            draw_picture(figure.name, figure.caption, figure.draw, results, figure.alt) for figure in paper.figures
        ),
        locality=_locality(paper, settings, audit or _rows_of_audit),
    )


def _locality(paper: Paper, settings: Any, audit: Audit) -> Sequence[Mapping[str, Any]]:
    try:
        return tuple(row for circuit in paper.circuits(settings) for row in audit(circuit))
    except Exception as error:
        return ({"problem": f"the audit failed: {failure_text(error)}"},)


def _rows_of_audit(circuit: Any) -> Sequence[Mapping[str, Any]]:
    from bouton.plasticity import audit

    return audit(circuit).rows()


def _float_width() -> int:
    import jax

    return 64 if jax.config.jax_enable_x64 else 32  # type: ignore[attr-defined]


def _versions() -> dict[str, str]:
    """Name the software and the class of the machine, nothing that tells whose machine it is."""
    import jax

    from bouton.engine import versions

    packages = {package: version(package) for package in ("scipy", "scikit-learn")}
    return versions() | packages | {"system": platform.system(), "device": jax.default_backend()}
