"""The reproduction of correlation-invariant plasticity: a whole smoke run, and that judgements can fail."""

import json

import numpy as np
import pytest

from bouton.papers import load, reproduce
from bouton.papers._correlation_invariant import mixing, signals

PAPER = load("correlation-invariant")
CLAIMS = {claim.name: claim for claim in PAPER.claims}


def test_every_claim_is_measured_and_every_figure_drawn(tmp_path):
    outcome = reproduce(PAPER, "smoke", 0, tmp_path)
    written = json.loads((tmp_path / "correlation-invariant" / "outcome.json").read_text(encoding="utf-8"))
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke"))
    assert len(written["locality"]) == 4
    assert all(row["verdict"] == "local" for row in written["locality"])


@pytest.fixture
def made_up():
    """Results as they would be where everything holds."""
    agreement = np.full((3, 3, 2), 0.2)
    agreement[0] = [[0.1, 0.2], [1, 1], [1, 1]]
    means = [[0.6, 0.9, 1.3, 0], [4, 2.6, 1.8, 0]]
    ratios = np.array([[0.98, 0.97], [0.75, 0.74]])
    return {
        "R1.network": np.array([0.1, -0.1, 0.99, 1.0]),
        "R1.means": np.array([[1.2, 0.1, 0.2], [1.0, 0.0, 0.2], [0, 1, 0], [0, 1, 0]]),
        "R2.scale.ratios": ratios,
        "R2.noise.ratios": ratios,
        "R2.scale.means": np.array(means),
        "R2.noise.means": np.array(means),
        "R4.agreement": agreement,
        "R4.residual": np.full((3, 3), 1e-5),
        "R5.participation": np.repeat([[20.0], [22.0], [60.0], [64.0]], 9, axis=1),
        "R5.orientation": np.full((4, 9), 0.8),
    }


BROKEN = {
    "R1.invariant": ("R1.network", 1, -0.4),
    "R1.signal": ("R1.means", (0, 1), 0.5),
    "R1.heterosynaptic": ("R1.network", 3, 0.9),
    "R2.scale.invariant": ("R2.scale.ratios", (0, 1), 0.9),
    "R2.noise.heterosynaptic": ("R2.noise.ratios", (1, 0), 0.9),
    "R2.order.invariant": ("R2.scale.means", (0, 0), 1.0),
    "R2.order.heterosynaptic": ("R2.scale.means", (1, 2), 3.0),
    "R2.order.noise": ("R2.noise.means", (0, 0), 1.0),
    "R4.fixed-point": ("R4.residual", (2, 1), np.inf),
    "R4.invariant": ("R4.agreement", (0, 1, 0), 0.99),
    "R4.controls": ("R4.agreement", 2, 1.0),
    "R5.localised": ("R5.participation", 1, 40.0),
    "R5.oriented": ("R5.orientation", 0, 0.3),
}


@pytest.mark.parametrize("name", BROKEN)
def test_claims_can_hold_and_fail(name, made_up):
    assert CLAIMS[name].judge(made_up).held
    values, index, bad = BROKEN[name]
    made_up[values][index] = bad
    assert not CLAIMS[name].judge(made_up).held


def test_the_input_is_what_the_experiment_says():
    rng = np.random.default_rng(0)
    data = signals.groups(rng, 200_000, np.full(5, 2.0), np.full(5, 0.2), (1.2, 0.2), 3.0)
    assert data.rows.shape == (200_000, 15)
    np.testing.assert_allclose(data.rows.mean(axis=0), 0, atol=1e-3)
    # Events of 100 ms, begun a second after the last one ended.
    assert np.mean(data.latent > 0) == pytest.approx(100 / 1100, abs=0.015)
    assert data.latent.max() == pytest.approx(1.3)
    assert data.network.std() == pytest.approx(1, abs=0.1)
    assert np.corrcoef(data.network[:-200], data.network[200:])[0, 1] == pytest.approx(np.exp(-1), abs=0.12)
    np.testing.assert_allclose(data.rows[:, 10:].std(axis=0), 3, rtol=0.02)


def test_a_silent_neuron_is_no_fixed_point():
    rows = np.random.default_rng(0).normal(size=(50, 3))
    assert mixing._residual(rows, np.zeros(3)) == np.inf
