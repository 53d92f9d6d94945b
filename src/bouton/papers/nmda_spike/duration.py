"""How long an NMDA spike lasts: glutamate's decay, the number of synapses, and trains of volleys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import clustered, stimulate
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Increasing, Section, basis
from bouton.papers._made_up import flipped, put
from bouton.papers.nmda_spike._common import CENTRE, FULL, cable, cell_on, thinned
from bouton.report import figures

__all__ = ["SECTION"]

_INTERVAL = 20.0


@dataclass(frozen=True)
class Settings:
    """Numbers of synapses, decays of the NMDA conductance, lengths and steps in ms; volleys of a train."""

    counts: tuple[int, ...] = (24, 32, 48, 64, 96)
    decays: tuple[float, ...] = (50.0, 90.0, 150.0)
    volleys: tuple[int, ...] = (1, 2, 5, 10)
    synapses: int = 21
    duration: float = 700.0
    time_step: float = 0.025


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Activate numbers of synapses with glutamate of three decays, then trains of volleys at 50 Hz."""
    neuron = cable()
    centre = int(neuron.within("basal0")[CENTRE])
    above = np.array(
        [
            stimulate(
                cell_on(neuron, settings.time_step, nmda_decay=decay),
                clustered(settings.counts, 4),
                duration=settings.duration,
            ).time_above(centre)
            for decay in settings.decays
        ]
    )
    most = max(settings.volleys)
    active = np.arange(most) < np.array(settings.volleys)[:, None]
    each = clustered([settings.synapses], 4)[0]
    trains = stimulate(
        cell_on(neuron, settings.time_step),
        active[..., None] * each,
        10.0 + _INTERVAL * np.arange(most),
        duration=settings.duration,
    )
    rows = thinned(trains.times)
    slopes = [np.polyfit(np.log(settings.counts), row, 1)[0] for row in above]
    return {
        "counts": np.array(settings.counts),
        "decays": np.array(settings.decays),
        "above": above,
        "slopes": np.array(slopes),
        "volleys": np.array(settings.volleys),
        "train.above": trains.time_above(centre),
        "train.soma": trains.peak(0),
        "train.half_width": trains.half_width(0),
        "times": trains.times[rows],
        "local_traces": trains.at(centre)[:, rows],
        "soma_traces": trains.at(0)[:, rows],
    }


def _after(results: Mapping[str, Any], volleys: int) -> float:
    return float(results["train.above"][list(results["volleys"]).index(volleys)])


def draw_duration(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the duration against the number of synapses, on a logarithmic axis."""
    figure = figures.curves(
        results["counts"],
        {f"decay {decay:g} ms": row for decay, row in zip(results["decays"], results["above"], strict=True)},
        xlabel="synapses",
        ylabel="dendrite above -40 mV, ms",
        logarithmic="x",
    )
    axes = figure.axes[0]
    axes.set_xticks(results["counts"], labels=[str(count) for count in results["counts"]])
    axes.minorticks_off()
    return figure


def draw_trains(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the voltage in the dendrite and at the soma for trains of volleys."""
    figure, (left, right) = figures.new_figure(9.2, 3.6, 1, 2)
    colours = figures.category_colours(len(results["volleys"]))
    for axes, traces, place in ((left, "local_traces", "dendrite"), (right, "soma_traces", "soma")):
        for count, trace, colour in zip(results["volleys"], results[traces], colours, strict=True):
            axes.plot(results["times"], trace, color=colour, linewidth=1.3, label=f"{count}")
        axes.set(xlabel="ms", ylabel=f"{place}, mV above rest")
    left.set_ylim(0, 95)
    left.legend(title="volleys at 50 Hz", fontsize=8, ncols=4, loc="upper right")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(counts=(24, 32), decays=(50.0,), volleys=(1, 2), duration=150.0, time_step=0.1),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "longer",
            "The more synapses, the longer the dendrite stays above -40 mV (the slowest glutamate).",
            Increasing(strictly=True),
            lambda results: [float(value) for value in results["above"][-1]],
            basis.paper("Major et al. 2008, abstract"),
            on="duration",
        ),
        Check(
            "logarithm",
            "The plateau ends where the decaying conductance passes the lower fold, so that its duration grows with "
            "the logarithm of the number of synapses, with a slope of the decay: largest relative difference of the "
            "slope from it.",
            AtMost(0.01),
            lambda results: float(np.abs(results["slopes"] / results["decays"] - 1).max()),
            basis.theory("N exp(-t / decay) is the same at the end of each plateau"),
            on="duration",
            scales=FULL,
        ),
        Check(
            "two-volleys",
            "Two volleys at 50 Hz: the dendrite is above -40 mV, in ms; a spike, no plateau of several hundred ms.",
            Between(20.0, 200.0),
            lambda results: _after(results, 2),
            basis.ours("between the criterion of a spike and the shortest UP state"),
            on="volleys",
            scales=FULL,
        ),
        Check(
            "five-volleys",
            "Five volleys: a plateau.",
            AtLeast(200.0),
            lambda results: _after(results, 5),
            basis.paper("Antic 2014, abstract: the shortest plateau"),
            on="volleys",
            scales=FULL,
        ),
        Check(
            "plateau-duration",
            "Half-width at the soma of the response to five and to ten volleys, in ms.",
            Between(200.0, 800.0),
            lambda results: [float(value) for value in results["train.half_width"][2:]],
            basis.paper("Antic 2014, abstract"),
            on="up-state",
            scales=FULL,
        ),
        Check(
            "plateau-amplitude",
            "Depolarisation of the soma by five and by ten volleys, in mV.",
            Between(15.0, 25.0),
            lambda results: [float(value) for value in results["train.soma"][2:]],
            basis.ours("a quarter about 20 mV"),
            on="up-state",
            expected="about 20 mV",
            scales=FULL,
        ),
        Check(
            "rather-than-larger",
            "Ten volleys do not raise the soma much more than two (ratio of the peaks).",
            AtMost(1.2),
            lambda results: float(results["train.soma"][-1] / results["train.soma"][1]),
            basis.ours(),
            on="duration",
        ),
    ),
    holds=lambda: {
        "counts": np.array([24, 96]),
        "decays": np.array([90.0]),
        "above": np.array([[60.0, 185.0]]),
        "slopes": np.array([90.2]),
        "volleys": np.array([1, 2, 5, 10]),
        "train.above": np.array([40.0, 110.0, 230.0, 350.0]),
        "train.soma": np.array([10.0, 14.0, 15.5, 16.0]),
        "train.half_width": np.array([60.0, 110.0, 230.0, 350.0]),
    },
    breaks={
        "longer": flipped("above"),
        "logarithm": put("slopes", 80.0),
        "two-volleys": put("train.above", 250.0, 1),
        "five-volleys": put("train.above", 150.0, 2),
        "plateau-duration": put("train.half_width", 150.0, 2),
        "plateau-amplitude": put("train.soma", 14.0, 2),
        "rather-than-larger": put("train.soma", 10.0, 1),
    },
    figures=(
        Figure(
            "duration",
            "How long the dendrite stays above -40 mV, against the number of synapses on a logarithmic axis, for three "
            "decays of the NMDA conductance. Look for straight lines, whose slope is the decay.",
            draw_duration,
        ),
        Figure(
            "trains",
            "Trains of volleys at 50 Hz of 21 synapses each: voltage in the dendrite (left) and at the soma (right). "
            "Look for plateaus that get longer with each volley and hardly higher: at the soma they look like UP "
            "states.",
            draw_trains,
        ),
    ),
)
