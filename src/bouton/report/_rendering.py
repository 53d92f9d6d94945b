"""How pages are made from templates: texts escaped, images within the page, a policy that lets nothing else load."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from bouton._version import __version__
from bouton.report._contents import Picture
from bouton.report._text import plain, value_text

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["data_uri", "locality_context", "named_texts", "picture_context", "rendered"]

_SETTING_DIGITS = 6
_LONGEST_CELL = 36


def picture_context(picture: Picture) -> dict[str, Any]:
    """Return what the template shows of a figure."""
    return {
        "name": picture.name,
        "caption": picture.caption,
        "alt": picture.alt,
        "error": picture.error,
        "width": picture.width,
        "height": picture.height,
        "light": data_uri(picture.light, picture.media_type),
        "dark": data_uri(picture.dark, picture.media_type),
    }


def locality_context(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
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


def data_uri(content: bytes, media_type: str) -> str:
    """Return bytes as an address that holds them."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def named_texts(values: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return names and values as texts."""
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


def rendered(template: str, **context: Any) -> bytes:
    """Return a page made from a template, in UTF-8."""
    return _environment().get_template(template).render(**context).encode("utf-8", "replace")
