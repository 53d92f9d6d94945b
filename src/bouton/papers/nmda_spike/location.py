"""Where synapses sit on the branch, how depolarised the neuron is, and how synchronous they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import CableCell, clustered, stimulate, threshold_synapses
from bouton.papers import AtLeast, Check, Decreasing, Equals, Figure, Section, basis
from bouton.papers._made_up import flipped, put
from bouton.papers._seeds import generator
from bouton.papers.nmda_spike._common import CENTRE, FULL, cable, cell_on
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """First compartments of clusters, numbers of synapses, holding currents in nA, jitter, lengths and steps in ms."""

    firsts: tuple[int, ...] = (0, 2, 4, 6, 8, 10, 12, 14, 16)
    most: int = 64
    holding: tuple[float, ...] = (-0.1, 0.0, 0.05, 0.1)
    jitters: tuple[float, ...] = (0.0, 5.0, 10.0, 20.0, 30.0, 50.0)
    synapses: int = 32
    draws: int = 8
    duration: float = 120.0
    time_step: float = 0.1
    fine_step: float = 0.025


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Find thresholds along the branch, under holding currents, and what is left with synapses that are not in time."""
    neuron = cable()
    branch = tuple(int(place) for place in neuron.within("basal0"))
    cell = CableCell(neuron, branch, time_step=settings.time_step)
    counts = np.arange(1, settings.most + 1)
    placed = np.zeros((len(settings.firsts), len(counts), len(branch)))
    for number, first in enumerate(settings.firsts):
        placed[number, :, first : first + 4] = clustered(counts, 4)
    found = stimulate(cell, placed.reshape(-1, len(branch)), duration=settings.duration, record=(0, *branch))
    above = np.max([found.time_above(place) for place in branch], axis=0).reshape(placed.shape[:2])
    soma = found.peak(0).reshape(placed.shape[:2])
    spikes = above >= 20.0 - 1e-6
    thresholds = np.where(spikes.any(axis=1), counts[np.argmax(spikes, axis=1)], 0)
    rows, last = np.arange(len(soma)), np.maximum(thresholds - 1, 0)
    amplitudes, before = soma[rows, last], soma[rows, np.maximum(last - 1, 0)]
    fine = cell_on(neuron, settings.fine_step)
    held = [threshold_synapses(fine, command=each, onset=100.0, duration=200.0).count for each in settings.holding]
    return {
        "distance": np.array([neuron.distance[branch[first]] + 15.0 for first in settings.firsts]),
        "counts": counts,
        "soma": soma,
        "thresholds": thresholds,
        "amplitudes": amplitudes,
        "steps": amplitudes - before,
        "holding": np.array(settings.holding),
        "held": np.array([count or 0 for count in held]),
        "jitters": np.array(settings.jitters),
        "jittered": _jittered(settings, seed),
    }


def _jittered(settings: Settings, seed: int) -> np.ndarray:
    """Return how long the dendrite is above -40 mV where synapses are active at random times, (jitters, draws)."""
    rng, neuron = generator(seed, 4), cable()
    cell = cell_on(neuron, settings.time_step)
    slots = np.round(10 + np.arange(0, max(settings.jitters) + 1e-9, 0.5), 1)
    placed = np.zeros((len(settings.jitters), settings.draws, len(slots), 4))
    for row, jitter in zip(placed, settings.jitters, strict=True):
        for draw in row:
            when = np.round(rng.uniform(0, jitter, settings.synapses) / 0.5).astype(int)
            np.add.at(draw, (when, np.arange(settings.synapses) % 4), 1)
    centre = int(neuron.within("basal0")[CENTRE])
    found = stimulate(
        cell, placed.reshape(-1, len(slots), 4), slots, duration=settings.duration + 100, record=(centre,)
    )
    return found.time_above(centre).reshape(placed.shape[:2])


def _amplitudes(results: Mapping[str, Any]) -> np.ndarray:
    """Return peaks at the soma at threshold, of places that have one."""
    return results["amplitudes"][results["thresholds"] > 0]


def draw_location(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the peak at the soma by place and number of synapses with the threshold, and sizes at threshold."""
    figure, (left, right) = figures.new_figure(9.6, 3.8, 1, 2, width_ratios=(1.3, 1))
    distance, there = results["distance"], results["thresholds"] > 0
    image = left.pcolormesh(
        distance, results["counts"], results["soma"].T, cmap=figures.sequential(), shading="nearest", rasterized=True
    )
    left.plot(distance[there], results["thresholds"][there] - 0.5, "o-", color=figures.category_colours(2)[1],
              label="threshold")  # fmt: skip
    left.set(xlabel="centre of the cluster, um from the soma's centre", ylabel="synapses")
    left.legend(fontsize=8, **figures.ABOVE)
    figure.colorbar(image, ax=left, label="peak at the soma, mV")
    right.plot(distance[there], results["amplitudes"][there], "o-", label="at threshold")
    right.plot(distance[there], results["steps"][there], "o-", label="added by the last synapse")
    right.set(xlabel="um from the soma's centre", ylabel="peak at the soma, mV", ylim=(0, None))
    right.legend(fontsize=8)
    return figure


def draw_conditions(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the threshold under holding currents, and durations with jitter."""
    figure, (left, right) = figures.new_figure(8.6, 3.4, 1, 2)
    left.plot(1000 * results["holding"], results["held"], "o-")
    left.set(xlabel="current into the soma, pA", ylabel="threshold, synapses")
    right.plot(results["jitters"], results["jittered"], "o", color=figures.category_colours(1)[0], markersize=3,
               alpha=0.5)  # fmt: skip
    right.plot(results["jitters"], results["jittered"].mean(axis=1), color=figures.category_colours(1)[0])
    right.set(xlabel="synapses spread over, ms", ylabel="dendrite above -40 mV, ms")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(firsts=(4, 12), holding=(0.0,), jitters=(0.0, 20.0), draws=2, duration=60.0, fine_step=0.1),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "proximal-threshold",
            "The nearer to the soma, the more synapses an NMDA spike takes (thresholds from near to far).",
            Decreasing(),
            lambda results: [int(count) for count in results["thresholds"] if count],
            basis.paper("Major et al. 2008, abstract"),
            on="location",
        ),
        Check(
            "proximal-amplitude",
            "The nearer, the larger is the spike at the soma (peaks at threshold, from near to far).",
            Decreasing(),
            lambda results: _amplitudes(results).tolist(),
            basis.paper("Major et al. 2008, abstract"),
            on="location",
        ),
        Check(
            "gradient",
            "The peak at the soma at threshold, nearest place that has a spike over the farthest.",
            AtLeast(5.0),
            lambda results: (lambda found: float(found[0] / found[-1]))(
                results["amplitudes"][results["thresholds"] > 0]
            ),
            basis.ours("sevenfold, less what the lengths of branches may differ"),
            on="location",
            expected="about sevenfold, 23 to 3 mV",
            remark="Branches here are 200 um long, of one diameter, and the farthest cluster lies at 190 um: less is "
            "lost on the way to the soma than on the longer branches of layer 5 neurons.",
            scales=FULL,
        ),
        Check(
            "depolarisation",
            "Depolarisation of the soma lowers the threshold, hyperpolarisation raises it (from -0.1 to 0.1 nA).",
            Decreasing(strictly=True),
            lambda results: [int(count) for count in results["held"]],
            basis.paper("Major et al. 2008, abstract"),
            on="location",
            scales=FULL,
        ),
        Check(
            "thresholds",
            "Thresholds with -0.1, 0, 0.05 and 0.1 nA into the soma.",
            Equals((26, 21, 19, 16)),
            lambda results: [int(count) for count in results["held"]],
            basis.ours("runs of another program of the same cell in double precision"),
            scales=FULL,
        ),
        Check(
            "synchrony",
            "Synapses need not be in time to a ms: 32 of them, spread over 20 ms, keep the dendrite above -40 mV for "
            "20 ms at least (every draw).",
            AtLeast(20.0),
            lambda results: [float(t) for t in results["jittered"][list(results["jitters"]).index(20.0)]],
            basis.ours("the criterion of an NMDA spike"),
        ),
    ),
    holds=lambda: {
        "thresholds": np.array([0, 40, 30, 20]),
        "amplitudes": np.array([0.0, 21.0, 9.0, 3.0]),
        "held": np.array([26, 21, 19, 16]),
        "jitters": np.array([0.0, 20.0]),
        "jittered": np.full((2, 3), 60.0),
    },
    breaks={
        "proximal-threshold": flipped("thresholds"),
        "proximal-amplitude": flipped("amplitudes"),
        "gradient": put("amplitudes", 10.0, 3),
        "depolarisation": flipped("held"),
        "thresholds": put("held", 22, 1),
        "synchrony": put("jittered", 3.0, 1),
    },
    figures=(
        Figure(
            "location",
            "Peak at the soma by the place of a cluster of 40 um and the number of its synapses, with the threshold "
            "(left); the peak at threshold, and what the last synapse adds (right). Look for a threshold that falls "
            "with distance, and for spikes that are seen ever less at the soma.",
            draw_location,
        ),
        Figure(
            "conditions",
            "The threshold under currents into the soma (left), and how long the dendrite is above -40 mV where 32 "
            "synapses are active at random within a time (right; dots: draws).",
            draw_conditions,
        ),
    ),
)
