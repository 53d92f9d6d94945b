"""The pages themselves: the report of one run and the index over all runs of a folder, each one self-contained file."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bouton._files import write_together
from bouton._version import __version__
from bouton.errors import InputError
from bouton.report._contents import FORMAT, Picture, Report
from bouton.report._text import duration_text, failure_text, plain, strict_json, value_text

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["INDEX_FILE", "REPORT_FILES", "render_report", "write_index", "write_report"]

INDEX_FILE = "index.html"
_PAGE, _OUTCOME, _THUMBNAILS = "report.html", "outcome.json", ("thumbnail-light.png", "thumbnail-dark.png")
REPORT_FILES = (_PAGE, *_THUMBNAILS, _OUTCOME)

_SETTING_DIGITS = 6
_LONGEST_CELL = 36
_LARGEST_THUMBNAIL = 1_000_000
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


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
    return _rendered(
        "report.html",
        report=report,
        authors_year=", ".join(part for part in (report.authors, str(report.year)) if part),
        link=report.url if report.url.startswith(("https://", "http://")) else "",
        duration=duration_text(report.seconds),
        settings=_named_texts(report.settings),
        versions=[*_named_texts(report.versions), ("floating point", f"{report.float_width} bit")],
        pictures=[_picture_context(picture) for picture in report.pictures],
        locality=_locality_context(report.locality),
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
    write_together(folder, dict(zip(REPORT_FILES, contents, strict=True)))
    return folder / _PAGE


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
    page = _rendered(
        "index.html",
        runs=readable,
        damaged=[run for run in runs if run["problem"] is not None],
        held=sum(run["held"] for run in readable),
        total=sum(run["total"] for run in readable),
    )
    write_together(folder, {INDEX_FILE: page})
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
    claims = outcome["claims"]
    marks = [claim["held"] for claim in claims]
    if not all(isinstance(held, bool) for held in marks):
        raise ValueError("a claim in outcome.json is neither held nor not held")
    return {
        "title": str(outcome["title"]),
        "byline": f"{outcome['authors']}, {outcome['year']}",
        "topic": str(outcome["topic"]),
        "scale": str(outcome["scale"]),
        "seed": str(outcome["seed"]),
        "duration": duration_text(float(outcome["seconds"])),
        "version": str(outcome["versions"]["bouton"]),
        "marks": marks,
        "held": sum(marks),
        "total": len(marks),
    }


def _thumbnail(path: Path) -> str:
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST_THUMBNAIL else b""
    except OSError:
        return ""
    return _data_uri(content, "image/png") if content.startswith(_PNG_SIGNATURE) else ""


def _picture_context(picture: Picture) -> dict[str, Any]:
    return {
        "name": picture.name,
        "caption": picture.caption,
        "alt": picture.alt,
        "error": picture.error,
        "width": picture.width,
        "height": picture.height,
        "light": _data_uri(picture.light, picture.media_type),
        "dark": _data_uri(picture.dark, picture.media_type),
    }


def _locality_context(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Lay the table out: columns of short texts side by side, long texts in lines of their own below each row."""
    texts = [{key: value_text(cell) for key, cell in plain(row).items()} for row in rows]
    columns = list(dict.fromkeys(key for row in texts for key in row))
    short = [key for key in columns if max(len(row.get(key, "")) for row in texts) <= _LONGEST_CELL] or columns
    return {
        "columns": short,
        "rows": [
            {
                "cells": [row.get(key, "") for key in short],
                "notes": [(key, row[key]) for key in columns if key not in short and row.get(key)],
            }
            for row in texts
        ],
    }


def _data_uri(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def _named_texts(values: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    return [(name, value_text(value, _SETTING_DIGITS)) for name, value in plain(values).items()]


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("bouton.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css, _, _ = environment.loader.get_source(environment, "style.css")  # type: ignore[union-attr]
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode("ascii")
    # The style sheet is allowed by its hash, so that no style smuggled in by a text would apply either.
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    environment.globals.update(css=Markup(css), content_security_policy=policy, version=__version__)
    environment.filters["value_text"] = lambda value: value_text(plain(value))
    return environment


def _rendered(template: str, **context: Any) -> bytes:
    return _environment().get_template(template).render(**context).encode("utf-8", "replace")
