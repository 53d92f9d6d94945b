"""What each factor of the rule is for: one is left out at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jax
import matplotlib.figure
import numpy as np

from bouton.credit.predictive import Ablations
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.clapp._common import FULL, accuracies, images_of, learn, network
from bouton.report import figures

__all__ = ["SECTION"]

WITHOUT = {
    "nothing": Ablations(),
    "modulator": Ablations(modulator=False),
    "dendritic prediction": Ablations(dendrite=False),
    "retrodiction": Ablations(retrodiction=False),
    "learning of predictions": Ablations(learn_prediction=False),
    "order in time": Ablations(),
}
_NAMES = list(WITHOUT)


@dataclass(frozen=True)
class Settings:
    """Images, how many are learned from, networks, passes, and what is left out."""

    images: Literal["digits", "mnist"] = "mnist"
    known: int = 4000
    networks: int = 1
    epochs: int = 5
    without: tuple[str, ...] = tuple(WITHOUT)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return accuracies by layer without each factor, and of random layers."""
    images = images_of(settings.images, seed, settings.known)
    keys = jax.random.split(random_key(seed, 3), settings.networks)
    found: dict[str, Any] = {}
    for name in settings.without:
        circuit = network(settings.images, ablations=WITHOUT[name])
        shown = _shuffled(images.patches, seed) if name == "order in time" else images.patches
        before, after, _ = learn(circuit, shown[None], images.known, settings.epochs, keys, seed)
        found[name] = accuracies(circuit, after, images)
        found["random"] = accuracies(circuit, before, images) if "random" not in found else found["random"]
    return found


def _shuffled(patches: np.ndarray, seed: int) -> np.ndarray:
    """Return patches whose rows have changed places, in each image in another way."""
    rng = generator(seed, 4)
    return np.stack([each[rng.permutation(len(each))] for each in patches])


def _best(results: Mapping[str, Any], name: str) -> float:
    return float(np.max(np.mean(results[name], axis=0)))


def _top(results: Mapping[str, Any], name: str) -> float:
    return float(np.mean(results[name], axis=0)[-1])


def draw_ablations(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the accuracy of each layer without each factor, against random layers."""
    shown = [name for name in _NAMES if name in results]
    figure, axes = figures.new_figure(6.4, 3.4)
    number = results["random"].shape[1]
    for layer, colour in enumerate(figures.category_colours(number)):
        values = [np.mean(results[name], axis=0)[layer] for name in ("random", *shown)]
        axes.plot(values, np.arange(len(values)), "o", color=colour, label=f"layer {layer + 1}")
    labels = ["random layers", *("CLAPP" if name == "nothing" else f"without {name}" for name in shown)]
    axes.set(xlabel="accuracy of a linear probe", yticks=range(len(labels)), yticklabels=labels)
    axes.invert_yaxis()
    axes.legend(fontsize=8)
    return figure


def _holds() -> dict[str, Any]:
    levels = {"random": 0.78, "nothing": 0.86, "modulator": 0.75, "dendritic prediction": 0.7, "retrodiction": 0.84}
    levels |= {"learning of predictions": 0.82, "order in time": 0.86}
    return {name: np.full((1, 3), level) for name, level in levels.items()}


SECTION = Section(
    settings={
        "smoke": Settings("digits", 500, 1, 2, ("nothing",)),
        "laptop": Settings(),
        "paper": Settings(networks=5, epochs=60),
    },
    measure=measure,
    checks=(
        *(
            Check(
                name.replace(" ", "-"),
                f"Gain of the last layer over that with random weights, without {name}.",
                AtMost(0.01),
                lambda results, name=name: _top(results, name) - _top(results, "random"),
                basis.ours("learning is expected to fail"),
                on="factors",
                scales=FULL,
            )
            for name in ("modulator", "dendritic prediction")
        ),
        Check(
            "frozen",
            "Without learning of predictions the best layer stays behind that of CLAPP by at least this.",
            AtLeast(0.0),
            lambda results: _best(results, "nothing") - _best(results, "learning of predictions"),
            basis.ours(),
            scales=FULL,
        ),
        Check(
            "frozen-helps",
            "Without learning of predictions the last layer is still worth more than with random weights, by this.",
            AtLeast(0.0),
            lambda results: _top(results, "learning of predictions") - _top(results, "random"),
            basis.ours(),
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "modulator": put("modulator", 0.85),
        "dendritic-prediction": put("dendritic prediction", 0.85),
        "frozen": put("learning of predictions", 0.9),
        "frozen-helps": put("learning of predictions", 0.7),
    },
    figures=(
        Figure("ablations", "Accuracy of a linear probe on each layer where a factor is left out.", draw_ablations),
    ),
)
