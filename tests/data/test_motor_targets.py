"""Signals to produce: published numbers, ends of a Gaussian process, strokes of digits."""

import numpy as np
import pytest

from bouton.data import DIGIT_STROKES, digit_stroke, gaussian_process, long_signal, short_signal, sussillo_signal
from bouton.errors import InputError


def test_sums_of_sines_have_their_published_size():
    assert short_signal().max() == pytest.approx(1.333865, abs=1e-6)
    assert short_signal().var() == pytest.approx(0.573765, abs=1e-6)
    assert long_signal().max() == pytest.approx(0.952569, abs=1e-6)
    assert long_signal().var() == pytest.approx(0.485108, abs=1e-6)


def test_the_signal_of_the_force_program():
    time = 0.1 * np.arange(1200)
    sines = [np.sin(k * np.pi * time / 60) for k in (1, 2, 3, 4)]
    expected = 1.3 / 1.5 * (sines[0] + sines[1] / 2 + sines[2] / 6 + sines[3] / 3)
    np.testing.assert_allclose(sussillo_signal(), expected, atol=1e-12)


def test_a_gaussian_process_is_zero_at_its_ends_and_has_its_covariance():
    draws = np.array([gaussian_process(401, 50.0, seed) for seed in range(400)])
    np.testing.assert_allclose(draws[:, [0, -1]], 0, atol=1e-9)
    places = np.array([0, 400])
    times = np.array([100, 130, 200, 300])

    def kernel(a, b):
        return np.exp(-((a[:, None] - b) ** 2) / (2 * 50.0**2))

    pinned = kernel(times, times) - kernel(times, places) @ np.linalg.solve(
        kernel(places, places), kernel(places, times)
    )
    found = draws[:, times].T @ draws[:, times] / len(draws)
    np.testing.assert_allclose(found, pinned, atol=0.2)
    np.testing.assert_array_equal(gaussian_process(seed=5), gaussian_process(seed=5))


@pytest.mark.parametrize("digit", DIGIT_STROKES)
def test_a_stroke_starts_at_the_origin_and_is_drawn_at_constant_speed(digit):
    stroke = digit_stroke(digit, 500)
    np.testing.assert_array_equal(stroke[0], 0)
    assert np.abs(stroke).max() == 1
    speed = np.linalg.norm(np.diff(stroke, axis=0), axis=1)
    # Slower only where corners are rounded off.
    assert np.quantile(speed, 0.9) < 1.15 * np.median(speed)


def test_what_is_no_signal_is_refused():
    with pytest.raises(InputError, match="digit must be one of 0 to 9, got 10"):
        digit_stroke(10)
    with pytest.raises(InputError, match="length_scale must be at least 20 steps, got 5"):
        gaussian_process(length_scale=5.0)
    with pytest.raises(InputError, match="steps must be at least 20, got 3"):
        gaussian_process(3)
