"""Rows of a source after a fixed transformation, and the moments that such transformations need, block by block."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.data.sources import RowSource
from bouton.errors import InputError

__all__ = ["CompleteRows", "TransformedRows", "refuse_equal_rows", "row_moments"]

_LARGEST = float(np.finfo(np.float32).max)


class CompleteRows(RowSource):
    """The rows of a source that hold no missing value.

    Parameters
    ----------
    rows : RowSource
        A source that lets missing values pass.

    Raises
    ------
    InputError
        If every row holds one, or a row holds infinity.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.data import ArraySource
    >>> rows = ArraySource(np.array([[1.0, 2.0], [np.nan, 3.0], [4.0, 5.0]]), allow_missing=True)
    >>> CompleteRows(rows).read(0, 2).tolist()
    [[1.0, 2.0], [4.0, 5.0]]
    """

    def __init__(self, rows: RowSource):
        kept, start = [], 0
        for block in rows.blocks():
            kept.append(start + np.flatnonzero(~np.isnan(block).any(axis=1)))
            start += len(block)
        self._kept = np.concatenate(kept)
        if len(self._kept) == 0:
            raise InputError(f"{rows.name}: every row holds a missing value, none is left")
        self._source = rows
        super().__init__(rows.name, (len(self._kept), rows.n_features), rows.dtype)

    def _rows(self, start: int, stop: int) -> np.ndarray:
        return self._source.take(self._kept[start:stop])

    def _refuse_missing(self, rows: np.ndarray, numbers: Any) -> None:
        super()._refuse_missing(rows, self._kept[np.asarray(numbers)])


class TransformedRows:
    """A source whose rows are transformed when they are read, into single precision.

    Parameters
    ----------
    rows : RowSource
        The rows before.
    transform : callable
        Takes and returns a block of rows.
    word : str
        What it does, in a word that tells one stream from another, such as "centred".

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.data import ArraySource
    >>> halved = TransformedRows(ArraySource(np.array([[2.0, 4.0]])), lambda block: block / 2, "halved")
    >>> len(halved), halved.read(0, 1).tolist()
    (1, [[1.0, 2.0]])
    """

    def __init__(self, rows: RowSource, transform: Callable[[np.ndarray], np.ndarray], word: str):
        self.rows, self.transform, self.word = rows, transform, word

    def __len__(self) -> int:
        return len(self.rows)

    def read(self, start: int, stop: int) -> Float[np.ndarray, "rows features"]:
        """Return the transformed rows start to stop (excluded)."""
        return self.transform(self.rows.read(start, stop)).astype(np.float32)

    def fingerprint(self) -> str:
        """Return what tells these rows from others."""
        return f"{self.rows.fingerprint()} {self.word}"


def row_moments(rows: RowSource) -> tuple[Float[np.ndarray, " features"], Float[np.ndarray, " features"]]:
    """Return mean and standard deviation of each column, in one pass, in double precision.

    Parameters
    ----------
    rows : RowSource
        The rows.

    Returns
    -------
    mean, deviation : arrays (features,)

    Raises
    ------
    InputError
        If a number is too large for single precision.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.data import ArraySource
    >>> mean, deviation = row_moments(ArraySource(np.array([[1.0, 0.0], [3.0, 0.0]])))
    >>> mean.tolist(), deviation.tolist()
    ([2.0, 0.0], [1.0, 0.0])
    """
    count, mean, square = 0, np.zeros(rows.n_features), np.zeros(rows.n_features)
    for block in rows.blocks():
        block = np.asarray(block, float)
        if np.nanmax(np.abs(block), initial=0) > _LARGEST:
            row, column = (int(at) for at in np.argwhere(np.abs(block) > _LARGEST)[0])
            raise InputError(
                f"{rows.name}: row {count + row}, column {column} (counted from 0) is {block[row, column]:g}, too "
                f"large for float32 (at most {_LARGEST:.3g}): rescale the data"
            )
        delta = block.mean(0) - mean
        total = count + len(block)
        square += block.var(0) * len(block) + delta**2 * count * len(block) / total
        mean += delta * len(block) / total
        count = total
    return mean, np.sqrt(square / max(count, 1))


def refuse_equal_rows(rows: RowSource) -> None:
    """Raise an error if all rows of a source are the same.

    Raises
    ------
    InputError
        With the values of the row.
    """
    first = rows.read(0, 1)
    if not any(np.any(block != first) for block in rows.blocks()):
        shown = ", ".join(f"{value:g}" for value in first[0, :4]) + (", ..." if rows.n_features > 4 else "")
        raise InputError(
            f"all {len(rows)} rows of {rows.name} are the same (zero variance), each is {shown}: there is nothing to "
            "learn"
        )
