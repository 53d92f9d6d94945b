"""Tools that look at fields: exact values where they are known, invariances elsewhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.analysis import (
    LARGEST_SHARE,
    fit_gabors,
    gabor,
    orientation_index,
    orientation_tuning,
    participation_ratio,
    power_spectrum,
    preferred_frequency,
    texture_warnings,
)
from bouton.data import load_natural5, load_photographs
from bouton.errors import InputError
from bouton.features import texture_test


def grating(size, across, down, phase=0.3):
    rows, columns = np.mgrid[:size, :size]
    return np.cos(2 * np.pi * (across * columns + down * rows) / size + phase).ravel()


@pytest.mark.thorough
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.floats(0.01, 100))
def test_the_participation_ratio_knows_no_scale_and_lies_between_one_and_all(seed, scale):
    filters = np.random.default_rng(seed).normal(size=(3, 64))
    ratio = participation_ratio(filters)
    np.testing.assert_allclose(participation_ratio(-scale * filters), ratio, rtol=1e-10)
    assert np.all((ratio >= 1) & (ratio <= 64))


def test_participation_of_known_fields():
    assert participation_ratio(np.eye(16)).tolist() == [1] * 16
    np.testing.assert_allclose(participation_ratio(grating(16, 3, 2)), 256 * 2 / 3, rtol=1e-10)
    assert np.isnan(participation_ratio(np.zeros((1, 4)))[0])


@pytest.mark.parametrize("frequency", [(3, 0), (0, 5), (4, 4), (2, -7)])
def test_a_grating_is_oriented_at_its_frequency(frequency):
    field = grating(64, *frequency)[None]
    np.testing.assert_allclose(orientation_index(field), 1, atol=1e-12)
    across, down = frequency
    np.testing.assert_allclose(preferred_frequency(field)[0], [down / 64, across / 64], atol=1e-12)
    assert power_spectrum(field)[0, 0, 0] == 0


def test_turning_a_field_leaves_its_orientation_index():
    field = gabor((12, 12), 0.2, 0.7, 1.5, 3.0)
    values = [orientation_index(np.rot90(field, turns).reshape(1, -1))[0] for turns in range(4)]
    np.testing.assert_allclose(values, values[0], rtol=1e-6)


@pytest.mark.thorough
@pytest.mark.thorough
@settings(max_examples=12, deadline=None)
@given(
    frequency=st.floats(0.12, 0.4),
    direction=st.floats(0.05, 3.1),
    width=st.floats(0.3, 0.5),
    aspect=st.floats(1.2, 2.0),
    phase=st.floats(-3, 3),
    shift=st.floats(-2, 2),
)
def test_a_gabor_function_is_found_again(frequency, direction, width, aspect, phase, shift):
    sigma = width / frequency
    field = gabor((18, 18), frequency, direction, sigma, aspect * sigma, phase, (8.5 + shift, 8.5 - shift))
    found = fit_gabors(5 * field.reshape(1, -1))
    assert found.r_squared[0] > 0.999
    again = 5 * gabor(
        (18, 18), found.frequency[0], found.direction[0], found.width[0], found.length[0], found.phase[0],
        (found.row[0], found.column[0]),
    ) / 5 * found.amplitude[0]  # fmt: skip
    np.testing.assert_allclose(again, 5 * field, atol=0.2)
    assert 0 <= found.direction[0] < np.pi


@pytest.mark.parametrize(
    ("field", "why"),
    [
        (np.indices((12, 12)).sum(axis=0) % 2 * 2.0 - 1, "a checkerboard: half a cycle per pixel along both axes"),
        (gabor((16, 16), 0.01, 0.0, 2.0, 2.0), "a blob: less than half a cycle in the field"),
        (gabor((16, 16), 0.25, 0.4, 60.0, 60.0), "a grating: longer than the field"),
        (np.eye(16)[5][:, None] * np.eye(16)[9], "a single pixel"),
    ],
)
@pytest.mark.thorough
def test_a_fit_at_a_bound_is_flagged(field, why):
    good = gabor((len(field),) * 2, 0.2, 1.0, 1.5, 3.0)
    fits = fit_gabors(np.stack([field.ravel(), good.ravel(), 0 * good.ravel()]))
    assert fits.at_bound.tolist() == [True, False, False], why
    assert fits.found.tolist() == [False, True, False]
    assert np.nanmax(fits.frequency) <= 0.5


@pytest.mark.thorough
def test_a_fit_does_not_depend_on_the_size_of_the_field_or_on_its_neighbours():
    rng = np.random.default_rng(0)
    fields = np.array([gabor((12, 12), *rng.uniform([0.1, 0, 1, 1], [0.4, 3, 2, 3])).ravel() for _ in range(20)])
    together = fit_gabors(fields)
    alone = fit_gabors(1e-6 * fields[3:4])
    np.testing.assert_allclose(alone.frequency[0], together.frequency[3], rtol=1e-5)
    np.testing.assert_allclose(alone.amplitude[0], 1e-6 * together.amplitude[3], rtol=1e-4)


@pytest.mark.thorough
def test_noise_is_no_gabor_function_and_silence_is_nan():
    noise = np.random.default_rng(0).normal(size=(3, 144))
    assert np.all(fit_gabors(noise).r_squared < 0.5)
    silent = fit_gabors(np.zeros((1, 16)))
    assert np.all(np.isnan(np.array(silent[:-1])))
    assert not silent.found[0]


def test_tuning_peaks_at_the_direction_and_narrows_with_length():
    fields = np.array([gabor((24, 24), 0.2, np.pi / 6, 2.0, length).ravel() for length in (2.0, 4.0)])
    tuning = orientation_tuning(fields, frequency=0.2)
    np.testing.assert_allclose(tuning.preferred, np.pi / 6, atol=1e-9)
    # A Gaussian of standard deviation 1 / (2 pi length) across the wave, seen from a frequency of 0.2.
    expected = np.sqrt(2 * np.log(2)) / (2 * np.pi * np.array([2.0, 4.0]) * 0.2)
    np.testing.assert_allclose(tuning.half_width, expected, rtol=0.08)
    assert np.isnan(orientation_tuning(np.eye(9)[4:5], frequency=0.2).half_width[0])


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="height \\* width entries"):
        orientation_index(np.zeros((2, 15)))
    with pytest.raises(InputError, match="transform_size must be at least"):
        power_spectrum(np.zeros((1, 100 * 100)))
    with pytest.raises(InputError, match="n_directions must be at least 4"):
        orientation_tuning(np.ones((1, 16)), n_directions=2)
    with pytest.raises(InputError, match="frequency must lie between"):
        orientation_tuning(np.ones((1, 16)), frequency=3.0)


def test_extended_fields_raise_a_doubt():
    assert texture_warnings(np.eye(64)[:5]) == []
    (sentence,) = texture_warnings(np.array([grating(16, 3, 2)] * 3))
    assert "171 of 256 pixels" in sentence


@pytest.mark.thorough
def test_roof_tiles_are_found_and_landscapes_pass():
    natural = texture_test(load_natural5(), by_picture=False)
    assert natural.passed
    tiles = texture_test({"china": load_photographs(normalise=True)["china"]}, n_patches=20_000)
    assert tiles.by_picture == {"china": tiles.share}
    assert tiles.share > 2 * LARGEST_SHARE
    assert not tiles.passed
