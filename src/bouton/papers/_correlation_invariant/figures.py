"""The figures of the reproduction, the learned filters first. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Figure

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["FIGURES"]

_LABELS = {
    "invariant": "invariant",
    "kurtosis": "invariant, kurtosis",
    "heterosynaptic": "heterosynaptic decay",
    "oja": "Oja",
}


def _draw_fields(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    size = results["R5.patch_size"]
    figure, panels = figures.new_figure(8.4, 2.7, 1, 4)
    for axes, rule, fields, taking in zip(
        panels, results["R5.rules"], results["R5.fields"], results["R5.participation"], strict=True
    ):
        title = f"{_LABELS[rule]}\n{np.median(taking):.0f} of 64 pixels"
        shown = fields / np.abs(fields).max(axis=1, keepdims=True)
        figures.tiles(shown, (size, size), columns=3, title=title, axes=axes)
    return figure


def _draw_plane(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    from bouton.report import figures

    figure, (left, right) = figures.new_figure(8.4, 3.7, 1, 2, width_ratios=(1.2, 1))
    colours = figures.category_colours(4)
    for index, (rule, colour) in enumerate(zip(results["R1.rules"], colours, strict=True)):
        signal, network = results["R1.path"][:, index, 0], results["R1.path"][:, index, 1]
        left.plot(network, signal, color=colour, linewidth=1.6, marker=".", markersize=4, label=_LABELS[rule])
        left.plot(network[-1], signal[-1], color=colour, marker="o", markersize=9)
    left.set(xlabel="mean weight of network inputs", ylabel="mean weight of signal inputs")
    left.legend(fontsize=8)
    for index, kind in enumerate(("R1.signal", "R1.network")):
        for place, (value, colour) in enumerate(zip(abs(results[kind]), colours, strict=True)):
            right.bar(index + 0.2 * (place - 1.5), value, 0.18, color=colour)
    right.set(xticks=[0, 1], ylabel="|correlation| of the drive", ylim=(0, 1.02))
    right.set_xticklabels(["with the signal", "with the network"])
    return figure


def _draw_decoding(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(8.6, 3.4, 1, 3)
    colours = figures.category_colours(4)
    chosen = {"invariant": colours[0], "heterosynaptic": colours[2]}
    cases = (("scale", "amplitudes differ"), ("noise", "noise differs"))
    for place, (rule, colour) in enumerate(chosen.items()):
        for index, (case, _) in enumerate(cases):
            ratios = results[f"R2.{case}.ratios"][place]
            at = index + 0.36 * (place - 0.5)
            panels[0].bar(at, np.mean(ratios), 0.32, color=colour, alpha=0.8)
            panels[0].scatter(np.full(len(ratios), at), ratios, s=14, color=figures.muted(), zorder=3)
            axes = panels[index + 1]
            means = results[f"R2.{case}.means"][place]
            axes.plot(range(4), means / means[1], color=colour, marker="o", linewidth=1.6, label=_LABELS[rule])
    panels[0].axhline(1, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    panels[0].set(ylabel="share of the optimal SNR", ylim=(0, 1.08), xticks=[0, 1])
    panels[0].set_xticklabels([title.replace(" ", "\n") for _, title in cases])
    for axes, (_, title) in zip(panels[1:], cases, strict=True):
        axes.set(title=title, ylabel="mean weight / that of x 1", xticks=range(4))
        axes.set_xticklabels(["× 1.5", "× 1", "× 0.7", "others"])
    panels[1].legend(fontsize=8)
    return figure


def _draw_mixing(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, axes = figures.new_figure(6.4, 3.2)
    colours = figures.category_colours(4)
    for place, colour in enumerate((colours[0], *colours[2:])):
        for kind, marker in ((0, "o"), (1, "s")):
            values = results["R4.agreement"][place][:, kind]
            offsets = place + 0.12 * (2 * kind - 1) + np.linspace(-0.05, 0.05, len(values))
            axes.scatter(offsets, values, s=46, color=colour, marker=marker, alpha=0.85, linewidths=0)
    for marker, name in (("o", "mixed, condition 30"), ("s", "scaled, 0.3 to 3")):
        axes.scatter([], [], s=46, color=figures.muted(), marker=marker, label=name)
    axes.axhline(0.995, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    axes.set(ylabel="correlation with unmixed answers", xticks=range(3), xlim=(-0.5, 2.5))
    axes.set_xticklabels([_LABELS[rule] for rule in results["R4.rules"]])
    axes.legend(fontsize=8, loc="upper right", bbox_to_anchor=(1.0, 0.85))
    return figure


def _draw_population(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (left, middle, right) = figures.new_figure(8.8, 3.2, 1, 3, width_ratios=(1.15, 1.15, 1))
    named = (("input", "input"), ("invariant", "invariant"), ("heterosynaptic", "heterosynaptic decay"))
    colours = (figures.muted(), figures.category_colours(4)[0], figures.category_colours(4)[2])
    for (kind, label), colour in zip(named, colours, strict=True):
        curves, spread = results[f"R3.{kind}.curves"], results[f"R3.{kind}.deviations"]
        # The neuron whose preferred stimulus lies nearest the middle.
        chosen = int(np.argmin(np.abs(curves.argmax(axis=1) - curves.shape[1] // 2)))
        shift, top = curves.shape[1] // 2 - int(curves[chosen].argmax()), curves[chosen].max()
        mean, band = (np.roll(each[chosen], shift) / top for each in (curves, spread))
        stimulus = (np.arange(len(mean)) + 0.5) / len(mean) - 0.5
        left.plot(stimulus, mean, color=colour, linewidth=1.6, label=label)
        left.fill_between(stimulus, mean - 2 * band, mean + 2 * band, color=colour, alpha=0.2, linewidth=0)
        if kind != "input":
            weights = results[f"R3.{kind}.weights"][chosen]
            weights = np.roll(weights, round(shift * len(weights) / len(mean))) / np.abs(weights).max()
            middle.plot(np.arange(len(weights)) / len(weights) - 0.5, weights, color=colour, linewidth=1.6)
    left.set(xlabel="stimulus", ylabel="activity / its maximum", xlim=(-0.3, 0.3))
    left.legend(fontsize=7, loc="upper right")
    middle.axhline(0, color=figures.muted(), linewidth=1)
    middle.set(xlabel="preferred stimulus of the input", ylabel="weight / the largest")
    for row, colour in zip(results["R3.diverse.weights"], colours[1:], strict=True):
        right.scatter(results["R3.diverse.input-widths"], row / row.mean(), s=14, color=colour, alpha=0.8, linewidths=0)
    right.set(xlabel="standard deviation of the input's tuning", ylabel="mean |weight| / average")
    return figure


def _draw_spiking(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    size = results["R6.patch_size"]
    figure, panels = figures.new_figure(8.8, 3.1, 1, 3, width_ratios=(1, 1, 1.1))
    colours, names = figures.category_colours(4), ("triplet", "decay of the weight")
    for axes, name, fields in zip(panels, names, results["R6.fields"], strict=False):
        shown = fields / np.abs(fields).max(axis=1, keepdims=True)
        figures.tiles(shown, (size, size), columns=4, title=name, axes=axes)
    for name, taking, colour in zip(names, results["R6.participation"], (colours[0], colours[2]), strict=True):
        panels[2].plot(results["R6.steps"] / 1000, taking, color=colour, marker="o", markersize=4, label=name)
    panels[2].set(xlabel="time, s", ylabel="pixels that take part, of 256", ylim=(0, 262))
    panels[2].legend(fontsize=8)
    return figure


FIGURES = (
    Figure(
        "fields",
        "Fields that nine rate neurons of each rule learn from patches of five photographs, which are not whitened "
        "(R5), each on a scale of its own. All start from the same weights. Look for bars of the two invariant rules "
        "(a neuron may still be noise), and for the uniform fields of the rules that follow the covariance. Bars are "
        "mostly upright or level: adaptive steps of each synapse by itself prefer the axes.",
        _draw_fields,
    ),
    Figure(
        "plane",
        "A weak sparse signal under a strong network fluctuation (R1; figure 2a of the paper): weights by group while "
        "learning, left, and what the drive is correlated with in the end, right. Look for the invariant rules going "
        "up, to the signal, and the others to the right, to the network.",
        _draw_plane,
    ),
    Figure(
        "decoding",
        "Signals of several amplitudes or noise levels (R2). Left: signal-to-noise ratio over that of linear "
        "regression, a dot per repetition. Middle and right: mean weight by the amplitude or noise of the inputs. Look "
        "for the invariant neuron giving the greatest weight to the most reliable inputs.",
        _draw_decoding,
    ),
    Figure(
        "population",
        "Sixteen neurons with recurrent inhibition under 100 inputs that are tuned to a stimulus on a circle (R3; "
        "figure 3 of the paper). Left: mean answers of one neuron or input each, with twice their standard deviation. "
        "Middle: the weights of these neurons. Right: mean absolute weight of each input where inputs differ, by its "
        "width. Look for the invariant neurons' sharper curves and negative flanks.",
        _draw_population,
    ),
    Figure(
        "spiking",
        "Fields of sixteen integrate-and-fire neurons under spike trains from photographs (R6; figure 4 of the paper, "
        "single neurons): ON less OFF weights, each on a scale of its own, of triplet plasticity with metaplastic "
        "depression and of the control. Right: median number of pixels in a field while learning. Look for fields of "
        "few pixels that differ, scattered ones after a short run, and for the control's uniform ones.",
        _draw_spiking,
    ),
    Figure(
        "mixing",
        "Eight sources, one of them sparse, and two mixtures of them (R4): correlation of a neuron's answers to a "
        "mixture with its answers to the sources, from mapped starts, a mark per seed. Look for the invariant rule at "
        "1, and for a start that fell into another basin.",
        _draw_mixing,
    ),
)
