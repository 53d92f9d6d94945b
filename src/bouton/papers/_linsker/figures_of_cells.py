"""Drawings of cells, synapse by synapse. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["draw_layers", "draw_noise", "draw_orientation", "draw_regimes"]

_REFERENCE = {
    "k1": (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.9, 1.2, 1.5),
    "centre": (0.04, 0.25, 0.49, 0.68, 0.65, 0.57, 0.37, 0.17, 0.0),
    "dipole": (0.30, 0.26, 0.19, 0.11, 0.08, 0.06, 0.03, 0.03, 0.03),
    "excitatory": (0.50, 0.54, 0.58, 0.62, 0.66, 0.72, 0.82, 0.91, 1.00),
}
"""Means of the cells of reference run R1."""


def _cell(axes: Any, positions: Any, weights: Any, title: str, reach: float, size: float = 9.0) -> None:
    from bouton.report import figures

    colours = figures.category_colours(2)
    for sign, colour in zip((False, True), colours, strict=True):
        chosen = (weights > 0) == sign
        axes.scatter(*positions[chosen].T, s=size, color=colour, linewidths=0)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[], aspect="equal")
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=9)


def draw_layers(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw one cell of each layer."""
    from bouton.report import figures

    figure, panels = figures.new_figure(9.2, 3.4, 2, 4)
    cells = list(zip(results["R2.names"], results["R2.positions"], results["R2.weights"], strict=True))
    for axes, (name, positions, weights) in zip(panels.ravel(), cells, strict=False):
        _cell(axes, positions, weights, f"layer {name}", 2.5 if name == "B" else 4)
    oriented = (("R3.1.5.0.1", 0, 4), ("R3.1.5.0.1", 1, 4), ("R3.4.0.0.3", 0, 6.5))
    for axes, (name, number, reach) in zip(panels.ravel()[5:], oriented, strict=True):
        title = f"layer G, index {results[f'{name}.index'][number]:.2f}"
        _cell(axes, results[f"{name}.positions"][number], results[f"{name}.weights"][number], title, reach)
    return figure


def draw_regimes(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw a cell for each value of k1, and what all cells look like."""
    import matplotlib.gridspec as gridspec

    from bouton.report import figures

    k1, count = results["R1.k1"], len(results["R1.k1"])
    figure, axes = figures.new_figure(9.6, 4.2)
    axes.remove()
    rows = gridspec.GridSpec(2, 1, figure=figure, height_ratios=(1, 2.2))
    above = rows[0].subgridspec(1, count)
    below = rows[1].subgridspec(1, 3)
    for number, value in enumerate(k1):
        panel = figure.add_subplot(above[number])
        _cell(panel, results["R1.positions"][0], results["R1.weights"][number, 0], f"k1 = {value:g}", 3.6, 3.0)
    names = {"centre": "inner minus outer half", "dipole": "dipole moment", "excitatory": "share excitatory"}
    for number, ((name, label), colour) in enumerate(zip(names.items(), figures.category_colours(3), strict=True)):
        panel = figure.add_subplot(below[number])
        values = results[f"R1.{name}"]
        panel.plot(k1, values, ".", color=colour, alpha=0.5, markersize=5)
        panel.plot(k1, values.mean(axis=1), color=colour, linewidth=1.5)
        panel.plot(_REFERENCE["k1"], _REFERENCE[name], "x", color=figures.muted(), markersize=7)
        panel.set(xlabel="k1", title=label)
    return figure


def draw_orientation(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw cells of layer G, their tuning curves, and the index for each arbor and k1."""
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(9.6, 6.2, 3, 4)
    kinds = {"R3.1.5.0.0": 4.0, "R3.4.0.0.3": 6.5}
    shown = min(4, len(results["R3.4.0.0.3.index"]))
    directions = 7.5 * np.arange(24)
    for row, (name, reach) in enumerate(kinds.items()):
        for number in range(4):
            if number >= shown:
                panels[row, number].set_axis_off()
                continue
            text = f"{_setting(name)}: index {results[f'{name}.index'][number]:.2f}"
            _cell(panels[row, number], results[f"{name}.positions"][number], results[f"{name}.weights"][number],
                  text, reach, 5.0)  # fmt: skip
    for axes in panels[2]:
        axes.remove()
    grid = panels[2, 0].get_gridspec()
    curves, scatter = figure.add_subplot(grid[2, :2]), figure.add_subplot(grid[2, 2:])
    for number, colour in zip(range(shown), figures.category_colours(4), strict=False):
        curves.plot(directions, results["R3.4.0.0.3.tuning"][number], color=colour)
    curves.set(xlabel="direction of the wave (degrees)", ylabel="response", ylim=(0, None), title="arbor 4, k1 0.3")
    settings = sorted(name.removesuffix(".index") for name in results if name.startswith("R3.") and ".index" in name)
    settings = [name for name in settings if name != "R3.index_c"]
    for place, name in enumerate(settings):
        values = results[f"{name}.index"]
        scatter.plot(np.full(len(values), place), values, ".", color=figures.category_colours(1)[0], alpha=0.5)
        scatter.plot(place, values.mean(), "_", color=figures.category_colours(2)[1], markersize=18, markeredgewidth=2)
    scatter.set_xticks(range(len(settings)), [_setting(name).replace(", ", "\n") for name in settings], fontsize=8)
    scatter.set(ylabel="orientation index", ylim=(0, None), xlim=(-0.5, len(settings) - 0.5))
    return figure


def _setting(name: str) -> str:
    arbor, k1 = {"R3.1.5.0.0": (1.5, 0.0), "R3.1.5.0.1": (1.5, 0.1), "R3.1.5.0.45": (1.5, 0.45),
                 "R3.4.0.0.3": (4, 0.3), "R3.4.0.0.45": (4, 0.45)}[name]  # fmt: skip
    return f"arbor {arbor:g}, k1 {k1:g}"


def draw_noise(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw cells that learned from noise above the same cells by the averaged rule."""
    from bouton.report import figures

    columns = min(6, len(results["noise.learned"]))
    figure, panels = figures.new_figure(9.6, 3.6, 2, columns)
    for column in range(columns):
        positions, correlation = results["noise.positions"][column], results["noise.correlation"][column]
        _cell(panels[0, column], positions, results["noise.learned"][column], "noise", 4, 5.0)
        _cell(panels[1, column], positions, results["noise.averaged"][column], f"average, r {correlation:.2f}", 4, 5.0)
    return figure
