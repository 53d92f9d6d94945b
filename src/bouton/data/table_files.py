"""Tables in files: text (comma, semicolon, tab or bar between fields), Parquet and Feather, read by Arrow in batches.

The one reader behind `open_data` and `read_column`; a file is never held in memory whole.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bouton.data.text_layout import TextLayout, open_text, text_layout, text_rows
from bouton.errors import InputError

__all__ = ["TABLE_SUFFIXES", "TEXT_SUFFIXES", "TableFile", "table_suffix"]

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
TABLE_SUFFIXES = (*TEXT_SUFFIXES, ".parquet", ".feather", ".arrow")
_BATCH_BYTES = 2**20


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
        name = f"column {column + 1}"
        if self.named and self.names[column]:
            name = f"{name} ({self.names[column]})"
        if self.layout is None:
            return f"{self.path}, row {row + 1}, {name}"
        return f"{self.path}, line {self._line(row)[0]}, {name}"

    def field(self, row: int, column: int) -> str:
        """Return a cell of a text table as it stands in the file; of others nothing."""
        if self.layout is None:
            return ""
        fields = self._line(row)[1]
        return fields[column].strip() if column < len(fields) else ""

    def infinite(self, row: int, column: int, value: float) -> str:
        """Return what is wrong with a cell that was read as infinity."""
        field = self.field(row, column)
        if field and "inf" not in field.lower():
            return f"{self.place(row, column)}: {field} is too large for float64: rescale the data"
        return f"{self.place(row, column)}: {field or value} is infinite, a finite number was expected"

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
                    block_size=max(_BATCH_BYTES, 4 * layout.longest),
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
