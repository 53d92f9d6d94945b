"""What it takes: responses with AMPA receptors only, and without magnesium."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import clustered, stimulate
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.nmda_spike._common import FULL, PEER, cable, cell_on
from bouton.report import figures

__all__ = ["SECTION"]

_PRINTED = {
    "counts": (1, 8, 16, 20, 21, 24, 32, 40, 60),
    "ampa": (0.21, 1.38, 2.30, 2.66, 2.75, 2.97, 3.48, 3.89, 4.64),
    "magnesium_free": (3.28, 10.57, 12.66, 13.20, 13.36, 13.59, 14.12, 14.47, 14.99),
}
_CHANGES = {"both": {}, "ampa": {"nmda_conductance": 0.0}, "magnesium_free": {"magnesium": 0.0}}
_WORDS = {"both": "AMPA and NMDA", "ampa": "AMPA only", "magnesium_free": "no magnesium"}


@dataclass(frozen=True)
class Settings:
    """Numbers of synapses, length and steps in ms."""

    counts: tuple[int, ...] = tuple(range(1, 65))
    duration: float = 100.0
    time_step: float = 0.025


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Activate each number of synapses with both kinds of receptors, with one, and without magnesium."""
    counts = np.array(settings.counts)
    results: dict[str, Any] = {"counts": counts}
    for name, changes in _CHANGES.items():
        cell = cell_on(cable(), settings.time_step, **changes)
        found = stimulate(cell, clustered(counts, 4), duration=settings.duration, record=(0,)).peak(0)
        # From 15 on, so that the steps of linear summation do not count as jumps.
        steps = (found[1:] / found[:-1])[counts[:-1] >= 15]
        results |= {name: found, f"{name}.step": float(steps.max())}
    results["curvature"] = float(np.diff(results["magnesium_free"][3::4], 2).max(initial=-1.0))
    return results


def _of(results: Mapping[str, Any], name: str, count: int) -> float:
    return float(results[name][list(results["counts"]).index(count)])


def draw_controls(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw peaks at the soma against the number of synapses, with both controls."""
    figure, axes = figures.new_figure(7.2, 3.8)
    for (name, words), colour in zip(_WORDS.items(), figures.category_colours(3), strict=True):
        axes.plot(results["counts"], results[name], "o-", markersize=2.5, color=colour, label=words)
    axes.set(xlabel="synapses", ylabel="peak at the soma, mV", ylim=(0, 21))
    axes.legend(fontsize=8, loc="upper left")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(counts=(1, 16, 20, 21), duration=60.0, time_step=0.1),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "ampa",
            "With AMPA receptors only there is no spike: peak at the soma with both kinds over that with AMPA only, "
            "for 21 synapses.",
            AtLeast(3.0),
            lambda results: _of(results, "both", 21) / _of(results, "ampa", 21),
            basis.ours(),
            on="nmda",
        ),
        Check(
            "ampa-graded",
            "AMPA only: the largest step of the peak at the soma from one number to the next, from 15 on.",
            AtMost(1.07),
            lambda results: float(results["ampa.step"]),
            basis.ours("linear summation has 1/15"),
            on="nmda",
            scales=FULL,
        ),
        Check(
            "magnesium-free",
            "Without magnesium there is no threshold: the largest step of the peak at the soma from one number to the "
            "next, from 15 on.",
            AtMost(1.05),
            lambda results: float(results["magnesium_free.step"]),
            basis.ours("linear summation has 1/15"),
            on="nmda",
            scales=FULL,
        ),
        Check(
            "concave",
            "Without magnesium responses are concave: one synapse more on each of four sites adds less than the one "
            "before (largest second difference of the peak at the soma, mV).",
            AtMost(0.0),
            lambda results: float(results["curvature"]),
            basis.ours("a conductance without block saturates"),
            on="nmda",
            scales=FULL,
        ),
        *(
            Check(
                f"replication-{name.replace('_', '-')}",
                f"Largest relative difference from the program's peaks at the soma, {_WORDS[name]}, nine numbers of "
                "synapses.",
                AtMost(0.015),
                lambda results, name=name: max(
                    abs(_of(results, name, count) / expected - 1)
                    for count, expected in zip(_PRINTED["counts"], _PRINTED[name], strict=True)
                ),
                basis.replication(PEER),
                expected="those printed, steps of 0.1 ms",
                scales=FULL,
            )
            for name in ("ampa", "magnesium_free")
        ),
    ),
    holds=lambda: {
        **{name: np.array(values) for name, values in _PRINTED.items()},
        "both": np.full(9, 10.5),
        "ampa.step": 1.05,
        "magnesium_free.step": 1.02,
        "curvature": -0.01,
    },
    breaks={
        "ampa": put("both", 3.0),
        "ampa-graded": {"ampa.step": 2.0},
        "magnesium-free": {"magnesium_free.step": 2.0},
        "concave": {"curvature": 1.0},
        "replication-ampa": put("ampa", 9.0, 4),
        "replication-magnesium-free": put("magnesium_free", 9.0, 4),
    },
    figures=(
        Figure(
            "controls",
            "Peak at the soma against the number of synapses: a jump with both kinds of receptors, none with AMPA "
            "receptors only, none without magnesium.",
            draw_controls,
        ),
    ),
)
