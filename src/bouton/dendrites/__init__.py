"""Dendrites: cables with NMDA spikes, and synapses that learn by the voltage where they sit.

==============================  ====================================================================================
thing                           what it is
==============================  ====================================================================================
`DendriticSynapses`             synapses on compartments whose voltage is given, with the rule of local voltage
`VoltageParameters`             the nine numbers of the rule; `PUBLISHED_VOLTAGE_PARAMETERS` are the authors'
`pair`                          what a pairing protocol does to a synapse: many traces and parameter sets in one run
`course`                        all that happens at the synapse during a pairing, step by step
`fit_voltage_parameters`        parameters that come closest to measured plasticity
`resample`                      recordings on another grid of times
`Morphology`                    sections of a neuron, from cylinders or a file; `reference_cell` is a schematic one
`Cable`                         its compartments, with `PassiveMembrane`
`CableCell`                     the circuit: cables with AMPA and NMDA synapses and an `Electrode`
`stimulate`                     many stimuli in one run; `clustered` ones; peaks, areas, widths (`CableResponse`)
`threshold_synapses`            how many synapses an NMDA spike takes
`fold_points`                   where a point neuron with NMDA receptors is bistable
`TwoLayerNeuron`                branches that respond on their own (`BranchCurve`), and their sum
==============================  ====================================================================================
"""

from bouton.dendrites.bistability import Fold, conductance_ratio, fold_points, quasi_static
from bouton.dendrites.cable import Cable, PassiveMembrane
from bouton.dendrites.cable_cell import CableCell, CableEvent, CableInfo, CableState, Electrode
from bouton.dendrites.course import Course, course
from bouton.dendrites.fit import VoltageFit, fit_voltage_parameters
from bouton.dendrites.morphology import Morphology, MorphologySection, reference_cell
from bouton.dendrites.nmda_spikes import SpikeThreshold, threshold_synapses
from bouton.dendrites.pairing import Pairing, pair
from bouton.dendrites.parameters import PUBLISHED_VOLTAGE_PARAMETERS, VoltageParameters
from bouton.dendrites.recordings import resample
from bouton.dendrites.stimulate import CableResponse, clustered, stimulate
from bouton.dendrites.two_layer import BranchCurve, TwoLayerNeuron
from bouton.dendrites.voltage_synapses import DendriticEvent, DendriticInfo, DendriticState, DendriticSynapses

__all__ = [
    "PUBLISHED_VOLTAGE_PARAMETERS",
    "BranchCurve",
    "Cable",
    "CableCell",
    "CableEvent",
    "CableInfo",
    "CableResponse",
    "CableState",
    "Course",
    "DendriticEvent",
    "DendriticInfo",
    "DendriticState",
    "DendriticSynapses",
    "Electrode",
    "Fold",
    "Morphology",
    "MorphologySection",
    "Pairing",
    "PassiveMembrane",
    "SpikeThreshold",
    "TwoLayerNeuron",
    "VoltageFit",
    "VoltageParameters",
    "clustered",
    "conductance_ratio",
    "course",
    "fit_voltage_parameters",
    "fold_points",
    "pair",
    "quasi_static",
    "reference_cell",
    "resample",
    "stimulate",
    "threshold_synapses",
]
