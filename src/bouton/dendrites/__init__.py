"""Dendrites: synapses that learn by the voltage where they sit.

==============================  ====================================================================================
thing                           what it is
==============================  ====================================================================================
`DendriticSynapses`             synapses on compartments whose voltage is given, with the rule of local voltage
`VoltageParameters`             the nine numbers of the rule; `PUBLISHED_VOLTAGE_PARAMETERS` are the authors'
`pair`                          what a pairing protocol does to a synapse: many traces and parameter sets in one run
`course`                        all that happens at the synapse during a pairing, step by step
`fit_voltage_parameters`        parameters that come closest to measured plasticity
`resample`                      recordings on another grid of times
==============================  ====================================================================================
"""

from bouton.dendrites.course import Course, course
from bouton.dendrites.fit import VoltageFit, fit_voltage_parameters
from bouton.dendrites.pairing import Pairing, pair
from bouton.dendrites.parameters import PUBLISHED_VOLTAGE_PARAMETERS, VoltageParameters
from bouton.dendrites.recordings import resample
from bouton.dendrites.voltage_synapses import DendriticEvent, DendriticInfo, DendriticState, DendriticSynapses

__all__ = [
    "PUBLISHED_VOLTAGE_PARAMETERS",
    "Course",
    "DendriticEvent",
    "DendriticInfo",
    "DendriticState",
    "DendriticSynapses",
    "Pairing",
    "VoltageFit",
    "VoltageParameters",
    "course",
    "fit_voltage_parameters",
    "pair",
    "resample",
]
