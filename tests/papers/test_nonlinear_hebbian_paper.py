"""The reproduction of nonlinear Hebbian learning: a whole smoke run, and that judgements can fail."""

import json
from dataclasses import fields

import numpy as np
import pytest

from bouton.papers import load, reproduce
from bouton.papers._nonlinear_hebbian import claims, claims_of_theory

PAPER = load("nonlinear-hebbian")


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    outcome = reproduce(PAPER, "smoke", 0, folder)
    text = (folder / "nonlinear-hebbian" / "outcome.json").read_text(encoding="utf-8")
    return outcome, json.loads(text, parse_constant=int)


def test_every_claim_is_measured_and_every_figure_drawn(smoke):
    outcome, written = smoke
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke"))
    assert len(written["locality"]) == 6
    assert all(row["verdict"] == "local" for row in written["locality"])


def test_what_does_not_depend_on_the_scale_holds_at_the_smallest(smoke):
    held = {judgement.name: judgement.held for judgement in smoke[0].judgements}
    exact = [name for name in held if name.startswith("R3.")]
    assert len(exact) == 8
    assert all(held[name] for name in exact)
    assert held["R1.not-oriented"]


def test_every_setting_is_plain():
    for scale in PAPER.scales:
        values = [getattr(PAPER.settings(scale), field.name) for field in fields(PAPER.settings(scale))]
        assert all(isinstance(value, int | float | tuple) for value in values)


def made_up(localised, index):
    """Results of four nonlinearities with three starts of nine neurons."""
    orientation = np.where(np.asarray(localised)[:, None, None], 0.9, 0.1) * np.ones((4, 3, 9))
    return {
        "R1.names": ["a", "b", "c", "d"],
        "R1.patch_size": 16,
        "R1.orientation": orientation,
        "R1.participation": np.full((4, 3, 9), 20.0),
        "R3.index": np.asarray(index),
    }


def test_the_sign_rule_can_fail():
    judge = next(claim for claim in PAPER.claims if claim.name == "R3.sign").judge
    assert judge(made_up([True, False, True, False], [0.1, 0.0, 0.2, -0.1])).held
    assert not judge(made_up([True, False, False, False], [0.1, 0.0, 0.2, -0.1])).held
    assert not judge(made_up([True, True, True, False], [0.1, 0.0, 0.2, -0.1])).held


def test_one_bad_start_or_extended_fields_are_not_localised():
    results = made_up([True] * 4, [0.1] * 4)
    assert claims.localised(results, 0)
    results["R1.orientation"][0, 1, :3] = 0.3
    assert not claims.localised(results, 0)
    results["R1.participation"][1, 2] = 100.0
    assert not claims.localised(results, 1)
    assert claims.oriented(results, 0).tolist() == [9, 6, 9]


def test_the_best_candidate_is_told_model_by_model():
    results = {
        "R2.candidates": ["a", "b", "learned field"],
        "R2.objective": np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 0.0]]),
    }
    assert claims_of_theory._best(results) == ["learned field", "a"]
    assert claims_of_theory._best(results, without=("learned field",)) == ["b", "a"]
