r"""Runs of manifold tiling on a circle, and what theory says of them.

A non-negative field u gains :math:`u^\top (D - \alpha 1 1^\top) u / |u|^2`. On a circle the best one answers an arc and
is an eigenvector there, the truncated cosine :math:`\max(0, \cos\theta - \cos\psi)` with

.. math::

    \cos\psi\, (\psi - \sin\psi \cos\psi) = \frac{\alpha T}{\sqrt 2}\, (2 \sin\psi - 2 \psi \cos\psi)

for many points T. Under the limit on each answer, the cost is bounded by the gain of this field times
:math:`\beta T`, and its rotations reach the bound.
"""

from typing import Any, cast

import numpy as np
from scipy.optimize import brentq

import bouton
from bouton.data import ring
from bouton.papers._seeds import generator, random_key
from bouton.papers._similarity_family.tiling import TilingSettings
from bouton.similarity import ManifoldTilingNetwork, OfflineManifoldTiling

__all__ = ["best_gain", "half_width_of_theory", "network", "run_all"]

_GROUP = 4
_ANSWERING = 0.02
_STRONG = 0.05
_SHOWN = 12


def network(settings: TilingSettings) -> ManifoldTilingNetwork:
    """Return the online network."""
    return ManifoldTilingNetwork(2, settings.network_outputs, offset=settings.network_offset)


def run_all(settings: TilingSettings, seed: int) -> dict[str, Any]:
    """Return the fields of all three solutions and their measures."""
    points = ring(settings.points, seed=None)[0]
    gains = points @ points.T / np.linalg.norm(points @ points.T) - settings.alpha
    half_width = half_width_of_theory(settings.alpha * settings.points)
    results: dict[str, Any] = {"tiling.theory.half_width": half_width}
    for name, found in (
        ("norm", _norm(settings, seed, points, gains, half_width)),
        ("spectral", _spectral(settings, seed, points, gains)),
        ("online", _online(settings, seed)),
    ):
        results |= {f"tiling.{name}.{quantity}": value for quantity, value in found.items()}
    return results


def half_width_of_theory(alpha_times_points: float) -> float:
    """Return the angle psi at which the best field ends, for many points."""

    def excess(psi: float) -> float:
        width = psi - np.sin(psi) * np.cos(psi)
        return np.cos(psi) * width - alpha_times_points / np.sqrt(2) * 2 * (np.sin(psi) - psi * np.cos(psi))

    return float(cast(float, brentq(excess, 1e-2, np.pi / 2)))


def best_gain(gains: np.ndarray, most_points: int | None = None) -> float:
    """Return the largest gain of a non-negative field on a circle, within arcs of at most so many points."""
    best = -np.inf
    for length in range(1, (most_points or len(gains)) + 1):
        values, vectors = np.linalg.eigh(gains[:length, :length])
        fields = vectors.T * np.sign(vectors.T[:, [length // 2]])
        best = max([best, *values[fields.min(axis=1) > 0]])
    return float(best)


def _norm(
    settings: TilingSettings, seed: int, points: np.ndarray, gains: np.ndarray, half_width: float
) -> dict[str, Any]:
    solver = OfflineManifoldTiling(settings.norm_outputs, alpha=settings.alpha, beta=settings.beta)
    solution = solver.fit(points, key=random_key(seed, _GROUP, 0))
    y = solution.outputs
    power = np.sum(y * y, axis=0)
    # Outputs that share a place share its power at will: those left with hardly any say nothing.
    fields = y[:, power > _STRONG * power.max()]
    peaks = _centres(fields)
    widths = _answering(fields).mean(axis=0) * settings.points
    return {
        "deviation": np.abs(np.sum(y * y, axis=1) / settings.beta - 1).max(),
        "relative_cost": solution.cost / (-best_gain(gains) * settings.beta * settings.points),
        "cosine": _correlation_with_cosine(fields, peaks, half_width).min(),
        "width_difference": (widths - 2 * half_width / (2 * np.pi) * settings.points).mean(),
        "edge": _edges(fields).max(),
        "gap": _gaps(peaks).max() / half_width,
        "shown": _one_per_sector(fields, peaks),
        **_aligned(fields),
    }


def _spectral(settings: TilingSettings, seed: int, points: np.ndarray, gains: np.ndarray) -> dict[str, Any]:
    solver = OfflineManifoldTiling(settings.spectral_outputs, "spectral", alpha=settings.alpha, beta=settings.beta)
    y = solver.fit(points, key=random_key(seed, _GROUP, 1)).outputs
    cost = -np.sum(y * (gains @ y))
    limit = settings.beta * settings.points
    of_arcs = -best_gain(gains, settings.points // settings.spectral_outputs) * settings.spectral_outputs * limit
    norms = np.linalg.norm(y, axis=0)
    fields = y[:, norms > _STRONG * norms.max()]
    cosines = fields.T @ fields / np.outer(*[np.linalg.norm(fields, axis=0)] * 2)
    return {
        "power": np.linalg.norm(y, 2) ** 2 / limit,
        "relative_cost": cost / of_arcs,
        "overlap": (cosines - np.eye(len(cosines))).max(),
        "edge": _edges(fields).max(),
        "shown": fields[:, np.argsort(_centres(fields))],
        **_aligned(fields),
    }


def _online(settings: TilingSettings, seed: int) -> dict[str, Any]:
    circuit = network(settings)
    samples = ring(settings.network_samples, seed=generator(seed, _GROUP, 2))[0]
    run = bouton.run(circuit, samples, key=random_key(seed, _GROUP, 2), record={"y": 1})
    late = run.recordings["y"].values[-(len(samples) // 4) :].astype(float)
    probes = ring(settings.probes, seed=None)[0]
    fields = run.respond(probes).astype(float)
    answering = _answering(fields)
    aligned = _aligned(fields)
    gaps = _gaps(_centres(fields))
    widths = answering.sum(axis=0)
    objective = circuit.objective(run.state, probes)
    return {
        "arcs": np.count_nonzero(answering & ~np.roll(answering, 1, axis=0), axis=0),
        "correlation": np.corrcoef(aligned["aligned"]).min(),
        "width_range": np.ptp(widths) / widths.mean(),
        "width": widths.mean() * 360 / settings.probes,
        "edge": _edges(fields).max(),
        "gap": gaps.max() / gaps.mean(),
        "power": np.linalg.norm(late, 2) ** 2 / len(late) / circuit.power_limit,
        "power_frozen": np.linalg.norm(fields, 2) ** 2 / len(fields) / circuit.power_limit,
        "duality": float(circuit.min_max_objective(run.state, probes)) / objective,
        "shown": fields[:, np.argsort(_centres(fields))],
        **aligned,
    }


def _answering(fields: np.ndarray) -> np.ndarray:
    return fields > _ANSWERING * fields.max(axis=0)


def _centres(fields: np.ndarray) -> np.ndarray:
    """Return the angle of each field's centre of mass on the circle, in [0, 2 pi)."""
    angles = 2 * np.pi * np.arange(len(fields)) / len(fields)
    return np.angle(np.exp(1j * angles) @ fields) % (2 * np.pi)


def _gaps(angles: np.ndarray) -> np.ndarray:
    ordered = np.sort(angles)
    return np.diff(ordered, append=ordered[0] + 2 * np.pi)


def _edges(fields: np.ndarray) -> np.ndarray:
    """Return each field's largest answer next to a point that it does not answer, relative to its peak."""
    answering = _answering(fields)
    at_edge = answering & ~(np.roll(answering, 1, axis=0) & np.roll(answering, -1, axis=0))
    return np.max(np.where(at_edge, fields, 0), axis=0) / fields.max(axis=0)


def _correlation_with_cosine(fields: np.ndarray, centres: np.ndarray, half_width: float) -> np.ndarray:
    angles = 2 * np.pi * np.arange(len(fields)) / len(fields)
    cosines = np.maximum(np.cos(angles[:, None] - centres) - np.cos(half_width), 0)
    return np.array([np.corrcoef(field, cosine)[0, 1] for field, cosine in zip(fields.T, cosines.T, strict=True)])


def _one_per_sector(fields: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the strongest field of each sector of the circle, in order."""
    sectors = (centres / (2 * np.pi) * _SHOWN).astype(int)
    strength = np.linalg.norm(fields, axis=0)
    chosen = [
        np.flatnonzero(sectors == s)[strength[sectors == s].argmax()] for s in range(_SHOWN) if (sectors == s).any()
    ]
    return fields[:, chosen]


def _aligned(fields: np.ndarray) -> dict[str, np.ndarray]:
    """Return fields of peak 1 with their peaks in the middle, a row each, and the distance of each column from it."""
    count = len(fields)
    rows = np.stack([np.roll(field, count // 2 - field.argmax()) / field.max() for field in fields.T])
    return {"aligned": rows, "distance": 360 * (np.arange(count) - count // 2) / count}
