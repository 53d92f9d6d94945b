"""Averaged growth: R1 the regimes of layer C, the theory of its modes, R2 and R3 the layers above."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array
from scipy.optimize import brentq

from bouton.analysis import arbor_shape, orientation_of_arbor
from bouton.features import (
    LayerPlan,
    LinskerGrowth,
    arbor_modes,
    arbor_positions,
    develop_layer,
    develop_layers,
    distances,
    radial_eigenvalues,
)
from bouton.papers._linsker.settings import Settings
from bouton.papers._seeds import generator, random_key

__all__ = ["K2_OF_MODES", "ORIENTED", "measure_layers", "measure_map", "measure_modes", "measure_regimes"]

K2_OF_MODES = (0.0, -0.1, -0.3, -0.5, -1.0, -3.0, -30.0, -300.0)
ORIENTED = ((1.5, 0.0), (1.5, 0.1), (1.5, 0.45), (4.0, 0.3), (4.0, 0.45))
"""Variance of the arbor and k1 of the cells of layer G."""
_K1_OF_LAYERS = {"C": 0.45, "D": 0.35, "E": 0.35, "F": 0.35}


def _gauss(distance: np.ndarray) -> np.ndarray:
    return np.exp(-(distance**2) / 2)


def _cells(settings: Settings, seed: int, group: int, cells: int) -> tuple[np.ndarray, Array, Array]:
    """Return places, starts and covariances of cells of layer C."""
    positions = arbor_positions(generator(seed, group), settings.synapses, settings.arbor, cells)
    keys = jax.random.split(random_key(seed, group), cells)
    start = jax.vmap(lambda key: LinskerGrowth().start(key, settings.synapses))(keys)
    return positions, start, jnp.asarray(_gauss(distances(positions)), start.dtype)


def measure_regimes(settings: Settings, seed: int) -> dict[str, Any]:
    """R1: all values of k1 and all cells in one vectorised run."""
    positions, start, covariance = _cells(settings, seed, 1, settings.cells)

    def grown(k1: Array, weights: Array, within: Array) -> Array:
        return LinskerGrowth(k1, settings.k2, steps=settings.steps).grow(weights, within)

    over_cells = jax.vmap(grown, in_axes=(None, 0, 0))
    weights = np.asarray(
        jax.vmap(over_cells, in_axes=(0, None, None))(jnp.array(settings.k1), start, covariance), float
    )
    shapes = np.array([[arbor_shape(w, p) for w, p in zip(row, positions, strict=True)] for row in weights])
    return {
        "R1.k1": np.array(settings.k1),
        "R1.positions": positions,
        "R1.weights": weights,
        **{
            f"R1.{name}": shapes[..., index]
            for index, name in enumerate(("centre", "dipole", "excitatory", "saturated"))
        },
    }


def measure_map(settings: Settings, seed: int) -> dict[str, Any]:
    """The regimes over k1 and k2, one cell each, in one vectorised run."""
    positions, start, covariance = _cells(settings, seed, 2, 1)
    k1, k2 = np.meshgrid(settings.map_k1, settings.map_k2)

    def grown(first: Array, second: Array) -> Array:
        return LinskerGrowth(first, second, steps=settings.steps).grow(start[0], covariance[0])

    weights = np.asarray(jax.vmap(grown)(jnp.asarray(k1.ravel()), jnp.asarray(k2.ravel())), float)
    shapes = np.array([arbor_shape(row, positions[0]) for row in weights]).reshape(*k1.shape, -1)
    return {
        "map.k1": np.array(settings.map_k1),
        "map.k2": np.array(settings.map_k2),
        **{f"map.{name}": shapes[..., index] for index, name in enumerate(("centre", "dipole", "excitatory"))},
    }


def measure_modes(settings: Settings, seed: int) -> dict[str, Any]:
    """Eigenvalues of the operator of growth: in closed form, by quadrature, and of a sampled arbor."""
    modes = arbor_modes(settings.arbor, 1.0)
    radial, bilobed, quadrupole = (radial_eigenvalues(_gauss, settings.arbor, angular=m) for m in range(3))
    positions = arbor_positions(generator(seed, 3), settings.sampled_synapses, settings.arbor)
    sampled = np.linalg.eigvalsh(_gauss(distances(positions)) / settings.sampled_synapses)[::-1][:6]
    k2 = -np.geomspace(0.01, 10, 31)

    def lead(constant: float) -> float:
        return float(radial_eigenvalues(_gauss, settings.arbor, k2=constant)[0] - bilobed[0])

    return {
        "modes.closed": np.array([modes.eigenvalue(order) for order in (0, 1, 1, 2, 2, 2)]),
        "modes.quadrature": np.array([radial[0], bilobed[0], bilobed[0], radial[1], quadrupole[0], quadrupole[0]]),
        "modes.sampled": sampled,
        "modes.radial": np.array([radial_eigenvalues(_gauss, settings.arbor, k2=each)[0] for each in K2_OF_MODES]),
        "modes.crossing": brentq(lead, -1.0, -0.1),
        "modes.curve_k2": k2,
        "modes.curve": np.array([radial_eigenvalues(_gauss, settings.arbor, k2=each)[0] for each in k2]),
    }


def measure_layers(settings: Settings, seed: int) -> dict[str, Any]:
    """R2 and R3: layers B to F one after the other, and layer G with several arbors and values of k1."""
    plans = [
        LayerPlan("B", LinskerGrowth(k1=1.0, k2=0.0, steps=100), settings.arbor_b),
        *(
            LayerPlan(name, LinskerGrowth(k1, settings.k2, steps=settings.steps), settings.arbor)
            for name, k1 in _K1_OF_LAYERS.items()
        ),
    ]
    layers = develop_layers(plans, n_synapses=settings.synapses, n_cells=settings.cells, seed=10_000_000 * seed)
    profiles = np.array([layer.statistics.profile for layer in layers])
    results: dict[str, Any] = {
        "R2.names": [layer.name for layer in layers],
        "R2.radius": layers[0].statistics.radius,
        "R2.profiles": profiles,
        "R2.excitatory": [layer.excitatory for layer in layers],
        "R2.positions": np.stack([layer.positions[0] for layer in layers]),
        "R2.weights": np.stack([layer.weights[0] for layer in layers]),
        "R3.index_c": np.array(
            [orientation_of_arbor(w, p)[0] for w, p in zip(layers[1].weights, layers[1].positions, strict=True)]
        ),
    }
    for arbor, k1 in ORIENTED:
        plan = LayerPlan("G", LinskerGrowth(k1, settings.k2, steps=settings.oriented_steps), arbor)
        results |= _oriented(settings, seed, plan, layers[-1].statistics, f"R3.{arbor}.{k1}")
    return results


def _oriented(settings: Settings, seed: int, plan: LayerPlan, below: Any, name: str) -> dict[str, Any]:
    layer = develop_layer(
        plan,
        below,
        n_synapses=settings.oriented_synapses,
        n_cells=settings.oriented_cells,
        seed=10_000_000 * seed + 9_000,
    )
    found = [orientation_of_arbor(w, p) for w, p in zip(layer.weights, layer.positions, strict=True)]
    return {
        f"{name}.index": np.array([index for index, _, _ in found]),
        f"{name}.preferred": np.array([preferred for _, preferred, _ in found]),
        f"{name}.tuning": np.array([tuning for _, _, tuning in found]),
        f"{name}.positions": layer.positions[:4],
        f"{name}.weights": layer.weights[:4],
    }
