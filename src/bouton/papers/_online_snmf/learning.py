"""What all experiments share: seeds, and a pass of learning with everything recorded."""

import numpy as np
from jaxtyping import PRNGKeyArray

import bouton
from bouton.engine import Run
from bouton.papers._seeds import generator, random_key
from bouton.similarity import SNMFNetwork, SNMFState

__all__ = ["generator", "learn", "random_key", "units_used"]


def learn(circuit: SNMFNetwork, samples: np.ndarray, key: PRNGKeyArray, **options) -> Run:
    """Let the network learn, with the answers and the number of sweeps of every sample recorded."""
    return bouton.run(circuit, samples, key=key, record={"y": 1, "sweeps": 1}, **options)


def units_used(circuit: SNMFNetwork, state: SNMFState) -> int:
    """Return how many units have been recruited."""
    return int(circuit.report(state).used.sum())
