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
from bouton.landscape.parameters import incoming_of, neurons_of, with_layer
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Images, principal components of the input, hidden layers, iterations of training, and the walks."""

    images: int = 600
    components: int = 10
    hidden: tuple[int, int] = (8, 8)
    iterations: int = 60
    flow_steps: int = 600
    fractions: tuple[float, ...] = (1.0, 0.8, 0.6, 0.4, 0.2, 0.1, 0.05, 0.02, 0.001)
    steps: int = 8
    pairs: int = 28
    layers: tuple[int, ...] = (0, 1)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Train, then bring pairs of neurons of each layer together, and descend from where they have met."""
    images, labels = load_digits(return_X_y=True)
    x = PCA(settings.components, random_state=0).fit_transform(images[: settings.images] / 16)
    targets = np.eye(10)[labels[: settings.images]]
    landscape = LossLandscape(x, targets, "tanh")
    start = glorot_start((settings.components, *settings.hidden, 10), seed, bias=True)
    found = train_to_convergence(landscape, start, gradient_flow=False, iterations=settings.iterations)
    # With errors left, Levenberg-Marquardt creeps: the gradient flow, with the whole Hessian, goes on to the minimum.
    if settings.flow_steps:
        found = train_to_convergence(landscape, found.parameters, flow_steps=settings.flow_steps, iterations=1)
    rows: dict[str, list[Any]] = {
        name: [] for name in ("ends", "losses", "distances", "deleted", "descents", "largest")
    }
    for layer in settings.layers:
        pairs = list(combinations(range(settings.hidden[layer]), 2))[: settings.pairs]
        walks = [
            walk_down(
                landscape,
                found.parameters,
                *pair,
                layer,
                fractions=settings.fractions,
                iterations=settings.steps,
                meet=False,
            )
            for pair in pairs
        ]
        rows["ends"].append([walk.losses[-1] for walk in walks])
        rows["losses"].append([walk.losses for walk in walks])
        rows["distances"].append([walk.distances for walk in walks])
        rows["largest"].append([walk.largest_weight.max() for walk in walks])
        alone = [_without(landscape, found.parameters, layer, n) for n in range(settings.hidden[layer])]
        rows["deleted"].append([min(alone[i], alone[j]) for i, j in pairs])
        lowest = int(np.argmin(rows["ends"][-1]))
        rows["descents"].append(_descents(landscape, walks[lowest].way[-1], pairs[lowest], layer, settings.steps))
    return {
        "trained": found.loss,
        "gradient": found.gradient,
        "layers": np.array(settings.layers),
    } | {name: np.array(row) for name, row in rows.items()}


def _descents(landscape: Any, met: Any, pair: tuple[int, int], layer: int, steps: int) -> list[float]:
    """Return where training ends from both sides of the point at which two neurons have met with equal shares."""
    w, a = neurons_of(met, layer)
    i, j = pair
    middle, apart = (w[i] + w[j]) / 2, 1e-3 * (w[i] - w[j]) / np.linalg.norm(w[i] - w[j])
    a[[i, j]] = (a[i] + a[j]) / 2
    ends = []
    for sign in (1, -1):
        w[i], w[j] = middle + sign * apart, middle - sign * apart
        begin = with_layer(met, layer, w, a)
        ends.append(train_to_convergence(landscape, begin, gradient_flow=False, iterations=steps).loss)
    return ends


def _without(landscape: Any, parameters: Any, layer: int, neuron: int) -> float:
    incoming, outgoing = incoming_of(parameters[layer]), parameters[layer + 1].weight.T.copy()
    outgoing[neuron] = 0
    return landscape.value(with_layer(parameters, layer, incoming, outgoing))


def draw_digits(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the loss against the penalty, and sorted losses where pairs have met."""
    figure, (left, right) = figures.new_figure(9.8, 3.8, 1, 2)
    layers, away_named = results["layers"], False
    for place, (layer, colour) in enumerate(zip(layers, figures.category_colours(len(layers)), strict=True)):
        for number, row in enumerate(results["losses"][place]):
            name = f"pairs of layer {layer + 1}" if not number else None
            way = results["distances"][place][number]
            left.plot(way / way[0], row, color=colour, linewidth=0.8, alpha=0.7, label=name)
        count = results["ends"].shape[1]
        right.plot(
            np.arange(1, count + 1), np.sort(results["ends"][place]), "o-", markersize=3, color=colour,
            label=f"layer {layer + 1}, met",
        )  # fmt: skip
        rank = np.argsort(results["ends"][place])
        away = results["largest"][place][rank] > 1e3
        name = "weights beyond 1000" if away.any() and not away_named else None
        away_named |= away.any()
        right.plot(
            np.arange(1, count + 1)[away], results["ends"][place][rank][away], "o", markersize=7,
            color=figures.muted(), fillstyle="none", label=name,
        )  # fmt: skip
        right.plot(
            np.arange(1, count + 1), np.sort(results["deleted"][place]), "x", markersize=4, color=colour,
            label=f"layer {layer + 1}, one deleted",
        )  # fmt: skip
    for axis in (left, right):
        axis.axhline(results["trained"], color=figures.muted(), linestyle=":", label="trained network")
    left.set(xlabel="distance, over that in the trained network", ylabel="lowest loss at this distance")
    right.set(xlabel="pair, sorted by the loss", ylabel="loss", yscale="log")
    left.legend(fontsize=8)
    right.legend(fontsize=7)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(60, 3, (2, 2), 20, 0, (1.0, 0.1), 4, 1, (1,)),
        "laptop": Settings(),
        "paper": Settings(flow_steps=2000, fractions=(*np.linspace(1, 0.02, 25), 0.01, 0.001), steps=50),
    },
    measure=measure,
    checks=(
        Check(
            "trained",
            "The trained network is at a critical point (largest entry of the gradient).",
            AtMost(1e-6),
            lambda results: results["gradient"],
            basis.ours("what is asked of a minimum before walks begin"),
            on="deep",
            scales=("laptop", "paper"),
        ),
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
            "It is below that of the network without one of the two, whichever can be spared more easily (largest "
            "ratio).",
            AtMost(1.0),
            lambda results: (results["ends"] / results["deleted"]).max(),
            basis.ours("a merged neuron can do what a deleted one cannot"),
            on="deep",
            remark="A walk follows one branch of constrained minima, with a few iterations at each distance, and "
            "may end above a network that has given up a neuron.",
        ),
        Check(
            "swapped",
            "From where two have met, training to both sides ends at the same loss (largest relative difference).",
            AtMost(1e-6),
            lambda results: np.abs(results["descents"][:, 0] / results["descents"][:, 1] - 1).max(),
            basis.theory("the descents are images of each other with the two neurons exchanged"),
            on="deep",
        ),
    ),
    holds=lambda: {
        "trained": 0.1,
        "gradient": 1e-7,
        "ends": np.full((2, 3), 0.15),
        "deleted": np.full((2, 3), 0.5),
        "descents": np.full((2, 2), 0.1),
    },
    breaks={
        "trained": {"gradient": 1e-3},
        "above": put("ends", 0.05, (0, 0)),
        "below": put("ends", 0.6, (0, 0)),
        "swapped": put("descents", 0.11, (0, 1)),
    },
    figures=(
        Figure(
            "digits",
            "Left: the lowest loss as the incoming vectors of two neurons come together, all pairs of both hidden "
            "layers. Right: sorted losses where they have met, beside those with one of the two deleted; dotted, the "
            "trained network. Rings: weights beyond 1000 on the walk, as in channels to infinity, which several "
            "outputs allow.",
            draw_digits,
        ),
    ),
)
