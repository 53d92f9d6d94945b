"""What the neurons of converged students do: copies, silent neurons and groups that cancel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import classify_neurons, four_neuron_task, glorot_start, train_to_convergence
from bouton.papers import AtLeast, AtMost, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.report import figures

__all__ = ["SECTION"]

_KINDS = ("copy", "silent", "zero group of 2", "zero group of 3", "larger zero group", "other")
_CONVERGED = 1e-16
_FULL = ("laptop", "paper")
_SEEN = basis.ours("chosen before measuring, from a run of Levenberg-Marquardt in NumPy")


@dataclass(frozen=True)
class Settings:
    """The grid of samples, widths, and starts of each."""

    spacing: float = 0.5
    widths: tuple[int, ...] = (5, 10)
    starts: int = 20
    iterations: int = 2000
    gradient_flow: bool = True


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Train students whose activation has no symmetry of its own, and count what their neurons do."""
    landscape, teacher = four_neuron_task(settings.spacing, "generic")
    losses, counts, sums = [], [], []
    for width in settings.widths:
        row, total = [], np.zeros(len(_KINDS))
        for number in range(settings.starts):
            start = glorot_start((2, width, 1), seed * 1000 + number)
            found = train_to_convergence(
                landscape, start, gradient_flow=settings.gradient_flow, iterations=settings.iterations
            )
            row.append(found.loss)
            if found.loss < _CONVERGED:
                kinds = classify_neurons(found.parameters, teacher)
                total += [_number(kinds.counts, name) for name in _KINDS]
                sums += list(kinds.sums)
        losses.append(row)
        counts.append(total)
    return {
        "widths": np.array(settings.widths),
        "losses": np.array(losses),
        "counts": np.array(counts),
        "largest_sum": max(sums, default=0.0),
    }


def _number(counts: Mapping[str, int], name: str) -> int:
    if name == "larger zero group":
        return sum(n for each, n in counts.items() if each.startswith("zero group") and each not in _KINDS)
    return counts.get(name, 0)


def draw_kinds(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how many neurons of converged students are of each kind."""
    figure, axis = figures.new_figure(7.0, 3.6)
    widths, counts = results["widths"], results["counts"]
    size = 0.8 / len(widths)
    for row, (width, colour) in enumerate(zip(widths, figures.category_colours(len(widths)), strict=True)):
        places = np.arange(len(_KINDS)) + (row - (len(widths) - 1) / 2) * size
        axis.bar(places, counts[row] / max(counts[row].sum(), 1), size, color=colour, label=f"width {width}")
    axis.set(ylabel="share of neurons", xticks=range(len(_KINDS)), ylim=(0, 1))
    axis.set_xticklabels([name.replace("zero group of", "zero\ngroup of") for name in _KINDS], fontsize=8)
    axis.legend(fontsize=8)
    return figure


def _share(results: Mapping[str, Any], kind: str, row: int) -> float:
    counts = results["counts"][row]
    return float(counts[_KINDS.index(kind)] / counts.sum()) if counts.sum() else float("nan")


def _successes(results: Mapping[str, Any], row: int, bound: float) -> float:
    return float((results["losses"][row] < bound).mean())


SECTION = Section(
    settings={
        "smoke": Settings(2.0, (5,), 3, 300, False),
        "laptop": Settings(),
        "paper": Settings(0.25, (5, 10, 20), 50, 10_000),
    },
    measure=measure,
    checks=(
        Check(
            "known-kinds",
            "Every neuron of a converged student is a copy, silent, or in a group that cancels (largest share of "
            "others over widths).",
            AtMost(0.02),
            lambda results: max(_share(results, "other", row) for row in range(len(results["counts"]))),
            basis.ours("the theorem speaks of zero loss; of 160 neurons one had not converged in an earlier run"),
            on="kinds",
            scales=_FULL,
        ),
        Check(
            "copies",
            "Copies are the majority, at every width.",
            AtLeast(0.6),
            lambda results: min(_share(results, "copy", row) for row in range(len(results["counts"]))),
            _SEEN,
            on="kinds",
            scales=_FULL,
        ),
        Check(
            "pairs",
            "Of groups that cancel, pairs are the commonest (neurons in pairs less those in larger groups, width 10).",
            AtLeast(1),
            lambda results: results["counts"][1][2] - results["counts"][1][3:5].max(),
            _SEEN,
            on="kinds",
            scales=_FULL,
        ),
        Check(
            "cancel",
            "Outgoing weights of a group sum to zero (largest sum).",
            AtMost(1e-4),
            lambda results: results["largest_sum"],
            basis.theory("the loss is zero"),
            on="kinds",
        ),
        Check(
            "success",
            "Students of width 5 that reach 1e-20.",
            Near(0.85, 0.2),
            lambda results: _successes(results, 0, 1e-20),
            basis.ours("17 of 20 by Levenberg-Marquardt alone"),
            on="width",
            scales=_FULL,
        ),
        Check(
            "success-wide",
            "Students of width 10 that reach 1e-10.",
            AtLeast(0.9),
            lambda results: _successes(results, 1, 1e-10),
            basis.ours("the published script asserts 1e-20 for all of width 10"),
            on="width",
            scales=_FULL,
        ),
    ),
    holds=lambda: {
        "losses": np.concatenate(
            [np.full((2, 17), 1e-30), np.array([[1e-3], [1e-30]]), np.full((2, 2), 1e-30)], axis=1
        ),
        "counts": np.array([[77, 8, 0, 0, 0, 0], [114, 6, 28, 6, 5, 1]], float),
        "largest_sum": 1e-9,
    },
    breaks={
        "known-kinds": put("counts", 50, (0, 5)),
        "copies": put("counts", 10, (1, 0)),
        "pairs": put("counts", 5, (1, 2)),
        "cancel": {"largest_sum": 0.1},
        "success": put("losses", 1e-3, 0),
        "success-wide": put("losses", 1e-3, 1),
    },
    figures=(
        Figure(
            "kinds",
            "What the neurons of students do that reached a loss below 1e-16. Look for copies first, and for pairs "
            "that cancel in the wide network.",
            draw_kinds,
        ),
    ),
)
