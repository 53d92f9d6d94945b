"""Runs of the whitening network, and the same rules with running means of each neuron's own, in plain NumPy."""

from typing import Any

import numpy as np

import bouton
from bouton.data import nonnegative_mixture, spectrum_gaussian
from bouton.papers._seeds import generator, random_key
from bouton.papers._similarity_family.whitening import WhiteningSettings
from bouton.similarity import WhiteningNetwork, subspace_error

__all__ = ["run_all"]

_GROUP = 2


def run_all(settings: WhiteningSettings, seed: int) -> dict[str, Any]:
    """Return the deviations from unit covariance over the streams, and the errors of the whitened subspace."""
    found = [_run_one(settings, seed, number) for number in range(settings.seeds)]
    results: dict[str, Any] = {f"whitening.{name}": np.array([run[name] for run in found]) for name in found[0]}
    return results | {"whitening.looks": np.array(settings.looks)}


def _run_one(settings: WhiteningSettings, seed: int, number: int) -> dict[str, Any]:
    rng, key = generator(seed, _GROUP, number), random_key(seed, _GROUP, number)
    mixtures, _, _ = nonnegative_mixture(settings.sources, n_samples=settings.samples, seed=rng)
    circuit = WhiteningNetwork(settings.sources, settings.sources)
    deviations = [_deviation(unmix, mixtures) for unmix in _looks(circuit, mixtures, settings.looks, key)]
    own_mean = [_deviation(unmix, mixtures) for unmix in _with_own_means(mixtures, settings.looks, rng)]
    data, directions = spectrum_gaussian(settings.spectrum, n_samples=settings.samples, seed=rng)
    truth = directions[:, : settings.components].T
    circuit = WhiteningNetwork(data.shape[1], settings.components, input_variance=float(data.var(axis=0).mean()))
    filters = list(_looks(circuit, data, settings.looks, key))
    return {
        "mixture.deviation": deviations,
        "own_mean.deviation": own_mean,
        "subspace.deviation": [_deviation(unmix, data) for unmix in filters],
        "subspace.error": [subspace_error(unmix, truth) for unmix in filters],
    }


def _looks(circuit: WhiteningNetwork, data: np.ndarray, looks: tuple[int, ...], key: Any):
    state, first = None, 0
    for look in looks:
        state = bouton.run(circuit, data[first:look], key=key, state=state, first_step=first).state
        yield bouton.respond(circuit, state, np.eye(data.shape[1])).T
        first = look


def _deviation(unmix: np.ndarray, data: np.ndarray) -> float:
    return float(np.abs(unmix @ np.cov(data.T) @ unmix.T - np.eye(len(unmix))).max())


def _with_own_means(data: np.ndarray, looks: tuple[int, ...], rng: np.random.Generator):
    """Learn with every mean a running one, also that of the answers, over all samples so far."""
    n = data.shape[1]
    weights, interneuron = rng.normal(size=(n, n)), np.eye(n)
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    mean_input, mean_activity = np.zeros(n), np.zeros(n)
    for t, x in enumerate(data):
        h = np.linalg.solve(interneuron.T @ interneuron, weights @ x)
        mean_input += (x - mean_input) / (t + 1)
        mean_activity += (h - mean_activity) / (t + 1)
        deviation = h - mean_activity
        weights += (np.outer(deviation, x - mean_input) - weights) / (t + 100)
        interneuron += (np.outer(interneuron @ deviation, deviation) - interneuron) / (t + 100)
        if t + 1 in looks:
            yield np.linalg.solve(interneuron.T @ interneuron, weights)
