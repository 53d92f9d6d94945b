"""The whitening network: its fixed point, what it converges to, how it scales."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.data import nonnegative_mixture, spectrum_gaussian
from bouton.errors import InputError
from bouton.plasticity import LearningRate
from bouton.similarity import WhiteningNetwork, WhiteningState


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


@pytest.mark.thorough
def test_the_start_is_of_unit_length_and_the_mean_is_that_of_the_samples():
    data = np.random.default_rng(0).normal(size=(150, 4)) + 2
    circuit = WhiteningNetwork(4, 3)
    start = circuit.init(jax.random.key(1))
    np.testing.assert_allclose(np.linalg.norm(start.feedforward, axis=1), 1, rtol=1e-12)
    np.testing.assert_array_equal(start.interneuron, np.eye(3))
    state = bouton.run(circuit, data, key=jax.random.key(1)).state
    np.testing.assert_allclose(state.mean_input, data.mean(axis=0), rtol=1e-12)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_any_whitening_of_the_principal_subspace_is_at_rest(seed):
    with jax.enable_x64(True):
        rng = np.random.default_rng(seed)
        data = rng.normal(size=(40, 5)) * [3.0, 2.0, 1.0, 0.5, 0.1]
        variances, directions = np.linalg.eigh(data.T @ data / 40)
        values, vectors = variances[-2:], directions[:, -2:]
        first, second = (np.linalg.qr(rng.normal(size=(2, 2)))[0] for _ in range(2))
        # G'G has the variances as eigenvalues, and F their roots as singular values.
        interneuron = first @ np.diag(np.sqrt(values)) @ second.T
        weights = second @ np.diag(np.sqrt(values)) @ vectors.T
        h = data @ np.linalg.solve(interneuron.T @ interneuron, weights).T
        np.testing.assert_allclose(h.T @ h / 40, np.eye(2), atol=1e-9)
        np.testing.assert_allclose(h.T @ data / 40, weights, atol=1e-9)
        state = WhiteningState(*map(jnp.asarray, (weights, interneuron, np.zeros(5))), jnp.zeros((), jnp.int32))
        np.testing.assert_allclose(bouton.respond(WhiteningNetwork(5, 2), state, data), h, atol=1e-9)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [0, 1])
def test_the_answers_have_unit_covariance(seed):
    data, _, _ = nonnegative_mixture(3, n_samples=30_000, seed=seed)
    answers = bouton.run(WhiteningNetwork(3, 3), data, key=jax.random.key(seed)).respond(data)
    np.testing.assert_allclose(np.cov(answers.T), np.eye(3), atol=0.05)
    # The mean is kept, as a linear map keeps it.
    assert np.all(np.linalg.norm(answers.mean(axis=0)) > 0.1)


@pytest.mark.thorough
def test_fewer_neurons_whiten_the_principal_subspace():
    data, directions = spectrum_gaussian(n_samples=20_000, seed=0)
    run = bouton.run(WhiteningNetwork(10, 3, input_variance=0.1), data + 1, key=jax.random.key(0))
    np.testing.assert_allclose(np.cov(run.respond(data + 1).T), np.eye(3), atol=0.05)
    unmix = np.linalg.solve(run.state.interneuron.T @ run.state.interneuron, run.state.feedforward)
    basis, _ = np.linalg.qr(unmix.T)
    assert 2 * (3 - np.linalg.norm(basis.T @ directions[:, :3]) ** 2) < 1e-3


@pytest.mark.thorough
def test_a_rate_that_stays_follows_a_mean_that_moves():
    rng = np.random.default_rng(0)
    data = np.concatenate([rng.normal(size=(3000, 2)), rng.normal(size=(3000, 2)) + 20])
    circuit = WhiteningNetwork(2, 2, learning_rate=LearningRate(0.01, 0.01, floor=2e-3))
    run = bouton.run(circuit, data, key=jax.random.key(0))
    np.testing.assert_allclose(run.state.mean_input, 20, atol=0.3)


@pytest.mark.thorough
def test_scaling_the_input_leaves_the_answers():
    data = np.random.default_rng(0).normal(size=(60, 4)) + 1
    small, large = (
        bouton.run(WhiteningNetwork(4, 3, input_variance=s**2), s * data, key=jax.random.key(0), record={"y": 1})
        for s in (1.0, 4.0)
    )
    np.testing.assert_allclose(large.recordings["y"].values, small.recordings["y"].values, rtol=1e-12, atol=1e-12)


def test_bad_parameters_are_refused():
    with pytest.raises(InputError, match="input_variance must be positive"):
        WhiteningNetwork(3, 3, input_variance=0.0)
    with pytest.raises(InputError, match="n_outputs must be an integer of at least 1, got 0"):
        WhiteningNetwork(3, 0)
