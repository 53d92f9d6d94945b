"""How a text table is written: its encoding, what stands between the fields, its decimal sign and its header.

All of it is read off the head of the file. Marks within quotes separate nothing.
"""

import codecs
import csv
import gzip
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bouton.data.words import is_missing, is_number
from bouton.errors import InputError

__all__ = ["TextLayout", "text_layout", "text_rows"]

_HEAD_BYTES = 2**18
_HEAD_ROWS = 200
_ROWS_OF_PROOF = 4
# In this order among equals: a comma may be a decimal sign where one of the others separates, never the reverse.
_DELIMITERS = ("\t", ";", ",", "|")
_QUOTED = re.compile(r'(^|[,;\t|\r\n])[ ]*"(?:[^"]|"")*"')
_LINE_END = re.compile(r"\r\n|\n|\r")
_MARKS = (  # The longer marks first: that of UTF-16 begins that of UTF-32.
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")


class TextLayout(NamedTuple):
    """How a text table is written."""

    encoding: str
    delimiter: str
    decimal: str
    names: list[str] | None
    """Names of the columns; None where the first row is data."""
    n_columns: int
    n_blank: int
    """Blank lines before the first row."""
    longest: int
    """Length of the longest row of the head, in bytes of the file at most."""


def text_layout(path: Path, header: bool | None = None, wanted: str | None = None) -> TextLayout:
    """Read the layout of a text table off its head.

    Parameters
    ----------
    path : Path
        The file, which may be compressed (.gz).
    header : bool or None
        Whether the first row names the columns; None finds out.
    wanted : str or None
        A column that is asked for: a first row that holds it names the columns.

    Raises
    ------
    InputError
        For a file that is empty or no text, and for a first row that may be names or numbers.
    """
    encoding, text = _head(path)
    delimiter = _delimiter(text)
    rows, n_blank = [], 0
    for line, row in text_rows(io.StringIO(text, newline=""), delimiter):
        if _is_blank(row):
            n_blank += not rows
            continue
        rows.append((line, [field.strip() for field in row]))
        if len(rows) > _HEAD_ROWS:
            break
    if not rows:
        raise InputError(f"{path} is empty, a table of numbers was expected")
    if len(rows) > 2 and len(text) >= _HEAD_BYTES // 4:
        rows.pop()  # The head may end within a row.
    line, first = rows[0]
    below = [row for _, row in rows[1:] if len(row) == len(first)]
    decimal = _decimal(delimiter, [field for _, row in rows for field in row])
    if header is None:
        header = wanted in first or _is_header(path, line, first, below, decimal)
    return TextLayout(
        encoding,
        delimiter,
        decimal,
        first if header else None,
        len(first),
        n_blank,
        4 * max(map(len, _LINE_END.split(text))),
    )


def open_text(path: Path) -> Any:
    """Open a file of text as bytes, decompressed where its name ends in .gz."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def text_rows(file: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line on which a row begins, from 1, and the fields of the row."""
    reader = csv.reader(file, delimiter=delimiter)
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _is_blank(row: list[str]) -> bool:
    return len(row) <= 1 and not "".join(row).strip()


def _head(path: Path) -> tuple[str, str]:
    with open_text(path) as file:
        head = file.read(_HEAD_BYTES)
        # Two rows at least, however wide.
        while head.count(b"\n") + head.count(b"\r") < 2 and (more := file.read(len(head))):
            head += more
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(head, final=len(head) < _HEAD_BYTES)
    except UnicodeDecodeError as error:
        line = head.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, line {line}: not text in UTF-8; a table of numbers was expected, saved as UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"{path}, line {line}: holds zero bytes; a table of numbers in UTF-8 was expected")
    return encoding, text


def _delimiter(text: str) -> str:
    lines = [line for line in _LINE_END.split(_QUOTED.sub(r"\1q", text)) if line.strip()]
    lines = lines[: max(len(lines) - 1, 1)] if len(text) >= _HEAD_BYTES // 4 else lines
    lines = lines[:_HEAD_ROWS]
    best, delimiter = (0.0, 0.0), ","
    for mark in _DELIMITERS:
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=counts.count) if counts else 0
        if usual == 0:
            usual = counts[0] if counts else 0
        if usual == 0:
            continue
        fields = [field.strip() for line in lines[1:] or lines for field in line.split(mark)]
        numbers = sum(is_number(field) or bool(_COMMA_NUMBER.fullmatch(field)) for field in fields)
        score = (counts.count(usual) / len(counts), numbers / len(fields))
        if score > best:
            best, delimiter = score, mark
    return delimiter


def _decimal(delimiter: str, fields: list[str]) -> str:
    """Return the decimal sign; groups of thousands, such as 1,234, prove none."""
    if delimiter == ",":
        return "."
    commas = [field for field in fields if _COMMA_NUMBER.fullmatch(field)]
    proven = [field for field in commas if delimiter == ";" or not _THOUSANDS.fullmatch(field)]
    return "," if proven and not any(map(_POINT_NUMBER.fullmatch, fields)) else "."


def _is_header(path: Path, line: int, first: list[str], below: list[list[str]], decimal: str) -> bool:
    number = [is_number(field, decimal) for field in first]
    word = [not is_number(field, decimal) and not is_missing(field) for field in first]
    if not below:
        return not any(number)
    columns = [
        [row[at] for row in below if not is_missing(row[at])] for at in range(len(first))
    ]  # of the rows below, those that are not missing
    numeric = [2 * sum(is_number(field, decimal) for field in column) > len(column) for column in columns]
    words_over = [field for at, field in enumerate(first) if word[at] and numeric[at]]
    numbers_over = [at for at in range(len(first)) if number[at] and numeric[at]]
    if not numbers_over:
        return not any(number)
    names = first if number[0] else first[1:]
    whole = len(names) >= len(numbers_over) and all(map(_is_whole, names))
    fractions = all(2 * sum(not _is_whole(field) for field in columns[at]) > len(columns[at]) for at in numbers_over)
    enough = len(below) >= _ROWS_OF_PROOF
    steps = {after - before for before, after in itertools.pairwise(map(int, names))} if whole else set()
    from_zero = whole and names[0] == "0" and steps <= {1}
    steady = whole and len(names) > 2 and len(steps) == 1 and steps != {0}
    as_pandas = from_zero and (len(names) > 1 or word[0])
    if whole and (first[0] == "" or (fractions and (as_pandas or (steady and enough)))):
        return True
    if words_over:
        raise InputError(
            f"{path}, line {line}: {words_over[0]!r} stands among numbers; correct it, or say header=True (open_data, "
            "read_column) or --header (commands) if the line names the columns"
        )
    doubtful = whole and (
        (from_zero and (fractions or len(names) > 2))
        or (enough and fractions and len(names) > 2)
        or (enough and steps == {1} and (len(names) > 3 or fractions))
    )
    if doubtful:
        raise InputError(
            f"{path}, line {line}: {_few(first)} may be numbers or the names of columns; say which with header=True or "
            "header=False (open_data, read_column), --header or --no-header (commands)"
        )
    return False


def _few(fields: list[str]) -> str:
    return ", ".join(fields[:3]) + (", ..." if len(fields) > 3 else "")


def _is_whole(field: str) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+", field))
