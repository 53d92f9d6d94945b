"""Whitening: unit covariance, inverse, rank."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.data import ArraySource, Whitening, centre_patches, load_photographs, sample_patches
from bouton.errors import InputError


def correlated(seed: int, n_samples: int = 200, n_features: int = 6) -> np.ndarray:
    generator = np.random.default_rng(seed)
    mixing = generator.normal(size=(n_features, n_features)) + 3 * np.eye(n_features)
    return generator.normal(size=(n_samples, n_features)) @ mixing + generator.normal(size=n_features)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from(["zca", "pca"]), st.sampled_from([0.0, 0.3]), st.integers(2, 8))
def test_the_inverse_restores_the_data(seed, method, epsilon, n_features):
    data = correlated(seed, n_features=n_features)
    whitening = Whitening(method, epsilon=epsilon).fit(data)
    np.testing.assert_allclose(whitening.inverse(whitening.transform(data)), data, rtol=1e-7, atol=1e-7)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from(["zca", "pca"]), st.integers(1, 6))
def test_covariance_is_the_identity_on_the_kept_components(seed, method, kept):
    data = correlated(seed)
    whitening = Whitening(method, n_components=kept).fit(data)
    z = whitening.transform(data)
    covariance = z.T @ z / len(z)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-9)
    assert z.shape[1] == (6 if method == "zca" else kept)
    if method == "pca":
        np.testing.assert_allclose(covariance, np.eye(kept), atol=1e-8)
    else:
        np.testing.assert_allclose(covariance @ covariance, covariance, atol=1e-8)
        np.testing.assert_allclose(np.trace(covariance), kept, rtol=1e-8)
    projected = whitening.inverse(z)
    np.testing.assert_allclose(whitening.transform(projected), z, atol=1e-8)


def test_the_zca_matrix_is_symmetric_and_closest_to_the_data():
    data = correlated(4)
    zca, pca = Whitening().fit(data), Whitening("pca").fit(data)
    np.testing.assert_allclose(zca.matrix_, zca.matrix_.T, atol=1e-12)
    centred = data - data.mean(axis=0)
    distance = [((fitted.transform(data) - centred) ** 2).sum() for fitted in (zca, pca)]
    assert distance[0] < distance[1]


def test_variances_are_those_of_the_components():
    data = correlated(1)
    expected = np.linalg.eigvalsh(np.cov(data.T, bias=True))[::-1]
    np.testing.assert_allclose(Whitening(n_components=3).fit(data).variances_, expected[:3], rtol=1e-10)


def test_epsilon_attenuates():
    data = correlated(2)
    z = Whitening("pca", epsilon=2.0).fit(data).transform(data)
    expected = np.linalg.eigvalsh(np.cov(data.T, bias=True))[::-1]
    np.testing.assert_allclose((z**2).mean(axis=0), expected / (expected + 2), rtol=1e-10)


def test_natural_patches_on_sixty_components():
    patches = centre_patches(sample_patches(load_photographs(), 12, 8000, seed=0))
    whitening = Whitening(n_components=60).fit(patches)
    z = whitening.transform(patches)
    assert z.dtype == np.float32
    assert z.shape == (8000, 144)
    eigenvalues = np.linalg.eigvalsh(np.cov(z.T.astype(np.float64), bias=True))
    np.testing.assert_allclose(eigenvalues[-60:], 1, atol=1e-3)
    np.testing.assert_allclose(eigenvalues[:-60], 0, atol=1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_patches_without_mean_are_refused_with_advice(dtype):
    patches = centre_patches(sample_patches(load_photographs(), 6, 3000, seed=0).astype(dtype))
    with pytest.raises(
        InputError, match="vary in 35 directions only and cannot be whitened in 36; ask for n_components=35"
    ):
        Whitening().fit(patches)
    Whitening(n_components=35).fit(patches)
    z = Whitening(epsilon=1e-3).fit(patches).transform(patches)
    assert np.isfinite(z).all()


def test_too_few_samples_are_refused():
    with pytest.raises(InputError, match="vary in 3 directions only"):
        Whitening().fit(np.random.default_rng(0).normal(size=(4, 6)))
    with pytest.raises(InputError, match="all samples are equal"):
        Whitening(n_components=1).fit(np.full((9, 3), 0.1))


def test_a_source_is_fitted_block_by_block(monkeypatch):
    data = correlated(5, n_samples=500)
    source = ArraySource(data)
    whole = source.blocks
    monkeypatch.setattr(source, "blocks", lambda: whole(1000))
    np.testing.assert_allclose(Whitening().fit(source).matrix_, Whitening().fit(data).matrix_, rtol=1e-9, atol=1e-12)


def test_refused_arguments():
    with pytest.raises(InputError, match="method must be one of zca, pca, got 'ica'"):
        Whitening("ica")
    with pytest.raises(InputError, match="n_components must be at least 1, got 0"):
        Whitening(n_components=0)
    with pytest.raises(InputError, match="epsilon must be a finite number, at least 0, got -1"):
        Whitening(epsilon=-1.0)
    with pytest.raises(InputError, match="n_components must be at most the 6 features of the data, got 7"):
        Whitening(n_components=7).fit(correlated(0))
    with pytest.raises(InputError, match="whitening expects 6 features per sample"):
        Whitening().fit(correlated(0)).transform(np.ones((2, 5)))
    data = correlated(0)
    data[3, 1] = np.nan
    with pytest.raises(InputError, match="row 3, column 1"):
        Whitening().fit(data)
