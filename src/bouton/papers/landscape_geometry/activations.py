"""Students of one neuron more than the teacher with other activations, by Levenberg-Marquardt from random weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import four_neuron_task, glorot_start, train_to_convergence
from bouton.papers import Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.report.landscapes import draw_end_losses

__all__ = ["SECTION"]

_SEEN = basis.ours("14, 13 and 6 of 20 in a run of the same algorithm in NumPy")


@dataclass(frozen=True)
class Settings:
    """The grid of samples, activations, and starts of each."""

    spacing: float = 0.25
    activations: tuple[str, ...] = ("erf", "tanh", "softplus")
    starts: int = 20
    iterations: int = 2000


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Train students of five neurons."""
    losses = []
    for activation in settings.activations:
        landscape, _ = four_neuron_task(settings.spacing, activation)
        starts = [glorot_start((2, 5, 1), seed * 1000 + number) for number in range(settings.starts)]
        losses.append(
            [
                train_to_convergence(landscape, start, gradient_flow=False, iterations=settings.iterations).loss
                for start in starts
            ]
        )
    return {"activations": list(settings.activations), "losses": np.array(losses)}


def draw_losses(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw end losses for each activation."""
    losses = dict(zip(map(str, results["activations"]), results["losses"], strict=True))
    return draw_end_losses(losses, threshold=1e-20, xlabel="activation")


SECTION = Section(
    settings={"smoke": Settings(2.0, ("tanh",), 2, 50), "laptop": Settings(), "paper": Settings(starts=50)},
    measure=measure,
    checks=(
        Check(
            "shares",
            "Shares of students with erf, tanh and softplus that reach 1e-20, less 0.70, 0.65 and 0.30.",
            Near(0.0, 0.2),
            lambda results: (results["losses"] < 1e-20).mean(axis=1) - np.array([0.7, 0.65, 0.3]),
            _SEEN,
            scales=("laptop", "paper"),
            expected="0.70, 0.65 and 0.30, each ± 0.2",
        ),
    ),
    holds=lambda: {"losses": np.array([[1e-30] * 7 + [1e-3] * 3, [1e-30] * 7 + [1e-3] * 3, [1e-30] * 3 + [1e-3] * 7])},
    breaks={"shares": put("losses", 1e-3)},
    figures=(
        Figure(
            "losses",
            "Losses at the end of students of five neurons with other activations, one dot per start.",
            draw_losses,
        ),
    ),
)
