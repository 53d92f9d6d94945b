"""Files that are whole or not there: every file is written beside its place and renamed into it."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bouton.errors import InputError

__all__ = ["reserved_folder", "write_together"]


@contextmanager
def reserved_folder(folder: Path, file_names: tuple[str, ...]) -> Iterator[None]:
    """Make sure that files can be written in a folder, before the work that fills them; undo an unused folder.

    Parameters
    ----------
    folder : Path
        Made if it does not exist, with its parents.
    file_names : tuple of str
        The files that will be written; none may be a folder.

    Raises
    ------
    InputError
        If the folder cannot be made or written to.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = _beside(folder / "probe")
        _write_new(probe, b"")
        probe.unlink()
    except OSError as error:
        _remove_empty(made)
        reason = error.strerror or type(error).__name__
        raise InputError(f"cannot write to the folder {folder} ({reason}): choose another output folder") from error
    for name in file_names:
        if (folder / name).is_dir():
            _remove_empty(made)
            raise InputError(f"{folder / name} is a folder, a file of that name is to be written: move it away")
    try:
        yield
    except BaseException:
        _remove_empty(made)
        raise


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
                temporary[name] = _beside(folder / name)
                _write_new(temporary[name], content)
        for name in contents:
            if name in temporary:
                os.replace(temporary[name], folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")


def _write_new(path: Path, content: bytes) -> None:
    # Opened by hand because tempfile's files are private to the user, and a report is often served to others.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
