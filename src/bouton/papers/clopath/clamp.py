"""Voltage clamp against its closed form, and bursts of spikes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.papers import AtMost, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.plasticity import VoltageSynapse, protocols, voltage_set
from bouton.report import figures

__all__ = ["SECTION"]

_INITIAL = 0.5
_CROSSINGS = {"visual-cortex": -43.55, "hippocampus": -19.0}


@dataclass(frozen=True)
class Settings:
    """Repetitions of a burst, every 10 s."""

    repetitions: int = 15


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the changes by a presynaptic spike at held potentials, simulated and closed, and by bursts."""
    with jax.enable_x64(True):
        return _clamped() | _bursts(settings)


def _clamped() -> dict[str, Any]:
    potentials = np.linspace(-80.0, 0.0, 81)
    results: dict[str, Any] = {"potentials": potentials}
    for name in _CROSSINGS:
        rule = voltage_set(name)
        # A weight of 1 changes by the same, whatever its size, as long as no bound is met.
        changes = np.asarray(protocols.voltage_clamp(rule, potentials, rate=2.0, repeats=2)) / 2
        results[f"{name}.changes"] = changes
        results[f"{name}.closed"] = np.asarray(rule.at_clamp(potentials))
        results[f"{name}.reversal"] = _reversal(potentials, changes)
    return results


def _reversal(potentials: np.ndarray, changes: np.ndarray) -> float:
    """Return the highest potential at which the change turns from weakening to strengthening, by a line between two."""
    place = np.flatnonzero((changes[:-1] < 0) & (changes[1:] >= 0))[-1]
    before, after = changes[place : place + 2]
    return float(potentials[place] + (potentials[place + 1] - potentials[place]) * before / (before - after))


def _bursts(settings: Settings) -> dict[str, Any]:
    """Return the weight by bursts: of 1 to 3 spikes at 50 Hz, and of 3 at several rates, before and after."""
    size = {"repeats": settings.repetitions, "initial": _INITIAL}
    synapse = VoltageSynapse(rounding=True)
    rates = (20.0, 40.0, 50.0, 60.0, 80.0, 100.0)
    lags = np.array([10.0, -10.0])
    # A burst that begins 10 ms before the presynaptic spike ends after it where it has more spikes.
    return {
        "bursts": 100 * (1 + np.asarray(protocols.bursts(synapse, [1, 2, 3], 50.0, lags, **size))),
        "rates": rates,
        "bursts_by_rate": 100 * (1 + np.asarray(protocols.bursts(synapse, 3, rates, lags, **size))),
    }


def draw_voltage(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the change over the held potential, over the spikes of a burst, and over their rate."""
    figure, (clamp, spikes, rates) = figures.new_figure(8.8, 3.2, 1, 3)
    colours = figures.category_colours(2)
    for name, colour in zip(_CROSSINGS, colours, strict=True):
        drawn = 100 * results[f"{name}.changes"]
        clamp.plot(results["potentials"], drawn, color=colour, label=name.replace("-", " "))
    clamp.axhline(0, color=figures.muted(), linewidth=0.8)
    clamp.set(xlabel="held potential (mV)", ylabel="change by a spike (% of 1)", title="voltage clamp")
    # The depression below the crossing is some hundredth of the potentiation above it.
    clamp.set_yscale("symlog", linthresh=0.5)
    clamp.legend(fontsize=8, loc="upper left")
    words = ("begins 10 ms after pre", "begins 10 ms before pre")
    for column, (word, colour) in enumerate(zip(words, colours, strict=True)):
        spikes.plot((1, 2, 3), results["bursts"][:, column], color=colour, marker="o", markersize=4, label=word)
        rates.plot(results["rates"], results["bursts_by_rate"][:, column], color=colour, marker="o", markersize=4)
    spikes.set(xlabel="spikes of a burst, at 50 Hz", ylabel="weight (%)", title="bursts", xticks=(1, 2, 3))
    spikes.legend(fontsize=8)
    rates.set(xlabel="rate within a burst of 3 (Hz)", title="and their rate")
    for axes in (spikes, rates):
        axes.axhline(100, color=figures.muted(), linewidth=0.8)
    return figure


SECTION = Section(
    settings={"smoke": Settings(2), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        *(
            Check(
                f"{name}-reversal",
                f"Weakening turns into strengthening at this potential, in mV, {name.replace('-', ' ')}.",
                Near(value, 0.1),
                lambda results, name=name: results[f"{name}.reversal"],
                basis.theory("threshold of potentiation plus ratio of the amplitudes"),
                on="clamp",
            )
            for name, value in _CROSSINGS.items()
        ),
        *(
            Check(
                f"{name}-closed",
                f"A spike at a held potential changes the weight by the closed form, {name.replace('-', ' ')}: largest "
                "distance over potentials.",
                AtMost(1e-12),
                lambda results, name=name: float(abs(results[f"{name}.changes"] - results[f"{name}.closed"]).max()),
                basis.theory("equation of the rule"),
            )
            for name in _CROSSINGS
        ),
    ),
    holds=lambda: (
        {f"{name}.reversal": value for name, value in _CROSSINGS.items()}
        | {f"{name}.{kind}": np.linspace(-1, 1, 9) for name in _CROSSINGS for kind in ("changes", "closed")}
    ),
    breaks={
        **{f"{name}-reversal": {f"{name}.reversal": -30.0} for name in _CROSSINGS},
        **{f"{name}-closed": put(f"{name}.changes", 0.5, 0) for name in _CROSSINGS},
    },
    figures=(
        Figure(
            "voltage",
            "Voltage clamp: the change by one presynaptic spike. Bursts every 10 s that follow a presynaptic spike, or "
            "begin before it: more spikes, and faster ones, strengthen more.",
            draw_voltage,
        ),
    ),
)
