"""Layers B to G, grown one after the other by the averaged rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.analysis import orientation_of_arbor
from bouton.features import LayerPlan, LinskerGrowth, develop_layer, develop_layers
from bouton.papers import AtLeast, AtMost, Check, Decreasing, Figure, Increasing, Near, Section, basis
from bouton.papers._made_up import flipped, put
from bouton.papers.linsker._common import draw_cell
from bouton.report import figures

__all__ = ["SECTION"]

_K1 = {"C": 0.45, "D": 0.35, "E": 0.35, "F": 0.35}
_ORIENTED = ((1.5, 0.0), (1.5, 0.1), (1.5, 0.45), (4.0, 0.3), (4.0, 0.45))
"""Variance of the arbor and k1 of the cells of layer G: rows of the arrays."""
_BILOBED, _SMALL, _CENTRED, _LARGE = range(4)
_MINIMA = (-0.079, -0.168, -0.226, -0.264)
_LOBES = (0.002, 0.021, 0.048, 0.075)
_FULL = ("laptop", "paper")
_RUN = basis.ours("from a run of the same equations in NumPy with other random numbers")


@dataclass(frozen=True)
class Settings:
    """Lengths are in units of the square root of the covariance's variance parameter at layer B."""

    synapses: int = 300
    cells: int = 5
    steps: int = 1500
    k2: float = -3.0
    arbor: float = 1.5
    arbor_b: float = 0.5
    oriented_synapses: int = 400
    oriented_cells: int = 20
    oriented_steps: int = 3000


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Grow layers B to F, each on the covariance of the one below, and layer G with several arbors and values of k1."""
    plans = [
        LayerPlan("B", LinskerGrowth(k1=1.0, k2=0.0, steps=100), settings.arbor_b),
        *(
            LayerPlan(name, LinskerGrowth(k1, settings.k2, steps=settings.steps), settings.arbor)
            for name, k1 in _K1.items()
        ),
    ]
    layers = develop_layers(plans, n_synapses=settings.synapses, n_cells=settings.cells, seed=10_000_000 * seed)
    oriented = [_oriented(settings, seed, arbor, k1, layers[-1].statistics) for arbor, k1 in _ORIENTED]
    return {
        "names": [layer.name for layer in layers],
        "radius": layers[0].statistics.radius,
        "profiles": np.array([layer.statistics.profile for layer in layers]),
        "excitatory": [layer.excitatory for layer in layers],
        "positions": np.stack([layer.positions[0] for layer in layers]),
        "weights": np.stack([layer.weights[0] for layer in layers]),
        "index_c": np.array(
            [orientation_of_arbor(w, p)[0] for w, p in zip(layers[1].weights, layers[1].positions, strict=True)]
        ),
    } | {f"oriented_{name}": np.array([found[name] for found in oriented]) for name in oriented[0]}


def _oriented(settings: Settings, seed: int, arbor: float, k1: float, below: Any) -> dict[str, np.ndarray]:
    layer = develop_layer(
        LayerPlan("G", LinskerGrowth(k1, settings.k2, steps=settings.oriented_steps), arbor),
        below,
        n_synapses=settings.oriented_synapses,
        n_cells=settings.oriented_cells,
        seed=10_000_000 * seed + 9_000,
    )
    found = [orientation_of_arbor(w, p) for w, p in zip(layer.weights, layer.positions, strict=True)]
    return {
        "index": np.array([index for index, _, _ in found]),
        "preferred": np.array([preferred for _, preferred, _ in found]),
        "tuning": np.array([tuning for _, _, tuning in found]),
        "positions": np.asarray(layer.positions[:4]),
        "weights": np.asarray(layer.weights[:4]),
    }


def _minima(results: Mapping[str, Any]) -> np.ndarray:
    """Return the deepest value of the covariance after layers C to F."""
    return results["profiles"][1:].min(axis=1)


def _lobes(results: Mapping[str, Any]) -> list[float]:
    """Return the largest value of the covariance beyond its minimum, after layers C to F."""
    return [float(row[row.argmin() :].max()) for row in results["profiles"][1:]]


def _rayleigh(directions: np.ndarray) -> float:
    return float(len(directions) * abs(np.exp(2j * directions).mean()) ** 2)


def draw_layers(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw one cell of each layer."""
    figure, panels = figures.new_figure(9.2, 4.8, 2, 4)
    cells = list(zip(results["names"], results["positions"], results["weights"], strict=True))
    for axes, (name, positions, weights) in zip(panels.ravel(), cells, strict=False):
        draw_cell(axes, positions, weights, f"layer {name}", 2.5 if name == "B" else 4)
    for axes, (row, number, reach) in zip(
        panels.ravel()[5:], ((_SMALL, 0, 4), (_SMALL, 1, 4), (_LARGE, 0, 6.5)), strict=True
    ):
        title = f"layer G, index {results['oriented_index'][row, number]:.2f}"
        draw_cell(
            axes, results["oriented_positions"][row, number], results["oriented_weights"][row, number], title, reach
        )
    return figure


def draw_covariances(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the covariance of each layer against distance."""
    radius = results["radius"]
    near = radius <= 9
    series = {f"layer {n}": p[near] for n, p in zip(results["names"], results["profiles"], strict=True)}
    figure = figures.curves(radius[near], series, xlabel="distance", ylabel="covariance")
    figure.axes[0].axhline(0, color=figures.muted(), linewidth=0.8, zorder=0)
    return figure


def draw_orientation(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw cells of layer G, their tuning curves, and the index for each arbor and k1."""
    figure, panels = figures.new_figure(9.6, 6.8, 3, 4)
    index = results["oriented_index"]
    shown = min(4, index.shape[1])
    for panel_row, (row, reach) in zip(panels, ((_BILOBED, 4.0), (_LARGE, 6.5)), strict=False):
        for number, axes in enumerate(panel_row):
            if number >= shown:
                axes.set_axis_off()
                continue
            positions, weights = (results[f"oriented_{name}"][row, number] for name in ("positions", "weights"))
            draw_cell(axes, positions, weights, f"{_named(row)}: index {index[row, number]:.2f}", reach, 5.0)
    for axes in panels[2]:
        axes.remove()
    grid = panels[2, 0].get_gridspec()
    curves, scatter = figure.add_subplot(grid[2, :2]), figure.add_subplot(grid[2, 2:])
    for tuning, colour in zip(results["oriented_tuning"][_LARGE, :shown], figures.category_colours(4), strict=False):
        curves.plot(7.5 * np.arange(24), tuning, color=colour)
    curves.set(xlabel="direction of the wave (degrees)", ylabel="response", ylim=(0, None), title=_named(_LARGE))
    colours = figures.category_colours(2)
    for place, values in enumerate(index):
        scatter.plot(np.full(len(values), place), values, ".", color=colours[0], alpha=0.5)
        scatter.plot(place, values.mean(), "_", color=colours[1], markersize=18, markeredgewidth=2)
    places = range(len(index))
    scatter.set_xticks(places, [_named(row).replace(", ", "\n") for row in places], fontsize=8)
    scatter.set(ylabel="orientation index", ylim=(0, None), xlim=(-0.5, len(index) - 0.5))
    return figure


def _named(row: int) -> str:
    arbor, k1 = _ORIENTED[row]
    return f"arbor {arbor:g}, k1 {k1:g}"


def _made_up() -> dict[str, Any]:
    index = np.outer((0.35, 0.3, 0.05, 0.3, 0.3), np.ones(20))
    directions = np.linspace(0, np.pi, 20, endpoint=False)
    profiles = np.array([(1, 0, 0), *((1, least, lobe) for least, lobe in zip(_MINIMA, _LOBES, strict=True))])
    return {
        "profiles": profiles,
        "index_c": np.full(5, 0.05),
        "oriented_index": index,
        "oriented_preferred": np.tile(directions, (5, 1)),
    }


SECTION = Section(
    settings={
        "smoke": Settings(100, 2, 300, oriented_synapses=100, oriented_cells=3, oriented_steps=300),
        "laptop": Settings(),
        "paper": Settings(synapses=600, cells=20, oriented_synapses=600, oriented_cells=100),
    },
    measure=measure,
    checks=(
        Check(
            "deepening",
            "From layer to layer, C to F, the covariance of activity has a deeper negative lobe.",
            Decreasing(strictly=True),
            _minima,
            basis.paper("PNAS 83:8390", recalled=True),
            on="hat",
        ),
        *(
            Check(
                f"minimum-{name}",
                f"Its least value after layer {name}.",
                Near(least, 0.02),
                lambda results, index=index: float(_minima(results)[index]),
                _RUN,
                scales=_FULL,
            )
            for index, (name, least) in enumerate(zip(_K1, _MINIMA, strict=True))
        ),
        Check(
            "lobes",
            "Beyond it a positive lobe rises: largest distance from the expected heights, after layers C to F.",
            AtMost(0.02),
            lambda results: max(abs(found - lobe) for found, lobe in zip(_lobes(results), _LOBES, strict=True)),
            _RUN,
            expected="0.002, 0.021, 0.048, 0.075",
            scales=_FULL,
        ),
        Check("lobes-rise", "It rises from layer to layer.", Increasing(strictly=True), _lobes, _RUN),
        Check(
            "oriented-small",
            "In layer G cells are selective for orientation: mean orientation index, arbor of variance 1.5 and k1 = "
            "0.1. Five cells, as were planned, are too few: a first five had a mean of 0.15, so that twenty are looked "
            "at (a hundred at the paper's scale).",
            AtLeast(0.2),
            lambda results: float(results["oriented_index"][_SMALL].mean()),
            basis.ours("chosen from three cells of a run in NumPy"),
            on="orientation",
            expected="0.33, 0.31, 0.23 in those cells",
            remark="What grows at k1 = 0.1 lies between bilobed and centred, and differs from cell to cell: five cells "
            "had 0.22, 0.24, 0.07, 0.18 and 0.14, the mean of twenty others was 0.22, of a hundred at the paper's "
            "scale 0.198. The criterion was chosen from three.",
            scales=_FULL,
        ),
        Check(
            "oriented-large",
            "So they are with an arbor of variance 4 and k1 = 0.3.",
            AtLeast(0.2),
            lambda results: float(results["oriented_index"][_LARGE].mean()),
            basis.ours("chosen from three cells of a run in NumPy"),
            on="orientation",
            expected="0.37, 0.22, 0.45 in those cells",
            remark="Seen with twenty cells: 0.19; with five others 0.24, 0.26, 0.10, 0.19 and 0.29, mean 0.22; with a "
            "hundred at the paper's scale, of 600 synapses each, 0.145. The criterion was chosen from three cells of "
            "400 synapses, and fewer synapses at random places are more selective by chance.",
            scales=_FULL,
        ),
        Check(
            "not-oriented",
            "With the small arbor and k1 = 0.45 they are not.",
            AtMost(0.12),
            lambda results: float(results["oriented_index"][_CENTRED].mean()),
            basis.ours("chosen from three cells of a run in NumPy"),
            expected="0.04 to 0.08 in those cells",
            scales=_FULL,
        ),
        Check(
            "layer-c",
            "Nor are cells of layer C.",
            AtMost(0.12),
            lambda results: float(results["index_c"].mean()),
            basis.ours("chosen from a cell of a run in NumPy"),
            on="orientation",
            expected="0.04 in that cell",
            scales=_FULL,
        ),
        Check(
            "every-orientation",
            "Cells of layer G prefer every orientation: Rayleigh's statistic n R^2 of preferred directions at arbor "
            "variance 4 (uniform ones exceed 3 in one case of twenty).",
            AtMost(3.0),
            lambda results: _rayleigh(results["oriented_preferred"][_LARGE]),
            basis.ours("five per cent of uniform directions exceed it"),
            scales=_FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "deepening": put("profiles", -0.15, (3, 1)),
        **{f"minimum-{name}": put("profiles", -0.4, (row, 1)) for row, name in enumerate(_K1, start=1)},
        "lobes": put("profiles", 0.02, (4, 2)),
        "lobes-rise": flipped("profiles", 0),
        "oriented-small": put("oriented_index", 0.15, _SMALL),
        "oriented-large": put("oriented_index", 0.15, _LARGE),
        "not-oriented": put("oriented_index", 0.2, _CENTRED),
        "layer-c": put("index_c", 0.2),
        "every-orientation": put("oriented_preferred", 1.0, _LARGE),
    },
    figures=(
        Figure(
            "layers",
            "One cell of each layer, grown on noise alone: every dot is a synapse at its place, blue where it inhibits "
            "and red where it excites. Look for the sequence: all-excitatory in B, centre and surround from C to F, "
            "and in G, in some cells more than in others, elongated regions of both signs (the first two cells with an "
            "arbor of variance 1.5 and k1 = 0.1, and the first with variance 4 and k1 = 0.3; with orientation index).",
            draw_layers,
        ),
        Figure(
            "covariances",
            "Covariance of the activity of two cells of a layer against their distance. Look for the Mexican hat that "
            "gets deeper from layer to layer.",
            draw_covariances,
        ),
        Figure(
            "orientation",
            "Cells of layer G and their tuning for the direction of a grating's wave: four cells of either arbor, "
            "then the orientation index of all cells. Look for peaks at different places.",
            draw_orientation,
        ),
    ),
)
