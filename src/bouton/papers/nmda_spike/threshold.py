"""One synapse more: responses in the dendrite and at the soma against the number of synapses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import CableCell, clustered, stimulate
from bouton.papers import AtLeast, AtMost, Between, Check, Equals, Figure, Section, basis
from bouton.papers._made_up import put, scaled
from bouton.papers.nmda_spike._common import CENTRE, FULL, PEER, cable, cell_on, thinned
from bouton.report import figures

__all__ = ["SECTION"]

_TABLE = {
    "counts": (1, 8, 16, 20, 21, 24, 32, 40, 60),
    "local": (2.58, 18.96, 32.15, 37.48, 50.93, 55.85, 60.59, 62.94, 65.79),
    "soma": (0.221, 1.554, 3.028, 4.231, 10.507, 11.862, 13.087, 13.713, 14.515),
    "above": (0.0, 0.0, 1.5, 3.9, 40.7, 60.2, 86.3, 106.5, 143.0),
}
_COARSE = 0.1
_SHOWN = (8, 16, 20, 21, 24, 40)


@dataclass(frozen=True)
class Settings:
    """Numbers of synapses, length and steps in ms."""

    counts: tuple[int, ...] = tuple(range(1, 65))
    duration: float = 400.0
    coarse_duration: float = 200.0
    time_step: float = 0.025


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Activate each number of synapses."""
    neuron = cable()
    cell = cell_on(neuron, settings.time_step)
    centre = int(neuron.within("basal0")[CENTRE])
    synapses = clustered(settings.counts, 4)
    both = stimulate(cell, synapses, duration=settings.duration)
    printed = tuple(count for count in _TABLE["counts"] if count in settings.counts)
    coarse = stimulate(cell_on(neuron, _COARSE), clustered(printed, 4), duration=settings.coarse_duration)
    around = [number for number, count in enumerate(settings.counts) if count in (20, 21)]
    branch = tuple(int(place) for place in neuron.within("basal0"))
    along = stimulate(cell, synapses[around], duration=60.0, record=(*branch, 0))
    shown = [number for number, count in enumerate(settings.counts) if count in _SHOWN]
    rows = thinned(both.times)
    plateau = [float(np.median(trace[trace > trace.max() / 2])) for trace in both.at(centre)]
    first = list(settings.counts).index(21)
    soma = both.peak(0)
    return {
        "spike.plateau": plateau[first],
        "spike.local": both.peak(centre)[first],
        "spike.soma": soma[first],
        "spike.soma_half_width": both.half_width(0)[first],
        "spike.nmda_share": both.nmda_share[first],
        "spike.amplification": soma[first] / (21 * soma[list(settings.counts).index(1)]),
        "printed": np.array(printed),
        "coarse.local": coarse.peak(centre),
        "coarse.soma": coarse.peak(0),
        "coarse.above": coarse.time_above(centre),
        "counts": np.array(settings.counts),
        "local": both.peak(centre),
        "plateau": np.array(plateau),
        "soma": soma,
        "half_width": both.half_width(centre),
        "above": both.time_above(centre),
        "times": both.times[rows],
        "shown": np.array(settings.counts)[shown],
        "local_traces": both.at(centre)[shown][:, rows],
        "soma_traces": both.at(0)[shown][:, rows],
        "distance": np.array([neuron.distance[place] for place in branch]),
        "profile": along.depolarisation[:, :-1].max(axis=2),
        "profile_counts": np.array(settings.counts)[around],
    }


def networks(settings: Settings) -> tuple[CableCell, ...]:
    """Return the neuron."""
    return (cell_on(cable(), settings.time_step),)


def _of(results: Mapping[str, Any], name: str, count: int) -> float:
    return float(results[name][list(results["counts"]).index(count)])


def _program(results: Mapping[str, Any], name: str) -> np.ndarray:
    """Return the program's numbers for the numbers of synapses that were run."""
    return np.array([_TABLE[name][_TABLE["counts"].index(int(count))] for count in results["printed"]])


def _threshold(results: Mapping[str, Any]) -> int:
    spikes = results["above"] >= 20.0 - 1e-6
    return int(results["counts"][int(np.argmax(spikes))]) if spikes.any() else 0


def draw_traces(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the voltage in the dendrite and at the soma for some numbers of synapses."""
    figure, (left, right) = figures.new_figure(9.2, 3.8, 1, 2)
    colours = figures.category_colours(len(_SHOWN))
    for axes, traces, place in ((left, "local_traces", "dendrite"), (right, "soma_traces", "soma")):
        for count, trace, colour in zip(results["shown"], results[traces], colours, strict=False):
            axes.plot(results["times"], trace, color=colour, linewidth=1.4, label=f"{count}")
        axes.set(xlabel="ms", ylabel=f"{place}, mV above rest", xlim=(0, min(250, results["times"][-1])))
    left.legend(title="synapses", fontsize=8, ncols=2, loc="upper right")
    return figure


def draw_curves(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw peaks and plateaus against the number of synapses, and the profile along the branch."""
    figure, (left, middle, right) = figures.new_figure(10.4, 3.6, 1, 3)
    left.plot(results["counts"], results["soma"], "o-", markersize=2.5)
    left.set(xlabel="synapses", ylabel="peak at the soma, mV", ylim=(0, 17))
    middle.plot(results["counts"], results["local"], "o-", markersize=2.5, label="peak")
    middle.plot(results["counts"], results["plateau"], "o-", markersize=2.5, label="plateau")
    middle.set(xlabel="synapses", ylabel="dendrite, mV above rest", ylim=(0, 80))
    middle.legend(fontsize=8, loc="upper left")
    for count, profile in zip(results["profile_counts"], results["profile"], strict=True):
        right.plot(results["distance"], profile, label=f"{count} synapses")
    right.axvspan(117.5, 157.5, color=figures.muted(), alpha=0.2, linewidth=0)
    right.set(xlabel="um from the soma's centre", ylabel="peak along the branch, mV", ylim=(0, 70))
    right.legend(fontsize=8, loc="upper left")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(counts=(1, 16, 20, 21), duration=100.0, coarse_duration=100.0, time_step=0.1),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "threshold",
            "The least number of synapses whose response is an NMDA spike (the dendrite above -40 mV for 20 ms).",
            Equals(21),
            _threshold,
            basis.replication(PEER),
            on="threshold",
        ),
        Check(
            "jump",
            "One more synapse makes the peak at the soma more than twice as large (ratio of 21 to 20).",
            AtLeast(2.0),
            lambda results: _of(results, "soma", 21) / _of(results, "soma", 20),
            basis.ours("twice is what nobody would call graded"),
            on="threshold",
        ),
        Check(
            "amplitude",
            "Amplitude in the dendrite just above threshold: the plateau, the median while it is above half of its "
            "peak, in mV.",
            Between(40.0, 50.0),
            lambda results: float(results["spike.plateau"]),
            basis.paper("review, amplitude in dendrites", recalled=True),
            on="threshold",
        ),
        Check(
            "peak",
            "The peak just above threshold, with the fast AMPA current that makes it, in mV.",
            Between(40.0, 50.0),
            lambda results: float(results["spike.local"]),
            basis.paper("review, amplitude in dendrites", recalled=True),
            on="threshold",
            remark="The peak is that of the fast AMPA current on top; the plateau behind it lies within the range.",
        ),
        Check(
            "saturation",
            "Three times the threshold number of synapses raises the peak in the dendrite by a third at most, after "
            "a jump by a third for one (ratio of 60 to 21).",
            AtMost(1.34),
            lambda results: _of(results, "local", 60) / _of(results, "local", 21),
            basis.ours(),
            on="duration",
            scales=FULL,
        ),
        Check(
            "charge",
            "Share of the synaptic charge through NMDA receptors, above threshold.",
            AtLeast(0.8),
            lambda results: float(results["spike.nmda_share"]),
            basis.paper("Schiller et al. 2000, abstract"),
            on="soma",
        ),
        Check(
            "amplification",
            "Peak at the soma over that of the linear response (21 times that of one synapse), just above threshold.",
            Between(1.80, 2.72),
            lambda results: float(results["spike.amplification"]),
            basis.paper("Schiller et al. 2000, abstract"),
            on="soma",
            expected="226 +- 46 %",
        ),
        Check(
            "soma",
            "Peak at the soma just above threshold, in mV.",
            Between(4.4, 7.4),
            lambda results: float(results["spike.soma"]),
            basis.paper("Schiller et al. 2000, abstract"),
            on="soma",
            expected="5.9 +- 1.5 mV",
            remark="The schematic neuron is small (71 MOhm), so that the same current brings more; one with a larger "
            "soma and trunk is in the section on two layers.",
        ),
        Check(
            "soma-half-width",
            "Half-width at the soma just above threshold, in ms.",
            Between(44.0, 84.0),
            lambda results: float(results["spike.soma_half_width"]),
            basis.paper("Schiller et al. 2000, abstract"),
            on="soma",
            expected="64 +- 20 ms",
        ),
        *(
            Check(
                f"replication-{name}",
                f"Largest relative difference from the program: {words}, nine numbers of synapses, steps of 0.1 ms.",
                AtMost(0.005),
                lambda results, name=name: float(np.abs(results[f"coarse.{name}"] / _program(results, name) - 1).max()),
                basis.replication(PEER),
                expected="those printed",
            )
            for name, words in (("local", "peaks in the dendrite"), ("soma", "peaks at the soma"))
        ),
        Check(
            "replication-above",
            "Largest difference from the program's times above -40 mV, in ms, steps of 0.1 ms.",
            AtMost(0.2),
            lambda results: float(np.abs(results["coarse.above"] - _program(results, "above")).max()),
            basis.replication(PEER),
            expected="those printed",
            scales=FULL,
        ),
    ),
    holds=lambda: {
        **{name: np.array(values, float) for name, values in _TABLE.items() if name != "counts"},
        "counts": np.array(_TABLE["counts"]),
        "printed": np.array(_TABLE["counts"]),
        **{f"coarse.{name}": np.array(_TABLE[name]) for name in ("local", "soma", "above")},
        "spike.plateau": 45.0,
        "spike.local": 45.0,
        "spike.soma": 5.9,
        "spike.soma_half_width": 64.0,
        "spike.nmda_share": 0.9,
        "spike.amplification": 2.26,
    },
    breaks={
        "threshold": put("above", 30.0, 3),
        "jump": put("soma", 6.0, 3),
        "amplitude": {"spike.plateau": 60.0},
        "peak": {"spike.local": 51.0},
        "saturation": put("local", 90.0, 8),
        "charge": {"spike.nmda_share": 0.5},
        "amplification": {"spike.amplification": 1.0},
        "soma": {"spike.soma": 12.0},
        "soma-half-width": {"spike.soma_half_width": 20.0},
        "replication-local": scaled("coarse.local", 1.1),
        "replication-soma": scaled("coarse.soma", 1.1),
        "replication-above": scaled("coarse.above", 1.1),
    },
    figures=(
        Figure(
            "traces",
            "Voltage above rest where synapses are (left) and at the soma (right), for numbers of synapses activated "
            "together at 10 ms. Look for the jump from 20 to 21 synapses, and for plateaus that get longer rather than "
            "larger.",
            draw_traces,
        ),
        Figure(
            "curves",
            "Peak at the soma (left), peak and plateau in the dendrite (middle) against the number of synapses. "
            "Peak along the branch just below and above threshold (right; grey: where synapses are).",
            draw_curves,
        ),
    ),
    circuits=networks,
)
