"""Layer C: what becomes of its cells for different values of the rule's two constants."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import matplotlib.gridspec as gridspec
import numpy as np
from jaxtyping import Array

from bouton.analysis import arbor_shape
from bouton.features import LinskerGrowth, arbor_positions, distances
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.linsker._common import draw_cell, gauss
from bouton.report import figures

__all__ = ["SECTION"]

_K1 = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.9, 1.2, 1.5)
_EXPECTED = {
    "centre": (0.04, 0.25, 0.49, 0.68, 0.65, 0.57, 0.37, 0.17, 0.0),
    "dipole": (0.30, 0.26, 0.19, 0.11, 0.08, 0.06, 0.03, 0.03, 0.03),
    "excitatory": (0.50, 0.54, 0.58, 0.62, 0.66, 0.72, 0.82, 0.91, 1.00),
}
"""Means of three cells for each k1, from a run in NumPy."""
_SHAPES = ("centre", "dipole", "excitatory", "saturated")
_FULL = ("laptop", "paper")
"""Where there are synapses enough for shapes to be what they are in larger cells."""


@dataclass(frozen=True)
class Settings:
    """Lengths are in units of the square root of the covariance's variance parameter."""

    synapses: int = 300
    cells: int = 5
    steps: int = 1500
    k1: tuple[float, ...] = _K1
    k2: float = -3.0
    arbor: float = 1.5
    map_k1: tuple[float, ...] = (-0.6, -0.45, -0.3, -0.15, 0.0, 0.15, 0.3, 0.45, 0.6, 0.9, 1.2, 1.5)
    map_k2: tuple[float, ...] = (-6.0, -4.5, -3.0, -2.0, -1.0, -0.5, -0.25, 0.0)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Grow cells for each k1, all in one vectorised run, and one cell for each pair of both constants."""
    positions, start, covariance = _cells(settings, seed, 1, settings.cells)

    def grown(k1: Array, weights: Array, within: Array) -> Array:
        return LinskerGrowth(k1, settings.k2, steps=settings.steps).grow(weights, within)

    over_cells = jax.vmap(grown, in_axes=(None, 0, 0))
    weights = np.asarray(
        jax.vmap(over_cells, in_axes=(0, None, None))(jnp.array(settings.k1), start, covariance), float
    )
    shapes = np.array([[arbor_shape(w, p) for w, p in zip(row, positions, strict=True)] for row in weights])
    return {
        "k1": np.array(settings.k1),
        "positions": positions,
        "weights": weights,
        **{name: shapes[..., index] for index, name in enumerate(_SHAPES)},
    } | _map(settings, seed)


def _cells(settings: Settings, seed: int, group: int, cells: int) -> tuple[np.ndarray, Array, Array]:
    """Return places, starts and covariances of cells of layer C."""
    positions = arbor_positions(generator(seed, group), settings.synapses, settings.arbor, cells)
    keys = jax.random.split(random_key(seed, group), cells)
    start = jax.vmap(lambda key: LinskerGrowth().start(key, settings.synapses))(keys)
    return positions, start, jnp.asarray(gauss(distances(positions)), start.dtype)


def _map(settings: Settings, seed: int) -> dict[str, Any]:
    positions, start, covariance = _cells(settings, seed, 2, 1)
    k1, k2 = np.meshgrid(settings.map_k1, settings.map_k2)

    def grown(first: Array, second: Array) -> Array:
        return LinskerGrowth(first, second, steps=settings.steps).grow(start[0], covariance[0])

    weights = np.asarray(jax.vmap(grown)(jnp.asarray(k1.ravel()), jnp.asarray(k2.ravel())), float)
    shapes = np.array([arbor_shape(row, positions[0]) for row in weights]).reshape(*k1.shape, -1)
    return {
        "map_k1": np.array(settings.map_k1),
        "map_k2": np.array(settings.map_k2),
        **{f"map_{name}": shapes[..., index] for index, name in enumerate(_SHAPES[:3])},
    }


def _at(results: Mapping[str, Any], name: str, k1: float) -> np.ndarray:
    """Return what was measured at one value of k1, cell by cell."""
    return results[name][int(np.argmin(np.abs(results["k1"] - k1)))]


def draw_regimes(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw a cell for each value of k1, and what all cells look like."""
    k1, count = results["k1"], len(results["k1"])
    figure, axes = figures.new_figure(9.6, 4.2)
    axes.remove()
    rows = gridspec.GridSpec(2, 1, figure=figure, height_ratios=(1, 2.2))
    above = rows[0].subgridspec(1, count)
    below = rows[1].subgridspec(1, 3)
    for number, value in enumerate(k1):
        panel = figure.add_subplot(above[number])
        draw_cell(panel, results["positions"][0], results["weights"][number, 0], f"k1 = {value:g}", 3.6, 3.0)
    names = {"centre": "inner minus outer half", "dipole": "dipole moment", "excitatory": "share excitatory"}
    for number, ((name, label), colour) in enumerate(zip(names.items(), figures.category_colours(3), strict=True)):
        panel = figure.add_subplot(below[number])
        values = results[name]
        panel.plot(k1, values, ".", color=colour, alpha=0.5, markersize=5)
        panel.plot(k1, values.mean(axis=1), color=colour, linewidth=1.5)
        panel.plot(_K1, _EXPECTED[name], "x", color=figures.muted(), markersize=7)
        panel.set(xlabel="k1", title=label)
    return figure


def draw_map(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw what cells look like over k1 and k2."""
    figure, panels = figures.new_figure(9.6, 3.4, 1, 3)
    names = {"excitatory": "share excitatory", "centre": "inner minus outer half", "dipole": "dipole moment"}
    limits = {"excitatory": (0, 1), "centre": (-0.8, 0.8), "dipole": (0, 0.35)}
    k1, k2 = results["map_k1"], results["map_k2"]
    for axes, (name, label) in zip(panels, names.items(), strict=True):
        least, most = limits[name]
        colours = figures.sequential() if name == "dipole" else figures.diverging()
        image = axes.imshow(results[f"map_{name}"], origin="lower", aspect="auto", vmin=least, vmax=most, cmap=colours)
        figure.colorbar(image, ax=axes, shrink=0.9)
        axes.set_xticks(range(0, len(k1), 2), [f"{value:g}" for value in k1[::2]])
        axes.set_yticks(range(len(k2)), [f"{value:g}" for value in k2])
        axes.set(xlabel="k1", ylabel="k2", title=label)
    return figure


def _made_up() -> dict[str, Any]:
    alike = np.ones(3)
    return {
        "k1": np.array(_K1),
        **{name: np.outer(values, alike) for name, values in _EXPECTED.items()},
        "saturated": np.full((9, 3), 0.98),
    }


SECTION = Section(
    settings={
        "smoke": Settings(100, 2, 300, k1=(0.0, 0.45), map_k1=(0.0, 0.45), map_k2=(-3.0, 0.0)),
        "laptop": Settings(),
        "paper": Settings(synapses=600, cells=20),
    },
    measure=measure,
    checks=(
        Check(
            "excitatory",
            "Layer C: the larger k1, the larger the share of excitatory synapses (largest distance of the mean over "
            "cells from the expected shares, for nine values of k1 from 0 to 1.5).",
            AtMost(0.03),
            lambda results: max(
                abs(float(_at(results, "excitatory", k1).mean()) - share)
                for k1, share in zip(_K1, _EXPECTED["excitatory"], strict=True)
            ),
            basis.ours(
                "from three cells of a run in NumPy; references/linsker.py prints shares within 0.01 of these where it "
                "has the same k1"
            ),
            expected="0.50, 0.54, 0.58, 0.62, 0.66, 0.72, 0.82, 0.91, 1.00",
            scales=_FULL,
        ),
        Check(
            "centre",
            "At k1 = 0.45 and k2 = -3 cells come to have centre and surround: mean weight of the inner half of the "
            "synapses minus that of the outer half, median over cells.",
            AtLeast(0.55),
            lambda results: float(np.median(_at(results, "centre", 0.45))),
            basis.replication("references/linsker.py"),
            on="opponent",
            expected="0.55 to 0.67 in eight cells",
            remark="Cells differ: of a hundred 92 have at least 0.55, so that five all have it in two seeds of three.",
            scales=_FULL,
        ),
        Check(
            "centre-not-bilobed",
            "These cells are not bilobed: dipole moment, median over cells.",
            AtMost(0.15),
            lambda results: float(np.median(_at(results, "dipole", 0.45))),
            basis.ours("chosen from three cells, 0.11, 0.06 and 0.07; two of eight in references/linsker.py have 0.16"),
            on="opponent",
            remark="Cells differ: of a hundred 85 have at most 0.15.",
            scales=_FULL,
        ),
        Check(
            "bilobed",
            "At k1 = 0 cells are bilobed, though nothing else has changed: dipole moment, median over cells.",
            AtLeast(0.25),
            lambda results: float(np.median(_at(results, "dipole", 0.0))),
            basis.ours("chosen from three cells, 0.32, 0.29 and 0.30; one of eight in references/linsker.py has 0.24"),
            remark="Cells differ: of a hundred 83 have at least 0.25. Seen at the paper's scale with seed 0: three of "
            "twenty cells had less, 0.15, 0.22 and 0.2485, the others 0.25 to 0.32.",
            scales=_FULL,
        ),
        Check(
            "bilobed-not-centred",
            "These cells have no centre of one sign: inner minus outer half, median over cells, absolute.",
            AtMost(0.2),
            lambda results: abs(float(np.median(_at(results, "centre", 0.0)))),
            basis.ours("chosen from three cells, 0.06, 0.05 and 0.12; one of eight in references/linsker.py has 0.37"),
            remark="The half-plane that excites is bent in some cells, in either direction: of twenty cells with other "
            "places eight had more than 0.2, one 0.54; the mean with its sign was 0.04. More steps change little.",
            scales=_FULL,
        ),
        Check(
            "saturated",
            "Weights saturate: share of them at a bound, mean over cells, for each k1.",
            AtLeast(0.95),
            lambda results: results["saturated"].mean(axis=1),
            basis.ours("from three cells of a run in NumPy"),
            expected="0.95 to 1.00",
            scales=_FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "excitatory": put("excitatory", 0.9, 5),
        "centre": put("centre", 0.5, 4),
        "centre-not-bilobed": put("dipole", 0.2, 4),
        "bilobed": put("dipole", 0.2, 0),
        "bilobed-not-centred": put("centre", -0.3, 0),
        "saturated": put("saturated", 0.5, 3),
    },
    figures=(
        Figure(
            "regimes",
            "Layer C for nine values of k1 at k2 = −3. Above: a cell for each. Below: points are cells, the line is "
            "their mean, crosses are means of three cells of a run in NumPy. Look for bilobed cells at 0, centre and "
            "surround at 0.45.",
            draw_regimes,
        ),
        Figure(
            "map",
            "The regimes of layer C over both constants, one cell each. Look for the four of them: all-excitatory and "
            "all-inhibitory, centre and surround, bilobed, and what is mixed.",
            draw_map,
        ),
    ),
)
