"""The estimator of correlation-invariant neurons: centring, scale, warnings; the model on the command line."""

import pickle

import jax
import numpy as np
import pytest

import bouton
from bouton import CorrelationInvariant
from bouton.models import learn

RNG = np.random.default_rng(0)
LATENT = 3.0 * (RNG.random(20_000) < 0.1)
X = np.outer(LATENT, [1, 1, 0]) + np.outer(3 * RNG.normal(size=20_000), [0, 1, 1]) + 0.3 * RNG.normal(size=(20_000, 3))


def found(answers):
    return max(np.corrcoef(answer, LATENT)[0, 1] for answer in answers.T)


@pytest.mark.thorough
def test_it_finds_what_the_covariance_hides_at_any_scale_and_mean():
    for rows in (X, 1e-3 * X, X + 50):
        assert found(CorrelationInvariant(3, random_state=0).fit(rows).transform(rows)) > 0.95
    assert found(CorrelationInvariant(3, rule="oja", random_state=0).fit(X).transform(X)) < 0.5


def test_fit_is_a_run_of_the_circuit_on_centred_rows():
    rows = X[:2000]
    model = CorrelationInvariant(2, epochs=2, random_state=3).fit(rows)
    run = bouton.run(model.circuit_, rows - rows.mean(axis=0), key=jax.random.key(3), epochs=2, shuffle=True)
    np.testing.assert_array_equal(model.components_, run.state.feedforward)
    expected = np.maximum((rows - model.mean_) @ model.components_.T, 0)
    np.testing.assert_allclose(model.transform(rows), expected, atol=1e-4)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).transform(rows), model.transform(rows))
    before = model.components_
    assert model.partial_fit(rows[:100]).n_samples_seen_ == 4100
    assert not np.array_equal(before, model.components_)


def test_silent_neurons_are_told():
    rows = X[:8000]
    model = CorrelationInvariant(2, epochs=1, averaging_time=100, random_state=0).fit(rows)
    model.state_ = model.circuit_.start(0 * model.state_.feedforward)
    with pytest.warns(UserWarning, match="2 of 2 neurons have fallen silent"):
        model.partial_fit(rows)


def test_the_model_of_the_command_line_takes_the_mean_off(tmp_path):
    np.save(tmp_path / "rows.npy", X + 50)
    done = learn(
        tmp_path / "rows.npy", tmp_path / "out", model="correlation-invariant", components=3, averaging_time=500
    )
    assert done.circuit.input_deviation == pytest.approx(np.sqrt(X.var(axis=0).mean()), rel=1e-5)
    assert found(done.respond((X - X.mean(axis=0)).astype(np.float32))) > 0.95
