"""The reproduction of triplet STDP: a whole smoke run, and that judgements can fail."""

import json

import numpy as np
import pytest

from bouton.papers import load, reproduce
from bouton.papers._triplet_stdp.settings import DRIFTS, SCALES

PAPER = load("triplet-stdp")
CLAIMS = {claim.name: claim for claim in PAPER.claims}
NOT_HELD = {"R1.pairs.reversal"}
"""The best pairs do reverse, by a trace far longer than a window of timing; the page says so."""


def test_every_claim_is_measured_and_every_figure_drawn(tmp_path):
    outcome = reproduce(PAPER, "smoke", 0, tmp_path)
    written = json.loads((tmp_path / "triplet-stdp" / "outcome.json").read_text(encoding="utf-8"))
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert {row["name"] for row in written["claims"] if not row["held"]} == NOT_HELD
    assert len(written["claims"]) == len(PAPER.claims_at("smoke")) == 19


@pytest.fixture(scope="module")
def results():
    """Results of the smoke scale, with drifts as expected in place of what is too short there."""
    found = dict(PAPER.experiment(SCALES["smoke"], 0, lambda *_: None))
    rates = np.array([5.0, 10.0, 20.0, 30.0, 40.0])
    assert found["R3.drifts"].shape == (len(rates), SCALES["smoke"].poisson_runs)
    return found | {"R3.drifts": np.asarray(DRIFTS)[:, None], "R3.sliding": np.array([[0.1], [-0.1]])}


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_can_hold_and_fail(name, results):
    assert CLAIMS[name].judge(results).held == (name not in NOT_HELD)
    spoilt = {key: -3 * value if isinstance(value, np.ndarray) else value for key, value in results.items()}
    spoilt |= {key: 0.9 for key in results if key.endswith(".error")}
    spoilt["R2.post"] = -10 * results["R2.post"]
    spoilt["R3.drifts"] = 2 * results["R3.drifts"] + 0.1
    spoilt["R1.pairs.amplitudes.changes"] = results["R1.visual-cortex.changes"]
    spoilt["R1.pairs.free.changes"] = results["R1.pairs.amplitudes.changes"] - 1
    assert CLAIMS[name].judge(spoilt).held == (name in NOT_HELD)
