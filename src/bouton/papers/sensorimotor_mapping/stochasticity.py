"""How random the neurons may be: learning over the temperature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Check, Figure, Section
from bouton.papers._made_up import put
from bouton.papers.sensorimotor_mapping._common import FULL, MANY, OURS, SMALL, WHOLE, Sizes, lived, loop, summary
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Sizes and temperatures, rising."""

    sizes: Sizes = WHOLE
    temperatures: tuple[float, ...] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return medians and quartiles of the lengths of blocks, and failures, for each temperature."""
    sizes = settings.sizes
    found = [
        summary(lived(loop(sizes, temperature=temperature), sizes, seed, 300 + number), sizes)
        for number, temperature in enumerate(settings.temperatures)
    ]
    kept = {name: np.array([each[name] for each in found]) for name in ("median", "quartiles", "failed")}
    return {"temperatures": np.array(settings.temperatures), **kept}


def draw_lengths(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the length of a block and the share of failed blocks against the temperature."""
    figure, (left, right) = figures.new_figure(7.2, 3.2, columns=2)
    colour, other = figures.category_colours(2)
    temperatures, quartiles = results["temperatures"], results["quartiles"]
    left.fill_between(temperatures, quartiles[:, 0], quartiles[:, 1], color=colour, alpha=0.2, linewidth=0)
    left.plot(temperatures, results["median"], "o-", color=colour)
    left.set(xscale="log", xlabel="temperature", ylabel="trials in a block", ylim=(0, 525))
    right.plot(temperatures, results["failed"], "o-", color=other)
    right.set(xscale="log", xlabel="temperature", ylabel="share of failed blocks", ylim=(-0.04, 1.04))
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(SMALL, (0.05, 0.5)),
        "laptop": Settings(),
        "paper": Settings(MANY),
    },
    measure=measure,
    checks=(
        Check(
            "rises",
            "Median length of a block over that at the next lower temperature, for each temperature.",
            AtLeast(0.85),
            lambda results: [float(ratio) for ratio in results["median"][1:] / results["median"][:-1]],
            OURS,
            on="stochasticity",
        ),
        Check(
            "high",
            "Share of failed blocks at T = 0.5, as large as the drives.",
            AtLeast(0.9),
            lambda results: float(results["failed"][results["temperatures"] == 0.5][0]),
            OURS,
            on="stochasticity",
            scales=FULL,
        ),
        Check(
            "low",
            "Share of failed blocks at each T up to 0.1.",
            AtMost(0.05),
            lambda results: [float(share) for share in results["failed"][results["temperatures"] <= 0.1]],
            OURS,
            on="stochasticity",
        ),
    ),
    holds=lambda: {
        "temperatures": np.array(Settings().temperatures),
        "median": np.array([67.0, 72, 74, 90, 126, 500]),
        "failed": np.array([0.0, 0, 0, 0, 0, 1]),
    },
    breaks={
        "rises": put("median", 60.0, 4),
        "high": put("failed", 0.3, -1),
        "low": put("failed", 0.3, 1),
    },
    figures=(
        Figure(
            "lengths",
            "Length of a block (median, quartiles) and the share of blocks that fail, against the temperature of all "
            "neurons; the drives have a standard deviation of 0.5. Little noise is best: what explores is the "
            "plasticity.",
            draw_lengths,
        ),
    ),
)
