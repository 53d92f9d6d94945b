"""One column of a table: names and numbers of columns, what is missing, labels, and what is wrong with a file."""

import numpy as np
import pytest

from bouton.data import read_column
from bouton.errors import InputError


def write(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_column_among_dates_and_words(tmp_path):
    path = write(tmp_path, "day;price;note\n2020-01-01;1.5;a\n2020-01-02;;b\n2020-01-03;NA;c\n2020-01-04;-2e1;d\n")
    found = read_column(path)
    assert found.name == "price"
    np.testing.assert_array_equal(found.values, [1.5, np.nan, np.nan, -20])
    assert found.labels == ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"]


def test_years_are_labels_and_numbers_name_columns(tmp_path):
    path = write(tmp_path, "year,flow,depth\n1871,1120,3\n1872,1160,2\n")
    assert read_column(path, "flow").labels == ["1871", "1872"]
    assert read_column(path, "3").values.tolist() == [3, 2]


def test_without_names(tmp_path):
    found = read_column(write(tmp_path, "1\n2\n3\n"))
    assert (found.name, found.values.tolist(), found.labels) == ("1", [1, 2, 3], ["1", "2", "3"])


def test_arrays(tmp_path):
    np.save(tmp_path / "one.npy", np.asarray([1.0, np.nan, 3.0]))
    np.testing.assert_array_equal(read_column(tmp_path / "one.npy").values, [1, np.nan, 3])
    np.save(tmp_path / "two.npy", np.asarray([[1.0, 2.0], [3.0, 4.0]]))
    assert read_column(tmp_path / "two.npy", "2").values.tolist() == [2, 4]
    with pytest.raises(InputError, match="2 columns of numbers"):
        read_column(tmp_path / "two.npy")


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("a,b\n1,2\n", None, r"2 columns of numbers \(a, b\): name one"),
        ("a,b\n1,2\n", "c", "no column 'c'; it has a, b"),
        ("a,b\n1,x\n2,3\n", "b", r"line 2, column 2 \(b\): 'x' is not a number"),
        ('a\n"1,5"\n', "a", "write decimals with a point"),
        ("a,b\n1\n", "a", "line 2: 1 fields, 2 were expected"),
        ("a\n", "a", "no rows"),
        ("", None, "is empty"),
        ("a,b\nx,y\n", None, "0 columns of numbers"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, column, message):
    with pytest.raises(InputError, match=message):
        read_column(write(tmp_path, text), column)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_column(tmp_path / "none.csv")
