"""R4: sparse non-negative sources behind a linear mixture, found again by one unit each."""

from typing import Any

import numpy as np

from bouton.data import sparse_mixture
from bouton.papers._online_snmf.learning import generator, learn, random_key
from bouton.papers._online_snmf.metrics import matched_correlation
from bouton.papers._online_snmf.settings import Settings
from bouton.similarity import SNMFNetwork, relative_similarity_error

__all__ = ["measure_mixture"]


def measure_mixture(settings: Settings, seed: int) -> dict[str, Any]:
    """R4: correlate the answers with the sources over the second half of the stream."""
    short, long = (
        (settings.mixture_samples, settings.mixture_seeds),
        (
            settings.long_mixture_samples,
            settings.long_mixture_seeds,
        ),
    )
    cases = {"short": (*short, 0.3), "long": (*long, 0.3), "dense": (*long, 0.5)}
    results: dict[str, Any] = {}
    for group, (name, (n_samples, n_seeds, probability)) in enumerate(cases.items()):
        found = [_unmix(settings, seed, 10 * group + number, n_samples, probability) for number in range(n_seeds)]
        results[f"R4.{name}.correlations"] = np.array([correlations for correlations, _ in found])
        results[f"R4.{name}.cost"] = np.array([cost for _, cost in found])
    return results


def _unmix(settings: Settings, seed: int, number: int, n_samples: int, probability: float) -> tuple[np.ndarray, float]:
    samples, sources, _ = sparse_mixture(
        settings.mixture_inputs, settings.sources, n_samples, probability, seed=generator(seed, 4, number)
    )
    circuit = SNMFNetwork(settings.mixture_inputs, settings.sources, rank_penalty=settings.mixture_penalty)
    answers = learn(circuit, samples, random_key(seed, 4, number)).recordings["y"].values
    half = n_samples // 2
    cost = relative_similarity_error(samples[half:], answers[half:])
    return matched_correlation(answers[half:], sources[half:]), cost
