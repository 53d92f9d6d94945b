"""Selectivity indices: how much more a nonlinearity is driven by a Laplacian than by a Gaussian input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.analysis import selectivity_map
from bouton.dynamics import RectifiedLinear
from bouton.features import EffectiveNonlinearity, selectivity
from bouton.papers import Check, Equals, Figure, Near, Section, basis
from bouton.papers._made_up import put, scaled
from bouton.papers.nonlinear_hebbian._common import NAMES
from bouton.plasticity import QuadraticPlasticity
from bouton.report import figures

__all__ = ["SECTION"]

# The indices by hand: numerators in closed form, with the normalisation by the root of both standard deviations.
_INDICES = {0: 0.13889, 2: 0.13579, 4: 0.07486, 5: 0.13576, 6: 0.13101, 7: 0.0}
_QUADRATIC = 0.13566
_PUBLISHED_THRESHOLDS = (1.0, 1.0)
"""Of the quadratic rectifier: that of depression, and by how much that of potentiation lies above it."""


@dataclass(frozen=True)
class Settings:
    """Points of the map over thresholds along either side."""

    map_points: int = 41


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Find the indices of all nonlinearities, and the map over the two thresholds of quadratic rectifiers."""
    first = np.linspace(-1.0, 2.0, settings.map_points)
    gap = np.linspace(0.0, 2.0, settings.map_points)
    theta = np.linspace(-3.0, 4.0, 2 * settings.map_points - 1)
    return {
        "index": np.array([selectivity(name).index for name in NAMES]),
        "quadratic": float(selectivity(_quadratic(*_PUBLISHED_THRESHOLDS)).index),
        "map_first": first,
        "map_gap": gap,
        "map": selectivity_map(_quadratic, first, gap),
        "thresholds": theta,
        "rectifiers": selectivity_map(RectifiedLinear, theta, np.ones(1))[:, 0],
    }


def _quadratic(threshold: Any, depression: Any) -> EffectiveNonlinearity:
    return EffectiveNonlinearity(RectifiedLinear(threshold), QuadraticPlasticity(depression))


def draw_selectivity(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the index of linear rectifiers, and the map of quadratic ones."""
    figure, (left, right) = figures.new_figure(8.4, 3.6, 1, 2)
    figures.curves(
        results["thresholds"],
        {"linear rectifier": results["rectifiers"]},
        xlabel="threshold (standard deviations)",
        ylabel="selectivity index",
        axes=left,
    )
    left.axhline(0, color=figures.muted(), linewidth=0.8)
    left.axvline(0, color=figures.muted(), linewidth=0.8)
    first, gap, values = results["map_first"], results["map_gap"], results["map"]
    largest = float(np.nanmax(np.abs(values)))
    image = right.imshow(
        values.T,
        origin="lower",
        extent=(first[0], first[-1], gap[0], gap[-1]),
        aspect="auto",
        cmap=figures.diverging(),
        vmin=-largest,
        vmax=largest,
    )
    right.contour(first, gap, values.T, [0.0], colors=[figures.muted()], linewidths=1.2)
    ink = "black" if not figures.is_dark() else "white"
    right.scatter(*[[value] for value in _PUBLISHED_THRESHOLDS], marker="x", color=ink, label="published")
    right.set(xlabel="threshold of depression", ylabel="potentiation beyond it by")
    right.legend(loc="lower left")
    figure.colorbar(image, ax=right, label="selectivity index")
    return figure


def _broken_signs(results: Mapping[str, Any]) -> int:
    return int(np.sum(np.sign(np.round(results["rectifiers"], 9)) != np.sign(results["thresholds"])))


_CLOSED_FORM = basis.theory("means over a Laplacian and a Gaussian in closed form")

SECTION = Section(
    settings={"smoke": Settings(map_points=9), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "threshold",
            "Linear rectifiers have a positive index exactly where their threshold is positive (thresholds that break "
            "it).",
            Equals(0),
            _broken_signs,
            basis.theory("the opposite threshold has the opposite numerator"),
            on="index",
        ),
        *(
            Check(
                f"index-{number}",
                f"Selectivity index of nonlinearity {number} of figure 2c, {NAMES[number].replace('-', ' ')}.",
                Near(expected, 1e-5),
                lambda results, number=number: float(results["index"][number]),
                _CLOSED_FORM,
            )
            for number, expected in _INDICES.items()
        ),
        Check(
            "index-quadratic",
            "Selectivity index of the quadratic rectifier with thresholds 1 and 2.",
            Near(_QUADRATIC, 1e-5),
            lambda results: results["quadratic"],
            _CLOSED_FORM,
        ),
    ),
    holds=lambda: {
        "index": np.array([_INDICES.get(number, 0.1) for number in range(8)]),
        "quadratic": _QUADRATIC,
        "thresholds": np.array([-1.0, 0.0, 1.0]),
        "rectifiers": np.array([-0.08, 0.0, 0.08]),
    },
    breaks={
        "threshold": scaled("rectifiers", -1.0),
        **{f"index-{number}": put("index", 0.2, number) for number in _INDICES},
        "index-quadratic": {"quadratic": 0.2},
    },
    figures=(
        Figure(
            "selectivity",
            "Selectivity index of rectifiers by their threshold, left, and of quadratic rectifiers by the two "
            "thresholds of depression and of potentiation, right (figure 3 of the paper). Look for how large the "
            "region of positive index is, in warm colours: no fine choice is needed.",
            draw_selectivity,
        ),
    ),
)
