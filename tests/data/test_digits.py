"""The digits of scikit-learn."""

import numpy as np

from bouton.data import load_digits


def test_digits_are_scaled_to_unit_mean_square():
    digits = load_digits()
    assert digits.data.shape == (1797, 64)
    assert digits.data.dtype == np.float32
    assert digits.labels.dtype == np.int64
    assert digits.image_shape == (8, 8)
    np.testing.assert_allclose((digits.data.astype(np.float64) ** 2).sum(axis=1).mean(), 1, rtol=1e-6)


def test_centred_digits_have_no_mean_and_unit_mean_square():
    digits = load_digits(centre=True)
    np.testing.assert_allclose(digits.data.mean(axis=0, dtype=np.float64), 0, atol=1e-7)
    np.testing.assert_allclose((digits.data.astype(np.float64) ** 2).sum(axis=1).mean(), 1, rtol=1e-6)


def test_raw_digits_count_from_0_to_16():
    data = load_digits(normalise=False).data
    assert data.min() == 0
    assert data.max() == 16
    np.testing.assert_array_equal(data, data.round())
