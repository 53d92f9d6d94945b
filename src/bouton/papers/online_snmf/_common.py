"""What the sections share: a pass of learning with everything recorded, and the clusters in many dimensions."""

import numpy as np
from jaxtyping import Float, Int, PRNGKeyArray

import bouton
from bouton.data import gaussian_clusters
from bouton.engine import Run
from bouton.papers._seeds import generator
from bouton.similarity import SNMFNetwork, SNMFState

__all__ = ["clusters", "learn", "most_active_unit", "units_used"]


def clusters(
    n_inputs: int, n_clusters: int, n_samples: int, seed: int, number: int
) -> tuple[Float[np.ndarray, "samples inputs"], Int[np.ndarray, " samples"], Float[np.ndarray, "clusters inputs"]]:
    """Return samples, labels and centres of one repetition."""
    return gaussian_clusters(n_inputs, n_clusters, n_samples, seed=generator(seed, 1, number))


def learn(circuit: SNMFNetwork, samples: np.ndarray, key: PRNGKeyArray, **options) -> Run:
    """Let the network learn, with the responses and the number of sweeps of every sample recorded."""
    return bouton.run(circuit, samples, key=key, record={"y": 1, "sweeps": 1}, **options)


def units_used(circuit: SNMFNetwork, state: SNMFState) -> int:
    """Return how many units have been recruited."""
    return int(circuit.report(state).used.sum())


def most_active_unit(outputs: Float[np.ndarray, "samples units"]) -> Int[np.ndarray, " samples"]:
    """Return the most active unit of each sample, -1 where all units are silent."""
    return np.where(outputs.max(axis=1) > 0, outputs.argmax(axis=1), -1)
