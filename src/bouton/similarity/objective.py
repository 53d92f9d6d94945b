r"""How well outputs keep the similarities of inputs: the objective of similarity matching, without a T x T matrix.

.. math::

    \|X X^\top - Y Y^\top\|_F^2 = \|X^\top X\|_F^2 - 2\, \|X^\top Y\|_F^2 + \|Y^\top Y\|_F^2

with samples as rows, X of shape (T, n) and Y of shape (T, m). The left side needs T^2 numbers, the right side
(n + m)^2: the smaller one is taken.

Source: C. Pehlevan, D. B. Chklovskii (2014), arXiv:1503.00680; the identity is elementary.
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton.errors import InputError

__all__ = ["as_rows", "relative_similarity_error", "similarity_error"]

_ROWS_AT_ONCE = 4096


def similarity_error(inputs: ArrayLike, outputs: ArrayLike) -> float:
    r"""Return the similarity error :math:`\|X X^\top - Y Y^\top\|_F^2`, computed in double precision.

    Parameters
    ----------
    inputs : array (samples, features)
        X.
    outputs : array (samples, components)
        Y.

    Returns
    -------
    float
        The error, at least 0. Where there are more samples than columns, its rounding error is of the order of 1e-16 of
        :math:`\|X X^\top\|_F^2`.

    Raises
    ------
    InputError
        If an argument is not a matrix of finite real numbers, or the numbers of samples differ.

    Examples
    --------
    >>> from bouton.similarity import similarity_error
    >>> similarity_error([[1.0, 0.0], [0.0, 2.0]], [[1.0], [0.0]])
    16.0
    """
    return _error_and_power(inputs, outputs)[0]


def relative_similarity_error(inputs: ArrayLike, outputs: ArrayLike) -> float:
    r"""Return the similarity error as a fraction, :math:`\|X X^\top - Y Y^\top\|_F^2 / \|X X^\top\|_F^2`.

    Parameters
    ----------
    inputs : array (samples, features)
        X.
    outputs : array (samples, components)
        Y.

    Returns
    -------
    float
        0 where all similarities are kept, 1 where all outputs are zero; for inputs that are all zero, 0 where the
        outputs are zero too and infinity where not.

    Raises
    ------
    InputError
        If an argument is not a matrix of finite real numbers, or the numbers of samples differ.

    Examples
    --------
    >>> from bouton.similarity import relative_similarity_error
    >>> relative_similarity_error([[1.0, 0.0], [0.0, 2.0]], [[0.0], [2.0]])
    0.058823529411764705
    """
    error, power = _error_and_power(inputs, outputs)
    if power == 0:
        return 0.0 if error == 0 else float("inf")
    return error / power


def as_rows(name: str, values: ArrayLike) -> Float[np.ndarray, "samples columns"]:
    """Return values as a matrix of finite floating-point numbers, or say what is wrong with them.

    Raises
    ------
    InputError
        If they are sparse, not real numbers, not a matrix, empty, or hold NaN or infinity.
    """
    if hasattr(values, "tocsr"):
        raise InputError(f"{name} is sparse: hand over a dense array, {name}.toarray()")
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} must hold real numbers, got an array of type {array.dtype}")
    if array.ndim != 2 or array.size == 0:
        raise InputError(f"{name} must be a matrix with at least one row and one column, got shape {array.shape}")
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    if not np.isfinite(array).all():
        row = int(np.argwhere(~np.isfinite(array))[0, 0])
        raise InputError(f"row {row} of {name} is not finite: drop or impute such rows")
    return array


def _error_and_power(inputs: ArrayLike, outputs: ArrayLike) -> tuple[float, float]:
    x, y = as_rows("inputs", inputs), as_rows("outputs", outputs)
    if len(x) != len(y):
        raise InputError(f"inputs and outputs must have the same number of rows, got {len(x)} and {len(y)}")
    n_features = x.shape[1]
    if len(x) <= n_features + y.shape[1]:
        x, y = x.astype(np.float64), y.astype(np.float64)
        similarities = x @ x.T
        return float(np.sum((similarities - y @ y.T) ** 2)), float(np.sum(similarities**2))
    gram = np.zeros((n_features + y.shape[1],) * 2)
    for first in range(0, len(x), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        both = np.concatenate([x[rows].astype(np.float64), y[rows].astype(np.float64)], axis=1)
        gram += both.T @ both
    squares = gram**2
    power = float(np.sum(squares[:n_features, :n_features]))
    shared = float(np.sum(squares[:n_features, n_features:]))
    return max(power - 2 * shared + float(np.sum(squares[n_features:, n_features:])), 0.0), power
