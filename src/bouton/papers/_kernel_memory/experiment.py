"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._kernel_memory.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R6.

    Parameters
    ----------
    settings : Settings
        Sizes and parameters.
    seed : int
        Seed of all patterns, labels and noise.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the reference run they belong to.
    """
    from bouton.papers._kernel_memory.binary import measure_coefficients, measure_digits, measure_stability
    from bouton.papers._kernel_memory.capacity import measure_cover, measure_locations
    from bouton.papers._kernel_memory.continuous import measure_basins

    progress("optimal stability", 0.0)
    results = measure_stability(settings, seed)
    progress("optimal and equal coefficients", 0.1)
    results |= measure_coefficients(settings, seed)
    progress("digits", 0.5)
    results |= measure_digits(settings, seed)
    progress("basins of the continuous memory", 0.6)
    results |= measure_basins(settings, seed)
    progress("capacity", 0.8)
    results |= measure_cover(settings, seed)
    results |= measure_locations(settings, seed)
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return the network whose locality is audited: neurons that learn the margin by the AdaTron rule."""
    import jax.numpy as jnp

    from bouton.memory import AdaTronNetwork, DenseKernel, random_signs

    patterns = random_signs(10, settings.neurons)
    return (AdaTronNetwork(jnp.asarray(patterns, jnp.result_type(float)), DenseKernel(3)),)
