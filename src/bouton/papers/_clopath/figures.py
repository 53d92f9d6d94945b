"""The figures of the reproduction. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._clopath.settings import FREQUENCY, RATES, WINDOW, WINDOW_TIMES
from bouton.papers._frame import Figure

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["FIGURES"]


def _draw_pairing(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    from bouton.plasticity.protocols import SJOSTROM_2001
    from bouton.report import figures

    figure, (series, window) = figures.new_figure(8.4, 3.6, 1, 2)
    colours = figures.category_colours(2)
    for row, (dt, colour) in enumerate(zip(FREQUENCY, colours, strict=True)):
        name = f"pre 10 ms {'before' if dt > 0 else 'after'} post"
        series.plot(RATES, results["R1.changes"][row], color=colour, marker="o", markersize=4, label=name)
        here = SJOSTROM_2001.dt == dt
        series.errorbar(
            SJOSTROM_2001.rate[here] + 0.5 * (2 * row - 1), 100 * (1 + SJOSTROM_2001.change[here]),
            100 * SJOSTROM_2001.error[here], fmt="s", markersize=4, color=colour, alpha=0.5, capsize=2, elinewidth=1,
        )  # fmt: skip
    series.set(xlabel="rate of pairs (Hz)", ylabel="weight (%)", title="lines: rule, squares: slices")
    series.legend(fontsize=8, loc="upper left")
    for part in (slice(0, 4), slice(4, None)):
        window.plot(WINDOW_TIMES[part], results["R2.changes"][part], color=colours[0], label="rule")
    window.plot(WINDOW_TIMES, WINDOW, "x", color=figures.muted(), label="authors' code")
    window.set(xlabel="from pre to post (ms)", title="pairs at 20 Hz")
    handles, labels = window.get_legend_handles_labels()
    window.legend(handles[1:], labels[1:], fontsize=8, loc="upper left")
    for axes in (series, window):
        axes.axhline(100, color=figures.muted(), linewidth=0.8)
    return figure


def _draw_voltage(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    from bouton.report import figures

    figure, (clamp, spikes, rates) = figures.new_figure(8.8, 3.2, 1, 3)
    colours = figures.category_colours(2)
    for name, colour in zip(("visual-cortex", "hippocampus"), colours, strict=True):
        drawn = 100 * results[f"R3.{name}.changes"]
        clamp.plot(results["R3.potentials"], drawn, color=colour, label=name.replace("-", " "))
    clamp.axhline(0, color=figures.muted(), linewidth=0.8)
    clamp.set(xlabel="held potential (mV)", ylabel="change by a spike (% of 1)", title="voltage clamp", ylim=(-1.5, 4))
    clamp.legend(fontsize=8, loc="upper left")
    words = ("begins 10 ms after pre", "begins 10 ms before pre")
    for column, (word, colour) in enumerate(zip(words, colours, strict=True)):
        spikes.plot((1, 2, 3), results["burst.spikes"][:, column], color=colour, marker="o", markersize=4, label=word)
        rates.plot(results["burst.rates"], results["burst.by_rate"][:, column], color=colour, marker="o", markersize=4)
    spikes.set(xlabel="spikes of a burst, at 50 Hz", ylabel="weight (%)", title="bursts", xticks=(1, 2, 3))
    spikes.legend(fontsize=8)
    rates.set(xlabel="rate within a burst of 3 (Hz)", title="and their rate")
    for axes in (spikes, rates):
        axes.axhline(100, color=figures.muted(), linewidth=0.8)
    return figure


def _draw_field(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (history, final, at_once) = figures.new_figure(8.8, 3.3, 1, 3, width_ratios=(1.15, 1, 1))
    weights = np.asarray(results["R4.history"])
    image = history.imshow(weights, origin="lower", aspect="auto", cmap=figures.sequential(), vmin=0, vmax=3)
    history.set(xlabel="input", ylabel="hundredths of the run", title="weights of one neuron")
    figure.colorbar(image, ax=history, label="weight")
    for axes, kind, title in ((final, "R4", "at the end, by seed"), (at_once, "R4.at_once", "filters read at once")):
        for row, colour in zip(results[f"{kind}.weights"][:4], figures.category_colours(4), strict=False):
            around = np.concatenate([row[-12:], row, row[:12]])
            axes.plot(np.convolve(around, np.full(25, 1 / 25), "valid"), color=colour, linewidth=1.4)
        axes.axhline(1.2, color=figures.muted(), linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set(xlabel="input", ylabel="smoothed weight", title=title, ylim=(0, 3))
    return figure


FIGURES = (
    Figure(
        "pairing",
        "Pairs of spikes by the authors' protocol (R1, R2): the weight in percent of the initial one as a function of "
        "the rate, beside slices of visual cortex (Sjöström et al. 2001), and of the time between the spikes.",
        _draw_pairing,
    ),
    Figure(
        "voltage",
        "Voltage clamp (R3): the change by one presynaptic spike. Bursts every 10 s that follow a presynaptic spike, "
        "or begin before it: more spikes, and faster ones, strengthen more.",
        _draw_voltage,
    ),
    Figure(
        "field",
        "A neuron under bumps of activity at random places of a ring (R4): weights of the first seed over time, and "
        "the final weights of four seeds, smoothed over 25 inputs; to the right with filters that synapses read "
        "without delay. Look for one stretch above the dashed line; a neuron that fell silent keeps what it had.",
        _draw_field,
    ),
)
