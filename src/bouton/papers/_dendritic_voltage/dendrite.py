"""R5: a synthetic dendrite, swept over the distance from the soma and the timing of a burst."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, pair
from bouton.dynamics import BackPropagatingSpikes
from bouton.papers._dendritic_voltage.settings import Settings

__all__ = ["measure_dendrite"]

_EPSP = 60.0
_BURST = np.array([0.0, 5.0, 10.0])
_WINDOW = 30.0
SETS = ("L-a", "L-b", "L-c")
ENDS = (0.0, 1.0)
TIMINGS = (10.0, -10.0)


def _percent(settings: Settings, distances: np.ndarray, delays: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Return percent of the weight, (sets, distances, delays): all of them one run."""
    times = jnp.asarray(np.arange(round(settings.duration / settings.time_step)) * settings.time_step)
    dendrite = BackPropagatingSpikes()

    def voltage(distance: Any, delay: Any) -> Any:
        return dendrite.voltage(times, distance, _EPSP + delay + _BURST, _EPSP)

    over_delays = jax.vmap(voltage, (None, 0))
    voltages = np.asarray(jax.vmap(over_delays, (0, None))(jnp.asarray(distances), jnp.asarray(delays)))
    sets = [PUBLISHED_VOLTAGE_PARAMETERS[name] for name in names]
    found = pair(
        sets, voltages.reshape(-1, len(times)), _EPSP, method="euler", time_step=settings.time_step, pairings=150
    )
    return found.percent.reshape(len(sets), len(distances), len(delays))


def measure_dendrite(settings: Settings) -> dict[str, Any]:
    """R5: both ends at +10 and -10 ms for all sets of parameters, and the map over distance and timing for one."""
    distances = np.linspace(0, 1, settings.distances)
    delays = np.linspace(-_WINDOW, _WINDOW, settings.delays)
    return {
        "R5.ends": _percent(settings, np.array(ENDS), np.array(TIMINGS), SETS),
        "R5.distances": distances,
        "R5.delays": delays,
        "R5.map": _percent(settings, distances, delays, ("L-c",))[0],
    }
