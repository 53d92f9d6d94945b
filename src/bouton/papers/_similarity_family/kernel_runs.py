"""Runs of kernel similarity matching on two half moons, and k-means on inputs, answers and the exact kernel."""

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score

import bouton
from bouton.papers._seeds import generator, random_key
from bouton.papers._similarity_family.kernel import KernelSettings
from bouton.similarity import KernelSimilarityMatching, RadialKernel

__all__ = ["network", "run_all"]

_GROUP = 7
_SLOW = 0.1


def network(settings: KernelSettings) -> KernelSimilarityMatching:
    """Return the network of the demonstration."""
    kernel = RadialKernel(settings.width)
    return KernelSimilarityMatching(2, settings.outputs, kernel, batch_size=settings.batch_size)


def run_all(settings: KernelSettings, seed: int) -> dict[str, Any]:
    """Return objectives, clusters and pictures; one entry per repetition."""
    found = [_run_one(settings, seed, number) for number in range(settings.seeds)]
    pictures = ("samples", "features", "labels.inputs", "labels.answers", "labels.directions")
    results: dict[str, Any] = {f"kernel.{name}": found[0][name] for name in pictures}
    results |= {f"kernel.{name}": np.array([run[name] for run in found]) for name in found[0] if name not in pictures}
    results["kernel.recorded_at"] = np.arange(1, results["kernel.trace"].shape[1] + 1) * settings.recorded_every
    return results


def _run_one(settings: KernelSettings, seed: int, number: int) -> dict[str, Any]:
    rng = generator(seed, _GROUP, number)
    points, moons = make_moons(settings.samples, noise=settings.noise, random_state=int(rng.integers(2**31)))
    points = np.asarray(points) - np.mean(points, axis=0)
    circuit, key = network(settings), random_key(seed, _GROUP, number)
    record = {"objective": 1}
    first = bouton.run(circuit, _batches(settings, rng, points), key=key, record=record)
    slow = replace(circuit, learning_rate=_SLOW)
    second = bouton.run(
        slow, _batches(settings, rng, points), key=key, record=record, state=first.state, first_step=first.steps
    )
    trace = np.concatenate([run.recordings["objective"].values for run in (first, second)])
    answers = bouton.respond(replace(circuit, batch_size=None), second.state, points).astype(float)
    eigenvalues, features = _exact_kernel(settings, points)
    spaces = {
        "inputs": points,
        "answers": answers,
        "directions": answers / np.linalg.norm(answers, axis=1, keepdims=True),
        "kernel": features,
    }
    cluster = KMeans(2, n_init=settings.starts, random_state=0)  # pyright: ignore[reportArgumentType]
    labels = {name: cluster.fit_predict(space) for name, space in spaces.items()}
    reachable = np.sum(np.sort(eigenvalues)[-settings.outputs :] ** 2) / 4
    return {
        "objective": trace[-settings.averaged :].mean(),
        "share": float(circuit.objective(second.state, points)) / reachable,
        "trace": trace.reshape(-1, settings.recorded_every).mean(axis=1),
        "samples": points,
        "features": np.asarray(second.state.features),
        **{f"ari.{name}": adjusted_rand_score(moons, found) for name, found in labels.items()},
        **{f"labels.{name}": labels[name] for name in ("inputs", "answers", "directions")},
    }


def _batches(settings: KernelSettings, rng: np.random.Generator, points: np.ndarray) -> np.ndarray:
    """Return mini-batches (batches, batch_size, 2) of passes over the points, each in an order of its own."""
    size = settings.batch_size
    per_pass = len(points) // size
    passes = -(-settings.batches // per_pass)
    order = np.concatenate([rng.permutation(len(points))[: per_pass * size] for _ in range(passes)])
    return points[order[: settings.batches * size]].reshape(-1, size, 2).astype(np.float32)


def _exact_kernel(settings: KernelSettings, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the eigenvalues of the kernel over the number of samples, and its features to working precision."""
    squares = np.sum((points[:, None] - points[None, :]) ** 2, axis=-1)
    values, vectors = np.linalg.eigh(np.exp(-squares / (2 * settings.width**2)))
    kept = values > 1e-6 * values[-1]
    return values / len(points), vectors[:, kept] * np.sqrt(values[kept])
