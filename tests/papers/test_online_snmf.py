"""The reproduction of online symmetric NMF: exact measures where the outcome is known, and seeds that decide."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.papers import load
from bouton.papers._seeds import generator
from bouton.papers.online_snmf import digits, images, mixture, novelty
from bouton.papers.online_snmf._common import most_active_unit


@pytest.mark.thorough
@pytest.mark.parametrize("section", [mixture, novelty])
def test_the_same_seed_gives_the_same_results(section):
    smoke = section.SECTION.settings["smoke"]
    first, second = (section.measure(smoke, 3) for _ in range(2))
    other = section.measure(smoke, 4)
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)
    assert any(not np.array_equal(value, other[name]) for name, value in first.items())


def test_no_two_experiments_share_their_data():
    draws = [generator(*place).random() for place in [(0, 1, 0), (0, 1, 1), (0, 2, 0), (1, 1, 0), (1, 2, 0)]]
    assert len(set(draws)) == len(draws)


def test_every_setting_is_plain():
    paper = load("online-snmf")
    for section in paper.sections:
        for scale in ("smoke", "laptop", "paper"):
            assert all(
                isinstance(value, int | float | tuple) for value in vars(paper.settings(scale, section)).values()
            )


def grating(size, across, down):
    rows, columns = np.mgrid[:size, :size]
    return np.cos(2 * np.pi * (across * columns + down * rows) / size + 0.3).ravel()


@pytest.mark.parametrize("frequency", [(3, 0), (0, 5), (4, 4), (-2, 7)])
def test_a_grating_is_perfectly_oriented(frequency):
    selectivity = images.orientation_selectivity(grating(32, *frequency)[None], (32, 32))
    np.testing.assert_allclose(selectivity, 1, atol=1e-12)


def test_gratings_at_right_angles_cancel():
    crossed = grating(32, 3, 0) + grating(32, 0, 3)
    np.testing.assert_allclose(images.orientation_selectivity(crossed[None], (32, 32)), 0, atol=1e-12)


def test_noise_is_hardly_oriented():
    noise = np.random.default_rng(0).normal(size=(200, 144))
    selectivity = images.orientation_selectivity(noise, (12, 12))
    assert np.median(selectivity) < 0.2
    assert selectivity.max() < 0.5


def test_a_scale_and_a_constant_do_not_change_the_orientation():
    feature = np.random.default_rng(1).normal(size=(1, 32 * 32))
    expected = images.orientation_selectivity(feature, (32, 32))
    np.testing.assert_allclose(images.orientation_selectivity(7 + 3 * feature, (32, 32)), expected, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), spare=st.integers(0, 3))
def test_shuffled_and_scaled_sources_match_perfectly(seed, spare):
    rng = np.random.default_rng(seed)
    sources = rng.exponential(size=(50, 4))
    units = np.hstack([sources * rng.uniform(0.1, 5, 4) + 1, rng.normal(size=(50, spare))])
    matched = mixture.matched_correlation(units[:, rng.permutation(4 + spare)], sources)
    np.testing.assert_allclose(matched, 1, atol=1e-12)


def test_a_source_without_unit_and_a_silent_unit_count_as_zero():
    sources = np.random.default_rng(0).exponential(size=(50, 3))
    np.testing.assert_allclose(mixture.matched_correlation(sources[:, 1:], sources), [0, 1, 1], atol=1e-12)
    silent = sources * [0, 1, 1]
    np.testing.assert_allclose(mixture.matched_correlation(silent, sources), [0, 1, 1], atol=1e-12)


def test_purity_of_known_tables():
    labels = np.array([3, 3, 3, 5, 5, 7])
    assert digits.purity(labels, labels) == 1
    assert digits.purity(labels, np.zeros(6, int)) == 3 / 6
    assert digits.purity(labels, np.array([-1, 4, 4, 4, 4, 4])) == 3 / 6
    assert digits.purity(labels, np.array([0, 0, 0, 0, 1, 1])) == 4 / 6


def test_silence_is_a_response_of_its_own():
    outputs = np.array([[0.0, 2.0, 1.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.0]])
    assert most_active_unit(outputs).tolist() == [1, -1, 0]


def test_kurtosis_of_known_distributions():
    coin = np.tile([[-1.0], [1.0]], (50, 1))
    rare = np.concatenate([np.zeros((98, 1)), [[-1.0], [1.0]]])
    np.testing.assert_allclose(images.kurtosis(np.hstack([coin, rare, 5 * rare + 2])), [1, 50, 50], rtol=1e-12)
