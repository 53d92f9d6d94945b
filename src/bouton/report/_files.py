"""The folder of a report: known to be writable before the work that fills it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bouton._files import try_to_write
from bouton.errors import InputError

__all__ = ["reserved_folder"]


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
        try_to_write(folder)
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


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
