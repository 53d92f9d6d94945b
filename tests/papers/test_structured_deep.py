"""The measures of the reproduction of structured and deep similarity matching, where they are exact."""

import numpy as np

from bouton.papers.structured_deep_similarity_matching import _common, _patterns, faces, natural_images


def test_reverse_correlation_finds_what_a_linear_unit_listens_to():
    rng = np.random.default_rng(0)
    images, weights = rng.normal(size=(20_000, 5)), np.array([1.0, -2.0, 0.0, 0.5, 0.0])
    feature = _common.reverse_correlation(images, (images @ weights)[:, None])[0]
    np.testing.assert_allclose(feature, weights, atol=0.06)


def test_area_and_likeness_of_known_features():
    face = np.array([[1.0, 1.0, 0.0, 0.0]])
    np.testing.assert_allclose(faces.area(np.array([[1.0, 0.6, 0.4, 0.0], [2.0, 0.0, 0.0, 0.0]])), (2 + 1) / 8)
    np.testing.assert_allclose(faces.likeness(np.array([[3.0, 3.0, 0.0, 0.0]]), face), 1)
    np.testing.assert_allclose(faces.likeness(np.array([[0.0, 0.0, -1.0, 0.0]]), face), 0)


def test_class_contrast_is_that_of_cosines():
    rows = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    assert _patterns.class_contrast(rows, np.array([0, 0, 1, 1])) == 1
    assert _patterns.class_contrast(rows, np.array([0, 1, 0, 1])) == -0.5


def test_spread_is_the_root_mean_square_distance_from_the_centre():
    image = np.zeros((1, 9))
    image[0, [0, 2]] = 1
    np.testing.assert_allclose(natural_images.spread(image, 3), 1)
