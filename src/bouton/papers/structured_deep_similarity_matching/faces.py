"""Three locally connected layers on faces; what drives a unit, by reverse correlation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np
from jaxtyping import Float

from bouton.data import load_faces
from bouton.dynamics import Relaxation
from bouton.papers import Check, Figure, Increasing, Section, basis
from bouton.papers._made_up import flipped
from bouton.papers._seeds import generator, random_key
from bouton.papers.structured_deep_similarity_matching._common import (
    centred,
    epochs_of_learning,
    fields_of_view,
    reverse_correlation,
)
from bouton.plasticity import Sheet
from bouton.report import figures
from bouton.similarity import DeepSimilarityMatching

__all__ = ["SECTION"]

_SHOWN = 20
# One face of each person judges the objective.
_JUDGED = 10
_MOST_STEPS = 300
_UNITS = (4, 4, 8)


@dataclass(frozen=True)
class Settings:
    """The published sizes and strength of feedback are not known; an epoch is a number of presentations."""

    height: int = 32
    width: int = 26
    epochs: int = 6
    presentations: int = 1000
    feedback: float = 0.2


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn from faces; compare the layers' features in size, and in likeness to faces."""
    faces = load_faces(size=(settings.height, settings.width)).data
    # Brightness is not what is to be learned; all pixels together have variance one.
    rows = centred(faces - faces.mean(axis=0))
    rows = (rows / rows.std()).astype(np.float32)
    rng, circuit = generator(seed, 5), _network(settings)
    learned = epochs_of_learning(
        circuit, rows, rows[::_JUDGED], random_key(seed, 5), rng, settings.epochs, settings.presentations
    )
    encoded = circuit.encode(learned["state"], rows)
    areas, likenesses, shown = [], [], []
    for activity, seen in zip(encoded, fields_of_view(_sheets(settings)), strict=True):
        features = reverse_correlation(rows, activity) * seen
        areas.append(area(features))
        likenesses.append(likeness(features, rows))
        shown.append(features[rng.choice(len(features), min(_SHOWN, len(features)), replace=False)])
    return {
        "shape": (settings.height, settings.width),
        "area": np.array(areas),
        "likeness": np.array(likenesses),
        "features": shown,
    }


def area(features: Float[np.ndarray, "units pixels"]) -> float:
    """Return the mean share of the image in which a feature exceeds half of its largest value."""
    size = np.abs(features)
    return float((size >= size.max(axis=1, keepdims=True) / 2).mean())


def likeness(features: Float[np.ndarray, "units pixels"], faces: Float[np.ndarray, "faces pixels"]) -> float:
    """Return the mean over units of the largest absolute cosine of a feature with a face."""
    cosines = features @ faces.T.astype(float)
    lengths = np.linalg.norm(features, axis=1)[:, None] * np.linalg.norm(faces.astype(float), axis=1)
    return float(np.abs(cosines / np.maximum(lengths, 1e-12)).max(axis=1).mean())


def _sheets(settings: Settings) -> list[Sheet]:
    """Return three sheets, each with half the sites of the one below along either side."""
    sheets, shape = [], (settings.height, settings.width, 1)
    for units in _UNITS:
        sheets.append(Sheet(shape, stride=2, radius=3.0, units_per_site=units))
        shape = sheets[-1].shape
    return sheets


def _network(settings: Settings) -> DeepSimilarityMatching:
    return DeepSimilarityMatching(
        _sheets(settings), feedback=settings.feedback, dynamics=Relaxation(max_steps=_MOST_STEPS)
    )


def draw_faces(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw features of all three layers, the responsive part only."""
    figure, panels = figures.new_figure(7.6, 3.9, 1, 3)
    for number, (features, axes) in enumerate(zip(results["features"], panels, strict=True), start=1):
        figures.tiles(features, tuple(results["shape"]), columns=4, title=f"layer {number}", axes=axes)
    return figure


_PICTURE = "the poster shows a picture; the measure is chosen here"

SECTION = Section(
    settings={
        "smoke": Settings(height=28, width=23, epochs=1, presentations=200),
        "laptop": Settings(),
        "paper": Settings(height=56, width=46, epochs=12),
    },
    measure=measure,
    checks=(
        Check(
            "area",
            "Features of faces grow with depth: share of the image in which a feature exceeds half of its maximum, "
            "layers 1 to 3.",
            Increasing(strictly=True),
            lambda results: results["area"],
            basis.ours(_PICTURE),
            on="faces",
        ),
        Check(
            "likeness",
            "Features become more face-like with depth: largest cosine of a feature, where its unit can see, with a "
            "face, mean over units, layers 1 to 3.",
            Increasing(strictly=True),
            lambda results: results["likeness"],
            basis.ours(_PICTURE),
            on="faces",
        ),
    ),
    holds=lambda: {"area": np.array([0.02, 0.09, 0.16]), "likeness": np.array([0.3, 0.5, 0.7])},
    breaks={"area": flipped("area"), "likeness": flipped("likeness")},
    figures=(
        Figure(
            "features",
            "Features of three layers learned from faces: each tile is the mean of the faces weighted by a unit's "
            "activity, where the unit can see. Look for features that grow from layer to layer, from spots to parts of "
            "faces to whole ones.",
            draw_faces,
        ),
    ),
)
