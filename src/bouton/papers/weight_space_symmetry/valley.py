"""All orderings of a layer at the loss of a permutation point: paths through a copy that gave its weight away."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import (
    connect,
    duplicate,
    four_neuron_task,
    glorot_start,
    loss_along,
    newton_polish,
    permutation_point_factor,
    permute_neurons,
    train_to_convergence,
)
from bouton.papers import AtMost, Check, Equals, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.report import figures
from bouton.report.landscapes import draw_path_loss

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """The grid of samples, and points on each segment."""

    spacing: float = 0.25
    points: int = 20


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Begin at a divided neuron, and walk to every ordering of the four neurons."""
    landscape, _ = four_neuron_task(settings.spacing)
    reduced = newton_polish(
        landscape, train_to_convergence(landscape, glorot_start((2, 3, 1), seed), gradient_flow=False).parameters
    )
    start = duplicate(reduced.parameters, 0)
    losses, example, reached = [], None, 0
    for order in permutations(range(4)):
        aim = permute_neurons(start, order)
        corners = connect(start, aim)
        along = loss_along(landscape, corners, settings.points)
        reached += all(np.array_equal(one.weight, other.weight) for one, other in zip(corners[-1], aim, strict=True))
        losses.append(np.abs(along - reduced.loss).max())
        example = along if order == (1, 0, 2, 3) else example
    assert example is not None
    return {
        "loss": reduced.loss,
        "deviations": np.array(losses),
        "example": example,
        "orders": reached,
        "factors": np.array([float(permutation_point_factor(10, pairs)) for pairs in (1, 2, 3)]),
    }


def draw_valley(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how little the loss deviates along an exchange."""
    deviation = np.abs(results["example"] - results["loss"])
    lines = {"two neurons changing places": deviation}
    figure = draw_path_loss(np.linspace(0, 1, len(deviation)), lines, logarithmic=True)
    figure.axes[0].set(ylabel="deviation of the loss")
    figure.axes[0].legend(**figures.ABOVE)
    return figure


SECTION = Section(
    settings={"smoke": Settings(2.0, 2), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "equal",
            "On the paths to all orderings the loss is that of the permutation point (largest deviations).",
            AtMost(1e-15),
            lambda results: results["deviations"],
            basis.theory("the function is the same, to rounding"),
            on="valleys",
        ),
        Check(
            "all",
            "All 24 orderings of the four neurons are reached.",
            Equals(24),
            lambda results: results["orders"],
            basis.theory("exchanges of neighbours make every order"),
            on="valleys",
        ),
        Check(
            "factors",
            "Permutation points of first, second and third order for each minimum, in a layer of ten neurons.",
            Equals((4.5, 7.0, 4.375)),
            lambda results: results["factors"],
            basis.theory("C(n - K, K) / 2^K, the factor of the abstract"),
        ),
    ),
    holds=lambda: {
        "deviations": np.full(24, 1e-20),
        "orders": 24,
        "factors": np.array([4.5, 7.0, 4.375]),
    },
    breaks={
        "equal": put("deviations", 1e-9, 5),
        "all": {"orders": 23},
        "factors": put("factors", 5.0, 0),
    },
    figures=(
        Figure(
            "valley",
            "Deviation of the loss along the segments on which two neurons change places at a permutation point; the "
            "loss itself is 1e-5 there. Where it is exactly zero, it is drawn at 1e-32.",
            draw_valley,
        ),
    ),
)
