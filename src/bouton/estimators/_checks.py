"""What is checked before a circuit sees any data: each finding is one sentence."""

import os
from collections.abc import Mapping
from typing import Any, cast

import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils import check_array, get_tags
from sklearn.utils.validation import validate_data

from bouton._forked import refuse_forked
from bouton.data.rows import rows_of
from bouton.engine import Circuit
from bouton.engine._scale import largest_of, refuse_overflow, refuse_underflow
from bouton.errors import InputError

__all__ = [
    "checked_rows",
    "checked_targets",
    "first_call_warnings",
    "refuse_arguments",
    "refuse_unfit",
    "spread_warnings",
]

_ENOUGH_FOR_MEAN = 10
_ENOUGH_TO_MEASURE, _ENOUGH_TO_WHITEN = 100, 10
"""Rows in all, and rows per feature."""
_NOT_A_NUMBER = ("could not convert", "float() argument must be")


def refuse_arguments(estimator: BaseEstimator, arguments: Mapping[str, Any]) -> None:
    """Raise for arguments of `fit` that mean nothing to a circuit; None counts as not given.

    Raises
    ------
    InputError
        For `sample_weight`.
    TypeError
        For any other argument.
    """
    name = type(estimator).__name__
    if arguments.get("sample_weight") is not None:
        raise InputError(
            f"{name} does not take sample_weight, since it learns from one sample after the other: present the samples "
            "that count more several times"
        )
    unknown = sorted(set(arguments) - {"sample_weight"})
    if unknown:
        raise TypeError(f"{name} does not take {', '.join(unknown)}")


def checked_rows(estimator: BaseEstimator, X: ArrayLike, reset: bool) -> np.ndarray:
    """Return the data as a matrix that the estimator can take, in single or double precision.

    Parameters
    ----------
    estimator : BaseEstimator
        What will take the data; with `reset` it remembers their width and the names of their columns.
    X : array (n_samples, n_features)
        The data.
    reset : bool
        Whether the data set the width, or must have that of those before.

    Raises
    ------
    InputError, ValueError, TypeError
        If the data cannot be used.
    ForkedProcess
        If nothing can be computed in this process.
    """
    refuse_forked()
    if isinstance(X, np.ma.MaskedArray | str | os.PathLike):
        X = rows_of(X, "X")
    try:
        found = validate_data(
            estimator, X=cast(Any, X), reset=reset, dtype=(np.float64, np.float32), ensure_all_finite=False
        )
    except (TypeError, ValueError) as error:
        if not any(words in str(error) for words in _NOT_A_NUMBER):
            raise
        kind = TypeError if isinstance(error, TypeError) else InputError
        raise kind(f"X must hold numbers only: {error}") from error
    rows = cast(np.ndarray, found)
    _refuse_bad_values(rows)
    if get_tags(estimator).input_tags.positive_only and np.min(rows) < 0:
        raise InputError(
            f"Negative values in data: X reaches down to {np.min(rows):.3g}, and {type(estimator).__name__} was told "
            "to take non-negative ones only; shift or rectify X, or lift the restriction"
        )
    return rows


def checked_targets(estimator: BaseEstimator, y: ArrayLike | None) -> np.ndarray:
    """Return targets as an array (samples,) or (samples, outputs), in single or double precision.

    Raises
    ------
    InputError, ValueError
        If there are none, or they cannot be used.
    """
    if y is None:
        raise InputError(f"{type(estimator).__name__} requires y to be passed, but the target y is None")
    kinds: Any = (np.float64, np.float32)
    return check_array(y, dtype=kinds, ensure_2d=False, input_name="y", estimator=estimator)


def _refuse_bad_values(rows: np.ndarray) -> None:
    target = jnp.result_type(float)
    with np.errstate(over="ignore", invalid="ignore"):
        # One pass without a copy: a sum is finite where all its terms are, but for overflow.
        if np.isfinite(np.sum(rows, dtype=target)):
            return
        bad = np.argwhere(~np.isfinite(rows.astype(target)))
    if len(bad) == 0:
        return
    row, column = map(int, bad[0])
    value = rows[row, column]
    if np.isfinite(value):
        raise InputError(f"row {row} of X holds {value:.3g} in column {column}, too large for {target}: rescale X")
    shown = "NaN" if np.isnan(value) else f"{value}"
    raise InputError(f"row {row} of X holds {shown} in column {column}: drop or impute such rows")


def refuse_unfit(rows: np.ndarray, circuit: Circuit) -> None:
    """Raise `InputError` for data that the model is not made for, or whose powers leave the range of numbers."""
    largest = largest_of(rows)
    refuse_overflow(rows, circuit.event, largest, circuit.data_power, name="X")
    refuse_underflow(circuit.event, largest, circuit.data_power, name="X")
    circuit.check(rows)


def spread_warnings(rows: np.ndarray) -> list[str]:
    """Return warnings about data without variance, or with a large mean."""
    if len(rows) < 2:
        return []
    if np.array_equal(rows.min(axis=0), rows.max(axis=0)):
        return ["all rows of X are equal: there is nothing to tell apart"]
    mean = rows.mean(axis=0, dtype=np.float64)
    power = float(np.einsum("ij,ij->", rows, rows, dtype=np.float64)) / len(rows)
    share = float(mean @ mean) / power
    if len(rows) < _ENOUGH_FOR_MEAN or share <= 0.5:
        return []
    return [
        f"the mean of X makes up {share:.0%} of its power, so that all outputs will be dense and alike: centre X "
        "first, for example by StandardScaler(with_std=False)"
    ]


def first_call_warnings(parameters: list[str], rows: np.ndarray) -> list[str]:
    """Return a warning about parameters that the first call of `partial_fit` decides from few rows."""
    enough = max(_ENOUGH_TO_MEASURE, _ENOUGH_TO_WHITEN * rows.shape[1] if "whiten" in parameters else 0)
    if not parameters or len(rows) >= enough:
        return []
    return [
        f"the first call of partial_fit decides {' and '.join(parameters)} for good, here from {len(rows)} rows: begin "
        f"with at least {enough}, or give {'it' if len(parameters) == 1 else 'them'} to the constructor"
    ]
