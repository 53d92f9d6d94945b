"""What five models say of six fields: one that was learned, and five made by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import matplotlib.figure
import numpy as np
from jaxtyping import Float

from bouton.analysis import gabor
from bouton.dynamics import RectifiedLinear
from bouton.features import EffectiveNonlinearity, mean_objective, nonlinearity
from bouton.papers import Check, Equals, Figure, Section, basis
from bouton.papers._seeds import generator
from bouton.papers.nonlinear_hebbian._common import (
    AT_PAPER,
    AT_SMOKE,
    FULL,
    Learning,
    learned_fields,
    raw_patches,
    white_patches,
)
from bouton.plasticity import PowerPlasticity, QuadraticPlasticity
from bouton.report import figures

__all__ = ["SECTION", "best_candidates"]

# The five models of figure 2, with its constants.
_MODELS = {
    "linear rectifier": nonlinearity("linear-rectifier"),
    "quadratic rectifier": EffectiveNonlinearity(RectifiedLinear(1.0), QuadraticPlasticity(1.0, 0.1)),
    "L0 sparse coding": nonlinearity("hard-threshold"),
    "Cauchy sparse coding": nonlinearity("cauchy"),
    "negative sigmoid": EffectiveNonlinearity(nonlinearity("negative-sigmoid").rate, PowerPlasticity(scale=-0.2)),
}
_LEARNED = "learned field"
_CANDIDATES = ("random", "Fourier", "pixel", "circle", "Gabor", _LEARNED)


def measure(settings: Learning, seed: int) -> dict[str, Any]:
    """Measure the objective of five models for a learned field and for candidates made by hand."""
    white = white_patches(raw_patches(settings.patch_size, settings.patches, seed))
    by_hand = _made_by_hand(settings.patch_size, generator(seed, 2))
    learned = learned_fields(settings, white, seed, ("linear-rectifier",))[0, 0]
    rows = np.stack([field / np.linalg.norm(field) for field in (*by_hand, learned)])
    drives = white @ rows.T.astype(np.float32)
    drives = drives / drives.std(axis=0)
    return {
        "patch_size": settings.patch_size,
        "fields": rows,
        "objective": np.array([mean_objective(model, jnp.asarray(drives)) for model in _MODELS.values()]),
    }


def _made_by_hand(size: int, rng: np.random.Generator) -> list[Float[np.ndarray, " pixels"]]:
    row, column = np.indices((size, size))
    middle = (size - 1) / 2
    distance = np.hypot(row - middle, column - middle)
    pixel = np.zeros((size, size))
    pixel[size // 2 - 1 : size // 2 + 1, size // 2 - 1 : size // 2 + 1] = 1
    circle = np.exp(-(distance**2) / (2 * 3**2)) / 3**2 - np.exp(-(distance**2) / (2 * 4**2)) / 4**2
    fourier = np.sin(2 * np.pi * row / size) * np.cos(2 * np.pi * column / size)
    wave = 9.0
    return [
        rng.normal(size=size**2),
        fourier.ravel(),
        pixel.ravel(),
        circle.ravel(),
        gabor((size, size), 1 / wave, np.pi / 3, 0.3 * wave, 0.6 * wave).ravel(),
    ]


def best_candidates(objective: Float[np.ndarray, "models candidates"], names: Sequence[str]) -> list[str]:
    """Return for each model which of the first candidates, those that are named, has the largest objective."""
    return [names[int(row[: len(names)].argmax())] for row in objective]


def draw_objectives(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the candidate fields, and the objective of each in five models."""
    values, size = results["objective"], results["patch_size"]
    figure = figures.new_figure(8.4, 5.0)[0]
    figure.clear()
    parts: Any = figure.subfigures(2, 1, height_ratios=(1, 2.2))
    top, bottom = parts
    for axes, name, field in zip(top.subplots(1, len(_CANDIDATES)), _CANDIDATES, results["fields"], strict=True):
        figures.tiles(field[None], (size, size), title=name, axes=axes)
        axes.title.set_fontsize(9.5)
    low, high = values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True)
    scaled = (values - low) / (high - low)
    axes = bottom.subplots()
    width = 0.8 / len(_MODELS)
    for number, (model, row, colour) in enumerate(
        zip(_MODELS, scaled, figures.category_colours(len(_MODELS)), strict=True)
    ):
        places = np.arange(len(_CANDIDATES)) + (number - (len(_MODELS) - 1) / 2) * width
        axes.bar(places, row, width, color=colour, label=model)
    axes.set(ylabel="objective, least to largest", xlim=(-0.6, len(_CANDIDATES) - 0.4))
    axes.set_xticks(range(len(_CANDIDATES)), _CANDIDATES)
    axes.legend(fontsize=8.5, ncols=(len(_MODELS) + 1) // 2, **figures.ABOVE)
    return figure


SECTION = Section(
    settings={"smoke": Learning(**AT_SMOKE), "laptop": Learning(), "paper": Learning(**AT_PAPER)},
    measure=measure,
    checks=(
        Check(
            "learned",
            "Of six fields, the one that a linear rectifier has learned has the largest objective in all five models.",
            Equals(_LEARNED),
            lambda results: best_candidates(results["objective"], _CANDIDATES),
            basis.paper("figure 2b"),
            on="candidates",
            scales=FULL,
        ),
        Check(
            "gabor",
            "Of five fields made by hand, a Gabor function has the largest objective in all five models.",
            Equals("Gabor"),
            lambda results: best_candidates(results["objective"], _CANDIDATES[:-1]),
            basis.paper("figure 2b"),
            on="candidates",
            remark="On these photographs a block of two by two pixels comes out ahead of the Gabor function made by "
            "hand, whose frequency (a cycle in nine pixels) is a third of that which neurons learn here; the paper's "
            "photographs differ. The learned field is ahead of both.",
            scales=FULL,
        ),
    ),
    holds=lambda: {"objective": np.tile([0.0, 0.1, 0.5, 0.4, 0.9, 1.0], (5, 1))},
    breaks={
        "learned": lambda results: {"objective": results["objective"] - np.eye(5, 6, 5) - np.eye(5, 6, 3)},
        "gabor": lambda results: {"objective": results["objective"] + np.eye(5, 6)},
    },
    figures=(
        Figure(
            "objectives",
            "What five models say of six fields, on a scale of its own for each model (figure 2b of the paper). Look "
            "for the learned field, the last one: it is at the top in every model.",
            draw_objectives,
        ),
    ),
)
