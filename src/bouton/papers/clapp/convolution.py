"""Convolutional layers on patches of digits that lie on natural textures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jax
import matplotlib.figure
import numpy as np

from bouton.credit import ConvolutionLayer, MaxPool
from bouton.credit.predictive import CLAPPNetwork, patch_grid
from bouton.data import load_natural5, sample_patches
from bouton.dynamics import Rectifier
from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.clapp._common import FULL, Images, accuracies, draw_layers, images_of, learn, pixel_accuracy

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Images, how many are learned from and tested on, channels (pooled where negative), networks and passes."""

    images: Literal["digits", "mnist"] = "mnist"
    known: int = 1200
    tested: int = 800
    channels: tuple[int, ...] = (16, -32, 32, -64, 128)
    networks: int = 1
    epochs: int = 4


def network(settings: Settings) -> CLAPPNetwork:
    """Return convolutional layers on patches, with pooling behind some."""
    side, steps, offsets = (4, 3, (2,)) if settings.images == "digits" else (12, 5, (2, 3, 4))
    layers: list[Any] = []
    for channels in settings.channels:
        layers.append(ConvolutionLayer(abs(channels), activation=Rectifier()))
        layers += [MaxPool()] if channels < 0 else []
    return CLAPPNetwork(layers, (side, side, 1), steps, steps, offsets, batch_size=50, learning_rate=1e-3)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return accuracies by layer before and after learning."""
    images = _textured(settings, seed)
    circuit, keys = network(settings), jax.random.split(random_key(seed, 7), settings.networks)
    before, after, info = learn(circuit, images.patches[None], images.known, settings.epochs, keys, seed)
    return {
        "pixels": pixel_accuracy(images),
        "random": accuracies(circuit, before, images),
        "CLAPP": accuracies(circuit, after, images),
        "loss": info.loss[:, -1].mean(axis=0),
    }


def _textured(settings: Settings, seed: int) -> Images:
    """Return digits in front of crops of photographs, standardised and in patches."""
    plain = images_of(settings.images, seed, settings.known)
    count = settings.known + settings.tested
    pixels = plain.pixels[:count]
    ink = (pixels - pixels.min()) / (pixels.max() - pixels.min())
    side = round(ink.shape[1] ** 0.5)
    behind = np.log(1e-2 + sample_patches(load_natural5(), side, count, seed=seed))
    spread = behind.max(axis=1, keepdims=True) - behind.min(axis=1, keepdims=True)
    behind = (behind - behind.min(axis=1, keepdims=True)) / np.maximum(spread, 1e-6)
    rows = ink + (1 - ink) * 0.6 * behind
    rows = (rows - rows[: settings.known].mean()) / rows[: settings.known].std()
    size, stride = (4, 2) if settings.images == "digits" else (12, 4)
    patches = patch_grid(rows.reshape(-1, side, side), size, stride, flat=False)
    return Images(patches, plain.labels[:count], rows, settings.known)


def _layer(results: Mapping[str, Any], name: str) -> np.ndarray:
    return np.mean(results[name], axis=0)


def draw_convolution(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw accuracy by layer against random layers and pixels."""
    return draw_layers({name: results[name] for name in ("CLAPP", "random")}, {"pixels": results["pixels"]})


SECTION = Section(
    settings={
        "smoke": Settings("digits", 100, 100, (-4,), 1, 1),
        "laptop": Settings(),
        "paper": Settings(known=4000, channels=(16, -32, 32, -64, 128), networks=3, epochs=20),
    },
    measure=measure,
    checks=(
        Check(
            "rises",
            "Largest loss of accuracy from one layer to the next, as a gain.",
            AtLeast(-0.01),
            lambda results: float(np.min(np.diff(_layer(results, "CLAPP")))),
            basis.ours("monotone up to an inversion of one point"),
            on="deep",
            scales=FULL,
        ),
        Check(
            "above-random",
            "Gain of the last layer over the same with random weights.",
            AtLeast(0.05),
            lambda results: float(_layer(results, "CLAPP")[-1] - _layer(results, "random")[-1]),
            basis.ours(),
            on="deep",
            scales=FULL,
            remark="At laptop scale there are about a hundred mini-batches, where the dense layers have 1,200.",
        ),
    ),
    holds=lambda: {"random": np.full((1, 5), 0.5), "CLAPP": np.array([[0.5, 0.55, 0.6, 0.65, 0.7]]), "pixels": 0.7},
    breaks={"rises": put("CLAPP", 0.3, (0, 2)), "above-random": put("random", 0.8)},
    figures=(Figure("convolution", "Accuracy of a linear probe by convolutional layer.", draw_convolution),),
    circuits=lambda settings: [network(settings)],
)
