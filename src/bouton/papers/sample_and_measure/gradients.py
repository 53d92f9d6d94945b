"""Slopes through sampled spikes, beside the exact ones of networks so small that all their courses can be listed."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.sample_and_measure._common import FULL
from bouton.recordings import GLMParameters, SpikingGLM
from bouton.report import figures

__all__ = ["SECTION"]

_KINDS = ("triangle", "sigmoid")
_THRESHOLD = 0.4


@dataclass(frozen=True)
class Settings:
    """Size of the networks, how many there are, samples of each, and kinds of surrogate slope."""

    neurons: int = 3
    bins: int = 6
    networks: int = 10
    samples: int = 2000
    kinds: tuple[str, ...] = ("triangle", "sigmoid")


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return slopes of the mean probability by all kernels: exact, and the mean over samples of each kind."""
    size, bins, rng = settings.neurons, settings.bins, np.random.default_rng(seed)
    kernels = rng.uniform(-_THRESHOLD, _THRESHOLD, (settings.networks, 2 * size, size)).astype(np.float32)
    # What fires in the last bin changes no probability.
    listed = np.array(list(itertools.product((0.0, 1.0), repeat=size * (bins - 1))), np.float32)
    courses = np.concatenate([listed.reshape(-1, bins - 1, size), np.zeros((len(listed), 1, size), np.float32)], axis=1)
    uniform = rng.random((settings.networks, settings.samples, bins, size)).astype(np.float32)
    drive = jnp.zeros((bins, size))
    plain = SpikingGLM(size, n_lags=2)

    def exact(kernels: jax.Array, courses: jax.Array) -> jax.Array:
        forced = plain.run_forced(_parameters(kernels), drive, courses, courses[..., :0]).potentials
        each = (courses * forced - jax.nn.softplus(forced))[:, :-1]
        return jnp.sum(jnp.exp(jnp.sum(each, axis=(1, 2))) * jnp.mean(jax.nn.sigmoid(forced), axis=(1, 2)))

    def sampled(network: SpikingGLM) -> Any:
        def mean(kernels: jax.Array, uniform: jax.Array) -> jax.Array:
            return jnp.mean(network.run_free(_parameters(kernels), drive, uniform).probabilities)

        return jax.jit(jax.vmap(jax.grad(mean)))

    slopes = jax.jit(jax.value_and_grad(exact))
    values, true = zip(*(slopes(each, courses) for each in kernels), strict=True)
    found: dict[str, Any] = {"mean": np.array(values), "exact": np.array(true)}
    for kind in settings.kinds:
        found[kind] = np.asarray(sampled(SpikingGLM(size, n_lags=2, surrogate=cast(Any, kind)))(kernels, uniform))
    return found


def _parameters(kernels: jax.Array) -> GLMParameters:
    size = kernels.shape[1]
    return GLMParameters(kernels, jnp.zeros((0, size)), jnp.zeros(size), None)


def _cosines(results: Mapping[str, Any], kind: str) -> np.ndarray:
    """Return the cosine between exact and mean sampled slopes of each network."""
    one, other = (np.asarray(results[name]).reshape(len(results[name]), -1) for name in ("exact", kind))
    return np.sum(one * other, axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)


def draw_slopes(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw mean sampled slopes over exact ones."""
    kinds = [kind for kind in _KINDS if kind in results]
    figure, panels = figures.new_figure(3.4 * len(kinds), 3.2, 1, len(kinds), sharex=True, sharey=True)
    exact = np.ravel(results["exact"])
    ends = float(exact.min()), float(exact.max())
    for axes, kind in zip(np.atleast_1d(panels), kinds, strict=True):
        axes.plot(ends, ends, color=figures.muted(), linewidth=0.8)
        axes.plot(exact, np.ravel(results[kind]), "o", color=figures.category_colours(1)[0], alpha=0.4, markersize=3)
        axes.set(xlabel="exact slope", title=f"surrogate: {kind}")
    np.atleast_1d(panels)[0].set_ylabel("mean sampled slope")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(2, 4, 3, 400, ("sigmoid",)),
        "laptop": Settings(),
        "paper": Settings(networks=30, samples=20_000),
    },
    measure=measure,
    checks=(
        Check(
            "straight-through",
            "Slope of the probability, pi (1 - pi): cosine of mean sampled and exact slopes, least of all networks.",
            AtLeast(0.8),
            lambda results: float(np.min(_cosines(results, "sigmoid"))),
            basis.ours("chosen before any run, for weights below the threshold"),
            on="back-propagation",
        ),
        Check(
            "published",
            "The published surrogate: the same.",
            AtLeast(0.0),
            lambda results: float(np.min(_cosines(results, "triangle"))),
            basis.ours("that it points uphill"),
            on="back-propagation",
            scales=FULL,
        ),
    ),
    holds=lambda: {"exact": np.ones((2, 4, 2)), "sigmoid": np.ones((2, 4, 2)), "triangle": 0.2 * np.ones((2, 4, 2))},
    breaks={
        "straight-through": put("sigmoid", -3.0, (0, 0)),
        "published": put("triangle", -9.0, (0, 0)),
    },
    figures=(
        Figure(
            "slopes",
            "Slopes of the mean firing probability by each kernel: mean over sampled courses over the exact one. What "
            "comes through spikes is smaller by the published surrogate; the direction stays.",
            draw_slopes,
        ),
    ),
)
