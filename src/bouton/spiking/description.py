"""`NetworkDescription`: what a network consists of, as text, in notebooks, and as a page."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bouton._files import write_files

__all__ = ["DescriptionTable", "NetworkDescription"]

_TEMPLATE = """<div class="bouton-network">
<p><strong>{{ heading }}</strong></p>
{% for table in tables %}<h4>{{ table.title }}</h4>
<table>
<thead><tr>{% for column in table.columns %}<th>{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in table.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody>
</table>
{% endfor %}<h4>In each time step</h4>
<ol>
{% for line in order %}<li>{{ line }}</li>
{% endfor %}</ol>
{% for note in notes %}<p>{{ note }}</p>
{% endfor %}</div>
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ heading }}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; }
table { border-collapse: collapse; } th, td { border-bottom: 1px solid #bbb; padding: .25em .7em; text-align: left; }
</style></head><body>
{{ body }}</body></html>
"""


@dataclass(frozen=True)
class DescriptionTable:
    """Rows of texts under columns.

    Parameters
    ----------
    title : str
        What the rows are.
    columns : tuple of str
        What the cells are.
    rows : tuple of tuples of str
        The cells.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column."""
        place = self.columns.index(name)
        return tuple(row[place] for row in self.rows)


@dataclass(frozen=True)
class NetworkDescription:
    """What `SpikingNetwork.describe` tells; `print` shows it as text, a notebook as tables.

    Parameters
    ----------
    heading : str
        How large the network is, and its clock.
    groups : DescriptionTable
        Neurons and sources: how many, where they are counted from, what they are, where they start.
    projections : DescriptionTable
        Synapses: from where and to where, weights, delays, what they learn.
    memory : DescriptionTable
        Bytes of what stays the same, of the state, and of a recorded frame.
    order : tuple of str
        What happens in a time step, one after the other.
    notes : tuple of str
        What frames bring, and what they leave.

    Examples
    --------
    >>> from bouton.spiking import stdp_network
    >>> told = stdp_network(100).describe()
    >>> print(told.heading)
    100 neurons in 1 group, 1027 synapses in 3 projections; time step 0.1 ms, frame 10 ms (100 steps)
    >>> told.projections.column("from"), told.projections.column("delay, ms")
    (('cells[0:80]', 'cells[0:80]', 'cells[80:100]'), ('0.1 (axon)', '0.1 (axon)', '0.1 (axon)'))
    """

    heading: str
    groups: DescriptionTable
    projections: DescriptionTable
    memory: DescriptionTable
    order: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def tables(self) -> tuple[DescriptionTable, ...]:
        """The tables that are not empty, in the order in which they are shown."""
        return tuple(table for table in (self.groups, self.projections, self.memory) if table.rows)

    def __str__(self) -> str:
        parts = [self.heading]
        for table in self.tables:
            parts.append("\n".join([table.title, *_aligned(table)]))
        parts.append("\n".join(["In each time step", *(f"  {n}. {line}" for n, line in enumerate(self.order, 1))]))
        return "\n\n".join([*parts, *self.notes])

    def _repr_html_(self) -> str:
        return _templates()[0].render(heading=self.heading, tables=self.tables, order=self.order, notes=self.notes)

    def write(self, path: str | os.PathLike) -> None:
        """Write the description to a file: a page where its name ends on .html, otherwise text.

        Parameters
        ----------
        path : path
            The file; one that is there is replaced.

        Raises
        ------
        InputError
            If it cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from bouton.spiking import cuba_network
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     cuba_network(100).describe().write(f"{folder}/cuba.html")
        """
        place = Path(path)
        text = str(self) + "\n"
        if place.suffix.lower() in (".html", ".htm"):
            from markupsafe import Markup

            text = _templates()[1].render(heading=self.heading, body=Markup(self._repr_html_()))
        write_files(place.parent, {place.name: text.encode("utf-8")})


def _aligned(table: DescriptionTable) -> list[str]:
    """Return the lines of a table, its columns one below the other."""
    lines: Sequence[tuple[str, ...]] = (table.columns, *table.rows)
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.columns))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    ]


@cache
def _templates() -> tuple[Any, Any]:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(_TEMPLATE), environment.from_string(_PAGE)
