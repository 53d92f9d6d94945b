"""What the sections share: the covariance that layer B hands on, and the picture of a cell."""

from typing import Any

import numpy as np

from bouton.report import figures

__all__ = ["draw_cell", "gauss"]


def gauss(distance: np.ndarray) -> np.ndarray:
    """Return the covariance of two cells of layer B at a distance."""
    return np.exp(-(distance**2) / 2)


def draw_cell(
    axes: Any, positions: np.ndarray, weights: np.ndarray, title: str, reach: float, size: float = 9.0
) -> None:
    """Draw every synapse of a cell at its place, in one colour where it inhibits and another where it excites.

    Axes reach at least as far as is told, and to the last synapse.
    """
    for sign, colour in zip((False, True), figures.category_colours(2), strict=True):
        chosen = (weights > 0) == sign
        axes.scatter(*positions[chosen].T, s=size, color=colour, linewidths=0)
    reach = max(reach, 1.05 * float(np.abs(positions).max()))
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[], aspect="equal")
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=9)
