"""Poisson spikes: the rule of triplets becomes a rule of rates with a threshold, which can slide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.papers import AtMost, Check, Figure, IsTrue, Near, Section, basis
from bouton.papers._made_up import put, scaled
from bouton.papers._tables import distances, listed
from bouton.papers.triplet_stdp._pathway import ToldPathway
from bouton.plasticity import SlidingTripletSTDP, TripletSTDP, protocols, triplet_set
from bouton.report import figures

__all__ = ["SECTION"]

PRE_RATE = 10.0
POST_RATES = (5.0, 10.0, 20.0, 30.0, 40.0)
DRIFTS = (-0.00885, -0.01148, 0.00194, 0.04026, 0.10347)
"""Change per second under Poisson spikes at these rates in Hz, of the minimal set."""

SLIDING_RATES = (10.0, 30.0)
"""Rates at which a neuron is kept while its threshold slides, in Hz."""

_CLOSED_FORM = basis.theory("mean over Poisson spikes, in closed form")
_MONTE_CARLO = ("laptop", "paper")


@dataclass(frozen=True)
class Settings:
    """Duration of a run in ms, and how many runs."""

    duration: float = 400_000.0
    runs: int = 4


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Simulate drifts under Poisson spikes, with the threshold held and sliding."""
    fine = np.linspace(0.0, 42.0, 85)
    size = {"duration": settings.duration, "runs": settings.runs}
    with jax.enable_x64(True):
        full, minimal = triplet_set("visual-cortex"), triplet_set("visual-cortex-minimal")
        sliding = SlidingTripletSTDP(minimal, target=minimal.threshold(PRE_RATE))
        return {
            "drifts": np.asarray(protocols.poisson(minimal, PRE_RATE, POST_RATES, seed=seed, **size)),
            "sliding": np.asarray(protocols.poisson(sliding, PRE_RATE, SLIDING_RATES, seed=seed + 1, **size)),
            "rates": fine,
            "theory": minimal.drift(PRE_RATE, fine),
            "thresholds": np.array([minimal.threshold(PRE_RATE), full.threshold(PRE_RATE)]),
        }


def circuits(settings: Settings) -> tuple[ToldPathway, ...]:
    """Return a pathway with the sliding threshold."""
    return (ToldPathway(SlidingTripletSTDP(TripletSTDP())),)


def _allowed(results: Mapping[str, Any]) -> list[float]:
    """Return the distance of each drift from the expected one, over 10 % of it or 0.001 per second."""
    means = results["drifts"].mean(axis=-1)
    return [abs(float(a) - b) / max(0.1 * abs(b), 0.001) for a, b in zip(means, DRIFTS, strict=True)]


def _crossing(results: Mapping[str, Any]) -> float:
    """Return the rate at which the measured drift over the rate changes its sign, by a line through all points."""
    rates = np.asarray(POST_RATES)
    slope, offset = np.polyfit(rates, results["drifts"].mean(axis=-1) / rates, 1)
    return float(-offset / slope)


def draw_rates(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the closed form and the simulated drifts over the postsynaptic rate."""
    figure, axes = figures.new_figure(6.2, 3.6)
    colours = figures.category_colours(2)
    axes.plot(results["rates"], results["theory"], color=colours[0], label="closed form")
    drifts = results["drifts"]
    axes.errorbar(
        POST_RATES, drifts.mean(axis=-1), drifts.std(axis=-1, ddof=1), fmt="o", color=colours[1], capsize=2.5,
        label="Poisson spikes, with the deviation of runs",
    )  # fmt: skip
    axes.axhline(0, color=figures.muted(), linewidth=0.8)
    threshold = float(results["thresholds"][0])
    axes.axvline(threshold, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        f"threshold, {threshold:.1f} Hz", (threshold, 0.07), xytext=(-6, 0), textcoords="offset points", ha="right",
        fontsize=9,
    )  # fmt: skip
    axes.set(xlabel=f"postsynaptic rate (Hz); presynaptic {PRE_RATE:g} Hz", ylabel="change per second")
    axes.legend(fontsize=8, loc="upper left")
    return figure


SECTION = Section(
    settings={"smoke": Settings(10_000.0, 2), "laptop": Settings(), "paper": Settings(runs=16)},
    measure=measure,
    checks=(
        Check(
            "drift",
            f"Minimal set, Poisson spikes, pre at 10 Hz and post at {listed(POST_RATES)} Hz: change per second, as the "
            "distance from the expected one over what is allowed (10 % of it, or 0.001 per second).",
            AtMost(1.0),
            _allowed,
            _CLOSED_FORM,
            on="bcm",
            expected=listed(DRIFTS),
            scales=_MONTE_CARLO,
        ),
        Check(
            "crossing",
            "The threshold in Hz, read off the simulated drifts, which over the rate lie on a line.",
            Near(19.220, 1.0),
            _crossing,
            _CLOSED_FORM,
            on="bcm",
            scales=_MONTE_CARLO,
        ),
        Check(
            "threshold",
            "Post rate at which the closed form changes its sign, in Hz: minimal and full set, as distances from the "
            "expected values.",
            AtMost(5e-4),
            lambda results: distances(results["thresholds"], (19.220, 18.720)),
            _CLOSED_FORM,
            on="bcm",
            expected="19.220, 18.720",
        ),
        Check(
            "sliding",
            "Where depression grows with the square of the neuron's mean rate, a neuron that is kept below its target "
            f"strengthens and one kept above weakens ({listed(SLIDING_RATES)} Hz; target 19.2 Hz), opposite to the "
            "signs with the threshold held.",
            IsTrue(),
            lambda results: bool(results["sliding"][0].mean() > 0 > results["sliding"][1].mean()),
            basis.paper("section on the BCM rule", recalled=True),
            on="sliding",
            scales=_MONTE_CARLO,
        ),
    ),
    holds=lambda: {
        "drifts": np.asarray(DRIFTS)[:, None],
        "sliding": np.array([[0.1], [-0.1]]),
        "thresholds": np.array([19.220, 18.720]),
    },
    breaks={
        "drift": scaled("drifts", 2.0),
        "crossing": put("drifts", 0.0, 4),
        "threshold": put("thresholds", 19.3),
        "sliding": scaled("sliding", -1.0),
    },
    figures=(
        Figure(
            "rates",
            "Poisson spikes: the mean change as a function of the postsynaptic rate, minimal set. Below the threshold "
            "the synapse weakens, above it strengthens, as Bienenstock, Cooper and Munro have it.",
            draw_rates,
        ),
    ),
    circuits=circuits,
)
