"""What the spike is to a synapse: plasticity by local voltage, with the NMDA spike and without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import (
    PUBLISHED_VOLTAGE_PARAMETERS,
    CableCell,
    DendriticSynapses,
    clustered,
    pair,
    stimulate,
)
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.nmda_spike._common import CENTRE, cable, cell_on
from bouton.plasticity import Dense
from bouton.report import figures

__all__ = ["SECTION"]

_SETS = ("L-a", "L-b", "L-c")


@dataclass(frozen=True)
class Settings:
    """Numbers of synapses, length and steps in ms, pairings."""

    counts: tuple[int, ...] = (*range(4, 19, 2), 19, 20, 21, *range(22, 36, 2))
    duration: float = 400.0
    time_step: float = 0.1
    pairings: int = 10


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Show the rule of local voltage the dendrite's voltage, at the active synapses and elsewhere."""
    counts = settings.counts
    neuron = cable()
    here, there = (int(neuron.within(branch)[CENTRE]) for branch in ("basal0", "basal1"))
    results: dict[str, Any] = {"counts": np.array(counts)}
    for name, conductance in (("both", 1.0), ("ampa", 0.0)):
        cell = cell_on(neuron, settings.time_step, nmda_conductance=conductance)
        found = stimulate(cell, clustered(counts, 4), duration=settings.duration, record=(here, there, 0))
        results[f"{name}.here"] = _changed(found.at(here), settings)
        results[f"{name}.elsewhere"] = _changed(found.at(there), settings)
    return results


def _changed(voltage: np.ndarray, settings: Settings) -> np.ndarray:
    """Return the weight in percent, (parameters, stimuli), of a synapse that is active with the others."""
    sets = [PUBLISHED_VOLTAGE_PARAMETERS[name] for name in _SETS]
    return pair(sets, voltage, 10.0, pairings=settings.pairings, time_step=settings.time_step).percent


def networks(settings: Settings) -> tuple[CableCell | DendriticSynapses, ...]:
    """Return the neuron, and synapses that learn by its voltage."""
    return (cell_on(cable(), settings.time_step), DendriticSynapses(Dense(4, 4), PUBLISHED_VOLTAGE_PARAMETERS["L-c"]))


def _of(results: Mapping[str, Any], name: str, count: int) -> list[float]:
    return [float(value) for value in results[name][:, list(results["counts"]).index(count)]]


def draw_plasticity(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the change of weights against the number of active synapses, with the controls."""
    figure, axes = figures.new_figure(7.2, 3.8)
    names = {
        "both.here": "active synapses",
        "ampa.here": "active synapses, AMPA receptors only",
        "both.elsewhere": "synapses active on another branch",
    }
    for (name, words), colour in zip(names.items(), figures.category_colours(3), strict=True):
        axes.plot(results["counts"], results[name].mean(axis=0), "o-", markersize=3.5, color=colour, label=words)
        axes.fill_between(
            results["counts"],
            results[name].min(axis=0),
            results[name].max(axis=0),
            color=colour,
            alpha=0.18,
            linewidth=0,
        )
    axes.axhline(100, color=figures.muted(), linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set(xlabel="synapses activated together on the branch", ylabel="weight, %")
    axes.legend(fontsize=8, loc="lower left")
    return figure


SECTION = Section(
    settings={"smoke": Settings(counts=(8, 20, 24), duration=200.0), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "with",
            "With the NMDA spike (24 synapses) active synapses are strengthened by ten pairings, for all three "
            "published sets of parameters (percent).",
            AtLeast(110.0),
            lambda results: _of(results, "both.here", 24),
            basis.ours("dendritic spikes are held to be what strengthens synapses"),
            remark="All three sets weaken them. They were fitted to short bursts of spikes: a plateau of 60 ms lifts "
            "the slow filter of 70 ms far above the threshold of depression, and what the plateau adds to potentiation "
            "is too little for the veto.",
        ),
        Check(
            "matters",
            "The NMDA spike decides: what 24 synapses change with it over what they change with AMPA receptors only "
            "(absolute changes of the weight, least of three sets).",
            AtLeast(5.0),
            lambda results: min(
                abs(spike - 100) / max(abs(none - 100), 0.1)
                for spike, none in zip(_of(results, "both.here", 24), _of(results, "ampa.here", 24), strict=True)
            ),
            basis.ours("asked after the sign was seen to be the other one"),
        ),
        Check(
            "without",
            "Without it (AMPA receptors only, the same 24 synapses) they are not.",
            AtMost(102.0),
            lambda results: _of(results, "ampa.here", 24),
            basis.ours(),
        ),
        Check(
            "below",
            "Nor are they with both kinds of receptors below threshold (20 synapses).",
            AtMost(102.0),
            lambda results: _of(results, "both.here", 20),
            basis.ours(),
        ),
        Check(
            "elsewhere",
            "Nor are synapses that are active at the same time on another branch.",
            AtMost(102.0),
            lambda results: _of(results, "both.elsewhere", 24),
            basis.ours(),
        ),
    ),
    holds=lambda: {
        "counts": np.array([20, 24]),
        "both.here": np.array([[101.0, 130.0]]),
        "both.elsewhere": np.array([[99.0, 99.0]]),
        "ampa.here": np.array([[100.0, 100.0]]),
    },
    breaks={
        "with": put("both.here", 105.0, (0, 1)),
        "matters": put("ampa.here", 110.0, (0, 1)),
        "without": put("ampa.here", 105.0),
        "below": put("both.here", 105.0, (0, 0)),
        "elsewhere": put("both.elsewhere", 105.0),
    },
    figures=(
        Figure(
            "plasticity",
            "The weight of a synapse after ten pairings by the rule of local voltage, against the number of synapses "
            "that are active together on the branch (means and ranges of three published sets of parameters). Look for "
            "the NMDA spike, from 21 on. With AMPA receptors only nothing happens to the active synapses, nor to those "
            "on other branches with the spike; with it they change, by this rule to weaker ones.",
            draw_plasticity,
        ),
    ),
    circuits=networks,
)
