"""Recall with random parameters: numbers of neurons, rules, weights and inputs are multiplied by random factors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.assemblies._common import ROLES, SMOKE_SIZE, Size, empty_allowed
from bouton.report import figures
from bouton.spiking.assemblies import AssemblyCircuit, AssemblyNetwork, build_spaces

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """How large each network is, how far parameters deviate, how many variants there are of each, and the spaces."""

    size: Size = field(default_factory=lambda: Size(space=1000))
    deviations: tuple[float, ...] = (0.1,)
    variants: int = 20
    delay: float = 5000.0
    spaces: tuple[str, ...] = ("space",)


_FULL = ("laptop", "paper")
_LEAST = 0.1
_MOST_MISSED = 1


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Create, load and recall each content in networks of random parameters."""
    space, contents = settings.spaces[0], settings.size.contents
    success = np.zeros((len(settings.deviations), settings.variants, contents))
    sizes = np.zeros_like(success)
    with empty_allowed():
        for row, deviation in enumerate(settings.deviations):
            for variant in range(settings.variants):
                network = _network(settings, deviation, seed, variant)
                network.train(settings.size.presentations)
                sizes[row, variant] = [len(np.asarray(each.assembly)) for each in network.test()]
                for pattern in range(contents):
                    network.create(space, pattern)
                for pattern in range(contents):
                    network.load(space, pattern)
                    success[row, variant, pattern] = network.recall(space, settings.delay).success
    return {"deviations": np.array(settings.deviations), "success": success, "sizes": sizes}


def _network(settings: Settings, deviation: float, seed: int, variant: int) -> AssemblyNetwork:
    """Return a network whose parameters, rates of the inputs included, are multiplied by random factors.

    All variants have one wiring: other numbers of synapses would be other programs, each of which stays in memory.
    """
    factors = np.maximum(1 + deviation * generator(seed, 3, variant).normal(size=2), _LEAST)
    rates = {"pattern_rate": 100.0 * float(factors[0]), "background_rate": 0.1 * float(factors[1])}
    varied = {"variation": deviation, "variation_seed": 1000 * seed + variant}
    return AssemblyNetwork(settings.spaces, settings.size.parameters(**rates), 100 * seed, **varied)


def _most(results: Mapping[str, Any]) -> np.ndarray:
    """Return the share of variants that recall all contents, or all but one, for each deviation."""
    missed = np.sum(1 - results["success"], axis=2)
    return np.mean(missed <= _MOST_MISSED, axis=1)


def _mean(results: Mapping[str, Any]) -> np.ndarray:
    return results["success"].mean(axis=(1, 2))


def draw_recalls(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how many contents each variant recalls, and the mean over variants, against the deviation."""
    figure, axes = figures.new_figure(5.6, 3.4)
    colours = figures.category_colours(2)
    contents = results["success"].shape[2]
    for place, counts in enumerate(results["success"].sum(axis=2)):
        numbers = np.bincount(counts.astype(int), minlength=contents + 1)
        for count, number in enumerate(numbers):
            axes.scatter(place, count, s=30 * number, color=colours[0], alpha=0.6, linewidths=0)
    axes.plot(contents * _mean(results), color=colours[1], marker="_", markersize=14, label="mean")
    axes.set(
        xlabel="deviation of parameters, relative",
        ylabel=f"contents recalled, of {contents}",
        xticks=range(len(results["deviations"])),
        xticklabels=[f"{deviation:g}" for deviation in results["deviations"]],
        xlim=(-0.5, len(results["deviations"]) - 0.5),
        ylim=(-0.5, contents + 0.5),
    )
    axes.legend(**figures.ABOVE)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(SMOKE_SIZE, (0.1,), 1, 500.0, ROLES),
        "laptop": Settings(),
        "paper": Settings(Size(time_step=0.1), (0.1, 0.2, 0.3, 0.4, 0.5), 100),
    },
    measure=measure,
    checks=(
        Check(
            "bears",
            "Share of variants that recall all contents, or all but one, where parameters deviate by 10 %.",
            AtLeast(0.5),
            lambda results: _most(results)[0],
            basis.ours("half of the variants, set before it was measured"),
            on="robust",
            scales=_FULL,
        ),
        Check(
            "degrades",
            "By how much the share of recalled contents falls from the least deviation to the largest.",
            AtLeast(0.05),
            lambda results: _mean(results)[0] - _mean(results)[-1],
            basis.ours("a twentieth, set before it was measured"),
            on="robust",
            scales=("paper",),
        ),
    ),
    holds=lambda: {
        "deviations": np.array([0.1, 0.3]),
        "success": np.stack([np.ones((20, 5)), np.tile(np.arange(5) < 3, (20, 1))]),
        "sizes": np.full((2, 20, 5), 68),
    },
    breaks={"bears": put("success", 0.0, 0), "degrades": put("success", 1.0)},
    figures=(
        Figure(
            "recalls",
            "Contents that come back after 5 s in networks whose parameters are multiplied by random factors; the area "
            "of a dot goes with the number of variants. Look for the fall from left to right.",
            draw_recalls,
        ),
    ),
    circuits=lambda settings: [
        AssemblyCircuit(build_spaces(settings.size.parameters(), settings.spaces), ("content", *settings.spaces))
    ],
)
