"""Seeds that do not collide: one generator and one key for each repetition of each experiment of a paper."""

import jax
import numpy as np
from jaxtyping import PRNGKeyArray

__all__ = ["generator", "random_key"]


def generator(seed: int, group: int, number: int = 0) -> np.random.Generator:
    """Return the generator of data of one repetition (`number`) of one experiment (`group`)."""
    return np.random.default_rng((seed, group, number))


def random_key(seed: int, group: int, number: int = 0) -> PRNGKeyArray:
    """Return the key of one repetition (`number`) of one experiment (`group`)."""
    return jax.random.fold_in(jax.random.fold_in(jax.random.key(seed), group), number)
