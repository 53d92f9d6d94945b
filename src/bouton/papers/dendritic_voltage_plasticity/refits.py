"""Rules with and without a veto, each with the parameters that suit it best; Clopath's rule; rules of spike times."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.data import LETZKUS_MEASURED
from bouton.dendrites import (
    PUBLISHED_VOLTAGE_PARAMETERS,
    DendriticSynapses,
    VoltageParameters,
    fit_voltage_parameters,
    pair,
)
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.dendritic_voltage_plasticity._common import LETZKUS, SETS, Pairing, loss, percent_of, traces_of
from bouton.plasticity import Dense
from bouton.report import figures

__all__ = ["SECTION"]

RULES = ("veto", "none", "instantaneous", "clopath")
CLOPATH = VoltageParameters(14e-5, 8e-5 / 15, 0.0, 25.3, 0.0, 1.0, 10.0, 7.0, 15.0)
"""The set for visual cortex of Clopath et al. (2010), relative to rest; a presynaptic spike leaves a trace of 1/15 per
ms, which is in the factor of potentiation."""

_WORDS = {
    "veto": "with veto",
    "none": "without veto",
    "instantaneous": "instantaneous voltage",
    "clopath": "Clopath's type",
}
_FULL = ("laptop", "paper")
"""Where the searches are long enough."""

_SEARCH = basis.ours("from an independent search (Nelder and Mead) on the same digests: losses 421, 715, 722")


@dataclass(frozen=True)
class Settings(Pairing):
    """Lengths of the searches."""

    generations: int = 300
    """Differential evolution with 15 points for each free parameter."""
    polishing: int = 5000
    """Evaluations of the Nelder-Mead search that follows, from each of the starts."""
    starts: int = 4


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the least loss over nine traces that each rule comes to, and what rules with no search come to."""
    voltages, spike_times, pairings = traces_of(LETZKUS[:-1], settings)
    measured = [LETZKUS_MEASURED[name][2] for name in LETZKUS[:-1]]
    fits = {}
    for rule in RULES:
        fits[rule] = fit_voltage_parameters(
            voltages, spike_times, measured, rule=rule, pairings=pairings, method="euler",
            begin=PUBLISHED_VOLTAGE_PARAMETERS["L-c"] if rule == "veto" else None, time_step=settings.time_step,
            generations=settings.generations, polishing=settings.polishing, starts=settings.starts, seed=seed,
        )  # fmt: skip
    return {
        "rules": RULES,
        "loss": np.array([fit.loss for fit in fits.values()]),
        "losses": [fit.losses for fit in fits.values()],
        "percent": np.array([_all_traces(rule, fit.parameters, settings) for rule, fit in fits.items()]),
        "parameters": [vars(fit.parameters) for fit in fits.values()],
    } | _without_search(settings)


def _all_traces(rule: str, parameters: VoltageParameters, settings: Settings) -> Any:
    """Return what refitted parameters predict of all traces, that which was left out of the fit included."""
    voltages, spike_times, pairings = traces_of(LETZKUS, settings)
    kind: Any = "veto" if rule == "none" else rule
    done = pair(
        parameters, voltages, spike_times, pairings=pairings, rule=kind, method="euler", time_step=settings.time_step
    )
    return done.percent[0]


def _without_search(settings: Settings) -> dict[str, Any]:
    """Return what Clopath's rule does as published, the authors' loss, and the least loss of rules of spike times."""
    voltages, spike_times, pairings = traces_of(LETZKUS, settings)
    found = pair(
        CLOPATH, voltages, spike_times, pairings=pairings, rule="clopath", method="euler",
        time_step=settings.time_step,
    )  # fmt: skip
    groups: dict[str, list[float]] = {}
    for name in LETZKUS[:-1]:
        protocol, _, measured = LETZKUS_MEASURED[name]
        groups.setdefault(protocol, []).append(measured)
    # Traces of one protocol have the same spikes: the best that such a rule can say of them is their mean.
    authors = percent_of([PUBLISHED_VOLTAGE_PARAMETERS["L-a"]], LETZKUS, settings)
    return {
        "names": LETZKUS,
        "measured": np.array([LETZKUS_MEASURED[name][2] for name in LETZKUS]),
        "authors_loss": loss(authors)[0],
        "clopath.percent": found.percent[0],
        "clopath.loss": loss(found.percent)[0],
        "spike_times": sum(float(np.var(values) * len(values)) for values in groups.values()),
    }


def circuits(settings: Settings) -> tuple[DendriticSynapses, ...]:
    """Return the synapses with the rules that are compared with, whose locality is audited."""
    parameters = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
    return tuple(DendriticSynapses(Dense(3, 2), parameters, rule) for rule in ("instantaneous", "clopath"))


def _loss(results: Mapping[str, Any], rule: str) -> float:
    return float(results["loss"][results["rules"].index(rule)])


def draw_refits(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the losses of the refitted rules, and what they predict."""
    figure, (left, right) = figures.new_figure(9.6, 3.8, 1, 2, width_ratios=(1, 2))
    rules = results["rules"]
    colours = figures.category_colours(len(rules))
    for place, (losses, colour) in enumerate(zip(results["losses"], colours, strict=True)):
        left.plot(np.full(len(losses), place), losses, "o", color=colour, markersize=4, alpha=0.6)
        left.plot(place, losses.min(), "_", color=colour, markersize=26, markeredgewidth=2)
    bounds = (results["spike_times"], "rules of spike times"), (results["authors_loss"], "authors' parameters L-a")
    for level, name in bounds:
        left.axhline(level, color=figures.muted(), linewidth=0.9, linestyle=(0, (4, 3)))
        left.plot([], [], color=figures.muted(), linewidth=0.9, linestyle=(0, (4, 3)), label=f"{name}: {level:.0f}")
    left.set(xticks=range(len(rules)), yscale="log", xlim=(-0.5, len(rules) - 0.5), ylabel="sum of squared errors")
    left.set_xticklabels([_WORDS[rule].replace(" ", "\n") for rule in rules], fontsize=7)
    left.legend(fontsize=7, **figures.ABOVE)
    names, measured = results["names"], results["measured"]
    places = np.arange(len(names))
    right.bar(places, measured - 100, bottom=100, width=0.7, color=figures.muted(), alpha=0.35, label="measured")
    for number, (rule, percent, colour) in enumerate(zip(rules, results["percent"], colours, strict=True)):
        right.plot(places + 0.16 * (number - 1.5), percent, "o", color=colour, markersize=4.5, label=_WORDS[rule])
    right.axhline(100, color=figures.muted(), linewidth=0.8)
    right.set(xticks=places, xticklabels=names, ylabel="weight after 150 pairings, %", ylim=(70, 156))
    right.legend(fontsize=8, ncols=3, loc="upper center")
    return figure


def draw_parameters(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the authors' three sets of parameters and the refitted ones."""
    figure, axes = figures.new_figure(9.2, 3.4)
    names = list(results["parameters"][0])
    published = [vars(PUBLISHED_VOLTAGE_PARAMETERS[name]) for name in SETS]
    reference = np.array([np.mean([own[name] for own in published]) for name in names])
    blue, red = figures.category_colours(2)
    for number, own in enumerate(published):
        ratio = np.array([own[name] for name in names]) / reference
        axes.plot(np.arange(len(names)) - 0.1, ratio, "o", color=blue, markersize=5, alpha=0.7,
                  label="L-a, L-b, L-c" if number == 0 else None)  # fmt: skip
    refitted = np.array([results["parameters"][0][name] for name in names]) / reference
    axes.plot(np.arange(len(names)) + 0.1, refitted, "D", color=red, markersize=5, label="refitted to the digests")
    axes.axhline(1, color=figures.muted(), linewidth=0.8)
    axes.set(yscale="log", ylabel="over the mean of L-a to L-c", xticks=range(len(names)))
    axes.set_xticklabels([name.replace("_time_constant", " time").replace("_", "\n") for name in names], fontsize=8)
    axes.legend(fontsize=8)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(generations=2, polishing=20, starts=1),
        "laptop": Settings(),
        "paper": Settings(generations=600, polishing=20_000, starts=12),
    },
    measure=measure,
    checks=(
        Check(
            "veto",
            "After a refit to the digests, the sum of squared errors of the rule with veto.",
            AtMost(421),
            lambda results: _loss(results, "veto"),
            _SEARCH,
            on="rule",
            expected="421; 769 to 894 with the authors' parameters",
            scales=_FULL,
        ),
        Check(
            "lowest",
            "That is clearly lowest: the losses of the rules without veto (same rule, instantaneous voltage, Clopath) "
            "over it.",
            AtLeast(1.5),
            lambda results: [_loss(results, rule) / _loss(results, "veto") for rule in results["rules"][1:]],
            _SEARCH,
            on="veto",
            scales=_FULL,
        ),
        Check(
            "sign",
            "No refitted rule without veto depresses the distal synapse at +10 ms (L0).",
            AtLeast(98),
            lambda results: [float(row[0]) for row in results["percent"][1:]],
            _SEARCH,
            on="veto",
            expected="107 to 108; 92 measured in cells",
            scales=_FULL,
        ),
        Check(
            "clopath",
            "Clopath's rule depresses at the instant of the presynaptic spike, when a dendrite at rest has seen "
            "nothing yet: where the EPSP comes first (L0, L2, L4, L6), it never depresses (published parameters for "
            "visual cortex, relative to rest).",
            AtLeast(100.0),
            lambda results: [float(results["clopath.percent"][place]) for place in (0, 2, 4, 6)],
            basis.theory("its depression reads a filter that is still at rest"),
            on="veto",
        ),
        Check(
            "spike-times",
            "A rule that sees spike times only must give one value to all traces of one protocol: the least sum of "
            "squared errors that any such rule can have, over that of the authors' parameters (L-a).",
            AtLeast(2.0),
            lambda results: float(results["spike_times"] / results["authors_loss"]),
            basis.ours("from the measured values"),
            on="timing",
        ),
        Check(
            "factor",
            "Without the veto, but refitted, the same rule is worse by a factor of 1.5 to 1.7 only.",
            Between(1.5, 1.7),
            lambda results: _loss(results, "none") / _loss(results, "veto"),
            _SEARCH,
            scales=_FULL,
            remark="The search here went further than that one (from a few starts) and found parameters with veto "
            "that reproduce all nine values nearly exactly: nine free parameters for nine values, and the trace left "
            "out (L9, 78 measured) is then (seed 0) predicted worse, at 149, than by the authors' parameters. Without "
            "the veto, too, it found less than half of the loss.",
        ),
        Check(
            "equal",
            "The same rule without veto and the one of Clopath's type come out about equal: ratio of their losses.",
            Between(0.9, 1.1),
            lambda results: min(_loss(results, "clopath"), _loss(results, "instantaneous")) / _loss(results, "none"),
            _SEARCH,
            scales=_FULL,
            remark="Which form that search had is not recorded; the better of two is taken here. Both rules end lower "
            "than there.",
        ),
    ),
    holds=lambda: {
        "rules": RULES,
        "loss": np.array([421.0, 700.0, 800.0, 722.0]),
        "percent": np.array([[92.0], [107.0], [108.0], [108.0]]),
        "clopath.percent": np.full(10, 100.0),
        "spike_times": 2532.0,
        "authors_loss": 768.6,
    },
    breaks={
        "veto": put("loss", 500.0, 0),
        "lowest": put("loss", 500.0, 3),
        "sign": put("percent", 92.0, 2),
        "clopath": put("clopath.percent", 95.0, 2),
        "spike-times": {"spike_times": 700.0},
        "factor": put("loss", 1000.0, 1),
        "equal": put("loss", 300.0, 2),
    },
    figures=(
        Figure(
            "refits",
            "Each rule with the parameters that suit it best, found here: sums of squared errors over nine traces "
            "(left; dots are starts of the search, bars the best of them), and what is predicted (right; L9 was not "
            "fitted). Dashed: the least that any rule of spike times can have, and the authors' parameters on the "
            "digests. Rules without the veto leave distal synapses as they are at +10 ms (L0, L2). The rule with veto "
            "has nine free parameters for nine values; what it then says of L9 is worse than what the authors' "
            "parameters say.",
            draw_refits,
        ),
        Figure(
            "parameters",
            "How well the parameters are known: the authors' three sets, which lie close together, and the refitted "
            "ones with veto, which predict the digests better from quite another place.",
            draw_parameters,
        ),
    ),
    circuits=circuits,
)
