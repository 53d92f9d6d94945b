"""How much of the working memory is needed, and how many of the updates: weaker currents, and updates left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.behaviour import ReservoirNetwork, RewardLearning, WorkingMemory
from bouton.data import short_signal
from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.reservoir_working_memory._common import backbone, memory_current, practised, scores
from bouton.report import figures

__all__ = ["SECTION"]

FULL = ("laptop", "paper")
_OURS = basis.ours("chosen before measuring")


@dataclass(frozen=True)
class Settings:
    """Units, networks, periods of practice and of the test, what is varied, and whether the sheet is simulated."""

    units: int = 1000
    networks: int = 2
    periods: int = 30
    tests: int = 5
    gains: tuple[float, ...] = (0.0, 0.1, 0.25, 0.5, 1.0)
    probabilities: tuple[float, ...] = (0.1, 0.25, 0.5, 1.0)
    sheet: bool = True


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return correlations (networks, values) against the strength of the currents, and the share of updates."""
    target = short_signal()
    if settings.sheet:
        current = memory_current(WorkingMemory(), len(target), settings.units, random_key(seed, 1))
    else:
        current = backbone(len(target), settings.units, generator(seed, 1))

    def learned(number: int, gain: float, probability: float) -> float:
        learning = RewardLearning(update_probability=probability)
        network = ReservoirNetwork(settings.units, learning=learning, input_noise=0.05)
        key, schedule = random_key(seed, 70, number), (settings.periods,)
        outputs = practised(network, target, gain * current, schedule, settings.tests, key)[1]
        return float(scores(outputs, target)["correlation"][0])

    numbers = range(settings.networks)
    return {
        "gains": np.array(settings.gains),
        "probabilities": np.array(settings.probabilities),
        "by_gain": np.array([[learned(number, gain, 1.0) for gain in settings.gains] for number in numbers]),
        "by_probability": np.array([[learned(number, 1.0, p) for p in settings.probabilities] for number in numbers]),
        "periods": settings.periods,
    }


def draw(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw correlation against both."""
    figure, axes = figures.new_figure(7.4, 2.7, columns=2, sharey=True)
    colour = figures.category_colours(1)[0]
    pairs = (("gains", "by_gain", "strength of the currents"), ("probabilities", "by_probability", "share of updates"))
    for axis, (values, found, label) in zip(axes, pairs, strict=True):
        axis.plot(results[values], results[found].T, color=colour, linewidth=0.8, alpha=0.5)
        axis.plot(results[values], results[found].mean(axis=0), "o-", color=colour, markersize=3)
        axis.set(xlabel=label)
    axes[0].set_ylabel("correlation")
    return figure


def _made_up() -> dict[str, Any]:
    return {
        "gains": np.array([0.0, 0.5, 1.0]),
        "probabilities": np.array([0.1, 0.5, 1.0]),
        "by_gain": np.tile([0.8, 0.9, 0.96], (2, 1)),
        "by_probability": np.tile([0.85, 0.92, 0.96], (2, 1)),
    }


SECTION = Section(
    settings={
        "smoke": Settings(200, 1, 5, 2, (0.0, 1.0), (0.5, 1.0), sheet=False),
        "laptop": Settings(),
        "paper": Settings(networks=50, periods=100, tests=50, gains=tuple(np.linspace(0, 1, 11).tolist())),
    },
    measure=measure,
    checks=(
        Check(
            "gain",
            "Correlation with the currents of the working memory in full, less that with none, mean over networks.",
            AtLeast(0.05),
            lambda results: float(np.diff(results["by_gain"].mean(axis=0)[[0, -1]])[0]),
            _OURS,
            on="facilitates",
            scales=FULL,
        ),
        Check(
            "updates",
            "Correlation with half of all updates left out at random, mean over networks.",
            AtLeast(0.9),
            lambda results: results["by_probability"].mean(axis=0)[list(results["probabilities"]).index(0.5)],
            _OURS,
            scales=FULL,
        ),
    ),
    holds=_made_up,
    breaks={"gain": put("by_gain", 0.95, (..., 0)), "updates": put("by_probability", 0.5, (..., 1))},
    figures=(
        Figure(
            "strengths",
            "Correlation with the target after practice against the strength of the currents that the working memory "
            "sends (left) and the share of steps whose update is applied (right); thin lines are single networks.",
            draw,
        ),
    ),
    circuits=lambda settings: (),
)
