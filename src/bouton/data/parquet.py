"""Parquet files, read one row group at a time (needs pyarrow)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bouton.data.sources import RowSource
from bouton.errors import InputError, MissingDependencyError

__all__ = ["ParquetTable"]


class ParquetTable(RowSource):
    """Rows of a Parquet file whose columns are numbers or truth values.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str or None, default None
        The columns to read, in this order; None takes all.
    allow_missing : bool, default False
        Let nulls (read as NaN), NaN and infinity pass.

    Raises
    ------
    MissingDependencyError
        When pyarrow is not installed.
    InputError
        For a file that is not Parquet, and for columns that are missing or hold no numbers: the sentence lists them.
    """

    def __init__(self, path: Path, columns: Sequence[str] | None = None, allow_missing: bool = False):
        self._path = path
        arrow, parquet = _pyarrow(path)
        try:
            with parquet.ParquetFile(path) as file:
                self._metadata = file.metadata
                schema = file.schema_arrow
        except (arrow.ArrowException, OSError) as error:
            raise InputError(f"{path} cannot be read as Parquet, it is damaged or another format: {error}") from error
        self.columns = list(schema.names if columns is None else columns)
        unknown = [column for column in self.columns if column not in schema.names]
        if unknown:
            raise InputError(f"{path} has no columns {', '.join(unknown)}; it has {', '.join(schema.names)}")
        dtypes = {column: _numpy_dtype(schema.field(column).type) for column in self.columns}
        wrong = [f"{column} ({schema.field(column).type})" for column, dtype in dtypes.items() if dtype is None]
        if wrong:
            raise InputError(f"{path}: columns without numbers: {', '.join(wrong)}; choose others with columns=[...]")
        narrow = all(dtype is not None and np.can_cast(dtype, np.float32) for dtype in dtypes.values())
        sizes = [self._metadata.row_group(index).num_rows for index in range(self._metadata.num_row_groups)]
        self._edges = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        shape = (int(self._edges[-1]), len(self.columns))
        super().__init__(str(path), shape, np.dtype(np.float32 if narrow else np.float64), allow_missing)
        self._cached: tuple[int, np.ndarray] | None = None

    def _rows(self, start: int, stop: int) -> np.ndarray:
        first = int(np.searchsorted(self._edges, start, side="right")) - 1
        last = int(np.searchsorted(self._edges, stop, side="left")) - 1
        parts = []
        for index in range(first, last + 1):
            origin = int(self._edges[index])
            parts.append(self._group(index)[max(start - origin, 0) : stop - origin])
        return np.concatenate(parts)

    def _group(self, index: int) -> np.ndarray:
        cached = self._cached
        if cached is not None and cached[0] == index:
            return cached[1]
        arrow, parquet = _pyarrow(self._path)
        try:
            with parquet.ParquetFile(self._path, metadata=self._metadata) as file:
                table = file.read_row_group(index, columns=self.columns)
        except (arrow.ArrowException, OSError) as error:
            raise InputError(f"{self._path}: row group {index} cannot be read, the file is damaged: {error}") from error
        rows = np.empty((table.num_rows, len(self.columns)), self.dtype)
        for position, column in enumerate(self.columns):
            rows[:, position] = table.column(column).cast(arrow.float64()).to_numpy()
        self._cached = (index, rows)
        return rows


def _pyarrow(path: Path) -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependencyError(
            f"{path} needs pyarrow (at least 17) to be read: pip install 'bouton[parquet]'"
        ) from error
    return pyarrow, pyarrow.parquet


def _numpy_dtype(arrow_type: Any) -> np.dtype | None:
    from pyarrow import types

    if types.is_boolean(arrow_type) or types.is_integer(arrow_type) or types.is_floating(arrow_type):
        return np.dtype(arrow_type.to_pandas_dtype())
    return None
