"""Which recorded neurons belong to one population, where that is not known: those whose smoothed spikes go together."""

import warnings
from typing import Any

import numpy as np
from jaxtyping import Int

from bouton.errors import InputError
from bouton.recordings.preparation import smoothed_fractions
from bouton.recordings.spike_recording import SpikeRecording

__all__ = ["assign_populations"]


def assign_populations(
    recording: SpikeRecording, n_populations: int, *, width: float = 200.0, seed: int = 0
) -> Int[np.ndarray, " neurons"]:
    """Return the population of each neuron: k-means on the correlations of smoothed spike trains and on rates.

    Populations are numbered by their first neuron; the numbers of a model's populations are up to the user.

    Parameters
    ----------
    recording : SpikeRecording
        What was recorded.
    n_populations : int
        How many to look for.
    width : float, default 200
        Standard deviation of the Gaussian that smooths spikes, in ms.
    seed : int, default 0
        Of the starts of k-means.

    Raises
    ------
    InputError
        If there are fewer neurons than populations.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rate = 0.05 + 0.1 * (np.arange(2000) // 500 % 2)[:, None] * np.array([1, 0, 1, 0])
    >>> assign_populations(SpikeRecording(rng.random((2000, 4)) < rate, 4.0), 2).tolist()
    [0, 1, 0, 1]
    """
    from sklearn.cluster import KMeans

    if not 1 <= n_populations <= recording.n_neurons:
        raise InputError(f"n_populations must lie in 1 to {recording.n_neurons}, the neurons, got {n_populations}")
    every = np.arange(recording.n_neurons)
    smooth = smoothed_fractions(recording.spikes, every, len(every), width / recording.time_step)
    trains = smooth.reshape(-1, len(every))
    spread = trains.std(axis=0)
    if np.any(spread == 0):
        warnings.warn("neurons whose spikes do not vary are put where their rate fits", UserWarning, stacklevel=2)
    standard = (trains - trains.mean(axis=0)) / np.where(spread > 0, spread, 1)
    together = standard.T @ standard / len(standard)
    rates = recording.rates / max(float(recording.rates.mean()), 1e-12)
    # A neuron's correlation with itself says nothing of its population.
    np.fill_diagonal(together, 0)
    features = np.column_stack([together / np.sqrt(len(every)), rates])
    starts: Any = 10
    found = KMeans(n_populations, n_init=starts, random_state=seed).fit_predict(features)
    order = {label: number for number, label in enumerate(dict.fromkeys(found.tolist()))}
    return np.array([order[label] for label in found.tolist()])
