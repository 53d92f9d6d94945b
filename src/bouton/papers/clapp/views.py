r"""A fixation as two views of one digit that has moved a little: layers that see whole images.

A digit is told from one other by little; beside CLAPP learn CLAPP-s, which shows both terms of each digit in a step,
and Greedy InfoMax, with sixteen others to tell it from. In how many directions the activity of a layer varies is told
by the participation ratio of its covariance, :math:`(\sum_i \lambda_i)^2 / \sum_i \lambda_i^2`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jax
import matplotlib.figure
import numpy as np

from bouton.credit import DenseLayer
from bouton.credit.predictive import CLAPPNetwork, two_views
from bouton.dynamics import Rectifier
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.clapp._common import BATCH, FULL, Images, accuracies, draw_layers, images_of, learn, pixel_accuracy
from bouton.report import figures

__all__ = ["SECTION"]


FORMS: dict[str, dict[str, Any]] = {
    "CLAPP": {},
    "CLAPP-s": {"asynchronous": False, "symmetric": True},
    "Greedy InfoMax": {"asynchronous": False, "symmetric": True, "loss": "infonce", "negatives": 16},
}


@dataclass(frozen=True)
class Settings:
    """Images, how many are learned from, units of each layer, networks, passes, pairs of views, and losses."""

    images: Literal["digits", "mnist"] = "mnist"
    known: int = 4000
    units: tuple[int, ...] = (256, 256, 256)
    networks: int = 2
    epochs: int = 12
    pairs: int = 3
    forms: tuple[str, ...] = tuple(FORMS)


def network(pixels: int, units: tuple[int, ...], form: str = "CLAPP") -> CLAPPNetwork:
    """Return dense layers on whole images, of which there are two views."""
    layers = [DenseLayer(each, Rectifier()) for each in units]
    return CLAPPNetwork(layers, (pixels,), batch_size=BATCH, learning_rate=1e-3, **FORMS[form])


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
    keys = jax.random.split(random_key(seed, 5), settings.networks)
    whole = Images(images.pixels[:, None, None], images.labels, images.pixels, images.known)
    found: dict[str, Any] = {"pixels": pixel_accuracy(images)}
    for name in settings.forms:
        circuit = network(side * side, settings.units, name)
        before, after, info = learn(circuit, shown, settings.known, settings.epochs, keys, seed)
        if name == "CLAPP":
            found["random"] = accuracies(circuit, before, whole)
            found["dimension, random"] = _dimensions(circuit, before, images)
        found[name] = accuracies(circuit, after, whole)
        found[f"dimension, {name}"] = _dimensions(circuit, after, images)
        found |= {
            f"{kind}, {name}": getattr(info, kind)[:, -20:].mean(axis=(0, 1)) for kind in ("loss", "solved", "dead")
        }
    return found


def _dimensions(circuit: CLAPPNetwork, states: Any, images: Images) -> np.ndarray:
    """Return by layer the participation ratio of the activity of the first network."""
    state = jax.tree.map(lambda leaf: leaf[0], states)
    found = []
    for values in circuit.features(state, images.pixels[: images.known]):
        spread = np.linalg.eigvalsh(np.cov(np.asarray(values, float).T))
        found.append(spread.sum() ** 2 / np.sum(spread**2))
    return np.array(found)


def _layer(results: Mapping[str, Any], name: str) -> np.ndarray:
    return np.mean(results[name], axis=0)


def _gain(name: str, other: str) -> Any:
    """Return a function that gives the least gain of a layer by one form over another."""
    return lambda results: float(np.min(_layer(results, name) - _layer(results, other)))


def draw_views(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw accuracy by layer against random layers and pixels."""
    accuracy = {name: results[name] for name in (*FORMS, "random") if name in results}
    return draw_layers(accuracy, {"pixels": results["pixels"]})


def draw_dimensions(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the dimension of the activity by layer."""
    figure, axes = figures.new_figure(4.6, 3.2)
    shown = [name for name in ("random", *FORMS) if f"dimension, {name}" in results]
    for name, colour in zip(shown, figures.category_colours(len(shown)), strict=True):
        values = results[f"dimension, {name}"]
        axes.plot(np.arange(1, len(values) + 1), values, "o-", color=colour, label=name)
    axes.set(xlabel="layer", ylabel="participation ratio", xticks=np.arange(1, len(values) + 1), ylim=(0, None))
    axes.legend(fontsize=8)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings("digits", 500, (16,), 1, 1, 1, ("CLAPP",)),
        "laptop": Settings(),
        "paper": Settings(networks=5, epochs=60, pairs=20),
    },
    measure=measure,
    checks=(
        Check(
            "above-random",
            "Least gain of a layer over the same layer with random weights.",
            AtLeast(0.04),
            _gain("CLAPP", "random"),
            basis.ours("as for patches"),
            on="modalities",
            scales=FULL,
            remark="Random layers of this width, which see whole images, are worth more than the pixels. What a step "
            "is told is little: both terms of each digit help, and sixteen others more; new views in each pass, or "
            "three times the passes, do not. All forms give up most directions of random layers, also where they gain.",
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
        Check(
            "few-directions",
            "Largest participation ratio of a layer of CLAPP over that of the same layer with random weights.",
            AtMost(0.5),
            lambda results: float(np.max(results["dimension, CLAPP"] / results["dimension, random"])),
            basis.ours("less than half"),
            scales=FULL,
        ),
        Check(
            "both-terms",
            "Least gain of a layer of CLAPP-s over CLAPP, which has as many steps.",
            AtLeast(0.0),
            _gain("CLAPP-s", "CLAPP"),
            basis.ours(),
            scales=FULL,
        ),
        Check(
            "more-saccades",
            "Least gain of a layer by InfoNCE, with sixteen saccades for each context, over CLAPP-s, with one.",
            AtLeast(0.0),
            _gain("Greedy InfoMax", "CLAPP-s"),
            basis.ours(),
            scales=FULL,
        ),
    ),
    holds=lambda: {
        "pixels": 0.82,
        "random": np.full((1, 3), 0.85),
        "CLAPP": np.array([[0.9, 0.93, 0.93]]),
        "CLAPP-s": np.array([[0.905, 0.935, 0.935]]),
        "Greedy InfoMax": np.array([[0.91, 0.94, 0.94]]),
        "dimension, random": np.full(3, 30.0),
        "dimension, CLAPP": np.full(3, 10.0),
    },
    breaks={
        "above-random": put("random", 0.9),
        "second-layer": put("CLAPP", 0.9),
        "above-pixels": {"pixels": 0.95},
        "few-directions": put("dimension, CLAPP", 20.0, 1),
        "both-terms": put("CLAPP-s", 0.9, (0, 2)),
        "more-saccades": put("Greedy InfoMax", 0.9, (0, 2)),
    },
    figures=(
        Figure("views", "Accuracy of a linear probe by layer, of layers that see whole images.", draw_views),
        Figure("dimensions", "In how many directions the activity of a layer varies, by layer.", draw_dimensions),
    ),
    circuits=lambda settings: [network(64, (16,))],
)
