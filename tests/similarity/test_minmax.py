"""The min-max networks against what holds exactly: their gradients, fixed points, optimality, symmetries."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

import bouton
from bouton.data import spectrum_gaussian
from bouton.dynamics import CoordinateDescent, Identity
from bouton.errors import InputError
from bouton.plasticity import LearningRate
from bouton.similarity import (
    MinMaxState,
    NonnegativeSimilarityMatching,
    SimilarityMatching,
    SNMFNetwork,
    SNMFState,
)

TIGHT = CoordinateDescent(tolerance=1e-14, max_sweeps=5000)
LINEAR = CoordinateDescent(tolerance=1e-14, max_sweeps=5000, transfer=Identity())
SPECTRUM = (4.5, 3.5, 1.0, *[0.01] * 7)


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


def random_state(seed, m, n):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(m, m))
    weights, lateral = rng.normal(size=(m, n)), root @ root.T / m + 0.5 * np.eye(m)
    return MinMaxState(jnp.asarray(weights), jnp.asarray(lateral), jnp.asarray(3, jnp.int32))


@eqx.filter_jit
def step_each(circuit, state, data):
    """The states after one step from the same state, for each sample."""
    return jax.vmap(lambda x: circuit.step(jax.random.key(0), state, x)[0])(data)


def networks(m, n, **options):
    return (
        SimilarityMatching(n, m, **options),
        NonnegativeSimilarityMatching(n, m, leak=0.3, threshold=0.1, dynamics=TIGHT, **options),
    )


def test_samples_are_counted():
    data, _ = spectrum_gaussian(SPECTRUM, n_samples=200, seed=0)
    assert int(bouton.run(SimilarityMatching(10, 3), data, key=jax.random.key(1)).state.n_samples) == 200


def test_the_start_has_the_published_variances():
    state = SimilarityMatching(400, 50, input_power=3.0).init(jax.random.key(0))
    np.testing.assert_array_equal(state.lateral, 3 * np.eye(50))
    assert np.var(np.asarray(state.feedforward)) == pytest.approx(9 / 400, rel=0.05)


def objective(circuit, state, x, leak=0.0, threshold=0.0):
    """The objective of one sample, with the answer that minimises it: Tr(2 W W' - M M') + min over y."""
    w, m = state.feedforward, state.lateral
    y = circuit.settle(state, x).activity
    game = jnp.trace(2 * w @ w.T - m @ m.T)
    return game - 4 * y @ (w @ x - threshold) + 2 * y @ (m + leak * jnp.eye(len(y))) @ y


@pytest.mark.thorough
@pytest.mark.parametrize("kind", [0, 1])
def test_learning_follows_the_gradients_of_the_game(kind):
    circuit = networks(2, 3, learning_rate=0.05, lateral_time_scale=0.7)[kind]
    terms = ({}, {"leak": 0.3, "threshold": 0.1})[kind]
    state, x = random_state(4, 2, 3), jnp.array([1.5, -0.5, 1.0])
    after, info = circuit.step(jax.random.key(0), state, x)
    assert np.any(info.y != 0)
    value, step = jax.jit(lambda state: objective(circuit, state, x, **terms)), 1e-5

    def slope(field, i, j):
        def moved(by):
            return value(state._replace(**{field: getattr(state, field).at[i, j].add(by)}))

        return float(moved(step) - moved(-step)) / (2 * step)

    downhill = [[slope("feedforward", i, j) for j in range(3)] for i in range(2)]
    uphill = [[slope("lateral", i, j) for j in range(2)] for i in range(2)]
    np.testing.assert_allclose(after.feedforward - state.feedforward, -0.05 / 2 * np.array(downhill), atol=1e-9)
    np.testing.assert_allclose(after.lateral - state.lateral, 0.05 / 0.7 / 2 * np.array(uphill), atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_principal_subspace_is_where_the_linear_network_rests(seed):
    with jax.enable_x64(True):
        rng = np.random.default_rng(seed)
        data = rng.normal(size=(40, 5)) * [3.0, 2.0, 1.0, 0.5, 0.1]
        variances, directions = np.linalg.eigh(data.T @ data / 40)
        values, vectors = variances[-2:], directions[:, -2:]
        rotation = np.linalg.qr(rng.normal(size=(2, 2)))[0]
        weights, lateral = rotation @ np.diag(values) @ vectors.T, rotation @ np.diag(values) @ rotation.T
        state = MinMaxState(jnp.asarray(weights), jnp.asarray(lateral), jnp.zeros((), jnp.int32))
        circuit = SimilarityMatching(5, 2)
        after = step_each(circuit, state, jnp.asarray(data))
        np.testing.assert_allclose(after.feedforward.mean(0), weights, atol=1e-10 * values.max())
        np.testing.assert_allclose(after.lateral.mean(0), lateral, atol=1e-10 * values.max())


def test_the_linear_network_finds_the_principal_subspace():
    data, directions = spectrum_gaussian(SPECTRUM, n_samples=20_000, seed=0)
    run = bouton.run(SimilarityMatching(10, 3), data, key=jax.random.key(0))
    features = np.linalg.solve(run.state.lateral, run.state.feedforward)
    basis, _ = np.linalg.qr(features.T)
    assert 2 * (3 - np.linalg.norm(basis.T @ directions[:, :3]) ** 2) < 1e-4
    np.testing.assert_allclose(features @ features.T, np.eye(3), atol=0.01)
    variances = np.linalg.eigvalsh(data.T @ data / len(data))[::-1][:3]
    np.testing.assert_allclose(np.linalg.eigvalsh(run.state.lateral)[::-1], variances, rtol=0.05)
    np.testing.assert_allclose(np.linalg.svd(run.state.feedforward)[1], variances, rtol=0.05)


def test_settling_neuron_by_neuron_and_solving_are_the_same():
    data, _ = spectrum_gaussian(SPECTRUM, n_samples=100, seed=2)
    answers = [
        bouton.run(circuit, data, key=jax.random.key(0), record={"y": 1}).recordings["y"].values
        for circuit in (SimilarityMatching(10, 3), SimilarityMatching(10, 3, dynamics=LINEAR))
    ]
    np.testing.assert_allclose(*answers, atol=1e-10)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), leak=st.sampled_from([0.0, 0.2]), threshold=st.sampled_from([0.0, 0.3]))
def test_every_answer_of_rectifying_neurons_is_optimal(seed, leak, threshold):
    with jax.enable_x64(True):
        state, x = random_state(seed, 6, 4), np.random.default_rng(seed + 1).normal(size=4)
        circuit = NonnegativeSimilarityMatching(4, 6, leak=leak, threshold=threshold, dynamics=TIGHT)
        y = bouton.respond(circuit, state, x[None])[0]
        interaction = np.asarray(state.lateral) + leak * np.eye(6)
        drive = np.asarray(state.feedforward) @ x - threshold
        gradient = interaction @ y - drive
        assert np.all(y >= 0)
        assert np.all(gradient >= -1e-10)
        assert np.all(np.abs(gradient[y > 0]) <= 1e-10)
        root = np.linalg.cholesky(interaction)
        np.testing.assert_allclose(y, nnls(root.T, np.linalg.solve(root, drive))[0], atol=1e-9)


@pytest.mark.thorough
def test_with_one_over_time_as_rate_weights_are_means_and_the_network_is_symmetric_nmf():
    rng = np.random.default_rng(0)
    data = rng.exponential(size=(80, 5)) * (rng.random((80, 5)) < 0.6) + 0.1
    circuit = NonnegativeSimilarityMatching(5, 3, learning_rate=LearningRate(0.5, decay=1.0), dynamics=TIGHT)
    # All neurons answer the first sample: one that did not would have lost its weights to it.
    start = circuit.init(jax.random.key(0))._replace(feedforward=jnp.asarray(rng.uniform(0.5, 1, size=(3, 5))))
    run = bouton.run(circuit, data, key=jax.random.key(0), state=start, record={"y": 1})
    answers = run.recordings["y"].values
    assert np.all(answers[0] > 0)
    np.testing.assert_allclose(run.state.feedforward, answers.T @ data / 80, atol=1e-12)
    np.testing.assert_allclose(run.state.lateral, answers.T @ answers / 80, atol=1e-12)

    products, activity = answers.T @ answers, (answers**2).sum(0)
    lateral = products / activity[:, None] * (1 - np.eye(3))
    weights, none = answers.T @ data / activity[:, None], jnp.zeros(())
    same = SNMFState(
        jnp.asarray(weights), jnp.asarray(lateral), jnp.asarray(activity), jnp.zeros(3, jnp.int32), none, none
    )
    expected = bouton.respond(SNMFNetwork(5, 3, dynamics=TIGHT), same, data)
    np.testing.assert_allclose(run.respond(data), expected, atol=1e-10)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", [0, 1])
def test_scaling_the_input_scales_the_answers(kind):
    data = np.random.default_rng(0).normal(size=(60, 4))
    one = networks(3, 4)[kind]
    changes = {"input_power": 4.0} | ({"leak": 4 * 0.3, "threshold": 8 * 0.1} if kind else {})
    two = type(one)(4, 3, dynamics=one.dynamics, **changes)
    small, large = (
        bouton.run(circuit, scale * data, key=jax.random.key(0), record={"y": 1})
        for circuit, scale in ((one, 1), (two, 2))
    )
    # A power of two changes exponents alone: the same to the bit, but for the rounding of leak and threshold.
    np.testing.assert_allclose(large.recordings["y"].values, 2 * small.recordings["y"].values, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(large.state.lateral, 4 * small.state.lateral, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", [0, 1])
def test_turning_the_inputs_and_renaming_the_neurons_changes_nothing_else(kind):
    circuit, rng = networks(3, 4)[kind], np.random.default_rng(5)
    data, turn = rng.normal(size=(60, 4)), np.linalg.qr(rng.normal(size=(4, 4)))[0]
    order = np.array([2, 0, 1])
    start = circuit.init(jax.random.key(0))
    turned = start._replace(feedforward=jnp.asarray(np.asarray(start.feedforward)[order] @ turn.T))
    first, second = (
        bouton.run(circuit, rows, key=jax.random.key(0), state=state, record={"y": 1})
        for rows, state in ((data, start), (data @ turn.T, turned))
    )
    np.testing.assert_allclose(second.recordings["y"].values, first.recordings["y"].values[:, order], atol=1e-9)
    np.testing.assert_allclose(second.state.lateral, first.state.lateral[order][:, order], atol=1e-9)


def test_a_number_is_a_constant_rate_and_bad_parameters_are_refused():
    assert SimilarityMatching(3, 2, learning_rate=0.02).learning_rate == LearningRate(0.02)
    for options, words in (
        ({"n_outputs": 0}, "n_outputs must be an integer of at least 1, got 0"),
        ({"lateral_time_scale": 0.0}, "lateral_time_scale must be positive"),
        ({"input_power": -1.0}, "input_power must be positive"),
        ({"leak": -1.0}, "leak must be at least 0"),
        ({"threshold": float("nan")}, "threshold must be at least 0"),
    ):
        with pytest.raises(InputError, match=words):
            NonnegativeSimilarityMatching(**{"n_inputs": 3, "n_outputs": 2} | options)
