"""What all experiments share: seeds that do not collide, a pass of learning with everything recorded."""

import jax
import numpy as np
from jaxtyping import PRNGKeyArray

import bouton
from bouton.engine import Run
from bouton.similarity import SNMFNetwork, SNMFState

__all__ = ["generator", "learn", "random_key", "units_used"]


def generator(seed: int, group: int, number: int = 0) -> np.random.Generator:
    """Return the generator of data of one repetition (`number`) of one experiment (`group`)."""
    return np.random.default_rng((seed, group, number))


def random_key(seed: int, group: int, number: int = 0) -> PRNGKeyArray:
    """Return the key of one repetition (`number`) of one experiment (`group`)."""
    return jax.random.fold_in(jax.random.fold_in(jax.random.key(seed), group), number)


def learn(circuit: SNMFNetwork, samples: np.ndarray, key: PRNGKeyArray, **options) -> Run:
    """Let the network learn, with the answers and the number of sweeps of every sample recorded."""
    return bouton.run(circuit, samples, key=key, record={"y": 1, "sweeps": 1}, **options)


def units_used(circuit: SNMFNetwork, state: SNMFState) -> int:
    """Return how many units have been recruited."""
    return int(circuit.report(state).used.sum())
