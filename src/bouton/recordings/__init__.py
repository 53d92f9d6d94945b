"""Models of recorded spikes: hidden populations behind a few recorded neurons."""

from bouton.recordings.fit import Evaluations, MesoscopicFit, MesoscopicFitInfo, MesoscopicFitState
from bouton.recordings.networks import (
    MesoscopicInfo,
    MesoscopicNetwork,
    MicroscopicInfo,
    MicroscopicNetwork,
    MicroscopicState,
    winner_take_all,
)
from bouton.recordings.neulvm import NeuLVM
from bouton.recordings.parameters import FreeParameters, separate_groups
from bouton.recordings.simulate import Simulated, simulate_mesoscopic, simulate_microscopic
from bouton.recordings.spike_recording import SpikeRecording

__all__ = [
    "Evaluations",
    "FreeParameters",
    "MesoscopicFit",
    "MesoscopicFitInfo",
    "MesoscopicFitState",
    "MesoscopicInfo",
    "MesoscopicNetwork",
    "MicroscopicInfo",
    "MicroscopicNetwork",
    "MicroscopicState",
    "NeuLVM",
    "Simulated",
    "SpikeRecording",
    "separate_groups",
    "simulate_mesoscopic",
    "simulate_microscopic",
    "winner_take_all",
]
