"""The reproduction of Linsker's network: a whole smoke run, and that judgements can fail."""

import json
from dataclasses import fields

import numpy as np
import pytest

from bouton.papers import load, reproduce

PAPER = load("linsker")


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    outcome = reproduce(PAPER, "smoke", 0, folder)
    text = (folder / "linsker" / "outcome.json").read_text(encoding="utf-8")
    return outcome, json.loads(text, parse_constant=int)


def test_every_claim_is_measured_and_every_figure_drawn(smoke):
    outcome, written = smoke
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke"))
    assert {row["verdict"] for row in written["locality"]} == {"local"}
    assert len(written["locality"]) == 6


def test_what_theory_knows_holds_at_the_smallest_scale(smoke):
    held = {judgement.name: judgement.held for judgement in smoke[0].judgements}
    exact = ("modes.closed", "modes.k2", "modes.bilobed-leads", "modes.crossing", "R4.optimum", "R4.trade-off")
    assert all(held[name] for name in exact)


def test_every_setting_is_plain():
    for scale in PAPER.scales:
        values = [getattr(PAPER.settings(scale), field.name) for field in fields(PAPER.settings(scale))]
        assert all(isinstance(value, int | float | tuple) for value in values)


def test_outputs_that_share_the_work_another_way_are_told():
    results = {"water.climbed": np.array([[1.0, 0.9]]), "water.powers": np.array([[1.5, 0.5]])}
    assert judged("water.powers", results | {"water.climbed_powers": np.array([[[1.5, 0.5], [2.0, 0.0]]])})
    assert not judged("water.powers", results | {"water.climbed_powers": np.array([[[1.4, 0.6], [1.5, 0.5]]])})


def judged(name, results):
    return next(claim for claim in PAPER.claims if claim.name == name).judge(results).held


def test_one_cell_without_a_centre_is_told():
    k1 = np.array(PAPER.settings("laptop").k1)
    results = {"R1.k1": k1, "R1.centre": np.full((len(k1), 3), 0.6)}
    assert judged("R1.centre", results)
    results["R1.centre"][4, 1] = 0.5
    assert not judged("R1.centre", results)


def test_orientations_that_are_alike_are_told():
    assert judged("R3.every-orientation", {"R3.4.0.0.3.preferred": np.linspace(0, np.pi, 20, endpoint=False)})
    assert not judged("R3.every-orientation", {"R3.4.0.0.3.preferred": np.full(20, 1.0)})


def test_a_hat_that_gets_shallower_is_told():
    profiles = np.array([[1, 0, 0], [1, -0.1, 0.01], [1, -0.2, 0.02], [1, -0.15, 0.03], [1, -0.3, 0.04]])
    assert not judged("R2.deepening", {"R2.profiles": profiles})
    profiles[3, 1] = -0.25
    assert judged("R2.deepening", {"R2.profiles": profiles})
    assert judged("R2.lobes-rise", {"R2.profiles": profiles})
