"""The figures of the reproduction. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Figure
from bouton.papers._triplet_stdp.settings import (
    PAIR_TIMES,
    POST_RATES,
    PRE_RATE,
    TRIPLET_INTERVALS,
    WINDOW,
)

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["FIGURES"]

_CURVES = {
    "visual-cortex": ("triplets, all spikes", "-"),
    "visual-cortex-minimal": ("triplets, minimal", (0, (5, 2))),
    "visual-cortex-nearest": ("triplets, nearest", "-"),
    "pairs.free": ("best pairs", "-"),
}


def _draw_frequency(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    from bouton.plasticity.protocols import SJOSTROM_2001
    from bouton.report import figures

    figure, panels = figures.new_figure(8.4, 3.7, 1, 2, sharey=True)
    colours = dict(zip(_CURVES, (*figures.category_colours(3), figures.muted()), strict=True))
    data = SJOSTROM_2001
    for row, (axes, dt) in enumerate(zip(panels, (10.0, -10.0), strict=True)):
        for name, (label, line) in _CURVES.items():
            drawn = results[f"R1.{name}"]
            axes.plot(drawn["rates"], drawn["curve"][row], color=colours[name], linestyle=line, label=label)
        here = data.dt == dt
        axes.errorbar(
            data.rate[here], data.change[here], data.error[here], fmt="o", color=figures.muted(), capsize=2.5,
            markersize=5, elinewidth=1, label="slices", zorder=5,
        )  # fmt: skip
        axes.axhline(0, color=figures.muted(), linewidth=0.8)
        axes.set(xlabel="rate of pairs (Hz)", title=f"pre 10 ms {'before' if row == 0 else 'after'} post")
    panels[0].set(ylabel="change of the weight")
    panels[0].legend(fontsize=8, loc="upper left")
    return figure


def _draw_maps(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(8.4, 3.4, 1, 2, sharey=True)
    names = {"visual-cortex": "triplets", "pairs.free": "best pairs"}
    for axes, (name, title) in zip(panels, names.items(), strict=True):
        drawn = results[f"R1.{name}"]
        image = axes.pcolormesh(
            drawn["times"], drawn["rates"], np.asarray(drawn["map"]).T, cmap=figures.diverging(), vmin=-0.9, vmax=0.9,
            shading="nearest", rasterized=True,
        )  # fmt: skip
        axes.set(xlabel="from pre to post (ms)", title=title)
    panels[0].set(ylabel="rate of pairs (Hz)")
    figure.colorbar(image, ax=panels, label="change of the weight", extend="both")
    return figure


def _draw_cultures(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (window, bars, quadruplets) = figures.new_figure(8.8, 3.2, 1, 3, width_ratios=(1.1, 1.2, 1.1))
    colours = figures.category_colours(2)
    lags, gaps = results["R2.lags"], results["R2.gaps"]
    for part in (lags < 0, lags > 0):
        window.plot(lags[part], results["R2.window"][part], color=colours[0])
    window.plot(PAIR_TIMES, WINDOW, "o", color=colours[0], markersize=4)
    window.set(xlabel="from pre to post (ms)", ylabel="change of the weight", title="60 pairs")
    places = np.arange(len(TRIPLET_INTERVALS))
    for shift, (middle, name) in zip(
        (-0.19, 0.19), {"post": "pre-post-pre", "pre": "post-pre-post"}.items(), strict=True
    ):
        bars.bar(places + shift, results[f"R2.{middle}"], 0.36, color=colours[int(shift > 0)], label=name)
    bars.set_xticks(places, [f"{first:g}, {second:g}" for first, second in TRIPLET_INTERVALS])
    bars.set(xlabel="two intervals (ms)", title="60 triplets", ylim=(-0.12, 0.5))
    bars.legend(fontsize=8, loc="upper right")
    for part in (gaps < 0, gaps > 0):
        quadruplets.plot(gaps[part], results["R2.quadruplets"][part], color=colours[0])
    quadruplets.set(xlabel="from post-pre to pre-post (ms)", title="60 quadruplets")
    for axes in (window, bars, quadruplets):
        axes.axhline(0, color=figures.muted(), linewidth=0.8)
    return figure


def _draw_rates(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    from bouton.report import figures

    figure, axes = figures.new_figure(6.2, 3.6)
    colours = figures.category_colours(2)
    axes.plot(results["R3.rates"], results["R3.theory"], color=colours[0], label="closed form")
    drifts = results["R3.drifts"]
    axes.errorbar(
        POST_RATES, drifts.mean(axis=-1), drifts.std(axis=-1, ddof=1), fmt="o", color=colours[1], capsize=2.5,
        label="Poisson spikes, with the deviation of runs",
    )  # fmt: skip
    axes.axhline(0, color=figures.muted(), linewidth=0.8)
    threshold = float(results["R3.thresholds"][0])
    axes.axvline(threshold, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        f"threshold, {threshold:.1f} Hz", (threshold, 0.07), xytext=(-6, 0), textcoords="offset points", ha="right",
        fontsize=9,
    )  # fmt: skip
    axes.set(xlabel=f"postsynaptic rate (Hz); presynaptic {PRE_RATE:g} Hz", ylabel="change per second")
    axes.legend(fontsize=8, loc="upper left")
    return figure


FIGURES = (
    Figure(
        "frequency",
        "60 pairs of spikes at a rate (R1): slices of visual cortex with standard errors (Sjöström et al. 2001), three "
        "published triplet sets, and the best that a rule of pairs can do with four free parameters. Look for the "
        "growth on the left and the change of sign on the right.",
        _draw_frequency,
    ),
    Figure(
        "maps",
        "The same for all times between the two spikes: triplets, and the best pairs. At high rates spikes also meet "
        "those of the pair before or after: hence the bands. Triplets keep a window of timing at low rates and "
        "strengthen around it at high ones; the best pairs have given up the window.",
        _draw_maps,
    ),
    Figure(
        "cultures",
        "Hippocampal cultures (R2), by the full set: pairs at 1 Hz, with the expected values as dots; triplets of the "
        "two kinds at four pairs of intervals; quadruplets of a post-pre and a pre-post pair, each of 5 ms.",
        _draw_cultures,
    ),
    Figure(
        "rates",
        "Poisson spikes (R3): the mean change as a function of the postsynaptic rate, minimal set. Below the threshold "
        "the synapse weakens, above it strengthens, as Bienenstock, Cooper and Munro have it.",
        _draw_rates,
    ),
)
