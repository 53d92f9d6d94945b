"""R3 and R6: rules with and without a veto, each with the parameters that suit it best; Clopath's rule as published."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bouton.data import LETZKUS_MEASURED
from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, VoltageParameters, fit_voltage_parameters, pair
from bouton.papers._dendritic_voltage.digests import LETZKUS, loss, traces_of
from bouton.papers._dendritic_voltage.settings import Settings

__all__ = ["RULES", "measure_clopath", "measure_refits"]

RULES = ("veto", "none", "instantaneous", "clopath")
CLOPATH = VoltageParameters(14e-5, 8e-5 / 15, 0.0, 25.3, 0.0, 1.0, 10.0, 7.0, 15.0)
"""The set for visual cortex of Clopath et al. (2010), relative to rest; a presynaptic spike leaves a trace of 1/15 per
ms, which is in the factor of potentiation."""


def measure_refits(settings: Settings, seed: int, progress: Callable[[str, float], None]) -> dict[str, Any]:
    """R3: the least loss over nine traces that each rule comes to."""
    voltages, spike_times, pairings = traces_of(LETZKUS[:-1], settings)
    measured = [LETZKUS_MEASURED[name][2] for name in LETZKUS[:-1]]
    fits = {}
    for number, rule in enumerate(RULES):
        fits[rule] = fit_voltage_parameters(
            voltages, spike_times, measured, rule=rule, pairings=pairings, method="euler",
            begin=PUBLISHED_VOLTAGE_PARAMETERS["L-c"] if rule == "veto" else None, time_step=settings.time_step,
            generations=settings.generations, polishing=settings.polishing, starts=settings.starts, seed=seed,
            progress=lambda share, rule=rule, number=number: progress(
                f"fitting the rule '{rule}'", (number + share) / len(RULES)
            ),
        )  # fmt: skip
    return {
        "R3.rules": RULES,
        "R3.loss": np.array([fit.loss for fit in fits.values()]),
        "R3.losses": [fit.losses for fit in fits.values()],
        "R3.percent": np.array([_all_traces(rule, fit.parameters, settings) for rule, fit in fits.items()]),
        "R3.parameters": [vars(fit.parameters) for fit in fits.values()],
    }


def _all_traces(rule: str, parameters: VoltageParameters, settings: Settings) -> Any:
    """Return what refitted parameters predict of all traces, that which was left out of the fit included."""
    voltages, spike_times, pairings = traces_of(LETZKUS, settings)
    kind: Any = "veto" if rule == "none" else rule
    done = pair(
        parameters, voltages, spike_times, pairings=pairings, rule=kind, method="euler", time_step=settings.time_step
    )
    return done.percent[0]


def measure_clopath(settings: Settings) -> dict[str, Any]:
    """R6: Clopath's rule with its published parameters, and what no rule of spike times can go below."""
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
    return {
        "R6.percent": found.percent[0],
        "R6.loss": loss(found.percent)[0],
        "R6.spike_times": sum(float(np.var(values) * len(values)) for values in groups.values()),
    }
