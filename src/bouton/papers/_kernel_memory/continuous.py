"""R4: the continuous memory of exponential capacity: the bound on its basins, and recall from within and beyond."""

from typing import Any

import numpy as np

from bouton.memory import ExponentialPowerKernel, basin_bound, exponential_capacity_memory
from bouton.papers._kernel_memory.settings import Settings
from bouton.papers._seeds import generator

__all__ = ["measure_basins"]

_STEPS = 60
_NEAR = 1e-6
"""Of the patterns' length: what counts as recalled."""


def measure_basins(settings: Settings, seed: int) -> dict[str, Any]:
    """Return bounds over the least distance (kernels, spheres), and shares recalled (kernels, spheres, distances)."""
    bounds = np.zeros((len(settings.shapes), len(settings.spheres)))
    recalled = np.zeros((*bounds.shape, len(settings.shares)))
    separations = np.zeros(len(settings.spheres))
    for column, (size, count) in enumerate(settings.spheres):
        rng = generator(seed, 4, column)
        patterns = _on_sphere(rng, count, size)
        # Any kernel will do to learn the least distance.
        separation = basin_bound(patterns, ExponentialPowerKernel(0.1, 2.0)).separation
        separations[column] = separation / np.sqrt(size)
        chosen = rng.integers(count, size=settings.basin_trials)
        directions = _on_sphere(rng, settings.basin_trials, size) / np.sqrt(size)
        for row, (power, share) in enumerate(settings.shapes):
            memory = exponential_capacity_memory(share * separation, power, max_steps=_STEPS).fit(patterns)
            assert isinstance(memory.kernel, ExponentialPowerKernel)
            bound = basin_bound(patterns, memory.kernel).radius
            bounds[row, column] = bound / separation
            for place, part in enumerate(settings.shares):
                ends = memory.recall(patterns[chosen] + part * bound * directions, return_steps=True).states
                errors = np.linalg.norm(ends - patterns[chosen], axis=1) / np.sqrt(size)
                recalled[row, column, place] = np.mean(errors < _NEAR)
    return {
        "R4.spheres": np.array(settings.spheres),
        "R4.shapes": np.array(settings.shapes),
        "R4.shares": np.array(settings.shares),
        "R4.separations": separations,
        "R4.bounds": bounds,
        "R4.recalled": recalled,
    }


def _on_sphere(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    points = rng.normal(size=(count, size))
    return points * np.sqrt(size) / np.linalg.norm(points, axis=1, keepdims=True)
