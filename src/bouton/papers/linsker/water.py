"""Four noisy outputs of ten inputs: what they tell at most, and how their power is poured over the eigenvalues."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np
from jaxtyping import Array

from bouton.features import maximise_information, water_filling
from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.report import figures

__all__ = ["SECTION"]

_STARTS = 8
_OUTPUTS = 4
_NOISES = ((0.02, 0.0), (0.1, 0.0), (0.5, 0.0), (0.1, 0.05))
"""Noise of the outputs and of the inputs."""
_INPUTS = 10
_FULL = ("laptop", "paper")
_CLOSED = basis.theory("water-filling over the eigenvalues of the covariance")


@dataclass(frozen=True)
class Settings:
    """How long and how fast the gradient is followed."""

    ascent_steps: int = 20_000
    ascent_step: float = 0.5


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Four outputs for ten eigenvalues 1, 1/2, ..., 1/10: water-filling, and ascent from random starts."""
    eigenvalues = 1 / np.arange(1, _INPUTS + 1)
    best = [water_filling(eigenvalues, _OUTPUTS, *noises) for noises in _NOISES]
    with jax.enable_x64(True):
        starts = jax.random.normal(random_key(seed, 10), (_STARTS, _OUTPUTS, _INPUTS), jnp.float64)

        def climb(start: Array, noises: Array) -> tuple[Array, Array]:
            done = maximise_information(
                start,
                jnp.diag(jnp.asarray(eigenvalues)),
                noises[0],
                noises[1],
                step_size=settings.ascent_step,
                steps=settings.ascent_steps,
            )
            return done.weights, done.information[-1]

        over_starts = jax.vmap(climb, in_axes=(0, None))
        weights, reached = jax.vmap(over_starts, in_axes=(None, 0))(starts, jnp.asarray(_NOISES))
        rows = np.asarray(weights)
        powers = np.linalg.eigvalsh(rows @ np.swapaxes(rows, -1, -2))[..., ::-1]
    return {
        "information": np.array([each.information for each in best]),
        "powers": np.array([each.powers[:_OUTPUTS] for each in best]),
        "climbed": np.asarray(reached),
        "climbed_powers": powers,
    }


def _poured(results: Mapping[str, Any]) -> float:
    return float(abs(_of_the_best(results) - results["powers"]).max())


def _of_the_best(results: Mapping[str, Any]) -> np.ndarray:
    """Return the powers of the best ascent at each noise."""
    best = results["climbed"].argmax(axis=1)
    return results["climbed_powers"][range(len(best)), best]


def draw_powers(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how power is divided, by water-filling and as ascent found it."""
    figure, panels = figures.new_figure(8.8, 2.8, 1, len(_NOISES), sharey=True)
    colours = figures.category_colours(2)
    places = np.arange(1, _OUTPUTS + 1)
    for axes, (at_output, at_input), powers, found in zip(
        panels, _NOISES, results["powers"], _of_the_best(results), strict=True
    ):
        axes.bar(places, powers, 0.6, color=colours[0], alpha=0.35, label="water-filling")
        axes.plot(places, found, "o", color=colours[1], markersize=5, label="gradient ascent")
        axes.set(
            xlabel="eigenvalue of $W W^T$", xticks=places, title=f"noise {at_output:g}, {at_input:g}", ylim=(0, 2.2)
        )
    panels[0].set(ylabel="power")
    panels[0].legend(fontsize=8)
    return figure


_POWERS = ((1.3, 1.1, 0.9, 0.7), (1.6, 1.2, 0.8, 0.4), (2.3, 1.7, 0.0, 0.0), (1.6, 1.2, 0.8, 0.4))

SECTION = Section(
    settings={"smoke": Settings(500), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "information",
            "Four outputs for ten eigenvalues tell at most what water-filling says, without input noise and with it: "
            "largest distance of the best of eight ascents (nats).",
            AtMost(1e-4),
            lambda results: float(abs(results["climbed"].max(axis=1) - results["information"]).max()),
            _CLOSED,
            on="determinant",
            scales=_FULL,
        ),
        Check(
            "powers",
            "Their power is poured over the leading eigenvalues like water: largest distance of the eigenvalues of W "
            "W^T from the closed form, of the best ascent at each noise (of 4 in all).",
            AtMost(0.05),
            _poured,
            _CLOSED,
            scales=_FULL,
        ),
    ),
    holds=lambda: {
        "information": np.array([5.0, 3.0, 1.5, 2.0]),
        "powers": np.array(_POWERS),
        "climbed": np.array([[5.0, 4.9], [3.0, 2.9], [1.5, 1.4], [2.0, 1.9]]),
        "climbed_powers": np.stack([_POWERS, np.ones((4, 4))], axis=1),
    },
    breaks={
        "information": put("climbed", 4.99, (0, 0)),
        "powers": put("climbed_powers", 1.0, (0, 0)),
    },
    figures=(
        Figure(
            "powers",
            "How the power of four outputs is divided over the leading four of ten eigenvalues of the input, at four "
            "pairs of noise of the outputs and of the inputs: bars by water-filling, dots by the best of eight "
            "gradient ascents. Look for power that gathers on the first where outputs are noisier.",
            draw_powers,
        ),
    ),
)
