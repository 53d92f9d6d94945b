"""Walking between orderings: a path of zero loss with a neuron to spare, barriers without; critical subspaces."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import (
    duplicate,
    embed,
    enumerate_subspaces,
    exchange,
    four_neuron_task,
    glorot_start,
    loss_along,
    newton_polish,
    permute_neurons,
    train_to_convergence,
)
from bouton.papers import AtMost, Check, Equals, Figure, Near, Section, basis
from bouton.papers._made_up import put, scaled
from bouton.report import figures
from bouton.report.landscapes import draw_path_loss

__all__ = ["SECTION"]

_PAIRS = tuple(combinations(range(4), 2))
_BARRIERS = (3.5156e-2, 1.7562e-2, 3.4761e-2, 3.0255e-2, 1.4967e-2, 3.3860e-4)
_FULL = ("laptop", "paper")


@dataclass(frozen=True)
class Settings:
    """The grid of samples, points per segment, and the widths whose critical subspaces are visited."""

    spacing: float = 0.25
    points: int = 20
    widths: tuple[int, ...] = (4, 5)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Exchange two neurons of the teacher by each path, and visit all critical subspaces of three neurons."""
    landscape, teacher = four_neuron_task(settings.spacing)
    straight = []
    for i, j in _PAIRS:
        order = np.arange(4)
        order[[i, j]] = j, i
        straight.append(loss_along(landscape, [teacher, permute_neurons(teacher, order)], 40))
    corners = exchange(duplicate(teacher, 0, 1.0), 1, 2, 4)
    reduced = newton_polish(
        landscape, train_to_convergence(landscape, glorot_start((2, 3, 1), seed), gradient_flow=False).parameters
    )
    gradients, losses, numbers = [], [], []
    for width in settings.widths:
        points = [
            embed(reduced.parameters, subspace, number, critical=True)
            for number, subspace in enumerate(enumerate_subspaces(3, width, zero_groups=False))
        ]
        gradients.append(max(float(np.abs(part.weight).max()) for each in points for part in landscape.gradient(each)))
        losses.append(np.abs(landscape.values(points) / reduced.loss - 1).max())
        numbers.append(len({b"".join(part.weight.tobytes() for part in each) for each in points}))
    return {
        "straight": np.array(straight),
        "exchange": loss_along(landscape, corners, settings.points),
        "widths": np.array(settings.widths),
        "gradients": np.array(gradients),
        "deviations": np.array(losses),
        "numbers": np.array(numbers),
        "reduced": reduced.loss,
    }


def draw_paths(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the loss on straight lines between orderings, and on the path through a spare neuron."""
    figure, (left, right) = figures.new_figure(9.6, 3.8, 1, 2)
    lines = {f"{i + 1} and {j + 1}": row for (i, j), row in zip(_PAIRS, results["straight"], strict=True)}
    place = np.linspace(0, 1, results["straight"].shape[1])
    draw_path_loss(place, lines, xlabel="place on the straight line", axes=left)
    exchange_ = results["exchange"]
    segments = np.linspace(0, 7, len(exchange_))
    draw_path_loss(segments, {"seven segments, one more neuron": exchange_}, xlabel="segment", logarithmic=True,
                   axes=right)  # fmt: skip
    right.set(ylim=(1e-33, 1e1), yticks=[1e-32, 1e-24, 1e-16, 1e-8, 1])
    return figure


SECTION = Section(
    settings={"smoke": Settings(2.0, 3, (4,)), "laptop": Settings(), "paper": Settings(widths=(4, 5, 6))},
    measure=measure,
    checks=(
        Check(
            "path",
            "With one neuron more, two neurons change places at zero loss (highest loss on seven segments).",
            AtMost(1e-28),
            lambda results: results["exchange"].max(),
            basis.theory("squares of rounding errors"),
            on="connected",
        ),
        Check(
            "barriers",
            "Without, the straight line between the teacher and its swap climbs: highest losses over those of the "
            "program.",
            Near(1.0, 1e-4),
            lambda results: results["straight"].max(axis=1) / np.array(_BARRIERS),
            basis.replication("references/landscape_geometry.py"),
            scales=_FULL,
            expected="3.516e-2, 1.756e-2, 3.476e-2, 3.026e-2, 1.497e-2, 3.386e-4",
        ),
        Check(
            "gradient",
            "A critical point of three neurons, embedded by random shares in each critical subspace, is critical in "
            "wider networks (largest entry of all gradients).",
            AtMost(1e-13),
            lambda results: results["gradients"],
            basis.theory("the chain rule, to rounding"),
            on="critical",
        ),
        Check(
            "same-loss",
            "It has the same loss there (largest relative deviation).",
            AtMost(1e-8),
            lambda results: results["deviations"],
            basis.theory("the function is the same, to rounding"),
            on="critical",
        ),
        Check(
            "number",
            "All 36 points at width 4 are different.",
            Equals(36),
            lambda results: results["numbers"][0],
            basis.theory("G(3, 4) = 36"),
            on="critical",
        ),
    ),
    holds=lambda: {
        "exchange": np.full(141, 1e-31),
        "straight": np.outer(_BARRIERS, [0, 1, 0]),
        "gradients": np.array([1e-16, 1e-15]),
        "deviations": np.array([1e-12, 1e-12]),
        "numbers": np.array([36, 150]),
    },
    breaks={
        "path": put("exchange", 1e-6, 70),
        "barriers": scaled("straight", 1.1),
        "gradient": put("gradients", 1e-6, 0),
        "same-loss": put("deviations", 1e-3, 0),
        "number": put("numbers", 35, 0),
    },
    figures=(
        Figure(
            "paths",
            "Left: the loss on straight lines between the teacher and itself with two neurons exchanged. Right: on the "
            "path of seven segments, with one neuron more; the loss is zero to rounding.",
            draw_paths,
        ),
    ),
)
