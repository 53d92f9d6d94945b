"""Values as text and as strict JSON: numbers for the reader, plain values for the machine."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any

__all__ = ["drawn_text", "duration_text", "failure_text", "number_text", "plain", "strict_json", "value_text"]

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = "\N{MINUS SIGN}"
_FOLDERS = re.compile(r"(?<![\w:/.\\])(?:[A-Za-z]:)?[/\\](?:[\w.@+~-]+[/\\])+")
_LONGEST_SEQUENCE = 12


def number_text(value: float, digits: int = 4) -> str:
    """Write a number with at most `digits` significant digits, as a reader expects it in print.

    Parameters
    ----------
    value : float
        Any number, also NaN or infinity.
    digits : int, default 4
        Significant digits kept; trailing zeros are dropped. Integers are written in full.

    Returns
    -------
    str

    Examples
    --------
    >>> number_text(0.98713), number_text(20000.0), number_text(7), number_text(3.2e-9)
    ('0.9871', '20000', '7', '3.2 × 10⁻⁹')
    """
    if isinstance(value, int):
        return str(value).replace("-", _MINUS)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{_MINUS}∞"
    mantissa, _, exponent_text = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(exponent_text)
    if value == 0 or -4 <= exponent <= 5:
        text = f"{float(f'{value:.{digits}g}'):.{max(digits - 1 - exponent, 0)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if value == 0 else text.replace("-", _MINUS)
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPTS)}".replace("-", _MINUS)


def value_text(value: Any, digits: int = 4) -> str:
    """Write a plain value (number, truth, text, sequence or mapping) in one line.

    Parameters
    ----------
    value : object
        A value as `plain` returns it.
    digits : int, default 4
        Significant digits of the numbers in it.

    Returns
    -------
    str

    Examples
    --------
    >>> value_text([1.0, 0.25, True]), value_text({"rate": 0.1})
    ('1, 0.25, yes', 'rate: 0.1')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_text(value, digits)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {value_text(item, digits)}" for key, item in value.items()) or "none"
    if isinstance(value, Sequence) and not isinstance(value, str):
        nested = [f"({value_text(v, digits)})" if isinstance(v, list | tuple) else value_text(v, digits) for v in value]
        if len(nested) > _LONGEST_SEQUENCE:
            nested = [*nested[:6], "…", *nested[-3:], f"({len(nested)} values)"]
        return ", ".join(nested) or "none"
    return str(value)


def duration_text(seconds: float) -> str:
    """Write a duration the way one says it.

    Parameters
    ----------
    seconds : float
        Duration in seconds, not negative.

    Returns
    -------
    str

    Examples
    --------
    >>> duration_text(0.034), duration_text(12.3), duration_text(185), duration_text(7320)
    ('0.034 s', '12.3 s', '3 min 05 s', '2 h 02 min')
    """
    if seconds < 59.95:
        return f"{number_text(float(seconds), 3)} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def drawn_text(text: Any) -> str:
    """Return somebody's text as matplotlib draws it: letter by letter, with no formula in it, and seen in a legend.

    Parameters
    ----------
    text : object
        A name or label that is not ours.

    Returns
    -------
    str

    Examples
    --------
    >>> print(drawn_text("Ba$$in"))
    Ba\\$\\$in
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in str(text)).replace("$", r"\$")
    # Legends leave out what begins with an underscore: a hair space before it is not seen.
    return f"\u200a{shown}" if shown.startswith("_") else shown


def plain(value: Any) -> Any:
    """Reduce a value to what strict JSON can hold; NaN and infinities become the words "nan", "inf", "-inf".

    Parameters
    ----------
    value : object
        Numbers, text, arrays, dataclasses, mappings and sequences, nested at will. A path keeps its last name only.

    Returns
    -------
    object
        Made of dict, list, str, int, finite float, bool and None.

    Examples
    --------
    >>> plain({"rates": (0.1, float("nan"))})
    {'rates': [0.1, 'nan']}
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, int | str):
        return int(value) if isinstance(value, int) else str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, PurePath):
        return value.name
    to_list = getattr(value, "tolist", None)
    if callable(to_list):
        return plain(to_list())
    if isinstance(value, Sequence | set | frozenset):
        return [plain(item) for item in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    return str(getattr(value, "__name__", value))


def strict_json(value: Any) -> bytes:
    """Write a value as strict JSON (RFC 8259: no NaN or Infinity literals), UTF-8 with a final newline.

    Parameters
    ----------
    value : object
        Anything `plain` takes.

    Returns
    -------
    bytes
    """
    text = json.dumps(plain(value), allow_nan=False, ensure_ascii=False, indent=2) + "\n"
    # A lone surrogate has no UTF-8 form; its backslash form is the JSON escape of the same character.
    return text.encode("utf-8", "backslashreplace")


def failure_text(error: BaseException) -> str:
    """Say in one line what an exception was, with folders cut from file names so that a report holds no local paths.

    Parameters
    ----------
    error : BaseException
        The exception that was caught.

    Returns
    -------
    str

    Examples
    --------
    >>> failure_text(ValueError("cannot read /home/ada/data/patches.npy"))
    'ValueError: cannot read patches.npy'
    """
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {_FOLDERS.sub('', message)}" if message else type(error).__name__
