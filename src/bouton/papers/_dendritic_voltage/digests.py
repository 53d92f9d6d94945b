"""R1, R2 and R4: the published parameters on digests of recorded voltages."""

from typing import Any

import jax
import numpy as np
from jaxtyping import Float

from bouton.data import BRANDALISE_MEASURED, LETZKUS_MEASURED, load_dendritic_voltages
from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, VoltageParameters, course, pair
from bouton.papers._dendritic_voltage.settings import Settings

__all__ = ["LETZKUS", "loss", "measure_brandalise", "measure_courses", "measure_letzkus", "traces_of"]

LETZKUS = tuple(LETZKUS_MEASURED)
SETS = ("L-a", "L-b", "L-c")
BRANDALISE = ("B0", "B1", "B2", "B5", "B9", "B14", "B18", "B21", "B23")
SHOWN = ("L6", "L0", "L7", "L1")
"""Traces whose course is drawn: proximal and distal at +10 ms, then at -10 ms."""


def traces_of(
    names: tuple[str, ...], settings: Settings
) -> tuple[Float[np.ndarray, "traces steps"], Float[np.ndarray, " traces"], int]:
    """Return voltages, presynaptic spike times and the number of pairings."""
    digests = [load_dendritic_voltages()[name] for name in names]
    voltages = np.array([digest.sampled(settings.duration, settings.time_step) for digest in digests])
    return voltages, np.array([digest.spike_time for digest in digests]), digests[0].pairings


def loss(percent: Float[np.ndarray, "*sets traces"]) -> Float[np.ndarray, "*sets"]:
    """Return the sum of squared errors over the traces that the authors fit: all but the last."""
    measured = np.array([LETZKUS_MEASURED[name][2] for name in LETZKUS[:-1]])
    return ((percent[..., : len(measured)] - measured) ** 2).sum(axis=-1)


def _percent(
    parameters: list[VoltageParameters], names: tuple[str, ...], settings: Settings, method: Any = "euler"
) -> Float[np.ndarray, "sets traces"]:
    voltages, spike_times, pairings = traces_of(names, settings)
    with jax.enable_x64(True):
        done = pair(parameters, voltages, spike_times, pairings=pairings, method=method, time_step=settings.time_step)
    return done.percent


def measure_letzkus(settings: Settings) -> dict[str, Any]:
    """R1 and R2: percent of the weight after 150 pairings, with the veto and without, and by exact integration."""
    parameters = [PUBLISHED_VOLTAGE_PARAMETERS[name] for name in SETS]
    percent = _percent(parameters, LETZKUS, settings)
    return {
        "R1.names": LETZKUS,
        "R1.sets": SETS,
        "R1.measured": np.array([LETZKUS_MEASURED[name][2] for name in LETZKUS]),
        "R1.percent": percent,
        "R1.loss": loss(percent),
        "R1.exact": _percent(parameters, LETZKUS, settings, "exact"),
        "R2.percent": _percent([own.without_veto() for own in parameters], LETZKUS, settings),
    }


def measure_brandalise(settings: Settings) -> dict[str, Any]:
    """R4: percent of the weight after 60 pairings with each trace, and of conditions that mix them."""
    percent = _percent([PUBLISHED_VOLTAGE_PARAMETERS["B-a"]], BRANDALISE, settings)[0]
    by_name: dict[str, float] = dict(zip(BRANDALISE, percent, strict=True))
    voltages, spike_times, _ = traces_of(BRANDALISE, settings)
    mixed = [
        100 + sum(count * (by_name[name] - 100) for name, count in counts.items()) / sum(counts.values())
        for counts, _ in BRANDALISE_MEASURED.values()
    ]
    return {
        "R4.names": BRANDALISE,
        "R4.percent": percent,
        "R4.peaks": voltages.max(axis=1),
        "R4.late": spike_times > 0,
        "R4.conditions": tuple(BRANDALISE_MEASURED),
        "R4.mixed": np.array(mixed),
        "R4.measured": np.array([measured for _, measured in BRANDALISE_MEASURED.values()]),
    }


def measure_courses(settings: Settings) -> dict[str, Any]:
    """Return what happens at the synapse over the first 60 ms of four pairings."""
    voltages, spike_times, _ = traces_of(SHOWN, settings)
    parameters = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
    with jax.enable_x64(True):
        found = course(parameters, voltages, spike_times, method="euler", time_step=settings.time_step)
    kept = found.times < 60
    parts = ("voltage", "fast", "slow", "glutamate", "threshold", "potentiation", "depression", "weight")
    names = tuple(f"{name}, {' '.join(LETZKUS_MEASURED[name][:2])}" for name in SHOWN)
    return {
        "course.names": names,
        "course.times": found.times[kept],
        "course.potentiation_threshold": float(parameters.potentiation_threshold),
        **{f"course.{part}": getattr(found, part)[:, kept] for part in parts},
    }
