"""The networks with one learning rate per neuron: fixed points, optimality of every answer, the linear limit."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.data import spectrum_gaussian
from bouton.dynamics import CoordinateDescent, Identity
from bouton.errors import InputError
from bouton.similarity import CumulativeState, PrincipalSubspaceNetwork, SNMFNetwork, SparseDictionaryNetwork

LINEAR = CoordinateDescent(tolerance=1e-14, max_sweeps=5000, transfer=Identity())


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


def features_of(state):
    return np.linalg.solve(np.eye(len(state.lateral)) + state.lateral, state.feedforward)


@eqx.filter_jit
def step_each(circuit, state, data):
    """The states after one step from the same state, for each sample."""
    return jax.vmap(lambda x: circuit.step(jax.random.key(0), state, x)[0])(data)


def learned_state(seed, m, n):
    """A state that a network can be in: lateral weights and cumulative activities of one matrix N."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(m, m))
    products = root @ root.T + 0.5 * np.eye(m)
    activity = np.diag(products)
    lateral = products / activity[:, None] * (1 - np.eye(m))
    return CumulativeState(*map(jnp.asarray, (rng.normal(size=(m, n)), lateral, activity)))


def test_the_start_has_weight_vectors_of_unit_length():
    start = PrincipalSubspaceNetwork(10, 3).init(jax.random.key(1))
    np.testing.assert_allclose(np.linalg.norm(start.feedforward, axis=1), 1, rtol=1e-12)


@pytest.mark.thorough
def test_without_rectifier_symmetric_nmf_is_the_principal_subspace_network():
    data, _ = spectrum_gaussian(n_samples=150, seed=3)
    linear = PrincipalSubspaceNetwork(10, 3, initial_activity=5.0)
    rectifying = SNMFNetwork(10, 3, start="random", initial_activity=5.0, dynamics=LINEAR)
    first, second = (bouton.run(each, data, key=jax.random.key(2), record={"y": 1}) for each in (linear, rectifying))
    np.testing.assert_allclose(first.recordings["y"].values, second.recordings["y"].values, atol=1e-10)
    np.testing.assert_allclose(first.state.lateral, second.state.lateral, atol=1e-10)


@pytest.mark.thorough
@pytest.mark.parametrize("forgetting", [1.0, 0.9998])
def test_the_principal_subspace_is_found_with_orthonormal_features(forgetting):
    data, directions = spectrum_gaussian(n_samples=20_000, seed=0)
    run = bouton.run(PrincipalSubspaceNetwork(10, 3, forgetting=forgetting), data, key=jax.random.key(0))
    features = features_of(run.state)
    basis, _ = np.linalg.qr(features.T)
    assert 2 * (3 - np.linalg.norm(basis.T @ directions[:, :3]) ** 2) < 1e-3
    np.testing.assert_allclose(features @ features.T, np.eye(3), atol=0.02)


def test_forgetting_follows_a_subspace_that_moves():
    before, _ = spectrum_gaussian(n_samples=5000, seed=0)
    after, directions = spectrum_gaussian(n_samples=5000, seed=1)
    errors = []
    for forgetting in (1.0, 0.998):
        circuit = PrincipalSubspaceNetwork(10, 3, forgetting=forgetting)
        state = bouton.run(circuit, np.concatenate([before, after]), key=jax.random.key(0)).state
        basis, _ = np.linalg.qr(features_of(state).T)
        errors.append(2 * (3 - np.linalg.norm(basis.T @ directions[:, :3]) ** 2))
    assert errors[1] < 0.05 < errors[0]


@pytest.mark.thorough
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_any_basis_of_the_principal_subspace_is_at_rest(seed):
    with jax.enable_x64(True):
        rng = np.random.default_rng(seed)
        data = rng.normal(size=(40, 5)) * [3.0, 2.0, 1.0, 0.5, 0.1]
        directions = np.linalg.eigh(data.T @ data / 40)[1][:, -2:]
        rotation = np.linalg.qr(rng.normal(size=(2, 2)))[0]
        answers = data @ directions @ rotation.T
        power = (answers**2).mean(0)
        weights = answers.T @ data / 40 / power[:, None]
        lateral = answers.T @ answers / 40 / power[:, None] * (1 - np.eye(2))
        # So slow that a sample hardly changes its own learning rate.
        activity = 1e6 * power
        state = CumulativeState(*map(jnp.asarray, (weights, lateral, activity)))
        circuit = PrincipalSubspaceNetwork(5, 2)
        np.testing.assert_allclose(bouton.respond(circuit, state, data), answers, atol=1e-10)
        after, _ = jax.jit(jax.vmap(circuit.step, in_axes=(None, None, 0)))(jax.random.key(0), state, jnp.asarray(data))
        change = (np.asarray(after.feedforward) - weights).mean(0) * activity[:, None]
        np.testing.assert_allclose(change, 0, atol=1e-4)
        features = features_of(state)
        np.testing.assert_allclose(features @ features.T, np.eye(2), atol=1e-9)


@pytest.mark.thorough
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), threshold=st.sampled_from([0.0, 0.2, 1.0, 50.0]))
def test_every_answer_behind_a_threshold_is_optimal(seed, threshold):
    with jax.enable_x64(True):
        state, x = learned_state(seed, 6, 4), np.random.default_rng(seed + 1).normal(size=4)
        circuit = SparseDictionaryNetwork(4, 6, threshold=threshold, tolerance=1e-14, max_sweeps=5000)
        y = bouton.respond(circuit, state, x[None])[0]
        potential = np.asarray(state.feedforward) @ x - np.asarray(state.lateral) @ y
        np.testing.assert_allclose(y, np.sign(potential) * np.maximum(np.abs(potential) - threshold, 0), atol=1e-9)
        # The same as a statement about the energy: its slope is within the threshold where a neuron is silent.
        activity = np.asarray(state.cumulative_activity)
        slope = activity * (y + np.asarray(state.lateral) @ y - np.asarray(state.feedforward) @ x)
        assert np.all(np.abs(slope) <= threshold * activity + 1e-8)
        np.testing.assert_allclose(slope[y != 0], (-threshold * activity * np.sign(y))[y != 0], atol=1e-8)


@pytest.mark.thorough
def test_a_threshold_of_zero_leaves_the_linear_network():
    data, _ = spectrum_gaussian(n_samples=100, seed=3)
    linear = PrincipalSubspaceNetwork(10, 3)
    sparse = SparseDictionaryNetwork(10, 3, threshold=0.0, tolerance=1e-14, max_sweeps=5000)
    first, second = (bouton.run(each, data, key=jax.random.key(2), record={"y": 1}) for each in (sparse, linear))
    np.testing.assert_allclose(first.recordings["y"].values, second.recordings["y"].values, atol=1e-9)


@pytest.mark.thorough
def test_weights_are_the_accumulated_products():
    data = np.random.default_rng(0).normal(size=(120, 6))
    circuit = SparseDictionaryNetwork(6, 4, threshold=0.5)
    start = circuit.init(jax.random.key(0))
    run = bouton.run(circuit, data, key=jax.random.key(0), record={"y": 1})
    answers, activity = run.recordings["y"].values, np.asarray(run.state.cumulative_activity)
    np.testing.assert_allclose(activity, 10 + (answers**2).sum(0), rtol=1e-12)
    expected = 10 * np.asarray(start.feedforward) + answers.T @ data
    np.testing.assert_allclose(activity[:, None] * run.state.feedforward, expected, atol=1e-10)
    products = answers.T @ answers * (1 - np.eye(4))
    np.testing.assert_allclose(activity[:, None] * run.state.lateral, products, atol=1e-10)


@pytest.mark.thorough
def test_sparse_causes_are_found():
    rng = np.random.default_rng(1)
    mixing = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    sources = rng.laplace(size=(8000, 8)) * (rng.random((8000, 8)) < 0.15)
    run = bouton.run(SparseDictionaryNetwork(8, 8, threshold=0.2), sources @ mixing.T, key=jax.random.key(0))
    answers = run.respond(sources @ mixing.T)
    correlation = np.abs(np.corrcoef(answers[4000:].T, sources[4000:].T)[:8, 8:])
    assert np.median(correlation.max(axis=0)) > 0.9


def test_bad_parameters_are_refused():
    for options, words in (
        ({"n_inputs": True}, "n_inputs must be an integer of at least 1, got True"),
        ({"forgetting": 1.1}, r"forgetting must lie in \(0, 1\], got 1.1"),
        ({"initial_activity": 0.0}, "initial_activity must be positive"),
        ({"threshold": -0.1}, "threshold must be at least 0"),
    ):
        with pytest.raises(InputError, match=words):
            SparseDictionaryNetwork(**{"n_inputs": 3, "n_outputs": 2} | options)
