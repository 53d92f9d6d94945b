"""Rows of frames and arrays of any library, at every door alike."""

import jax
import numpy as np
import pandas as pd
import pyarrow
import pytest
import xarray
from scipy import sparse

import bouton
from bouton.data import ArraySource, rows_of
from bouton.errors import InputError
from bouton.surprise import GaussianMean, Tracker, VariationalSMiLe

TABLE = np.abs(np.random.default_rng(0).normal(size=(60, 4)))
KEY = jax.random.key(0)


class Tensor:
    """What a tensor of torch offers, without torch."""

    requires_grad = True

    def detach(self):
        return self

    def cpu(self):
        return self

    def numpy(self):
        return TABLE


FRAMES = {
    "names": pd.DataFrame(TABLE, columns=list("abcd")),
    "numbers as names, unordered index": pd.DataFrame(TABLE, index=np.arange(60)[::-1] / 2),
    "doubled names": pd.DataFrame(TABLE, columns=["x", "x", "y", "y"]),
    "nullable": pd.DataFrame(TABLE).astype("Float64"),
    "of arrow": pyarrow.table(dict(zip("abcd", TABLE.T, strict=True))),
    "labelled": xarray.DataArray(TABLE, dims=("time", "unit")),
    "tensor": Tensor(),
    "masked nowhere": np.ma.array(TABLE),
}


@pytest.mark.thorough
@pytest.mark.parametrize("kind", FRAMES)
def test_rows_are_rows_at_every_door(kind):
    np.testing.assert_array_equal(np.asarray(rows_of(FRAMES[kind])), TABLE)
    np.testing.assert_array_equal(ArraySource(FRAMES[kind]), TABLE)
    circuit = bouton.similarity.SNMFNetwork(n_inputs=4, n_outputs=2)
    expected = bouton.run(circuit, TABLE, key=KEY)
    found = bouton.run(circuit, FRAMES[kind], key=KEY)
    assert found.steps == 60
    np.testing.assert_array_equal(found.state.feedforward, expected.state.feedforward)
    responses = bouton.respond(circuit, expected.state, FRAMES[kind])
    np.testing.assert_array_equal(responses, bouton.respond(circuit, expected.state, TABLE))
    pieces = bouton.run(circuit, (part for part in (FRAMES[kind], FRAMES[kind])), key=KEY)
    assert pieces.steps == 120


@pytest.mark.parametrize(
    "kind", [pd.Series, lambda y: pd.DataFrame({"y": y})["y"], lambda y: pd.Series(y, y), np.asarray]
)
def test_a_series_is_a_series(kind):
    series = kind(TABLE[:, 0])
    tracker = Tracker(VariationalSMiLe(GaussianMean(1.0), 0.02))
    np.testing.assert_array_equal(tracker.filter(series).estimate, tracker.reset().filter(TABLE[:, 0]).estimate)


@pytest.mark.parametrize(
    "series",
    [
        np.ma.array([1.0, 2.0, 999.0, 3.0], mask=[0, 0, 1, 0]),
        np.ma.array([1, 2, 999, 3], mask=[0, 0, 1, 0]),
        pd.Series([1, 2, None, 3], dtype="Int64"),
        pd.Series([1.0, 2.0, np.nan, 3.0]),
    ],
)
def test_masked_is_missing(series):
    expected = np.array([1.0, 2.0, np.nan, 3.0])
    np.testing.assert_array_equal(rows_of(series), expected)
    tracker = Tracker(VariationalSMiLe(GaussianMean(1.0), 0.02), missing="skip")
    np.testing.assert_array_equal(tracker.filter(series).estimate, tracker.reset().filter(expected).estimate)


def test_masked_rows_are_refused_where_nothing_may_be_missing():
    masked = np.ma.array(TABLE, mask=TABLE > 2)
    circuit = bouton.similarity.SNMFNetwork(n_inputs=4, n_outputs=2)
    state = circuit.init(KEY)
    for take in (
        lambda: bouton.run(circuit, masked, key=KEY),
        lambda: bouton.run(circuit, iter([masked]), key=KEY),
        lambda: bouton.respond(circuit, state, masked),
        lambda: bouton.OnlineSNMF(n_components=2).fit(masked),
        lambda: ArraySource(masked).read(0, 60),
    ):
        with pytest.raises(InputError, match=r"(?i)nan"):
            take()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pd.DataFrame({"a": [1.0, 2.0], "who": ["x", "y"]}), "column who holds no numbers"),
        (pd.DataFrame({"when": pd.date_range("2020", periods=2)}), "column when holds no numbers"),
        (pd.Series(["1", "2"]), "holds no numbers"),
        (sparse.csr_matrix(np.eye(3)), r"sparse matrices are not supported.*toarray"),
        (xarray.Dataset({"a": ("t", np.zeros(3)), "b": ("t", np.zeros(3))}), "xarray Dataset of a, b: choose one"),
    ],
)
def test_what_has_no_rows_of_numbers_is_refused(data, said):
    circuit = bouton.similarity.SNMFNetwork(n_inputs=2, n_outputs=1)
    with pytest.raises(InputError, match=said):
        bouton.run(circuit, data, key=KEY)


def test_finite_numbers_are_not_called_infinite():
    circuit = bouton.similarity.SNMFNetwork(n_inputs=4, n_outputs=2)
    with pytest.raises(InputError, match=r"row 0 of the stream holds .*e\+3[89].* too large for float32: rescale"):
        bouton.run(circuit, (TABLE + 1) * 1e39, key=KEY)


def test_one_column_is_a_series(tmp_path):
    circuit = VariationalSMiLe(GaussianMean(1.0), 0.02)
    frame = pd.DataFrame({"flow": TABLE[:, 0]})
    frame.to_csv(tmp_path / "flow.csv", index=False)
    expected = bouton.run(circuit, TABLE[:, 0], key=KEY, record={"estimate": 1}).recordings["estimate"].values
    for data in (frame, frame["flow"], tmp_path / "flow.csv", TABLE[:, :1]):
        found = bouton.run(circuit, data, key=KEY, record={"estimate": 1}).recordings["estimate"].values
        np.testing.assert_array_equal(found, expected)
    with pytest.raises(InputError, match=r"each event must have shape \(\)"):
        bouton.run(circuit, pd.DataFrame(TABLE), key=KEY)
