"""The reproduction of kernel memory networks: a whole smoke run, and that judgements can fail."""

import json

import numpy as np
import pytest

from bouton.papers import load, reproduce

PAPER = load("kernel-memory")
CLAIMS = {claim.name: claim for claim in PAPER.claims}


def test_every_claim_is_measured_and_every_figure_drawn(tmp_path):
    outcome = reproduce(PAPER, "smoke", 0, tmp_path)
    written = json.loads((tmp_path / "kernel-memory" / "outcome.json").read_text(encoding="utf-8"))
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke"))
    assert [row["verdict"] for row in written["locality"]] == ["local"]


@pytest.fixture
def made_up():
    """Results as they would be where everything holds."""
    digits = np.ones((2, 5, 2, 4))
    digits[:, 2, 0] = 0.2
    recalled = np.ones((4, 3, 4))
    recalled[2:, :, -1] = 0
    cubic = np.ones((2, 2, 4))
    cubic[1, 0] = 0.3
    return {
        "R1.loads": np.array([0.5, 1.0, 1.5]),
        "R1.stabilities": np.array([[1.03], [0.47], [0.19]]),
        "R1.support": np.array([0.85, 0.68, 0.574]),
        "R2.linear": np.ones((1, 2, 4)),
        "R2.cubic": cubic,
        "R2.cubic.patterns": np.array([100, 200]),
        "R2.exponential": np.ones((1, 2, 4)),
        "R3.kernels": ["linear", "cubic", "exp 1/8", "exp 1/4", "exp 1/2"],
        "R3.patterns": np.array([50, 200]),
        "R3.recalled": digits,
        "R4.shares": np.array([0.5, 1.0, 0.9, 1.3]),
        "R4.bounds": np.full((4, 3), 0.43),
        "R4.recalled": recalled,
        "R5.theory": np.array([0.9, 0.5]),
        "R5.measured": np.array([0.9, 0.4]),
        "R5.trials": 100,
        "R6.locations": np.array([100, 400]),
        "R6.errors": np.array([0.2, 0.1]),
        "R6.count": 1000,
        "R6.patterns": np.array([100, 1000]),
        "R6.recalled": np.array([[0.9, 1.0], [0.1, 1.0]]),
    }


BROKEN = {
    "R1.stability": ("R1.stabilities", (1, 0), 0.5),
    "R1.support": ("R1.support", 2, 0.6),
    "R2.stored": ("R2.linear", (0, 1, 0), 0.98),
    "R2.equal": ("R2.cubic", (1, 0, 0), 0.6),
    "R2.trained": ("R2.cubic", (0, 1, 3), 0.9),
    "R2.exponential": ("R2.exponential", (0, 1, 2), 0.9),
    "R3.digits": ("R3.recalled", (1, 2, 0, 0), 0.7),
    "R4.sure": ("R4.recalled", (1, 1, 1), 0.99),
    "R4.tight": ("R4.recalled", (2, 1, 3), 0.1),
    "R4.fraction": ("R4.bounds", (3, 2), 0.3),
    "R5.cover": ("R5.measured", 1, 0.75),
    "R6.limit": ("R6.errors", 1, 0.19),
    "R6.stores": ("R6.recalled", (1, 0), 0.6),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_can_hold_and_fail(name, made_up):
    assert CLAIMS[name].judge(made_up).held
    values, index, bad = BROKEN[name]
    made_up[values][index] = bad
    assert not CLAIMS[name].judge(made_up).held
