"""Two noisy outputs of two inputs: redundant or diverse, by closed form, by gradient ascent and by local rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np
from jaxtyping import Array

import bouton
from bouton.engine import SideBySide
from bouton.features import InfomaxNetwork, information, maximise_information, optimal_pair, pair_information
from bouton.papers import AtLeast, AtMost, Check, Equals, Figure, IsTrue, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.report import figures

__all__ = ["SECTION"]

_NOISES = (0.1, 0.5, 1.0, 2.0, 3.0, 4.0)
_MORE_NOISES = (5.0, 8.0)
_OPTIMUM = (2.721479, 1.358175, 0.906189, 0.569717, 0.426616, 0.346574)
_ANGLE = (88.57, 82.82, 75.52, 60.00, 41.41)
_LISTED = ", ".join(f"{angle:.2f}" for angle in _ANGLE)
_FIRST, _SECOND = 2.0, 1.0
_STARTS = 8
_FULL = ("laptop", "paper")
_CLOSED = basis.theory("the optimum of the determinant over two weight vectors of unit length, in closed form")


@dataclass(frozen=True)
class Settings:
    """How long and how fast the gradient is followed and local rules learn, and at how many of the noises."""

    ascent_steps: int = 20_000
    ascent_step: float = 0.5
    local_samples: int = 100_000
    local_noises: int = 6
    local_rate: float = 2e-3


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Closed forms against gradient ascent from random starts; all noises and starts are one vectorised run."""
    noises = np.array([*_NOISES, *_MORE_NOISES])
    closed = [optimal_pair(_FIRST, _SECOND, float(noise)) for noise in noises]
    curve = np.geomspace(0.05, 20, 81)
    with jax.enable_x64(True):
        starts = jax.random.normal(random_key(seed, 8), (_STARTS, 2, 2), jnp.float64)
        climb = partial(_climb, step_size=settings.ascent_step, steps=settings.ascent_steps)
        weights, reached = jax.vmap(jax.vmap(climb, in_axes=(0, None)), in_axes=(None, 0))(starts, jnp.asarray(noises))
        rows, reached = np.asarray(weights), np.asarray(reached)
    cosine = np.abs((rows[:, :, 0] * rows[:, :, 1]).sum(axis=-1))
    return {
        "noises": noises,
        "closed": np.array([best.information for best in closed]),
        "diverse": np.array([pair_information(_FIRST, _SECOND, 0.0, float(noise)) for noise in noises]),
        "redundant": np.array([pair_information(_FIRST, _FIRST, 1.0, float(noise)) for noise in noises]),
        "climbed": reached,
        "climbed_angle": np.degrees(np.arccos(np.minimum(cosine, 1))),
        "transition": closed[0].transition,
        "curve_noise": curve,
        "curve": np.array([optimal_pair(_FIRST, _SECOND, float(noise)).information for noise in curve]),
        "curve_angle": np.array([np.degrees(optimal_pair(_FIRST, _SECOND, float(b)).angle) for b in curve]),
        "curve_diverse": np.array([pair_information(_FIRST, _SECOND, 0.0, float(noise)) for noise in curve]),
        "curve_redundant": np.array([pair_information(_FIRST, _FIRST, 1.0, float(noise)) for noise in curve]),
        **_by_local_rules(settings, seed),
        "verdicts": verdicts(circuits(settings)),
    }


def _climb(start: Array, noise: Array, step_size: float, steps: int) -> tuple[Array, Array]:
    done = maximise_information(start, jnp.diag(jnp.array([_FIRST, _SECOND])), noise, step_size=step_size, steps=steps)
    return done.weights, done.information[-1]


def _by_local_rules(settings: Settings, seed: int) -> dict[str, Any]:
    """Let InfomaxNetwork learn the pair from Gaussian samples; all noises are one run side by side."""
    noises = _NOISES[: settings.local_noises]
    networks = {str(noise): _network(settings, noise) for noise in noises}
    samples = generator(seed, 11).normal(size=(settings.local_samples, 2)) * np.sqrt([_FIRST, _SECOND])
    state = bouton.run(SideBySide(networks), samples.astype(np.float32), key=random_key(seed, 11)).state
    rows = np.array([state[name].feedforward for name in networks], float)
    covariance = jnp.diag(jnp.array([_FIRST, _SECOND], jnp.float32))
    told = [float(information(state[str(noise)].feedforward, covariance, noise)) for noise in noises]
    cosine = np.abs((rows[:, 0] * rows[:, 1]).sum(axis=-1))
    return {"local": np.array(told), "local_angle": np.degrees(np.arccos(np.minimum(cosine, 1)))}


def _network(settings: Settings, noise: float) -> InfomaxNetwork:
    """Return the network of two outputs that learns by local rules, at a rate that suits the noise."""
    return InfomaxNetwork(2, 2, noise, learning_rate=settings.local_rate * (1 + noise), input_variance=1.1 * _FIRST)


def circuits(settings: Settings) -> tuple[InfomaxNetwork, ...]:
    """Return the network that learns by local rules, at a noise of 1."""
    return (_network(settings, 1.0),)


def _angles(results: Mapping[str, Any]) -> np.ndarray:
    return np.median(results["climbed_angle"], axis=1)


def draw_pair(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw information and angle against output noise."""
    figure, (left, right) = figures.new_figure(9.2, 3.8, 1, 2)
    noise, colours = results["curve_noise"], figures.category_colours(3)
    names = {"curve_diverse": "first and second eigenvector", "curve_redundant": "both the first one"}
    left.axhline(1, color=colours[0], label="optimum")
    for (name, label), colour in zip(names.items(), colours[1:], strict=True):
        left.plot(noise, results[name] / results["curve"], color=colour, label=label)
    noises, learned = results["noises"], len(results["local"])
    circles = {"color": colours[0], "markerfacecolor": "none"}
    squares = {"color": colours[0], "markersize": 4}
    climbed = np.median(results["climbed"], axis=1) / results["closed"]
    left.plot(noises, climbed, "o", label="gradient ascent", **circles)
    left.plot(noises[:learned], results["local"] / results["closed"][:learned], "s", label="local rules", **squares)
    left.set(xscale="log", xlabel="output noise", ylabel="information over the optimum", ylim=(0.6, 1.03))
    left.legend(loc="lower right")
    right.plot(noise, results["curve_angle"], color=colours[0])
    right.plot(noises, _angles(results), "o", **circles)
    right.plot(noises[:learned], results["local_angle"], "s", **squares)
    right.axvline(results["transition"], color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    right.set(xscale="log", xlabel="output noise", ylabel="angle between weight vectors (degrees)", ylim=(-3, 95))
    return figure


def _made_up() -> dict[str, Any]:
    closed = np.array([*_OPTIMUM, 0.3, 0.2])
    angles = np.array([*_ANGLE, 0.0, 0.0, 0.0])
    return {
        "closed": closed,
        "climbed": np.outer(closed, np.ones(_STARTS)),
        "climbed_angle": np.outer(angles, np.ones(_STARTS)),
        "diverse": closed - 0.01,
        "redundant": closed - np.linspace(0.8, 0, 8),
        "local": closed[:6],
        "local_angle": angles[:6],
        "verdicts": ["local"] * 3,
    }


SECTION = Section(
    settings={
        "smoke": Settings(500, local_samples=5_000, local_noises=1, local_rate=1e-2),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "optimum",
            "Two outputs of unit length tell at most what the closed form says: largest distance from the expected "
            "values, for output noise 0.1, 0.5, 1, 2, 3 and 4 (nats).",
            AtMost(1e-6),
            lambda results: float(abs(results["closed"][:6] - _OPTIMUM).max()),
            _CLOSED,
            expected=", ".join(f"{best:.6f}" for best in _OPTIMUM),
        ),
        Check(
            "climbed",
            "Gradient ascent reaches it from every random start: largest distance (nats).",
            AtMost(1e-4),
            lambda results: float(abs(results["climbed"] - results["closed"][:, None]).max()),
            _CLOSED,
            on="determinant",
            scales=_FULL,
        ),
        Check(
            "angle",
            "The weaker the noise, the further apart the two: largest distance of the angle between the weight vectors "
            "that ascent found, median over starts, from the expected ones, without the transition itself (degrees).",
            AtMost(0.5),
            lambda results: float(abs(_angles(results)[:5] - _ANGLE).max()),
            _CLOSED,
            on="trade-off",
            expected=_LISTED,
            scales=_FULL,
        ),
        Check(
            "redundancy",
            "Beyond a noise of 4 both take the first eigenvector: angle that ascent found at 5 and 8 (degrees).",
            AtMost(0.5),
            lambda results: _angles(results)[6:],
            _CLOSED,
            on="trade-off",
        ),
        Check(
            "trade-off",
            "In weak noise diverse outputs tell more than redundant ones, in strong noise less (noise 0.1 and 8).",
            IsTrue(),
            lambda results: [
                bool(results["diverse"][0] > results["redundant"][0]),
                bool(results["diverse"][-1] < results["redundant"][-1]),
            ],
            basis.paper("IEEE Computer 21(3):105, example of two neurons, by notes of readers"),
            on="trade-off",
        ),
        Check(
            "local-information",
            "Local synaptic learning suffices: Hebbian with signal, anti-Hebbian with noise alone, and a lateral "
            "iteration bring two outputs to the optimum (information over the optimum, for the six noises).",
            AtLeast(0.98),
            lambda results: results["local"] / results["closed"][:6],
            basis.ours("Neural Computation 4:691 says that they reach the maximum"),
            scales=_FULL,
        ),
        Check(
            "local-angle",
            "They divide the work as the optimum does: largest distance of the angle between the weight vectors from "
            "the expected ones, without the transition itself (degrees).",
            AtMost(10.0),
            lambda results: float(abs(results["local_angle"][:5] - _ANGLE).max()),
            basis.ours("the angles are those of the closed form"),
            expected=_LISTED,
            scales=_FULL,
        ),
        Check(
            "local",
            "Every pathway of these rules is local, by the audit of the traced rules.",
            Equals("local"),
            lambda results: results["verdicts"],
            basis.theory("shapes and origins of what each rule is handed"),
        ),
    ),
    holds=_made_up,
    breaks={
        "optimum": put("closed", 2.7, 0),
        "climbed": put("climbed", 1.3, (1, 3)),
        "angle": put("climbed_angle", 80.0, 0),
        "redundancy": put("climbed_angle", 30.0, 7),
        "trade-off": put("redundant", 3.0, 0),
        "local-information": put("local", 1.2, 1),
        "local-angle": put("local_angle", 0.0, 2),
        "local": {"verdicts": ["local", "non-local", "local"]},
    },
    figures=(
        Figure(
            "infomax",
            "What two outputs tell of an input of eigenvalues 2 and 1, and the angle between their weight vectors, "
            "against the noise of the outputs. Lines: closed form. Circles: gradient ascent from eight random starts, "
            "median. Squares: a network that learns by local rules, sample by sample. Look for the angle that closes "
            "at a noise of 4.",
            draw_pair,
        ),
    ),
)
