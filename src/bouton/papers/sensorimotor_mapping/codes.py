"""What errors do inside: hidden codes that move after an error and stand still otherwise; weights and their bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.behaviour import MappingNetwork, ticks, trials_of
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.sensorimotor_mapping._common import SMALL, WHOLE, Sizes, loop
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Sizes, of which one network is looked at, and trials."""

    sizes: Sizes = WHOLE
    trials: int = 800


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return how much of an image's code is that of its last presentation, whether that was an error, and weights."""
    own = loop(settings.sizes)
    run = bouton.run(
        own,
        ticks(settings.trials),
        key=random_key(seed, 600),
        record={"agent.code": 1, "world.last": 1},
        progress=False,
    )
    codes, trials = run.recordings["agent.code"].values, trials_of(run.recordings["world.last"].values)
    overlap = np.full(len(codes), np.nan)
    after_error = np.zeros(len(codes), bool)
    for image in range(settings.sizes.images):
        (shown,) = np.nonzero(trials.image == image)
        before, now = shown[:-1], shown[1:]
        overlap[now] = np.sum(codes[before] * codes[now], axis=1) / np.maximum(codes[before].sum(axis=1), 1)
        after_error[now] = trials.correct[before] == 0
    return {
        "overlap": overlap,
        "after_error": after_error,
        "image": trials.image,
        "block": trials.block,
        "weights": [np.ravel(weights) for weights in run.state.agent.weights],
        "before": [np.ravel(weights) for weights in own.agent.init(random_key(seed, 600)).weights],
        "limit": float(MappingNetwork().rule.limit),
    }


def _mean(results: Mapping[str, Any], after_error: bool) -> float:
    rows = (results["after_error"] == after_error) & np.isfinite(results["overlap"])
    return float(results["overlap"][rows].mean())


def draw_overlap(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the overlap of the code of the first image with that of its presentation before, and all overlaps."""
    figure, (left, right) = figures.new_figure(7.4, 3.2, columns=2, width_ratios=(1.8, 1), sharey=True)
    correct, error = figures.category_colours(2)
    rows = (results["image"] == 0) & np.isfinite(results["overlap"])
    for after_error, colour, name in ((False, correct, "after a correct response"), (True, error, "after an error")):
        own = rows & (results["after_error"] == after_error)
        left.scatter(np.flatnonzero(own), results["overlap"][own], s=12, color=colour, label=name, linewidths=0)
    for trial in np.flatnonzero(np.diff(results["block"])) + 1:
        left.axvline(trial, color=figures.muted(), linewidth=0.7)
    left.set(xlabel="trial", ylabel="overlap with the code before", ylim=(-0.04, 1.04))
    left.legend(ncols=2, fontsize=8, **figures.ABOVE)
    bins = np.linspace(0, 1, 21)
    for after_error, colour in ((False, correct), (True, error)):
        own = results["overlap"][(results["after_error"] == after_error) & np.isfinite(results["overlap"])]
        share = np.histogram(own, bins)[0] / max(len(own), 1)
        right.stairs(share, bins, orientation="horizontal", color=colour)
    right.set(xlabel="share of trials, all images")
    return figure


def draw_weights(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the weights of each layer before and after learning, and their bounds."""
    count = len(results["weights"])
    figure, panels = figures.new_figure(7.4, 2.8, columns=count, squeeze=False)
    colour, limit = figures.category_colours(1)[0], results["limit"]
    bins = np.linspace(-1.1 * limit, 1.1 * limit, 67)
    for number, axes in enumerate(panels[0]):
        for weights, own, name in (
            (results["before"][number], figures.muted(), "before"),
            (results["weights"][number], colour, "after"),
        ):
            axes.stairs(np.histogram(weights, bins)[0] / len(weights), bins, color=own, label=name)
        for bound in (-limit, limit):
            axes.axvline(bound, color=figures.muted(), linestyle="--", linewidth=0.8)
        axes.set(xlabel="weight", title="decision" if number == count - 1 else f"layer {number + 1}")
    panels[0][0].set_ylabel("share of synapses")
    panels[0][0].legend(fontsize=8, loc="upper left")
    return figure


SECTION = Section(
    settings={"smoke": Settings(SMALL, 300), "laptop": Settings(), "paper": Settings(trials=4000)},
    measure=measure,
    checks=(
        Check(
            "moves",
            "Overlap of an image's code with that of its presentation before, after a correct response less after an "
            "error.",
            AtLeast(0.1),
            lambda results: _mean(results, False) - _mean(results, True),
            basis.ours("a tenth of the active neurons is what counts as a code that moves"),
        ),
        Check(
            "bounded",
            "Largest weight, either way.",
            AtMost(1.0),
            lambda results: max(float(np.abs(weights).max()) for weights in results["weights"]),
            basis.theory("soft bounds"),
        ),
    ),
    holds=lambda: {
        "overlap": np.array([np.nan, 0.9, 0.95, 0.6]),
        "after_error": np.array([False, False, False, True]),
        "weights": [np.array([0.2, -0.9])],
    },
    breaks={
        "moves": put("overlap", 0.9, 3),
        "bounded": {"weights": [np.array([0.2, -1.1])]},
    },
    figures=(
        Figure(
            "overlap",
            "Overlap of the code of the last hidden layer with that of the same image's presentation before, of one "
            "image over trials (lines: reversals) and of all as a histogram. Look at trials after an error: the code "
            "has moved to other neurons, which is how the network explores.",
            draw_overlap,
        ),
        Figure(
            "weights",
            "Weights into each layer before learning (grey) and after, with their bounds (dashed).",
            draw_weights,
        ),
    ),
    circuits=lambda settings: [loop(settings.sizes)],
)
