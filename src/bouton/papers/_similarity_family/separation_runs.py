"""Runs of the network that separates sources, and of non-negative PCA in plain NumPy."""

from typing import Any

import numpy as np

import bouton
from bouton.data import nonnegative_mixture
from bouton.papers._online_snmf.metrics import matched_correlation
from bouton.papers._seeds import generator, random_key
from bouton.papers._similarity_family.separation import SeparationSettings
from bouton.plasticity import LearningRate
from bouton.similarity import SourceSeparationNetwork

__all__ = ["network", "run_all"]

_GROUP = 8
_MOST_BASELINE_SAMPLES = 20_000
"""Non-negative PCA runs in plain Python; so many samples are enough for it to come to rest."""


def network(settings: SeparationSettings, sources: int) -> SourceSeparationNetwork:
    """Return the network for as many mixtures as sources."""
    return SourceSeparationNetwork(sources, sources, learning_rate=LearningRate(settings.learning_rate, settings.decay))


def run_all(settings: SeparationSettings, seed: int) -> dict[str, Any]:
    """Return correlations with the true sources for few and many of them, and answers to show."""
    sizes = {
        "few": (settings.few, settings.few_samples, settings.few_seeds),
        "many": (settings.many, settings.many_samples, settings.many_seeds),
    }
    results: dict[str, Any] = {}
    for place, (case, (sources, samples, seeds)) in enumerate(sizes.items()):
        runs = [_run_one(settings, seed, 100 * place + number, sources, samples) for number in range(seeds)]
        for name in ("network", "baseline", "silent", "baseline_silent"):
            results[f"separation.{case}.{name}"] = np.array([run[name] for run in runs])
        both = (results[f"separation.{case}.silent"] == 0) & (results[f"separation.{case}.baseline_silent"] == 0)
        advantage = results[f"separation.{case}.network"] - results[f"separation.{case}.baseline"]
        results[f"separation.{case}.advantage"] = float(advantage[both].mean()) if both.any() else float("nan")
        if case == "few":
            shown = next((run for run in runs if run["silent"] == 0), runs[0])
            results |= {f"separation.{name}": shown[name] for name in ("sources", "answers")}
    return results


def _run_one(settings: SeparationSettings, seed: int, number: int, n_sources: int, n_samples: int) -> dict[str, Any]:
    rng = generator(seed, _GROUP, number)
    mixtures, sources, _ = nonnegative_mixture(n_sources, n_samples=n_samples, seed=rng)
    run = bouton.run(network(settings, n_sources), mixtures, key=random_key(seed, _GROUP, number))
    judged = slice(-settings.judged, None)
    answers = run.respond(mixtures[judged])
    other = _nonnegative_pca(mixtures, settings, rng)[judged]
    shown = slice(-settings.shown, None)
    order = np.argmax((sources[judged] - sources[judged].mean(axis=0)).T @ answers, axis=1)
    return {
        "network": matched_correlation(answers, sources[judged]),
        "baseline": matched_correlation(other, sources[judged]),
        "silent": int(np.sum(answers.max(axis=0) <= 0)),
        "baseline_silent": int(np.sum(other.max(axis=0) <= 0)),
        "sources": sources[shown],
        "answers": answers[shown][:, order],
    }


def _nonnegative_pca(mixtures: np.ndarray, settings: SeparationSettings, rng: np.random.Generator) -> np.ndarray:
    """Return max(0, W z) of mixtures z whitened without removing their mean, W learned as non-negative PCA does."""
    variances, directions = np.linalg.eigh(np.cov(mixtures.T))
    whitened = mixtures @ directions / np.sqrt(variances)
    n = whitened.shape[1]
    weights = np.linalg.qr(rng.normal(size=(n, n)))[0]
    for t, z in enumerate(whitened[:_MOST_BASELINE_SAMPLES]):
        y = np.maximum(weights @ z, 0)
        rate = settings.baseline_rate / (1 + settings.baseline_decay * t)
        weights += rate * (np.outer(y, z) - np.outer(y, y @ weights))
    return np.maximum(whitened @ weights.T, 0)
