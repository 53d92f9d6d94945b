"""Numbers for the reader keep their value; JSON for the machine is strict whatever goes in."""

import enum
import io
import json
import math
from dataclasses import dataclass
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from bouton.report._text import drawn_text, duration_text, failure_text, number_text, plain, strict_json, value_text


def read_back(text):
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹\N{MINUS SIGN}", "-0123456789-")
    return float(text.replace(" × 10", "e").translate(digits))


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 17))
def test_a_printed_number_is_the_number_rounded(value, digits):
    assert read_back(number_text(value, digits)) == float(f"{value:.{digits}g}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (0.98999999, "0.99"),
        (123456.7, "123500"),
        (999999.9, "1 × 10⁶"),
        (0.00012345, "0.0001234"),
        (-2.5e-7, "−2.5 × 10⁻⁷"),
        (12345678, "12345678"),
        (-3, "−3"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
    ],
)
def test_numbers_as_in_print(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "none"),
        (False, "no"),
        ([], "none"),
        ([0.12345, 2], "0.1235, 2"),
        ([[1, 2], [3, 4]], "(1, 2), (3, 4)"),
        ({"a": {"b": 0.5}}, "a: b: 0.5"),
        (list(range(20)), "0, 1, 2, 3, 4, 5, …, 17, 18, 19, (20 values)"),
        ("text", "text"),
    ],
)
def test_values_in_one_line(value, text):
    assert value_text(value) == text


@pytest.mark.parametrize(("seconds", "text"), [(0.0, "0 s"), (59.96, "1 min 00 s"), (3599.6, "1 h 00 min")])
def test_durations_carry_over(seconds, text):
    assert duration_text(seconds) == text


class Mode(enum.Enum):
    ONLINE = "online"


@dataclass
class Inner:
    rate: float
    shape: tuple[int, ...]


def test_plain_reduces_what_settings_hold():
    value = {
        "inner": Inner(math.inf, (2, 3)),
        "array": np.array([[1.0, np.nan]]),
        "scalar": np.float32(0.5),
        "device": jnp.arange(2),
        "flag": np.bool_(True),
        "mode": Mode.ONLINE,
        "set": {3, 1},
        "path": Path("/somewhere/private/data.npy"),
        "function": math.sqrt,
        7: None,
    }
    assert plain(value) == {
        "inner": {"rate": "inf", "shape": [2, 3]},
        "array": [[1.0, "nan"]],
        "scalar": 0.5,
        "device": [0, 1],
        "flag": True,
        "mode": "online",
        "set": [1, 3],
        "path": "data.npy",
        "function": "sqrt",
        "7": None,
    }


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@pytest.mark.thorough
@given(VALUES)
def test_json_is_strict_and_comes_back(value):
    def refuse(literal):
        raise AssertionError(f"{literal} is not JSON")

    assert json.loads(strict_json(value), parse_constant=refuse) == plain(value)


def test_text_without_a_utf8_form_survives():
    assert json.loads(strict_json({"name": "a\udc80b"})) == {"name": "a\udc80b"}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("no /home/ada/x/data.npy", "ValueError: no data.npy"),
        ("no '/home/ada/x/data.npy'\nsecond line", "ValueError: no 'data.npy' second line"),
        ("C:\\Users\\ada\\data.npy", "ValueError: data.npy"),
        ("see https://example.org/a/b", "ValueError: see https://example.org/a/b"),
        ("ratio 1/2 and/or 3/4", "ValueError: ratio 1/2 and/or 3/4"),
        ("", "ValueError"),
    ],
)
def test_failures_name_no_folders(message, text):
    assert failure_text(ValueError(message)) == text


@pytest.mark.parametrize("name", ["Ba$$in", "$x^2$", "_hidden", "a\nb", "x_1", r"\frac", "$"])
def test_somebody_s_text_is_drawn_as_text(name):
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], label=drawn_text(name))
    axes.set(title=drawn_text(name), xticks=[0], xticklabels=[drawn_text(name)])
    legend = axes.legend()
    assert len(legend.get_texts()) == 1
    for text in (axes.title, legend.get_texts()[0]):
        shown, is_formula = text._preprocess_math(text.get_text())
        assert not is_formula
        assert shown.strip("\u200a ") == name.replace("\n", " ")
    figure.savefig(io.BytesIO())
