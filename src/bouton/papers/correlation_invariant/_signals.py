"""The correlated input: a sparse latent signal, a slow network fluctuation, a noisy background."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.signal import lfilter

__all__ = ["Groups", "groups", "latent_events"]

_EVENT, _INTERVAL, _TAU = 100, 1000.0, 200.0


class Groups(NamedTuple):
    """Input of zero mean of three groups of neurons, and what lies behind it."""

    rows: Float[np.ndarray, "samples inputs"]
    latent: Float[np.ndarray, " samples"]
    network: Float[np.ndarray, " samples"]


def latent_events(rng: np.random.Generator, n_samples: int) -> Float[np.ndarray, " samples"]:
    """Return events of 100 ms, a second apart on average, with a transient of 30 % at their beginning."""
    latent, shape = np.zeros(n_samples), 1 + 0.3 * np.exp(-np.linspace(0, _EVENT, _EVENT) / 30)
    at = int(rng.exponential(_INTERVAL))
    while at < n_samples:
        part = shape[: n_samples - at]
        latent[at : at + len(part)] = part
        at += _EVENT + int(rng.exponential(_INTERVAL))
    return latent


def groups(
    rng: np.random.Generator,
    n_samples: int,
    amplitude: Float[np.ndarray, " size"],
    noise: Float[np.ndarray, " size"],
    network: tuple[float, float],
    background: float,
) -> Groups:
    """Return as many inputs of each group as there are amplitudes.

    Parameters
    ----------
    rng : numpy Generator
        Source of randomness.
    n_samples : int
        Milliseconds.
    amplitude, noise : array (size,)
        What the latent signal and independent noise are multiplied by, of each input of the signal group.
    network : tuple of float
        Amplitude of the shared fluctuation, and of the independent noise added to it.
    background : float
        Standard deviation of the background.

    Returns
    -------
    Groups
    """
    size = len(amplitude)
    latent = latent_events(rng, n_samples)
    slow = np.asarray(lfilter([np.sqrt(2 / _TAU)], [1, -(1 - 1 / _TAU)], rng.normal(size=n_samples)))
    signal = np.outer(latent, amplitude) + noise * rng.normal(size=(n_samples, size))
    shared = network[0] * slow[:, None] + network[1] * rng.normal(size=(n_samples, size))
    rows = np.concatenate([signal, shared, background * rng.normal(size=(n_samples, size))], axis=1)
    return Groups((rows - rows.mean(axis=0)).astype(np.float32), latent, slow)
