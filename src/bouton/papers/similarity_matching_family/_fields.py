r"""Receptive fields on a circle: what theory says of the best one, and measures of those that were found.

A non-negative field u gains :math:`u^\top (D - \alpha 1 1^\top) u / |u|^2`. On a circle the best one covers an arc and
is an eigenvector there, the truncated cosine :math:`\max(0, \cos\theta - \cos\psi)` with

.. math::

    \cos\psi\, (\psi - \sin\psi \cos\psi) = \frac{\alpha T}{\sqrt 2}\, (2 \sin\psi - 2 \psi \cos\psi)

for many points T. Under the limit on each response, the cost is bounded by the gain of this field times
:math:`\beta T`, and its rotations reach the bound.
"""

from typing import Any, cast

import matplotlib.axes
import numpy as np
from scipy.optimize import brentq

from bouton.report import figures

__all__ = [
    "NARROW",
    "aligned",
    "best_gain",
    "centres",
    "correlation_with_cosine",
    "edges",
    "gaps",
    "half_width_of_theory",
    "one_per_sector",
    "plot_fields",
    "plot_shapes",
    "responding",
]

_RESPONDING = 0.02
_SHOWN = 12

NARROW = (
    "Under a limit on each direction the objective is largest for the narrowest fields that there are outputs for: "
    "non-negative outputs have no direction with more power than the one that all outputs share, so that the first "
    "harmonic can at most match the mean, and does so for disjoint fields of a single point. With fewer outputs than "
    "points, each responds to an arc of its own, nearly evenly. Seen at laptop scale with seed 0."
)


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


def responding(fields: np.ndarray) -> np.ndarray:
    """Return where each field exceeds 2 % of its peak."""
    return fields > _RESPONDING * fields.max(axis=0)


def centres(fields: np.ndarray) -> np.ndarray:
    """Return the angle of each field's centre of mass on the circle, in [0, 2 pi)."""
    angles = 2 * np.pi * np.arange(len(fields)) / len(fields)
    return np.angle(np.exp(1j * angles) @ fields) % (2 * np.pi)


def gaps(angles: np.ndarray) -> np.ndarray:
    """Return the gaps between neighbouring angles around the circle."""
    ordered = np.sort(angles)
    return np.diff(ordered, append=ordered[0] + 2 * np.pi)


def edges(fields: np.ndarray) -> np.ndarray:
    """Return each field's largest response next to a point without one, relative to its peak."""
    inside = responding(fields)
    at_edge = inside & ~(np.roll(inside, 1, axis=0) & np.roll(inside, -1, axis=0))
    return np.max(np.where(at_edge, fields, 0), axis=0) / fields.max(axis=0)


def correlation_with_cosine(fields: np.ndarray, peaks: np.ndarray, half_width: float) -> np.ndarray:
    """Return each field's correlation with the truncated cosine at its peak."""
    angles = 2 * np.pi * np.arange(len(fields)) / len(fields)
    cosines = np.maximum(np.cos(angles[:, None] - peaks) - np.cos(half_width), 0)
    return np.array([np.corrcoef(field, cosine)[0, 1] for field, cosine in zip(fields.T, cosines.T, strict=True)])


def one_per_sector(fields: np.ndarray, peaks: np.ndarray) -> np.ndarray:
    """Return the strongest field of each sector of the circle, in order."""
    sectors = (peaks / (2 * np.pi) * _SHOWN).astype(int)
    strength = np.linalg.norm(fields, axis=0)
    chosen = [
        np.flatnonzero(sectors == s)[strength[sectors == s].argmax()] for s in range(_SHOWN) if (sectors == s).any()
    ]
    return fields[:, chosen]


def aligned(fields: np.ndarray) -> dict[str, np.ndarray]:
    """Return fields of peak 1 with their peaks in the middle, a row each, and the distance of each column from it."""
    count = len(fields)
    rows = np.stack([np.roll(field, count // 2 - field.argmax()) / field.max() for field in fields.T])
    return {"aligned": rows, "distance": 360 * (np.arange(count) - count // 2) / count}


def plot_fields(axes: matplotlib.axes.Axes, fields: np.ndarray, **labels: Any) -> None:
    """Plot receptive fields over the circle, the largest response 1."""
    angles = 360 * np.arange(len(fields)) / len(fields)
    for field, colour in zip(fields.T, figures.category_colours(fields.shape[1]), strict=True):
        axes.plot(angles, field / fields.max(), color=colour, linewidth=1.4)
    axes.set(ylabel="response", ylim=(0, 1.08), xlim=(0, 360), xticks=range(0, 361, 60), **labels)


def plot_shapes(axes: matplotlib.axes.Axes, distance: np.ndarray, rows: np.ndarray, **labels: Any) -> None:
    """Plot aligned fields over each other."""
    axes.plot(distance, rows.T, color=figures.category_colours(1)[0], alpha=0.35, linewidth=1.0)
    axes.set(xlabel="from the peak (degrees)", ylim=(0, 1.3), xlim=(-180, 180), xticks=range(-120, 121, 60), **labels)
