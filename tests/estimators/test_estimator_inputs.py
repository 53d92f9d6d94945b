import subprocess
import sys
import warnings

import numpy as np
import pytest
import scipy.sparse

from bouton import OnlineSNMF
from bouton.errors import InputError

ROWS = np.random.default_rng(0).normal(size=(200, 5))


def with_value(value, dtype=np.float64):
    rows = ROWS.astype(dtype)
    rows[17, 3] = value
    return rows


@pytest.mark.parametrize(
    "method", ["fit", "partial_fit", "fit_transform", "fit_predict", "transform", "predict", "score"]
)
@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        (with_value(np.nan), InputError, "^row 17 of X holds NaN in column 3: drop or impute such rows$"),
        (with_value(-np.inf, np.float32), InputError, "^row 17 of X holds -inf in column 3: drop or impute such rows$"),
        (with_value(1e300), InputError, r"^row 17 of X holds 1e\+300 in column 3, too large for float32: rescale X$"),
        (
            with_value("word", object),
            InputError,
            "^X must hold numbers only: could not convert string to float: 'word'$",
        ),
        ([[1.0, 2.0], ["a", 1.0]], InputError, "^X must hold numbers only: "),
        (with_value({}, object), TypeError, "^X must hold numbers only: "),
        (with_value(1j, complex), ValueError, "^Complex data not supported"),
        (scipy.sparse.csr_array(ROWS), TypeError, "^Sparse data was passed for X, but dense data is required"),
        (ROWS[0], ValueError, "^Expected 2D array, got 1D array"),
        (ROWS[None], ValueError, "^Found array with dim 3"),
        (ROWS[:0], ValueError, r"^Found array with 0 sample\(s\)"),
        (ROWS[:, :0], ValueError, r"^Found array with 0 feature\(s\)"),
        (np.zeros((0, 0)), ValueError, r"^Found array with 0 sample\(s\)"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_bad_data_get_one_clear_sentence(method, rows, error, message):
    model = OnlineSNMF(3, rank_penalty=3.0, random_state=0)
    if method in ("transform", "predict", "score"):
        model.fit(ROWS)
    with pytest.raises(error, match=message):
        getattr(model, method)(rows)


@pytest.mark.parametrize("method", ["partial_fit", "transform", "predict", "score"])
def test_the_width_must_stay(method):
    model = OnlineSNMF(3, rank_penalty=3.0, random_state=0).fit(ROWS)
    with pytest.raises(ValueError, match="X has 4 features, but OnlineSNMF is expecting 5 features as input"):
        getattr(model, method)(ROWS[:, :4])


@pytest.mark.thorough
def test_negative_data_are_refused_where_the_model_is_to_take_none():
    model = OnlineSNMF(3, rank_penalty=3.0, nonnegative_inputs=True, random_state=0)
    for method in ("fit", "partial_fit"):
        with pytest.raises(InputError, match=r"Negative values in data: X reaches down to -.*shift or rectify X"):
            getattr(model, method)(ROWS)
    assert model.partial_fit(np.maximum(ROWS, 0)[:9]).components_.min() >= 0


@pytest.mark.parametrize("method", ["fit", "partial_fit", "fit_transform", "fit_predict"])
def test_weights_of_samples_are_refused(method):
    model = OnlineSNMF(3, rank_penalty=3.0)
    with pytest.raises(InputError, match=r"^OnlineSNMF does not take sample_weight, since .*: present the samples"):
        getattr(model, method)(ROWS, sample_weight=np.ones(200))
    with pytest.raises(TypeError, match=r"^OnlineSNMF does not take groups$"):
        getattr(model, method)(ROWS, groups=np.ones(200))
    getattr(model, method)(ROWS, sample_weight=None)


def test_integers_lists_and_other_memory_layouts_are_taken():
    rows = np.round(3 * ROWS)
    model = OnlineSNMF(3, rank_penalty=90.0, random_state=0).fit(rows)
    for other in (
        rows.astype(np.int64),
        rows.tolist(),
        np.asfortranarray(rows),
        rows.astype(object),
        rows.astype(np.float32),
    ):
        again = OnlineSNMF(3, rank_penalty=90.0, random_state=0).fit(other)
        np.testing.assert_array_equal(again.components_, model.components_)


@pytest.mark.parametrize(
    ("parameters", "rows", "message"),
    [
        ({}, ROWS + 5, "^the mean of X makes up 9[0-9]% of its power.*centre X first, for example by StandardScaler"),
        ({"rank_penalty": 3.0}, np.ones((50, 4)), "^all rows of X are equal: there is nothing to tell apart$"),
        ({}, 1e-3 * ROWS, r"^no component was ever active .*, or rescale X if its values are tiny$"),
        ({"rank_penalty": 0}, ROWS, r"^rank_penalty is 0, so that .*: give the squared power \|x\|\^4"),
        ({"n_components": 300}, ROWS, r"^X has fewer samples \(200\) than there are components \(300\): "),
        (
            {"rank_penalty": 1e9},
            ROWS,
            r"^no component was ever active in 200 samples: lower rank_penalty \(now 1000000000",
        ),
        (
            {"n_components": 2, "rank_penalty": "auto"},
            ROWS,
            "^all 2 components were recruited within the first 10 samples",
        ),
    ],
)
def test_doubtful_data_get_a_warning(parameters, rows, message):
    with pytest.warns(UserWarning, match=message):
        OnlineSNMF(**{"n_components": 3, "rank_penalty": 30.0, "random_state": 0} | parameters).fit(rows)


@pytest.mark.thorough
def test_what_is_all_right_gets_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        OnlineSNMF(3, rank_penalty=30.0, random_state=0).fit(ROWS)
        OnlineSNMF(3, start="random", random_state=0).fit(ROWS)
        model = OnlineSNMF(16, rank_penalty=30.0, random_state=0)
        for row in ROWS[:6]:
            model.partial_fit(row[None])
        one = OnlineSNMF(1, rank_penalty=1.0).fit(ROWS[:1])
    assert model.n_samples_seen_ == 6
    assert one.n_samples_seen_ == 1


def test_a_stream_that_uses_all_components_up_warns_once():
    model = OnlineSNMF(2, random_state=0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for first in range(0, 40, 4):
            model.partial_fit(ROWS[first : first + 4])
    (warning,) = caught
    assert str(warning.message).startswith("all 2 components were recruited within the first 10 samples")


@pytest.mark.thorough
def test_warnings_name_the_line_that_asked_for_learning(tmp_path):
    """In a process of its own: the run-time type checker of the tests stands between caller and estimator."""
    np.save(tmp_path / "rows.npy", ROWS[:40])
    script = tmp_path / "learning.py"
    script.write_text(
        "import numpy as np\nfrom bouton import OnlineSNMF\n"
        "model = OnlineSNMF(2, random_state=0)\n"
        f"for rows in np.load({str(tmp_path / 'rows.npy')!r}).reshape(10, 4, -1):\n"
        "    model.partial_fit(rows)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stderr.startswith(f"{script}:5: UserWarning: all 2 components were recruited")


def test_progress_is_shown_on_request(capsys):
    OnlineSNMF(3, rank_penalty=30.0, random_state=0).fit(ROWS)
    assert capsys.readouterr() == ("", "")
    OnlineSNMF(3, rank_penalty=30.0, random_state=0, verbose=1).fit(ROWS)
    assert "learning" in capsys.readouterr().err
