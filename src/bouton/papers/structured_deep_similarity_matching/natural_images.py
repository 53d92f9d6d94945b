"""Two layers on patches of natural photographs: how far units see, and how large their features are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.structured_deep_similarity_matching._common import (
    epochs_of_learning,
    fields_of_view,
    reverse_correlation,
    whitened_patches,
)
from bouton.plasticity import Sheet
from bouton.report import figures
from bouton.similarity import DeepSimilarityMatching

__all__ = ["SECTION"]

_FIRST_RADIUS, _SECOND_RADIUS, _STRIDE = 3.0, 2.0, 2
_JUDGED = 500
_TILES = 48


@dataclass(frozen=True)
class Settings:
    """Lengths are in pixels; an epoch is a number of presentations, drawn with replacement."""

    patch_size: int = 16
    patches: int = 20_000
    whitened_components: int = 120
    epochs: int = 10
    presentations: int = 1000


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn without feedback; find features of both layers by reverse correlation, and the radius of their support."""
    size = settings.patch_size
    rows = whitened_patches(size, settings.patches, settings.whitened_components, seed, 6)
    sheets = _sheets(settings)
    circuit = DeepSimilarityMatching(sheets)
    judged, rng = rows[: min(_JUDGED, len(rows))], generator(seed, 6, 1)
    state = epochs_of_learning(
        circuit, rows, judged, random_key(seed, 6), rng, settings.epochs, settings.presentations
    )["state"]  # fmt: skip
    features = [reverse_correlation(rows, activity) for activity in circuit.encode(state, rows)]
    seen = fields_of_view(sheets)
    return {
        "size": size,
        "features": [each[np.linspace(0, len(each) - 1, min(_TILES, len(each))).astype(int)] for each in features],
        "support": np.array([_radius_of_support(seen[layer], size, sheets[layer], layer) for layer in (0, 1)]),
        "spread": np.array([spread(each, size) for each in features]),
    }


def _sheets(settings: Settings) -> list[Sheet]:
    """Return two sheets over a square patch."""
    size = settings.patch_size
    first = Sheet((size, size, 1), stride=_STRIDE, radius=_FIRST_RADIUS, units_per_site=4)
    return [first, Sheet(first.shape, stride=_STRIDE, radius=_SECOND_RADIUS, units_per_site=8)]


def _radius_of_support(seen: np.ndarray, size: int, sheet: Sheet, layer: int) -> float:
    """Return the largest distance of a pixel that any unit of a layer, counted from 0, sees, in pixels."""
    rows, columns = np.mgrid[:size, :size].reshape(2, -1) + 0.5
    centres = np.repeat(sheet.positions * _STRIDE**layer, sheet.units_per_site, axis=0)
    distance = np.hypot(rows - centres[:, :1], columns - centres[:, 1:])
    return float(distance[seen].max())


def spread(features: np.ndarray, size: int) -> float:
    """Return the median over units of the root mean square distance of a feature's power from its centre, in pixels."""
    power = features**2 / (features**2).sum(axis=1, keepdims=True)
    rows, columns = np.mgrid[:size, :size].reshape(2, -1)
    variance = sum(power @ (axis**2) - (power @ axis) ** 2 for axis in (rows, columns))
    return float(np.median(np.sqrt(variance)))


def draw_features(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw features of both layers."""
    figure, panels = figures.new_figure(7.6, 3.4, 1, 2)
    size = int(results["size"])
    for number, (features, axes) in enumerate(zip(results["features"], panels, strict=True), start=1):
        figures.tiles(features, (size, size), columns=8, title=f"layer {number}", axes=axes)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(patch_size=12, patches=300, whitened_components=60, epochs=1, presentations=200),
        "laptop": Settings(),
        "paper": Settings(epochs=60),
    },
    measure=measure,
    checks=(
        Check(
            "support-1",
            "Units of the first layer see no farther than their radius, 3 pixels.",
            AtMost(3.0),
            lambda results: results["support"][0],
            basis.theory("structure constants: 0 beyond the radius R"),
            on="structure",
        ),
        Check(
            "support-2",
            "Units of the second layer see no farther than the radii allow: 3 pixels and 2 steps of 2 pixels.",
            AtMost(7.0),
            lambda results: results["support"][1],
            basis.theory("structure constants of two layers: R + stride R'"),
            on="structure",
        ),
        Check(
            "larger",
            "Features of natural images are larger in the second layer (whitened patches; ratio of the median spreads "
            "of their power, by reverse correlation).",
            AtLeast(1.2),
            lambda results: results["spread"][1] / results["spread"][0],
            basis.ours("the poster shows larger features of faces with depth; images, measure and bound are ours"),
            remark="Seen at laptop scale with seed 0: 1.199. First measured on patches that were not whitened: 1.01, "
            "since the mean of correlated images, weighted by an activity, spreads over what is correlated with a "
            "feature.",
        ),
    ),
    holds=lambda: {"support": np.array([2.9, 6.1]), "spread": np.array([2.0, 3.0])},
    breaks={
        "support-1": put("support", 3.2, 0),
        "support-2": put("support", 7.1, 1),
        "larger": put("spread", 2.1, 1),
    },
    figures=(
        Figure(
            "features",
            "Features of two layers learned from whitened patches of natural photographs, by reverse correlation, not "
            "masked. Look for localised edges below and larger ones above.",
            draw_features,
        ),
    ),
)
