"""Descent on digits: loss, gradient and steps of narrow and wide networks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np
from jaxtyping import Array
from sklearn.datasets import load_digits

from bouton.landscape import LossLandscape, glorot_start
from bouton.landscape.loss import total_loss
from bouton.papers import Check, Decreasing, Figure, Section, basis
from bouton.papers._made_up import flipped
from bouton.plasticity import Adam, DescentPace
from bouton.plasticity.rates.descent import descended
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Images, widths, and steps of Adam on all images at once."""

    images: int = 1797
    widths: tuple[int, ...] = (10, 50, 250)
    steps: int = 500
    rate: float = 1e-3


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Follow loss, gradient and steps of networks with one hidden layer of softplus neurons."""
    images, labels = load_digits(return_X_y=True)
    x = images[: settings.images] / 16
    landscape = LossLandscape(x, np.eye(10)[labels[: settings.images]], "softplus")
    rows = []
    for width in settings.widths:
        start = glorot_start((64, width, 10), seed, bias=True)
        with jax.enable_x64(True):
            rows.append(np.array(_descend(landscape, start, settings.steps, np.float64(settings.rate))))
    losses, slopes, steps = np.moveaxis(np.array(rows), 1, 0)
    return {"widths": np.array(settings.widths), "losses": losses, "slopes": slopes, "steps": steps}


@eqx.filter_jit
def _descend(landscape: LossLandscape, start: Any, steps: int, rate: Any) -> tuple[Array, Array, Array]:
    """Return loss and squared gradient before each step of Adam (0.9, 0.999) on all images, and the squared step."""

    def size(tree: Any) -> Array:
        return jax.tree.reduce(lambda total, part: total + jnp.sum(part**2), tree, jnp.zeros(()))

    def step(carry: tuple, number: Array) -> tuple:
        weights, mean, square = carry
        loss, slope = jax.value_and_grad(lambda point: total_loss(landscape, point))(weights)
        pace = DescentPace(rate, step=number)
        after, *means = descended(Adam(), weights, jax.tree.map(jnp.negative, slope), mean, square, pace)
        change = jax.tree.map(jnp.subtract, after, weights)
        return (after, *means), (loss, size(slope), size(change))

    weights = jax.tree.map(jnp.asarray, start)
    nothing = jax.tree.map(jnp.zeros_like, weights)
    return jax.lax.scan(step, (weights, nothing, nothing), jnp.arange(1.0, steps + 1))[1]


def draw_descent(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw loss, squared gradient and squared step of Adam over the steps."""
    figure, axes = figures.new_figure(12.0, 3.6, 1, 3)
    drawn = {"losses": "loss", "slopes": "squared norm of the gradient", "steps": "squared norm of Adam's step"}
    for axis, (name, label) in zip(axes, drawn.items(), strict=True):
        colours = figures.category_colours(len(results["widths"]))
        for width, row, colour in zip(results["widths"], results[name], colours, strict=True):
            axis.plot(np.arange(1, len(row) + 1), row, color=colour, label=f"width {width}")
        axis.set(xlabel="step", ylabel=label, xscale="log", yscale="log")
    axes[0].legend(fontsize=8)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(100, (5,), 20),
        "laptop": Settings(),
        "paper": Settings(widths=(10, 20, 50, 100, 250, 1000)),
    },
    measure=measure,
    checks=(
        Check(
            "faster",
            "The wider the network, the lower the loss after as many steps.",
            Decreasing(strictly=True),
            lambda results: results["losses"][:, -1],
            basis.ours("the paper shows curves on another set of digits"),
            scales=("laptop", "paper"),
        ),
        Check(
            "descends",
            "Full-batch descent lowers the loss (first and last).",
            Decreasing(strictly=True),
            lambda results: results["losses"][0, [0, -1]],
            basis.ours(),
        ),
    ),
    holds=lambda: {"losses": np.array([[1.0, 0.5], [0.9, 0.2], [0.8, 0.1]])},
    breaks={"faster": flipped("losses", 0), "descends": flipped("losses", 1)},
    figures=(
        Figure(
            "descent",
            "Loss, squared gradient and squared step of Adam on all digits (8 by 8 pixels) at once. Look for the "
            "narrow network, which lingers; the widest is the fastest, and at this rate it swings at first.",
            draw_descent,
        ),
    ),
)
