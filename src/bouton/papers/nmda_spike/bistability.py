"""Why it is all-or-none: folds of a point neuron, and the steepness of the block."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import CableCell, clustered, conductance_ratio, fold_points, quasi_static, stimulate
from bouton.dynamics import GlutamateReceptors
from bouton.papers import AtLeast, AtMost, Check, Equals, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.nmda_spike._common import PEER, cable, cell_on, cluster
from bouton.report import figures

__all__ = ["SECTION"]

_SETS = ("polsky", "human", "jahr-stevens")
_PRINTED = {"polsky": (5.00753, 5.89113), "human": (5.04114, 5.55465)}


@dataclass(frozen=True)
class Settings:
    """Values of a sweep, steepnesses of the block per mV, length and steps in ms."""

    points: int = 400
    steepnesses: tuple[float, ...] = (0.05, 0.062, 0.07, 0.08, 0.09)
    most: int = 48
    duration: float = 100.0
    time_step: float = 0.05


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Find folds, sweep the conductance up and down, and vary the steepness in the whole neuron."""
    results: dict[str, Any] = {}
    ratios = np.linspace(4.0, 7.0, settings.points)
    results["ratios"] = ratios
    voltage = np.linspace(-69.5, -5.0, 400)
    results["voltage"] = voltage
    for name in _SETS:
        receptors = GlutamateReceptors.named(name)
        results[f"{name}.folds"] = np.array([fold.ratio for fold in fold_points(receptors)])
        results[f"{name}.steady"] = conductance_ratio(receptors, voltage)
    receptors = GlutamateReceptors.named("polsky")
    up = quasi_static(receptors, ratios)
    down = quasi_static(receptors, ratios[::-1], start=float(up[-1]))[::-1]
    results["up"], results["down"] = up, down
    results["jumps"] = np.array([ratios[1:][np.argmax(np.diff(down))], ratios[1:][np.argmax(np.diff(up))]])
    neuron, counts = cable(), np.arange(1, settings.most + 1)
    soma = np.array(
        [
            stimulate(
                cell_on(neuron, settings.time_step, steepness=steepness, block=_block(steepness)),
                clustered(counts, 4),
                duration=settings.duration,
                record=(0,),
            ).peak(0)
            for steepness in settings.steepnesses
        ]
    )
    own = CableCell(
        neuron, tuple(cluster(neuron)), GlutamateReceptors.named("jahr-stevens"), time_step=settings.time_step
    )
    results["jahr-stevens.soma"] = stimulate(own, clustered(counts, 4), duration=settings.duration, record=(0,)).peak(0)
    return results | {"counts": counts, "steepnesses": np.array(settings.steepnesses), "soma": soma}


def _block(steepness: float) -> float:
    """Return the strength of the block with which half of the conductance is open where it is in the set "polsky"."""
    return float(np.exp(steepness * np.log(0.25) / 0.08))


def _largest(results: Mapping[str, Any], steepness: float) -> float:
    return _step(results["soma"][list(results["steepnesses"]).index(steepness)])


def _step(peaks: np.ndarray) -> float:
    # From 8 on, so that the steps of linear summation (1/8) do not count as jumps.
    return float((peaks[8:] / peaks[7:-1]).max())


def draw_folds(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw steady states and sweeps of the point neuron, and curves of the neuron by steepness."""
    figure, (left, right) = figures.new_figure(9.6, 3.8, 1, 2)
    for name, colour in zip(_SETS, figures.category_colours(3), strict=True):
        left.plot(results[f"{name}.steady"], results["voltage"], color=colour, linewidth=1.4, label=name)
    for name, mark in (("up", "^"), ("down", "v")):
        thin = slice(None, None, max(len(results["ratios"]) // 40, 1))
        left.plot(results["ratios"][thin], results[name][thin], mark, markersize=3, color=figures.muted(), label=name)
    left.set(xlabel="NMDA conductance over leak", ylabel="steady voltage, mV", xlim=(3, 8))
    left.legend(fontsize=8, loc="lower right")
    colours = figures.category_colours(len(results["steepnesses"]))
    for steepness, peaks, colour in zip(results["steepnesses"], results["soma"], colours, strict=True):
        right.plot(results["counts"], peaks, color=colour, label=f"{steepness:g} per mV")
    right.set(xlabel="synapses", ylabel="peak at the soma, mV")
    right.legend(fontsize=8, loc="lower right")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(points=300, steepnesses=(0.05, 0.08), most=24, duration=60.0, time_step=0.1),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        *(
            Check(
                f"folds-{name}",
                f"A point neuron with leak and NMDA receptors ({name}) is bistable between two ratios of conductances: "
                "largest relative difference from the program's.",
                AtMost(1e-5),
                lambda results, name=name: float(np.abs(results[f"{name}.folds"] / np.array(_PRINTED[name]) - 1).max()),
                basis.replication(PEER),
                on="threshold",
                expected=" and ".join(f"{value:g}" for value in _PRINTED[name]),
            )
            for name in _PRINTED
        ),
        Check(
            "graded",
            "With the shallow block of Jahr and Stevens (0.062 per mV) and a rest of -70 mV there is no fold.",
            Equals(0),
            lambda results: len(results["jahr-stevens.folds"]),
            basis.theory("the steady conductance is monotone in the voltage"),
        ),
        Check(
            "jumps",
            "Swept slowly down and up, the neuron jumps at the folds: largest relative difference.",
            AtMost(0.01),
            lambda results: float(np.abs(results["jumps"] / results["polsky.folds"] - 1).max()),
            basis.theory("a steady state ends at its fold"),
            on="threshold",
        ),
        Check(
            "steep",
            "In the whole neuron a steep block (0.08 per mV) makes a jump: the largest step of the peak at the soma "
            "from one number of synapses to the next.",
            AtLeast(2.0),
            lambda results: _largest(results, 0.08),
            basis.ours("twice is what nobody would call graded"),
            on="threshold",
        ),
        Check(
            "shallow",
            "A shallow one (0.05 per mV, half open at the same voltage) makes none.",
            AtMost(1.2),
            lambda results: _largest(results, 0.05),
            basis.ours("linear summation has 1.125"),
            on="nmda",
            remark="The largest step is hardly more than the bound that was set, and half of what the steep block "
            "makes: a steep curve, but no jump.",
        ),
        Check(
            "jahr-stevens",
            "Nor do the receptors of Jahr and Stevens (0.062 per mV).",
            AtMost(1.2),
            lambda results: _step(results["jahr-stevens.soma"]),
            basis.ours("linear summation has 1.125"),
            on="nmda",
            remark="As above: a steep curve, half of a jump by the steep block.",
        ),
    ),
    holds=lambda: {
        "polsky.folds": np.array(_PRINTED["polsky"]),
        "human.folds": np.array(_PRINTED["human"]),
        "jahr-stevens.folds": np.array([]),
        "jumps": np.array(_PRINTED["polsky"]),
        "steepnesses": np.array([0.05, 0.08]),
        "soma": np.array([np.linspace(1, 3, 20), [1.0] * 12 + [3.0] * 8]),
        "jahr-stevens.soma": np.linspace(1, 3, 20),
    },
    breaks={
        "folds-polsky": put("polsky.folds", 5.1, 0),
        "folds-human": put("human.folds", 5.1, 0),
        "graded": {"jahr-stevens.folds": np.array([5.0])},
        "jumps": put("jumps", 6.2, 1),
        "steep": put("soma", 1.0, 1),
        "shallow": put("soma", 9.0, (0, 15)),
        "jahr-stevens": put("jahr-stevens.soma", 9.0, 15),
    },
    figures=(
        Figure(
            "folds",
            "Steady voltages of a point neuron with leak and NMDA receptors, and slow sweeps up and down (left): two "
            "sets of receptors turn back, between whose folds there are two stable states; the shallow one does not. "
            "Peak at the soma of the whole neuron for blocks of different steepness, half open at the same voltage "
            "(right).",
            draw_folds,
        ),
    ),
)
