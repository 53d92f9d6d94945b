"""Tables in files: text (comma, semicolon, tab or bar between fields), Parquet and Feather, read by Arrow in batches.

The one reader behind `open_data` and `read_column`. A file is never held in memory whole: a table of numbers is parsed
once, when it is opened, into rows of numbers that are kept in memory while they are few and in a temporary file beyond.
"""

import io
import os
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from bouton.data.sources import MISSING_ADVICE, RowSource
from bouton.data.text_layout import TextLayout, open_text, text_layout, text_rows
from bouton.data.words import as_cells, holds_numbers
from bouton.errors import InputError

__all__ = ["TABLE_SUFFIXES", "Table", "TableFile", "table_suffix"]

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
TABLE_SUFFIXES = (*TEXT_SUFFIXES, ".parquet", ".feather", ".arrow")
_BATCH_BYTES = 2**21
_BYTES_IN_MEMORY = 2**25


def table_suffix(path: Path) -> str | None:
    """Return which of `TABLE_SUFFIXES` the name of a file ends in, None where in none."""
    name = path.name.lower()
    return next((suffix for suffix in reversed(TABLE_SUFFIXES) if name.endswith(suffix)), None)


class TableFile:
    """A table in a file, read in batches of rows.

    Parameters
    ----------
    path : Path
        The file.
    header : bool or None
        Whether the first row of a text table names the columns; None finds out.
    wanted : str or None
        A column that is asked for: a first row that holds it names the columns.

    Attributes
    ----------
    names : list of str
        Names of the columns, else their numbers from 1.
    named : bool
        Whether the file names them.
    index : list of int
        Columns that hold the labels of rows, as pandas stores them.
    """

    def __init__(self, path: Path, header: bool | None = None, wanted: str | None = None):
        self.path = path
        self.layout: TextLayout | None = None
        if table_suffix(path) in TEXT_SUFFIXES:
            with self._sentences():
                self.layout = text_layout(path, header, wanted)
            given = self.layout.names
            self.named = given is not None
            self.names = given or [str(number) for number in range(1, self.layout.n_columns + 1)]
            self.types: list[Any] | None = None
            self.index = [0] if given and len(given) > 1 and (given[0] == "" or given[0] == "Unnamed: 0") else []
        else:
            self.named = True
            with self._sentences(), self._arrow_file() as file:
                schema = file.schema_arrow if self._is_parquet else file.schema
            self.names, self.types = list(schema.names), list(schema.types)
            stored = (schema.pandas_metadata or {}).get("index_columns", [])
            self.index = [self.names.index(name) for name in stored if isinstance(name, str) and name in self.names]

    @property
    def decimal(self) -> str:
        """The decimal sign of numbers that are written as text."""
        return self.layout.decimal if self.layout else "."

    def position(self, column: str) -> int:
        """Return the place of a column, given by its name or its number from 1."""
        column = str(column)
        places = [place for place, name in enumerate(self.names) if name == column]
        if len(places) > 1:
            numbers = ", ".join(str(place + 1) for place in places)
            raise InputError(f"{self.path} has {len(places)} columns of the name {column!r}: give one of {numbers}")
        if places:
            return places[0]
        if column.isdecimal() and 1 <= int(column) <= len(self.names):
            return int(column) - 1
        raise InputError(f"{self.path} has no column {column!r}; it has {', '.join(self.names)}")

    def batches(self, places: Sequence[int]) -> Iterator[list[Any]]:
        """Yield the columns at the given places, as Arrow arrays of some thousand rows."""
        with self._sentences():
            yield from self._text_batches(places) if self.layout else self._arrow_batches(places)

    def place(self, row: int, column: int) -> str:
        """Return where a cell is, for a sentence: the line as a text editor counts, or the row counted from 1."""
        name = f"column {column + 1} ({self.names[column]})" if self.named else f"column {column + 1}"
        if self.layout is None:
            return f"{self.path}, row {row + 1}, {name}"
        return f"{self.path}, line {self._line(row)[0]}, {name}"

    def field(self, row: int, column: int) -> str:
        """Return a cell of a text table as it stands in the file."""
        fields = self._line(row)[1]
        return fields[column].strip() if column < len(fields) else ""

    def ends_blank(self, row: int) -> bool:
        """Tell whether a text table of one column holds nothing but blank lines from a row on."""
        return all(not "".join(fields).strip() for number, _, fields in self._lines() if number >= row)

    @property
    def _is_parquet(self) -> bool:
        return self.path.suffix.lower() == ".parquet"

    def _text_batches(self, places: Sequence[int]) -> Iterator[list[Any]]:
        import pyarrow as arrow
        from pyarrow import csv

        layout = self.layout
        assert layout is not None
        names = [str(place) for place in range(layout.n_columns)]
        chosen = [names[place] for place in places]
        # A blank line in a table of one column is a missing step, in any other table it is nothing.
        single = layout.n_columns == 1
        with open_text(self.path) as file:
            reader = csv.open_csv(
                file,
                read_options=csv.ReadOptions(
                    column_names=names,
                    skip_rows=layout.n_blank if layout.names or not single else 0,
                    skip_rows_after_names=int(layout.names is not None),
                    encoding="utf8" if layout.encoding.startswith("utf-8") else layout.encoding,
                    block_size=_BATCH_BYTES,
                    use_threads=False,
                ),
                parse_options=csv.ParseOptions(
                    delimiter=layout.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=not single,
                    invalid_row_handler=lambda row: "error" if row.text.strip() else "skip",
                ),
                convert_options=csv.ConvertOptions(
                    include_columns=chosen,
                    column_types=dict.fromkeys(chosen, arrow.string()),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
            for batch in reader:
                yield batch.columns

    @contextmanager
    def _arrow_file(self) -> Iterator[Any]:
        import pyarrow as arrow
        from pyarrow import parquet

        with arrow.OSFile(str(self.path)) as file:
            if self._is_parquet:
                with parquet.ParquetFile(file) as opened:
                    yield opened
            else:
                with arrow.ipc.open_file(file) as opened:
                    yield opened

    def _arrow_batches(self, places: Sequence[int]) -> Iterator[list[Any]]:
        with self._arrow_file() as file:
            if not self._is_parquet:
                for number in range(file.num_record_batches):
                    batch = file.get_batch(number)
                    yield [batch.column(place) for place in places]
                return
            wanted = [self.names[place] for place in places]
            # Arrow chooses columns by name: where two have one name, all are read.
            unique = len(set(self.names)) == len(self.names)
            rows = max(1, min(65536, _BATCH_BYTES // (8 * (len(places) if unique else len(self.names)))))
            for batch in file.iter_batches(rows, columns=wanted if unique else None):
                yield [batch.column(name if unique else place) for name, place in zip(wanted, places, strict=True)]

    def _lines(self) -> Iterator[tuple[int, int, list[str]]]:
        """Yield number of the row of data, number of the line and fields: slowly, to say what is wrong."""
        layout = self.layout
        assert layout is not None
        row = -int(layout.names is not None)
        with open_text(self.path) as raw, io.TextIOWrapper(raw, layout.encoding, "replace", newline="") as file:
            for line, fields in text_rows(file, layout.delimiter):
                blank = len(fields) <= 1 and not "".join(fields).strip()
                if blank and (layout.n_columns > 1 or (row < 0 and layout.names)):
                    continue
                yield row, line, fields
                row += 1

    def _line(self, row: int) -> tuple[int, list[str]]:
        return next(((line, fields) for number, line, fields in self._lines() if number == row), (row + 1, []))

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Make one sentence of what Arrow and the system raise."""
        import pyarrow as arrow

        try:
            yield
        except InputError:
            raise
        except (arrow.ArrowException, OSError, EOFError, UnicodeError, MemoryError) as error:
            raise InputError(self._what_is_wrong(error)) from error

    def _what_is_wrong(self, error: BaseException) -> str:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        if self.layout is None or isinstance(error, (MemoryError, EOFError)):
            kind = {".parquet": "Parquet", ".feather": "Feather", ".arrow": "Arrow"}.get(
                self.path.suffix.lower(), "text"
            )
            return f"{self.path} cannot be read as {kind}, it is damaged or another format: {said}"
        expected = self.layout.n_columns
        for row, line, fields in self._lines():
            if len(fields) != expected and not (row < 0 or (expected == 1 and not fields)):
                return f"{self.path}, line {line}: {len(fields)} fields, {expected} were expected"
            if any("\ufffd" in field for field in fields):
                return f"{self.path}, line {line}: not text in UTF-8; a table of numbers was expected, saved as UTF-8"
        return f"{self.path} cannot be read as a table: {said}"


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
    The numbers are read once, when the file is opened. Up to 32 MiB of them are kept in memory, more in a temporary
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
    where = file.place(row, column)
    field = file.field(row, column) if file.layout else ""
    if np.isnan(value):
        said = (
            f"{field!r} is a missing value" if field else "the field is empty" if file.layout else "nan, it is missing"
        )
    else:
        said = f"{field or value} is infinite"
    raise InputError(f"{where}: {said}, a finite number was expected; {MISSING_ADVICE}")
