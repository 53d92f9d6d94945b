"""The continuous memory of exponential capacity: the bound on its basins, and recall from within and beyond."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.memory import ExponentialPowerKernel, basin_bound, exponential_capacity_memory
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.report import figures

__all__ = ["SECTION"]

_STEPS = 60
_NEAR = 1e-6
"""Of the patterns' length: what counts as recalled."""

_FULL = ("laptop", "paper")


@dataclass(frozen=True)
class Settings:
    """Patterns lie on spheres."""

    spheres: tuple[tuple[int, int], ...] = ((16, 200), (32, 500), (64, 2000))
    """Neurons and patterns."""
    shapes: tuple[tuple[float, float], ...] = ((2.0, 1 / 3.5), (4.0, 0.45), (10.0, 0.5), (20.0, 0.5))
    """Exponent of the kernel, and its radius over the least distance of patterns."""
    shares: tuple[float, ...] = (0.5, 0.9, 1.0, 1.3)
    """Distances that recall starts from, over the bound."""
    trials: int = 100


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return bounds over the least distance (kernels, spheres), and shares recalled (kernels, spheres, distances)."""
    bounds = np.zeros((len(settings.shapes), len(settings.spheres)))
    recalled = np.zeros((*bounds.shape, len(settings.shares)))
    separations = np.zeros(len(settings.spheres))
    for column, (size, count) in enumerate(settings.spheres):
        rng = generator(seed, 4, column)
        patterns = _on_sphere(rng, count, size)
        # Any kernel will do to learn the least distance.
        separation = basin_bound(patterns, ExponentialPowerKernel(0.1, 2.0)).separation
        separations[column] = separation / np.sqrt(size)
        chosen = rng.integers(count, size=settings.trials)
        directions = _on_sphere(rng, settings.trials, size) / np.sqrt(size)
        for row, (power, share) in enumerate(settings.shapes):
            memory = exponential_capacity_memory(share * separation, power, max_steps=_STEPS).fit(patterns)
            assert isinstance(memory.kernel, ExponentialPowerKernel)
            bound = basin_bound(patterns, memory.kernel).radius
            bounds[row, column] = bound / separation
            for place, part in enumerate(settings.shares):
                ends = memory.recall(patterns[chosen] + part * bound * directions, return_steps=True).states
                errors = np.linalg.norm(ends - patterns[chosen], axis=1) / np.sqrt(size)
                recalled[row, column, place] = np.mean(errors < _NEAR)
    return {
        "spheres": np.array(settings.spheres),
        "shapes": np.array(settings.shapes),
        "shares": np.array(settings.shares),
        "separations": separations,
        "bounds": bounds,
        "recalled": recalled,
    }


def _on_sphere(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    points = rng.normal(size=(count, size))
    return points * np.sqrt(size) / np.linalg.norm(points, axis=1, keepdims=True)


def draw_basins(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the bound over the least distance, and the share recalled from within and beyond it."""
    figure, (left, right) = figures.new_figure(8.6, 3.4, 1, 2)
    sizes = results["spheres"][:, 0]
    colours = figures.category_colours(len(results["shapes"]))
    for (power, _), bounds, recalled, colour in zip(
        results["shapes"], results["bounds"], results["recalled"], colours, strict=True
    ):
        left.plot(sizes, bounds, color=colour, marker="o", label=rf"$\beta$ = {power:g}")
        right.plot(results["shares"], np.mean(recalled, axis=0), color=colour, marker="o")
    left.set(xlabel="neurons", ylabel="bound / least distance", ylim=(0, 0.5), xscale="log", xticks=sizes)
    left.set_xticklabels([f"{size}\n{count} patterns" for size, count in results["spheres"]], fontsize=9)
    left.minorticks_off()
    left.legend(fontsize=8, ncols=2)
    right.axvline(1, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    right.set(xlabel="start: distance / bound", ylabel="share recalled", ylim=(-0.03, 1.03))
    return figure


def _made_up() -> dict[str, Any]:
    recalled = np.ones((4, 3, 4))
    recalled[2:, :, -1] = 0
    return {"shares": np.array([0.5, 1.0, 0.9, 1.3]), "bounds": np.full((4, 3), 0.43), "recalled": recalled}


SECTION = Section(
    settings={"smoke": Settings(((16, 20),), trials=10), "laptop": Settings(), "paper": Settings(trials=1000)},
    measure=measure,
    checks=(
        Check(
            "sure",
            "All states within the bound converge to their pattern: least share recalled from half, nine tenths and "
            "all of it.",
            AtLeast(1.0),
            lambda results: results["recalled"][:, :, results["shares"] <= 1].ravel(),
            basis.theory("theorem of the basin"),
            on="exponential",
        ),
        Check(
            "fraction",
            "The basin stays a fixed share of the least distance as patterns and neurons grow, for beta = 20.",
            Between(0.40, 0.46),
            lambda results: results["bounds"][3],
            basis.ours("from a run of the same equations with other random numbers"),
            on="exponential",
            scales=_FULL,
        ),
        Check(
            "tight",
            "The bound is nearly tight: share recalled from 1.3 times the bound, beta = 20 for all sizes, beta = 10 "
            "for 16 and 32 neurons.",
            AtMost(0.0),
            lambda results: [*results["recalled"][3, :, -1], *results["recalled"][2, :2, -1]],
            basis.ours("from a run of the same equations with other random numbers"),
            scales=_FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "sure": put("recalled", 0.99, (1, 1, 1)),
        "fraction": put("bounds", 0.3, (3, 2)),
        "tight": put("recalled", 0.1, (2, 1, 3)),
    },
    figures=(
        Figure(
            "basins",
            "The continuous memory: the distance within which recall is sure, over the least distance of patterns, "
            "and the share recalled from such distances. Look for a basin that does not shrink as thousands of "
            "patterns are stored, and for recall that ends soon beyond the bound.",
            draw_basins,
        ),
    ),
)
