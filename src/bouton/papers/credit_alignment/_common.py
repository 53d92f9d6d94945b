"""What several sections share: small nets that classify digits, how they are trained, and what is kept of that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import matplotlib.figure
import numpy as np

import bouton
from bouton.credit import (
    AlignmentNetwork,
    ConvolutionLayer,
    DenseLayer,
    ErrorFeedback,
    Layer,
    MeanPool,
    mini_batches,
)
from bouton.data import LabelledSplit, load_digits, textured_mnist
from bouton.dynamics import Rectifier
from bouton.errors import Diverged
from bouton.papers._seeds import random_key
from bouton.plasticity import CosineRate, Momentum
from bouton.report import figures

__all__ = [
    "FULL",
    "SMALLEST",
    "USUAL",
    "Comparison",
    "Training",
    "behind",
    "compared",
    "convolution",
    "correct_of",
    "cosines",
    "draw_angles",
    "draw_points",
    "draw_ratios",
    "network",
    "plain_net",
    "trained",
]

FULL = ("laptop", "paper")
_SETS = Literal["textured", "digits", "rows"]


@dataclass(frozen=True)
class Training:
    """Data, net and passes; steps have a momentum of 0.9 and a rate that falls along a cosine."""

    data: _SETS = "textured"
    """Digits over texture (14 x 14 x 3), or scikit-learn's digits as maps (8 x 8) or as rows."""
    samples: int = 4000
    tests: int = 1000
    channels: tuple[int, ...] = (8, 16, 16, 32, 32)
    strides: tuple[int, ...] = (1, 2, 1, 2, 1)
    batch_size: int = 64
    epochs: int = 6
    rate: float = 0.1
    weight_decay: float = 1e-4


USUAL = Training()
SMALLEST = Training("rows", 128, 64, (8,), (1,), 32, 1)
"""For tests: one hidden layer and four steps."""


@dataclass(frozen=True)
class Comparison:
    """Settings of a section: ways of bringing errors down, how many nets learn by each, and their training."""

    names: tuple[str, ...]
    networks: int = 1
    training: Training = USUAL


@cache
def split(data: _SETS) -> LabelledSplit:
    """Return samples to learn from and samples to be tested on."""
    if data == "textured":
        return textured_mnist()
    digits = load_digits(normalise=False)
    rows = (digits.data / 16 - 0.3) / 0.4
    if data == "digits":
        rows = rows.reshape(-1, 8, 8, 1)
    return LabelledSplit(rows[:1500], digits.labels[:1500], rows[1500:], digits.labels[1500:])


def convolution(units: int, stride: int = 1, size: int = 3) -> ConvolutionLayer:
    """Return a convolution that normalises, with rectifiers."""
    return ConvolutionLayer(units, size=size, stride=stride, activation=Rectifier(), normalised=True)


def plain_net(training: Training) -> list[Layer]:
    """Return layers in a row: convolutions, their mean over positions, and one unit per class."""
    if training.data == "rows":
        hidden = [DenseLayer(units, Rectifier(), normalised=True) for units in training.channels]
        return [*hidden, DenseLayer(10)]
    maps = map(convolution, training.channels, training.strides)
    return [*maps, MeanPool(), DenseLayer(10)]


def network(
    layers: Sequence[Layer], feedback: ErrorFeedback, training: Training, rate: float | None = None
) -> AlignmentNetwork:
    """Return a net with the common way of learning."""
    shape = split(training.data).rows.shape[1:]
    steps = training.samples // training.batch_size * training.epochs
    return AlignmentNetwork(
        layers,
        shape,
        feedback,
        learning_rate=CosineRate(training.rate if rate is None else rate, events=steps),
        weight_decay=training.weight_decay,
        optimizer=Momentum(0.9),
        batch_size=training.batch_size,
        measures=("weight_angle", "norm_ratio"),
    )


def trained(net: AlignmentNetwork, training: Training, seed: int, number: int = 0) -> dict[str, np.ndarray]:
    """Return the share of correct test samples, one tenth if it diverged; angles and ratios by step and layer."""
    data = split(training.data).first(training.samples, training.tests)
    batches = mini_batches(
        data.rows, data.labels, training.batch_size, epochs=training.epochs, n_classes=10, seed=1000 * seed + number
    )
    every = max(len(batches.inputs) // 12, 1)
    try:
        run = bouton.run(
            net, batches, key=random_key(seed, 4, number), record={"weight_angle": every, "norm_ratio": every}
        )
    except Diverged:
        nothing = np.full((1, len(net.backward)), np.nan)
        return {"correct": np.array(0.1), "angles": nothing, "ratios": nothing, "steps": np.array([0])}
    said = np.argmax(np.asarray(net.outputs(run.state, data.test_rows)), axis=1)
    angles, ratios = run.recordings["weight_angle"], run.recordings["norm_ratio"]
    return {
        "correct": np.array(np.mean(said == data.test_labels)),
        "angles": np.asarray(angles.values),
        "ratios": np.asarray(ratios.values),
        "steps": np.asarray(angles.steps),
    }


def compared(
    settings: Comparison, feedback: Mapping[str, ErrorFeedback], layers: Callable[[Training], list[Layer]], seed: int
) -> dict[str, Any]:
    """Return the share of correct test samples, and angles and ratios by layer over learning, of the same nets."""
    training, count = settings.training, settings.networks
    found: dict[str, Any] = {"names": list(settings.names), "correct": np.zeros((len(settings.names), count))}
    for place, name in enumerate(settings.names):
        net = network(layers(training), feedback[name], training)
        told = [trained(net, training, seed, number) for number in range(count)]
        found["correct"][place] = [one["correct"] for one in told]
        if told[0]["angles"].size:
            found[f"angle, {name}"] = np.mean([one["angles"] for one in told], axis=0)
            found[f"ratio, {name}"] = np.mean([one["ratios"] for one in told], axis=0)
            found[f"steps, {name}"] = told[0]["steps"]
    return found


def correct_of(name: str) -> Any:
    """Return a function that gives the share of correct test samples, mean over nets."""
    return lambda results: float(np.mean(results["correct"][list(results["names"]).index(name)]))


def behind(name: str, other: str = "backpropagation") -> Any:
    """Return a function that gives how far one stays behind another."""
    return lambda results: correct_of(other)(results) - correct_of(name)(results)


def cosines(results: Mapping[str, Any], name: str) -> np.ndarray:
    """Return the cosine of the angle of each layer when learning ends."""
    return np.cos(np.deg2rad(results[f"angle, {name}"][-1]))


def draw_points(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the share of correct test samples of each net."""
    names = list(results["names"])
    figure, axes = figures.new_figure(6.5, 0.9 + 0.28 * len(names))
    (colour,) = figures.category_colours(1)
    for place, correct in enumerate(results["correct"]):
        axes.plot(correct, np.full(len(correct), place), "o", color=colour, alpha=0.5)
        axes.plot(np.mean(correct), place, "|", color=colour, markersize=16)
    axes.set(xlabel="correct test samples", yticks=range(len(names)), yticklabels=names)
    axes.invert_yaxis()
    return figure


def draw_angles(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the angle of each layer over learning, one panel per way of bringing errors down."""
    return _draw_layers(results, "angle", "angle / degrees", 0)


def draw_ratios(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the ratio of lengths of each layer over learning, one panel per way of bringing errors down."""
    return _draw_layers(results, "ratio", "|B| / |W|", 1)


def _draw_layers(results: Mapping[str, Any], what: str, label: str, exact: float) -> matplotlib.figure.Figure:
    shown = [name for name in results["names"] if f"{what}, {name}" in results and name != "backpropagation"]
    columns = min(len(shown), 4)
    rows = -(-len(shown) // columns)
    figure, panels = figures.new_figure(7.6, 0.8 + 1.9 * rows, rows=rows, columns=columns, sharey=True, squeeze=False)
    layers = max(results[f"{what}, {name}"].shape[1] for name in shown)
    colours = figures.category_colours(layers)
    for axes, name in zip(panels.flat, shown, strict=False):
        for layer, colour in zip(range(results[f"{what}, {name}"].shape[1]), colours, strict=False):
            values = results[f"{what}, {name}"][:, layer]
            axes.plot(results[f"steps, {name}"], values, color=colour, label=f"weights {layer + 2}")
        axes.axhline(exact, color=figures.muted(), linewidth=0.8)
        axes.set_title(name, fontsize=9)
    for axes in panels.flat[len(shown) :]:
        axes.set_visible(False)
    for row in panels:
        row[0].set_ylabel(label)
    for axes in panels[-1]:
        axes.set_xlabel("mini-batches")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=6, fontsize=8)
    return figure
