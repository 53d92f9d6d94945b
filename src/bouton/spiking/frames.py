"""What goes into a network in a frame, what it needs to go on, and what one may look at."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton.spiking.dendritic import DendriteDelayState
from bouton.spiking.lists import SpikeLists
from bouton.spiking.projection import PlasticState
from bouton.spiking.sources import GivenRates

__all__ = ["FrameInfo", "NetworkInput", "NetworkState", "begin_frame", "step_keys"]


class NetworkInput(NamedTuple):
    """A frame of a network with signals or sources of given rates.

    Parameters
    ----------
    current : array, shape (groups,)
        External current into each group, in pA; sources have none.
    signals : array, shape (signals,)
        What plastic synapses see, in the order of the network's `signals`.
    rates : tuple of arrays, shape (units,)
        Rates in Hz of the units of each source that is driven by them, in the order of the groups.
    """

    current: Any
    signals: Any
    rates: tuple[Any, ...]


class NetworkState(NamedTuple):
    """What a network needs to go on.

    Parameters
    ----------
    time : int scalar
        Time steps so far.
    groups : tuple of NeuronState or SourceState
        State of each group.
    lists : tuple of SpikeLists
        Recent spikes of each group.
    plastic : tuple of PlasticState, DendriteDelayState or None
        Synapses and readouts of each projection that learns.
    fired : array of int, shape (groups,)
        Number of spikes so far.
    """

    time: Int[Array, ""]
    groups: tuple[Any, ...]
    lists: tuple[SpikeLists, ...]
    plastic: tuple[PlasticState | DendriteDelayState | None, ...]
    fired: Int[Array, " groups"]


class FrameInfo(NamedTuple):
    """What one may look at after a frame.

    Parameters
    ----------
    spikes : array of int, shape (capacity, 2)
        Time step within the run, from 1, and neuron, counted through all groups; 0 where there is no more.
    n_spikes : int scalar
        How many spikes there were, with those that did not fit.
    lost : int scalar
        How many did not fit.
    rates : array, shape (groups,)
        Mean rate of each group over the frame, in Hz.
    """

    spikes: Int[Array, "capacity 2"]
    n_spikes: Int[Array, ""]
    lost: Int[Array, ""]
    rates: Float[Array, " groups"]


def step_keys(key: PRNGKeyArray, n_steps: int, n_groups: int) -> Array:
    """Return the key of each group in each step, as data; within a loop over steps each neuron would make it anew."""
    split = jax.vmap(jax.random.fold_in, in_axes=(None, 0))
    steps, groups = split(key, jnp.arange(n_steps)), jnp.arange(n_groups)
    return jax.random.key_data(jax.vmap(split, in_axes=(0, None))(steps, groups))


def begin_frame(
    kinds: Sequence[Any],
    states: Sequence[Any],
    rates: Sequence[Array],
    time: Int[Array, ""],
    time_step: Float[Array, ""],
    keys: Array,
) -> tuple[Any, ...]:
    """Return the states of groups of some kinds at the begin of a frame, which brings rates to some of them."""
    found, following = list(states), iter(rates)
    for index, kind in enumerate(kinds):
        if isinstance(kind, GivenRates):
            found[index] = kind.begin(next(following), time, time_step, jax.random.wrap_key_data(keys[index]))
    return tuple(found)
