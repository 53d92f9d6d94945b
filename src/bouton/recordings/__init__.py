"""Models of recorded spikes: hidden populations behind a few recorded neurons."""

from bouton.recordings.baselines import BernoulliHMM, latent_correlations, smoothed_rates
from bouton.recordings.fit import MesoscopicFit
from bouton.recordings.fit_state import Evaluations, MesoscopicFitInfo, MesoscopicFitState
from bouton.recordings.grouping import assign_populations
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
from bouton.recordings.simulate import PopulationRun, simulate_mesoscopic, simulate_microscopic
from bouton.recordings.spike_recording import SpikeRecording
from bouton.recordings.switching import Pulses, pulse_protocol, pulse_success, rates_when_ahead, sides, switch_count

__all__ = [
    "BernoulliHMM",
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
    "PopulationRun",
    "Pulses",
    "SpikeRecording",
    "assign_populations",
    "latent_correlations",
    "pulse_protocol",
    "pulse_success",
    "rates_when_ahead",
    "separate_groups",
    "sides",
    "simulate_mesoscopic",
    "simulate_microscopic",
    "smoothed_rates",
    "switch_count",
    "winner_take_all",
]
