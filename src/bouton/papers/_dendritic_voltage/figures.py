"""The figures of the reproduction. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._dendritic_voltage.figures_of_rules import RULE_FIGURES
from bouton.papers._frame import Figure

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["FIGURES"]


def _draw_courses(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    from bouton.report import figures

    figure, panels = figures.new_figure(9.6, 6.4, 4, 4, sharex=True, sharey="row", height_ratios=(2, 0.8, 1, 1))
    blue, red, green = figures.category_colours(3)
    times = results["course.times"]
    for column, name in enumerate(results["course.names"]):
        top, trace, signals, weight = panels[:, column]
        top.plot(times, results["course.voltage"][column], color=figures.muted(), linewidth=1, label="voltage")
        top.plot(times, results["course.fast"][column], color=blue, linewidth=1.4, label="fast filter")
        top.plot(times, results["course.slow"][column], color=red, linewidth=1.4, label="slow filter")
        level = results["course.potentiation_threshold"]
        top.axhline(level, color=blue, linewidth=1, linestyle=(0, (4, 3)), label="threshold of LTP")
        threshold = results["course.threshold"][column]
        top.plot(times, threshold, color=red, linewidth=1, linestyle=(0, (1, 1)), label="threshold of LTD")
        top.set_title(name.replace(", ", "\n", 1), fontsize=9)
        trace.plot(times, results["course.glutamate"][column], color=green, linewidth=1.4)
        signals.plot(times, 1e3 * results["course.potentiation"][column], color=blue, linewidth=1.4, label="LTP")
        signals.plot(times, 1e3 * results["course.depression"][column], color=red, linewidth=1.4, label="LTD")
        weight.plot(times, 150 * 100 / 0.5 * results["course.weight"][column], color=figures.muted(), linewidth=1.4)
        weight.axhline(0, color=figures.muted(), linewidth=0.6)
        weight.set_xlabel("ms")
    for axes, label in zip(panels[:, 0], ("mV", "glutamate", "signal, 1e-3/ms", "change, %"), strict=True):
        axes.set_ylabel(label, fontsize=9)
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=5, fontsize=8)
    panels[2, 0].legend(fontsize=7)
    return figure


def _draw_letzkus(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(9.6, 3.8, 1, 2, width_ratios=(1.5, 1))
    blue, red = figures.category_colours(2)
    names, measured = results["R1.names"], results["R1.measured"]
    places = np.arange(len(names))
    left.bar(places, measured - 100, bottom=100, width=0.62, color=figures.muted(), alpha=0.35, label="measured")
    for key, label, colour, shift in (("R1", "with veto", blue, -0.12), ("R2", "without veto", red, 0.12)):
        for row in results[f"{key}.percent"]:
            left.plot(
                places + shift, row, "o", color=colour, markersize=4, label=label,
                markerfacecolor=colour if key == "R1" else "none",
            )  # fmt: skip
            label = None
    left.axhline(100, color=figures.muted(), linewidth=0.8)
    left.set(xticks=places, xticklabels=names, ylabel="weight after 150 pairings, %", ylim=(-110, 160))
    left.legend(fontsize=8, loc="lower left")
    low, high = 70, 145
    right.plot([low, high], [low, high], color=figures.muted(), linewidth=0.8)
    percent = results["R1.percent"]
    right.errorbar(
        measured, percent.mean(axis=0),
        yerr=[percent.mean(axis=0) - percent.min(axis=0), percent.max(axis=0) - percent.mean(axis=0)],
        fmt="o", color=blue, markersize=4, linewidth=1,
    )  # fmt: skip
    beside = {"L5": (5, -11), "L8": (-17, 3), "L0": (5, 2), "L2": (-17, -2)}
    for name, x, y in zip(names, measured, percent.mean(axis=0), strict=True):
        right.annotate(name, (x, y), xytext=beside.get(name, (5, 3)), textcoords="offset points", fontsize=8)
    right.set(xlabel="measured, %", ylabel="predicted, %", xlim=(low, high), ylim=(low, high), aspect="equal")
    return figure


def _draw_brandalise(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(9.0, 3.6, 1, 2, width_ratios=(1.6, 1))
    blue, red = figures.category_colours(2)
    early = ~np.asarray(results["R4.late"])
    for chosen, colour, label in ((early, blue, "glutamate first"), (~early, red, "glutamate 40 ms late")):
        left.plot(results["R4.peaks"][chosen], results["R4.percent"][chosen], "o", color=colour, label=label)
    for name, x, y in zip(results["R4.names"], results["R4.peaks"], results["R4.percent"], strict=True):
        left.annotate(name, (x, y), xytext=(5, 4), textcoords="offset points", fontsize=8)
    left.axhline(100, color=figures.muted(), linewidth=0.8)
    left.set(xlabel="peak of the voltage, mV", ylabel="weight after 60 pairings, %", xlim=(4, 29))
    left.legend(fontsize=8)
    places = np.arange(len(results["R4.conditions"]))
    right.bar(places - 0.18, results["R4.measured"], 0.34, color=figures.muted(), label="measured")
    right.bar(places + 0.18, results["R4.mixed"], 0.34, color=blue, label="predicted")
    right.axhline(100, color=figures.muted(), linewidth=0.8)
    right.set(xticks=places, xticklabels=results["R4.conditions"], ylabel="%", ylim=(0, 190))
    right.legend(fontsize=8, ncols=2)
    return figure


FIGURES = (
    Figure(
        "course",
        "Four pairings of layer 5 cells, parameters L-c: the voltage at the synapse with both filters and thresholds, "
        "glutamate, the signals of potentiation and depression, and the change that 150 pairings add up to. Look at "
        "the threshold of depression, which potentiation lifts by 1 to 2.5 mV for some 30 ms, and at the same timing "
        "with opposite ends.",
        _draw_courses,
    ),
    Figure(
        "letzkus",
        "Layer 5 cells (R1, R2): measured and predicted weight after 150 pairings, for three sets of parameters, "
        "which hardly differ. Without the veto (open circles) nothing potentiates but L9, the single spike; values "
        "below 0 come of extrapolating a straight line. Right: predicted against measured, bars from the lowest to "
        "the highest set; L9 was not part of the fit.",
        _draw_letzkus,
    ),
    Figure(
        "brandalise",
        "CA3 cells (R4): what 60 pairings with each trace do, by the peak of its voltage (left), and the three "
        "conditions all of whose traces are at hand (right).",
        _draw_brandalise,
    ),
    *RULE_FIGURES,
)
