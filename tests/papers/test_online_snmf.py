"""The reproduction of online symmetric NMF: exact measures where the outcome is known, and seeds that decide."""

import numpy as np
import pytest

from bouton.papers import load
from bouton.papers._seeds import generator
from bouton.papers.online_snmf import mixture, novelty
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


def test_silence_is_a_response_of_its_own():
    outputs = np.array([[0.0, 2.0, 1.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.0]])
    assert most_active_unit(outputs).tolist() == [1, -1, 0]
