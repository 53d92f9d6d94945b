"""Walking down in the distance of two neurons, for all pairs of the minimum: the other way to permutation points."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import classify_point, four_neuron_task, walk_down
from bouton.papers import AtMost, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.report import figures
from bouton.report.landscapes import draw_path_loss

__all__ = ["SECTION"]

_LOSS = 1.012946e-5
_LAST = (2.9e-32, 8.8e-7, 3.0e-6, 5.5e-6, 7.8e-6, 9.5e-6, 1.01e-5)
_AT = (0, 4, 8, 12, 16, 20, 24)
_FULL = ("laptop", "paper")


@dataclass(frozen=True)
class Settings:
    """The grid of samples, which pairs, how many distances, and restarts at each."""

    spacing: float = 0.25
    pairs: tuple[tuple[int, int], ...] = tuple(combinations(range(4), 2))
    distances: int = 25
    restarts: int = 2


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Bring each pair of neurons of the teacher together."""
    landscape, teacher = four_neuron_task(settings.spacing)
    fractions = (*np.linspace(1, 0.02, settings.distances), 0.01, 0.001)
    walks = [
        walk_down(landscape, teacher, i, j, fractions=fractions, restarts=settings.restarts, seed=seed)
        for i, j in settings.pairs
    ]
    direct = walk_down(landscape, teacher, *settings.pairs[-1], fractions=fractions)
    return {
        "pairs": np.array(settings.pairs),
        "fractions": np.array(fractions),
        "losses": np.array([walk.losses for walk in walks]),
        "meeting": np.array([walk.meeting_loss for walk in walks]),
        "gradients": np.array([classify_point(landscape, walk.meeting).gradient for walk in walks]),
        "shares": np.array([walk.shares for walk in walks]),
        "largest": np.array([walk.largest_weight.max() for walk in walks]),
        "direct": direct.losses,
        "direct_share": direct.shares[-1],
    }


def draw_walks(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the loss against the distance, and the matrix of losses where pairs meet."""
    figure, (left, right) = figures.new_figure(9.8, 3.8, 1, 2)
    # The first loss, at the minimum, is zero.
    lines = {f"{i + 1} and {j + 1}": row[1:] for (i, j), row in zip(results["pairs"], results["losses"], strict=True)}
    draw_path_loss(
        results["fractions"][1:], lines, xlabel="distance, over that at the minimum", logarithmic=True, axes=left
    )
    matrix = np.full((4, 4), np.nan)
    for (i, j), loss in zip(results["pairs"], results["meeting"], strict=True):
        matrix[i, j] = matrix[j, i] = loss
    shown = right.imshow(matrix, cmap=figures.sequential(), vmin=0, vmax=1.5 * float(results["meeting"].max()))
    figure.colorbar(shown, ax=right, label="loss where they meet")
    right.set(xlabel="neuron", ylabel="neuron", xticks=range(4), yticks=range(4))
    right.set_xticklabels(range(1, 5))
    right.set_yticklabels(range(1, 5))
    return figure


SECTION = Section(
    settings={"smoke": Settings(2.0, ((2, 3),), 3, 0), "laptop": Settings(), "paper": Settings(restarts=10)},
    measure=measure,
    checks=(
        Check(
            "critical",
            "Where two neurons meet is a critical point (largest entry of the gradients).",
            AtMost(1e-12),
            lambda results: results["gradients"],
            basis.theory("the network of one neuron fewer is at its minimum, to rounding"),
            on="points",
        ),
        Check(
            "continuous",
            "The walk arrives there: loss at a thousandth of the distance, over that at the meeting.",
            Near(1.0, 1e-3),
            lambda results: results["losses"][:, -1] / results["meeting"],
            basis.theory("continuity; the next term is quadratic in the distance"),
            on="points",
        ),
        Check(
            "same-point",
            "All pairs meet at the lowest critical point of three neurons, 1.012946e-5, which training of three "
            "neurons finds (ratio of losses).",
            Near(1.0, 1e-6),
            lambda results: results["meeting"] / _LOSS,
            basis.replication("references/weight_space_symmetry.py"),
            on="points",
            scales=_FULL,
            remark="Constrained minima are not unique, and which one a walk follows depends on the minimiser: without "
            "restarts, neurons 1 and 2 meet at 7.4e-5 by BFGS and at 1.1e-2 by Levenberg-Marquardt.",
        ),
        Check(
            "monotone-pair",
            "Without restarts, the loss of neurons 3 and 4 climbs smoothly (ratios at five distances).",
            Near(1.0, 0.05),
            lambda results: results["direct"][np.array(_AT[1:])] / np.array(_LAST[1:]),
            basis.ours("from a run with BFGS, two digits"),
            scales=_FULL,
            expected="8.8e-7, 3.0e-6, 5.5e-6, 7.8e-6, 9.5e-6, 1.01e-5",
        ),
        Check(
            "share",
            "They have equal shares of the outgoing weight then.",
            Near(0.5, 0.005),
            lambda results: results["direct_share"],
            basis.ours("from a run with BFGS"),
            scales=_FULL,
        ),
        Check(
            "no-channel",
            "No weights run away with a single output (largest weight).",
            AtMost(1e3),
            lambda results: results["largest"],
            basis.theory("the linear term that would drive them apart vanishes with C"),
        ),
    ),
    holds=lambda: {
        "gradients": np.array([1e-16]),
        "losses": np.array([[1e-30, 1.0129e-5]]),
        "meeting": np.array([_LOSS]),
        "direct": np.repeat(_LAST, 4),
        "direct_share": 0.5,
        "largest": np.array([2.0]),
    },
    breaks={
        "critical": put("gradients", 1e-3, 0),
        "continuous": put("losses", 1e-3, (0, 1)),
        "same-point": put("meeting", 7.4e-5, 0),
        "monotone-pair": put("direct", 1e-7),
        "share": {"direct_share": 0.9},
        "no-channel": put("largest", 1e4, 0),
    },
    figures=(
        Figure(
            "walks",
            "Left: the lowest loss at each distance of two neurons, for all pairs of the teacher; jumps are changes of "
            "branch. Right: the loss where they meet.",
            draw_walks,
        ),
    ),
)
