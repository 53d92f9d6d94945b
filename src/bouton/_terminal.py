"""What the command line reads and draws on the terminal: whole numbers, tables, and what a long job is doing."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from cyclopts import Parameter

__all__ = ["Integer", "OptionalInteger", "Stages", "table"]


def _whole(kind: Any, tokens: Sequence[Any]) -> int:
    """Read a whole number; what has a point is none, and nothing is rounded."""
    text = tokens[0].value
    if not re.fullmatch(r"[+-]?[0-9]{1,30}", text):
        raise ValueError(f"{text!r} is no whole number")
    return int(text)


Integer = Annotated[int, Parameter(converter=_whole)]
OptionalInteger = Annotated[int | None, Parameter(converter=_whole)]
"""Whole numbers on the command line."""


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table without borders."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    printed = Table(*columns, header_style="bold", box=None, pad_edge=False)
    for row in rows:
        printed.add_row(*(Text(cell) for cell in row))
    Console().print(printed)


class Stages:
    """Show on the terminal what a reproduction is doing."""

    def __enter__(self) -> Callable[..., None]:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task("starting", total=1.0)

        def progress(stage: str, fraction: float | None = None) -> None:
            self._bar.update(
                task, description=stage, completed=fraction or 0.0, total=None if fraction is None else 1.0
            )

        return progress

    def __exit__(self, *error: object) -> None:
        self._bar.stop()
