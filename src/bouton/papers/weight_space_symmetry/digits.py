"""Permutation points of a network of two hidden layers that classifies digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import matplotlib.figure
import numpy as np
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from bouton.landscape import LossLandscape, glorot_start, train_to_convergence, walk_down
from bouton.landscape.parameters import incoming_of, with_layer
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Images, principal components of the input, hidden layers, iterations, and pairs of each layer."""

    images: int = 300
    components: int = 10
    hidden: tuple[int, int] = (5, 5)
    iterations: int = 300
    penalties: tuple[float, ...] = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 1e3)
    pairs: int = 10
    layers: tuple[int, ...] = (0, 1)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Train by Levenberg-Marquardt, then bring pairs of neurons of each layer together by a rising penalty."""
    images, labels = load_digits(return_X_y=True)
    x = PCA(settings.components, random_state=0).fit_transform(images[: settings.images] / 16)
    landscape = LossLandscape(x, np.eye(10)[labels[: settings.images]], "tanh")
    start = glorot_start((settings.components, *settings.hidden, 10), seed, bias=True)
    found = train_to_convergence(landscape, start, gradient_flow=False, iterations=settings.iterations)
    ends, losses, deleted = [], [], []
    for layer in settings.layers:
        pairs = list(combinations(range(settings.hidden[layer]), 2))[: settings.pairs]
        walks = [
            walk_down(
                landscape,
                found.parameters,
                *pair,
                layer,
                penalties=settings.penalties,
                iterations=settings.iterations // 5,
                meet=False,
            )
            for pair in pairs
        ]
        ends.append([walk.losses[-1] for walk in walks])
        losses.append([walk.losses for walk in walks])
        deleted.append([_without(landscape, found.parameters, layer, j) for _, j in pairs])
    return {
        "trained": found.loss,
        "layers": np.array(settings.layers),
        "penalties": np.array(settings.penalties),
        "ends": np.array(ends),
        "losses": np.array(losses),
        "deleted": np.array(deleted),
    }


def _without(landscape: Any, parameters: Any, layer: int, neuron: int) -> float:
    incoming, outgoing = incoming_of(parameters[layer]), parameters[layer + 1].weight.T.copy()
    outgoing[neuron] = 0
    return landscape.value(with_layer(parameters, layer, incoming, outgoing))


def draw_digits(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the loss against the penalty, and sorted losses where pairs have met."""
    figure, (left, right) = figures.new_figure(9.8, 3.8, 1, 2)
    layers = results["layers"]
    for place, (layer, colour) in enumerate(zip(layers, figures.category_colours(len(layers)), strict=True)):
        for number, row in enumerate(results["losses"][place]):
            left.plot(results["penalties"], row, color=colour, linewidth=0.8, label=f"layer {layer + 1}" * (not number))
        count = results["ends"].shape[1]
        right.plot(
            np.arange(1, count + 1), np.sort(results["ends"][place]), "o-", color=colour, label=f"layer {layer + 1}"
        )
        right.plot(
            np.arange(1, count + 1), np.sort(results["deleted"][place]), "x", color=colour, label="a neuron deleted"
        )
    for axis in (left, right):
        axis.axhline(results["trained"], color=figures.muted(), linestyle=":")
    left.set(xlabel="strength of the penalty", ylabel="loss", xscale="log")
    right.set(xlabel="pair, sorted", ylabel="loss where two have met", yscale="log")
    left.legend(fontsize=8)
    right.legend(fontsize=7)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(60, 3, (2, 2), 20, (1.0, 1e3), 1, (1,)),
        "laptop": Settings(),
        "paper": Settings(600, 10, (8, 8), 2000, pairs=28),
    },
    measure=measure,
    checks=(
        Check(
            "above",
            "Where two neurons have met the loss is not below that of the trained network (smallest ratio).",
            AtLeast(0.98),
            lambda results: (results["ends"] / results["trained"]).min(),
            basis.ours("training stops after a number of iterations, and the walk goes on: two percent"),
            on="deep",
            scales=("laptop", "paper"),
        ),
        Check(
            "below",
            "It is below that of the network without one of the two (largest ratio).",
            AtMost(1.0),
            lambda results: (results["ends"] / results["deleted"]).max(),
            basis.ours("a merged neuron can do what a deleted one cannot"),
            on="deep",
        ),
    ),
    holds=lambda: {"trained": 0.1, "ends": np.full((2, 3), 0.15), "deleted": np.full((2, 3), 0.5)},
    breaks={"above": put("ends", 0.05, (0, 0)), "below": put("ends", 0.6, (0, 0))},
    figures=(
        Figure(
            "digits",
            "Left: the loss as pairs of neurons are pulled together. Right: sorted losses where they have met, beside "
            "those with one of the two deleted; dotted, the trained network.",
            draw_digits,
        ),
    ),
)
