"""Parquet and Feather tables."""

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from bouton.data import open_data
from bouton.errors import InputError


def write(path, **columns):
    parquet.write_table(pyarrow.table(columns), path, row_group_size=4)
    return path


def test_numbers_and_truth_values_are_columns(tmp_path):
    path = write(
        tmp_path / "a.parquet",
        x=np.arange(10, dtype=np.float32),
        n=np.arange(10, dtype=np.int16),
        flag=np.arange(10) % 2 == 0,
    )
    table = open_data(path)
    assert table.dtype == np.float32
    expected = np.stack([np.arange(10), np.arange(10), np.arange(10) % 2 == 0], axis=1)
    np.testing.assert_array_equal(table, expected)
    np.testing.assert_array_equal(table.read(3, 9), expected[3:9])
    np.testing.assert_array_equal(open_data(path, columns=["flag", "x"]), expected[:, [2, 0]])


def test_wide_integers_are_read_as_float64(tmp_path):
    assert open_data(write(tmp_path / "a.parquet", n=np.arange(3))).dtype == np.float64


def test_columns_without_numbers_are_listed(tmp_path):
    path = write(tmp_path / "a.parquet", x=[1.0, 2.0], name=["a", "b"], parts=[[1], [2]])
    with pytest.raises(InputError, match=r"columns without numbers: name \(string\), parts \(list.*columns="):
        open_data(path)
    np.testing.assert_array_equal(open_data(path, columns=["x"]), [[1], [2]])
    with pytest.raises(InputError, match=r"has no column 'y'; it has x, name, parts"):
        open_data(path, columns=["x", "y"])


def test_nulls_are_missing_values(tmp_path):
    path = write(tmp_path / "a.parquet", n=pyarrow.array([1, None, 3], pyarrow.int64()))
    with pytest.raises(InputError, match=r"row 2, column 1 \(n\): a missing value"):
        open_data(path).read(0, 3)
    np.testing.assert_array_equal(open_data(path, allow_missing=True), [[1], [np.nan], [3]])


def test_empty_tables(tmp_path):
    with pytest.raises(InputError, match="is empty: it has 0 samples"):
        open_data(write(tmp_path / "a.parquet", n=pyarrow.array([], pyarrow.float64())))


def test_damage_is_reported(tmp_path):
    path = write(tmp_path / "a.parquet", x=np.random.default_rng(0).normal(size=1000))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        open_data(path)
