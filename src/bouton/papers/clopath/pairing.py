"""Pairs of spikes by the authors' protocol: the weight over the rate of the pairs, and over the time between spikes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.papers import AtMost, Check, Figure, IsTrue, Section, basis
from bouton.papers._made_up import flipped, put
from bouton.papers._tables import distances, listed
from bouton.plasticity import Trains, VoltageSynapse
from bouton.plasticity.protocols import SJOSTROM_2001
from bouton.report import figures

__all__ = ["SECTION"]

RATES = (0.1, 10.0, 20.0, 40.0, 50.0)
"""Of pairs, in Hz."""

FREQUENCY = {
    10: (100.000, 102.903, 115.706, 146.265, 165.001),
    -10: (71.686, 59.618, 60.511, 117.776, 173.557),
}
"""Weight in percent of the initial one at these rates, by the time from pre to post in ms, of the authors' code."""

WINDOW_TIMES = (-20, -10, -5, -2, 2, 5, 10, 20)
WINDOW = (75.49, 60.51, 55.04, 92.27, 141.64, 130.53, 115.71, 95.02)
"""The same at 20 Hz, at these times in ms."""

_INITIAL = 0.5
_PERIOD = 10_000.0
_SKIPPED = 3
"""The authors' loop begins with the fourth ms."""

_CODE = basis.authors("their code, run again")


@dataclass(frozen=True)
class Settings:
    """Repetitions of the protocol; the same at every scale."""

    repetitions: int = 15
    rare_repetitions: int = 10
    """Repetitions at 0.1 Hz."""


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the frequency series and the window at 20 Hz, in percent of the initial weight."""
    with jax.enable_x64(True):
        synapse = VoltageSynapse()
        rare = [authors_trains(dt, RATES[0], settings) for dt in (10, -10)]
        often = [authors_trains(dt, rate, settings) for dt in (10, -10) for rate in RATES[1:]]
        window = [authors_trains(dt, 20.0, settings) for dt in WINDOW_TIMES]
        first = 100 / _INITIAL * np.asarray(synapse.weights_after(rare, _INITIAL))
        others = 100 / _INITIAL * np.asarray(synapse.weights_after([*often, *window], _INITIAL))
    series = others[: len(often)].reshape(2, -1)
    return {"series": np.concatenate([first[:, None], series], axis=1), "window": others[len(often) :]}


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


def _shape(results: Mapping[str, Any]) -> list[bool]:
    causal, reverse = results["series"]
    return [
        bool(all(causal[1:] > causal[:-1])),
        bool(abs(causal[0] - 100) < 1),
        bool(reverse[0] < 100 < reverse[-1]),
    ]


def draw_pairing(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the weight over the rate of pairs, with the data, and over the time between the spikes."""
    figure, (series, window) = figures.new_figure(8.4, 3.6, 1, 2)
    colours = figures.category_colours(2)
    for row, (dt, colour) in enumerate(zip(FREQUENCY, colours, strict=True)):
        name = f"pre 10 ms {'before' if dt > 0 else 'after'} post"
        series.plot(RATES, results["series"][row], color=colour, marker="o", markersize=4, label=name)
        here = SJOSTROM_2001.dt == dt
        series.errorbar(
            SJOSTROM_2001.rate[here] + 0.5 * (2 * row - 1), 100 * (1 + SJOSTROM_2001.change[here]),
            100 * SJOSTROM_2001.error[here], fmt="s", markersize=4, color=colour, alpha=0.5, capsize=2, elinewidth=1,
        )  # fmt: skip
    series.set(xlabel="rate of pairs (Hz)", ylabel="weight (%)", title="lines: rule, squares: slices")
    series.legend(fontsize=8, loc="upper left")
    for part in (slice(0, 4), slice(4, None)):
        window.plot(WINDOW_TIMES[part], results["window"][part], color=colours[0], label="rule")
    window.plot(WINDOW_TIMES, WINDOW, "x", color=figures.muted(), label="authors' code")
    window.set(xlabel="from pre to post (ms)", title="pairs at 20 Hz")
    handles, labels = window.get_legend_handles_labels()
    window.legend(handles[1:], labels[1:], fontsize=8, loc="upper left")
    for axes in (series, window):
        axes.axhline(100, color=figures.muted(), linewidth=0.8)
    return figure


SECTION = Section(
    settings=dict.fromkeys(("smoke", "laptop", "paper"), Settings()),
    measure=measure,
    checks=(
        Check(
            "shape",
            "Pre before post strengthens more the higher the rate, and not at all at 0.1 Hz; post before pre turns "
            "from weakening to strengthening.",
            IsTrue(),
            _shape,
            basis.paper("figure 2b", recalled=True),
            on="frequency",
        ),
        *(
            Check(
                "causal" if dt > 0 else "reverse",
                f"Pairs at 0.1, 10, 20, 40, 50 Hz, pre 10 ms {'before' if dt > 0 else 'after'} post: weight in "
                "percent, as distances from the expected values.",
                AtMost(1e-2),
                lambda results, row=row, dt=dt: distances(results["series"][row], FREQUENCY[dt]),
                _CODE,
                on="frequency",
                expected=listed(FREQUENCY[dt]),
            )
            for row, dt in enumerate(FREQUENCY)
        ),
        Check(
            "window",
            f"Pairs at 20 Hz, {listed(WINDOW_TIMES)} ms from pre to post: weight in percent, as distances from the "
            "expected values.",
            AtMost(1e-2),
            lambda results: distances(results["window"], WINDOW),
            _CODE,
            on="window",
            expected=listed(WINDOW),
        ),
    ),
    holds=lambda: {"series": np.array(list(FREQUENCY.values())), "window": np.array(WINDOW)},
    breaks={
        "shape": flipped("series", 0),
        "causal": put("series", 100.1, (0, 0)),
        "reverse": put("series", 100.1, (1, 4)),
        "window": put("window", 100.0, 2),
    },
    figures=(
        Figure(
            "pairing",
            "Pairs of spikes by the authors' protocol: the weight in percent of the initial one as a function of the "
            "rate, beside slices of visual cortex (Sjöström et al. 2001), and of the time between the spikes.",
            draw_pairing,
        ),
    ),
)
