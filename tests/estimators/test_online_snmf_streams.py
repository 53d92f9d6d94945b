import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from bouton import OnlineSNMF
from bouton.engine import Circuit, chunk
from bouton.errors import InputError
from bouton.estimators import CircuitTransformer
from bouton.similarity import SNMFState

ROWS = np.random.default_rng(0).normal(size=(1500, 5)) * [3.0, 2.0, 1.0, 1.0, 0.5]


def same_bits(first, second):
    return all(
        np.asarray(a).tobytes() == np.asarray(b).tobytes()
        for a, b in zip(jax.tree.leaves(first.state_), jax.tree.leaves(second.state_), strict=True)
    )


@pytest.mark.thorough
@pytest.mark.parametrize("start", ["silent", "random"])
@settings(max_examples=8, deadline=None)
@given(cuts=st.lists(st.integers(1, 1499), max_size=5, unique=True))
def test_chunks_of_any_size_give_the_bits_of_one_pass(start, cuts):
    parameters = {"rank_penalty": 60.0, "start": start, "forgetting": 0.999, "random_state": 7}
    whole = OnlineSNMF(6, shuffle=False, **parameters).fit(ROWS)
    streamed = OnlineSNMF(6, **parameters)
    for part in np.split(ROWS, sorted(cuts)):
        streamed.partial_fit(part)
    assert same_bits(whole, streamed)
    assert whole.n_samples_seen_ == streamed.n_samples_seen_ == 1500


class NoisyAverage(Circuit):
    """A running mean with noise from the key of each step: it shows whether steps are numbered on."""

    @property
    def event(self):
        return jax.ShapeDtypeStruct((5,), jnp.result_type(float))

    def init(self, key):
        return {"mean": jnp.zeros(5)}

    def respond(self, state, x):
        return x - state["mean"]

    def step(self, key, state, x):
        mean = state["mean"] + 0.1 * (x - state["mean"]) + jax.random.normal(key, (5,))
        return {"mean": mean}, {"y": x - mean}


class Whitener(CircuitTransformer):
    """The least that an estimator needs."""

    def __init__(self, epochs=1, shuffle=True, random_state=None, verbose=False):
        self.epochs, self.shuffle, self.random_state, self.verbose = epochs, shuffle, random_state, verbose

    def _circuit(self, n_features):
        return NoisyAverage()


def test_any_circuit_becomes_an_estimator_and_draws_on_from_where_it_was():
    whole = Whitener(shuffle=False, random_state=1).fit(ROWS)
    streamed = Whitener(random_state=1).partial_fit(ROWS[:700]).partial_fit(ROWS[700:])
    assert same_bits(whole, streamed)
    np.testing.assert_array_equal(whole.transform(ROWS[:3]), streamed.transform(ROWS[:3]))
    assert list(whole.get_feature_names_out()) == [f"whitener{i}" for i in range(5)]


@pytest.mark.thorough
def test_two_programs_serve_chunks_of_all_lengths():
    rng = np.random.default_rng(1)
    before = chunk.advance._cache_size()
    model = OnlineSNMF(7, rank_penalty=60.0, random_state=0)
    for length in np.concatenate([[1, 1100], rng.integers(1, 60, 188), rng.integers(100, 1500, 10)]):
        model.partial_fit(ROWS[:length])
    assert chunk.advance._cache_size() - before == 2


def test_epochs_are_passes_over_the_rows():
    twice = OnlineSNMF(4, rank_penalty=60.0, shuffle=False, epochs=2, random_state=0).fit(ROWS)
    again = OnlineSNMF(4, rank_penalty=60.0, random_state=0).partial_fit(ROWS).partial_fit(ROWS)
    assert same_bits(twice, again)
    shuffled = OnlineSNMF(4, rank_penalty=60.0, epochs=2, random_state=0).fit(ROWS)
    assert not same_bits(twice, shuffled)


def test_fit_starts_anew():
    model = OnlineSNMF(4, rank_penalty=60.0, random_state=0)
    assert same_bits(model.fit(ROWS), OnlineSNMF(4, rank_penalty=60.0, random_state=0).fit(ROWS[::-1]).fit(ROWS))


def test_parameters_may_change_on_the_way_unless_the_state_does_not_fit():
    model = OnlineSNMF(4, rank_penalty=60.0, random_state=0).partial_fit(ROWS[:500])
    model.set_params(forgetting=0.9, rank_penalty="auto").partial_fit(ROWS[500:])
    assert model.circuit_.forgetting == 0.9
    assert model.n_samples_seen_ == 1500
    model.set_params(n_components=5)
    with pytest.raises(InputError, match=r"parameters of this OnlineSNMF were changed since it was fitted.*call fit"):
        model.partial_fit(ROWS)
    assert model.transform(ROWS[:2]).shape == (2, 4)


def test_nothing_is_answered_before_anything_is_learned():
    for method in ("transform", "predict", "score"):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            getattr(OnlineSNMF(), method)(ROWS)


def test_a_chunk_that_is_refused_leaves_the_model_as_it_was():
    model = OnlineSNMF(4, rank_penalty=60.0, random_state=0).partial_fit(ROWS[:500])
    before = jax.tree.map(np.array, model.state_)
    spoiled = ROWS.copy()
    spoiled[1400, 2] = np.nan
    with pytest.raises(InputError, match="row 1400 of X holds NaN in column 2"):
        model.partial_fit(spoiled)
    assert isinstance(before, SNMFState)
    np.testing.assert_array_equal(before.feedforward, model.components_)
    assert model.n_samples_seen_ == 500
