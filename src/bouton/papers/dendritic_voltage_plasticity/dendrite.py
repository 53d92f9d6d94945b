"""A synthetic dendrite, swept over the distance from the soma and the timing of a burst."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, pair
from bouton.dynamics import BackPropagatingSpikes
from bouton.papers import AtLeast, AtMost, Check, Figure, Relation, Section, basis
from bouton.papers._made_up import put
from bouton.papers.dendritic_voltage_plasticity._common import SETS, Pairing
from bouton.report import figures

__all__ = ["SECTION"]

_EPSP = 60.0
_BURST = np.array([0.0, 5.0, 10.0])
_WINDOW = 30.0
ENDS = (0.0, 1.0)
TIMINGS = (10.0, -10.0)


@dataclass(frozen=True)
class Settings(Pairing):
    """Points of the map over distance and timing."""

    distances: int = 41
    delays: int = 61


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


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return both ends at +10 and -10 ms for all sets of parameters, and the map over distance and timing for one."""
    distances = np.linspace(0, 1, settings.distances)
    delays = np.linspace(-_WINDOW, _WINDOW, settings.delays)
    return {
        "ends": _percent(settings, np.array(ENDS), np.array(TIMINGS), SETS),
        "distances": distances,
        "delays": delays,
        "map": _percent(settings, distances, delays, ("L-c",))[0],
    }


def draw_dendrite(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the synthetic voltages, and the change by distance and timing."""
    figure, (left, right) = figures.new_figure(9.2, 3.8, 1, 2, width_ratios=(1, 1.5))
    dendrite, times = BackPropagatingSpikes(), np.arange(-5, 60, 0.1)
    chosen = (0.0, 0.3, 1.0)
    for distance, colour in zip(chosen, figures.category_colours(len(chosen)), strict=True):
        trace = dendrite.voltage(jnp.asarray(times), distance, jnp.array([10.0, 15.0, 20.0]), 0.0)
        left.plot(times, trace, color=colour, linewidth=1.3, label=f"distance {distance:g}")
    left.set(xlabel="ms since the EPSP began", ylabel="voltage, mV", ylim=(-2, 128))
    left.legend(fontsize=8, loc="upper right")
    delays, distances = results["delays"], results["distances"]
    change = results["map"] - 100
    image = right.pcolormesh(
        delays, distances, change, cmap=figures.diverging(), vmin=-60, vmax=60, shading="nearest", rasterized=True
    )
    if len(delays) > 10:
        right.contour(delays, distances, change, levels=[0], colors=[figures.muted()], linewidths=1)
    for timing in (-10, 10):
        right.axvline(timing, color=figures.muted(), linewidth=0.8, linestyle=(0, (2, 3)))
    right.set(xlabel="burst begins after EPSP, ms", ylabel="distance from the soma")
    figure.colorbar(image, ax=right, extend="both", label="change, %")
    return figure


def _at(name: str, place: int, timing: int, relation: Relation, sentence: str, on: str = "", remark: str = "") -> Check:
    return Check(
        name,
        sentence,
        relation,
        lambda results: [float(values[place, timing]) for values in results["ends"]],
        basis.ours("2 percent beside the signs that were measured in cells"),
        on=on,
        remark=remark,
    )


SECTION = Section(
    settings={
        "smoke": Settings(distances=5, delays=5),
        "laptop": Settings(),
        "paper": Settings(distances=101, delays=121),
    },
    measure=measure,
    checks=(
        _at(
            "proximal-after",
            0,
            0,
            AtLeast(102),
            "Synthetic dendrite, spikes of 92 mV and 1 ms near the soma: a burst 10 ms after the EPSP potentiates, for "
            "all three sets of parameters.",
            on="location",
        ),
        _at(
            "distal-after",
            1,
            0,
            AtMost(98),
            "Spikes of 47 mV and 8 ms far out: a burst 10 ms after the EPSP depresses.",
            on="location",
        ),
        _at(
            "proximal-before",
            0,
            1,
            AtMost(98),
            "A burst that begins 10 ms before the EPSP depresses near the soma.",
            remark="The last spike of the burst falls into fresh glutamate and potentiates; what outweighs it in the "
            "recorded trace is a depolarisation of some 25 mV that outlasts the spikes, which the synthetic spikes "
            "lack. With widths of 2 to 3 ms the sign is as measured (see the map).",
        ),
        _at(
            "distal-before",
            1,
            1,
            AtLeast(102),
            "It potentiates far out; a burst one or two ms earlier would depress (see the map).",
            remark="How wide and how late distal spikes are decides; shape and latency of the synthetic spikes were "
            "set after looking (symmetric spikes, or spikes without latency, depress here).",
        ),
    ),
    holds=lambda: {"ends": np.tile([[110.0, 90.0], [90.0, 110.0]], (3, 1, 1))},
    breaks={
        "proximal-after": put("ends", 101.0, (2, 0, 0)),
        "distal-after": put("ends", 99.0, (1, 1, 0)),
        "proximal-before": put("ends", 111.0, (0, 0, 1)),
        "distal-before": put("ends", 90.0, (0, 1, 1)),
    },
    figures=(
        Figure(
            "dendrite",
            "A synthetic dendrite: three spikes at 200 Hz that get smaller, wider and later with distance, and an EPSP "
            "(left), and what 150 pairings do, by distance and timing (right; parameters L-c, cut off at 60 %; dotted: "
            "+10 and -10 ms). Look for the change of sign with distance, at +10 ms from potentiation to depression. At "
            "-10 ms potentiation far out hangs by a ms or two: it ends where the last spike is over before glutamate "
            "comes. Shape and latency of the spikes were set after looking at some: symmetric spikes, or spikes that "
            "start without rise, give depression far out at -10 ms.",
            draw_dendrite,
        ),
    ),
)
