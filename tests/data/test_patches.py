"""The patch sampler: content, uniform positions, equally likely variants."""

import numpy as np
import pytest
from PIL import Image
from scipy.stats import chisquare

from bouton.data import ImagePatches, centre_patches, load_natural5, sample_patches
from bouton.errors import InputError

IMAGES = {"wide": np.arange(60.0).reshape(6, 10), "tall": 1000 + np.arange(72.0).reshape(12, 6)}


def variant_of(patch: np.ndarray, variant: int) -> np.ndarray:
    """Return one of the eight symmetries by its definition, one quarter turn at a time."""
    for _ in range(variant % 4):
        side = range(len(patch))
        patch = np.array([[patch[column, len(patch) - 1 - row] for column in side] for row in side])
    return np.fliplr(patch) if variant >= 4 else patch


@pytest.mark.parametrize("dihedral", [False, True])
def test_the_content_is_the_slice(dihedral):
    patches = ImagePatches(IMAGES, 4, 300, seed=1, dihedral=dihedral)
    images = list(IMAGES.values())
    for row, (number, top, left, variant) in zip(patches, patches.positions(0, 300), strict=True):
        cut = images[number][top : top + 4, left : left + 4]
        assert cut.shape == (4, 4)
        np.testing.assert_array_equal(row, variant_of(cut, variant).ravel())
        assert dihedral or variant == 0


def test_positions_are_uniform_over_all_images():
    patches = ImagePatches(IMAGES, 4, 42_000, seed=2)
    assert patches.n_positions == 3 * 7 + 9 * 3
    codes = patches.positions(0, 42_000) @ [10_000, 100, 1, 0]
    found, counts = np.unique(codes, return_counts=True)
    assert len(found) == patches.n_positions
    assert chisquare(counts).pvalue > 1e-3


def test_variants_are_equally_likely_and_independent_of_the_image():
    patches = ImagePatches(IMAGES, 3, 40_000, seed=3, dihedral=True)
    number, _, _, variant = patches.positions(0, 40_000).T
    assert chisquare(np.bincount(variant, minlength=8)).pvalue > 1e-3
    share = (number == 0).mean()
    expected = np.bincount(variant, minlength=8) * share
    assert chisquare(np.bincount(variant[number == 0], minlength=8), expected, sum_check=False).pvalue > 1e-3


def test_the_eight_variants_are_distinct():
    patch = np.arange(9.0).reshape(3, 3)
    patches = sample_patches([patch], 3, 400, seed=0, dihedral=True)
    expected = {tuple(variant_of(patch, variant).ravel()) for variant in range(8)}
    assert len(expected) == 8
    assert {tuple(row) for row in patches} == expected


def test_natural_positions():
    patches = ImagePatches(load_natural5(), 16, 10, seed=0)
    assert patches.n_positions == 805_140
    assert patches.dtype == np.float32
    assert patches.read(0, 10).shape == (10, 256)


def test_rows_depend_on_the_seed_only():
    many = sample_patches(IMAGES, 3, 10_000, seed=7)
    np.testing.assert_array_equal(many[:50], sample_patches(IMAGES, 3, 50, seed=7))
    np.testing.assert_array_equal(many, np.asarray(ImagePatches(IMAGES, 3, 10_000, seed=7)))
    np.testing.assert_array_equal(many, sample_patches(list(IMAGES.values()), 3, 10_000, np.int64(7)))
    assert not np.array_equal(many, sample_patches(IMAGES, 3, 10_000, seed=8))


def test_a_generator_goes_on():
    generator = np.random.default_rng(0)
    first, second = (sample_patches(IMAGES, 3, 20, generator) for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, sample_patches(IMAGES, 3, 20, np.random.default_rng(0)))


def test_single_image_and_stack():
    np.testing.assert_array_equal(sample_patches(np.ones((5, 5)), 5, 2, 0), np.ones((2, 25)))
    assert sample_patches(np.ones((3, 5, 5), np.float32), 2, 7, 0).dtype == np.float32
    assert sample_patches(np.ones((5, 5), np.uint8), 2, 7, 0).dtype == np.float32


def test_folder(tmp_path):
    Image.fromarray(np.full((6, 7), 255, np.uint8)).save(tmp_path / "a.png")
    Image.fromarray(np.full((9, 5), 255, np.uint8)).save(tmp_path / "b.png")
    patches = ImagePatches(tmp_path, 5, 3, seed=0)
    assert patches.names == ["a.png", "b.png"]
    np.testing.assert_array_equal(patches.read(0, 3), np.ones((3, 25)))


@pytest.mark.parametrize(
    ("images", "size", "count", "sentence"),
    [
        (IMAGES, 7, 1, "wide has 6 x 10 pixels, too small for patches of 7 x 7"),
        ([np.ones((9, 9)), np.ones((3, 9))], 4, 1, "image 1 has 3 x 9 pixels, too small"),
        ({"rgb": np.ones((9, 9, 3))}, 4, 1, r"rgb has shape \(9, 9, 3\).*convert colour to grey"),
        ({"holes": np.full((9, 9), np.nan)}, 4, 1, "holes holds NaN or infinity"),
        ({"text": np.full((9, 9), "a")}, 4, 1, "text holds no real numbers"),
        ([], 4, 1, "there are no images"),
        (IMAGES, 0, 1, "size must be at least 1, got 0"),
        (IMAGES, 3, 0, "count must be at least 1, got 0"),
    ],
)
def test_refused(images, size, count, sentence):
    with pytest.raises(InputError, match=sentence):
        sample_patches(images, size, count, seed=0)


def test_centred_patches_have_no_mean():
    patches = centre_patches(sample_patches(IMAGES, 4, 50, seed=0))
    np.testing.assert_allclose(patches.mean(axis=1), 0, atol=1e-12)
