"""The pages themselves: the report of one run and the index over all runs of a folder, each one self-contained file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bouton._files import write_files
from bouton.errors import InputError
from bouton.report._contents import BASES, FORMAT, VERDICTS, Judgement, Report, StatementJudgement
from bouton.report._rendering import data_uri, locality_context, named_texts, picture_context, rendered
from bouton.report._text import duration_text, failure_text, strict_json

__all__ = ["INDEX_FILE", "REPORT_FILES", "counts_text", "read_outcome", "render_report", "write_index", "write_report"]

INDEX_FILE = "index.html"
_PAGE, _OUTCOME, _THUMBNAILS = "report.html", "outcome.json", ("thumbnail-light.png", "thumbnail-dark.png")
REPORT_FILES = (_PAGE, *_THUMBNAILS, _OUTCOME)

_LARGEST_THUMBNAIL = 1_000_000
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def counts_text(counts: Mapping[str, tuple[int, int]]) -> str:
    """Say how many statements held, by basis: "paper 7 of 8, theory 5 of 5, ours 31 of 38"."""
    return ", ".join(f"{basis} {held} of {asked}" for basis, (held, asked) in counts.items()) or "none asked"


def render_report(report: Report) -> bytes:
    """Render the page of one run.

    Parameters
    ----------
    report : Report
        What the page shows; every text in it is escaped.

    Returns
    -------
    bytes
        One HTML document in UTF-8 that loads nothing and runs no script.
    """
    return rendered(
        "report.html",
        report=report,
        authors_year=", ".join(part for part in (report.authors, str(report.year)) if part),
        link=report.url if report.url.startswith(("https://", "http://")) else "",
        duration=duration_text(report.seconds),
        counts=[(BASES[basis], held, asked) for basis, (held, asked) in report.counts.items()],
        marks=[part.verdict for part in (*report.statements, *report.further) if part.verdict != "not asked"],
        bases=BASES,
        settings=[(name, named_texts(values)) for name, values in report.settings.items()],
        versions=[*named_texts(report.versions), ("floating point", f"{report.float_width} bit")],
        pictures=[picture_context(picture) for picture in report.pictures],
        locality=locality_context(report.locality),
    )


def write_report(folder: str | Path, report: Report) -> Path:
    """Write `report.html`, `outcome.json` and two thumbnails of one run into a folder, each whole or not at all.

    Parameters
    ----------
    folder : path
        The run's own folder; it must exist.
    report : Report
        What is written.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If the folder does not exist.
    """
    folder = _existing(folder)
    drawn = next((picture for picture in report.pictures if picture.error is None), None)
    thumbnails = (drawn.thumbnail_light, drawn.thumbnail_dark) if drawn else (None, None)
    contents = (render_report(report), *thumbnails, strict_json(report.outcome()))
    write_files(folder, dict(zip(REPORT_FILES, contents, strict=True)))
    return folder / _PAGE


def read_outcome(folder: str | Path) -> dict[str, Any] | None:
    """Return the outcome that lies in a run's folder, with its judgements; None where there is none that can be read.

    Parameters
    ----------
    folder : path
        The run's own folder.

    Returns
    -------
    dict or None
    """
    folder = Path(folder)
    try:
        outcome = json.loads((folder / _OUTCOME).read_bytes())
        if outcome["format"] != FORMAT or not (folder / _PAGE).is_file():
            return None
        statements = tuple(
            StatementJudgement(
                **{name: value for name, value in row.items() if name not in ("verdict", "judgements")},
                judgements=tuple(_judgement(judged) for judged in row["judgements"]),
            )
            for row in outcome["statements"]
        )
        return outcome | {"statements": statements, "further": tuple(map(_judgement, outcome["further"]))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _judgement(row: dict[str, Any]) -> Judgement:
    return Judgement(**{name: value for name, value in row.items() if name != "verdict"})


def write_index(folder: str | Path) -> Path:
    """Write `index.html` over all runs found in a folder: every `*/outcome.json`, damaged ones listed as unreadable.

    Parameters
    ----------
    folder : path
        The folder that holds one folder per run.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If the folder does not exist.
    """
    folder = _existing(folder)
    runs = [_run_context(path) for path in sorted(folder.glob(f"*/{_OUTCOME}"))]
    runs.sort(key=lambda run: (run["problem"] is not None, run["title"].casefold(), run["folder"]))
    readable = [run for run in runs if run["problem"] is None]
    page = rendered(
        "index.html",
        runs=readable,
        damaged=[run for run in runs if run["problem"] is not None],
        held=sum(run["held"] for run in readable),
        total=sum(run["total"] for run in readable),
    )
    write_files(folder, {INDEX_FILE: page})
    return folder / INDEX_FILE


def _existing(folder: str | Path) -> Path:
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"the folder {folder} does not exist: make it, or name an existing one")
    return folder


def _run_context(path: Path) -> dict[str, Any]:
    name = path.parent.name
    context: dict[str, Any] = {"folder": name, "title": name, "problem": None, "link": ""}
    if path.with_name(_PAGE).is_file():
        # "./" first: a folder called "javascript:x" must stay a folder.
        context["link"] = f"./{quote(name, safe='', errors='replace')}/{_PAGE}"
    try:
        context |= _outcome_context(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return context | {"problem": failure_text(error)}
    context["thumbnail"] = [_thumbnail(path.with_name(file)) for file in _THUMBNAILS]
    return context


def _outcome_context(outcome: dict[str, Any]) -> dict[str, Any]:
    if outcome["format"] != FORMAT:
        raise ValueError(f"outcome.json has format {outcome['format']!r}, this version of bouton reads format {FORMAT}")
    marks = [part["verdict"] for part in (*outcome["statements"], *outcome["further"])]
    if not set(marks) <= set(VERDICTS):
        raise ValueError("a statement in outcome.json is neither held nor not held")
    counts = {basis: (int(count["held"]), int(count["asked"])) for basis, count in outcome["claims_held"].items()}
    return {
        "title": str(outcome["title"]),
        "byline": f"{outcome['authors']}, {outcome['year']}",
        "topic": str(outcome["topic"]),
        "scale": str(outcome["scale"]),
        "seed": str(outcome["seed"]),
        "duration": duration_text(float(outcome["seconds"])),
        "version": str(outcome["versions"]["bouton"]),
        "marks": [mark for mark in marks if mark != "not asked"],
        "counts": counts_text(counts),
        "held": sum(held for held, _ in counts.values()),
        "total": sum(asked for _, asked in counts.values()),
    }


def _thumbnail(path: Path) -> str:
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST_THUMBNAIL else b""
    except OSError:
        return ""
    return data_uri(content, "image/png") if content.startswith(_PNG_SIGNATURE) else ""
