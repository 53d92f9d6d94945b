"""The reproduction of correlation-invariant plasticity: a whole smoke run, and that judgements can fail."""

import json

import numpy as np
import pytest

from bouton.papers import load, reproduce
from bouton.papers._correlation_invariant import mixing, population, signals

PAPER = load("correlation-invariant")
CLAIMS = {claim.name: claim for claim in PAPER.claims}


def test_every_claim_is_measured_and_every_figure_drawn(tmp_path):
    outcome = reproduce(PAPER, "smoke", 0, tmp_path)
    written = json.loads((tmp_path / "correlation-invariant" / "outcome.json").read_text(encoding="utf-8"))
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke"))
    assert len(written["locality"]) == 14
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
        "R3.same.widths": np.array([0.12, 0.075, 0.166]),
        "R3.diverse.widths": np.array([0.12, 0.08, 0.16]),
        "R3.diverse.correlations": np.array([-0.3, 0.3]),
        "R3.silent": [0, 0],
        "R4.agreement": agreement,
        "R4.returned": np.ones((3, 3)),
        "R4.residual": np.full((3, 3), 1e-5),
        "R5.participation": np.repeat([[20.0], [22.0], [60.0], [64.0]], 9, axis=1),
        "R5.orientation": np.full((4, 9), 0.8),
        "R6.participation": np.array([[60.0, 20.0], [90.0, 250.0]]),
        "R6.cosines": np.array([[0.0, 0.1], [1.0, 1.0]]),
        "R6.orientation": np.full((2, 16), 0.6),
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
    "R3.sharper": ("R3.diverse.widths", 1, 0.09),
    "R3.broader": ("R3.same.widths", 2, 0.14),
    "R3.order": ("R3.same.widths", 1, 0.13),
    "R3.silent": ("R3.silent", 1, 1),
    "R3.reliable": ("R3.diverse.correlations", 0, 0.1),
    "R3.unreliable": ("R3.diverse.correlations", 1, -0.1),
    "R4.stable": ("R4.returned", (1, 2), 0.9),
    "R4.invariant": ("R4.agreement", (0, 1, 0), 0.99),
    "R4.controls": ("R4.agreement", 2, 1.0),
    "R5.localised": ("R5.participation", 1, 40.0),
    "R5.oriented": ("R5.orientation", 0, 0.3),
    "R6.few": ("R6.participation", (0, 1), 50.0),
    "R6.different": ("R6.cosines", (0, 1), 0.5),
    "R6.uniform": ("R6.participation", (1, 1), 150.0),
    "R6.same": ("R6.cosines", (1, 0), 0.9),
    "R6.oriented": ("R6.orientation", 0, 0.4),
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


def test_the_population_sees_what_the_experiment_says():
    rng = np.random.default_rng(0)
    inputs = population.tuned_inputs(rng, 100, diverse=False)
    stimulus = np.linspace(0, 1, 20_000, endpoint=False)
    widths, curves, deviations = population.tuning_width(stimulus, inputs.rates(stimulus))
    # Full width at half maximum of a Gaussian, to a bin on either side.
    np.testing.assert_allclose(widths, 2 * 0.05 * np.sqrt(2 * np.log(2)), atol=0.01)
    assert curves.max() == pytest.approx(1 / np.sqrt(2 * np.pi), rel=0.01)
    assert np.all(curves[:5, 0] > 0.3)  # input 0 prefers 0, from both sides
    assert np.all(curves[-5:, 0] > 0.3)
    assert deviations.max() < 0.02
    path = population.stimulus_path(rng, 50_000)
    assert 0 <= path.min() < 0.01
    assert 0.99 < path.max() < 1
    diverse = population.tuned_inputs(rng, 2000, diverse=True)
    assert np.log(diverse.width).std() == pytest.approx(0.1, rel=0.1)
    assert np.log(diverse.amplitude).std() == pytest.approx(0.2, rel=0.1)


def test_mapped_perturbations_change_all_answers_alike():
    rng = np.random.default_rng(0)
    sources = rng.normal(size=(50, 8))
    settings = PAPER.scales["smoke"]
    data = np.array([[sources @ matrix.T for matrix in mixing._mixings(rng)]])
    mapped = mixing._mapped(data, rng.normal(size=(1, 3, 8)))
    moved = mixing._perturbations(settings, 0, data, mapped)
    changes = np.einsum("smnd,smd->smn", data, moved)[0]
    np.testing.assert_allclose(changes, changes[:1].repeat(3, 0), atol=1e-9)
    assert np.linalg.norm(moved[0, 0]) == pytest.approx(0.1 * np.linalg.norm(mapped[0, 0]))
