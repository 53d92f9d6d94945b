"""Lanes of `jax.vmap` take turns: each is simulated by itself, to the bits of a run without lanes.

Loops over spikes go on as long as a lane has some, and the elements that they change are gathered and scattered where
lanes share them: a network of 1000 neurons with plasticity took two thousand times as long. One lane after the other
costs what its own spikes cost, and the copying of its state in and out.
"""

from collections.abc import Callable
from typing import Any

import equinox as eqx
from jax.custom_batching import sequential_vmap

from bouton.plasticity.applications import is_recorded

__all__ = ["lane_by_lane"]


def lane_by_lane(function: Callable[..., Any], module: eqx.Module, *operands: Any) -> Any:
    """Return ``function(module, *operands)``; of lanes of `jax.vmap` one after the other."""
    if is_recorded():
        # Whoever follows the computation knows synapses by the module that they belong to.
        return function(module, *operands)
    arrays, rest = eqx.partition(module, eqx.is_array)

    def alone(arrays: Any, *operands: Any) -> Any:
        return function(eqx.combine(arrays, rest), *operands)

    return sequential_vmap(alone)(arrays, *operands)
