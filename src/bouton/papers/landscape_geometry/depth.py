"""Students of three hidden layers, of a teacher that was fitted first so that it has zero loss by definition."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import LossLandscape, four_neuron_task, glorot_start, train_to_convergence
from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.report.landscapes import draw_end_losses

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """The grid, widths of all three hidden layers, starts of each, and how long each is trained."""

    spacing: float = 0.5
    widths: tuple[int, ...] = (4, 5, 10)
    starts: int = 5
    flow_steps: int = 300
    iterations: int = 300
    gradient_flow: bool = True


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Fit the teacher, then train students on what it does."""
    x = four_neuron_task(settings.spacing).landscape.inputs
    wanted = np.sin(2 * x[:, 0]) + x[:, 0] + np.cos(3 * x[:, 1]) - 0.4 * (x[:, 1] - 1) ** 2
    options = {
        "flow_steps": settings.flow_steps,
        "iterations": settings.iterations,
        "gradient_flow": settings.gradient_flow,
    }

    def trained(landscape: LossLandscape, width: int, number: int) -> Any:
        start = glorot_start((2, width, width, width, 1), seed * 1000 + number, bias=True, normal=True)
        return train_to_convergence(landscape, start, **options)

    teacher = trained(LossLandscape(x, wanted, "tanh"), 4, 999)
    landscape = LossLandscape(x, LossLandscape(x, wanted, "tanh").outputs(teacher.parameters), "tanh")
    losses = [
        [trained(landscape, width, number).loss for number in range(settings.starts)] for width in settings.widths
    ]
    return {
        "widths": np.array(settings.widths),
        "losses": np.array(losses),
        "teacher": teacher.loss,
        "at_teacher": landscape.value(teacher.parameters),
        "power": float(np.var(landscape.targets)),
    }


def draw_depth(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw end losses against the width of the hidden layers."""
    names = map(str, results["widths"])
    return draw_end_losses(dict(zip(names, results["losses"], strict=True)), xlabel="width of each hidden layer")


SECTION = Section(
    settings={
        "smoke": Settings(1.0, (4,), 1, 5, 5, False),
        "laptop": Settings(),
        "paper": Settings(0.25, (4, 5, 10, 20), 50, 5000, 5000),
    },
    measure=measure,
    checks=(
        Check(
            "zero",
            "The teacher has zero loss on its own task.",
            AtMost(1e-28),
            lambda results: results["at_teacher"],
            basis.theory("its outputs are the targets"),
        ),
        Check(
            "deep-students",
            "Deep students learn the better the wider they are (median loss of the widest over that of the narrowest).",
            AtMost(1.0),
            lambda results: np.median(results["losses"][-1]) / np.median(results["losses"][0]),
            basis.ours("the paper's statement for three hidden layers, without a number"),
            on="width",
            scales=("laptop", "paper"),
        ),
    ),
    holds=lambda: {"at_teacher": 0.0, "losses": np.array([[1e-2, 1e-3], [1e-4, 1e-5]])},
    breaks={"zero": {"at_teacher": 1e-3}, "deep-students": put("losses", 1.0, 1)},
    figures=(
        Figure(
            "losses",
            "Losses at the end of students with three hidden layers, trained for a limited number of steps; one dot "
            "per start.",
            draw_depth,
        ),
    ),
)
