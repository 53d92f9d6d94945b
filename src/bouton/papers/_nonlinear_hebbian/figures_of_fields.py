"""Drawings of learned fields. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["draw_directions", "draw_drives", "draw_fields", "draw_network", "draw_shapes", "draw_unwhitened"]

_SHOWN = 9
_TWO_COLUMNS = 11


def draw_fields(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw every nonlinearity with the fields of nine neurons."""
    from bouton.report import figures

    names, size = results["R1.names"], results["R1.patch_size"]
    order = [*range(10), 20, *range(10, 20), 21]
    figure, panels = figures.new_figure(9.6, 8.8, _TWO_COLUMNS, 4, width_ratios=(1, 4.6, 1, 4.6))
    for place, index in enumerate(order):
        column, row = divmod(place, _TWO_COLUMNS)
        curve, tiles = panels[row, 2 * column], panels[row, 2 * column + 1]
        values = results["R1.curves"][index]
        curve.axhline(0, color=figures.muted(), linewidth=0.6)
        curve.plot(results["R1.curve_at"], values, linewidth=1.4, color=figures.category_colours(1)[0])
        curve.set(xticks=[], yticks=[], xlim=(-6, 6))
        curve.spines[:].set_visible(False)
        fields = results["R1.fields"][index][: min(_SHOWN, results["R1.orientation"].shape[2])]
        figures.tiles(fields, (size, size), columns=_SHOWN, axes=tiles)
        selectivity = f"{results['R3.index'][index]:+.2f}".replace("-0.00", "0").replace("+0.00", "0")
        tiles.set_title(f"{label(names[index])}, SI {selectivity.replace('-', '−')}")
        tiles.title.set_fontsize(8.5)
    return figure


def draw_network(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the fields of the network without and with inhibition."""
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(8.4, 4.6, 1, 2)
    size = results["R1.patch_size"]
    titles = ("no inhibition", "learned inhibition")
    for axes, fields, orientation, overlap, title in zip(
        panels, results["R5.fields"], results["R5.orientation"], results["R5.overlaps"], titles, strict=True
    ):
        order = np.argsort(-orientation)
        text = f"{title}: mean |cosine| {overlap.mean():.2f}"
        figures.tiles(fields[order], (size, size), columns=8, title=text, axes=axes)
    return figure


def draw_drives(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the densities of the drive for learned and random fields."""
    from bouton.report import figures

    names = ("linear rectifier", "negative sigmoid", "random field")
    return figures.drive_densities(
        results["R1.drive_bins"], results["R1.drive_densities"], results["R1.drive_kurtosis"], names
    )


def draw_shapes(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw widths and lengths of the fitted Gabor functions, and how well they fit."""
    from bouton.report import figures

    names = [label(name) for name in results["R6.names"]]
    return figures.gabor_shapes(names, results["R6.width"], results["R6.length"], results["R6.r_squared"])


def draw_directions(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw for every nonlinearity how close each neuron came to the heavy-tailed direction."""
    import numpy as np

    from bouton.report import figures

    names, cosines = results["R4.names"], results["R4.cosines"]
    figure, axes = figures.new_figure(7.2, 5.2)
    colours = figures.category_colours(2)
    for index, values in enumerate(cosines):
        colour = colours[1] if results["R3.index"][index] > 1e-9 else colours[0]
        axes.scatter(values, np.full(len(values), index), s=22, color=colour, alpha=0.6, linewidths=0)
    for kind, colour in zip(("index zero or negative", "positive index"), colours, strict=True):
        axes.scatter([], [], s=30, color=colour, label=kind)
    axes.axvline(0.95, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    axes.set_yticks(range(len(names)), [label(name) for name in names], fontsize=8)
    axes.set(xlabel="|cosine| with the heavy-tailed direction", xlim=(0, 1.02), ylim=(len(names) - 0.5, -0.5))
    axes.legend(loc="lower right", bbox_to_anchor=(0.9, 0.25))
    return figure


def draw_unwhitened(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the fields that were learned without whitening."""
    import numpy as np

    from bouton.report import figures

    names, size = results["R6.names"], results["R1.patch_size"]
    columns = min(_SHOWN, results["R1.orientation"].shape[2])
    shown = results["F4.fields"][:, :columns].reshape(len(names) * columns, -1)
    figure = figures.tiles(shown, (size, size), columns=columns)
    axes = figure.axes[0]
    axes.set_yticks((np.arange(len(names)) + 0.5) * (size + 1) - 1, [label(name) for name in names])
    axes.tick_params(length=0)
    return figure


def label(name: str) -> str:
    """Return the name of a nonlinearity as figures show it."""
    words = name.replace("minus-", "− ").replace("two-sided", "two_sided").replace("-", " ").replace("_", "-")
    return words.replace("lif triplet", "LIF, triplet STDP").replace("stdp", "STDP").replace("cauchy", "Cauchy")
