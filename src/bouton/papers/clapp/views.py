"""A fixation as two views of one digit that has moved a little: layers that see whole images."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jax
import matplotlib.figure
import numpy as np

from bouton.credit import DenseLayer
from bouton.credit.predictive import CLAPPNetwork, two_views
from bouton.dynamics import Rectifier
from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.clapp._common import BATCH, FULL, Images, accuracies, draw_layers, images_of, learn, pixel_accuracy

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Images, how many are learned from, units of each layer, networks, passes, and pairs of views."""

    images: Literal["digits", "mnist"] = "mnist"
    known: int = 4000
    units: tuple[int, ...] = (256, 256, 256)
    networks: int = 2
    epochs: int = 12
    pairs: int = 3


def network(pixels: int, units: tuple[int, ...]) -> CLAPPNetwork:
    """Return dense layers on whole images, of which there are two views."""
    layers = [DenseLayer(each, Rectifier()) for each in units]
    return CLAPPNetwork(layers, (pixels,), batch_size=BATCH, learning_rate=1e-3)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return accuracies by layer before and after learning from pairs of views."""
    images = images_of(settings.images, seed, settings.known)
    side = round(images.pixels.shape[1] ** 0.5)
    # What moves in from outside is background: the darkest pixel.
    dark = images.pixels.min()
    plain = (images.pixels[: settings.known] - dark).reshape(-1, side, side)
    options = {"shift": side / 9, "rotation": 15.0, "contrast": 0.3}
    pairs = [two_views(plain, seed=number, **options) for number in range(settings.pairs)]
    shown = np.stack(pairs).reshape(settings.pairs, settings.known, 2, 1, -1) + dark
    circuit = network(side * side, settings.units)
    keys = jax.random.split(random_key(seed, 5), settings.networks)
    before, after, info = learn(circuit, shown, settings.known, settings.epochs, keys, seed)
    whole = Images(images.pixels[:, None, None], images.labels, images.pixels, images.known)
    return {
        "pixels": pixel_accuracy(images),
        "random": accuracies(circuit, before, whole),
        "CLAPP": accuracies(circuit, after, whole),
        "loss": info.loss[:, -1].mean(axis=0),
    }


def _layer(results: Mapping[str, Any], name: str) -> np.ndarray:
    return np.mean(results[name], axis=0)


def draw_views(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw accuracy by layer against random layers and pixels."""
    return draw_layers({name: results[name] for name in ("CLAPP", "random")}, {"pixels": results["pixels"]})


SECTION = Section(
    settings={
        "smoke": Settings("digits", 500, (16,), 1, 1, 1),
        "laptop": Settings(),
        "paper": Settings(networks=5, epochs=60, pairs=20),
    },
    measure=measure,
    checks=(
        Check(
            "above-random",
            "Least gain of a layer over the same layer with random weights.",
            AtLeast(0.04),
            lambda results: float(np.min(_layer(results, "CLAPP") - _layer(results, "random"))),
            basis.ours("as for patches"),
            on="modalities",
            scales=FULL,
            remark="Random layers of this width, which see whole images, are worth more than the pixels. Learning "
            "makes layers indifferent to shift and rotation, from three fixed pairs of views of each digit.",
        ),
        Check(
            "second-layer",
            "Gain of the second layer over the first.",
            AtLeast(0.01),
            lambda results: float(_layer(results, "CLAPP")[1] - _layer(results, "CLAPP")[0]),
            basis.ours("as for patches"),
            on="deep",
            scales=FULL,
        ),
        Check(
            "above-pixels",
            "Gain of the best layer over the pixels of the image.",
            AtLeast(0.0),
            lambda results: float(np.max(_layer(results, "CLAPP")) - results["pixels"]),
            basis.ours("as for patches"),
            scales=FULL,
        ),
    ),
    holds=lambda: {"pixels": 0.82, "random": np.full((1, 3), 0.85), "CLAPP": np.array([[0.9, 0.93, 0.93]])},
    breaks={
        "above-random": put("random", 0.9),
        "second-layer": put("CLAPP", 0.9),
        "above-pixels": {"pixels": 0.95},
    },
    figures=(Figure("views", "Accuracy of a linear probe by layer, of layers that see whole images.", draw_views),),
    circuits=lambda settings: [network(64, (16,))],
)
