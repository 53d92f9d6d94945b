"""What the sections share: sizes, one network after the other in its task, and what is kept of its blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bouton.behaviour import (
    ClosedLoop,
    LearningCurve,
    MappingNetwork,
    ReversalTask,
    Trials,
    block_lengths,
    learning_curve,
    live_through,
)
from bouton.papers import basis
from bouton.papers._seeds import random_key
from bouton.plasticity import RewardHebb
from bouton.report import figures

__all__ = [
    "FIRST",
    "FULL",
    "MANY",
    "OURS",
    "SMALL",
    "WHOLE",
    "Sizes",
    "curve_of",
    "draw_table",
    "lived",
    "loop",
    "made_up",
    "replace_cell",
    "summary",
]

FULL = ("laptop", "paper")
FIRST = 2
"""The first block that counts: the network has learned, and unlearned, before."""
OURS = basis.ours("chosen before measuring, from runs of an independent program of the same model")


@dataclass(frozen=True)
class Sizes:
    """Neurons of the input and of each hidden layer, hidden layers, images, networks and blocks of each."""

    neurons: int = 100
    layers: int = 2
    images: int = 4
    reversing: int = 2
    networks: int = 50
    blocks: int = 7


WHOLE, MANY = Sizes(), Sizes(networks=200)
SMALL = Sizes(neurons=40, layers=1, images=2, reversing=2, networks=3, blocks=4)


def loop(
    sizes: Sizes,
    rule: str = "hebb",
    rate: float = 0.005,
    task: Mapping[str, Any] | None = None,
    mixture: float = 0.5,
    **options: Any,
) -> ClosedLoop:
    """Return a network in its task."""
    shape: dict[str, Any] = {"n_inputs": sizes.neurons, "n_images": sizes.images}
    network = MappingNetwork(
        RewardHebb.named(rule, rate, mixture), n_hidden=sizes.neurons, **({"n_layers": sizes.layers} | shape | options)
    )
    return ClosedLoop(network, ReversalTask(n_reversing=sizes.reversing, **(shape | dict(task or {}))))


def lived(of: ClosedLoop, sizes: Sizes, seed: int, group: int) -> Trials:
    """Return the trials of all networks."""
    return live_through(of, sizes.blocks, key=random_key(seed, group), n_copies=sizes.networks)


def summary(trials: Trials, sizes: Sizes, longest: int = 25) -> dict[str, Any]:
    """Return what is kept of trials: the learning curve, and the lengths of blocks."""
    curve = learning_curve(trials, range(sizes.reversing), longest, FIRST)
    blocks, first = block_lengths(trials, FIRST), block_lengths(trials, 0, 0)
    return {
        "presentation": curve.presentation,
        "correct": curve.correct,
        "number": curve.number,
        "median": float(np.median(blocks.length)),
        "quartiles": np.quantile(blocks.length, (0.25, 0.75)),
        "failed": float(np.mean(blocks.failed)),
        "first": float(np.median(first.length)),
    }


def curve_of(kept: Mapping[str, Any]) -> LearningCurve:
    """Return the learning curve that is kept."""
    return LearningCurve(*(np.asarray(kept[name]) for name in ("presentation", "correct", "number")))


def draw_table(axes: Axes, median: np.ndarray, failed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> None:
    """Draw median lengths of blocks as a coloured table, with the shares of failed blocks written below."""
    # Colours end above the longest block, so that what is written on them can be read in light and dark.
    axes.imshow(median, vmin=0, vmax=900, cmap=figures.sequential(), aspect="auto", alpha=0.6)
    for (row, column), value in np.ndenumerate(median):
        text = f"{value:.0f}\n{100 * failed[row, column]:.0f} % failed"
        axes.text(column, row, text, ha="center", va="center", fontsize=7.5)
    axes.set(xticks=range(len(columns)), yticks=range(len(rows)), xlabel="learning rate")
    axes.set_xticklabels([f"{value:g}" for value in columns])
    axes.set_yticklabels([f"{value:g}" for value in rows])


def made_up(median: float = 75.0, failed: float = 0.0, correct: Any = 0.9, first: float = 100.0) -> dict[str, Any]:
    """Return what would be kept of blocks like these."""
    place = np.arange(1, 26)
    return {
        "presentation": place,
        "correct": np.broadcast_to(np.asarray(correct, float), place.shape),
        "number": np.full(25, 100),
        "median": median,
        "quartiles": np.array([0.8 * median, 1.3 * median]),
        "failed": failed,
        "first": first,
    }


def replace_cell(name: str, cell: str, **values: Any):
    """Return a change of made-up results: one cell of a named table gets other values."""
    return lambda results: {name: dict(results[name]) | {cell: dict(results[name][cell]) | values}}
