"""What people hand over as rows: arrays and frames of any library, by their rows and never by their columns."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from bouton.errors import InputError

__all__ = ["integers_of", "rows_of"]

_NUMBERS = "biuf"


def rows_of(data: Any, name: str = "the data") -> Any:
    """Return rows as an array, or as something that reads rows when it is sliced.

    Parameters
    ----------
    data : array, memory map, masked array, frame or series of pandas or polars, Arrow table, xarray array, torch tensor
        Rows along the first axis. Masked entries and nulls become NaN, for which integers become float64.
    name : str
        What error messages call it.

    Returns
    -------
    array
        A NumPy array; arrays that are read from disk (memory maps, h5py, zarr) and whatever is no array as they are.

    Raises
    ------
    InputError
        For sparse matrices, containers of several data sets, and frames with columns that hold no numbers.

    Examples
    --------
    >>> import numpy as np
    >>> rows_of(np.ma.array([1, 2, 3], mask=[0, 1, 0])).tolist()
    [1.0, nan, 3.0]
    """
    if isinstance(data, str | os.PathLike):
        raise InputError(
            f"{name} must be an array of numbers, got the path {os.fspath(data)!r}: read the file first, say by "
            "np.load or pandas.read_csv; bouton.run and `bouton learn` take paths"
        )
    if isinstance(data, np.ma.MaskedArray):
        return _unmasked(data)
    if isinstance(data, np.ndarray) or np.isscalar(data):
        return data
    if hasattr(data, "tocsr"):
        raise InputError(f"{name}: sparse matrices are not supported: hand over a dense array, X.toarray()")
    if hasattr(data, "requires_grad") and hasattr(data, "detach"):
        return data.detach().cpu().numpy()
    if isinstance(data, Mapping):
        # Files of h5py and data sets of xarray: several arrays, which have no common rows.
        raise InputError(
            f"{name} is a {type(data).__module__.split('.')[0]} {type(data).__name__} of {', '.join(map(str, data))}: "
            "choose one of them"
        )
    if hasattr(data, "to_numpy") or hasattr(data, "column_names"):
        return _of_frame(data, name)
    return data


def integers_of(values: np.ndarray, kind: Any, first: int = 0) -> np.ndarray:
    """Return numbers in an integer type, or as truth values; refuse those that the type does not hold.

    Parameters
    ----------
    values : array (rows, ...)
        Whole numbers, of any type.
    kind : dtype
        A type of integers, or `bool`, which holds 0 and 1.
    first : int, default 0
        Number of the first row, for the message.

    Returns
    -------
    array (rows, ...)

    Raises
    ------
    InputError
        For NaN, infinity, fractions, and numbers out of the type's range.

    Examples
    --------
    >>> integers_of(np.asarray([0.0, 3.0]), np.int32).tolist()
    [0, 3]
    """
    kind = np.dtype(kind)
    if values.dtype == kind:
        return values
    lower, upper = (0, 1) if kind.kind == "b" else (np.iinfo(kind).min, np.iinfo(kind).max)
    # Compared in a type that holds the bounds and the values alike: float32 rounds the largest int32 up.
    wide = values.astype(np.float64) if values.dtype.kind == "f" else values
    wrong = ~((wide >= lower) & (wide <= upper) & (wide == np.floor(wide))) if values.dtype.kind != "b" else None
    if wrong is not None and wrong.any():
        place = tuple(map(int, np.argwhere(wrong)[0]))
        where = f" at position {place[1:]}" if place[1:] else ""
        expected = "0 or 1" if kind.kind == "b" else f"an integer from {lower} to {upper}"
        raise InputError(
            f"row {first + place[0]} of the stream holds {values[place]}{where}: {expected} was expected, so that "
            "nothing is rounded or cut off; correct or drop such rows"
        )
    return values.astype(kind)


def _unmasked(data: np.ma.MaskedArray) -> np.ndarray:
    if not np.any(np.ma.getmaskarray(data)):
        return np.asarray(data.data)
    if data.dtype.kind not in _NUMBERS:
        raise InputError(f"masked entries of {data.dtype} cannot become missing values: fill them in")
    return np.ma.filled(data.astype(np.float64 if data.dtype.kind != "f" else data.dtype), np.nan)


def _of_frame(data: Any, name: str) -> np.ndarray:
    """Return a frame as an array (rows, columns), a series or a labelled array in its own shape."""
    if hasattr(data, "iloc") and hasattr(data, "columns"):  # pandas
        columns = [(label, data.iloc[:, place]) for place, label in enumerate(data.columns)]
    elif hasattr(data, "get_columns"):  # polars
        columns = [(column.name, column) for column in data.get_columns()]
    elif hasattr(data, "column_names"):  # Arrow
        columns = list(zip(data.column_names, data.columns, strict=True))
    elif hasattr(data, "dims"):  # xarray
        return np.asarray(data.to_numpy())
    else:
        return _of_series(data, getattr(data, "name", None) or name)
    if not columns:
        raise InputError(f"{name} is a frame without columns")
    return np.stack([_of_series(column, label) for label, column in columns], axis=1)


def _of_series(series: Any, name: Any) -> np.ndarray:
    array = np.asarray(series.to_numpy())
    if array.dtype.kind in _NUMBERS:
        return array
    if array.dtype.kind == "O":
        # Numbers with gaps, as pandas and Arrow keep them; words are no numbers, whatever they spell.
        missing = np.array([value is None or value != value or repr(value) == "<NA>" for value in array])
        if not any(isinstance(value, str | bytes) for value in array[~missing]):
            try:
                return np.where(missing, np.nan, np.where(missing, 0, array).astype(np.float64))
            except (TypeError, ValueError):
                pass
    raise InputError(f"column {name} holds no numbers ({series.dtype if hasattr(series, 'dtype') else series.type})")
