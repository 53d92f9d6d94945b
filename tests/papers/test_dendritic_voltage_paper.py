"""The reproduction of plasticity by dendritic voltage: a whole smoke run, and that judgements can fail."""

import json

import numpy as np
import pytest

from bouton.papers import load, reproduce

PAPER = load("dendritic-voltage-plasticity")
CLAIMS = {claim.name: claim for claim in PAPER.claims}
NOT_HELD = {"R1.unchanged", "R1.single-spike", "R5.proximal.before"}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    done = reproduce(PAPER, "smoke", 0, folder)
    return done, json.loads((folder / PAPER.name / "outcome.json").read_text(encoding="utf-8"))["claims"]


def test_every_claim_is_measured_and_every_figure_drawn(outcome):
    done, rows = outcome
    assert done.figure_errors == {}
    assert [row["name"] for row in rows if "could not be measured" in str(row["measured"])] == []
    assert len(rows) == len(PAPER.claims_at("smoke"))


def test_what_fails_is_what_is_known_to_fail(outcome):
    assert {row["name"] for row in outcome[1] if not row["held"]} == NOT_HELD


@pytest.fixture
def made_up():
    """Results as they would be where everything holds."""
    measured = np.array([92.0, 129.0, 90.0, 100.0, 118.0, 100.0, 137.0, 85.0, 100.0, 78.0])
    return {
        "R1.names": tuple(f"L{number}" for number in range(10)),
        "R1.percent": np.tile(measured, (3, 1)),
        "R1.loss": np.array([768.6, 1.0, 798.9]),
        "R2.percent": np.tile([63.46, -28.89, 83.32, 57.13, 77.08, -88.34, 84.42, 0.15, 100.0, 123.0], (3, 1)),
        "R3.rules": ("veto", "none", "instantaneous", "clopath"),
        "R3.loss": np.array([421.0, 700.0, 800.0, 722.0]),
        "R3.percent": np.array([[92.0], [107.0], [108.0], [108.0]]),
        "R4.names": ("B0", "B1", "B2", "B5", "B9", "B14", "B18", "B21", "B23"),
        "R4.percent": np.array([100.0, 93.5, 235.2, 174.6, 223.2, 177.1, 131.5, 99.2, 34.5]),
        "R4.mixed": np.array([100.0, 145.5, 34.5]),
        "R5.ends": np.tile([[110.0, 90.0], [90.0, 110.0]], (3, 1, 1)),
        "R6.percent": np.full(10, 100.0),
        "R6.spike_times": 2532.0,
    }


def spoiled(results):
    """Return results where nothing is as it should be."""
    return results | {
        "R1.percent": 200 - results["R1.percent"] + 3.0,
        "R1.loss": 10 * results["R1.loss"],
        "R2.percent": 200 - results["R2.percent"],
        "R3.loss": results["R3.loss"][::-1] * np.array([1.0, 3.0, 5.0, 7.0]) ** -1,
        "R3.percent": 180 - results["R3.percent"],
        "R4.percent": 200 - results["R4.percent"] + 10,
        "R4.mixed": results["R4.mixed"] + 1,
        "R5.ends": 200 - results["R5.ends"],
        "R6.percent": results["R6.percent"] - 1,
        "R6.spike_times": 700.0,
    }


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_can_hold_and_fail(name, made_up):
    # Results of the reference runs and measurements cannot be had at once.
    assert CLAIMS[name].judge(made_up).held or name in {"R1.L-a", "R1.L-b", "R1.L-c"}
    assert not CLAIMS[name].judge(spoiled(made_up)).held
