"""Groups of a spiking network: neurons of one kind, and how they start."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._checked import Checked
from bouton._fields import Count
from bouton.dynamics.excitable import WaitingNeurons
from bouton.dynamics.point_neurons import NeuronState, PointNeurons
from bouton.errors import InputError
from bouton.spiking.lists import SpikeLists
from bouton.spiking.sources import SpikeSource

__all__ = ["Group", "start_values"]

_OF_UNITS = 2**31 - 1
"""Number of the key of the units' own draws; smaller ones are those of receptors."""

_Start = tuple[float | Float[Array, ""], float | Float[Array, ""]] | Float[Array, " neurons"]


def start_values(given: Any, size: int, name: str) -> _Start:
    """Return what a variable starts from: a tuple of two numbers as it is, one value for each neuron as an array."""
    values = np.asarray(given, np.float64)
    is_range = isinstance(given, tuple) and values.shape == (2,)
    if not is_range and values.shape != (size,):
        raise InputError(
            f"{name} must be a tuple of two numbers, or an array of one value for each of {size} neurons, got shape "
            f"{values.shape}"
        )
    if not np.all(np.isfinite(values)):
        raise InputError(f"{name} must be finite, got {values[~np.isfinite(values)][0]}")
    return (float(values[0]), float(values[1])) if is_range else jnp.asarray(values, jnp.result_type(float))


class Group(Checked):
    """Neurons of one kind, or units of one source.

    Attributes
    ----------
    name : str
        What they are called.
    size : int
        How many there are.
    units : PointNeurons or SpikeSource
        What they are.
    potential : tuple of float, array (size,), or None
        Lowest and highest potential at the start, in mV, uniform between; or one for each neuron; at rest if None.
    synaptic : tuple of (mean, deviation) or array (size,), or empty
        Of each receptor's variable at the start the normal distribution, negative values replaced by 0; or one value
        for each neuron; 0 if empty.
    """

    name: str = eqx.field(static=True)
    size: Count = eqx.field(static=True)
    units: PointNeurons | SpikeSource
    potential: _Start | None = None
    synaptic: tuple[_Start, ...] = ()

    def start(self, key: PRNGKeyArray, time_step: Float[Array, ""]) -> Any:
        """Return the state before the first step."""
        if isinstance(self.units, SpikeSource):
            return self.units.start(key, self.size, time_step)
        state = self.units.start(self.size, jax.random.fold_in(key, _OF_UNITS))
        kind = state.potential.dtype
        if self.potential is not None:
            first = self.potential
            if isinstance(first, tuple):
                first = first[0] + (first[1] - first[0]) * jax.random.uniform(key, (self.size,), kind)
            state = state._replace(potential=jnp.asarray(first, kind))
        for receptor, first in enumerate(self.synaptic):
            if isinstance(first, tuple):
                draw = jax.random.normal(jax.random.fold_in(key, receptor), (self.size,), kind)
                first = jnp.maximum(first[0] + first[1] * draw, 0)
            first, row, synaptic = jnp.asarray(first, kind), self.units.arrival_rows[receptor], state.synaptic
            state = state._replace(synaptic=(*synaptic[:row], first, *synaptic[row + 1 :]))
        return state

    def fire(
        self, state: NeuronState, lists: SpikeLists, time: Int[Array, ""], key: PRNGKeyArray, zero: Int[Array, ""]
    ) -> tuple[NeuronState, SpikeLists]:
        """End a time step of neurons, and put those that fire into the lists."""
        units = self.units
        assert isinstance(units, PointNeurons)
        if not isinstance(units, WaitingNeurons):
            state, fired = units.fire(state, key)
            return state, lists.collect(time, fired, zero)
        state, fired = units.cross(state)
        lists = lists.collect(time, fired, zero)
        return lists.each(time, lambda neuron, own: units.renew(own, neuron, key), state), lists
