"""The authors' pairing protocol, and the measurements of single synapses."""

from typing import Any

import numpy as np

from bouton.papers._clopath.settings import RATES, WINDOW_TIMES, Settings
from bouton.plasticity import Trains, VoltageSynapse, protocols, voltage_set

__all__ = ["authors_trains", "measure_bursts", "measure_clamp", "measure_pairing"]

_INITIAL = 0.5
_PERIOD = 10_000.0
_SKIPPED = 3
"""The authors' loop begins with the fourth ms."""


def authors_trains(dt: int, rate: float, settings: Settings) -> Trains:
    """Return the trains of the authors' script: five presynaptic spikes, repeated every 10 s or, at 0.1 Hz, in a row.

    A train is |dt| + 1 ms longer than five periods. Where post comes first, a sixth postsynaptic spike fits into it,
    and the very first one falls before the loop begins.
    """
    period = 1000 / rate
    length = 5 * period + abs(dt) + 1
    pre = abs(dt) + period * np.arange(5)
    post = abs(dt) + dt + period * np.arange(6)
    post = post[post <= length - 2]
    rare = rate < 1
    starts = (length if rare else _PERIOD) * np.arange(settings.rare_repetitions if rare else settings.repetitions)
    found = [(starts[:, None] + times).ravel() - _SKIPPED for times in (pre, post)]
    return Trains(*(np.rint(times[times >= 0]) for times in found))


def measure_pairing(settings: Settings) -> dict[str, Any]:
    """Return the frequency series and the window at 20 Hz, in percent of the initial weight."""
    synapse = VoltageSynapse()
    results: dict[str, Any] = {}
    rare = [authors_trains(dt, RATES[0], settings) for dt in (10, -10)]
    often = [authors_trains(dt, rate, settings) for dt in (10, -10) for rate in RATES[1:]]
    window = [authors_trains(dt, 20.0, settings) for dt in WINDOW_TIMES]
    first = 100 / _INITIAL * np.asarray(synapse.weights_after(rare, _INITIAL))
    others = 100 / _INITIAL * np.asarray(synapse.weights_after([*often, *window], _INITIAL))
    series = others[: len(often)].reshape(2, -1)
    results["R1.changes"] = np.concatenate([first[:, None], series], axis=1)
    results["R2.changes"] = others[len(often) :]
    return results


def measure_clamp() -> dict[str, Any]:
    """Return the change of one presynaptic spike at held potentials, of both parameter sets, simulated and closed."""
    results: dict[str, Any] = {"R3.potentials": np.linspace(-80.0, 0.0, 81)}
    for name in ("visual-cortex", "hippocampus"):
        rule = voltage_set(name)
        levels = results["R3.potentials"]
        # A weight of 1 changes by the same, whatever its size, as long as no bound is met.
        changes = np.asarray(protocols.voltage_clamp(rule, levels, rate=2.0, repeats=2)) / 2
        results[f"R3.{name}.changes"] = changes
        results[f"R3.{name}.closed"] = np.asarray(rule.at_clamp(levels))
        results[f"R3.{name}.reversal"] = _reversal(levels, changes)
    return results


def _reversal(potentials: np.ndarray, changes: np.ndarray) -> float:
    """Return the highest potential at which the change turns from weakening to strengthening, by a line between two."""
    place = np.flatnonzero((changes[:-1] < 0) & (changes[1:] >= 0))[-1]
    before, after = changes[place : place + 2]
    return float(potentials[place] + (potentials[place + 1] - potentials[place]) * before / (before - after))


def measure_bursts(settings: Settings) -> dict[str, Any]:
    """Return the change, in percent, by bursts: of 1 to 3 spikes at 50 Hz, and of 3 at several rates, before and "
    "after."""
    size = {"repeats": settings.burst_repetitions, "initial": _INITIAL}
    synapse = VoltageSynapse(rounding=True)
    rates = (20.0, 40.0, 50.0, 60.0, 80.0, 100.0)
    lags = np.array([10.0, -10.0])
    # A burst that begins 10 ms before the presynaptic spike ends after it where it has more spikes.
    return {
        "burst.spikes": 100 * (1 + np.asarray(protocols.bursts(synapse, [1, 2, 3], 50.0, lags, **size))),
        "burst.rates": rates,
        "burst.by_rate": 100 * (1 + np.asarray(protocols.bursts(synapse, 3, rates, lags, **size))),
    }
