"""Manifold tiling: the best receptive fields on a circle, under two constraints, against theory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.data import ring
from bouton.papers import AtLeast, AtMost, Figure, Near, Section, basis
from bouton.papers._seeds import random_key
from bouton.papers.similarity_matching_family import _fields
from bouton.papers.similarity_matching_family._common import FULL, PICTURE, check
from bouton.report import figures
from bouton.similarity import OfflineManifoldTiling

__all__ = ["SECTION"]

_GROUP = 4
_STRONG = 0.05
_TITLES = {"norm": "limit on each response", "spectral": "limit on each direction"}


@dataclass(frozen=True)
class Settings:
    """Points on a circle; 100 points, alpha and beta are those of the authors' demonstration."""

    points: int = 100
    alpha: float = 0.01
    beta: float = 0.08
    norm_outputs: int = 100
    spectral_outputs: int = 20


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Solve for both constraints, and measure the fields against theory."""
    points = ring(settings.points, seed=None)[0]
    gains = points @ points.T / np.linalg.norm(points @ points.T) - settings.alpha
    half_width = _fields.half_width_of_theory(settings.alpha * settings.points)
    solutions = {
        "norm": _norm(settings, seed, points, gains, half_width),
        "spectral": _spectral(settings, seed, points, gains),
    }
    return {
        "half_width": half_width,
        **{f"{name}.{quantity}": value for name, found in solutions.items() for quantity, value in found.items()},
    }


def _norm(settings: Settings, seed: int, points: np.ndarray, gains: np.ndarray, half_width: float) -> dict[str, Any]:
    solver = OfflineManifoldTiling(settings.norm_outputs, alpha=settings.alpha, beta=settings.beta)
    solution = solver.fit(points, key=random_key(seed, _GROUP, 0))
    y = solution.outputs
    power = np.sum(y * y, axis=0)
    # Outputs that share a place share its power at will: those left with hardly any say nothing.
    fields = y[:, power > _STRONG * power.max()]
    peaks = _fields.centres(fields)
    widths = _fields.responding(fields).mean(axis=0) * settings.points
    return {
        "deviation": np.abs(np.sum(y * y, axis=1) / settings.beta - 1).max(),
        "relative_cost": solution.cost / (-_fields.best_gain(gains) * settings.beta * settings.points),
        "cosine": _fields.correlation_with_cosine(fields, peaks, half_width).min(),
        "width_difference": (widths - 2 * half_width / (2 * np.pi) * settings.points).mean(),
        "edge": _fields.edges(fields).max(),
        "gap": _fields.gaps(peaks).max() / half_width,
        "shown": _fields.one_per_sector(fields, peaks),
        **_fields.aligned(fields),
    }


def _spectral(settings: Settings, seed: int, points: np.ndarray, gains: np.ndarray) -> dict[str, Any]:
    solver = OfflineManifoldTiling(settings.spectral_outputs, "spectral", alpha=settings.alpha, beta=settings.beta)
    y = solver.fit(points, key=random_key(seed, _GROUP, 1)).outputs
    cost = -np.sum(y * (gains @ y))
    limit = settings.beta * settings.points
    gain_of_an_arc = _fields.best_gain(gains, settings.points // settings.spectral_outputs)
    norms = np.linalg.norm(y, axis=0)
    fields = y[:, norms > _STRONG * norms.max()]
    cosines = fields.T @ fields / np.outer(*[np.linalg.norm(fields, axis=0)] * 2)
    return {
        "power": np.linalg.norm(y, 2) ** 2 / limit,
        "relative_cost": cost / (-gain_of_an_arc * settings.spectral_outputs * limit),
        "overlap": (cosines - np.eye(len(cosines))).max(),
        "edge": _fields.edges(fields).max(),
        "shown": fields[:, np.argsort(_fields.centres(fields))],
        **_fields.aligned(fields),
    }


def draw_fields(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw receptive fields over the circle, a panel per constraint."""
    figure, panels = figures.new_figure(7.6, 4.2, 2, 1, sharex=True)
    for axes, (name, title) in zip(panels, _TITLES.items(), strict=True):
        _fields.plot_fields(axes, results[f"{name}.shown"], title=title)
    panels[-1].set_xlabel("angle (degrees)")
    return figure


def draw_shape(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw all fields with their peaks aligned, and the truncated cosine of theory."""
    figure, panels = figures.new_figure(7.6, 3.0, 1, 2, sharey=True)
    for axes, (name, title) in zip(panels, _TITLES.items(), strict=True):
        _fields.plot_shapes(axes, results[f"{name}.distance"], results[f"{name}.aligned"], title=title)
    half = results["half_width"]
    near = np.linspace(-90, 90, 361)
    cosine = np.maximum(np.cos(np.radians(near)) - np.cos(half), 0) / (1 - np.cos(half))
    panels[0].plot(near, cosine, color=figures.category_colours(2)[1], linestyle="--", label="theory")
    panels[0].legend(loc="upper left", borderpad=0.1)
    panels[0].set_ylabel("response, peak 1")
    return figure


_CONSTRAINT = basis.theory("the constraint of the objective; the tolerance is the solver's")
_OPTIMUM = basis.theory("the optimum on a circle of a finite number of points, derived here")
_NORM = "Limit on each response (NSM-1): "
_SPECTRAL = "Limit on each direction (NSM-2): "


SECTION = Section(
    settings={
        "smoke": Settings(points=24, alpha=1 / 24, beta=1 / 3, norm_outputs=24, spectral_outputs=6),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        check(
            "norm.gap",
            "norm-tiling",
            _NORM + "fields tile the circle with overlap (largest gap between neighbouring peaks, in half widths).",
            AtMost(1.0),
            PICTURE,
            "tiling",
            scales=FULL,
        ),
        check(
            "norm.cosine",
            "norm-cosine",
            _NORM + "every receptive field is the truncated cosine of theory, rotated (smallest correlation).",
            AtLeast(0.99),
            _OPTIMUM,
            "cosines",
        ),
        check(
            "norm.edge",
            "norm-edge",
            _NORM
            + "fields fall to zero at their edges (largest response at the edge of a field, relative to its peak).",
            AtMost(0.2),
            PICTURE,
            "cosines",
            scales=FULL,
        ),
        check(
            "spectral.edge",
            "spectral-edge",
            _SPECTRAL
            + "fields fall to zero at their edges (largest response at the edge of a field, relative to its peak).",
            AtMost(0.2),
            basis.ours("expected picture of the model; for which of the constraints is not recalled"),
            "cosines",
            scales=FULL,
            remark=_fields.NARROW,
        ),
        check(
            "norm.deviation",
            "norm-constraint",
            _NORM + "the response to every point has the power that is allowed (largest relative deviation).",
            AtMost(1e-3),
            _CONSTRAINT,
            expected="|y|^2 = beta",
        ),
        check(
            "norm.relative_cost",
            "norm-optimum",
            _NORM + "the solver reaches the optimum, which is known on a circle (cost found over cost of theory).",
            Near(1.0, 0.005),
            _OPTIMUM,
        ),
        check(
            "norm.width_difference",
            "norm-width",
            _NORM + "the width of the fields is that of theory (mean difference, in steps between points).",
            Near(0.0, 2.0),
            _OPTIMUM,
        ),
        check(
            "spectral.power",
            "spectral-constraint",
            _SPECTRAL + "the power of the outputs along their strongest direction is the limit (relative).",
            Near(1.0, 1e-3),
            _CONSTRAINT,
        ),
        check(
            "spectral.relative_cost",
            "spectral-arcs",
            _SPECTRAL + "with fewer outputs than points, the cost is that of equal arcs that do not overlap (cost over "
            "that of arcs).",
            Near(1.0, 0.01),
            _OPTIMUM,
        ),
        check(
            "spectral.overlap",
            "spectral-disjoint",
            _SPECTRAL + "so fields do not overlap (largest cosine between two fields).",
            AtMost(0.05),
            _OPTIMUM,
            expected=0.0,
        ),
    ),
    holds=lambda: {
        "norm.gap": 0.7,
        "norm.cosine": 0.999,
        "norm.edge": 0.1,
        "norm.deviation": 1e-5,
        "norm.relative_cost": 1.0,
        "norm.width_difference": -0.2,
        "spectral.edge": 0.1,
        "spectral.power": 1.0,
        "spectral.relative_cost": 1.0,
        "spectral.overlap": 1e-5,
    },
    breaks={
        "norm-tiling": {"norm.gap": 1.2},
        "norm-cosine": {"norm.cosine": 0.9},
        "norm-edge": {"norm.edge": 0.9},
        "spectral-edge": {"spectral.edge": 0.9},
        "norm-constraint": {"norm.deviation": 0.1},
        "norm-optimum": {"norm.relative_cost": 0.97},
        "norm-width": {"norm.width_difference": 4.0},
        "spectral-constraint": {"spectral.power": 1.1},
        "spectral-arcs": {"spectral.relative_cost": 0.9},
        "spectral-disjoint": {"spectral.overlap": 0.4},
    },
    figures=(
        Figure(
            "fields",
            "Optimal receptive fields on a circle: response of each output to each point (of the first solution, the "
            "strongest of every twelfth of the circle). Look for bumps that cover the circle: overlapping where each "
            "response is limited, side by side where the power along each direction is.",
            draw_fields,
            alt="Two panels of bumps over the angle of a circle",
        ),
        Figure(
            "shape",
            "The same fields with their peaks laid over each other. Look for how all of them are one: with a limit on "
            "each response the truncated cosine of theory (dashed); with a limit on each direction arcs with steep "
            "edges.",
            draw_shape,
            alt="Two panels of aligned receptive fields, the first with the curve of theory",
        ),
    ),
)
