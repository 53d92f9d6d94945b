"""R1 and R2: what four rules follow in correlated input, and how well they decode it."""

from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.features import CorrelationInvariantNeurons
from bouton.papers._correlation_invariant.settings import Settings
from bouton.papers._correlation_invariant.signals import Groups, groups, in_batches
from bouton.papers._seeds import generator

__all__ = ["RULES", "group_circuits", "measure_decoding", "measure_groups"]

RULES = ("invariant", "kurtosis", "heterosynaptic", "oja")
_RATES = {"invariant": 5e-4, "kurtosis": 1e-3, "heterosynaptic": 2e-4, "oja": 1e-3}
_TARGETS = {"invariant": 5.0, "kurtosis": 4.0, "heterosynaptic": 1.0, "oja": 20.0}
_SCALES = np.repeat([1.5, 1.0, 0.7], (5, 10, 5))


def group_circuits(settings: Settings) -> dict[str, CorrelationInvariantNeurons]:
    """Return a neuron of each rule, at the published rates."""
    return {
        rule: CorrelationInvariantNeurons(
            3 * settings.group_size,
            1,
            rule,  # pyright: ignore[reportArgumentType]
            _TARGETS[rule],
            1.5,
            _RATES[rule],
            settings.averaging_time,
            nonnegative=True,
            batch_size=settings.batch_size,
        )
        for rule in RULES
    }


def measure_groups(settings: Settings, seed: int) -> dict[str, Any]:
    """R1: a weak sparse signal, a strong slow fluctuation, and a background of unshared noise."""
    rng, size = generator(seed, 21), settings.group_size
    data = groups(rng, settings.group_samples, np.full(size, 2.2), np.full(size, 0.22), (1.2, 0.2), 0.5 * np.sqrt(size))
    start = np.maximum(rng.normal(size=(1, 3 * size)), 0)
    circuits = group_circuits(settings)
    state, passes = in_batches(settings, seed, 21, circuits, data.rows, start, settings.group_steps, watched=True)
    weights = np.array([np.asarray(state[rule].feedforward)[0] for rule in RULES])
    path = np.array([start[None, 0].repeat(len(RULES), 0), *([each[rule][0] for rule in RULES] for each in passes)])
    drives = data.rows @ weights.T
    return {
        "R1.rules": list(RULES),
        "R1.means": weights.reshape(len(RULES), 3, size).mean(axis=2),
        "R1.path": path.reshape(len(path), len(RULES), 3, size).mean(axis=3),
        "R1.network": np.array([np.corrcoef(u, data.network)[0, 1] for u in drives.T]),
        "R1.signal": np.array([np.corrcoef(u, data.latent)[0, 1] for u in drives.T]),
        "R1.variances": np.linalg.eigvalsh(np.cov(data.rows, rowvar=False))[::-1],
    }


def measure_decoding(settings: Settings, seed: int) -> dict[str, Any]:
    """R2: signals of several amplitudes, and of several noise levels, beside the optimal linear decoder."""
    results: dict[str, Any] = {}
    cases = {"scale": (2.6 * _SCALES, 1.3 * _SCALES, 3e-3, 1.0), "noise": (np.full(20, 3.0), 1.5 * _SCALES, 1e-3, 1.5)}
    for number, (case, (amplitude, noise, rate, decay)) in enumerate(cases.items()):
        ratios, means = [], []
        for repetition in range(settings.decoding_seeds):
            rng = generator(seed, 22 + number, repetition)
            data = groups(rng, settings.decoding_samples, amplitude, noise, (1.0, 0.0), 0.8 * np.sqrt(20))
            options = {"averaging_time": settings.averaging_time, "nonnegative": True}
            circuits = {
                "invariant": CorrelationInvariantNeurons(60, 1, "invariant", 4.0, 1.0, rate, **options, batch_size=100),
                "heterosynaptic": CorrelationInvariantNeurons(
                    60, 1, "heterosynaptic", 1.0, decay, 1e-3, **options, batch_size=100
                ),
            }
            start = rng.normal(size=(1, 60))
            state, _ = in_batches(settings, seed, 22 + number, circuits, data.rows, start, settings.decoding_steps)
            weights = np.array([np.asarray(state[rule].feedforward)[0] for rule in circuits])
            ratios.append(_ratios(data, weights))
            means.append([[row[:5].mean(), row[5:15].mean(), row[15:20].mean(), row[20:].mean()] for row in weights])
        results |= {f"R2.{case}.ratios": np.array(ratios).T, f"R2.{case}.means": np.array(means).mean(axis=0)}
    return results


def _ratios(data: Groups, weights: Float[np.ndarray, "rules inputs"]) -> list[float]:
    """Return the signal-to-noise ratio of each rule, over that of linear regression."""
    rows, latent = data.rows.astype(float), data.latent - data.latent.mean()
    optimal = np.linalg.lstsq(rows, latent, rcond=None)[0]
    found = [_signal_to_noise(rows @ row, latent) for row in (*weights, optimal)]
    return [each / found[-1] for each in found[:-1]]


def _signal_to_noise(drive: np.ndarray, latent: np.ndarray) -> float:
    squared = np.corrcoef(drive, latent)[0, 1] ** 2
    return float(squared / (1 - squared))
