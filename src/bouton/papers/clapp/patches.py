"""Digits cut into patches: what each layer is worth by a linear probe, and what its units look for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.credit.predictive import CLAPPNetwork, Fixations
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.clapp._common import (
    FULL,
    accuracies,
    draw_layers,
    images_of,
    learn,
    network,
    pixel_accuracy,
)
from bouton.report import figures

__all__ = ["SECTION"]

FORMS = {
    "CLAPP": {},
    "CLAPP-s": {"asynchronous": False, "symmetric": True},
    "end to end": {"asynchronous": False, "symmetric": True, "end_to_end": True},
}
_UNITS, _BEST, _POINTS, _FIELDS = 6, 9, 60, 48
_OWN = "measured once before, with other orders and weights"


@dataclass(frozen=True)
class Settings:
    """Images, how many are learned from, networks with other weights and orders, and passes."""

    images: Literal["digits", "mnist"] = "mnist"
    known: int = 4000
    networks: int = 3
    epochs: int = 15
    forms: tuple[str, ...] = tuple(FORMS)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return accuracies by layer before and after learning, losses, scores, and the best patches of some units."""
    images = images_of(settings.images, seed, settings.known)
    keys = jax.random.split(random_key(seed, 1), settings.networks)
    found: dict[str, Any] = {"pixels": pixel_accuracy(images), "averaged pixels": pixel_accuracy(images, averaged=True)}
    for name in settings.forms:
        circuit = network(settings.images, **FORMS[name])
        before, after, info = learn(circuit, images.patches[None], images.known, settings.epochs, keys, seed)
        found[name] = accuracies(circuit, after, images)
        if name == "CLAPP":
            state = jax.tree.map(lambda leaf: leaf[0], after)
            found["random"] = accuracies(circuit, before, images)
            found["dead"] = info.dead[:, -1].mean(axis=0)
            found |= _scores(circuit, state, images.patches[images.known :], keys[0])
            found["best patches"] = _best_patches(circuit, state, images.patches[: images.known])
            found["fields"] = np.asarray(circuit.pathways[0].weights.weights(state.layers[0].weights))[:_FIELDS]
        if name != "end to end":
            steps = info.loss.shape[1]
            parts = np.array_split(np.arange(steps), min(_POINTS, steps))
            found[f"loss, {name}"] = np.array([info.loss[:, part].mean(axis=(0, 1)) for part in parts])
            found[f"solved, {name}"] = np.array([info.solved[:, part].mean(axis=(0, 1)) for part in parts])
    return found


def _scores(circuit: CLAPPNetwork, state: Any, patches: np.ndarray, key: Any) -> dict[str, Any]:
    """Return scores of fixations and saccades of images that were not learned from, by layer."""
    shown = Fixations(
        jnp.asarray(patches[: circuit.batch_size]), jnp.full(circuit.batch_size, circuit.steps, jnp.int32)
    )
    layers = jax.jit(circuit.contrasts)(key, state, shown)
    return {
        kind: np.array(
            [np.concatenate([np.asarray(each.scores[number]).ravel() for each in layer]) for layer in layers]
        )
        for number, kind in enumerate(("fixation scores", "saccade scores"))
    }


def _best_patches(circuit: CLAPPNetwork, state: Any, patches: np.ndarray) -> np.ndarray:
    """Return the patches that activate some units of each layer most."""
    rows = patches[:1000].reshape(-1, *circuit.input_shape)
    found = []
    for values in circuit.features(state, rows):
        activity = np.asarray(values)
        units = np.argsort(-activity.max(axis=0))[:: max(1, activity.shape[1] // _UNITS)][:_UNITS]
        found.append([rows[np.argsort(-activity[:, unit])[:_BEST]] for unit in units])
    return np.array(found)


def _layer(results: Mapping[str, Any], name: str) -> np.ndarray:
    return np.mean(results[name], axis=0)


def draw_accuracies(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw accuracy by layer of each way to learn, against random layers and pixels."""
    accuracy = {name: results[name] for name in (*FORMS, "random") if name in results}
    return draw_layers(accuracy, {name: results[name] for name in ("pixels", "averaged pixels")})


def draw_learning(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw loss and share of solved cases of each layer over learning."""
    figure, panels = figures.new_figure(7.2, 3.4, columns=2)
    shown = [name for name in ("CLAPP", "CLAPP-s") if name in results]
    for style, name in zip(("-", "--"), shown, strict=False):
        for axes, what in zip(panels, ("loss", "solved"), strict=True):
            values = results[f"{what}, {name}"]
            share = (np.arange(len(values)) + 0.5) / len(values)
            for layer, colour in enumerate(figures.category_colours(values.shape[1])):
                axes.plot(share, values[:, layer], style, color=colour, label=f"{name}, layer {layer + 1}")
    panels[0].set(xlabel="share of learning", ylabel="loss")
    panels[1].set(xlabel="share of learning", ylabel="share of cases with H = 0")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    return figure


def draw_scores(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how scores of fixations and saccades are distributed in each layer."""
    number = len(results["fixation scores"])
    figure, panels = figures.new_figure(7.2, 2.8, columns=number, sharey=True)
    colours = figures.category_colours(2)
    for layer, axes in enumerate(np.atleast_1d(panels)):
        both = [np.ravel(results[kind][layer]) for kind in ("fixation scores", "saccade scores")]
        lowest, highest = np.percentile(np.concatenate(both), [0.5, 99.5])
        edges = np.linspace(lowest, highest, 40)
        for values, kind, colour in zip(both, ("fixation", "saccade"), colours, strict=True):
            axes.hist(values, edges, density=True, histtype="step", color=colour, label=kind)
        for margin in (-1, 1):
            axes.axvline(margin, color=figures.muted(), linewidth=0.8, linestyle=":")
        axes.set(xlabel="score u", title=f"layer {layer + 1}")
    np.atleast_1d(panels)[0].set_ylabel("density")
    figure.legend(
        *np.atleast_1d(panels)[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8
    )
    return figure


def draw_gallery(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the patches that activate some units of each layer most: a row of patches for each unit."""
    best = results["best patches"]
    layers, units, number, pixels = best.shape
    side, gap = round(pixels**0.5), 1
    figure, panels = figures.new_figure(7.2, 2.4, columns=layers)
    for layer, axes in enumerate(np.atleast_1d(panels)):
        sheet = np.full((units * (side + gap) - gap, number * (side + gap) - gap), np.nan)
        for unit in range(units):
            for place in range(number):
                row, column = unit * (side + gap), place * (side + gap)
                sheet[row : row + side, column : column + side] = best[layer, unit, place].reshape(side, side)
        axes.imshow(sheet, cmap=figures.sequential(), interpolation="nearest")
        axes.set(title=f"layer {layer + 1}", xticks=[], yticks=[])
    return figure


def draw_fields(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the feedforward weights of units of the first layer."""
    fields = results["fields"]
    side = round(fields.shape[1] ** 0.5)
    return figures.tiles(fields, (side, side))


def _holds() -> dict[str, Any]:
    return {
        "pixels": 0.82,
        "averaged pixels": 0.69,
        "random": np.array([[0.78, 0.78, 0.77]]),
        "CLAPP": np.array([[0.84, 0.86, 0.86]]),
        "CLAPP-s": np.array([[0.84, 0.865, 0.86]]),
        "end to end": np.array([[0.85, 0.88, 0.88]]),
        "loss, CLAPP": np.linspace(2.0, 0.6, 10)[:, None] * np.ones(3),
    }


SECTION = Section(
    settings={
        "smoke": Settings("digits", 500, 1, 2, ("CLAPP",)),
        "laptop": Settings(),
        "paper": Settings(networks=10, epochs=60),
    },
    measure=measure,
    checks=(
        Check(
            "falls",
            "Largest loss of a layer of CLAPP at the end over that at the start.",
            AtMost(0.99),
            lambda results: float(np.max(results["loss, CLAPP"][-1] / results["loss, CLAPP"][0])),
            basis.ours(),
            scales=FULL,
        ),
        Check(
            "starts-at-two",
            "Largest distance of a layer's loss of CLAPP from 2 in the first part of learning, above it.",
            AtMost(0.5),
            lambda results: float(np.max(results["loss, CLAPP"][0] - 2)),
            basis.theory("scores of 0 give a loss of 2"),
        ),
        Check(
            "above-random",
            "CLAPP: least gain of a layer over the same layer with random weights, mean over networks.",
            AtLeast(0.04),
            lambda results: float(np.min(_layer(results, "CLAPP") - _layer(results, "random"))),
            basis.ours(_OWN),
            on="deep",
            scales=FULL,
            remark="Random layers of ReLU units are worth a lot on digits, the first one most.",
        ),
        Check(
            "second-layer",
            "CLAPP: gain of the second layer over the first.",
            AtLeast(0.01),
            lambda results: float(_layer(results, "CLAPP")[1] - _layer(results, "CLAPP")[0]),
            basis.ours(_OWN),
            on="deep",
            scales=FULL,
        ),
        Check(
            "last-layer",
            "CLAPP: gain of the last layer over the one below it.",
            AtLeast(-0.015),
            lambda results: float(_layer(results, "CLAPP")[-1] - _layer(results, "CLAPP")[-2]),
            basis.ours("patches of fixed size saturate at the second or third layer"),
            on="deep",
            scales=FULL,
        ),
        Check(
            "above-pixels",
            "CLAPP: gain of the best layer, averaged over patches, over all pixels of the image.",
            AtLeast(0.0),
            lambda results: float(np.max(_layer(results, "CLAPP")) - results["pixels"]),
            basis.ours(_OWN),
            on="deep",
            scales=FULL,
        ),
        Check(
            "near-end-to-end",
            "How far the last layer of CLAPP stays behind that of the same loss end to end.",
            AtMost(0.04),
            lambda results: float(_layer(results, "end to end")[-1] - _layer(results, "CLAPP")[-1]),
            basis.ours("0.1 to 3 points in another paper's table, on CIFAR-10 and STL-10"),
            on="comparable",
            scales=FULL,
        ),
        Check(
            "near-symmetric",
            "How far the best layer of CLAPP stays behind the best of CLAPP-s.",
            AtMost(0.04),
            lambda results: float(np.max(_layer(results, "CLAPP-s")) - np.max(_layer(results, "CLAPP"))),
            basis.ours(),
            on="transport",
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "falls": {"loss, CLAPP": np.ones((5, 3))},
        "starts-at-two": {"loss, CLAPP": np.linspace(4.0, 0.6, 10)[:, None] * np.ones(3)},
        "above-random": put("random", 0.85, (0, 0)),
        "second-layer": put("CLAPP", 0.83, (0, 1)),
        "last-layer": put("CLAPP", 0.83, (0, 2)),
        "above-pixels": {"pixels": 0.9},
        "near-end-to-end": put("end to end", 0.95),
        "near-symmetric": put("CLAPP-s", 0.95),
    },
    figures=(
        Figure(
            "layers",
            "Accuracy of a linear probe by layer: features averaged over patches, mean over networks and each network.",
            draw_accuracies,
        ),
        Figure(
            "learning",
            "Loss of each layer, and the share of fixations and saccades from which nothing is learned any more.",
            draw_learning,
        ),
        Figure(
            "scores",
            "Scores of fixations and saccades on images that were not learned from; dotted: the margins.",
            draw_scores,
        ),
        Figure("fields", "Feedforward weights of units of the first layer onto the pixels of a patch.", draw_fields),
        Figure("gallery", "The nine patches that activate a unit most, for some units of each layer.", draw_gallery),
    ),
    circuits=lambda settings: [network(settings.images), network(settings.images, symmetric=True)],
)
