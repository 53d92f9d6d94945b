"""Open a data file or image folder as rows of samples, whatever its format, without loading it where possible.

| suffix | read as |
|---|---|
| .npy | memory map |
| .npz | one array of the archive, loaded whole |
| .csv, .tsv, .txt (also .gz), .parquet, .feather | table, parsed in batches when it is opened (`Table`) |
| a folder | one image per row, decoded when read (`ImageFolder`) |

Nothing is ever unpickled: files that hold Python objects are refused.
"""

import os
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bouton.data.images import IMAGE_SUFFIXES, ImageFolder
from bouton.data.sources import ArraySource, RowSource, reading_dtype
from bouton.data.table_files import TABLE_SUFFIXES, TEXT_SUFFIXES, table_suffix
from bouton.data.tables import Table
from bouton.errors import InputError

__all__ = ["load_array", "open_data"]


def open_data(
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    columns: Sequence[str] | None = None,
    header: bool | None = None,
    linearise: bool = True,
    allow_missing: bool = False,
) -> RowSource:
    """Open a file or an image folder as a table of samples (rows) by features (columns).

    Parameters
    ----------
    path : path
        A .npy, .npz, .csv, .tsv, .txt, .parquet or .feather file, or a folder of images of one size.
    name : str or None, default None
        Which array of an .npz archive; not needed when it holds one.
    columns : sequence of str or None, default None
        Which columns of a table, by names or by numbers from 1; None takes all but the labels of rows that pandas
        stores.
    header : bool or None, default None
        Whether the first row of a text table names the columns; None finds out, and refuses what may be either.
    linearise : bool, default True
        For an image folder: undo the sRGB curve of the pixels.
    allow_missing : bool, default False
        Let missing values (NaN) and infinity pass; otherwise opening a table, or reading a row of another source, that
        holds one raises an error that names it.

    Returns
    -------
    RowSource
        With `shape`, `dtype` (float32 or float64), `len`, `read(start, stop)`, indexing by slices and index arrays,
        and `fingerprint()`. Arrays of more than two dimensions are flattened per sample.

    Raises
    ------
    InputError
        With one sentence that names the file: it is missing, empty, truncated, of another format than its suffix says,
        or holds no table of real numbers.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import numpy as np
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "patches.npy"
    >>> np.save(path, np.ones((100, 4, 4), np.float32))
    >>> patches = open_data(path)
    >>> patches.shape, patches.read(10, 20).shape
    ((100, 16), (10, 16))
    """
    path = Path(path).expanduser()
    _refuse_unreadable(path)
    table, suffix = table_suffix(path), path.suffix.lower()
    options = {"name": (name, (".npz",)), "columns": (columns, TABLE_SUFFIXES), "header": (header, TEXT_SUFFIXES)}
    for option, (value, suffixes) in options.items():
        if value is not None and (table or suffix) not in suffixes:
            raise InputError(f"{option} applies to {', '.join(suffixes)} files only, and {path} is none; leave it out")
    if path.is_dir():
        return ImageFolder(path, linearise=linearise)
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty (0 bytes), a data file was expected")
    if table is not None:
        return Table(path, columns, header, allow_missing)
    array = load_array(path, name)
    if array is not None:
        return ArraySource(array, str(path), allow_missing)
    if suffix in IMAGE_SUFFIXES:
        raise InputError(f"{path} is one image, not a table of samples; draw patches from it with ImagePatches")
    known = ", ".join((".npy", ".npz", *TABLE_SUFFIXES))
    raise InputError(f"{path}: the suffix {suffix or '(none)'} is not known; use one of {known} or a folder of images")


def load_array(path: Path, name: str | None = None) -> np.ndarray | None:
    """Return the array of a .npy file (a memory map) or of an .npz archive; None for any other file."""
    if not path.is_file() or path.stat().st_size == 0:
        return None
    if path.suffix.lower() == ".npy":
        return _load(path, lambda: _map_npy(path))
    return _load(path, lambda: _read_npz(path, name)) if path.suffix.lower() == ".npz" else None


def _refuse_unreadable(path: Path) -> None:
    try:
        found = path.exists()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if not found:
        raise InputError(f"{path} does not exist; check the spelling and the working folder")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path} cannot be read: permission denied")
    if not (path.is_dir() or path.is_file()):
        raise InputError(f"{path} is neither a file nor a folder")


def _load(path: Path, load: Callable[[], np.ndarray]) -> np.ndarray:
    try:
        return load()
    except InputError:
        raise
    except (
        ValueError,
        OSError,
        EOFError,
        KeyError,
        RuntimeError,
        zlib.error,
        zipfile.BadZipFile,
        MemoryError,
    ) as error:
        raise InputError(f"{path} is damaged, truncated or no NumPy file: {error}") from error


def _map_npy(path: Path) -> np.ndarray:
    with path.open("rb") as file:
        shape, fortran_order, dtype = _npy_header(file, str(path))
        offset = file.tell()
    expected, found = int(np.prod(shape, dtype=object)) * dtype.itemsize, path.stat().st_size - offset
    if found < expected:
        raise InputError(
            f"{path} is truncated: shape {shape} of {dtype} takes {expected} bytes, {found} were found; save it again"
        )
    if expected == 0:
        return np.empty(shape, dtype)
    return np.memmap(path, dtype, "r", offset, shape, "F" if fortran_order else "C")


def _npy_header(file: Any, name: str) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise InputError(f"{name} is a NumPy file of version {version}; save a plain array of numbers again")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran_order, dtype = read(file)
    reading_dtype(dtype, name)
    if any(size < 0 for size in shape):
        raise InputError(f"{name} is damaged: its shape is {shape}")
    return shape, fortran_order, dtype


def _read_npz(path: Path, name: str | None) -> np.ndarray:
    if not zipfile.is_zipfile(path):
        raise InputError(f"{path} is no .npz archive, or it is truncated; save it again with numpy.savez")
    with zipfile.ZipFile(path) as archive:
        members = {member.removesuffix(".npy"): member for member in archive.namelist() if member.endswith(".npy")}
        if not members:
            raise InputError(f"{path} is an archive without arrays")
        if name is None and len(members) > 1:
            raise InputError(
                f"{path} holds {len(members)} arrays ({', '.join(members)}); choose one with name=... (open_data, "
                "read_column) or --name (commands)"
            )
        if name is not None and name not in members:
            raise InputError(f"{path} has no array {name!r}; it holds {', '.join(members)}")
        member = members[name] if name is not None else next(iter(members.values()))
        with archive.open(member) as file:
            _npy_header(file, f"{path} ({member})")
        with archive.open(member) as file:
            return np.lib.format.read_array(file, allow_pickle=False)
