"""Drawings of objectives and indices. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["draw_ica", "draw_objectives", "draw_rule", "draw_selectivity"]


def draw_rule(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the orientation of what was learned against the selectivity index."""
    import numpy as np

    from bouton.report import figures

    index, names = results["R3.index"], results["R1.names"]
    orientation = results["R1.orientation"].reshape(len(names), -1)
    middle = np.median(orientation, axis=1)
    low, high = np.quantile(orientation, (0.25, 0.75), axis=1)
    colours = figures.category_colours(3)
    kinds = {"positive index": (index > 1e-9, colours[1]), "zero or negative": (index <= 1e-9, colours[0])}
    figure, axes = figures.new_figure(7.2, 3.8)
    axes.axvline(0, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    for label, (chosen, colour) in kinds.items():
        spread = [middle[chosen] - low[chosen], high[chosen] - middle[chosen]]
        axes.errorbar(
            index[chosen], middle[chosen], spread, fmt="o", color=colour, markersize=6, linewidth=1, label=label
        )
    even = names.index("two-sided-rectifier")
    axes.annotate(
        "two-sided rectifier", (index[even], middle[even]), (-0.09, 0.62),
        fontsize=9, arrowprops={"arrowstyle": "-", "color": figures.muted()},
    )  # fmt: skip
    axes.set(xlabel="selectivity index of the nonlinearity", ylabel="orientation index of the fields", ylim=(0, 1))
    axes.legend(loc="upper left")
    return figure


def draw_selectivity(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the index of linear rectifiers, and the map of quadratic ones."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(8.4, 3.6, 1, 2)
    figures.curves(
        results["R3.thresholds"],
        {"linear rectifier": results["R3.rectifiers"]},
        xlabel="threshold (standard deviations)",
        ylabel="selectivity index",
        axes=left,
    )
    left.axhline(0, color=figures.muted(), linewidth=0.8)
    left.axvline(0, color=figures.muted(), linewidth=0.8)
    first, gap, values = results["R3.map_first"], results["R3.map_gap"], results["R3.map"]
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
    right.scatter([1.0], [1.0], marker="x", color="black" if not figures.is_dark() else "white", label="published")
    right.set(xlabel="threshold of depression", ylabel="potentiation beyond it by")
    right.legend(loc="upper right")
    figure.colorbar(image, ax=right, label="selectivity index")
    return figure


def draw_objectives(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the candidate fields, and the objective of each in five models."""
    import numpy as np

    from bouton.report import figures

    names, models, values = results["R2.candidates"], results["R2.models"], results["R2.objective"]
    size = results["R1.patch_size"]
    figure = figures.new_figure(8.4, 5.0)[0]
    figure.clear()
    parts: Any = figure.subfigures(2, 1, height_ratios=(1, 2.2))
    top, bottom = parts
    for axes, name, field in zip(top.subplots(1, len(names)), names, results["R2.fields"], strict=True):
        figures.tiles(field[None], (size, size), title=name, axes=axes)
        axes.title.set_fontsize(9.5)
    low, high = values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True)
    scaled = (values - low) / (high - low)
    axes = bottom.subplots()
    width = 0.8 / len(models)
    for index, (model, row, colour) in enumerate(
        zip(models, scaled, figures.category_colours(len(models)), strict=True)
    ):
        axes.bar(np.arange(len(names)) + (index - (len(models) - 1) / 2) * width, row, width, color=colour, label=model)
    axes.set(ylabel="objective, least to largest", xlim=(-0.6, len(names) - 0.4))
    axes.set_xticks(range(len(names)), names)
    axes.legend(fontsize=8.5, loc="upper left")
    return figure


def draw_ica(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the distributions of the objective over neurons, components and random directions."""
    import numpy as np

    from bouton.report import figures

    groups = {
        "random directions": results["ICA.random_objective"],
        "components of FastICA": results["ICA.objective"],
        "neurons": results["ICA.learned_objective"],
    }
    everything = np.concatenate(list(groups.values()))
    bins = np.linspace(float(np.quantile(everything, 0.01)), float(everything.max()), 50)
    figure, axes = figures.new_figure(7.2, 3.4)
    for (label, values), colour in zip(groups.items(), figures.category_colours(3), strict=True):
        shares = np.full(len(values), 1 / len(values))
        axes.hist(values, bins, weights=shares, color=colour, alpha=0.6, label=f"{label} ({len(values)})")
    axes.set(xlabel="objective, the mean of F: greater is better", ylabel="share")
    axes.legend()
    return figure
