"""How many subspaces there are, of critical points and of global minima, against the neurons in excess."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import (
    connected_components,
    count_critical_subspaces,
    count_global_subspaces,
    crossing_width,
    enumerate_subspaces,
    subspace_ratio,
)
from bouton.papers import Check, Decreasing, Equals, Figure, Near, Section, basis
from bouton.papers._made_up import flipped, put
from bouton.report import figures

__all__ = ["SECTION"]

_EXACT = basis.theory("inclusion and exclusion; set partitions")
_PROGRAM = basis.replication("references/landscape_geometry.py")
_CROSSINGS = (0, 1, 1, 1, 1, 2, 2, 2, 2, 3)
_PAIRS = ((2, 4), (3, 5), (4, 5))


@dataclass(frozen=True)
class Settings:
    """Minimal widths whose counts are drawn, and how far."""

    minimal: tuple[int, ...] = (4, 10, 50)
    additional: int = 40


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Count exactly; nothing is drawn at random."""
    h = np.arange(settings.additional + 1)

    def logarithms(count: Any, less: int) -> np.ndarray:
        return np.array([[_log10(count(r - less, r + int(k))) for k in h] for r in settings.minimal])

    return {
        "minimal": np.array(settings.minimal),
        "additional": h,
        "critical": logarithms(count_critical_subspaces, 1),
        "global": logarithms(count_global_subspaces, 0),
        "ratio": np.array([float(subspace_ratio(4, 4 + k)) for k in range(9)]),
        "crossings": np.array([crossing_width(r) for r in range(2, 12)]),
        "listed_critical": np.array([count_critical_subspaces(*pair) for pair in _PAIRS]),
        "listed_global": np.array([len(list(enumerate_subspaces(*pair))) for pair in _PAIRS]),
        "components": np.array([len(connected_components(r, m)) for r, m in ((3, 3), (3, 4), (4, 4), (4, 5))]),
    }


def _log10(count: int) -> float:
    """Return the logarithm of a number that may be too large for a float."""
    digits = max(len(str(count)) - 15, 0)
    return digits + float(np.log10(float(count // 10**digits)))


def draw_counts(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw both counts, and for the teacher's width their ratio."""
    figure, (left, right) = figures.new_figure(9.6, 3.8, 1, 2)
    colours = figures.category_colours(len(results["minimal"]))
    for row, (r, colour) in enumerate(zip(results["minimal"], colours, strict=True)):
        left.plot(results["additional"], results["global"][row], color=colour, label=f"minima, r* = {r}")
        left.plot(results["additional"], results["critical"][row], "--", color=colour, label=f"critical, r* = {r}")
    left.set(xlabel="neurons in excess of r*", ylabel="subspaces (power of ten)")
    left.legend(fontsize=7)
    right.plot(np.arange(len(results["ratio"])), results["ratio"], "o-", color=colours[0])
    right.axhline(1, color=figures.muted(), linestyle=":")
    right.set(xlabel="neurons in excess of r* = 4", ylabel="critical subspaces per subspace of minima", yscale="log")
    return figure


SECTION = Section(
    settings={"smoke": Settings((4, 10), 10), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "critical-counts",
            "Subspaces of critical points of 2, 3 and 4 neurons in 4, 5 and 5.",
            Equals((14, 150, 240)),
            lambda results: results["listed_critical"],
            _PROGRAM,
            on="counts",
        ),
        Check(
            "global-counts",
            "Subspaces of global minima of 2, 3 and 4 neurons in 4, 5 and 5, enumerated.",
            Equals((62, 450, 360)),
            lambda results: results["listed_global"],
            _PROGRAM,
            on="counts",
        ),
        Check(
            "mild",
            "At the width of a teacher of four neurons there are 2.125 critical subspaces for one of minima.",
            Near(2.125, 1e-12),
            lambda results: results["ratio"][0],
            _EXACT,
            on="prevail",
        ),
        Check(
            "vast",
            "With each neuron more the ratio falls.",
            Decreasing(strictly=True),
            lambda results: results["ratio"],
            _EXACT,
            on="prevail",
        ),
        Check(
            "crossings",
            "Neurons in excess from which on minima outnumber critical subspaces of one neuron fewer, r* = 2 to 11.",
            Equals(_CROSSINGS),
            lambda results: results["crossings"],
            _EXACT,
            on="prevail",
        ),
        Check(
            "components",
            "With three and four neurons each ordering is a component of its own (6, 24); with one more all are one.",
            Equals((6, 1, 24, 1)),
            lambda results: results["components"],
            basis.theory("all subspaces, and which of them meet"),
            on="connected",
        ),
    ),
    holds=lambda: {
        "listed_critical": np.array([14, 150, 240]),
        "listed_global": np.array([62, 450, 360]),
        "ratio": np.array([2.125, 0.5, 0.1]),
        "crossings": np.array(_CROSSINGS),
        "components": np.array([6, 1, 24, 1]),
    },
    breaks={
        "critical-counts": put("listed_critical", 15, 0),
        "global-counts": put("listed_global", 63, 0),
        "mild": put("ratio", 2.0, 0),
        "vast": flipped("ratio"),
        "crossings": put("crossings", 9, 0),
        "components": put("components", 2, 1),
    },
    figures=(
        Figure(
            "counts",
            "Left: subspaces of global minima, and of critical points of a network of one neuron fewer. Right: "
            "critical subspaces of all narrower networks for one of minima. Look for the crossing after few neurons.",
            draw_counts,
        ),
    ),
)
