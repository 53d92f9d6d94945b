"""Rows of samples read a block at a time: what every data file, image folder and patch sampler looks like to a stream.

A source is a table of `len(source)` samples (rows) by `n_features` (columns) that need not be in memory. Reading is by
range or by index and always gives a new float32 or float64 array; what is read is checked for NaN and infinity.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.data.rows import rows_of
from bouton.errors import InputError

__all__ = ["ArraySource", "RowSource"]

MISSING_ADVICE = (
    "fill in or leave out such rows (--missing skip of bouton learn), or let them pass with allow_missing=True "
    "(open_data, ArraySource)"
)
_MEBIBYTE = 2**20
_WHOLE_CONTENT = 16 * _MEBIBYTE
_SPACED_ROWS = 256


class RowSource(ABC):
    """A table of samples that is read a block of rows at a time.

    Parameters
    ----------
    name : str
        What error messages call it, usually the path.
    shape : tuple of int
        Samples and features.
    dtype : numpy dtype
        float32 or float64: of what `read` returns.
    allow_missing : bool, default False
        Let NaN and infinity pass instead of raising an error that names the row.

    Notes
    -----
    A concrete source implements `_rows(start, stop)`, and `_gather(indices)` where it knows a faster way than runs of
    consecutive rows. Reading from two threads at once is safe: sources open their files for each read.
    """

    def __init__(self, name: str, shape: tuple[int, int], dtype: np.dtype, allow_missing: bool = False):
        if min(shape) < 1:
            raise InputError(f"{name} is empty: it has {shape[0]} samples of {shape[1]} features, at least 1 is needed")
        self.name = name
        self.shape = (int(shape[0]), int(shape[1]))
        self.dtype = np.dtype(dtype)
        self.allow_missing = allow_missing

    @abstractmethod
    def _rows(self, start: int, stop: int) -> np.ndarray:
        """Return rows start to stop (excluded), unchecked, as a new array of `dtype`."""

    def _gather(self, indices: np.ndarray) -> np.ndarray:
        """Return the rows of the given indices, unchecked, in their order."""
        unique, inverse = np.unique(indices, return_inverse=True)
        runs = np.split(unique, np.flatnonzero(np.diff(unique) > 1) + 1)
        return np.concatenate([self._rows(int(run[0]), int(run[-1]) + 1) for run in runs])[inverse]

    @property
    def n_features(self) -> int:
        """Number of features of a sample."""
        return self.shape[1]

    def __len__(self) -> int:
        return self.shape[0]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name}, {self.shape[0]} samples x {self.shape[1]} features, {self.dtype})"

    def read(self, start: int, stop: int) -> Float[np.ndarray, "samples features"]:
        """Return rows `start` to `stop` (excluded) as a new array.

        Raises
        ------
        InputError
            When the range is not inside the table, or a row holds NaN or infinity.
        """
        if not 0 <= start <= stop <= len(self):
            raise InputError(f"{self.name}: rows {start} to {stop} were asked for, it has rows 0 to {len(self)}")
        if start == stop:
            return np.empty((0, self.n_features), self.dtype)
        rows = self._rows(start, stop)
        self._refuse_missing(rows, range(start, stop))
        return rows

    def take(self, indices: Any) -> Float[np.ndarray, "samples features"]:
        """Return the rows of an index array (or boolean mask over all rows), in its order, as a new array.

        Raises
        ------
        IndexError
            When an index is outside the table.
        InputError
            When a row holds NaN or infinity.
        """
        indices = np.atleast_1d(np.asarray(indices))
        if indices.dtype == bool:
            if indices.shape != (len(self),):
                raise IndexError(f"{self.name}: the mask has shape {indices.shape}, {(len(self),)} was expected")
            indices = np.flatnonzero(indices)
        if indices.ndim != 1 or (indices.size and not np.issubdtype(indices.dtype, np.integer)):
            raise IndexError(f"{self.name}: indices must be a 1-d array of whole numbers")
        if indices.size == 0:
            return np.empty((0, self.n_features), self.dtype)
        indices = indices.astype(np.int64)
        if indices.min() < -len(self) or indices.max() >= len(self):
            raise IndexError(f"{self.name}: index outside the {len(self)} rows")
        indices = np.where(indices < 0, indices + len(self), indices)
        rows = self._gather(indices)
        self._refuse_missing(rows, indices)
        return rows

    def __getitem__(self, index: Any) -> np.ndarray:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step == 1:
                return self.read(start, max(start, stop))
            return self.take(np.arange(start, stop, step))
        if isinstance(index, (int, np.integer)):
            return self.take(int(index))[0]
        return self.take(index)

    def __iter__(self) -> Iterator[np.ndarray]:
        for block in self.blocks():
            yield from block

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.read(0, len(self)).astype(self.dtype if dtype is None else dtype, copy=False)

    def blocks(self, n_bytes: int = 8 * _MEBIBYTE) -> Iterator[Float[np.ndarray, "samples features"]]:
        """Iterate over the table in blocks of whole rows of about `n_bytes` (default 8 MiB)."""
        height = max(1, n_bytes // (self.n_features * self.dtype.itemsize))
        for start in range(0, len(self), height):
            yield self.read(start, min(start + height, len(self)))

    def fingerprint(self) -> str:
        """Return a digest (32 hexadecimal digits) of shape, dtype and content.

        The whole content enters up to 16 MiB; of larger tables the first and the last MiB and 256 evenly spaced rows.
        It does not depend on the file format: the same numbers in another container have the same fingerprint.
        """
        digest = hashlib.blake2b(f"{self.shape} {self.dtype.name}".encode(), digest_size=16)
        row_bytes = self.n_features * self.dtype.itemsize
        if len(self) * row_bytes <= _WHOLE_CONTENT:
            parts = self.blocks()
        else:
            edge = min(len(self), max(1, _MEBIBYTE // row_bytes))
            spaced = np.linspace(0, len(self) - 1, min(_SPACED_ROWS, len(self))).astype(np.int64)
            parts = iter((self.read(0, edge), self.take(spaced), self.read(len(self) - edge, len(self))))
        for part in parts:
            digest.update(np.ascontiguousarray(part, dtype=self.dtype.newbyteorder("<")).tobytes())
        return digest.hexdigest()

    def _refuse_missing(self, rows: np.ndarray, numbers: Any) -> None:
        if self.allow_missing:
            return
        finite = np.isfinite(rows)
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            value = rows[row, column]
            said = "nan, a missing value" if np.isnan(value) else f"{value}, which is infinite"
            raise InputError(
                f"{self.name}: row {numbers[row]}, column {column} (counted from 0) is {said}; a finite number was "
                f"expected; {MISSING_ADVICE}"
            )


class ArraySource(RowSource):
    """Rows of an array in memory or of a memory map.

    Parameters
    ----------
    array : array of shape (samples, features) or (samples, ...)
        float32 and float64 keep their precision; float16, bool and integers up to 16 bits are read as float32, wider
        ones as float64. More than two dimensions are flattened per sample.
    name : str, default "data"
        What error messages call it.
    allow_missing : bool, default False
        Let NaN and infinity pass.

    Raises
    ------
    InputError
        For a scalar, a 1-d array, an empty array and one that holds no real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> source = ArraySource(np.arange(12).reshape(4, 3))
    >>> source.shape, source.dtype
    ((4, 3), dtype('float64'))
    >>> source.read(1, 3)
    array([[3., 4., 5.],
           [6., 7., 8.]])
    >>> source[[3, 0]][:, 0]
    array([9., 0.])
    """

    def __init__(self, array: Any, name: str = "data", allow_missing: bool = False):
        array = np.asanyarray(rows_of(array, name))
        dtype = reading_dtype(array.dtype, name)
        if array.ndim == 0:
            raise InputError(f"{name} is a single number, an array of shape (samples, features) was expected")
        if array.ndim == 1:
            raise InputError(
                f"{name} has one dimension, shape {array.shape}, (samples, features) was expected; use "
                "reshape(-1, 1) when every entry is a sample, reshape(1, -1) when it is one sample"
            )
        super().__init__(name, (array.shape[0], int(np.prod(array.shape[1:]))), dtype, allow_missing)
        self._array = array

    def _rows(self, start: int, stop: int) -> np.ndarray:
        return self._float_rows(self._array[start:stop])

    def _gather(self, indices: np.ndarray) -> np.ndarray:
        return self._float_rows(self._array[indices])

    def _float_rows(self, part: np.ndarray) -> np.ndarray:
        return np.array(part, dtype=self.dtype, order="C", subok=False).reshape(len(part), self.n_features)


def reading_dtype(dtype: np.dtype, name: str) -> np.dtype:
    """Return float32 where it reads `dtype` without loss, else float64; refuse what is no real number."""
    if dtype.hasobject:
        raise InputError(
            f"{name} holds Python objects instead of numbers, which are refused because loading such files can run "
            "code; save it as a plain array of numbers"
        )
    if np.issubdtype(dtype, np.complexfloating):
        raise InputError(
            f"{name} holds complex numbers ({dtype}), real ones were expected; take real and imaginary parts"
        )
    if not (np.issubdtype(dtype, np.number) or dtype.kind == "b") or np.issubdtype(dtype, np.timedelta64):
        raise InputError(f"{name} holds no real numbers (dtype {dtype}); convert it to float32 or float64")
    return np.dtype(np.float32 if np.can_cast(dtype, np.float32, "safe") else np.float64)
