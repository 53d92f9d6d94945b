"""Tables of numbers as rows of samples: parsed once, when they are opened, then read in any order."""

import os
import tempfile
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bouton.data.sources import MISSING_ADVICE, RowSource
from bouton.data.table_files import TableFile
from bouton.data.words import as_cells, holds_numbers
from bouton.errors import InputError

__all__ = ["Table"]

_BYTES_IN_MEMORY = 2**23


class Table(RowSource):
    """Rows of a table of numbers in a text, Parquet or Feather file.

    Parameters
    ----------
    path : Path
        The file: .csv, .tsv, .txt (these also with .gz), .parquet, .feather, .arrow.
    columns : sequence of str or None, default None
        Names of the columns to read, or their numbers from 1, in this order; None takes all but the labels of rows
        that pandas stores.
    header : bool or None, default None
        Whether the first row of a text table names the columns; None finds out, and refuses what may be either.
    allow_missing : bool, default False
        Let infinity and missing values (read as NaN) pass.

    Raises
    ------
    InputError
        Naming the line and column that hold no number.

    Notes
    -----
    The numbers are read once, when the file is opened. Up to 8 MiB of them are kept in memory, more in a temporary
    file (in TMPDIR, else /var/tmp where there is one), so that rows can be read in any order at the speed of the disk.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "table.csv"
    >>> _ = path.write_text("height;width\\n1,5;2\\n3;4\\n")
    >>> table = Table(path)
    >>> table.columns, table.read(0, 2).tolist()
    (['height', 'width'], [[1.5, 2.0], [3.0, 4.0]])
    """

    def __init__(
        self,
        path: Path,
        columns: Sequence[str] | None = None,
        header: bool | None = None,
        allow_missing: bool = False,
    ):
        file = TableFile(path, header)
        if columns is None:
            places = [place for place in range(len(file.names)) if place not in file.index]
        else:
            places = [file.position(column) for column in columns]
        self.columns = [file.names[place] for place in places] if file.named else None
        self._lock = threading.Lock()
        # Closed with the table.
        self._spill = tempfile.SpooledTemporaryFile(_BYTES_IN_MEMORY, dir=_temporary_folder())  # noqa: SIM115
        weakref.finalize(self, self._spill.close)
        dtype = _dtype(file, places)
        try:
            n_rows = self._parse(file, places, dtype, allow_missing)
        except OSError as error:
            raise InputError(
                f"{path}: no room for its numbers in {_temporary_folder()}: {error}; name another folder in the "
                "environment variable TMPDIR"
            ) from error
        super().__init__(str(path), (n_rows, len(places)), dtype, allow_missing)

    def _parse(self, file: TableFile, places: list[int], dtype: np.dtype, allow_missing: bool) -> int:
        n_rows = 0
        for batch in file.batches(places):
            cells = [as_cells(column, file.decimal) for column in batch]
            _refuse_odd(file, places, cells, n_rows)
            rows = np.stack([column.values for column in cells], axis=1) if cells else np.empty((0, 0))
            finite = allow_missing or bool(np.isfinite(rows).all())
            if not finite:
                row, column = (int(at) for at in np.argwhere(~np.isfinite(rows))[0])
                if file.layout and file.layout.n_columns == 1 and file.ends_blank(n_rows + row):
                    rows = rows[:row]
                else:
                    _refuse_missing(file, n_rows + row, places[column], rows[row, column])
            self._spill.write(np.ascontiguousarray(rows, dtype).tobytes())
            n_rows += len(rows)
            if not finite:
                break
        if n_rows == 0 and file.layout:
            raise InputError(f"{file.path} holds a header and no rows of numbers")
        return n_rows

    def _rows(self, start: int, stop: int) -> np.ndarray:
        rows = np.empty((stop - start, self.n_features), self.dtype)
        with self._lock:
            self._spill.seek(start * self.n_features * self.dtype.itemsize)
            self._spill.readinto(rows.data.cast("B"))
        return rows


def _temporary_folder() -> str:
    # /tmp is memory on some systems, /var/tmp is not.
    usual = "/var/tmp"
    return tempfile.gettempdir() if "TMPDIR" in os.environ or not os.access(usual, os.W_OK) else usual


def _dtype(file: TableFile, places: list[int]) -> np.dtype:
    """Return float32 where all columns fit into it, else float64; refuse columns that can hold no numbers."""
    from pyarrow import types

    if file.types is None:
        return np.dtype(np.float64)
    kinds = [file.types[place] for place in places]
    kinds = [kind.value_type if types.is_dictionary(kind) else kind for kind in kinds]
    texts = [types.is_string(kind) or types.is_large_string(kind) for kind in kinds]
    if not all(text or holds_numbers(kind) for kind, text in zip(kinds, texts, strict=True)):
        first = next(file.batches(places), [])
        wrong = [
            f"{file.names[place]} ({file.types[place]})"
            for place, column in zip(places, first, strict=False)
            if np.isnan(as_cells(column).values).all()
        ]
        raise InputError(_without_numbers(file, wrong))
    narrow = [
        not text and not types.is_decimal(kind) and np.can_cast(np.dtype(kind.to_pandas_dtype()), np.float32)
        for kind, text in zip(kinds, texts, strict=True)
    ]
    return np.dtype(np.float32 if all(narrow) else np.float64)


def _without_numbers(file: TableFile, columns: list[str]) -> str:
    return (
        f"{file.path}: columns without numbers: {', '.join(columns)}; choose others with columns=[...] "
        "(open_data) or --columns (bouton learn)"
    )


def _refuse_odd(file: TableFile, places: list[int], cells: list[Any], n_before: int) -> None:
    odd = [(int(np.argmax(column.odd)), at) for at, column in enumerate(cells) if column.odd is not None]
    if not odd:
        return
    words = [at for _, at in odd if np.isnan(cells[at].values).all() and n_before == 0]
    row, at = min(odd)
    place = places[at]
    where = file.place(n_before + row, place)
    if not file.layout:
        if words:
            assert file.types is not None
            raise InputError(
                _without_numbers(file, [f"{file.names[places[at]]} ({file.types[places[at]]})" for at in words])
            )
        raise InputError(f"{where}: not a number")
    field = file.field(n_before + row, place)
    hint = "; write decimals with a point, and thousands without a mark" if "," in field else ""
    if words and file.named:
        hint = f"; {_without_numbers(file, [file.names[places[at]] for at in words]).removeprefix(f'{file.path}: ')}"
    raise InputError(f"{where}: {field!r} is not a number{hint}")


def _refuse_missing(file: TableFile, row: int, column: int, value: float) -> None:
    if np.isinf(value):
        raise InputError(f"{file.infinite(row, column, value)}; {MISSING_ADVICE}")
    field = file.field(row, column)
    said = f"{field!r} is a missing value" if field else "the field is empty" if file.layout else "a missing value"
    raise InputError(f"{file.place(row, column)}: {said}, a finite number was expected; {MISSING_ADVICE}")
