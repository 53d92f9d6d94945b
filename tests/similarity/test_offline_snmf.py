import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.errors import InputError
from bouton.similarity import OfflineSNMF, SNMFNetwork, relative_similarity_error, similarity_error
from bouton.similarity.offline import _best_value, _Others, _settle, _sweep

KEY = jax.random.key(0)


def brute_force(x, y):
    return float(np.sum((x @ x.T - y @ y.T) ** 2))


def quartic(u, a, b):
    return u**4 + 2 * a * u**2 - 4 * b * u


def sparse_outputs(rng, shape):
    return np.maximum(rng.normal(size=shape), 0)


@pytest.mark.usefixtures("float64")
@given(seed=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_the_quartic_is_the_change_of_the_cost(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(7, 4)), sparse_outputs(rng, (7, 3))
    t, i = rng.integers(7), rng.integers(3)
    rest = np.arange(7) != t
    a = np.sum(np.delete(y[t], i) ** 2) - x[t] @ x[t] + np.sum(y[rest, i] ** 2)
    overlap = y[rest, i] @ y[rest]
    b = (x[rest] @ x[t]) @ y[rest, i] - np.sum(np.delete(y[t] * overlap, i))
    for value in rng.exponential(size=5):
        changed = y.copy()
        changed[t, i] = value
        scale = brute_force(x, y) + brute_force(x, changed)
        claimed = quartic(value, a, b) - quartic(y[t, i], a, b)
        assert abs(claimed - (brute_force(x, changed) - brute_force(x, y))) <= 1e-14 * scale


@pytest.mark.usefixtures("float64")
def test_settling_one_sample_is_coordinate_descent_on_the_brute_force_cost():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(9, 5)), sparse_outputs(rng, (9, 4))
    t, rest = 4, np.arange(9) != 4
    overlap = y[rest].T @ y[rest]
    field = (x[rest] @ x[t]) @ y[rest] - overlap @ y[t]
    new = _settle(jnp.array(y[t]), _Others(jnp.array(field), jnp.array(overlap), jnp.array(x[t] @ x[t])))
    grid = np.linspace(0, 5, 5001)
    expected = y.copy()
    for i in range(4):
        candidates = np.repeat(expected[None], len(grid), axis=0)
        candidates[:, t, i] = grid
        expected[t, i] = grid[np.argmin([brute_force(x, candidate) for candidate in candidates])]
    np.testing.assert_allclose(new, expected[t], atol=2e-3)
    after = y.copy()
    after[t] = new
    assert brute_force(x, after) <= brute_force(x, expected) < brute_force(x, y)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@given(a=st.floats(-1e3, 1e3), b=st.floats(-1e3, 1e3))
@settings(max_examples=300, deadline=None)
def test_no_value_lies_below_the_best_one(a, b):
    best = float(jax.jit(_best_value)(jnp.array(a), jnp.array(b)))
    grid = np.concatenate([np.linspace(0, 50, 2001), np.maximum(np.roots([1, 0, a, -b]).real, 0)])
    rounding = 1e-13 * (best**4 + 2 * abs(a) * best**2 + 4 * abs(b) * best) + np.finfo(float).tiny
    assert best >= 0
    assert quartic(best, a, b) <= np.min(quartic(grid, a, b)) + rounding


@pytest.mark.usefixtures("float64")
def test_sweeps_never_raise_the_cost():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(60, 8)), jnp.array(sparse_outputs(rng, (60, 5)))
    costs = [brute_force(x, y)]
    for _ in range(200):
        y = _sweep(jnp.array(x), y)
        costs.append(brute_force(x, np.asarray(y)))
    assert np.all(np.diff(costs) <= 1e-14 * costs[0])
    assert costs[-2] - costs[-1] < 1e-6 * (costs[0] - costs[1])


@pytest.mark.thorough
@pytest.mark.parametrize("shape", [(60, 8), (12, 30)])
def test_the_solution_reports_its_own_cost(float64, shape):
    x = np.random.default_rng(3).normal(size=shape)
    solution = OfflineSNMF(4, rank_penalty=2.5, n_starts=2).fit(x, key=KEY)
    assert solution.outputs.shape == (shape[0], 4)
    assert solution.outputs.min() >= 0
    assert solution.outputs.dtype == np.float64
    assert solution.cost == pytest.approx(brute_force(x, solution.outputs), rel=1e-12)
    assert solution.relative_cost == pytest.approx(solution.cost / np.sum((x @ x.T) ** 2), rel=1e-12)
    assert solution.penalised_cost == pytest.approx(solution.cost + 2.5 * np.linalg.matrix_rank(solution.outputs))
    assert solution.costs[-1] == solution.cost
    assert len(solution.costs) == solution.sweeps + 1
    assert np.all(np.diff(solution.costs) <= 0)


@pytest.mark.thorough
def test_similarities_of_non_negative_outputs_are_found_again(float64):
    rng = np.random.default_rng(4)
    hidden = rng.exponential(size=(150, 3)) * (rng.uniform(size=(150, 3)) < 0.4)
    rotation = np.linalg.qr(rng.normal(size=(10, 10)))[0][:, :3]
    solution = OfflineSNMF(3, max_sweeps=400, tolerance=1e-9).fit(hidden @ rotation.T, key=KEY)
    assert solution.relative_cost < 1e-8
    match = np.corrcoef(hidden.T, solution.outputs.T)[:3, 3:].max(axis=1)
    assert match.min() > 0.999


@pytest.mark.thorough
@pytest.mark.parametrize("x64", [False, True])
def test_one_dimension_is_answered_by_its_coordinate(x64):
    strength = np.array([1.0, 0.5, 3.0, 0.0, 2.0])
    direction = np.array([0.6, -0.8])
    with jax.enable_x64(x64):
        solution = OfflineSNMF(1).fit(np.outer(strength, direction), key=KEY)
    np.testing.assert_allclose(solution.outputs[:, 0], strength, atol=1e-5)
    assert solution.relative_cost < 1e-10


@pytest.mark.thorough
def test_an_online_answer_as_start_never_gets_worse():
    rng = np.random.default_rng(5)
    centres = 2.5 * rng.normal(size=(3, 10))
    x = centres[rng.integers(3, size=300)] + rng.normal(size=(300, 10))
    online = bouton.run(SNMFNetwork(10, 6, rank_penalty=500.0), x, key=KEY).respond(x)
    solution = OfflineSNMF(6).fit(x, initial=online)
    assert solution.costs[0] == similarity_error(x, online)
    assert solution.cost < solution.costs[0]
    again = OfflineSNMF(6).fit(x, initial=solution.outputs)
    assert again.cost <= solution.cost


@pytest.mark.thorough
def test_more_starts_are_never_worse_and_keys_repeat(float64):
    x = np.random.default_rng(6).normal(size=(40, 6))
    first = OfflineSNMF(4, n_starts=4).fit(x, key=KEY)
    singles = [OfflineSNMF(4).fit(x, initial=start) for start in (first.outputs, np.zeros((40, 4)), np.abs(x[:, :4]))]
    assert first.cost <= min(solution.costs[0] for solution in singles)
    second = OfflineSNMF(4, n_starts=4).fit(x, key=KEY)
    np.testing.assert_array_equal(first.outputs, second.outputs)
    many = [OfflineSNMF(4, n_starts=1).fit(x, key=key).cost for key in jax.random.split(KEY, 4)]
    assert np.ptp(many) > 0


@pytest.mark.thorough
def test_nothing_in_nothing_out():
    solution = OfflineSNMF(2, n_starts=1).fit(np.zeros((5, 3)), key=KEY)
    assert solution.cost == 0
    assert solution.relative_cost == 0
    assert not solution.outputs.any()


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((0, 3)), r"X must be a matrix with at least one row and one column, got shape \(0, 3\)"),
        (np.zeros(3), r"got shape \(3,\)"),
        (np.array([[1.0, 2.0], [np.nan, 0.0]]), "row 1 of X is not finite: drop or impute"),
        (np.array([["a"]], dtype=object), "X must hold real numbers, got an array of type object"),
        (np.array([[1j]]), "got an array of type complex128"),
    ],
)
def test_bad_data_are_refused(x, message):
    with pytest.raises(InputError, match=message):
        OfflineSNMF(2).fit(x, key=KEY)


@pytest.mark.usefixtures("unchecked")
def test_sparse_data_are_refused():
    scipy_sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(InputError, match="X is sparse: hand over a dense array"):
        OfflineSNMF(2).fit(scipy_sparse.csr_array(np.eye(3)), key=KEY)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_components": 0}, "n_components must be an integer of at least 1, got 0"),
        ({"n_components": 2, "max_sweeps": 1.5}, "max_sweeps must be an integer of at least 1, got 1.5"),
        ({"n_components": 2, "n_starts": -1}, "n_starts must be an integer of at least 1, got -1"),
        ({"n_components": 2, "tolerance": -1.0}, "tolerance must be at least 0 and finite, got -1.0"),
        ({"n_components": 2, "rank_penalty": np.nan}, "rank_penalty must be at least 0 and finite, got nan"),
    ],
)
def test_bad_parameters_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        OfflineSNMF(**arguments)


def test_bad_starts_are_refused():
    x = np.eye(4)
    with pytest.raises(InputError, match="random starts need a key"):
        OfflineSNMF(2).fit(x)
    with pytest.raises(InputError, match=r"initial must have shape \(4, 2\), got \(4, 3\)"):
        OfflineSNMF(2).fit(x, initial=np.zeros((4, 3)))
    with pytest.raises(InputError, match="initial must be non-negative, it reaches down to -1"):
        OfflineSNMF(2).fit(x, initial=-np.ones((4, 2)))


@given(seed=st.integers(0, 10**6), n_samples=st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_the_error_needs_no_matrix_of_all_similarities(seed, n_samples):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n_samples, 4)), rng.normal(size=(n_samples, 3))
    power = float(np.sum((x @ x.T) ** 2))
    assert similarity_error(x, y) == pytest.approx(brute_force(x, y), abs=1e-12 * power, rel=1e-12)
    assert relative_similarity_error(x, y) == pytest.approx(brute_force(x, y) / power, abs=1e-12, rel=1e-12)


def test_long_data_go_through_in_blocks():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(9000, 2)).astype(np.float32), rng.normal(size=(9000, 2))
    wide = x.astype(np.float64)
    expected = np.sum((wide.T @ wide) ** 2) - 2 * np.sum((wide.T @ y) ** 2) + np.sum((y.T @ y) ** 2)
    assert similarity_error(x, y) == pytest.approx(expected, rel=1e-12)


def test_errors_at_the_edge():
    assert relative_similarity_error(np.zeros((3, 2)), np.zeros((3, 1))) == 0
    assert relative_similarity_error(np.zeros((3, 2)), np.ones((3, 1))) == np.inf
    with pytest.raises(InputError, match="same number of rows, got 3 and 2"):
        similarity_error(np.zeros((3, 2)), np.zeros((2, 2)))
