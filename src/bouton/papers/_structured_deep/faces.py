"""E2: three locally connected layers on faces; what drives a unit, by reverse correlation."""

from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.data import load_faces
from bouton.dynamics import Relaxation
from bouton.papers._seeds import generator, random_key
from bouton.papers._structured_deep.learning import (
    centred,
    epochs_of_learning,
    fields_of_view,
    reverse_correlation,
)
from bouton.papers._structured_deep.settings import Settings
from bouton.plasticity import Sheet
from bouton.similarity import DeepSimilarityMatching

__all__ = ["face_network", "face_sheets", "measure_faces"]

_SHOWN = 20
# One face of each person judges the objective.
_JUDGED = 10
_MOST_STEPS = 300
_UNITS = (4, 4, 8)


def face_sheets(settings: Settings) -> list[Sheet]:
    """Return three sheets, each with half the sites of the one below along either side."""
    sheets, shape = [], (settings.face_height, settings.face_width, 1)
    for units in _UNITS:
        sheets.append(Sheet(shape, stride=2, radius=3.0, units_per_site=units))
        shape = sheets[-1].shape
    return sheets


def face_network(settings: Settings) -> DeepSimilarityMatching:
    """Return the three-layer network; the published sizes and strength of feedback are not known."""
    dynamics = Relaxation(max_steps=_MOST_STEPS)
    return DeepSimilarityMatching(face_sheets(settings), feedback=settings.face_feedback, dynamics=dynamics)


def measure_faces(settings: Settings, seed: int) -> dict[str, Any]:
    """E2: learn from faces; compare the layers' features in size, and in likeness to faces."""
    faces = load_faces(size=(settings.face_height, settings.face_width)).data
    # Brightness is not what is to be learned; all pixels together have variance one.
    rows = centred(faces - faces.mean(axis=0))
    rows = (rows / rows.std()).astype(np.float32)
    rng, circuit = generator(seed, 5), face_network(settings)
    learned = epochs_of_learning(
        circuit, rows, rows[::_JUDGED], random_key(seed, 5), rng, settings.face_epochs, settings.presentations
    )
    results: dict[str, Any] = {
        "E2.shape": (settings.face_height, settings.face_width),
        "E2.objective": learned["objective"],
        "E2.converged": learned["converged"],
        "E2.example": rows[0],
    }
    encoded, sheets = circuit.encode(learned["state"], rows), face_sheets(settings)
    for number, (activity, seen) in enumerate(zip(encoded, fields_of_view(sheets), strict=True), start=1):
        features = reverse_correlation(rows, activity) * seen
        results[f"E2.{number}.area"] = _area(features)
        results[f"E2.{number}.likeness"] = _likeness(features, rows)
        chosen = rng.choice(len(features), min(_SHOWN, len(features)), replace=False)
        results[f"E2.{number}.features"] = features[chosen]
    return results


def _area(features: Float[np.ndarray, "units pixels"]) -> float:
    """Return the mean share of the image in which a feature exceeds half of its largest value."""
    size = np.abs(features)
    return float((size >= size.max(axis=1, keepdims=True) / 2).mean())


def _likeness(features: Float[np.ndarray, "units pixels"], faces: Float[np.ndarray, "faces pixels"]) -> float:
    """Return the mean over units of the largest absolute cosine of a feature with a face."""
    cosines = features @ faces.T.astype(float)
    lengths = np.linalg.norm(features, axis=1)[:, None] * np.linalg.norm(faces.astype(float), axis=1)
    return float(np.abs(cosines / np.maximum(lengths, 1e-12)).max(axis=1).mean())
