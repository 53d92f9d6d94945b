"""Files that are whole or not there: every file is written beside its place and renamed into it.

Also where the user's own files of bouton lie: what can be had again, such as fetched data, has one folder.
"""

import contextlib
import os
import re
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["beside", "sweep", "user_cache", "write_new", "write_together"]

_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{12}\.part")


def user_cache() -> Path:
    """Return bouton's folder among the user's caches: for what can be had again. It need not exist.

    It is $XDG_CACHE_HOME/bouton where that is set to an absolute path; else ~/.cache/bouton, on macOS
    ~/Library/Caches/bouton, on Windows %LOCALAPPDATA%\\bouton.
    """
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if chosen.is_absolute():
        return chosen / "bouton"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local").expanduser() / "bouton"
    return Path("~/Library/Caches" if sys.platform == "darwin" else "~/.cache").expanduser() / "bouton"


def write_together(folder: Path, contents: Mapping[str, bytes | None]) -> None:
    """Write several files of one folder so that none is ever seen half-written; None removes a file.

    All contents are on the disk, under temporary names, before the first rename.

    Parameters
    ----------
    folder : Path
        An existing folder.
    contents : mapping of str to bytes or None
        File names and what goes into them; they appear in this order.
    """
    temporary: dict[str, Path] = {}
    try:
        for name, content in contents.items():
            if content is not None:
                temporary[name] = beside(folder / name)
                write_new(temporary[name], content)
        for name in contents:
            if name in temporary:
                os.replace(temporary[name], folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        _sync(folder)
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """Return a temporary name in the folder of a file."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, down to the disk."""
    # Opened by hand because tempfile's files are private to the user, and a report is often served to others.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sweep(folder: Path) -> None:
    """Remove what writes left behind that were killed."""
    for path in folder.glob(".*.part"):
        if _LEFTOVER.fullmatch(path.name):
            with contextlib.suppress(OSError):
                path.unlink()


def _sync(folder: Path) -> None:
    # Not every system lets a folder be opened; there a rename is durable when the file is.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
