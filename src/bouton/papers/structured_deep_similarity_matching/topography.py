"""A map with one unit per pixel on natural patches: what lateral synapses between sites do to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.dynamics import Relaxation
from bouton.papers import Check, Decreasing, Figure, Section, basis
from bouton.papers._made_up import flipped
from bouton.papers._seeds import generator, random_key
from bouton.papers.structured_deep_similarity_matching._common import epochs_of_learning, whitened_patches
from bouton.plasticity import Sheet
from bouton.report import figures
from bouton.similarity import StructuredSimilarityMatching

__all__ = ["SECTION"]

_RADIUS = 3.0
_JUDGED, _PRESENTED = 200, 2000
_NAMES = ("each site alone", "lateral synapses")


@dataclass(frozen=True)
class Settings:
    """Lengths are in pixels; an epoch is a number of presentations, drawn with replacement."""

    patch_size: int = 16
    patches: int = 20_000
    whitened_components: int = 120
    epochs: int = 6
    presentations: int = 1000
    lateral_radius: float = 2.0
    steps: int = 300


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Correlate units against the distance of their sites, without and with lateral synapses between sites."""
    rows = whitened_patches(settings.patch_size, settings.patches, settings.whitened_components, seed, 7)
    judged, presented = rows[: min(_JUDGED, len(rows))], rows[: min(_PRESENTED, len(rows))]
    bins = np.arange(1, settings.patch_size // 2 + 1)
    curves, features = [], []
    for radius in (0.0, settings.lateral_radius):
        sheet = _sheet(settings, radius)
        circuit = StructuredSimilarityMatching(
            sheet.feedforward, sheet.lateral, dynamics=Relaxation(max_steps=settings.steps)
        )
        state = epochs_of_learning(
            circuit, rows, judged, random_key(seed, 7), generator(seed, 7, 1), settings.epochs, settings.presentations
        )["state"]  # fmt: skip
        correlations = np.abs(np.corrcoef(bouton.respond(circuit, state, presented).astype(float).T))
        distance = np.linalg.norm(sheet.positions[:, None] - sheet.positions, axis=2)
        curves.append([correlations[(distance > d - 0.5) & (distance <= d + 0.5)].mean() for d in bins])
        features.append(sheet.feedforward.connectivity.as_matrix(state.weights.feedforward))
    return {
        "size": settings.patch_size,
        "distance": bins,
        "correlation": np.array(curves),
        "features": np.asarray(features[1]),
    }


def _sheet(settings: Settings, lateral_radius: float) -> Sheet:
    """Return a sheet with one unit per pixel; lateral structure constants fall with distance."""
    size = settings.patch_size
    return Sheet((size, size, 1), 1, _RADIUS, 1, lateral_radius, falloff=lambda d: np.exp(-(d**2) / 2))


def draw_topography(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the map with lateral synapses, and correlation against distance with and without them."""
    figure, (left, right) = figures.new_figure(7.6, 3.7, 1, 2)
    size = int(results["size"])
    rows, columns = np.mgrid[:size, :size].reshape(2, -1) + 0.5
    positions = np.stack([rows, columns], axis=1)
    figures.features_at_sites(results["features"], (size, size), positions, (size, size), 3, axes=left)
    for label, curve, colour in zip(_NAMES, results["correlation"], figures.category_colours(2), strict=True):
        right.plot(results["distance"], curve, "o-", color=colour, label=label)
    right.set(xlabel="distance of two sites (pixels)", ylabel="mean absolute correlation", ylim=(0, None))
    right.legend()
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(patch_size=12, patches=300, whitened_components=60, epochs=1, presentations=200, steps=50),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "decorrelated",
            "Lateral synapses between sites decorrelate neighbours: mean absolute correlation of neighbouring units, "
            "without and with them.",
            Decreasing(strictly=True),
            lambda results: results["correlation"][:, 0],
            basis.ours("what lateral structure constants are for; the experiment is ours"),
            on="structure",
        ),
    ),
    holds=lambda: {"correlation": np.array([[0.45, 0.2], [0.18, 0.1]])},
    breaks={"decorrelated": flipped("correlation", axis=0)},
    figures=(
        Figure(
            "map",
            "A sheet with one unit per pixel on natural patches. Left: weights at their sites, with lateral synapses "
            "to neighbouring sites. Right: correlation of units against their distance, with and without such "
            "synapses. Look for neighbours that differ.",
            draw_topography,
        ),
    ),
)
