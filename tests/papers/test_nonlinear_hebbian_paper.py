"""The measures of the reproduction of nonlinear Hebbian learning, where they are known."""

import numpy as np

from bouton.papers.nonlinear_hebbian.fields import localised, oriented
from bouton.papers.nonlinear_hebbian.objectives import best_candidates


def test_one_bad_start_or_extended_fields_are_not_localised():
    results = {
        "patch_size": 16,
        "orientation": np.full((4, 3, 9), 0.9),
        "participation": np.full((4, 3, 9), 20.0),
    }
    assert localised(results, 0)
    results["orientation"][0, 1, :3] = 0.3
    assert not localised(results, 0)
    results["participation"][1, 2] = 100.0
    assert not localised(results, 1)
    assert oriented(results, 0).tolist() == [9, 6, 9]


def test_the_best_candidate_is_told_model_by_model():
    objective = np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 0.0]])
    assert best_candidates(objective, ("a", "b", "learned field")) == ["learned field", "a"]
    assert best_candidates(objective, ("a", "b")) == ["b", "a"]
