"""What the sections share: digests of recorded voltages, and what pairing with them does."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Float

from bouton.data import LETZKUS_MEASURED, load_dendritic_voltages
from bouton.dendrites import VoltageParameters, pair

__all__ = ["LETZKUS", "SETS", "Pairing", "loss", "percent_of", "traces_of"]

LETZKUS = tuple(LETZKUS_MEASURED)
SETS = ("L-a", "L-b", "L-c")


@dataclass(frozen=True)
class Pairing:
    """Of one pairing in ms; the same at every scale."""

    duration: float = 300.0
    time_step: float = 0.1


def traces_of(
    names: tuple[str, ...], settings: Pairing
) -> tuple[Float[np.ndarray, "traces steps"], Float[np.ndarray, " traces"], int]:
    """Return voltages, presynaptic spike times and the number of pairings."""
    digests = [load_dendritic_voltages()[name] for name in names]
    voltages = np.array([digest.sampled(settings.duration, settings.time_step) for digest in digests])
    return voltages, np.array([digest.spike_time for digest in digests]), digests[0].pairings


def loss(percent: Float[np.ndarray, "*sets traces"]) -> Float[np.ndarray, "*sets"]:
    """Return the sum of squared errors over the traces that the authors fit: all but the last."""
    measured = np.array([LETZKUS_MEASURED[name][2] for name in LETZKUS[:-1]])
    return ((percent[..., : len(measured)] - measured) ** 2).sum(axis=-1)


def percent_of(
    parameters: list[VoltageParameters], names: tuple[str, ...], settings: Pairing, method: Any = "euler"
) -> Float[np.ndarray, "sets traces"]:
    """Return percent of the weight after pairing, by parameters and traces."""
    voltages, spike_times, pairings = traces_of(names, settings)
    with jax.enable_x64(True):
        done = pair(parameters, voltages, spike_times, pairings=pairings, method=method, time_step=settings.time_step)
    return done.percent
