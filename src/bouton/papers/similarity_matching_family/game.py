"""The correlation game: bounds on correlations and their multipliers, synaptic competition, parts of images."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np
from jaxtyping import Float

import bouton
from bouton.data import load_digits
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._seeds import generator, random_key
from bouton.papers.similarity_matching_family._common import NOT_LOCAL, check, local
from bouton.report import figures
from bouton.similarity import CorrelationGameNetwork

__all__ = ["SECTION"]

_GROUP = 6
_INHIBITED = 0.05
_SLACK = 0.8
_FOUND = 0.9
_PIXELS = 64


@dataclass(frozen=True)
class Settings:
    """Digits of 8 x 8 pixels, and images of crossing bars; no constants were available, these are choices.

    What is not listed is the default of the network.
    """

    digit_outputs: int = 36
    digit_samples: int = 60_000
    free_decay: float = 0.1
    """Decay of the weights where they do not compete."""
    bars_size: int = 8
    bars_probability: float = 0.15
    bars_outputs: int = 24
    bars_bound: float = 0.2
    bars_samples: int = 60_000
    averaged: float = 0.25
    """Share of the stream, at its end, over which products and multipliers are averaged."""


_SMOKE = Settings(digit_outputs=8, digit_samples=3000, bars_size=4, bars_outputs=12, bars_samples=6000)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Play on digits, with and without competition, and on bars."""
    digits = load_digits().data
    inked = digits.max(axis=0) > 0
    order = generator(seed, _GROUP, 0).integers(len(digits), size=settings.digit_samples)
    free = _digit_network(settings, competition=0.0, decay=settings.free_decay)
    images, bars = _crossing_bars(
        generator(seed, _GROUP, 1), settings.bars_samples, settings.bars_size, settings.bars_probability
    )
    bars_network = CorrelationGameNetwork(images.shape[1], settings.bars_outputs, correlation_bound=settings.bars_bound)
    games = {
        "digits": _play(settings, seed, _digit_network(settings), digits[order]),
        "free": _play(settings, seed, free, digits[order]),
        "bars": _play(settings, seed, bars_network, images),
    }
    weights = games["bars"]["weights"]
    cosines = weights @ bars.T / np.linalg.norm(weights, axis=1, keepdims=True)
    return {
        **{f"{name}.{quantity}": value for name, game in games.items() for quantity, value in game.items()},
        **{f"{name}.zero": np.mean(games[name]["weights"][:, inked] == 0) for name in ("digits", "free")},
        "bars.found": np.mean(cosines.max(axis=0) > _FOUND),
        "verdicts": verdicts(networks(settings)),
    }


def _digit_network(settings: Settings, **options: Any) -> CorrelationGameNetwork:
    return CorrelationGameNetwork(_PIXELS, settings.digit_outputs, **options)


def networks(settings: Settings) -> tuple[CorrelationGameNetwork, ...]:
    """Return the network that learns digits; the others differ in numbers only."""
    return (_digit_network(settings),)


def _crossing_bars(
    rng: np.random.Generator, n_samples: int, size: int, probability: float
) -> tuple[Float[np.ndarray, "samples pixels"], Float[np.ndarray, "bars pixels"]]:
    """Return images in which rows and columns light up by chance, of mean squared length 1, and the single bars."""
    lit = rng.random((n_samples, 2 * size)) < probability
    images = (lit[:, :size, None] | lit[:, None, size:]).reshape(n_samples, -1).astype(float)
    bars = np.concatenate([np.eye(size).repeat(size, axis=1), np.tile(np.eye(size), size)]) / np.sqrt(size)
    return images / np.sqrt(np.mean(np.sum(images**2, axis=1))), bars


def _play(settings: Settings, seed: int, circuit: CorrelationGameNetwork, samples: np.ndarray) -> dict[str, Any]:
    run = bouton.run(circuit, samples, key=random_key(seed, _GROUP), record={"y": 1, "lateral": 50})
    outputs = run.recordings["y"].values[-round(settings.averaged * len(samples)) :].astype(float)
    lateral = run.recordings["lateral"].values
    multipliers = lateral[-round(settings.averaged * len(lateral)) :].mean(axis=0)
    products = outputs.T @ outputs / len(outputs)
    pairs = np.triu_indices(len(products), 1)
    relative = products[pairs] / circuit.correlation_bound
    inhibition = multipliers[pairs] / np.diagonal(multipliers).mean()
    return {
        "products": relative,
        "multipliers": inhibition,
        "largest_product": relative.max(),
        "largest_power": np.diagonal(products).max() / circuit.power_bound,
        # Not a number where there is no such pair: then it has not been put to the test.
        "smallest_inhibited": min(relative[inhibition > _INHIBITED], default=np.nan),
        "largest_slack": max(inhibition[relative < _SLACK], default=np.nan),
        "weights": np.asarray(run.state.feedforward),
    }


def draw_features(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the weights learned from digits with and without competition, and from bars."""
    figure, panels = figures.new_figure(7.6, 3.0, 1, 3)
    names = {"digits": "digits", "free": "digits, no competition", "bars": "bars"}
    for axes, (name, title) in zip(panels, names.items(), strict=True):
        weights = results[f"{name}.weights"]
        side = round(weights.shape[1] ** 0.5)
        figures.tiles(weights, (side, side), signed=False, columns=round(len(weights) ** 0.5), title=title, axes=axes)
    return figure


def draw_complementarity(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the multiplier of each pair of neurons against the mean product of their activities."""
    figure, panels = figures.new_figure(7.6, 3.2, 1, 2)
    colour = figures.category_colours(1)[0]
    for axes, name in zip(panels, ("digits", "bars"), strict=True):
        axes.axvline(1.0, color=figures.muted(), linewidth=1.0, linestyle=(0, (4, 3)))
        axes.scatter(
            results[f"{name}.products"], results[f"{name}.multipliers"], s=12, color=colour, alpha=0.4, linewidths=0
        )
        axes.set(title=name, xlabel="mean product / bound", xlim=(0, 1.15), ylim=(0, None))
    panels[0].set_ylabel("multiplier / mean self-inhibition")
    return figure


_THEORY = "complementarity of bounds and multipliers, in theory exact; how close learning comes is chosen here"
_BOUNDS = basis.ours(_THEORY)
_WORDS = basis.ours("the abstract says it in words; the measure and its bound are chosen here")
_NOISE = (
    "Multipliers follow single samples, and are cut off at zero: with a learning rate that has not fallen far they are "
    "positive on average although they return to zero again and again. Seen with seed 0, at the smallest scale and, "
    "for bars, at laptop scale: 0.87 with folded loops, 0.93 without, since the two differ in rounding and the game "
    "amplifies it."
)
_PARTS = (
    "Seen at laptop scale with seed 0: 15 of 16 bars with folded loops, 16 without; the two differ in rounding, which "
    "the game amplifies. No constants were available."
)


def _both(quantity: str):
    return lambda results: [results[f"{data}.{quantity}"] for data in ("digits", "bars")]


SECTION = Section(
    settings={
        "smoke": _SMOKE,
        "laptop": Settings(),
        "paper": Settings(digit_samples=300_000, bars_samples=300_000),
    },
    measure=measure,
    checks=(
        Check(
            "bound",
            "The mean product of two neurons' activities stays below its bound (largest product over bound; digits, "
            "bars).",
            AtMost(1.1),
            _both("largest_product"),
            _BOUNDS,
            on="game",
            expected="at most 1",
        ),
        Check(
            "power",
            "So does the mean square of a neuron's activity (largest square over bound; digits, bars).",
            AtMost(1.1),
            _both("largest_power"),
            _BOUNDS,
            on="game",
            expected="at most 1",
        ),
        Check(
            "equality",
            "Two neurons inhibit each other only where their mean product meets the bound (smallest product over bound "
            "among pairs whose multiplier exceeds 5 % of the mean self-inhibition; digits, bars).",
            AtLeast(0.9),
            _both("smallest_inhibited"),
            _BOUNDS,
            on="game",
            expected=1,
            remark=_NOISE,
        ),
        check(
            "bars.largest_slack",
            "slack",
            "Where the mean product is smaller, inhibition is gone (largest multiplier over mean self-inhibition among "
            "pairs with a product below 80 % of the bound; bars).",
            AtMost(0.05),
            _BOUNDS,
            "game",
            expected=0,
            remark=_NOISE,
        ),
        check(
            "digits.zero",
            "elimination",
            "Competition drives most synapses to exactly zero (share of zero weights from pixels that are ever inked; "
            "digits).",
            AtLeast(0.5),
            _WORDS,
            "elimination",
        ),
        check(
            "free.zero",
            "no-elimination",
            "Without competition hardly any synapse goes (same share).",
            AtMost(0.05),
            _WORDS,
            "elimination",
        ),
        check(
            "bars.found",
            "parts",
            "Neurons find the parts that images are made of: share of the bars that some neuron's weights point to "
            "(cosine above 0.9).",
            AtLeast(0.95),
            _WORDS,
            "parts",
            remark=_PARTS,
        ),
        local("the network"),
    ),
    holds=lambda: {
        **{f"{data}.largest_product": 1.02 for data in ("digits", "bars")},
        **{f"{data}.largest_power": 1.01 for data in ("digits", "bars")},
        **{f"{data}.smallest_inhibited": 0.97 for data in ("digits", "bars")},
        "bars.largest_slack": 0.03,
        "digits.zero": 0.6,
        "free.zero": 0.0,
        "bars.found": 1.0,
        "verdicts": ["local", "local"],
    },
    breaks={
        "bound": {"bars.largest_product": 1.3},
        "power": {"digits.largest_power": 1.3},
        "equality": {"bars.smallest_inhibited": 0.5},
        "slack": {"bars.largest_slack": 0.3},
        "elimination": {"digits.zero": 0.2},
        "no-elimination": {"free.zero": 0.3},
        "parts": {"bars.found": 0.5},
        "local": NOT_LOCAL,
    },
    figures=(
        Figure(
            "features",
            "Excitatory weights of the correlation game, a tile per neuron. Left: digits; look for how few pixels "
            "stay, pieces of a stroke. Middle: without competition for a total weight, each neuron keeps a whole digit "
            "or more. Right: from images of crossing bars; look for single bars.",
            draw_features,
            alt="Three mosaics of weights: pieces of strokes, blurred digits, bars",
        ),
        Figure(
            "complementarity",
            "A dot per pair of neurons: how much they inhibit each other against the mean product of their activities, "
            "both averaged over the end of learning. Look for dots on the dashed line, the bound, or at the bottom: no "
            "pair inhibits each other without need.",
            draw_complementarity,
            alt="Two scatter plots with dots along a vertical line and along the horizontal axis",
        ),
    ),
    circuits=networks,
)
