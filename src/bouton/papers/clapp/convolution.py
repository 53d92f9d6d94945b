"""Convolutional layers on patches of digits, alone and over natural texture: what a fixation has in common is learned.

Texture is in all patches of an image, and in no other image: a layer predicts best by telling textures apart, and has
no reason to tell digits. What it goes by shows in its scores for targets of another digit over the same texture, and of
the same digit over another one. The columns of the grid take turns: a mini-batch holds one column of patches of each
image, which makes more mini-batches of the same work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jax
import matplotlib.figure
import numpy as np

from bouton.credit import ConvolutionLayer, MaxPool
from bouton.credit.predictive import CLAPPNetwork, patch_grid
from bouton.data import LabelledSplit, load_digits, mnist_split, textured_digits
from bouton.dynamics import Rectifier
from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.clapp._common import FULL, Images, accuracies, draw_layers, learn, pixel_accuracy
from bouton.report import figures

__all__ = ["SECTION"]

_PLACES = ("over texture", "alone")
_TARGETS: tuple[str, ...] = (
    "the same image",
    "other digit, same texture",
    "same digit, other texture",
    "another image",
)
_SHORTCUT = (
    "All patches of an image share its texture, and no other image has it: what predicts best is the texture, and "
    "layers lose what tells digits. The same layers on digits alone gain."
)


@dataclass(frozen=True)
class Settings:
    """Images, how many are learned from and probed (of these, and of others), channels (pooled where negative),
    networks, passes, and where the digits are.
    """

    images: Literal["digits", "mnist"] = "mnist"
    known: int = 4000
    probed: int = 1000
    channels: tuple[int, ...] = (16, -32, 32, -64, 128)
    networks: int = 1
    epochs: int = 10
    places: tuple[str, ...] = _PLACES


def network(settings: Settings) -> CLAPPNetwork:
    """Return convolutional layers on a column of patches, with pooling behind some."""
    side, steps, offsets = (4, 3, (2,)) if settings.images == "digits" else (12, 5, (2, 3, 4))
    layers: list[Any] = []
    for channels in settings.channels:
        layers.append(ConvolutionLayer(abs(channels), activation=Rectifier()))
        layers += [MaxPool()] if channels < 0 else []
    return CLAPPNetwork(layers, (side, side, 1), steps, 1, offsets, batch_size=50, learning_rate=1e-3)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return by layer, before and after learning, accuracies for digits; and scores of four kinds of targets."""
    circuit, keys = network(settings), jax.random.split(random_key(seed, 7), settings.networks)
    found: dict[str, Any] = {}
    for place in settings.places:
        plain = _digits(settings.images)
        split = _over_texture(plain, seed) if place == "over texture" else _alone(plain)
        # Columns in front, each of one lane: versions that take turns.
        known = np.moveaxis(_patches(split.rows[: settings.known], settings.images), 2, 0)[:, :, :, None]
        before, after, info = learn(circuit, known, settings.known, settings.epochs, keys, seed)
        part = split.first(settings.probed, settings.probed)
        maps = np.concatenate([part.rows, part.test_rows])
        labels = np.concatenate([part.labels, part.test_labels])
        images = Images(_patches(maps, settings.images), labels, maps.reshape(len(maps), -1), len(part.rows))
        found[f"pixels, {place}"] = pixel_accuracy(images)
        for name, states in (("random", before), ("CLAPP", after)):
            found[f"{name}, {place}"] = accuracies(circuit, states, images)
        found[f"loss, {place}"] = info.loss[:, -1].mean(axis=0)
        found[f"dead, {place}"] = info.dead[:, -1].mean(axis=0)
        if place == "over texture":
            turned = plain._replace(test_rows=np.roll(plain.test_rows[: settings.probed], -1, axis=0))
            others = _patches(_over_texture(turned, seed).test_rows, settings.images)
            state = jax.tree.map(lambda leaf: leaf[0], after)
            found["scores"] = _scores(circuit, state, images.patches[images.known :], others)
    return found


def _digits(kind: str) -> LabelledSplit:
    if kind == "mnist":
        return mnist_split()
    digits = load_digits(normalise=False)
    ink = digits.data / 16
    return LabelledSplit(ink[:1500], digits.labels[:1500], ink[1500:], digits.labels[1500:])


def _over_texture(split: LabelledSplit, seed: int) -> LabelledSplit:
    return textured_digits(split, seed, halved=False, grey=True)


def _alone(split: LabelledSplit) -> LabelledSplit:
    """Return digits as standardised maps."""
    side = round(split.rows.shape[1] ** 0.5)
    mean, deviation = split.rows.mean(), split.rows.std()
    rows, tests = (((each - mean) / deviation).reshape(-1, side, side, 1) for each in (split.rows, split.test_rows))
    return split._replace(rows=rows, test_rows=tests)


def _patches(maps: np.ndarray, kind: str) -> np.ndarray:
    size, stride = (4, 2) if kind == "digits" else (12, 4)
    return patch_grid(maps, size, stride, flat=False)


def _scores(circuit: CLAPPNetwork, state: Any, shown: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return mean scores by layer of `_TARGETS`; `others` have the texture of each image, and the digit of the next."""
    both = [circuit.features(state, each.reshape(-1, *circuit.input_shape)) for each in (shown, others)]
    offset, found = circuit.offsets[0], []
    for layer, (one, other) in enumerate(zip(*both, strict=True)):
        own, turned = (np.asarray(each).reshape(*shown.shape[:3], -1) for each in (one, other))
        weights = np.asarray(circuit.pathways[layer].prediction[0].weights(state.layers[layer].prediction[0]))
        predicted = own[:, :-offset] @ weights.T
        targets = own, turned, np.roll(turned, 1, axis=0), np.roll(own, 1, axis=0)
        found.append([np.mean(np.sum(each[:, offset:] * predicted, axis=-1)) for each in targets])
    return np.array(found).T


def _layer(results: Mapping[str, Any], name: str) -> np.ndarray:
    return np.mean(results[name], axis=0)


def _gain(place: str) -> Any:
    """Return a function that gives the gain of the last layer over the same with random weights."""
    return lambda results: float(_layer(results, f"CLAPP, {place}")[-1] - _layer(results, f"random, {place}")[-1])


def _rise(place: str) -> Any:
    """Return a function that gives the smallest gain from a layer to the next."""
    return lambda results: float(np.min(np.diff(_layer(results, f"CLAPP, {place}"))))


def draw_convolution(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw accuracy by layer against random layers and pixels."""
    shown = [place for place in _PLACES if f"CLAPP, {place}" in results]
    accuracy = {f"{name}, {place}": results[f"{name}, {place}"] for place in shown for name in ("CLAPP", "random")}
    return draw_layers(accuracy, {f"pixels, {place}": results[f"pixels, {place}"] for place in shown})


def _share(kind: str) -> Any:
    """Return a function that gives the share of what the same image adds to the last layer's score."""

    def share(results: Mapping[str, Any]) -> float:
        scores = dict(zip(_TARGETS, np.asarray(results["scores"])[:, -1], strict=True))
        other = scores["another image"]
        return float((scores[kind] - other) / (scores["the same image"] - other))

    return share


def draw_scores(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw mean scores by layer of the four kinds of targets."""
    figure, axes = figures.new_figure(5.0, 3.4)
    for name, values, colour in zip(_TARGETS, results["scores"], figures.category_colours(4), strict=True):
        axes.plot(np.arange(1, len(values) + 1), values, "o-", color=colour, label=name)
    axes.set(xlabel="layer", ylabel="mean score u", xticks=np.arange(1, len(results["scores"][0]) + 1))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    return figure


_LEVELS = {
    "random, alone": [0.5] * 5,
    "CLAPP, alone": [0.5, 0.55, 0.6, 0.65, 0.7],
    "random, over texture": [0.3] * 5,
    "CLAPP, over texture": [0.3, 0.32, 0.34, 0.36, 0.38],
}


def _holds() -> dict[str, Any]:
    made_up: dict[str, Any] = {name: np.array([values]) for name, values in _LEVELS.items()}
    made_up["scores"] = np.array([[1.0], [0.9], [-0.9], [-1.0]]) * np.ones(5)
    return made_up | {f"pixels, {place}": 0.5 for place in _PLACES}


SECTION = Section(
    settings={
        "smoke": Settings("digits", 100, 50, (-4,), 1, 1, ("over texture",)),
        "laptop": Settings(),
        "paper": Settings(networks=3, epochs=100),
    },
    measure=measure,
    checks=(
        Check(
            "rises",
            "Digits over texture: largest loss of accuracy from one layer to the next, as a gain.",
            AtLeast(-0.01),
            _rise("over texture"),
            basis.ours("monotone up to an inversion of one point"),
            on="deep",
            scales=FULL,
            remark=_SHORTCUT,
        ),
        Check(
            "above-random",
            "Digits over texture: gain of the last layer over the same with random weights.",
            AtLeast(0.05),
            _gain("over texture"),
            basis.ours(),
            on="deep",
            scales=FULL,
            remark=_SHORTCUT,
        ),
        Check(
            "rises-alone",
            "Digits alone: largest loss of accuracy from one layer to the next, as a gain.",
            AtLeast(-0.01),
            _rise("alone"),
            basis.ours("as over texture"),
            on="deep",
            scales=FULL,
        ),
        Check(
            "above-random-alone",
            "Digits alone: gain of the last layer over the same with random weights.",
            AtLeast(0.05),
            _gain("alone"),
            basis.ours("as over texture"),
            on="deep",
            scales=FULL,
        ),
        Check(
            "texture-is-enough",
            "Of what a target of the same image adds to the last layer's score, the share that another digit over the "
            "same texture adds.",
            AtLeast(0.5),
            _share("other digit, same texture"),
            basis.ours("more than half"),
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "rises": put("CLAPP, over texture", 0.1, (0, 2)),
        "above-random": put("random, over texture", 0.5),
        "rises-alone": put("CLAPP, alone", 0.3, (0, 2)),
        "above-random-alone": put("random, alone", 0.8),
        "texture-is-enough": put("scores", -0.9, 1),
    },
    figures=(
        Figure("convolution", "Accuracy of a linear probe for digits, by convolutional layer.", draw_convolution),
        Figure("scores", "Digits over texture: mean scores by layer of four kinds of targets.", draw_scores),
    ),
    circuits=lambda settings: [network(settings)],
)
