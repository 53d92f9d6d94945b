"""One column of a table as a series: text tables whose other columns may hold dates and words, and parquet files."""

import csv
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bouton.data.files import open_data
from bouton.errors import InputError

__all__ = ["Column", "read_column"]

_MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "."}
_DELIMITERS = ("\t", ";", ",")


class Column(NamedTuple):
    """A series, and what its steps are called."""

    name: str
    """Name of the column."""
    values: np.ndarray
    """Numbers (steps,), NaN where one is missing."""
    labels: list[str]
    """What the steps are called: by the first column of words, such as dates, or of numbers that only grow, such as
    years; else by the number of the row, from 1."""


def read_column(path: str | os.PathLike[str], column: str | None = None) -> Column:
    """Read one column of a table.

    Parameters
    ----------
    path : path
        A text table (.csv, .tsv, .txt: comma, semicolon or tab between the fields) whose first line may name the
        columns, or a .npy, .npz or .parquet file.
    column : str, optional
        Name of the column, or its number from 1. Needed where there are several of numbers.

    Returns
    -------
    Column
        Empty fields, ``NA``, ``nan``, ``null`` and ``-`` are missing.

    Raises
    ------
    InputError
        If the file is not there or no table, the column is unknown or has to be named, or a field is no number.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "prices.csv"
    >>> _ = path.write_text("day,price\\n2020-01-01,1.5\\n2020-01-02,\\n2020-01-03,2\\n")
    >>> found = read_column(path, "price")
    >>> found.values.tolist(), found.labels[0]
    ([1.5, nan, 2.0], '2020-01-01')
    """
    path = Path(path)
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return _of_array(path, column)
    rows = _rows(path)
    header, rows = _header(path, rows, column)
    kinds = [_holds_numbers([row[at] for row in rows]) for at in range(len(header))]
    at = _position(path, header, [name for name, numeric in zip(header, kinds, strict=True) if numeric], column)
    values = np.asarray([_number(path, header[at], line, row[at]) for line, row in enumerate(rows, 1)])
    return Column(header[at], values, _labels(rows, kinds, at))


def _labels(rows: list[list[str]], kinds: list[bool], at: int) -> list[str]:
    """Return the first column of words, else the first of numbers that only grow (years), else the rows' numbers."""
    others = [place for place in range(len(kinds)) if place != at]
    for place in [place for place in others if not kinds[place]]:
        return [row[place] for row in rows]
    for place in others:
        fields = [row[place] for row in rows]
        if all(map(_is_number, fields)) and np.all(np.diff(np.asarray(fields, float)) > 0):
            return fields
    return [str(line) for line in range(1, len(rows) + 1)]


def _of_array(path: Path, column: str | None) -> Column:
    if path.suffix.lower() == ".npy" and path.exists() and (values := _series(path)) is not None:
        rows = values[:, None]
    else:
        wanted = [column] if column and path.suffix.lower() == ".parquet" else None
        source = open_data(path, columns=wanted, allow_missing=True)
        rows = source.read(0, len(source))
    names = [str(place) for place in range(1, rows.shape[1] + 1)]
    at = 0 if rows.shape[1] == 1 else _position(path, names, names, column)
    labels = [str(line) for line in range(1, len(rows) + 1)]
    return Column(column or names[at], np.asarray(rows[:, at], float), labels)


def _series(path: Path) -> np.ndarray | None:
    """Return an array of one dimension and numbers; None for everything else, on which others have their say."""
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError):
        return None
    return values if values.ndim == 1 and values.dtype.kind in "biuf" else None


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        raise InputError(f"{path} is not there") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as text in UTF-8: {error}") from error
    first = text.lstrip().split("\n", 1)[0]
    delimiter = next((mark for mark in _DELIMITERS if mark in first), ",")
    rows = [[field.strip() for field in row] for row in csv.reader(text.splitlines(), delimiter=delimiter)]
    rows = [row for row in rows if row]
    if not rows:
        raise InputError(f"{path} is empty, a table was expected")
    for line, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise InputError(f"{path}, row {line}: {len(row)} fields, {len(rows[0])} were expected")
    return rows


def _header(path: Path, rows: list[list[str]], column: str | None) -> tuple[list[str], list[list[str]]]:
    named = column in rows[0] or not any(_is_number(field) for field in rows[0])
    header = rows[0] if named else [str(place) for place in range(1, len(rows[0]) + 1)]
    rows = rows[1:] if named else rows
    if not rows:
        raise InputError(f"{path} holds the names of columns and no rows")
    return header, rows


def _position(path: Path, header: list[str], numeric: list[str], column: str | None) -> int:
    known = ", ".join(numeric) or "none of numbers"
    if column is None:
        if len(numeric) != 1:
            raise InputError(f"{path} holds {len(numeric)} columns of numbers ({known}): name one")
        return header.index(numeric[0])
    if column in header:
        return header.index(column)
    if column.isdigit() and 1 <= int(column) <= len(header):
        return int(column) - 1
    raise InputError(f"{path} has no column {column!r}; it has {', '.join(header)}")


def _holds_numbers(fields: list[str]) -> bool:
    present = [field for field in fields if field.lower() not in _MISSING]
    return bool(present) and all(map(_is_number, present))


def _is_number(field: str) -> bool:
    try:
        return "_" not in field and float(field) is not None
    except ValueError:
        return False


def _number(path: Path, name: str, line: int, field: str) -> float:
    if field.lower() in _MISSING:
        return float("nan")
    if not _is_number(field):
        hint = "; write decimals with a point" if _is_number(field.replace(",", ".")) else ""
        raise InputError(f"{path}, row {line}, column {name}: {field!r} is not a number{hint}")
    return float(field)
