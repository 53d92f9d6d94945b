"""Manifold tiling offline, against what is known exactly: gradients, optimality conditions, the optimum on a circle."""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.data import ring
from bouton.errors import InputError
from bouton.similarity import OfflineManifoldTiling
from bouton.similarity.offline_tiling import _CONSTRAINTS, _centred_features

KEY = jax.random.key(0)
KINDS = ("norm", "spectral")


def similarities(x):
    """D, as the objective defines it."""
    centred = x - x.mean(axis=0)
    return centred @ centred.T / np.linalg.norm(centred @ centred.T)


def circle(n_points, relative_alpha):
    """A circle and the matrix D - alpha 1 1^T, with alpha in units of the similarity of a point with itself."""
    points = ring(n_points, seed=None)[0]
    alpha = relative_alpha * np.sqrt(2) / n_points
    return points, alpha, similarities(points) - alpha


def best_field(reward):
    """The non-negative unit vector of largest reward on a circle: an eigenvector of the reward within some arc."""
    best_value, best = -np.inf, None
    for length in range(1, len(reward) + 1):
        values, vectors = np.linalg.eigh(reward[:length, :length])
        fields = vectors.T * np.sign(vectors.T[:, length // 2])[:, None]
        for value, field in zip(values, fields, strict=True):
            if field.min() > 0 and value > best_value:
                best_value, best = value, np.pad(field, (0, len(reward) - length))
    return best_value, best


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_gradient_is_that_of_the_augmented_lagrangian(kind, seed):
    rng = np.random.default_rng(seed)
    model = OfflineManifoldTiling(3, kind, alpha=0.05, beta=0.1)
    features = _centred_features(rng.normal(size=(7, 4)))
    y = rng.uniform(0.1, 1, size=(7, 3)) * 0.3
    root = rng.normal(size=(3, 3))
    multipliers = rng.uniform(0, 0.1, size=7) if kind == "norm" else 0.1 * root @ root.T
    of_y = model._augmented(features, multipliers, 2.0)
    _, gradient = of_y(y)
    for place in [(0, 0), (3, 1), (6, 2)]:
        step = np.zeros_like(y)
        step[place] = 1e-6
        slope = (of_y(y + step)[0] - of_y(y - step)[0]) / 2e-6
        assert slope == pytest.approx(gradient[place], rel=1e-5, abs=1e-7)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(20, 3), (12, 30)])
def test_the_solution_satisfies_the_conditions_of_optimality(kind, shape):
    x = np.random.default_rng(1).normal(size=shape)
    solution = OfflineManifoldTiling(6, kind, alpha=0.02, beta=0.1).fit(x, key=KEY)
    y, multipliers, reward = solution.outputs, solution.multipliers, similarities(x) - 0.02
    assert solution.converged
    assert y.dtype == np.float64
    assert y.min() >= 0
    constraint = _CONSTRAINTS[kind]
    limit = 0.1 if kind == "norm" else 0.1 * len(x)
    if kind == "norm":
        assert np.sum(y**2, axis=1).max() <= limit * (1 + 2e-5)
        assert multipliers.min() >= 0
        slack = multipliers * (np.sum(y**2, axis=1) - limit)
        gradient = 2 * (multipliers[:, None] * y - reward @ y)
    else:
        assert np.linalg.eigvalsh(y.T @ y).max() <= limit * (1 + 1e-4)
        assert np.linalg.eigvalsh(multipliers).min() >= -1e-12
        slack = multipliers @ (y.T @ y - limit * np.eye(6))
        gradient = 2 * (y @ multipliers - reward @ y)
    assert np.abs(slack).max() <= 1e-3 * limit * np.abs(multipliers).max()
    assert np.abs(np.minimum(y, gradient)).max() <= 1e-3 * y.max()
    np.testing.assert_allclose(solution.stationarity, np.abs(np.minimum(y, gradient)).max() / y.max(), rtol=1e-6)
    assert solution.cost == pytest.approx(-np.trace(reward @ y @ y.T), rel=1e-10)
    assert constraint.size(y) == pytest.approx(limit, rel=1e-4)


@pytest.mark.thorough
@pytest.mark.parametrize("relative_alpha", [0.3, 0.7071])
def test_on_a_circle_every_field_is_the_best_one_rotated(relative_alpha):
    points, alpha, reward = circle(30, relative_alpha)
    value, field = best_field(reward)
    solution = OfflineManifoldTiling(alpha=alpha).fit(points, key=KEY)
    bound = -value * 0.08 * 30
    assert solution.cost >= bound * (1 + 1e-4)
    assert solution.cost == pytest.approx(bound, rel=2e-3)
    np.testing.assert_allclose(np.sum(solution.outputs**2, axis=1), 0.08, rtol=1e-4)
    norms = np.linalg.norm(solution.outputs, axis=0)
    strong = solution.outputs[:, norms > 0.2 * norms.max()] / norms[norms > 0.2 * norms.max()]
    rotations = np.array([np.roll(field, shift) for shift in range(30)])
    assert np.max(rotations @ strong, axis=0).min() > 0.98


@pytest.mark.thorough
def test_a_larger_alpha_makes_narrower_fields():
    widths = []
    for relative_alpha in (0.2, 0.5, 0.8):
        points, alpha, _ = circle(30, relative_alpha)
        y = OfflineManifoldTiling(10, alpha=alpha).fit(points, key=KEY).outputs
        widths.append(np.mean(y > 0.02 * y.max(axis=0)))
    assert widths[0] > widths[1] > widths[2]


@pytest.mark.thorough
def test_with_an_output_per_point_the_spectral_optimum_is_one_point_per_output():
    points, alpha, reward = circle(12, 0.7)
    model = OfflineManifoldTiling(constraint="spectral", alpha=alpha)
    bound = -0.08 * 12 * np.trace(reward)
    at_points = model.fit(points, initial=np.eye(12))
    assert at_points.cost == pytest.approx(bound, rel=1e-5)
    np.testing.assert_allclose(at_points.outputs, np.sqrt(0.08 * 12) * np.eye(12), atol=1e-4)
    for seed in range(3):
        assert model.fit(points, key=jax.random.key(seed)).cost >= bound * (1 + 1e-4)


def test_spectral_fields_on_a_circle_divide_it():
    points, alpha, _ = circle(30, 0.7071)
    y = OfflineManifoldTiling(5, "spectral", alpha=alpha).fit(points, key=KEY).outputs
    products = y.T @ y / (0.08 * 30)
    np.testing.assert_allclose(products, np.eye(5), atol=1e-3)
    assert sorted(np.count_nonzero(y > 0.02 * y.max(axis=0), axis=0)) == [6] * 5


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_symmetries_of_the_objective(kind):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(15, 3))
    start = rng.uniform(size=(15, 4))
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    plain = OfflineManifoldTiling(4, kind, beta=0.1, alpha=0.02).fit(x, initial=start)
    moved = OfflineManifoldTiling(4, kind, beta=0.1, alpha=0.02).fit(5 * x @ rotation + 3, initial=start)
    scaled = OfflineManifoldTiling(4, kind, beta=0.4, alpha=0.02).fit(x, initial=start)
    assert moved.cost == pytest.approx(plain.cost, rel=1e-3)
    assert scaled.cost == pytest.approx(4 * plain.cost, rel=1e-3)


def test_nothing_is_answered_where_mean_activity_costs_more_than_similarity_brings():
    points, alpha, _ = circle(12, 5.0)
    solution = OfflineManifoldTiling(3, alpha=alpha).fit(points, key=KEY)
    assert solution.converged
    np.testing.assert_allclose(solution.outputs, 0, atol=1e-4)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_components": 0}, "n_components must be an integer of at least 1, or None, got 0"),
        ({"constraint": "trace"}, "constraint must be 'norm' or 'spectral', got 'trace'"),
        ({"alpha": -1.0}, "alpha must be at least 0 and finite, got -1.0"),
        ({"beta": 0.0}, "beta must be positive and finite, got 0.0"),
        ({"max_rounds": 0}, "max_rounds must be an integer of at least 1, got 0"),
        ({"tolerance": np.nan}, "tolerance must be at least 0 and finite, got nan"),
    ],
)
def test_bad_parameters_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        OfflineManifoldTiling(**arguments)


def test_bad_data_and_starts_are_refused():
    x = np.eye(4)
    with pytest.raises(InputError, match="a random start needs a key"):
        OfflineManifoldTiling(2).fit(x)
    with pytest.raises(InputError, match="all rows of X are equal"):
        OfflineManifoldTiling(2).fit(np.ones((4, 2)), key=KEY)
    for start in (np.zeros((4, 2)), -np.ones((4, 2)), np.ones((4, 3))):
        with pytest.raises(InputError, match=r"initial must be non-negative, not all zero and of shape \(4, 2\)"):
            OfflineManifoldTiling(2).fit(x, initial=start)
