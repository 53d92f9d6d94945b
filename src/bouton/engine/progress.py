"""The progress bar of a run: rate, remaining time and the circuit's own figures."""

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

__all__ = ["ProgressBar"]

_SECONDS_BETWEEN_UPDATES = 0.25


class ProgressBar:
    """A bar on the terminal, or nothing at all.

    Parameters
    ----------
    shown : bool
        Whether anything is shown.
    total : int or None
        Number of events, None where it is not known.
    start : int
        Step at which the run takes over.
    """

    def __init__(self, shown: bool, total: int | None, start: int):
        self._bar: Any = None
        self._next_update = 0.0
        self._latest: tuple[int, Callable[[], Mapping[str, Any]]] | None = None
        self._start, self._began = start, time.monotonic()
        if not shown:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("learning"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("learning", total=total, completed=start, rate="", figures="")

    def __enter__(self) -> "ProgressBar":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._next_update = 0.0
            if self._latest is not None:
                self.update(*self._latest)
            self._bar.stop()

    def update(self, step: int, figures: Callable[[], Mapping[str, Any]]) -> None:
        """Show the step; at most a few times per second, and the figures are only computed then."""
        self._latest = (step, figures)
        now = time.monotonic()
        if self._bar is None or now < self._next_update:
            return
        self._next_update = now + _SECONDS_BETWEEN_UPDATES
        rate = (step - self._start) / max(now - self._began, 1e-9)
        text = ", ".join(f"{name} {float(value):.4g}" for name, value in figures().items())
        self._bar.update(self._task, completed=step, rate=f"{rate:,.0f}/s", figures=text)
