"""Any circuit as a scikit-learn estimator."""

import pickle
from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import estimator_checks_generator

import bouton
from bouton import CircuitFeatures, OnlineManifoldTiling
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import Dense, Oja, Synapses
from bouton.similarity import DeepSimilarityMatching, ManifoldTilingNetwork

ROWS = np.random.default_rng(0).normal(size=(400, 4)) * [3.0, 1.0, 1.0, 1.0] + 2.0


class OjaState(NamedTuple):
    weights: jax.Array


class OjaInfo(NamedTuple):
    y: jax.Array


class OjaNeuron(Circuit[OjaState, OjaInfo]):
    """What a user may write: one neuron, one rule, and no objective."""

    n_inputs: int = eqx.field(static=True)
    rate: float = 0.01

    @property
    def synapses(self):
        return Synapses(Dense(self.n_inputs, 1), Oja(self.rate))

    @property
    def event(self):
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key):
        return OjaState(0.1 * jax.random.normal(key, (1, self.n_inputs)))

    def respond(self, state, x):
        return self.synapses.drive(state.weights, x)

    def step(self, key, state, x):
        y = self.respond(state, x)
        return OjaState(self.synapses.update(state.weights, x, y)), OjaInfo(y)


class Scalar(OjaNeuron):
    """A circuit whose response is one number."""

    def respond(self, state, x):
        return super().respond(state, x)[0]

    def step(self, key, state, x):
        y = super().respond(state, x)
        return OjaState(self.synapses.update(state.weights, x, y)), OjaInfo(y)


TILING = partial(ManifoldTilingNetwork, n_outputs=3)


def checks():
    for estimator in (CircuitFeatures(OjaNeuron, centre=True), CircuitFeatures(TILING, minimise=True)):
        for own, check in estimator_checks_generator(estimator):
            yield pytest.param(own, check, id=f"{estimator.minimise}-{check.func.__name__}")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(("estimator", "check"), list(checks()))
def test_scikit_learn_agrees(estimator, check):
    check(estimator)


def test_a_fit_is_a_run_of_the_circuit_over_centred_rows():
    model = CircuitFeatures(OjaNeuron(4), centre=True, epochs=2, random_state=3).fit(ROWS)
    centred = ROWS - ROWS.mean(axis=0)
    run = bouton.run(OjaNeuron(4), centred, key=jax.random.key(3), epochs=2, shuffle=True)
    np.testing.assert_array_equal(model.state_.weights, run.state.weights)
    np.testing.assert_array_equal(model.transform(ROWS), run.respond(centred))
    np.testing.assert_allclose(model.mean_, ROWS.mean(axis=0))
    assert abs(model.state_.weights[0, 0]) > 0.95
    assert not np.any(CircuitFeatures(OjaNeuron(4)).fit(ROWS).mean_)


def test_chunks_clones_and_pickles_are_those_of_every_estimator():
    model = CircuitFeatures(OjaNeuron(4), random_state=1)
    whole = model.partial_fit(ROWS).transform(ROWS)
    parts = clone(model).partial_fit(ROWS[:100])
    parts = pickle.loads(pickle.dumps(parts)).partial_fit(ROWS[100:])
    np.testing.assert_array_equal(parts.transform(ROWS), whole)
    assert parts.get_params()["circuit"] == OjaNeuron(4)


def test_the_score_is_the_circuits_own_objective_where_it_has_one():
    model = CircuitFeatures(TILING, random_state=0, minimise=True).fit(ROWS - 2)
    assert model.score(ROWS - 2) == -model.circuit_.objective(model.state_, ROWS - 2)
    named = OnlineManifoldTiling(3, offset=0.7, input_power=1.0, random_state=0).fit(ROWS - 2)
    assert model.score(ROWS - 2) == named.score(ROWS - 2)
    assert model.set_params(minimise=False).score(ROWS - 2) == -named.score(ROWS - 2)
    assert not hasattr(CircuitFeatures(OjaNeuron(4)).fit(ROWS), "score")
    with pytest.raises(NotFittedError):
        CircuitFeatures(TILING(4)).score(ROWS)


@pytest.mark.thorough
def test_an_objective_of_parts_counts_as_their_sum():
    sheet = bouton.plasticity.Sheet((2, 2, 1), 1, 1.0, 2)
    model = CircuitFeatures(DeepSimilarityMatching([sheet]), minimise=True, random_state=0).fit(ROWS / 10)
    assert model.score(ROWS / 10) == -model.circuit_.objective(model.state_, ROWS / 10).total


def test_a_response_of_one_number_is_one_column():
    model = CircuitFeatures(Scalar(4), random_state=0).fit(ROWS)
    assert model.transform(ROWS).shape == (400, 1)
    assert list(model.get_feature_names_out()) == ["circuitfeatures0"]


def test_a_circuit_for_other_data_is_refused():
    with pytest.raises(InputError, match=r"OjaNeuron takes events of shape \(5,\), while a row of X has shape \(4,\)"):
        CircuitFeatures(OjaNeuron(5)).fit(ROWS)
