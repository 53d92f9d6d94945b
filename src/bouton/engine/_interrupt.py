"""Ctrl-C between two chunks: ask first, insist second."""

import signal
import threading
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

__all__ = ["Interruptible", "farewell"]


class Interruptible:
    """While entered, the first Ctrl-C only sets `requested`; the second one interrupts at once.

    In threads other than the main one, where signals do not arrive, it does nothing.
    """

    def __init__(self) -> None:
        self.requested = False
        self._before: Any = None

    def __enter__(self) -> "Interruptible":
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True


def farewell(step: int, folder: Path | None) -> str:
    """Return what is said of a run that was interrupted."""
    if folder is None:
        return f"interrupted at step {step}; nothing was saved, since no checkpoint folder was given"
    return (
        f"interrupted at step {step}; a checkpoint was written: resume with checkpoint={str(folder)!r}, resume=True "
        "(on the command line the same words and --resume)"
    )
