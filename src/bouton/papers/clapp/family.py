"""The family: the local rule with twice the passes, Greedy InfoMax, and the two losses end to end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jax
import matplotlib.figure
import numpy as np

from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.clapp._common import FULL, accuracies, draw_layers, images_of, learn, network, pixel_accuracy

__all__ = ["SECTION"]

_INFONCE = {"asynchronous": False, "symmetric": True, "loss": "infonce"}
FORMS = {
    "CLAPP": (2, {}),
    "CLAPP-s": (1, {"asynchronous": False, "symmetric": True}),
    "hinge CPC": (2, {"end_to_end": True}),
    "Greedy InfoMax": (1, _INFONCE),
    "CPC": (1, {**_INFONCE, "end_to_end": True}),
}
"""Passes, as a multiple, and options: half of the terms are used where samples take turns."""


@dataclass(frozen=True)
class Settings:
    """Images, how many are learned from, networks, passes, and saccades for each context with InfoNCE."""

    images: Literal["digits", "mnist"] = "mnist"
    known: int = 4000
    networks: int = 1
    epochs: int = 8
    negatives: int = 4
    forms: tuple[str, ...] = tuple(FORMS)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return accuracies by layer of each member of the family, and of random layers."""
    images = images_of(settings.images, seed, settings.known)
    keys = jax.random.split(random_key(seed, 2), settings.networks)
    found: dict[str, Any] = {"pixels": pixel_accuracy(images)}
    for name in settings.forms:
        times, options = FORMS[name]
        count = {"negatives": settings.negatives} if "loss" in options else {}
        own: dict[str, Any] = {**options, **count}
        circuit = network(settings.images, **own)
        epochs = times * settings.epochs
        before, after, _ = learn(circuit, images.patches[None], images.known, epochs, keys, seed)
        found[name] = accuracies(circuit, after, images)
        if name == settings.forms[0]:
            found["random"] = accuracies(circuit, before, images)
    return found


def _top(results: Mapping[str, Any], name: str) -> float:
    return float(np.mean(results[name], axis=0)[-1])


def draw_family(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw accuracy by layer of each member of the family."""
    shown = {name: results[name] for name in (*FORMS, "random") if name in results}
    return draw_layers(shown, {"pixels": results["pixels"]})


def _holds() -> dict[str, Any]:
    return {"pixels": 0.82, "random": np.full((1, 3), 0.78)} | {name: np.full((1, 3), 0.86) for name in FORMS}


SECTION = Section(
    settings={
        "smoke": Settings("digits", 500, 1, 1, forms=("CLAPP",)),
        "laptop": Settings(),
        "paper": Settings(networks=5, epochs=60, negatives=16),
    },
    measure=measure,
    checks=(
        Check(
            "near-hinge-cpc",
            "How far the last layer of CLAPP stays behind that of hinge CPC, which is the same rule end to end.",
            AtMost(0.04),
            lambda results: _top(results, "hinge CPC") - _top(results, "CLAPP"),
            basis.ours("0.1 to 3 points in another paper's table, on CIFAR-10 and STL-10"),
            on="comparable",
            scales=FULL,
        ),
        Check(
            "near-cpc",
            "The same of Greedy InfoMax behind CPC.",
            AtMost(0.06),
            lambda results: _top(results, "CPC") - _top(results, "Greedy InfoMax"),
            basis.ours(),
            on="comparable",
            scales=FULL,
        ),
        Check(
            "near-synchronous",
            "How far the last layer of CLAPP, with twice the passes, stays behind that of CLAPP-s.",
            AtMost(0.04),
            lambda results: _top(results, "CLAPP-s") - _top(results, "CLAPP"),
            basis.ours(),
            on="transport",
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "near-hinge-cpc": put("CLAPP", 0.8),
        "near-cpc": put("Greedy InfoMax", 0.78),
        "near-synchronous": put("CLAPP", 0.8),
    },
    figures=(Figure("family", "Accuracy of a linear probe by layer for each member of the family.", draw_family),),
    circuits=lambda settings: [network(settings.images, **_INFONCE), network(settings.images, end_to_end=True)],
)
