"""Layers B and C under noise, pattern by pattern, beside the averaged rule for the same cells."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import bouton
from bouton.analysis import arbor_shape
from bouton.features import LatticeArbors, LinskerGrowth, LinskerNetwork, lattice_arbors
from bouton.papers._linsker.settings import Settings
from bouton.papers._seeds import generator, random_key

__all__ = ["measure_noise", "network"]

# Spacings of the lattice of layer A in a unit of length, so that arbors cover many of its cells.
_SCALE = 2.0
_PATTERNS_OF_B = 500
_RATE_OF_B = 0.01
_BLOCK = 10_000


def network(settings: Settings, seed: int, developing: int = 0) -> tuple[LinskerNetwork, LatticeArbors]:
    """Return the network of layers B and C, and the arbors of C."""
    rng, side = generator(seed, 5), settings.lattice
    b = lattice_arbors(rng, side, side, 60, settings.arbor_b * _SCALE**2)
    c = lattice_arbors(rng, side, settings.noise_cells, settings.noise_synapses, settings.arbor * _SCALE**2)
    connectivities = (b.connectivity, c.connectivity)
    return LinskerNetwork(connectivities, k1=1.0, k2=0.0, learning_rate=_RATE_OF_B, developing=developing), c


def measure_noise(settings: Settings, seed: int) -> dict[str, Any]:
    """Let B and then C develop, and C by the averaged rule too, from the same start and on B's exact covariance."""
    circuit, arbors = network(settings, seed)
    rng = generator(seed, 6)
    size = settings.lattice**2
    patterns = rng.normal(size=(_PATTERNS_OF_B, size)).astype(np.float32)
    first = bouton.run(circuit, patterns, key=random_key(seed, 6)).state
    circuit, state = circuit.matured(first, k1=0.45, k2=settings.k2, learning_rate=settings.noise_rate)
    start = state.weights[1]
    for block in range(0, settings.noise_patterns, _BLOCK):
        count = min(_BLOCK, settings.noise_patterns - block)
        patterns = rng.normal(size=(count, size)).astype(np.float32)
        state = bouton.run(circuit, patterns, key=random_key(seed, 7), state=state).state
    response = circuit.response(state, 0)
    covariance, table = response @ response.T, np.asarray(arbors.connectivity.table)
    within = jnp.asarray(covariance[table[:, :, None], table[:, None, :]], start.dtype)
    growth = LinskerGrowth(0.45, settings.k2, steps=max(1, round(settings.noise_patterns * settings.noise_rate / 0.2)))
    averaged = np.asarray(jax.vmap(growth.grow)(start, within), float)
    learned = np.asarray(state.weights[1], float)
    pairs = list(zip(learned, averaged, strict=True))
    return {
        "noise.positions": arbors.positions / _SCALE,
        "noise.b_excitatory": float((first.weights[0] > 0).mean()),
        "noise.learned": learned,
        "noise.averaged": averaged,
        "noise.correlation": np.array([np.corrcoef(one, other)[0, 1] for one, other in pairs]),
        "noise.shapes": np.array([arbor_shape(w, p) for w, p in zip(learned, arbors.positions, strict=True)]),
        "noise.averaged_shapes": np.array([arbor_shape(w, p) for w, p in zip(averaged, arbors.positions, strict=True)]),
        "noise.fields": circuit.response(state, 1),
    }
