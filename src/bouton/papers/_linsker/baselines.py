"""R5: the subspace rule and Sanger's on the samples that Oja's rule learns from; Foldiak's network on lines."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

import bouton
from bouton.data import random_lines
from bouton.engine import SideBySide
from bouton.features import FoldiakNetwork
from bouton.papers._linsker.settings import Settings
from bouton.papers._seeds import generator, random_key
from bouton.plasticity import Dense, Residual, ResidualHebb, Synapses

__all__ = ["measure_lines", "measure_subspaces"]

_COMPONENTS = 3
_WARM_UP = 100
_LOOKS = (800, 1200, 2000)
_STARTS = ("a", "b", "c")
# Only thresholds learn at first: rates must be positive, and these change nothing in a hundred patterns.
_HARDLY = 1e-9


def measure_subspaces(
    samples: Float[np.ndarray, "samples inputs"], axes: Float[np.ndarray, "inputs inputs"], rng: np.random.Generator
) -> dict[str, Any]:
    """Let both rules learn from samples whose principal axes are rows of `axes`, at a rate of one over the sample.

    The start is forgotten by the power of the rate's constant times the gap of 1/12 between third and fourth
    eigenvalue: the constant of 5 that one neuron learns with would be too small.
    """
    start = np.linalg.qr(rng.normal(size=(samples.shape[1], _COMPONENTS)))[0].T
    events = (jnp.asarray(20.0 / (400 + np.arange(len(samples))), jnp.float32), jnp.asarray(samples, jnp.float32))

    def learned(ordered: bool) -> np.ndarray:
        def step(weights: Array, event: tuple[Array, Array]) -> tuple[Array, None]:
            rate, x = event
            synapses = Synapses(Dense(samples.shape[1], _COMPONENTS), ResidualHebb(rate))
            back = synapses.ordered_transpose_drive if ordered else synapses.transpose_drive
            y = synapses.drive(weights, x)
            return synapses.update(weights, Residual(x, back(weights, y)), y), None

        return np.asarray(jax.lax.scan(step, jnp.asarray(start, jnp.float32), events)[0], float)

    subspace, ordered = learned(False), learned(True)
    lengths = np.linalg.norm(ordered, axis=1)
    return {
        "R5.subspace_cosines": np.linalg.svd(np.linalg.qr(subspace.T)[0].T @ axes[:_COMPONENTS].T)[1],
        "R5.subspace_gram": subspace @ subspace.T,
        "R5.sanger_cosines": np.abs((ordered * axes[:_COMPONENTS]).sum(axis=1)) / lengths,
    }


def measure_lines(settings: Settings, seed: int) -> dict[str, Any]:
    """Binary neurons and lines; three starts are one run side by side, after a hundred patterns for the thresholds."""
    data, _, lines = random_lines(_WARM_UP + settings.line_patterns, seed=generator(seed, 12))
    patterns = data.astype(np.float32)
    network = FoldiakNetwork(
        patterns.shape[1], len(lines), target=1 / 8, excitatory_rate=0.02, inhibitory_rate=0.1, threshold_rate=0.02,
        initial_threshold=1.0, steepness=10.0,
    )  # fmt: skip
    warm = replace(network, excitatory_rate=_HARDLY, inhibitory_rate=_HARDLY, threshold_rate=0.1)
    key = random_key(seed, 12)
    state = bouton.run(SideBySide(dict.fromkeys(_STARTS, warm)), patterns[:_WARM_UP], key=key).state
    counts, done = [], 0
    for until in [look for look in _LOOKS if look < settings.line_patterns] + [settings.line_patterns]:
        events = patterns[_WARM_UP + done : _WARM_UP + until]
        state = bouton.run(SideBySide(dict.fromkeys(_STARTS, network)), events, key=key, state=state).state
        counts.append([_represented(np.asarray(state[name].feedforward), lines) for name in _STARTS])
        done = until
    return {
        "lines.counts": np.array(counts),
        "lines.weights": np.asarray(state[_STARTS[0]].feedforward, float),
        "lines.number": len(lines),
    }


def _represented(weights: np.ndarray, lines: Float[np.ndarray, "lines pixels"]) -> int:
    """Return how many lines some neuron's weights correlate with by more than 0.9."""
    correlation = np.corrcoef(weights, lines)[: len(weights), len(weights) :]
    return int((correlation.max(axis=0) > 0.9).sum())
