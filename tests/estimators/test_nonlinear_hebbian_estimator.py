"""The estimator of nonlinear Hebbian neurons: whitening, warnings, what it answers."""

import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.decomposition import FastICA

import bouton
from bouton import NonlinearHebbian
from bouton.data import load_digits
from bouton.errors import InputError
from bouton.features import NonlinearHebbianNeurons, nonlinearity

RNG = np.random.default_rng(0)
SOURCES = RNG.laplace(size=(8000, 4)) / np.sqrt(2)
X = SOURCES @ RNG.normal(size=(4, 4)) + 5


@pytest.mark.thorough
def test_it_finds_the_components_of_fast_ica():
    model = NonlinearHebbian(6, nonlinearity="negative-sigmoid", learning_rate=0.005, epochs=30, random_state=0).fit(X)
    ica = FastICA(fun="logcosh", whiten="unit-variance", random_state=0).fit(X)
    rows = [each / np.linalg.norm(each, axis=1, keepdims=True) for each in (model.components_, ica.components_)]
    assert np.abs(rows[0] @ rows[1].T).max(axis=1).min() > 0.98


@pytest.mark.thorough
def test_answers_are_rates_of_whitened_drives():
    model = NonlinearHebbian(3, nonlinearity="quadratic-rectifier", random_state=0).fit(X)
    drives = (X - model.mean_) @ model.components_.T
    np.testing.assert_allclose(model.transform(X), np.maximum(drives - 0.5, 0), atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(model.whitened_components_, axis=1), 1, rtol=1e-5)
    expected = np.mean(nonlinearity("quadratic-rectifier").objective(jnp.asarray(drives, jnp.float32)))
    assert model.score(X) == pytest.approx(float(expected), rel=1e-3)
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.transform(X), model.transform(X))


def test_fit_is_a_run_of_the_circuit_on_white_rows():
    model = NonlinearHebbian(2, nonlinearity="cubic", epochs=2, random_state=3).fit(X)
    circuit = NonlinearHebbianNeurons(4, 2, "cubic", learning_rate=1e-3)
    white = model.whitening_.transform(X)
    run = bouton.run(circuit, white, key=jax.random.key(3), epochs=2, shuffle=True)
    np.testing.assert_array_equal(model.whitened_components_, run.state.feedforward)
    before = model.components_
    assert model.partial_fit(X[:500]).n_samples_seen_ == 16_500
    assert not np.array_equal(model.components_, before)


def test_data_that_cannot_be_whitened_are_refused_with_advice():
    digits = load_digits().data
    with pytest.raises(InputError, match=r"cannot be whitened in 64; ask for n_components=61"):
        NonlinearHebbian(2).fit(digits)
    model = NonlinearHebbian(2, n_whitened=40, epochs=1, random_state=0).fit(digits)
    assert model.components_.shape == (2, 64)
    with pytest.raises(InputError, match="n_samples=1"):
        NonlinearHebbian(2).fit(X[:1])


def test_warnings_say_what_to_do():
    stretched = SOURCES * [10, 1, 1, 1]
    with pytest.warns(UserWarning, match="the data are not white .* give whiten=True"):
        NonlinearHebbian(2, whiten=False, epochs=1, random_state=0).fit(stretched)
    with pytest.warns(UserWarning, match="none of 4096 samples reaches"):
        NonlinearHebbian(2, nonlinearity=lambda u: jnp.maximum(u - 50, 0), epochs=1, random_state=0).fit(X)


@pytest.mark.thorough
def test_with_inhibition_the_components_differ():
    model = NonlinearHebbian(4, inhibition=True, learning_rate=0.005, random_state=0).fit(X)
    # Rectifying neurons of opposite sign are never active together: only the same sign counts.
    overlaps = model.whitened_components_ @ model.whitened_components_.T - np.eye(4)
    assert overlaps.max() < 0.9
    assert model.transform(X).min() >= 0
