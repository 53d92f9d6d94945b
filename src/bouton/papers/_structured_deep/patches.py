"""R4 and R5: two layers on patches of natural photographs, and what lateral synapses between sites do to a map."""

from typing import Any

import numpy as np
from jaxtyping import Float

import bouton
from bouton.data import Whitening, centre_patches, load_natural5, sample_patches
from bouton.dynamics import Relaxation
from bouton.papers._seeds import generator, random_key
from bouton.papers._structured_deep.learning import epochs_of_learning, fields_of_view, reverse_correlation
from bouton.papers._structured_deep.settings import Settings
from bouton.plasticity import Sheet
from bouton.similarity import DeepSimilarityMatching, StructuredSimilarityMatching

__all__ = ["map_sheet", "measure_patches", "measure_topography", "patch_network", "patch_sheets"]

_FIRST_RADIUS, _SECOND_RADIUS, _STRIDE = 3.0, 2.0, 2


def patch_sheets(settings: Settings) -> list[Sheet]:
    """Return two sheets over a square patch."""
    size = settings.patch_size
    first = Sheet((size, size, 1), stride=_STRIDE, radius=_FIRST_RADIUS, units_per_site=4)
    return [first, Sheet(first.shape, stride=_STRIDE, radius=_SECOND_RADIUS, units_per_site=8)]


def patch_network(settings: Settings) -> DeepSimilarityMatching:
    """Return the two-layer network, without feedback."""
    return DeepSimilarityMatching(patch_sheets(settings))


def _samples(settings: Settings, seed: int, group: int) -> Float[np.ndarray, "samples pixels"]:
    """Return whitened patches: the mean of correlated ones, weighted by an activity, would show their correlations."""
    rng = generator(seed, group)
    patches = centre_patches(sample_patches(load_natural5(), settings.patch_size, settings.patches, rng))
    whitened = Whitening(n_components=settings.whitened_components).fit(patches).transform(patches)
    return (whitened / whitened.std()).astype(np.float32)


def measure_patches(settings: Settings, seed: int) -> dict[str, Any]:
    """R4: features of both layers by reverse correlation, and the radius within which they can see."""
    rows = _samples(settings, seed, 6)
    circuit, sheets = patch_network(settings), patch_sheets(settings)
    judged = rows[: min(500, len(rows))]
    learned = epochs_of_learning(
        circuit, rows, judged, random_key(seed, 6), generator(seed, 6, 1), settings.patch_epochs, settings.presentations
    )
    results: dict[str, Any] = {"R4.size": settings.patch_size, "R4.objective": learned["objective"]}
    layers = zip(circuit.encode(learned["state"], rows), sheets, fields_of_view(sheets), strict=True)
    for number, (activity, sheet, seen) in enumerate(layers, start=1):
        features = reverse_correlation(rows, activity)
        results[f"R4.{number}.features"] = features
        results[f"R4.{number}.support"] = _radius_of_support(seen, settings.patch_size, sheet, number)
        results[f"R4.{number}.spread"] = _spread(features, settings.patch_size)
    return results


def _radius_of_support(seen: np.ndarray, size: int, sheet: Sheet, number: int) -> float:
    """Return the largest distance of a pixel that any unit of a layer sees, in pixels."""
    rows, columns = np.mgrid[:size, :size].reshape(2, -1) + 0.5
    centres = np.repeat(sheet.positions * _STRIDE ** (number - 1), sheet.units_per_site, axis=0)
    distance = np.hypot(rows - centres[:, :1], columns - centres[:, 1:])
    return float(distance[seen].max())


def _spread(features: np.ndarray, size: int) -> float:
    """Return the median over units of the root mean square distance of a feature's power from its centre, in pixels."""
    power = features**2 / (features**2).sum(axis=1, keepdims=True)
    rows, columns = np.mgrid[:size, :size].reshape(2, -1)
    variance = sum(power @ (axis**2) - (power @ axis) ** 2 for axis in (rows, columns))
    return float(np.median(np.sqrt(variance)))


def map_sheet(settings: Settings, lateral_radius: float) -> Sheet:
    """Return a sheet with one unit per pixel; lateral structure constants fall with distance."""
    size = settings.patch_size
    return Sheet((size, size, 1), 1, _FIRST_RADIUS, 1, lateral_radius, falloff=lambda d: np.exp(-(d**2) / 2))


def measure_topography(settings: Settings, seed: int) -> dict[str, Any]:
    """R5: correlation of units against their distance on the sheet, with and without lateral synapses."""
    rows = _samples(settings, seed, 7)
    judged, answered = rows[: min(200, len(rows))], rows[: min(2000, len(rows))]
    results: dict[str, Any] = {"R5.size": settings.patch_size}
    for name, radius in (("alone", 0.0), ("lateral", settings.lateral_radius)):
        sheet = map_sheet(settings, radius)
        dynamics = Relaxation(max_steps=settings.topography_steps)
        circuit = StructuredSimilarityMatching(sheet.feedforward, sheet.lateral, dynamics=dynamics)
        state = epochs_of_learning(
            circuit, rows, judged, random_key(seed, 7), generator(seed, 7, 1), settings.topography_epochs,
            settings.presentations,
        )["state"]  # fmt: skip
        answers = bouton.respond(circuit, state, answered).astype(float)
        correlations = np.abs(np.corrcoef(answers.T))
        distance = np.linalg.norm(sheet.positions[:, None] - sheet.positions, axis=2)
        bins = np.arange(1, settings.patch_size // 2 + 1)
        results[f"R5.{name}.correlation"] = np.array(
            [correlations[(distance > d - 0.5) & (distance <= d + 0.5)].mean() for d in bins]
        )
        results["R5.distance"] = bins
        results[f"R5.{name}.features"] = sheet.feedforward.connectivity.as_matrix(state.weights.feedforward)
    return results
