"""The progress bar of a run: rate, remaining time and the circuit's own figures."""

import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any

__all__ = ["ProgressBar"]

_SECONDS_BETWEEN_UPDATES = 0.25
_SECONDS_BETWEEN_LINES = 30.0


class ProgressBar:
    """A bar on the terminal; a line every half minute where there is none; or nothing at all.

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
        self._total, self._printed = total, -1
        self._shown = shown
        if not shown:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        console = Console(stderr=True)
        if not (console.is_terminal or console.is_jupyter):
            self._next_update = self._began + _SECONDS_BETWEEN_LINES
            return
        self._bar = Bar(
            TextColumn("learning"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
            console=console,
        )
        self._task = self._bar.add_task("learning", total=total, completed=start, rate="", figures="")

    def __enter__(self) -> "ProgressBar":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._next_update = 0.0
        if self._latest is not None:
            self.update(*self._latest)
        if self._bar is not None:
            self._bar.stop()

    def update(self, step: int, figures: Callable[[], Mapping[str, Any]]) -> None:
        """Show the step; at most a few times per second, and the figures are only computed then."""
        self._latest = (step, figures)
        now = time.monotonic()
        if not self._shown or now < self._next_update:
            return
        per_second = (step - self._start) / max(now - self._began, 1e-9)
        rate, text = (
            f"{per_second:,.0f}/s",
            ", ".join(f"{name} {float(value):.4g}" for name, value in figures().items()),
        )
        if self._bar is not None:
            self._next_update = now + _SECONDS_BETWEEN_UPDATES
            self._bar.update(self._task, completed=step, rate=rate, figures=text)
        elif step != self._printed:
            self._next_update, self._printed = now + _SECONDS_BETWEEN_LINES, step
            print(", ".join(filter(None, [self._place(step, per_second), rate, text])), file=sys.stderr, flush=True)

    def _place(self, step: int, per_second: float) -> str:
        if self._total is None:
            return f"learning: {step}"
        left = timedelta(seconds=round((self._total - step) / per_second)) if per_second > 0 else "unknown time"
        return f"learning: {step}/{self._total}" + (f", {left} left" if step < self._total else "")
