"""What all experiments on images share: white patches of five natural photographs, and passes over them."""

from typing import Any

import numpy as np
from jaxtyping import Float

import bouton
from bouton.data import Whitening, load_natural5, sample_patches
from bouton.engine import Circuit
from bouton.papers._nonlinear_hebbian.settings import Settings
from bouton.papers._seeds import generator, random_key

__all__ = ["in_passes", "raw_patches", "white_patches"]


def raw_patches(settings: Settings, seed: int) -> Float[np.ndarray, "patches pixels"]:
    """Return patches under all symmetries of the square, less their mean over samples, of unit variance on average."""
    rng = generator(seed, 1)
    patches = sample_patches(load_natural5(), settings.patch_size, settings.patches, rng, dihedral=True)
    patches = patches - patches.mean(axis=0, dtype=np.float64).astype(np.float32)
    return patches / patches.std(dtype=np.float64).astype(np.float32)


def white_patches(patches: Float[np.ndarray, "patches pixels"]) -> tuple[Float[np.ndarray, "patches pixels"], float]:
    """Return the patches after symmetric whitening, of unit variance, and the condition number of their covariance."""
    whitening = Whitening().fit(patches)
    white = whitening.transform(patches)
    white /= white.std(dtype=np.float64).astype(np.float32)
    return white, float(whitening.variances_[0] / whitening.variances_[-1])


def in_passes(
    circuit: Circuit,
    rows: Float[np.ndarray, "rows inputs"],
    batch_size: int,
    presented: int,
    seed: int,
    group: int,
    state: Any = None,
) -> Any:
    """Return the state of a circuit that has taken in mini-batches of rows, which change places before every pass."""
    key, rng = random_key(seed, group), generator(seed, group, 1)
    done = 0
    per_pass = len(rows) // batch_size
    while done < max(presented // batch_size, 1):
        count = min(per_pass, presented // batch_size - done)
        order = rng.permutation(len(rows))[: count * batch_size]
        events = rows[order].reshape(count, batch_size, -1)
        state = bouton.run(circuit, events, key=key, state=state, first_step=done).state
        done += count
    return state
