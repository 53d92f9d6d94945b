"""Generators: their statistics, their exact constants, their seeds."""

import numpy as np
import pytest

from bouton.data import (
    gaussian_clusters,
    nonnegative_mixture,
    random_lines,
    ring,
    sparse_mixture,
    spectrum_gaussian,
    switching_clusters,
    three_clusters,
)
from bouton.errors import InputError


@pytest.mark.parametrize(
    "generate",
    [
        gaussian_clusters,
        three_clusters,
        switching_clusters,
        sparse_mixture,
        nonnegative_mixture,
        spectrum_gaussian,
        ring,
    ],
)
def test_same_seed_same_bytes(generate):
    first, again, other = generate(seed=5), generate(seed=np.random.default_rng(5)), generate(seed=6)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])
    assert first[0].dtype == np.float64


def test_gaussian_clusters():
    data, labels, centres = gaussian_clusters(seed=0)
    assert data.shape == (2000, 50)
    np.testing.assert_array_equal(np.bincount(labels), [400] * 5)
    assert len(set(labels[:50].tolist())) == 5
    residual = data - centres[labels]
    np.testing.assert_allclose(residual.std(), 1, rtol=0.01)
    np.testing.assert_allclose(centres.std(), 2.5, rtol=0.15)
    for cluster in range(5):
        np.testing.assert_allclose(data[labels == cluster].mean(axis=0), centres[cluster], atol=5 / np.sqrt(400))


def test_given_centres_and_uneven_counts():
    centres = np.array([[0.0, 1.0], [5.0, 5.0]])
    data, labels, returned = gaussian_clusters(2, 2, 7, noise=0.0, centres=centres)
    np.testing.assert_array_equal(np.bincount(labels), [4, 3])
    np.testing.assert_array_equal(data, centres[labels])
    np.testing.assert_array_equal(returned, centres)


def test_three_clusters_have_the_published_centres():
    data, labels, centres = three_clusters(seed=0)
    np.testing.assert_array_equal(centres, [[-0.0985, -0.3379], [-0.6325, 0.9322], [1.1078, 1.0856]])
    np.testing.assert_array_equal(np.bincount(labels), [100] * 3)
    np.testing.assert_allclose(np.cov((data - centres[labels]).T), 0.04 * np.eye(2), atol=0.01)


def test_switching_clusters_change_all_centres_at_once():
    data, labels, centres = switching_clusters(seed=0)
    assert data.shape == (4000, 50)
    assert centres.shape == (10, 50)
    assert labels[:2000].max() == 4
    assert labels[2000:].min() == 5
    np.testing.assert_array_equal(np.bincount(labels), [400] * 10)
    np.testing.assert_allclose((data - centres[labels]).std(), 1, rtol=0.01)


def test_sparse_mixture():
    data, sources, mixing = sparse_mixture(n_samples=20_000, seed=0)
    np.testing.assert_allclose(mixing.T @ mixing, np.eye(8), atol=1e-12)
    np.testing.assert_allclose(data @ data[:50].T, sources @ sources[:50].T, atol=1e-10)
    assert sources.min() == 0
    np.testing.assert_allclose((sources > 0).mean(), 0.3, atol=0.01)
    np.testing.assert_allclose(sources[sources > 0].mean(), 1, rtol=0.02)
    np.testing.assert_allclose(sources[sources > 0].std(), 1, rtol=0.03)


def test_nonnegative_mixture_has_sources_of_unit_variance():
    data, sources, mixing = nonnegative_mixture(3, 5, seed=0)
    assert data.shape == (20_000, 5)
    np.testing.assert_allclose(data, sources @ mixing.T, atol=1e-12)
    assert sources.min() == 0
    assert sources.max() <= np.sqrt(48 / 5)
    np.testing.assert_allclose(sources.var(axis=0), 1, rtol=0.03)
    np.testing.assert_allclose(np.corrcoef(sources.T), np.eye(3), atol=0.03)


def test_spectrum():
    data, directions = spectrum_gaussian(seed=0)
    spectrum = np.array([4.5, 3.5, 1.0, *[0.01] * 7])
    np.testing.assert_allclose(directions.T @ directions, np.eye(10), atol=1e-12)
    np.testing.assert_allclose((data**2).sum(axis=1).mean(), 1, rtol=0.03)
    np.testing.assert_allclose(((data @ directions) ** 2).mean(axis=0), spectrum / spectrum.sum(), rtol=0.05)
    raw, _ = spectrum_gaussian([2.0, 0.0], normalise=False, seed=0)
    np.testing.assert_allclose(np.linalg.eigvalsh(raw.T @ raw / len(raw)), [0, 2], rtol=0.05, atol=1e-12)


def test_ring():
    data, angles = ring(seed=0)
    assert data.shape == (15_000, 2)
    np.testing.assert_allclose((data**2).sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(data.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(np.exp(1j * angles), data[:, 0] + 1j * data[:, 1], atol=1e-12)
    np.testing.assert_allclose(np.diff(ring(100, seed=None)[1]), 2 * np.pi / 100, rtol=1e-10)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gaussian_clusters(n_features=0), "n_features must be at least 1, got 0"),
        (lambda: gaussian_clusters(n_samples=0), "n_samples must be at least 1, got 0"),
        (lambda: gaussian_clusters(noise=-1.0), "noise must be a finite number, at least 0, got -1"),
        (lambda: gaussian_clusters(2, 3, centres=np.zeros((2, 2))), r"centres must have shape \(3, 2\), got \(2, 2\)"),
        (
            lambda: switching_clusters(n_samples=10, switch=10),
            "switch must lie between 1 and n_samples - 1 = 9, got 10",
        ),
        (lambda: sparse_mixture(n_features=3, n_sources=4), "n_features must be at least 4, got 3"),
        (lambda: sparse_mixture(probability=0.0), "probability must be above 0 and at most 1, got 0.0"),
        (lambda: nonnegative_mixture(3, 2), "n_features must be at least 3, got 2"),
        (lambda: spectrum_gaussian([1.0, -1.0]), "spectrum must list finite variances"),
        (lambda: spectrum_gaussian([]), "spectrum must list finite variances"),
        (lambda: ring(0), "n_samples must be at least 1, got 0"),
        (lambda: ring(5, seed=-2), "seed must be a non-negative integer"),
    ],
)
def test_refused(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()


def test_lines_cross_without_adding_up():
    data, present, lines = random_lines(500, side=4, probability=0.5, seed=1)
    np.testing.assert_array_equal(lines.sum(axis=1), np.full(8, 4))
    np.testing.assert_array_equal(data, np.array([lines[row].max(axis=0, initial=0) for row in present]))
    assert abs(present.mean() - 0.5) < 0.03
    with pytest.raises(InputError, match=r"probability must lie in \[0, 1\]"):
        random_lines(3, probability=2.0)
