r"""Feedback weights of the right direction and the wrong length: the error falls or grows with every layer.

With :math:`B = r W^\top` in each of L layers, the error of the lowest is :math:`r^{L-1}` times backpropagation's,
whatever the activation function.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.credit import AlignedFeedback, AlignmentNetwork, DenseLayer, Labelled
from bouton.dynamics import Tanh
from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.report import figures

__all__ = ["SECTION"]

_WIDTH, _RATIOS = 20, (0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Settings:
    """Numbers of layers."""

    depths: tuple[int, ...] = (2, 3, 4, 5, 6, 7, 8)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the length of the lowest layer's error by ratio and depth."""
    found = np.zeros((len(_RATIOS), len(settings.depths)))
    for place, depth in enumerate(settings.depths):
        layers = [*(DenseLayer(_WIDTH, Tanh()) for _ in range(depth - 1)), DenseLayer(3)]
        net = AlignmentNetwork(layers, (_WIDTH,), AlignedFeedback())
        key = random_key(seed, 3, depth)
        state = net.init(key)
        inputs = jax.random.normal(jax.random.fold_in(key, 1), net.event.inputs.shape)
        batch = Labelled(inputs, jnp.eye(3)[jnp.arange(len(inputs)) % 3])
        for row, ratio in enumerate(_RATIOS):
            feedback = tuple(ratio * weights.T for weights in state.weights[1:])
            found[row, place] = jnp.linalg.norm(net.errors(key, state._replace(feedback=feedback), batch)[0])
    return {"depths": np.array(settings.depths), "lengths": found}


def _off(results: Mapping[str, Any]) -> float:
    expected = np.power.outer(np.array(_RATIOS), results["depths"] - 1)
    return float(np.max(np.abs(results["lengths"] / results["lengths"][1] / expected - 1)))


def draw_errors(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the error of the lowest layer over that of backpropagation."""
    figure, axes = figures.new_figure(4.8, 3.6)
    for lengths, ratio, colour in zip(results["lengths"], _RATIOS, figures.category_colours(3), strict=True):
        axes.semilogy(results["depths"], lengths / results["lengths"][1], "o-", color=colour, label=f"r = {ratio:g}")
    axes.set(xlabel="layers", ylabel="error / backpropagation", xticks=results["depths"])
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    return figure


SECTION = Section(
    settings={"smoke": Settings((2, 3)), "laptop": Settings(), "paper": Settings(tuple(range(2, 17)))},
    measure=measure,
    checks=(
        Check(
            "powers",
            "Relative error of the length of the lowest error, largest over ratios and depths.",
            AtMost(1e-4),
            _off,
            basis.theory("the errors are linear in each feedback matrix"),
        ),
    ),
    holds=lambda: {"depths": np.arange(2, 9), "lengths": np.power.outer(np.array(_RATIOS), np.arange(1.0, 8.0))},
    breaks={"powers": put("lengths", 3.0, (2, 0))},
    figures=(
        Figure(
            "errors",
            "Length of the error of the lowest layer over that of backpropagation, where feedback weights are the "
            "transposed forward weights times r.",
            draw_errors,
        ),
    ),
)
