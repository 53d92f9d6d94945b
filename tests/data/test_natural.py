"""Embedded photographs, scikit-learn's photographs and dead leaves."""

import numpy as np
import pytest

from bouton.data import dead_leaves, load_natural5, load_photographs
from bouton.errors import InputError


def amplitude_slope(image: np.ndarray) -> float:
    """Slope of log radial amplitude against log frequency, 0.02 to 0.2 cycle per pixel, Hann window."""
    side = min(image.shape)
    square = image[:side, :side] - image[:side, :side].mean()
    window = np.hanning(side)
    amplitude = np.abs(np.fft.fft2(square * np.outer(window, window)))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
    rings = np.round(frequency * side).astype(int).ravel()
    radial = np.bincount(rings, amplitude.ravel()) / np.bincount(rings)
    centres = np.arange(radial.size) / side
    chosen = (centres >= 0.02) & (centres <= 0.2)
    return float(np.polyfit(np.log(centres[chosen]), np.log(radial[chosen]), 1)[0])


def test_natural5_has_five_images_of_longest_side_512_and_805140_positions():
    images = load_natural5()
    assert list(images) == ["aitzgorri", "life", "picosdeeuropa", "sunset", "seeding"]
    assert all(max(image.shape) == 512 and image.dtype == np.float32 for image in images.values())
    assert sum((h - 15) * (w - 15) for h, w in (image.shape for image in images.values())) == 805_140


def test_natural5_undoes_the_square_root_code():
    plain, scaled = load_natural5(normalise=False), load_natural5()
    for title, image in plain.items():
        assert image.min() >= 0
        assert image.max() <= 1
        codes = 255 * np.sqrt(image.astype(np.float64))
        np.testing.assert_allclose(codes, codes.round(), atol=1e-4)
        np.testing.assert_allclose(scaled[title], image / image.std(dtype=np.float64), rtol=1e-5)


def test_photographs_are_channel_means():
    images = load_photographs()
    assert {name: image.shape for name, image in images.items()} == {"china": (427, 640), "flower": (427, 640)}
    from sklearn.datasets import load_sample_image

    np.testing.assert_allclose(images["flower"], load_sample_image("flower.jpg").mean(axis=2) / 255, rtol=1e-6)
    np.testing.assert_allclose(load_photographs(normalise=True)["china"].std(dtype=np.float64), 1, rtol=1e-5)


def test_dead_leaves_have_the_spectrum_of_natural_scenes():
    slopes = [amplitude_slope(image) for image in dead_leaves(seed=11, n_images=3)]
    assert -1.7 < np.mean(slopes) < -1.1


@pytest.mark.parametrize("shape", ["ellipse", "rectangle"])
def test_dead_leaves_cover_everything_and_repeat_by_seed(shape):
    images = dead_leaves(seed=3, n_images=2, size=48, shape=shape, normalise=False)
    assert images.shape == (2, 48, 48)
    assert np.isfinite(images).all()
    assert images.min() > 0
    np.testing.assert_array_equal(images, dead_leaves(3, 2, 48, shape=shape, normalise=False))
    assert not np.array_equal(images, dead_leaves(4, 2, 48, shape=shape, normalise=False))
    assert not np.array_equal(images[0], images[1])


def test_dead_leaves_are_piecewise_constant():
    image = dead_leaves(seed=0, n_images=1, size=128)[0]
    equal_neighbours = (image[:, 1:] == image[:, :-1]).mean()
    assert equal_neighbours > 0.7


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"shape": "disc"}, "shape must be one of ellipse, rectangle"),
        ({"smallest": 20.0, "largest": 10.0}, "smallest must be above 0 and below largest"),
        ({"size": 0}, "size must be at least 1, got 0"),
        ({"n_images": 0}, "n_images must be at least 1, got 0"),
    ],
)
def test_dead_leaves_refuses(options, sentence):
    with pytest.raises(InputError, match=sentence):
        dead_leaves(0, **options)


def test_a_negative_seed_is_refused():
    with pytest.raises(InputError, match="seed must be a non-negative integer"):
        dead_leaves(-1, 1, 8)
