"""Layer 5 cells: the published parameters on digests of recorded voltages, with the veto and without."""

from collections.abc import Mapping
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.data import LETZKUS_MEASURED
from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, DendriticSynapses, course
from bouton.papers import AtLeast, AtMost, Between, Check, Equals, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.dendritic_voltage_plasticity._common import LETZKUS, SETS, Pairing, loss, percent_of, traces_of
from bouton.plasticity import Dense
from bouton.report import figures

__all__ = ["SECTION"]

_SHOWN = ("L6", "L0", "L7", "L1")
"""Traces whose course is drawn: proximal and distal at +10 ms, then at -10 ms."""

_PREDICTED = {
    "L-a": (92.04, 121.20, 88.59, 103.03, 124.44, 96.41, 111.71, 83.34, 100.00, 122.98),
    "L-b": (90.70, 117.69, 87.37, 101.87, 123.50, 92.65, 111.27, 82.13, 100.00, 122.84),
    "L-c": (90.77, 119.69, 88.31, 103.83, 124.90, 95.42, 112.15, 82.30, 100.00, 124.31),
}
_WITHOUT_VETO = (63.46, -28.89, 83.32, 57.13, 77.08, -88.34, 84.42, 0.15, 100.0)
_RUN = basis.ours("from a run of the same equations on the same digests, Euler steps of 0.1 ms")
_MEASURED = basis.ours("2 percent beside what Letzkus et al. (2006) measured, as far as the paper quotes it")


def measure(settings: Pairing, seed: int) -> dict[str, Any]:
    """Return percent of the weight after 150 pairings, with the veto and without, and the course of four pairings."""
    parameters = [PUBLISHED_VOLTAGE_PARAMETERS[name] for name in SETS]
    percent = percent_of(parameters, LETZKUS, settings)
    return {
        "names": LETZKUS,
        "measured": np.array([LETZKUS_MEASURED[name][2] for name in LETZKUS]),
        "percent": percent,
        "by_set": dict(zip(SETS, percent, strict=True)),
        "loss": loss(percent),
        "exact": percent_of(parameters, LETZKUS, settings, "exact"),
        "without_veto": percent_of([own.without_veto() for own in parameters], LETZKUS, settings),
    } | _courses(settings)


def _courses(settings: Pairing) -> dict[str, Any]:
    """Return what happens at the synapse over the first 60 ms of four pairings."""
    voltages, spike_times, _ = traces_of(_SHOWN, settings)
    parameters = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
    with jax.enable_x64(True):
        found = course(parameters, voltages, spike_times, method="euler", time_step=settings.time_step)
    kept = found.times < 60
    parts = ("voltage", "fast", "slow", "glutamate", "threshold", "potentiation", "depression", "weight")
    names = tuple(f"{name}, {' '.join(LETZKUS_MEASURED[name][:2])}" for name in _SHOWN)
    return {
        "course.names": names,
        "course.times": found.times[kept],
        "course.potentiation_threshold": float(parameters.potentiation_threshold),
        **{f"course.{part}": getattr(found, part)[:, kept] for part in parts},
    }


def circuits(settings: Pairing) -> tuple[DendriticSynapses, ...]:
    """Return the synapses whose locality is audited."""
    return (DendriticSynapses(Dense(3, 2), PUBLISHED_VOLTAGE_PARAMETERS["L-c"], "veto"),)


def _off(measured: Any, expected: Any) -> float:
    """Return the largest difference between two sequences."""
    return max(abs(float(one) - other) for one, other in zip(measured, expected, strict=True))


def _of(results: Mapping[str, Any], *names: str) -> list[float]:
    """Return the predictions of all sets of parameters for some traces."""
    places = [results["names"].index(name) for name in names]
    return [float(row[place]) for row in results["percent"] for place in places]


def draw_courses(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw what happens at the synapse over four pairings."""
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


def draw_letzkus(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw measured and predicted weights after pairing."""
    figure, (left, right) = figures.new_figure(9.6, 3.8, 1, 2, width_ratios=(1.5, 1))
    blue, red = figures.category_colours(2)
    names, measured = results["names"], results["measured"]
    places = np.arange(len(names))
    left.bar(places, measured - 100, bottom=100, width=0.62, color=figures.muted(), alpha=0.35, label="measured")
    for key, label, colour, shift in (
        ("percent", "with veto", blue, -0.12),
        ("without_veto", "without veto", red, 0.12),
    ):
        for row in results[key]:
            left.plot(
                places + shift, row, "o", color=colour, markersize=4, label=label,
                markerfacecolor=colour if key == "percent" else "none",
            )  # fmt: skip
            label = None
    left.axhline(100, color=figures.muted(), linewidth=0.8)
    left.set(xticks=places, xticklabels=names, ylabel="weight after 150 pairings, %", ylim=(-110, 160))
    left.legend(fontsize=8, loc="lower left")
    low, high = 70, 145
    right.plot([low, high], [low, high], color=figures.muted(), linewidth=0.8)
    percent = results["percent"]
    right.errorbar(
        measured, percent.mean(axis=0),
        yerr=[percent.mean(axis=0) - percent.min(axis=0), percent.max(axis=0) - percent.mean(axis=0)],
        fmt="o", color=blue, markersize=4, linewidth=1,
    )  # fmt: skip
    beside = {"L5": (5, -11), "L8": (-17, 3), "L0": (5, 2), "L2": (-17, -2), "L3": (-17, 2)}
    for name, x, y in zip(names, measured, percent.mean(axis=0), strict=True):
        right.annotate(name, (x, y), xytext=beside.get(name, (5, 3)), textcoords="offset points", fontsize=8)
    right.set(xlabel="measured, %", ylabel="predicted, %", xlim=(low, high), ylim=(low, high), aspect="equal")
    return figure


def _made_up() -> dict[str, Any]:
    """Return results as measured in cells; the numbers of the runs, which differ from those, stand by themselves."""
    measured = np.array([92.0, 129.0, 90.0, 100.0, 118.0, 100.0, 137.0, 85.0, 100.0, 78.0])
    return {
        "names": tuple(f"L{number}" for number in range(10)),
        "percent": np.tile(measured, (3, 1)),
        "by_set": {name: np.array(values) for name, values in _PREDICTED.items()},
        "loss": np.array([768.6, 1.0, 798.9]),
        "without_veto": np.tile([*_WITHOUT_VETO, 123.0], (3, 1)),
    }


SECTION = Section(
    settings=dict.fromkeys(("smoke", "laptop", "paper"), Pairing()),
    measure=measure,
    checks=(
        Check(
            "potentiation",
            "The traces after which potentiation was measured are predicted to potentiate, by all three sets of "
            "parameters: burst before EPSP at a distal synapse (L1), after it at an intermediate and a proximal one "
            "(L4, L6).",
            AtLeast(102),
            lambda results: _of(results, "L1", "L4", "L6"),
            _MEASURED,
            on="location",
            expected="129, 118, 137 measured in cells",
        ),
        Check(
            "depression",
            "Those after which depression was measured are predicted to depress: burst after EPSP at distal synapses "
            "(L0, L2), before it at a proximal one (L7).",
            AtMost(98),
            lambda results: _of(results, "L0", "L2", "L7"),
            _MEASURED,
            on="location",
            expected="92, 90, 85 measured in cells",
        ),
        Check(
            "unchanged",
            "Those after which no change was measured are predicted to change by less than 2 percent (L3, L5).",
            Between(98, 102),
            lambda results: _of(results, "L3", "L5"),
            _MEASURED,
            on="rule",
            expected="100, 100 measured in cells",
            remark="The same parameters give 103 and 96 on these digests, and 105 and 99 on the recordings: the "
            "authors' fit is within some percent points of the measured value, not within 2.",
        ),
        Check(
            "epsp",
            "An EPSP alone changes nothing (L8), exactly.",
            Equals(100.0),
            lambda results: _of(results, "L8"),
            basis.theory("neither threshold is reached"),
            on="rule",
        ),
        Check(
            "single-spike",
            "A single proximal spike at +10 ms, which the authors left out of their fit, is predicted to depress (L9).",
            AtMost(98),
            lambda results: _of(results, "L9"),
            _MEASURED,
            expected="78 measured in cells",
            remark="The model fails here, on recordings and on digests: it predicts potentiation.",
        ),
        *(
            Check(
                name,
                f"Percent of the weight after 150 pairings with each of ten voltage traces, parameters {name}: largest "
                "difference from the expected values.",
                AtMost(0.1),
                lambda results, name=name: _off(results["by_set"][name], _PREDICTED[name]),
                _RUN,
                expected=", ".join(f"{value:g}" for value in values),
            )
            for name, values in _PREDICTED.items()
        ),
        Check(
            "loss",
            "Sum of squared errors over the nine traces of the fit, parameters L-a and L-c: difference from the "
            "expected values.",
            AtMost(1.0),
            lambda results: [abs(results["loss"][0] - 768.6), abs(results["loss"][2] - 798.9)],
            _RUN,
            expected="768.6 and 798.9",
        ),
        Check(
            "no-potentiation",
            "For these parameters potentiation needs protection from depression: without it none of the nine traces "
            "potentiates.",
            AtMost(100.0),
            lambda results: [float(value) for row in results["without_veto"] for value in row[:9]],
            basis.ours("no value above the initial weight"),
            on="veto",
        ),
        Check(
            "without-veto",
            "The same without the veto, parameters L-a: largest difference from the expected values.",
            AtMost(0.1),
            lambda results: _off(results["without_veto"][0][: len(_WITHOUT_VETO)], _WITHOUT_VETO),
            _RUN,
            expected=", ".join(f"{value:g}" for value in _WITHOUT_VETO),
        ),
    ),
    holds=_made_up,
    breaks={
        "potentiation": put("percent", 99.0, (1, 6)),
        "depression": put("percent", 101.0, (2, 0)),
        "unchanged": put("percent", 103.0, (0, 3)),
        "epsp": put("percent", 100.1, (0, 8)),
        "single-spike": put("percent", 124.0, (0, 9)),
        **{name: {"by_set": dict.fromkeys(_PREDICTED, np.full(10, 100.0))} for name in _PREDICTED},
        "loss": put("loss", 421.0, 2),
        "no-potentiation": put("without_veto", 110.0, (1, 1)),
        "without-veto": put("without_veto", 64.0, (0, 0)),
    },
    figures=(
        Figure(
            "course",
            "Four pairings of layer 5 cells, parameters L-c: the voltage at the synapse with both filters and "
            "thresholds, glutamate, the signals of potentiation and depression, and the change that 150 pairings add "
            "up to. Look at the threshold of depression, which potentiation lifts by 1 to 2.5 mV for some 30 ms, and "
            "at the same timing with opposite ends.",
            draw_courses,
        ),
        Figure(
            "letzkus",
            "Layer 5 cells: measured and predicted weight after 150 pairings, for three sets of parameters, which "
            "hardly differ. Without the veto (open circles) nothing potentiates but L9, the single spike; values below "
            "0 come of extrapolating a straight line. Right: predicted against measured, bars from the lowest to the "
            "highest set; L9 was not part of the fit.",
            draw_letzkus,
        ),
    ),
    circuits=circuits,
)
