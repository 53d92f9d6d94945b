"""One column of a table as a series: tables whose other columns may hold dates and words, and arrays."""

import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bouton.data.files import load_array, open_data
from bouton.data.table_files import TableFile, table_suffix
from bouton.data.words import as_cells, as_labels
from bouton.errors import InputError

__all__ = ["Column", "read_column"]

_LIKE_A_NUMBER = re.compile(r"[$€£]?\s*[+-]?(\d{1,3}([.,' ]\d{3})+([.,]\d+)?|\d+[.,]?\d*)\s*[%$€£]?")
"""Groups of thousands, a comma for a point, a sign of per cent or money: meant as a number, and not read as one."""


class Column(NamedTuple):
    """A series, and what its steps are called."""

    name: str
    """Name of the column."""
    values: np.ndarray
    """Numbers (steps,), NaN where one is missing."""
    labels: list[str]
    """What the steps are called: by the labels of rows that pandas stores, else by the first column of words, such as
    dates, or of numbers that only grow, such as years; else by the number of the row, from 1."""


def read_column(
    path: str | os.PathLike[str], column: str | None = None, *, name: str | None = None, header: bool | None = None
) -> Column:
    """Read one column of a table.

    Parameters
    ----------
    path : path
        A table as `open_data` takes it (.csv, .tsv, .txt, .parquet, .feather), or a .npy or .npz file.
    column : str, optional
        Name of the column, or its number from 1. Needed where there are several of numbers.
    name : str, optional
        Which array of an .npz archive; not needed when it holds one.
    header : bool, optional
        Whether the first row of a text table names the columns. Default: found out, and refused where it may be either.

    Returns
    -------
    Column
        Missing are empty fields and the usual words, such as ``NA``, ``#N/A``, ``nan``, ``NaT``, ``null``, ``None`` and
        ``-``; in a table of one column also blank lines.

    Raises
    ------
    InputError
        If the file is not there or no table, the column is unknown or has to be named, a field is infinite or no
        number.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "prices.csv"
    >>> _ = path.write_text("day,price\\n2020-01-01,1.5\\n2020-01-02,\\n2020-01-03,2\\n")
    >>> found = read_column(path, "price")
    >>> found.values.tolist(), found.labels[0]
    ([1.5, nan, 2.0], '2020-01-01')
    """
    path = Path(path).expanduser()
    if not path.is_file() or path.stat().st_size == 0 or table_suffix(path) is None:
        return _of_array(path, column, name)
    if name is not None:
        raise InputError(f"name applies to .npz files only, and {path} is none; leave it out")
    file = TableFile(path, header, column)
    chosen = None if column is None else file.position(column)
    kinds = _kinds(file, chosen)
    if chosen is None:
        chosen = _only(file, kinds)
    labelled = _labelling(file, kinds, chosen)
    values, labels, n_rows = [], [], 0
    for batch in file.batches([chosen] if labelled is None else [chosen, labelled]):
        cells = as_cells(batch[0], file.decimal)
        _refuse(file, chosen, cells, n_rows)
        values.append(cells.values)
        if labelled is not None:
            labels.append(batch[1])
        n_rows += len(cells.values)
    if n_rows == 0:
        raise InputError(f"{path} holds the names of columns and no rows")
    found = np.concatenate(values)
    steps = [str(step) for step in range(1, n_rows + 1)] if labelled is None else as_labels(labels)
    return Column(file.names[chosen], found, steps)


class _Kind:
    """What a column holds, over all batches."""

    def __init__(self) -> None:
        self.numbers = self.missing = self.odd = 0
        self.first_odd = -1
        self.grows, self.last = True, -np.inf

    def add(self, cells: Any, n_before: int) -> None:
        present = ~np.isnan(cells.values)
        odd = np.zeros(0, bool) if cells.odd is None else cells.odd
        n_odd = int(odd.sum())
        if n_odd and not self.odd:
            self.first_odd = n_before + int(np.argmax(odd))
        self.odd += n_odd
        self.numbers += int(present.sum())
        self.missing += len(present) - int(present.sum()) - n_odd
        steps = np.diff(np.r_[self.last, cells.values])
        self.grows = self.grows and bool(np.all(steps > 0))
        self.last = cells.values[-1] if len(present) else self.last

    @property
    def words(self) -> bool:
        """Whether most cells are words."""
        return self.odd > 0 and self.odd >= self.numbers


def _kinds(file: TableFile, chosen: int | None) -> list[_Kind]:
    places = [place for place in range(len(file.names)) if place != chosen]
    kinds = [_Kind() for _ in file.names]
    n_rows = 0
    for batch in file.batches(places) if places else ():
        for place, cells in zip(places, batch, strict=True):
            kinds[place].add(as_cells(cells, file.decimal), n_rows)
        n_rows += len(batch[0])
    if places and n_rows == 0:
        raise InputError(f"{file.path} holds the names of columns and no rows")
    return kinds


def _only(file: TableFile, kinds: list[_Kind]) -> int:
    """Return the only column of numbers; one that holds an odd cell among its numbers is named with it."""
    candidates = [place for place in range(len(kinds)) if place not in file.index]
    numeric = [place for place in candidates if kinds[place].numbers and not kinds[place].odd]
    for place in candidates:
        kind = kinds[place]
        field = file.field(kind.first_odd, place) if kind.odd else ""
        if kind.odd and (not kind.words or _LIKE_A_NUMBER.fullmatch(field)):
            others = f", as {kind.numbers} other cells of the column are" if kind.numbers else ""
            raise InputError(
                f"{file.place(kind.first_odd, place)}: {field or 'a cell'!r} is not a number{others}; correct it, or "
                "name the column that is meant with column=... (read_column) or --column (bouton surprise)"
            )
    if len(numeric) != 1:
        known = ", ".join(file.names[place] for place in numeric) or "none of numbers"
        raise InputError(
            f"{file.path} holds {len(numeric)} columns of numbers ({known}): name one with column=... "
            "(read_column) or --column (bouton surprise)"
        )
    return numeric[0]


def _labelling(file: TableFile, kinds: list[_Kind], chosen: int) -> int | None:
    """Return the column of labels: the stored ones, else the first of words, else the first that only grows."""
    others = [place for place in range(len(kinds)) if place != chosen]
    stored = [place for place in others if place in file.index]
    words = [place for place in others if kinds[place].words]
    growing = [place for place in others if kinds[place].grows and kinds[place].numbers]
    return next(iter([*stored, *words, *growing]), None)


def _refuse(file: TableFile, place: int, cells: Any, n_before: int) -> None:
    if cells.odd is not None:
        row = n_before + int(np.argmax(cells.odd))
        field = file.field(row, place) or "a cell"
        hint = "; write decimals with a point, and thousands without a mark" if "," in field else ""
        raise InputError(f"{file.place(row, place)}: {field!r} is not a number{hint}")
    infinite = np.isinf(cells.values)
    if infinite.any():
        row = n_before + int(np.argmax(infinite))
        raise InputError(file.infinite(row, place, cells.values[row - n_before]))


def _of_array(path: Path, column: str | None, name: str | None) -> Column:
    values = load_array(path, name)
    if values is not None and values.ndim == 1 and values.dtype.kind in "biuf":
        rows = np.asarray(values, float)[:, None]
    else:
        source = open_data(path, name=name, allow_missing=True)
        rows = source.read(0, len(source))
    names = [str(place) for place in range(1, rows.shape[1] + 1)]
    if column is None and len(names) > 1:
        raise InputError(
            f"{path} holds {len(names)} columns of numbers (1, 2, ..., {len(names)}): name one with "
            "column=... (read_column) or --column (bouton surprise)"
        )
    if column is not None and column not in names:
        raise InputError(f"{path} has no column {column!r}; it has {', '.join(names[:20])}")
    at = 0 if column is None else int(column) - 1
    found = np.asarray(rows[:, at], float)
    if np.isinf(found).any():
        row = int(np.argmax(np.isinf(found)))
        raise InputError(
            f"{path}, row {row + 1}, column {at + 1}: {found[row]} is infinite, a finite number was expected"
        )
    return Column(names[at], found, [str(step) for step in range(1, len(rows) + 1)])
