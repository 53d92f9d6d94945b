"""Runs of the linear networks on one stream, with looks at the subspace on the way."""

from typing import Any

import jax
import numpy as np
from sklearn.decomposition import IncrementalPCA

import bouton
from bouton.data import spectrum_gaussian
from bouton.engine import Circuit
from bouton.papers._seeds import generator, random_key
from bouton.papers._similarity_family.principal import PrincipalSettings
from bouton.similarity import (
    FastSimilarityMatching,
    PrincipalSubspaceNetwork,
    SimilarityMatching,
    principal_subspace,
    subspace_error,
)

__all__ = ["networks", "run_all"]

_GROUP = 1
_BATCH = 100


def networks(settings: PrincipalSettings) -> dict[str, Circuit]:
    """Return the networks by name."""
    sizes = len(settings.spectrum), settings.components
    return {
        "minmax": SimilarityMatching(*sizes),
        "fast": FastSimilarityMatching(*sizes),
        "cumulative": PrincipalSubspaceNetwork(*sizes, initial_activity=settings.initial_activity),
    }


def filters(circuit: Circuit, state: Any, n_inputs: int) -> np.ndarray:
    """Return the linear map of a circuit, from its answers to the axes."""
    return bouton.respond(circuit, state, np.eye(n_inputs)).T


def run_all(settings: PrincipalSettings, seed: int) -> dict[str, Any]:
    """Return errors over the stream for every network and for PCA, and what M, W and F have become."""
    found = [_run_one(settings, seed, number) for number in range(settings.seeds)]
    results: dict[str, Any] = {f"principal.{name}": np.array([run[name] for run in found]) for name in found[0]}
    return results | {
        "principal.looks": np.array(settings.looks),
        "principal.fast_difference": _difference_of_fast_form(settings, seed),
    }


def _data(settings: PrincipalSettings, seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    data, directions = spectrum_gaussian(
        settings.spectrum, n_samples=settings.samples, seed=generator(seed, _GROUP, number)
    )
    return data, directions[:, : settings.components].T


def _run_one(settings: PrincipalSettings, seed: int, number: int) -> dict[str, Any]:
    data, truth = _data(settings, seed, number)
    key, n = random_key(seed, _GROUP, number), data.shape[1]
    results: dict[str, Any] = {}
    states = {}
    made = networks(settings)
    # The fast form gives the answers of the min-max network, which is judged by itself.
    for name in ("minmax", "cumulative"):
        circuit, errors, state, first = made[name], [], None, 0
        for look in settings.looks:
            state = bouton.run(circuit, data[first:look], key=key, state=state, first_step=first).state
            errors.append(subspace_error(filters(circuit, state, n), truth))
            first = look
        learned = filters(circuit, state, n)
        results[f"{name}.error"] = errors
        results[f"{name}.orthonormality"] = np.abs(learned @ learned.T - np.eye(len(learned))).max()
        states[name] = state
    top = np.linalg.eigvalsh(data.T @ data / len(data))[::-1][: settings.components]
    minmax = states["minmax"]
    eigenvalues = np.linalg.eigvalsh(np.asarray(minmax.lateral, float))[::-1]
    singular_values = np.linalg.svd(np.asarray(minmax.feedforward, float), compute_uv=False)
    pca, errors, first = IncrementalPCA(settings.components), [], 0
    for look in settings.looks:
        for start in range(first, look, _BATCH):
            pca.partial_fit(data[start : min(start + _BATCH, look)])
        errors.append(subspace_error(np.asarray(pca.components_), truth))
        first = look
    return results | {
        "minmax.eigenvalues": np.abs(eigenvalues / top - 1).max(),
        "minmax.singular_values": np.abs(singular_values / top - 1).max(),
        "incremental.error": errors,
        "exact.error": [subspace_error(principal_subspace(data[:n], len(truth)), truth) for n in settings.looks],
    }


def _difference_of_fast_form(settings: PrincipalSettings, seed: int) -> float:
    data, _ = _data(settings, seed, 0)
    with jax.enable_x64(True):
        made = networks(settings)
        answers = [
            bouton.run(made[name], data, key=random_key(seed, _GROUP), record={"y": 1}).recordings["y"].values
            for name in ("minmax", "fast")
        ]
    return float(np.abs(answers[0] - answers[1]).max())
