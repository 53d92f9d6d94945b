"""Rows of a source after a fixed transformation, and the moments that such transformations need, block by block."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from bouton.data.sources import RowSource

__all__ = ["TransformedRows", "row_moments"]


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
        delta = block.mean(0) - mean
        total = count + len(block)
        square += block.var(0) * len(block) + delta**2 * count * len(block) / total
        mean += delta * len(block) / total
        count = total
    return mean, np.sqrt(square / max(count, 1))
