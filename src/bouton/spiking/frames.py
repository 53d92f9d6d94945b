"""What goes into a network in a frame, what it needs to go on, and what one may look at."""

from typing import Any, NamedTuple

from jaxtyping import Array, Float, Int

from bouton.spiking.dendritic import DendriteDelayState
from bouton.spiking.lists import SpikeLists
from bouton.spiking.projection import PlasticState

__all__ = ["FrameInfo", "NetworkInput", "NetworkState"]


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
