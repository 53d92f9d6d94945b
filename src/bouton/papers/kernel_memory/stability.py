"""The margin of linear networks beside Gardner's theory, and the share of patterns that are support vectors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.memory import HardMargin, gardner_stability, optimal_stability_memory, support_share
from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.kernel_memory._common import signs
from bouton.report import figures

__all__ = ["SECTION"]

_SUPPORT = 1e-9
_FULL = ("laptop", "paper")
_GARDNER = basis.theory("Gardner 1988, for large networks")


@dataclass(frozen=True)
class Settings:
    """Loads are patterns over neurons."""

    neurons: int = 200
    loads: tuple[float, ...] = (0.5, 1.0, 1.5)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the stabilities of neurons of the optimal linear network, and its support vectors, at each load."""
    size, stabilities, support = settings.neurons, [], []
    for number, load in enumerate(settings.loads):
        patterns = signs(generator(seed, 1, number), round(load * size), size)
        memory = optimal_stability_memory(HardMargin(max_sweeps=10_000)).fit(patterns)
        # Kernels are scaled to 1; a synapse's input counts as 1 in the theory.
        stabilities.append(memory.stabilities_ * np.sqrt(size - 1))
        support.append(float(np.mean(memory.alphas_ > _SUPPORT)))
    return {"loads": np.array(settings.loads), "stabilities": np.array(stabilities), "support": np.array(support)}


def _errors_of_margin(results: Mapping[str, Any]) -> np.ndarray:
    return abs(results["stabilities"].mean(axis=1) - [gardner_stability(load) for load in results["loads"]])


def _errors_of_support(results: Mapping[str, Any]) -> np.ndarray:
    return abs(results["support"] - [support_share(gardner_stability(load)) for load in results["loads"]])


def draw_stability(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the distributions of stabilities beside theory."""
    figure, axes = figures.new_figure(7.2, 3.2)
    loads = results["loads"]
    colours = figures.category_colours(len(loads))
    for load, stabilities, colour in zip(loads, results["stabilities"], colours, strict=True):
        axes.hist(stabilities, bins=np.arange(-0.1, 1.5, 0.025), color=colour, alpha=0.75, label=f"M/N = {load:g}")
        axes.axvline(gardner_stability(load), color=colour, linewidth=1.6)
    axes.set(xlabel="stability of a neuron; line: Gardner", ylabel="neurons")
    axes.legend()
    return figure


SECTION = Section(
    settings={"smoke": Settings(40, (0.25, 0.5)), "laptop": Settings(), "paper": Settings(400)},
    measure=measure,
    checks=(
        Check(
            "margin",
            "The margin of the optimal linear network is Gardner's: deviation of its mean over neurons, at M/N = 0.5, "
            "1 and 1.5.",
            AtMost(0.02),
            _errors_of_margin,
            _GARDNER,
            on="capacity",
            expected="margins 1.034, 0.471, 0.186",
            scales=_FULL,
        ),
        Check(
            "support",
            "So is the share of patterns that are support vectors, the normal distribution at the margin: deviation.",
            AtMost(0.02),
            _errors_of_support,
            _GARDNER,
            on="capacity",
            expected="shares 0.850, 0.681, 0.574",
            scales=_FULL,
        ),
    ),
    holds=lambda: {
        "loads": np.array([0.5, 1.0, 1.5]),
        "stabilities": np.array([[1.03], [0.47], [0.19]]),
        "support": np.array([0.85, 0.68, 0.574]),
    },
    breaks={"margin": put("stabilities", 0.5, (1, 0)), "support": put("support", 0.6, 2)},
    figures=(
        Figure(
            "stability",
            "Stabilities of the neurons of the optimal linear network, at three loads, beside Gardner's theory.",
            draw_stability,
        ),
    ),
)
