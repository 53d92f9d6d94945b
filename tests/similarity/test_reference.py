import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA

from bouton.errors import InputError
from bouton.similarity import (
    OfflineSimilarityMatching,
    OfflineSNMF,
    principal_subspace,
    relative_similarity_error,
    similarity_error,
    subspace_error,
)

KEY = jax.random.key(0)
SHAPES = [(60, 8), (8, 60), (9, 9)]


def double_sum(x, y):
    return sum((x[s] @ x[t] - y[s] @ y[t]) ** 2 for s in range(len(x)) for t in range(len(x)))


def data(seed, shape):
    return np.random.default_rng(seed).normal(size=shape) @ np.diag(np.linspace(3, 0.5, shape[1]))


@pytest.mark.thorough
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("nonnegative", [False, True])
def test_costs_are_those_of_the_explicit_double_sum(float64, shape, nonnegative):
    x = data(0, shape)
    solution = OfflineSimilarityMatching(3, nonnegative=nonnegative, rank_penalty=2.5, n_starts=1).fit(x, key=KEY)
    cost, power = double_sum(x, solution.outputs), double_sum(x, np.zeros((shape[0], 1)))
    assert solution.cost == pytest.approx(cost, rel=1e-10)
    assert solution.relative_cost == pytest.approx(cost / power, rel=1e-10)
    assert solution.relative_cost == pytest.approx(relative_similarity_error(x, solution.outputs), rel=1e-10)
    assert solution.penalised_cost == pytest.approx(cost + 7.5, rel=1e-10)
    assert solution.costs[-1] == solution.cost
    assert len(solution.costs) == solution.sweeps + 1


@given(seed=st.integers(0, 10**6), n_components=st.integers(1, 6), size=st.floats(1e-6, 10))
@settings(max_examples=40, deadline=None)
def test_no_outputs_are_better(seed, n_components, size):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(12, 5))
    solution = OfflineSimilarityMatching(n_components).fit(x)
    rounding = 1e-13 * similarity_error(x, np.zeros((12, 1)))
    near = solution.outputs + size * rng.normal(size=solution.outputs.shape)
    far = size * rng.normal(size=solution.outputs.shape)
    assert solution.cost <= min(similarity_error(x, near), similarity_error(x, far)) + rounding


def test_the_gradient_vanishes():
    x = data(1, (30, 7))
    y = OfflineSimilarityMatching(4).fit(x).outputs
    gradient = 4 * (y @ y.T - x @ x.T) @ y
    np.testing.assert_allclose(gradient, 0, atol=1e-12 * np.linalg.norm(x) ** 3)


@pytest.mark.parametrize("shape", SHAPES)
def test_outputs_for_centred_data_are_the_scores_of_pca(shape):
    x = data(2, shape)
    x = x - x.mean(axis=0)
    solution = OfflineSimilarityMatching(4).fit(x)
    model = PCA(4, svd_solver="full").fit(x)
    scores = model.transform(x)
    signs = np.sign(np.sum(scores * solution.outputs, axis=0))
    np.testing.assert_allclose(solution.outputs, scores * signs, atol=1e-10)
    np.testing.assert_allclose(np.sum(solution.outputs**2, axis=0), (shape[0] - 1) * model.explained_variance_)
    np.testing.assert_allclose(np.abs(principal_subspace(x, 4)), np.abs(model.components_), atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_outputs_are_projections_on_the_principal_subspace(shape):
    x = data(3, shape)
    basis = principal_subspace(x, 5)
    np.testing.assert_allclose(basis @ basis.T, np.eye(5), atol=1e-12)
    np.testing.assert_allclose(OfflineSimilarityMatching(5).fit(x).outputs, x @ basis.T, atol=1e-12)
    assert np.all(basis[np.arange(5), np.argmax(np.abs(basis), axis=1)] > 0)


def test_the_exact_answer_needs_no_key_and_heeds_no_start():
    x = data(4, (20, 6))
    first = OfflineSimilarityMatching(2).fit(x)
    second = OfflineSimilarityMatching(2).fit(x, key=KEY, initial=np.ones((20, 2)))
    np.testing.assert_array_equal(first.outputs, second.outputs)
    assert (first.sweeps, first.converged) == (0, True)


def test_with_as_many_outputs_as_dimensions_all_similarities_are_kept():
    x = data(5, (40, 3)) @ np.random.default_rng(0).normal(size=(3, 8))
    solution = OfflineSimilarityMatching(5).fit(x)
    assert solution.relative_cost < 1e-25
    assert solution.outputs.shape == (40, 5)
    np.testing.assert_allclose(solution.outputs[:, 3:], 0, atol=1e-12)
    np.testing.assert_array_equal(OfflineSimilarityMatching(4).fit(x[:, :2]).outputs[:, 2:], 0)


def test_nothing_in_nothing_out():
    solution = OfflineSimilarityMatching(2, rank_penalty=3.0).fit(np.zeros((5, 3)))
    assert (solution.cost, solution.relative_cost, solution.penalised_cost) == (0, 0, 0)
    assert not solution.outputs.any()


@pytest.mark.parametrize("start", ["key", "initial"])
def test_with_the_constraint_it_is_offline_snmf(float64, start):
    x = data(6, (40, 6))
    from_here = {"key": KEY} if start == "key" else {"initial": np.abs(x[:, :3])}
    options = {"rank_penalty": 1.5, "max_sweeps": 30, "tolerance": 1e-4, "n_starts": 2}
    ours = OfflineSimilarityMatching(3, nonnegative=True, **options).fit(x, **from_here)
    theirs = OfflineSNMF(3, **options).fit(x, **from_here)
    np.testing.assert_array_equal(ours.outputs, theirs.outputs)
    np.testing.assert_array_equal(ours.costs, theirs.costs)
    assert (ours.cost, ours.penalised_cost, ours.sweeps) == (theirs.cost, theirs.penalised_cost, theirs.sweeps)


def test_the_constraint_costs(float64):
    x = data(7, (40, 6))
    free, bound = (OfflineSimilarityMatching(3, nonnegative=n).fit(x, key=KEY) for n in (False, True))
    assert free.cost < bound.cost
    assert bound.outputs.min() >= 0


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_components": 0}, "n_components must be an integer of at least 1, got 0"),
        ({"n_components": 2, "nonnegative": "yes"}, "nonnegative must be True or False, got 'yes'"),
        ({"n_components": 2, "n_starts": 0}, "n_starts must be an integer of at least 1, got 0"),
        ({"n_components": 2, "rank_penalty": -1.0}, "rank_penalty must be at least 0 and finite, got -1.0"),
    ],
)
def test_bad_parameters_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        OfflineSimilarityMatching(**arguments)


def test_bad_data_are_refused():
    with pytest.raises(InputError, match="row 1 of X is not finite"):
        OfflineSimilarityMatching(1).fit(np.array([[1.0], [np.nan]]))
    with pytest.raises(InputError, match="random starts need a key"):
        OfflineSimilarityMatching(1, nonnegative=True).fit(np.ones((3, 2)))


def test_more_directions_than_the_data_span_are_refused():
    x = np.outer(np.arange(1.0, 6), [1.0, 2.0, 2.0])
    np.testing.assert_allclose(principal_subspace(x, 1), [[1 / 3, 2 / 3, 2 / 3]])
    with pytest.raises(
        InputError, match="k must be at most 1, the number of dimensions that the rows of X span, got 2"
    ):
        principal_subspace(x, 2)
    with pytest.raises(InputError, match=r"k must be at most 1, .* got 2"):
        principal_subspace(x.astype(np.float32), 2)
    with pytest.raises(InputError, match="k must be at most 0"):
        principal_subspace(np.zeros((4, 3)), 1)


@pytest.mark.usefixtures("unchecked")
def test_a_dimension_of_none_is_refused():
    with pytest.raises(InputError, match="k must be an integer of at least 1, got 0"):
        principal_subspace(np.eye(3), 0)


@given(seed=st.integers(0, 10**6), k=st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_the_subspace_error_is_that_of_the_angles_and_of_the_projections(seed, k):
    rng = np.random.default_rng(seed)
    weights, basis = rng.normal(size=(2, k, 7))
    error = subspace_error(weights, basis)
    assert error == pytest.approx(2 * np.sum(np.sin(subspace_angles(weights.T, basis.T)) ** 2), abs=1e-12)
    q, v = (np.linalg.qr(rows.T)[0] for rows in (weights, basis))
    assert error == pytest.approx(np.sum((q @ q.T - v @ v.T) ** 2), abs=1e-12)
    assert error == pytest.approx(2 * (k - np.sum((q.T @ v) ** 2)), abs=1e-12)
    assert error == pytest.approx(subspace_error(basis, weights), abs=1e-12)
    mixed = (np.eye(k) + 0.1 * rng.normal(size=(k, k))) @ weights
    assert subspace_error(mixed, basis) == pytest.approx(error, abs=1e-10)


def test_small_subspace_errors_are_exact():
    angle = 1e-9
    weights = np.array([[np.cos(angle), np.sin(angle), 0.0]])
    assert subspace_error(weights, np.array([[1.0, 0.0, 0.0]])) == pytest.approx(2 * angle**2, rel=1e-9)


def test_dimensions_that_weights_lack_count_as_orthogonal():
    basis = np.eye(5)[:3]
    assert subspace_error(np.zeros((3, 5)), basis) == 6
    assert subspace_error(np.eye(5)[[0, 0, 0]], basis) == pytest.approx(4)
    assert subspace_error(np.eye(5)[[0, 1, 4]].astype(np.float32), basis) == pytest.approx(2)


def test_subspaces_that_cannot_be_compared_are_refused():
    with pytest.raises(InputError, match=r"same shape, got \(2, 5\) and \(3, 5\)"):
        subspace_error(np.eye(5)[:2], np.eye(5)[:3])
    with pytest.raises(InputError, match="rows of basis must be independent, its 2 rows span only 1 dimensions"):
        subspace_error(np.eye(2), np.ones((2, 2)))
    with pytest.raises(InputError, match="row 0 of weights is not finite"):
        subspace_error(np.full((1, 2), np.inf), np.ones((1, 2)))
