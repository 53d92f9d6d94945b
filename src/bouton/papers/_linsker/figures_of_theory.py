"""Drawings of covariances, modes, regimes and information. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["draw_covariances", "draw_infomax", "draw_lines", "draw_map", "draw_modes"]


def draw_covariances(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the covariance of each layer against distance."""
    from bouton.report import figures

    radius = results["R2.radius"]
    near = radius <= 9
    series = {f"layer {n}": p[near] for n, p in zip(results["R2.names"], results["R2.profiles"], strict=True)}
    figure = figures.curves(radius[near], series, xlabel="distance", ylabel="covariance")
    figure.axes[0].axhline(0, color=figures.muted(), linewidth=0.8, zorder=0)
    return figure


def draw_map(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw what cells look like over k1 and k2."""
    from bouton.report import figures

    figure, panels = figures.new_figure(9.6, 3.4, 1, 3)
    names = {"excitatory": "share excitatory", "centre": "inner minus outer half", "dipole": "dipole moment"}
    limits = {"excitatory": (0, 1), "centre": (-0.8, 0.8), "dipole": (0, 0.35)}
    k1, k2 = results["map.k1"], results["map.k2"]
    for axes, (name, label) in zip(panels, names.items(), strict=True):
        least, most = limits[name]
        colours = figures.sequential() if name == "dipole" else figures.diverging()
        image = axes.imshow(results[f"map.{name}"], origin="lower", aspect="auto", vmin=least, vmax=most, cmap=colours)
        figure.colorbar(image, ax=axes, shrink=0.9)
        axes.set_xticks(range(0, len(k1), 2), [f"{value:g}" for value in k1[::2]])
        axes.set_yticks(range(len(k2)), [f"{value:g}" for value in k2])
        axes.set(xlabel="k1", ylabel="k2", title=label)
    return figure


def draw_modes(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw eigenvalues, and the leading radial one against k2."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(8.8, 3.6, 1, 2)
    colours = figures.category_colours(3)
    place = np.arange(6)
    left.bar(place, results["modes.closed"], 0.6, color=colours[0], alpha=0.35, label="closed form")
    left.plot(place, results["modes.quadrature"], "_", color=colours[0], markersize=20, label="quadrature")
    left.plot(place, results["modes.sampled"], "o", color=colours[1], markersize=5, label="synapses at random")
    left.set_xticks(place, ["1s", "2p", "2p", "2s", "3d", "3d"])
    left.set(ylabel="eigenvalue")
    left.legend()
    k2, curve = -results["modes.curve_k2"], results["modes.curve"]
    right.plot(k2, curve, color=colours[1], label="leading radial mode")
    right.axhline(results["modes.quadrature"][1], color=colours[0], label="bilobed mode")
    right.axvline(-results["modes.crossing"], color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    right.set(xscale="log", xlabel="−k2", ylabel="eigenvalue", ylim=(0, None))
    right.legend()
    return figure


def draw_infomax(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw information and angle against output noise."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(9.2, 3.8, 1, 2)
    noise, colours = results["R4.curve_noise"], figures.category_colours(3)
    best = results["R4.curve"]
    names = {"R4.curve_diverse": "first and second eigenvector", "R4.curve_redundant": "both the first one"}
    left.axhline(1, color=colours[0], label="optimum")
    for (name, label), colour in zip(names.items(), colours[1:], strict=True):
        left.plot(noise, results[name] / best, color=colour, label=label)
    climbed = np.median(results["R4.climbed"], axis=1) / results["R4.closed"]
    left.plot(results["R4.noises"], climbed, "o", color=colours[0], markerfacecolor="none", label="gradient ascent")
    squares = {"color": colours[0], "markersize": 4}
    local = results["local.information"] / results["R4.closed"][: len(results["local.information"])]
    left.plot(results["R4.noises"][: len(local)], local, "s", label="local rules", **squares)
    left.set(xscale="log", xlabel="output noise", ylabel="information over the optimum", ylim=(0.6, 1.03))
    left.legend(loc="lower right")
    right.plot(noise, results["R4.curve_angle"], color=colours[0])
    angle = np.median(results["R4.climbed_angle"], axis=1)
    right.plot(results["R4.noises"], angle, "o", color=colours[0], markerfacecolor="none")
    right.plot(results["R4.noises"][: len(local)], results["local.angle"], "s", **squares)
    right.axvline(results["R4.transition"], color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    right.set(xscale="log", xlabel="output noise", ylabel="angle between weight vectors (degrees)", ylim=(-3, 95))
    return figure


def draw_lines(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw what the neurons of Foldiak's network have learned from lines."""
    from bouton.report import figures

    count, number = int(results["lines.counts"][-1, 0]), results["lines.number"]
    side = number // 2
    return figures.tiles(
        results["lines.weights"], (side, side), columns=side, signed=False, title=f"{count} of {number} lines"
    )
