"""A loop in one dimension: a disturbance that is announced, and a reflex that comes too late to prevent it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.behaviour import SequenceLearner, Stimulus
from bouton.dynamics import ResonatorBank
from bouton.papers import Check, Decreasing, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.plasticity import InputCorrelations
from bouton.report import figures

__all__ = ["SECTION"]

FULL = ("laptop", "paper")
_PERIOD, _LATE, _GAIN = 1000, 25, 0.02
_REFERENCE = basis.replication("references/iso_learning.py")


@dataclass(frozen=True)
class Settings:
    """Periods of the disturbance."""

    periods: int = 100


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the energy of the reflex in each period."""
    n = np.arange(settings.periods * _PERIOD)
    disturbance = ((n % _PERIOD >= 100) & (n % _PERIOD < 110)).astype(float)
    late = np.concatenate([np.zeros(_LATE), disturbance[:-_LATE]])
    key = random_key(seed, 40)
    with jax.enable_x64(True):
        learner = SequenceLearner(
            InputCorrelations(1e-3),
            reflex_filter=ResonatorBank((0.01,), 0.6, "peak"),
            predictive_filters=ResonatorBank.harmonics(0.1, 10, 0.6, "peak"),
        )

        @jax.jit
        def lived(late: Any, disturbance: Any) -> Any:
            def step(carry: Any, inputs: Any) -> Any:
                state, output = carry
                reflex = inputs[0] - _GAIN * output
                state, info = learner.step(key, state, Stimulus(reflex[None], inputs[1][None]))
                return (state, info.output[0]), reflex

            start = learner.init(key), jnp.zeros(())
            return jax.lax.scan(step, start, (late, disturbance))[1]

        reflex = np.asarray(lived(jnp.asarray(late), jnp.asarray(disturbance)))
    return {
        "energy": np.sum(reflex.reshape(-1, _PERIOD) ** 2, axis=1),
        "first": reflex[100:250],
        "last": reflex[-_PERIOD:][100:250],
    }


def draw_energy(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the reflex in the first and in the last period, and its energy in all."""
    figure, axes = figures.new_figure(7.0, 2.8, columns=2)
    colours = figures.category_colours(2)
    for name, colour in zip(("first", "last"), colours, strict=True):
        axes[0].plot(np.arange(len(results[name])), results[name], color=colour, label=f"{name} period")
    axes[0].set(xlabel="steps since the disturbance", ylabel="reflex input")
    axes[0].legend(fontsize=8)
    periods = np.arange(1, len(results["energy"]) + 1)
    axes[1].plot(periods, results["energy"] / results["energy"][0], color=colours[0])
    axes[1].set(xscale="log", xlabel="period", ylabel="energy / first period", ylim=(0, 1.05))
    return figure


SECTION = Section(
    settings={"smoke": Settings(5), "laptop": Settings(), "paper": Settings(400)},
    measure=measure,
    checks=(
        Check(
            "first",
            "Energy of the reflex in the first period.",
            Near(10.2631, 1e-3),
            lambda results: float(results["energy"][0]),
            _REFERENCE,
        ),
        Check(
            "fifth",
            "Energy in the fifth period over that in the first.",
            Near(0.8845, 1e-3),
            lambda results: float(results["energy"][4] / results["energy"][0]),
            _REFERENCE,
        ),
        Check(
            "hundredth",
            "Energy in the hundredth period over that in the first.",
            Near(0.6537, 1e-3),
            lambda results: float(results["energy"][99] / results["energy"][0]),
            _REFERENCE,
            scales=FULL,
        ),
        Check(
            "falls",
            "The energy of the reflex never rises from one period to the next.",
            Decreasing(),
            lambda results: [float(value) for value in results["energy"]],
            basis.ours(),
            on="stable",
        ),
    ),
    holds=lambda: {"energy": 10.2631 * np.interp(np.arange(100), [0, 4, 99], [1, 0.8845, 0.6537])},
    breaks={
        "first": put("energy", 10.4, 0),
        "fifth": put("energy", 9.5, 4),
        "hundredth": put("energy", 6.0, 99),
        "falls": put("energy", 9.9, 50),
    },
    figures=(
        Figure(
            "energy",
            "Left: the reflex, a disturbance 25 steps late less what the output does against it, before and after "
            "learning. "
            "Right: its energy falls from period to period.",
            draw_energy,
        ),
    ),
)
