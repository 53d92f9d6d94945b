"""Measures of features and responses where the outcome is known: orientation, matched correlation, purity, kurtosis."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.analysis import kurtosis, matched_correlation, orientation_index, purity


def selectivity_of_spectra(features, shape):
    return orientation_index(features, shape, transform_size=32, centre=False)


def grating(size, across, down):
    rows, columns = np.mgrid[:size, :size]
    return np.cos(2 * np.pi * (across * columns + down * rows) / size + 0.3).ravel()


@pytest.mark.parametrize("frequency", [(3, 0), (0, 5), (4, 4), (-2, 7)])
def test_a_grating_is_perfectly_oriented(frequency):
    selectivity = selectivity_of_spectra(grating(32, *frequency)[None], (32, 32))
    np.testing.assert_allclose(selectivity, 1, atol=1e-12)


def test_gratings_at_right_angles_cancel():
    crossed = grating(32, 3, 0) + grating(32, 0, 3)
    np.testing.assert_allclose(selectivity_of_spectra(crossed[None], (32, 32)), 0, atol=1e-12)


def test_noise_is_hardly_oriented():
    noise = np.random.default_rng(0).normal(size=(200, 144))
    selectivity = selectivity_of_spectra(noise, (12, 12))
    assert np.median(selectivity) < 0.2
    assert selectivity.max() < 0.5


def test_a_scale_and_a_constant_do_not_change_the_orientation():
    feature = np.random.default_rng(1).normal(size=(1, 32 * 32))
    expected = selectivity_of_spectra(feature, (32, 32))
    np.testing.assert_allclose(selectivity_of_spectra(7 + 3 * feature, (32, 32)), expected, atol=1e-9)


@pytest.mark.thorough
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), spare=st.integers(0, 3))
def test_shuffled_and_scaled_sources_match_perfectly(seed, spare):
    rng = np.random.default_rng(seed)
    sources = rng.exponential(size=(50, 4))
    units = np.hstack([sources * rng.uniform(0.1, 5, 4) + 1, rng.normal(size=(50, spare))])
    matched = matched_correlation(units[:, rng.permutation(4 + spare)], sources)
    np.testing.assert_allclose(matched, 1, atol=1e-12)


def test_a_source_without_unit_and_a_silent_unit_count_as_zero():
    sources = np.random.default_rng(0).exponential(size=(50, 3))
    np.testing.assert_allclose(matched_correlation(sources[:, 1:], sources), [0, 1, 1], atol=1e-12)
    silent = sources * [0, 1, 1]
    np.testing.assert_allclose(matched_correlation(silent, sources), [0, 1, 1], atol=1e-12)


def test_purity_of_known_tables():
    labels = np.array([3, 3, 3, 5, 5, 7])
    assert purity(labels, labels) == 1
    assert purity(labels, np.zeros(6, int)) == 3 / 6
    assert purity(labels, np.array([-1, 4, 4, 4, 4, 4])) == 3 / 6
    assert purity(labels, np.array([0, 0, 0, 0, 1, 1])) == 4 / 6


def test_kurtosis_of_known_distributions():
    coin = np.tile([[-1.0], [1.0]], (50, 1))
    rare = np.concatenate([np.zeros((98, 1)), [[-1.0], [1.0]]])
    np.testing.assert_allclose(kurtosis(np.hstack([coin, rare, 5 * rare + 2])), [1, 50, 50], rtol=1e-12)
