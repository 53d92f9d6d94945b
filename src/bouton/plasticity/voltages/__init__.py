"""Rules of voltages: the postsynaptic factor is a membrane potential; one file per author or mechanism."""

from bouton.plasticity.voltages.clopath import VOLTAGE_SETS, ClopathVoltage, VoltagePost, VoltagePre, voltage_set
from bouton.plasticity.voltages.clopath_events import ClopathEvents
from bouton.plasticity.voltages.clopath_synapse import VoltageState, VoltageSynapse
from bouton.plasticity.voltages.dendritic_voltage import (
    DendriticSynapse,
    DendriticVoltageHebb,
    Glutamate,
    InstantaneousVoltageHebb,
    LocalVoltage,
    VoltageSignals,
)

__all__ = [
    "VOLTAGE_SETS",
    "ClopathEvents",
    "ClopathVoltage",
    "DendriticSynapse",
    "DendriticVoltageHebb",
    "Glutamate",
    "InstantaneousVoltageHebb",
    "LocalVoltage",
    "VoltagePost",
    "VoltagePre",
    "VoltageSignals",
    "VoltageState",
    "VoltageSynapse",
    "voltage_set",
]
