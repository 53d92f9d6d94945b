"""The measures of the page of the similarity matching family, where they are known, and that seeds fix results."""

import numpy as np

from bouton.papers import load
from bouton.papers.similarity_matching_family.ring import shapes


def test_the_same_seed_gives_the_same_results():
    section = load("similarity-matching-family").section("separation")
    first, second, other = (section.measure(section.settings["smoke"], seed) for seed in (3, 3, 4))
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)
    assert any(not np.array_equal(value, other[name]) for name, value in first.items())


def test_receptive_fields_of_known_shape_are_measured():
    degrees = np.arange(360)
    one = ((degrees < 30) | (degrees >= 330)).astype(float)
    two = ((degrees < 10) | ((degrees >= 100) & (degrees < 120))).astype(float)
    silent = np.zeros(360)
    widths, bumps = shapes(np.stack([one, two, silent], axis=1))
    assert widths.tolist() == [60, 30]
    assert bumps.tolist() == [1, 2]
