"""Figures of the refits, of the parameters that fit, and of the synthetic dendrite."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Figure

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["RULE_FIGURES"]

_WORDS = {
    "veto": "with veto",
    "none": "without veto",
    "instantaneous": "instantaneous voltage",
    "clopath": "Clopath's type",
}


def _draw_refits(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(9.6, 3.8, 1, 2, width_ratios=(1, 2))
    rules = results["R3.rules"]
    colours = figures.category_colours(len(rules))
    for place, (losses, colour) in enumerate(zip(results["R3.losses"], colours, strict=True)):
        left.plot(np.full(len(losses), place), losses, "o", color=colour, markersize=4, alpha=0.6)
        left.plot(place, losses.min(), "_", color=colour, markersize=26, markeredgewidth=2)
    bounds = (results["R6.spike_times"], "rules of spike times"), (results["R1.loss"][0], "authors' parameters L-a")
    for level, name in bounds:
        left.axhline(level, color=figures.muted(), linewidth=0.9, linestyle=(0, (4, 3)))
        left.annotate(name, (-0.4, level), xytext=(0, 3), textcoords="offset points", fontsize=7)
    left.set(xticks=range(len(rules)), yscale="log", xlim=(-0.5, len(rules) - 0.5), ylabel="sum of squared errors")
    left.set_xticklabels([_WORDS[rule].replace(" ", "\n") for rule in rules], fontsize=8)
    names, measured = results["R1.names"], results["R1.measured"]
    places = np.arange(len(names))
    right.bar(places, measured - 100, bottom=100, width=0.7, color=figures.muted(), alpha=0.35, label="measured")
    for number, (rule, percent, colour) in enumerate(zip(rules, results["R3.percent"], colours, strict=True)):
        right.plot(places + 0.16 * (number - 1.5), percent, "o", color=colour, markersize=4.5, label=_WORDS[rule])
    right.axhline(100, color=figures.muted(), linewidth=0.8)
    right.set(xticks=places, xticklabels=names, ylabel="weight after 150 pairings, %", ylim=(70, 156))
    right.legend(fontsize=8, ncols=3, loc="upper center")
    return figure


def _draw_dendrite(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import jax.numpy as jnp
    import numpy as np

    from bouton.dynamics import BackPropagatingSpikes
    from bouton.report import figures

    figure, (left, right) = figures.new_figure(9.2, 3.8, 1, 2, width_ratios=(1, 1.5))
    dendrite, times = BackPropagatingSpikes(), np.arange(-5, 60, 0.1)
    chosen = (0.0, 0.3, 1.0)
    for distance, colour in zip(chosen, figures.category_colours(len(chosen)), strict=True):
        trace = dendrite.voltage(jnp.asarray(times), distance, jnp.array([10.0, 15.0, 20.0]), 0.0)
        left.plot(times, trace, color=colour, linewidth=1.3, label=f"distance {distance:g}")
    left.set(xlabel="ms since the EPSP began", ylabel="voltage, mV", ylim=(-2, 128))
    left.legend(fontsize=8, loc="upper right")
    delays, distances = results["R5.delays"], results["R5.distances"]
    change = results["R5.map"] - 100
    image = right.pcolormesh(
        delays, distances, change, cmap=figures.diverging(), vmin=-60, vmax=60, shading="nearest", rasterized=True
    )
    if len(delays) > 10:
        right.contour(delays, distances, change, levels=[0], colors=[figures.muted()], linewidths=1)
    for timing in (-10, 10):
        right.axvline(timing, color=figures.muted(), linewidth=0.8, linestyle=(0, (2, 3)))
    right.set(xlabel="burst begins after EPSP, ms", ylabel="distance from the soma")
    figure.colorbar(image, ax=right, extend="both", label="change, %")
    return figure


def _draw_spread(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS
    from bouton.report import figures

    figure, axes = figures.new_figure(9.2, 3.4)
    names = list(results["R3.parameters"][0])
    published = [vars(PUBLISHED_VOLTAGE_PARAMETERS[name]) for name in results["R1.sets"]]
    reference = np.array([np.mean([own[name] for own in published]) for name in names])
    blue, red = figures.category_colours(2)
    for number, own in enumerate(published):
        ratio = np.array([own[name] for name in names]) / reference
        axes.plot(np.arange(len(names)) - 0.1, ratio, "o", color=blue, markersize=5, alpha=0.7,
                  label="L-a, L-b, L-c" if number == 0 else None)  # fmt: skip
    refitted = np.array([results["R3.parameters"][0][name] for name in names]) / reference
    axes.plot(np.arange(len(names)) + 0.1, refitted, "D", color=red, markersize=5, label="refitted to the digests")
    axes.axhline(1, color=figures.muted(), linewidth=0.8)
    axes.set(yscale="log", ylabel="over the mean of L-a to L-c", xticks=range(len(names)))
    axes.set_xticklabels([name.replace("_time_constant", " time").replace("_", "\n") for name in names], fontsize=8)
    axes.legend(fontsize=8)
    return figure


RULE_FIGURES = (
    Figure(
        "refits",
        "Each rule with the parameters that suit it best (R3), found here: sums of squared errors over nine traces "
        "(left; dots are starts of the search, bars the best of them), and what is predicted (right; L9 was not "
        "fitted). Dashed: the least that any rule of spike times can have, and the authors' parameters on the "
        "digests. Rules without the veto leave distal synapses as they are at +10 ms (L0, L2). The rule with veto has "
        "nine free parameters for nine values; what it then says of L9 is worse than what the authors' parameters say.",
        _draw_refits,
    ),
    Figure(
        "parameters",
        "How well the parameters are known: the authors' three sets, which lie close together, and the refitted ones "
        "with veto, which predict the digests better from quite another place.",
        _draw_spread,
    ),
    Figure(
        "dendrite",
        "A synthetic dendrite (R5): three spikes at 200 Hz that get smaller, wider and later with distance, and an "
        "EPSP (left), and what 150 pairings do, by distance and timing (right; parameters L-c, cut off at 60 %; "
        "dotted: +10 and -10 ms). Look for the change of sign with distance, at +10 ms from potentiation to "
        "depression. At -10 ms potentiation far out hangs by a ms or two: it ends where the last spike is over before "
        "glutamate comes. Shape and latency of the spikes were set after looking at some: symmetric spikes, or spikes "
        "that start without rise, give depression far out at -10 ms.",
        _draw_dendrite,
    ),
)
