"""The reproduction of voltage-based plasticity: a whole smoke run, and that judgements can fail."""

import json

import numpy as np
import pytest

from bouton.papers import load, reproduce
from bouton.papers._clopath.field import bumps, contiguous_runs
from bouton.papers._clopath.settings import SCALES

PAPER = load("clopath")
CLAIMS = {claim.name: claim for claim in PAPER.claims}


def test_every_claim_is_measured_and_every_figure_drawn(tmp_path):
    outcome = reproduce(PAPER, "smoke", 0, tmp_path)
    written = json.loads((tmp_path / "clopath" / "outcome.json").read_text(encoding="utf-8"))
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke")) == 8
    assert all(row["held"] for row in written["claims"])


@pytest.fixture(scope="module")
def results():
    """Results of the smoke scale, with a field as expected in place of what is too short there."""
    found = dict(PAPER.experiment(SCALES["smoke"], 0, lambda *_: None))
    assert found["R4.weights"].shape == found["R4.at_once.weights"].shape == (1, 50)
    return found | {
        "R4.runs": [1, 1],
        "R4.rates": np.array([7.0, 8.0]),
        "R4.large": np.full(2, 0.118),
        "R4.small": np.full(2, 0.65),
    }


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_can_hold_and_fail(name, results):
    assert CLAIMS[name].judge(results).held
    spoilt = {key: 2 - 2 * value if isinstance(value, np.ndarray) else value for key, value in results.items()}
    spoilt |= {key: -30.0 for key in results if key.endswith("reversal")}
    spoilt |= {key: value for key, value in results.items() if key.endswith("closed")}
    assert not CLAIMS[name].judge(spoilt | {"R4.runs": [1, 2]}).held


def test_patterns_lie_on_a_ring_and_stretches_are_counted_on_it():
    patterns = bumps(SCALES["laptop"])
    np.testing.assert_allclose(patterns[1], np.roll(patterns[0], 50), rtol=1e-12)
    assert patterns.max() == pytest.approx(0.0151)
    weights = np.zeros(500)
    weights[480:], weights[:30] = 2.5, 2.5
    assert contiguous_runs(weights) == 1
    weights[200:250] = 2.5
    assert contiguous_runs(weights) == 2
    assert contiguous_runs(np.zeros(500)) == 0
