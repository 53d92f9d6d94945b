"""Clustered and distributed synapses, and how far branches are independent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import clustered, stimulate
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.nmda_spike._common import FULL, PEER, cable, cell_on
from bouton.report import figures

__all__ = ["SECTION"]

_BRANCHES = 8
_PEER = {
    "clustered": (1.55, 3.03, 11.86, 13.09, 14.11, 14.62),
    "distributed": (1.76, 3.43, 5.01, 6.54, 9.56, 12.70),
}


@dataclass(frozen=True)
class Settings:
    """Numbers of synapses, length and steps in ms."""

    counts: tuple[int, ...] = (8, 16, 24, 32, 48, 64)
    pairs: tuple[int, ...] = (6, 10, 12, 14, 18)
    single: int = 24
    duration: float = 400.0
    time_step: float = 0.025


def _on(branches: list[int], count: int) -> np.ndarray:
    """Return synapses on sites (branches x 4): so many on each of some branches."""
    placed = np.zeros((_BRANCHES, 4))
    for branch in branches:
        placed[branch] += clustered([count], 4)[0]
    return placed.ravel()


def _spread(count: int) -> np.ndarray:
    shares = [count // _BRANCHES + (number < count % _BRANCHES) for number in range(_BRANCHES)]
    return clustered(shares, 4).ravel()


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Put the same number of synapses on one branch and on all, and groups on one branch and on two."""
    patterns = [_on([0], count) for count in settings.counts] + [_spread(count) for count in settings.counts]
    patterns += [_on([0], settings.single), _on([0, 1], settings.single), _on([0], 2 * settings.single)]
    for count in settings.pairs:
        patterns += [_on([0], count), _on([0], 2 * count), _on([0, 1], count)]
    cell = cell_on(cable(), settings.time_step, _BRANCHES)
    found = stimulate(cell, np.array(patterns), duration=settings.duration, record=(0,))
    peaks, areas, number = found.peak(0), found.area(0), len(settings.counts)
    one, two, double = peaks[2 * number : 2 * number + 3]
    groups = peaks[2 * number + 3 :].reshape(-1, 3)
    return {
        "counts": np.array(settings.counts),
        "clustered": peaks[:number],
        "distributed": peaks[number : 2 * number],
        "clustered.area": areas[:number],
        "distributed.area": areas[number : 2 * number],
        "spike": np.array([one, two, double]),
        "pairs": np.array(settings.pairs),
        "within": groups[:, 1] / (2 * groups[:, 0]),
        "between": groups[:, 2] / (2 * groups[:, 0]),
    }


def _deviation(results: Mapping[str, Any]) -> float:
    return max(float(np.abs(results[name] / np.array(values) - 1).max()) for name, values in _PEER.items())


def _at(results: Mapping[str, Any], name: str, count: int) -> float:
    return float(results[name][list(results["pairs"]).index(count)])


def draw_bars(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw clustered against distributed synapses, and sums of two groups on one and on two branches."""
    figure, (left, right) = figures.new_figure(9.2, 3.6, 1, 2)
    places, (blue, red) = np.arange(len(results["counts"])), figures.category_colours(2)
    left.bar(places - 0.2, results["clustered"], 0.38, color=blue, label="on one branch")
    left.bar(places + 0.2, results["distributed"], 0.38, color=red, label="over eight branches")
    left.set(xticks=places, xticklabels=results["counts"], xlabel="synapses", ylabel="peak at the soma, mV")
    left.legend(fontsize=8, loc="upper left")
    right.plot(results["pairs"], results["within"], "o-", color=blue, label="both on one branch")
    right.plot(results["pairs"], results["between"], "o-", color=red, label="on two branches")
    right.axhline(1, color=figures.muted(), linewidth=0.9, linestyle=(0, (4, 3)))
    right.set(xlabel="synapses in each of two groups", ylabel="peak over sum of the single ones")
    right.legend(fontsize=8, loc="upper left")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(counts=(8, 24), pairs=(6, 12), duration=60.0, time_step=0.1),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "clustered",
            "Above threshold clustered synapses do more than twice what as many distributed ones do (24 synapses, "
            "peak at the soma).",
            AtLeast(2.0),
            lambda results: float((results["clustered"] / results["distributed"])[list(results["counts"]).index(24)]),
            basis.ours(),
            on="branches",
        ),
        Check(
            "distributed",
            "Below it distributed ones do a little more (8 synapses): the peak of clustered over distributed ones.",
            Between(0.8, 1.0),
            lambda results: float(results["clustered"][0] / results["distributed"][0]),
            basis.ours(),
        ),
        Check(
            "two-branches",
            "Spikes on two branches nearly add up at the soma: their peak over twice that of one.",
            Between(0.8, 1.0),
            lambda results: float(results["spike"][1] / (2 * results["spike"][0])),
            basis.ours("sublinear, by not much"),
            on="branches",
        ),
        Check(
            "one-branch",
            "Twice as many synapses on one branch do not: the peak over twice that of half as many.",
            AtMost(0.7),
            lambda results: float(results["spike"][2] / (2 * results["spike"][0])),
            basis.ours(),
            on="branches",
        ),
        Check(
            "within",
            "Two groups of 12 on one branch do more than twice their sum.",
            AtLeast(2.0),
            lambda results: _at(results, "within", 12),
            basis.ours(),
            on="branches",
        ),
        Check(
            "between",
            "Two groups on two branches, up to 14 synapses each, do what is their sum (largest relative difference).",
            AtMost(0.02),
            lambda results: float(np.abs(results["between"][results["pairs"] <= 14] - 1).max()),
            basis.ours(),
            on="branches",
        ),
        Check(
            "limit",
            "The limit of independence: two groups of 18 on two branches do more than twice their sum, since each "
            "brings the other to threshold through the soma.",
            AtLeast(2.0),
            lambda results: _at(results, "between", 18),
            basis.ours("seen in runs of another program of the same cell"),
            scales=FULL,
        ),
        Check(
            "replication",
            "Largest relative difference from the program's peaks at the soma, clustered and distributed.",
            AtMost(0.015),
            _deviation,
            basis.replication(PEER),
            expected="those printed, steps of 0.1 ms",
            scales=FULL,
        ),
    ),
    holds=lambda: {
        "counts": np.array([8, 16, 24, 32, 48, 64]),
        **{name: np.array(values) for name, values in _PEER.items()},
        "spike": np.array([12.0, 21.0, 14.0]),
        "pairs": np.array([6, 12, 14, 18]),
        "within": np.array([0.94, 2.6, 2.4, 2.0]),
        "between": np.array([1.0, 1.01, 1.01, 2.5]),
    },
    breaks={
        "clustered": put("distributed", 8.0, 2),
        "distributed": put("clustered", 3.0, 0),
        "two-branches": put("spike", 14.0, 1),
        "one-branch": put("spike", 20.0, 2),
        "within": put("within", 1.0, 1),
        "between": put("between", 1.2, 2),
        "limit": put("between", 1.0, 3),
        "replication": put("clustered", 12.5, 2),
    },
    figures=(
        Figure(
            "branches",
            "Peak at the soma for the same number of synapses on one branch and over eight (left): clustered ones win "
            "from threshold on. Two groups at once, over the sum of each alone (right): on one branch they sum far "
            "above linearly from 12 on, on two branches linearly, until 18 on each bring one another to threshold "
            "through the soma.",
            draw_bars,
        ),
    ),
)
