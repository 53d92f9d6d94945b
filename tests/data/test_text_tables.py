"""Numeric text tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bouton.data import Table, open_data
from bouton.errors import InputError


def write(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("header", ["", "a{0}b{0}c\n", '"a"{0}"b c"{0}"d"\n'])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_delimiters_headers_and_line_ends(tmp_path, delimiter, header, ending):
    text = header.format(delimiter) + f"1{delimiter}2{delimiter}3\n\n-4.5{delimiter} 5e-3 {delimiter}.6\n"
    table = open_data(write(tmp_path, text.replace("\n", ending)))
    np.testing.assert_array_equal(table, [[1, 2, 3], [-4.5, 5e-3, 0.6]])
    assert (table.columns is None) == (header == "")


def test_one_column_quotes_byte_order_mark_and_no_last_line_end(tmp_path):
    np.testing.assert_array_equal(open_data(write(tmp_path, "1\n2\n3")), [[1], [2], [3]])
    np.testing.assert_array_equal(open_data(write(tmp_path, '"1","2"\n"3","4"\n')), [[1, 2], [3, 4]])
    np.testing.assert_array_equal(open_data(write(tmp_path, b"\xef\xbb\xbf1,2\n3,4\n")), [[1, 2], [3, 4]])


def test_the_header_can_be_said(tmp_path):
    path = write(tmp_path, "label,0,1\n1,2,3\n")
    with pytest.raises(InputError, match=r"line 1: 'label' stands among numbers; .* header=True"):
        open_data(path)
    np.testing.assert_array_equal(open_data(path, header=True), [[1, 2, 3]])
    np.testing.assert_array_equal(open_data(write(tmp_path, "0,1,2\n1,2,3\n"), header=True), [[1, 2, 3]])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2\n3,x\n", r"line 2, column 2: 'x' is not a number"),
        ("1,2\n\n\n3,4\n5\n", r"line 5: 1 fields, 2 were expected"),
        ("a,b\n1,2\n3,4,5\n", r"line 3: 3 fields, 2 were expected"),
        ("1,2\n3,\n", r"line 2, column 2: the field is empty"),
        ("1,2,\n3,4,\n", r"line 1, column 3: the field is empty"),
        ('"a","b"\n"1,5","2"\n', r"line 2, column 1 \(a\): '1,5' is not a number"),
        ("a\tb\n1,500\t2\n1,750\t3\n1\t4\n", r"column 1 \(a\): '1,500' is not a number; write decimals with a point"),
        ("a,b\n", "holds a header and no rows of numbers"),
        ("\n\n", "is empty, a table of numbers was expected"),
        ("1 2 3\n4 5 6\n", r"holds? .*|line 2"),
        ("a,b\n1,1_000\n", r"line 2, column 2 \(b\): '1_000' is not a number"),
        (b"1,2\n\xff\xfe,3\n", "line 2: not text in UTF-8"),
        ("1,2\n3,4\n".encode("utf-16-le"), "line 1: holds zero bytes"),
        ("1,2\n3,1+2j\n", r"line 2, column 2: '1\+2j' is not a number"),
    ],
)
def test_bad_tables(tmp_path, text, sentence):
    path = write(tmp_path, text)
    with pytest.raises(InputError, match=sentence) as caught:
        open_data(path)
    assert path.name in str(caught.value)


def test_the_bad_line_is_named_far_into_the_file(tmp_path):
    lines = [f"{i},{i}" for i in range(5000)]
    lines[4321] = "1,oops"
    with pytest.raises(InputError, match="line 4322, column 2: 'oops'"):
        open_data(write(tmp_path, "\n".join(lines)))


def test_missing_values(tmp_path):
    path = write(tmp_path, "1,nan\n2,inf\n")
    with pytest.raises(InputError, match=r"line 1, column 2: 'nan' is a missing value"):
        open_data(path).read(0, 1)
    np.testing.assert_array_equal(open_data(path, allow_missing=True), [[1, np.nan], [2, np.inf]])


def test_what_was_opened_is_read_whatever_becomes_of_the_file(tmp_path):
    path = write(tmp_path, "1,2\n3,4\n")
    table = open_data(path)
    path.write_text("1,2\n")
    np.testing.assert_array_equal(table.read(0, 2), [[1, 2], [3, 4]])


@given(arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 5)), elements=st.floats(-1e300, 1e300)))
def test_written_tables_are_read_exactly(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    np.savetxt(path, table, delimiter=";", fmt="%.17e")
    np.testing.assert_array_equal(Table(path).read(0, len(table)), table)
