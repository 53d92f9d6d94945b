"""Networks of spiking neurons: point neurons, sparse synapses driven by events, plasticity at spikes.

=========================  =========================================================================================
what                       for what
=========================  =========================================================================================
`NetworkBuilder`           say which neurons there are and who reaches whom, with which weight, delay and rule
`SpikingNetwork`           the network: a circuit, whose events are frames of some ms
`simulate`                 run it and keep its spikes
`SpikeTrains`              spikes as times and neurons: rates, intervals, exchange with neo and pynapple
`AssemblyNetwork`          assemblies of neurons that bind contents to roles (`bouton.spiking.assemblies`)
`cuba_network`             the reference networks that simulators are compared by; also `coba_network`, `stdp_network`
=========================  =========================================================================================

Neurons are those of `bouton.dynamics`. Times are in ms, potentials in mV, currents in pA, capacitances in pF,
conductances in nS or relative to the leak. A spike of time step k is at the time k h, the end of the step.
"""

from bouton.spiking import assemblies
from bouton.spiking.assemblies import *  # noqa: F403
from bouton.spiking.builder import NetworkBuilder, Population
from bouton.spiking.connections import Pattern, random_pairs
from bouton.spiking.dendritic import DendriteDelayState
from bouton.spiking.description import NetworkDescription
from bouton.spiking.frames import FrameInfo, NetworkInput, NetworkState
from bouton.spiking.group import Group
from bouton.spiking.inputs import network_inputs
from bouton.spiking.lists import SpikeLists
from bouton.spiking.network import SpikingNetwork
from bouton.spiking.projection import PlasticState, Projection
from bouton.spiking.reference import coba_network, cuba_network, stdp_network
from bouton.spiking.sources import GivenRates, GivenSpikes, PoissonSource, SourceState, SpikeSource, spike_steps
from bouton.spiking.trains import Simulated, SpikeTrains, simulate, trains_from_recording

__all__ = [
    "DendriteDelayState",
    "FrameInfo",
    "GivenRates",
    "GivenSpikes",
    "Group",
    "NetworkBuilder",
    "NetworkDescription",
    "NetworkInput",
    "NetworkState",
    "Pattern",
    "PlasticState",
    "PoissonSource",
    "Population",
    "Projection",
    "Simulated",
    "SourceState",
    "SpikeLists",
    "SpikeSource",
    "SpikeTrains",
    "SpikingNetwork",
    "coba_network",
    "cuba_network",
    "network_inputs",
    "random_pairs",
    "simulate",
    "spike_steps",
    "stdp_network",
    "trains_from_recording",
]
__all__ += assemblies.__all__
