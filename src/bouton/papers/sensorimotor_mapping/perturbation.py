"""Perturbation of nodes and of weights in the same task: how much slower it is than a Hebbian rule with attenuation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import matplotlib.figure
import numpy as np

from bouton.behaviour import ClosedLoop, PerturbedNetwork, ReversalTask
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.sensorimotor_mapping._common import FULL, OURS, SMALL, WHOLE, Sizes, draw_table, lived, loop, summary
from bouton.report import figures

__all__ = ["SECTION"]

KINDS: tuple[Literal["nodes", "weights"], ...] = ("nodes", "weights")
_WIDE_NOISE, _WIDE_RATES = (0.02, 0.05, 0.1, 0.2, 0.5), (0.005, 0.02, 0.05, 0.2, 0.5)
_TWICE = basis.ours("twice as long is what counts as markedly slower; a first grid was seen before")


@dataclass(frozen=True)
class Settings:
    """Sizes, and the grid: standard deviations of the noise, learning rates, networks of each cell and their blocks."""

    sizes: Sizes = WHOLE
    noise: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2)
    rates: tuple[float, ...] = (0.02, 0.05, 0.2)
    networks: int = 4
    blocks: int = 5
    kinds: tuple[Literal["nodes", "weights"], ...] = KINDS


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return medians and failures over the grid, and those of the Hebbian rule; errors cost what rewards bring."""
    few = replace(settings.sizes, networks=settings.networks, blocks=settings.blocks)
    shape: dict[str, Any] = {"n_inputs": few.neurons, "n_images": few.images}
    task = ReversalTask(n_reversing=few.reversing, error_cost=1.0, **shape)
    grid = len(settings.kinds), len(settings.noise), len(settings.rates)
    median, failed = np.zeros(grid), np.zeros(grid)
    for number, (kind, noise, rate) in enumerate(np.ndindex(grid)):
        network = PerturbedNetwork(
            settings.kinds[kind],
            settings.rates[rate],
            settings.noise[noise],
            n_hidden=few.neurons,
            n_layers=few.layers,
            **shape,
        )
        kept = summary(lived(ClosedLoop(network, task), few, seed, 800 + number), few)
        median[kind, noise, rate], failed[kind, noise, rate] = kept["median"], kept["failed"]
    hebb = loop(settings.sizes, task={"error_cost": 1.0}, attenuation=1.0)
    kept = summary(lived(hebb, settings.sizes, seed, 860), settings.sizes)
    return {
        "kinds": list(settings.kinds),
        "median": median,
        "failed": failed,
        "noise": np.array(settings.noise),
        "rates": np.array(settings.rates),
        "hebb": kept["median"],
        "hebb_failed": kept["failed"],
    }


def draw_grid(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the median length of a block by both perturbations over noise and rate."""
    figure, panels = figures.new_figure(7.4, 3.6, columns=len(results["kinds"]), sharey=True, squeeze=False)
    for number, axes in enumerate(panels[0]):
        draw_table(axes, results["median"][number], results["failed"][number], results["noise"], results["rates"])
        axes.set_title(f"perturbation of {results['kinds'][number]}")
    panels[0][0].set_ylabel("noise")
    figure.suptitle(f"Hebbian rule with attenuation: {results['hebb']:.0f} trials", fontsize=10, x=0.01, ha="left")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(SMALL, (0.1,), (0.05,), 2, 3, ("nodes",)),
        "laptop": Settings(),
        "paper": Settings(noise=_WIDE_NOISE, rates=_WIDE_RATES, networks=20, blocks=7),
    },
    measure=measure,
    checks=(
        Check(
            "hebb",
            "By `hebb` with reward attenuation, errors costing as much as rewards bring: share of failed blocks.",
            AtMost(0.05),
            lambda results: results["hebb_failed"],
            OURS,
            on="attenuation",
            scales=FULL,
        ),
        Check(
            "nodes",
            "Perturbation of nodes at its best noise and rate: median length of a block over that by `hebb`.",
            AtLeast(2.0),
            lambda results: float(results["median"][0].min() / results["hebb"]),
            _TWICE,
            on="perturbation",
            scales=FULL,
        ),
        Check(
            "weights",
            "Perturbation of weights at its best noise and rate: the same.",
            AtLeast(2.0),
            lambda results: float(results["median"][1].min() / results["hebb"]),
            _TWICE,
            on="perturbation",
            scales=FULL,
        ),
    ),
    holds=lambda: {"median": np.full((2, 2, 2), 300.0), "hebb": 90.0, "hebb_failed": 0.0},
    breaks={
        "hebb": {"hebb_failed": 0.2},
        "nodes": put("median", 100.0, (0, 1, 0)),
        "weights": put("median", 100.0, (1, 1, 0)),
    },
    figures=(
        Figure(
            "grid",
            "Median length of a block (and share of failed ones) by perturbation of nodes and of weights over the "
            "standard deviation of the noise and the learning rate. At no setting are they near to the Hebbian rule.",
            draw_grid,
        ),
    ),
    circuits=lambda settings: [PerturbedNetwork(kind, 0.05) for kind in KINDS],
)
