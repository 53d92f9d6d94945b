"""Numeric tables in text files: comma, semicolon or tab between the fields, one sample per line.

The file is validated once when it is opened and never held in memory: the byte offset of every 1024th row is kept, and
reading parses only the blocks that are asked for.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bouton.data.sources import RowSource
from bouton.errors import InputError

__all__ = ["DelimitedTable"]

_BLOCK_ROWS = 1024
# A comma may be a decimal sign in files whose fields are separated by the other two, never the reverse.
_DELIMITERS = ("\t", ";", ",")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Line(NamedTuple):
    number: int
    offset: int
    text: str


class DelimitedTable(RowSource):
    """Rows of a numeric text table (`.csv`).

    Parameters
    ----------
    path : Path
        The file, in UTF-8; blank lines are skipped.
    header : bool or None, default None
        Whether the first line names the columns. None decides: it is a header when none of its fields is a number.
    allow_missing : bool, default False
        Let `nan` and `inf` pass. An empty field is always an error.

    Raises
    ------
    InputError
        Naming the line that is not a row of numbers.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "table.csv"
    >>> _ = path.write_text("height;width\\n1.5;2\\n3;4\\n")
    >>> table = DelimitedTable(path)
    >>> table.columns, table.read(0, 2).tolist()
    (['height', 'width'], [[1.5, 2.0], [3.0, 4.0]])
    """

    def __init__(self, path: Path, header: bool | None = None, allow_missing: bool = False):
        self._path = path
        lines = _lines(path)
        first = next(lines, None)
        if first is None:
            raise InputError(f"{path} is empty, a table of numbers was expected")
        self._delimiter = next((mark for mark in _DELIMITERS if mark in first.text), ",")
        fields = _fields(first.text, self._delimiter)
        self.columns = fields if _is_header(first, fields, header, path) else None
        self._n_fields = len(fields)
        self._block_starts: list[_Line] = []
        n_rows = self._index(lines if self.columns else _lines(path))
        super().__init__(str(path), (n_rows, self._n_fields), np.dtype(np.float64), allow_missing)
        self._cached: tuple[int, np.ndarray] | None = None

    def _index(self, lines: Iterator[_Line]) -> int:
        n_rows, block = 0, []
        for line in lines:
            if not block:
                self._block_starts.append(line._replace(text=""))
            block.append(line)
            n_rows += 1
            if len(block) == _BLOCK_ROWS:
                self._parse(block)
                block = []
        if block:
            self._parse(block)
        if n_rows == 0:
            raise InputError(f"{self._path} holds a header and no rows of numbers")
        return n_rows

    def _rows(self, start: int, stop: int) -> np.ndarray:
        parts = []
        for index in range(start // _BLOCK_ROWS, (stop - 1) // _BLOCK_ROWS + 1):
            origin = index * _BLOCK_ROWS
            parts.append(self._block(index)[max(start - origin, 0) : stop - origin])
        return np.concatenate(parts)

    def _block(self, index: int) -> np.ndarray:
        cached = self._cached
        if cached is not None and cached[0] == index:
            return cached[1]
        begin = self._block_starts[index]
        lines = _lines(self._path, begin.offset, begin.number)
        expected = min(_BLOCK_ROWS, len(self) - index * _BLOCK_ROWS)
        block = [line for _, line in zip(range(expected), lines, strict=False)]
        if len(block) < expected:
            raise InputError(f"{self._path} has become shorter since it was opened; open it again")
        rows = self._parse(block)
        self._cached = (index, rows)
        return rows

    def _parse(self, block: list[_Line]) -> np.ndarray:
        try:
            rows = np.loadtxt(
                [line.text for line in block], delimiter=self._delimiter, comments=None, quotechar='"', ndmin=2
            )
        except ValueError as error:
            raise InputError(self._what_is_wrong(block)) from error
        if rows.shape != (len(block), self._n_fields):
            raise InputError(self._what_is_wrong(block))
        return rows

    def _what_is_wrong(self, block: list[_Line]) -> str:
        for line in block:
            fields = _fields(line.text, self._delimiter)
            if len(fields) != self._n_fields:
                return f"{self._path}, line {line.number}: {len(fields)} fields, {self._n_fields} were expected"
            for column, field in enumerate(fields, 1):
                if not _is_number(field):
                    found = f"{field!r} is not a number" if field else "the field is empty"
                    hint = "; write decimals with a point" if _is_number(field.replace(",", ".")) else ""
                    return f"{self._path}, line {line.number}, column {column}: {found}{hint}"
        return f"{self._path}, lines {block[0].number} to {block[-1].number}: not a table of numbers"


def _lines(path: Path, offset: int = 0, number: int = 1) -> Iterator[_Line]:
    """Yield the lines that are not blank, from a byte offset on."""
    with path.open("rb") as file:
        file.seek(offset)
        for raw in file:
            content = raw.removeprefix(_BYTE_ORDER_MARK) if offset == 0 else raw
            try:
                text = content.decode("utf-8").strip("\r\n")
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path}, line {number}: not text in UTF-8; a table of numbers was expected"
                ) from error
            if "\0" in text:
                raise InputError(f"{path}, line {number}: holds zero bytes; a table of numbers in UTF-8 was expected")
            if text.strip():
                yield _Line(number, offset, text)
            offset += len(raw)
            number += 1


def _fields(text: str, delimiter: str) -> list[str]:
    return [field.strip().strip('"').strip() for field in text.split(delimiter)]


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    # Python reads 1_000 as a number, the parser of whole blocks does not.
    return "_" not in field


def _is_header(first: _Line, fields: list[str], header: bool | None, path: Path) -> bool:
    if header is not None:
        return header
    numbers = [_is_number(field) for field in fields]
    if any(numbers) and not all(numbers):
        wrong = fields[numbers.index(False)]
        raise InputError(
            f"{path}, line {first.number}: {wrong!r} stands among numbers; correct it, "
            "or pass header=True if the line names the columns"
        )
    return not any(numbers)
