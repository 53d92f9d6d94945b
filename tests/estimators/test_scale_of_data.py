"""Each estimator learns the same from data in other units, or refuses them with row and value: never silently."""

import warnings

import numpy as np
import pytest

import bouton
from bouton.data import Whitening
from bouton.errors import InputError

RNG = np.random.default_rng(0)
X = np.abs(RNG.laplace(size=(1200, 6)) @ RNG.normal(size=(6, 6)))
EQUIVARIANT = ["CorrelationInvariant", "KernelFeatures", "NonlinearHebbian", "OnlineCorrelationGame"]
EQUIVARIANT += ["OnlineManifoldTiling", "OnlineNSM", "OnlinePrincipalSubspace", "OnlineSNMF", "OnlineSourceSeparation"]
EQUIVARIANT += ["OnlineWhitening"]


def _responses(name, rows):
    model = getattr(bouton, name)(n_components=3, random_state=0, epochs=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(model.fit(rows).transform(rows), float)


@pytest.mark.thorough
@pytest.mark.parametrize("name", EQUIVARIANT)
def test_units_are_no_matter_or_refused(name):
    plain = _responses(name, X)
    for scale in (1e-20, 1e-13, 1e-9, 1e7, 1e8, 1e13, 1e20):
        try:
            found = _responses(name, scale * X)
        except InputError as error:
            assert "rescale" in str(error)  # noqa: PT017
            assert scale not in (1e-9, 1e7)
        else:
            cosine = np.sum(found * plain) / np.linalg.norm(found) / np.linalg.norm(plain)
            assert cosine > 0.99  # of tiles, whose learning lets rounding grow, 0.9989; else above 0.99999


def test_whole_numbers_of_16_bits():
    counts = np.random.default_rng(0).integers(0, 65536, size=(1200, 300)).astype(np.uint16)
    model = bouton.OnlineSNMF(8, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.any(model.fit(counts).transform(counts) > 0)


def test_the_row_of_x_is_named_also_where_rows_are_shuffled():
    rows = X.copy()
    rows[17, 3] = 1e30
    with pytest.raises(InputError, match=r"row 17 of X holds 1e\+30: power 4 .*rescale"):
        bouton.OnlineSNMF(3).fit(rows)


MEASURING = {
    "KernelFeatures": ["input_power"],
    "OnlineCorrelationGame": ["input_power"],
    "OnlineManifoldTiling": ["input_power"],
    "OnlineNSM": ["input_power"],
    "OnlinePrincipalSubspace": ["input_power"],
    "OnlineSourceSeparation": ["input_variance"],
    "OnlineWhitening": ["input_variance"],
    "CorrelationInvariant": ["mean", "input_deviation"],
}
CENTRED = X - X.mean(axis=0)


def _given(name):
    power = {"input_power": float(np.mean(np.sum(CENTRED**2, axis=1))), "input_variance": float(CENTRED.var())}
    power |= {"mean": X.mean(axis=0), "input_deviation": float(CENTRED.std())}
    return {parameter: power[parameter] for parameter in MEASURING[name]}


@pytest.mark.thorough
@pytest.mark.parametrize("name", MEASURING)
@pytest.mark.filterwarnings(
    "ignore:the mean of X", "ignore:.*component", "ignore:all rows", "ignore:X reaches", "ignore:.*neurons"
)
def test_a_short_first_call_warns_unless_what_it_decides_is_given(name):
    rows = X if "mean" in MEASURING[name] else CENTRED
    kind, sizes = getattr(bouton, name), {"n_components": 3, "random_state": 0}
    words = f"first call of partial_fit decides {' and '.join(MEASURING[name])} for good, here from 5 rows"
    with pytest.warns(UserWarning, match=words):
        kind(**sizes).partial_fit(rows[:5])
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="the first call")
        kind(**sizes).partial_fit(rows[:100])
        whole = kind(**sizes, **_given(name)).partial_fit(rows)
        parts = kind(**sizes, **_given(name)).partial_fit(rows[:5]).partial_fit(rows[5:])
    np.testing.assert_array_equal(parts.transform(rows), whole.transform(rows))


@pytest.mark.filterwarnings("ignore:none of")
def test_whitening_may_be_given():
    kind = bouton.NonlinearHebbian
    with pytest.warns(UserWarning, match="decides whiten for good, here from 20 rows: begin with at least 100"):
        kind(3, random_state=0).partial_fit(X[:20])
    given = kind(3, random_state=0, whiten=Whitening().fit(X))
    whole, parts = (bouton.NonlinearHebbian(**given.get_params()) for _ in range(2))
    expected = whole.partial_fit(X).transform(X)
    np.testing.assert_array_equal(parts.partial_fit(X[:1]).partial_fit(X[1:]).transform(X), expected)
    with pytest.raises(InputError, match="fitted to data of 5 features"):
        given.fit(X[:, :5])


def test_a_mean_of_the_wrong_shape_is_refused():
    with pytest.raises(InputError, match="mean must be 6 finite numbers"):
        bouton.CorrelationInvariant(3, mean=[1.0, 2.0]).fit(X)
