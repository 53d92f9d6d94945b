"""Files that are whole or not there: every file is written beside its place and renamed into it.

Also where the user's own files of bouton lie: what can be had again, such as fetched data, has one folder.
"""

import contextlib
import errno
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bouton.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

__all__ = ["cannot_write", "ensure_room", "sweep", "try_to_write", "user_cache", "write_files", "write_together"]

_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{12}\.part")
_DAY = 86_400.0


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

    All contents are on the disk, under temporary names, before the first rename. What earlier writes left behind in the
    folder when they were killed is removed.

    Parameters
    ----------
    folder : Path
        An existing folder.
    contents : mapping of str to bytes or None
        File names and what goes into them; they appear in this order.
    """
    temporary: dict[str, Path] = {}
    with contextlib.ExitStack() as held:
        for name, content in contents.items():
            if content is not None:
                temporary[name] = held.enter_context(_part(folder / name, content))
        for name in contents:
            if name in temporary:
                os.replace(temporary[name], folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        _sync(folder)
    sweep(folder)


def write_files(folder: Path, contents: Mapping[str, bytes | None], error: type[Exception] = InputError) -> None:
    """Make a folder, if it is not there, and write files into it as `write_together` does.

    Parameters
    ----------
    folder : Path
        The folder.
    contents : mapping of str to bytes or None
        File names and what goes into them.
    error : type, default InputError
        What is raised where they cannot be written: it names file, folder, reason and the space that is needed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_together(folder, contents)
    except OSError as reason:
        size = sum(len(content or b"") for content in contents.values())
        raise error(cannot_write(folder / next(iter(contents)), reason, size)) from reason


def try_to_write(folder: Path) -> None:
    """Find out whether files can be written in an existing folder, before the work that is to fill them.

    Raises
    ------
    OSError
        If not.
    """
    with _part(folder / "probe", b"."):
        pass
    sweep(folder)


def ensure_room(folder: Path, n_bytes: int) -> None:
    """Make sure that the disk of an existing folder has room for some bytes.

    Raises
    ------
    OSError
        If it has not, with the bytes that are needed and those that are free.
    """
    if not hasattr(os, "statvfs"):
        return
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < n_bytes:
        raise OSError(errno.ENOSPC, f"no space left: {megabytes(n_bytes)} are needed, {megabytes(free)} are free")


def cannot_write(path: Path, error: OSError, n_bytes: int | None = None) -> str:
    """Return in words why a file could not be written, how much space it needs, and what to do."""
    reason = error.strerror or type(error).__name__
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if full and n_bytes is not None and "needed" not in reason:
        reason = f"{reason}: {megabytes(n_bytes)} are needed"
    advice = "free some space or choose another folder" if full else "choose a folder that can be written to"
    return f"cannot write {path.name} into {path.parent} ({reason}): {advice}"


def megabytes(n_bytes: int) -> str:
    """Return a number of bytes in words."""
    return f"{n_bytes / 1e6:.3g} MB" if n_bytes >= 1e5 else f"{n_bytes:,} bytes"


@contextlib.contextmanager
def _part(path: Path, content: bytes) -> Iterator[Path]:
    """Write a file, down to the disk, under a temporary name beside its place; it is gone at the end unless moved.

    While it is there it is locked: that tells it from what was left behind by a process that is no more.
    """
    part, descriptor = _new_locked(path)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
            if fcntl is None:  # an open file cannot be renamed there
                file.close()
            yield part
    finally:
        part.unlink(missing_ok=True)


def _new_locked(path: Path) -> tuple[Path, int]:
    """Open a new file beside a place and lock it."""
    while True:
        part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.part")
        # Opened by hand because tempfile's files are private to the user, and a report is often served to others.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        if fcntl is None:
            return part, descriptor
        # File systems without locks: there the age decides.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink:
            return part, descriptor
        os.close(descriptor)  # swept by another process before it was locked


def sweep(folder: Path) -> None:
    """Remove what writes left behind that were killed; what another process is writing stays."""
    for path in folder.glob(".*.part"):
        if _LEFTOVER.fullmatch(path.name):
            with contextlib.suppress(OSError):
                if _is_left_behind(path):
                    path.unlink()


def _is_left_behind(path: Path) -> bool:
    if fcntl is None:
        return time.time() - path.stat().st_mtime > _DAY
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return time.time() - path.stat().st_mtime > _DAY
    finally:
        os.close(descriptor)
    return True


def _sync(folder: Path) -> None:
    # Not every system lets a folder be opened; there a rename is durable when the file is.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
