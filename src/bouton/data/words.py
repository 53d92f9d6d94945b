"""Cells of tables as numbers: which words mean that a number is missing, and which are no numbers."""

import re
from typing import Any

import numpy as np

__all__ = ["Cells", "as_cells", "as_labels", "holds_numbers", "is_missing", "is_number"]

_MISSING = frozenset(
    {"", "na", "n/a", "n.a.", "<na>", "#n/a", "#n/a n/a", "#na", "nat", "nan", "-nan", "null", "(null)", "#null!",
     "none", "nil", "missing", "-", "--", ".", "..", "?", "\\n", "#value!", "#div/0!", "#ref!", "#num!", "#name?",
     "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "nan(ind)", "-nan(ind)"}
)  # fmt: skip
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?"


def is_missing(field: str) -> bool:
    """Tell whether a field is a usual way to write that a value is missing."""
    return field.strip().lower() in _MISSING


def is_number(field: str, decimal: str = ".") -> bool:
    """Tell whether a field is a number, written with the given decimal sign."""
    if decimal == ",":
        field = field.replace(".", "?").replace(",", ".")
    return bool(re.fullmatch(_NUMBER, field.strip(), re.ASCII))


class Cells:
    """A column of a batch as numbers.

    Attributes
    ----------
    values : array (rows,)
        Numbers in double precision, NaN where one is missing or the cell is none.
    odd : array (rows,) or None
        Which cells are neither numbers nor missing; None where there is none.
    """

    def __init__(self, values: np.ndarray, odd: np.ndarray | None = None):
        self.values, self.odd = values, odd


def as_cells(column: Any, decimal: str = ".") -> Cells:
    """Return an Arrow array as numbers."""
    import pyarrow as arrow
    from pyarrow import types

    compute = _compute()
    kind = column.type
    if types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return _from_text(column.cast(arrow.large_string()), decimal)
    if not holds_numbers(kind):
        return Cells(np.full(len(column), np.nan), compute.is_valid(column).to_numpy(zero_copy_only=False))
    if types.is_boolean(kind):
        column = column.cast(arrow.uint8())
    values = column.cast(arrow.float64(), safe=False).to_numpy(zero_copy_only=False)
    return Cells(np.asarray(values, float))


def _compute() -> Any:
    # Its functions are made when it is imported: type checkers see none of them.
    from pyarrow import compute

    return compute


def holds_numbers(kind: Any) -> bool:
    """Tell whether an Arrow type is one of numbers or truth values; text may hold numbers too."""
    from pyarrow import types

    return (
        types.is_boolean(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or types.is_null(kind)
    )


def _from_text(column: Any, decimal: str) -> Cells:
    import pyarrow as arrow

    compute = _compute()

    if decimal == ".":
        try:
            return Cells(np.array(column.cast(arrow.float64()).to_numpy(zero_copy_only=False), float))
        except arrow.ArrowInvalid:
            pass
    text = compute.fill_null(compute.utf8_trim(compute.utf8_trim_whitespace(column), characters='" '), "")
    missing = compute.is_in(compute.utf8_lower(text), value_set=arrow.array(sorted(_MISSING), column.type))
    if decimal == ",":
        text = compute.replace_substring(compute.replace_substring(text, ".", "?"), ",", ".")
    number = compute.match_substring_regex(text, f"^(?:{_NUMBER})$")
    found = compute.if_else(number, compute.utf8_ltrim(text, characters="+"), arrow.scalar(None, text.type))
    values = np.array(found.cast(arrow.float64()).to_numpy(zero_copy_only=False), float)
    odd = compute.invert(compute.or_(number, missing)).to_numpy(zero_copy_only=False)
    return Cells(values, odd if odd.any() else None)


def as_labels(columns: list[Any]) -> list[str]:
    """Return the batches of an Arrow column as words; dates without the time of day where it is always midnight."""
    import pyarrow as arrow
    from pyarrow import types

    compute = _compute()
    column = arrow.chunked_array(columns)
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if types.is_timestamp(column.type):
        days = column.cast(arrow.timestamp("s", column.type.tz), safe=False)
        same_day = compute.floor_temporal(column, unit="day")
        whole = compute.all(compute.equal(column, same_day)).as_py() is not False
        seconds = compute.all(compute.equal(column, days.cast(column.type))).as_py() is not False
        column = compute.strftime(days if seconds else column, "%Y-%m-%d" if whole else "%Y-%m-%d %H:%M:%S")
    words = [None if word is None else str(word).strip() for word in column.to_pylist()]
    return ["" if word is None else word for word in words]
