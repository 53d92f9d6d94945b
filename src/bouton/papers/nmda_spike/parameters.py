"""What sets the threshold: conductances, magnesium, the branch's diameter, the membrane's resistance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import Cable, CableCell, PassiveMembrane, clustered, reference_cell, stimulate, threshold_synapses
from bouton.dynamics import GlutamateReceptors
from bouton.papers import AtMost, Check, Decreasing, Equals, Figure, Increasing, Section, basis
from bouton.papers._made_up import flipped, put
from bouton.papers.nmda_spike._common import FULL, cluster
from bouton.report import figures

__all__ = ["SECTION"]

_WORDS = {
    "ampa": "AMPA conductance of a synapse, nS",
    "nmda": "NMDA conductance of a synapse, nS",
    "magnesium": "magnesium, mM",
    "diameter": "diameter of basal branches, um",
    "resistivity": "membrane, kohm cm²",
}
_SOFT = (17, 18, 19, 20)


def _values() -> dict[str, tuple[float, ...]]:
    return {
        "ampa": (0.1, 0.25, 0.5, 1.0),
        "nmda": (0.5, 0.75, 1.0, 1.5, 2.0),
        "magnesium": (0.25, 0.5, 1.0, 1.5, 2.0),
        "diameter": (0.6, 0.8, 1.0, 1.5, 2.0),
        "resistivity": (5.0, 10.0, 20.0, 40.0),
    }


@dataclass(frozen=True)
class Settings:
    """Values of each parameter, steps in ms."""

    values: dict[str, tuple[float, ...]] = field(default_factory=_values)
    time_step: float = 0.025


def _neuron(name: str, value: float, time_step: float) -> CableCell:
    """Return the neuron with one parameter changed."""
    changes = {"ampa": "ampa_conductance", "nmda": "nmda_conductance", "magnesium": "magnesium"}
    receptors = GlutamateReceptors.named("polsky", **({changes[name]: value} if name in changes else {}))
    shape = reference_cell(basal=(8, 200.0, value)) if name == "diameter" else reference_cell()
    membrane = PassiveMembrane(resistivity=1000 * value) if name == "resistivity" else PassiveMembrane()
    cable = Cable.of(shape, {"soma": 1, "trunk": 30}, default=20, membrane=membrane)
    return CableCell(cable, tuple(int(site) for site in cluster(cable)), receptors, time_step=time_step)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Find the threshold for each value of each parameter, and the jump there."""
    results: dict[str, Any] = {}
    for name, values in settings.values.items():
        found = [threshold_synapses(_neuron(name, value, settings.time_step)) for value in values]
        results[name] = np.array(values)
        results[f"{name}.threshold"] = np.array([each.count or 0 for each in found])
        results[f"{name}.jump"] = np.array([each.jump for each in found])
    soft = stimulate(_neuron("ampa", 0.5, settings.time_step), clustered(_SOFT, 4), duration=100.0, record=(0,))
    return results | {"soft": soft.peak(0)}


def draw_parameters(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw thresholds and jumps against each parameter that was varied."""
    names = [name for name in _WORDS if name in results]
    figure, axes = figures.new_figure(2.3 * len(names) + 0.8, 4.6, 2, len(names))
    blue, red = figures.category_colours(2)
    for column, name in enumerate(names):
        there = results[f"{name}.threshold"] > 0
        values = results[name][there]
        axes[0][column].plot(values, results[f"{name}.threshold"][there], "o-", color=blue)
        axes[1][column].plot(values, results[f"{name}.jump"][there], "o-", color=red)
        axes[1][column].set_xlabel(_WORDS[name], fontsize=8)
        axes[0][column].set_ylim(0, 1.1 * results[f"{name}.threshold"].max())
        axes[1][column].set_ylim(1, 1.1 * np.nanmax(results[f"{name}.jump"]))
    axes[0][0].set_ylabel("threshold, synapses")
    axes[1][0].set_ylabel("jump at the soma")
    return figure


def _thresholds(results: Mapping[str, Any], name: str) -> list[int]:
    return [int(count) for count in results[f"{name}.threshold"]]


SECTION = Section(
    settings={
        "smoke": Settings(values={"ampa": (0.25, 0.5), "nmda": (1.0, 1.5)}, time_step=0.1),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "ampa",
            "With an AMPA conductance of 0.5 nS a synapse, in place of 0.25, the threshold is 19.",
            Equals(19),
            lambda results: int(results["ampa.threshold"][list(results["ampa"]).index(0.5)]),
            basis.ours("runs of another program of the same cell in double precision"),
        ),
        Check(
            "softer",
            "The step is softer then: largest relative difference of the peaks at the soma from 5.39, 8.60 and 10.53 "
            "mV, for 18, 19 and 20 synapses.",
            AtMost(0.01),
            lambda results: float(np.abs(results["soft"][1:] / np.array([5.39, 8.60, 10.53]) - 1).max()),
            basis.ours("runs of another program of the same cell in double precision"),
            scales=FULL,
        ),
        Check(
            "nmda",
            "The larger the NMDA conductance, the fewer synapses it takes.",
            Decreasing(strictly=True),
            lambda results: _thresholds(results, "nmda"),
            basis.ours(),
        ),
        Check(
            "magnesium",
            "The more magnesium, the more synapses it takes.",
            Increasing(),
            lambda results: _thresholds(results, "magnesium"),
            basis.ours(),
            on="nmda",
            scales=FULL,
        ),
        Check(
            "diameter",
            "It is an affair of thin branches: the thicker they are, the more synapses it takes.",
            Increasing(strictly=True),
            lambda results: _thresholds(results, "diameter"),
            basis.ours(),
            on="threshold",
            scales=FULL,
        ),
    ),
    holds=lambda: {
        "ampa": np.array([0.25, 0.5]),
        "ampa.threshold": np.array([21, 19]),
        "soft": np.array([5.0, 5.39, 8.60, 10.53]),
        "nmda.threshold": np.array([30, 20, 15]),
        "magnesium.threshold": np.array([15, 21, 25]),
        "diameter.threshold": np.array([15, 21, 40]),
    },
    breaks={
        "ampa": put("ampa.threshold", 21),
        "softer": put("soft", 5.0, 2),
        "nmda": flipped("nmda.threshold"),
        "magnesium": flipped("magnesium.threshold"),
        "diameter": flipped("diameter.threshold"),
    },
    figures=(
        Figure(
            "parameters",
            "The least number of synapses that makes an NMDA spike, and by which factor one synapse raises the peak at "
            "the soma there, against conductances of a synapse, magnesium, the diameter of basal branches and the "
            "resistance of the membrane. Where the factor comes near one, there is a threshold by the criterion (-40 "
            "mV for 20 ms), but no jump.",
            draw_parameters,
        ),
    ),
)
