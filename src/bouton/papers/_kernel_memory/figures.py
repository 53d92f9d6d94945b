"""The figures of the reproduction, recalled digits first. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Figure

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["FIGURES"]

_ROWS = ("stored", "cue", "equal coefficients", "optimal coefficients")


def _draw_digits(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(8.6, 3.6, 1, 2, width_ratios=(1.15, 1))
    shown = results["R3.shown"]
    figures.tiles(shown.reshape(-1, 64), (8, 8), columns=shown.shape[1], axes=left)
    left.set_yticks([4 + 9 * row for row in range(4)])
    left.set_yticklabels([name.replace(" ", "\n") for name in _ROWS], fontsize=9)
    left.tick_params(axis="y", length=0)
    colours = figures.category_colours(2)
    count = len(results["R3.patterns"]) - 1
    for place, (name, colour) in enumerate(zip(("equal", "optimal"), colours, strict=True)):
        at = np.arange(len(results["R3.kernels"])) + 0.4 * (place - 0.5)
        right.bar(at, results["R3.recalled"][count, :, place, 0], 0.36, color=colour, label=name)
    right.set(xticks=range(len(results["R3.kernels"])), ylabel="share recalled, no noise", ylim=(0, 1.18))
    right.set_xticklabels(results["R3.kernels"], fontsize=9)
    right.set_title(f"{results['R3.patterns'][count]} digits")
    right.legend(ncols=2, loc="upper left", fontsize=9)
    return figure


def _draw_coefficients(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.memory import dense_capacity
    from bouton.report import figures

    figure, (left, right) = figures.new_figure(8.6, 3.5, 1, 2)
    colours = figures.category_colours(2)
    counts, recalled = results["R2.cubic.patterns"], results["R2.cubic"]
    for place, (name, colour) in enumerate(zip(("equal", "optimal"), colours, strict=True)):
        left.plot(counts, recalled[:, place, 0], color=colour, marker="o", label=f"{name}, no noise")
        left.plot(counts, recalled[:, place, 2], color=colour, marker="o", linestyle=":", label=f"{name}, 10 % flipped")
    bound = dense_capacity(int(results["R2.neurons"]), 3)
    left.axvline(bound, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    left.text(bound * 0.96, 0.03, "bound", color=figures.muted(), fontsize=8, rotation=90, ha="right")
    left.set(xscale="log", xlabel="patterns", ylabel="share recalled exactly", title=r"$F = x^3$", ylim=(-0.03, 1.4))
    left.set_yticks(np.arange(0, 1.1, 0.2))
    left.set_xticks(counts)
    left.set_xticklabels([str(count) for count in counts])
    left.minorticks_off()
    left.legend(fontsize=8, ncols=2, loc="upper center")
    for kernel, style in (("cubic", "-"), ("exponential", ":")):
        last = results[f"R2.{kernel}.patterns"][-1]
        for place, (name, colour) in enumerate(zip(("equal", "optimal"), colours, strict=True)):
            values = results[f"R2.{kernel}"][-1, place]
            label = f"{kernel}, {name}"
            right.plot(100 * results["R2.noise"], values, style, color=colour, marker="o", label=label)
    right.set(
        xticks=100 * results["R2.noise"], xlabel="flipped values (%)", title=f"{last} patterns", ylim=(-0.03, 1.03)
    )
    right.legend(fontsize=8)
    return figure


def _draw_stability(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.memory import gardner_stability
    from bouton.report import figures

    figure, axes = figures.new_figure(7.2, 3.2)
    loads = results["R1.loads"]
    colours = figures.category_colours(len(loads))
    for load, stabilities, colour in zip(loads, results["R1.stabilities"], colours, strict=True):
        axes.hist(stabilities, bins=np.arange(-0.1, 1.5, 0.025), color=colour, alpha=0.75, label=f"M/N = {load:g}")
        axes.axvline(gardner_stability(load), color=colour, linewidth=1.6)
    axes.set(xlabel="stability of a neuron; line: Gardner", ylabel="neurons")
    axes.legend()
    return figure


def _draw_basins(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(8.6, 3.4, 1, 2)
    sizes = results["R4.spheres"][:, 0]
    colours = figures.category_colours(len(results["R4.shapes"]))
    for (power, _), bounds, recalled, colour in zip(
        results["R4.shapes"], results["R4.bounds"], results["R4.recalled"], colours, strict=True
    ):
        left.plot(sizes, bounds, color=colour, marker="o", label=rf"$\beta$ = {power:g}")
        right.plot(results["R4.shares"], np.mean(recalled, axis=0), color=colour, marker="o")
    left.set(xlabel="neurons", ylabel="bound / least distance", ylim=(0, 0.5), xscale="log", xticks=sizes)
    left.set_xticklabels([f"{size}\n{count} patterns" for size, count in results["R4.spheres"]], fontsize=9)
    left.minorticks_off()
    left.legend(fontsize=8, ncols=2)
    right.axvline(1, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    right.set(xlabel="start: distance / bound", ylabel="share recalled", ylim=(-0.03, 1.03))
    return figure


def _draw_capacity(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.memory import cover_probability
    from bouton.report import figures

    figure, (first, second, third) = figures.new_figure(8.8, 3.2, 1, 3)
    counts, colours = results["R5.patterns"], figures.category_colours(2)
    fine = np.arange(counts[0], counts[-1] + 1)
    first.plot(fine, [cover_probability(int(count), 21) for count in fine], color=figures.muted(), label="Cover")
    spread = 2 * np.sqrt(results["R5.theory"] * (1 - results["R5.theory"]) / results["R5.trials"])
    first.errorbar(counts, results["R5.measured"], spread, color=colours[0], fmt="o", label="measured")
    first.set(xlabel="patterns, 21 features", ylabel="share separable", ylim=(-0.03, 1.03))
    first.legend(fontsize=8)
    places, errors = results["R6.locations"], results["R6.errors"]
    second.loglog(places, errors, color=colours[0], marker="o", label="measured")
    second.loglog(places, errors[0] * np.sqrt(places[0] / places), color=figures.muted(), label="slope -1/2")
    second.set(xlabel="locations", ylabel="error of the kernel")
    second.legend(fontsize=8)
    for place, (name, colour) in enumerate(zip(("counters", "optimal"), colours, strict=True)):
        third.plot(results["R6.patterns"], results["R6.recalled"][:, place], color=colour, marker="o", label=name)
    third.set(xlabel=f"associations, {results['R6.count']} locations", ylabel="share recalled", ylim=(-0.03, 1.03))
    third.legend(fontsize=8)
    return figure


FIGURES = (
    Figure(
        "digits",
        "Digits recalled from cues whose lower part is covered, 50 stored, and the share of stored digits that are "
        "fixed points, by kernel (R3). Look for equal coefficients failing, except where the kernel is so steep that "
        "it separates even digits.",
        _draw_digits,
    ),
    Figure(
        "coefficients",
        "Random patterns recalled by 50 neurons with equal and with optimal coefficients (R2): against their number, "
        "beside the bound of Krotov and Hopfield, and against noise. Look for the same kernel storing several times as "
        "many, and for no difference where the exponential kernel separates patterns already.",
        _draw_coefficients,
    ),
    Figure(
        "stability",
        "Stabilities of the neurons of the optimal linear network, at three loads, beside Gardner's theory (R1).",
        _draw_stability,
    ),
    Figure(
        "basins",
        "The continuous memory (R4): the distance within which recall is sure, over the least distance of patterns, "
        "and the share recalled from such distances. Look for a basin that does not shrink as thousands of patterns "
        "are stored, and for recall that ends soon beyond the bound.",
        _draw_basins,
    ),
    Figure(
        "capacity",
        "Left: random labels that are separable, beside Cover's count (R5). Middle: the kernel of finitely many hard "
        "locations comes to that of all. Right: associations recalled by a sparse distributed memory (R6).",
        _draw_capacity,
    ),
)
