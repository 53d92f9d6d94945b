"""Models of recorded spikes: hidden populations behind a few recorded neurons, networks that fire as they did."""

from bouton.recordings.baselines import BernoulliHMM, latent_correlations, smoothed_rates
from bouton.recordings.bernoulli_glm import BernoulliGLM
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
from bouton.recordings.planted import PlantedNetwork, planted_network
from bouton.recordings.sample_and_measure import SampleAndMeasure
from bouton.recordings.sampled_fit import SampleAndMeasureFit, SampleAndMeasureInfo, SampleAndMeasureState
from bouton.recordings.scores import (
    RecordingModel,
    RecordingScores,
    SmoothedPSTH,
    noise_correlations,
    score_recording,
    stimulus_correlations,
)
from bouton.recordings.simulate import PopulationRun, simulate_mesoscopic, simulate_microscopic
from bouton.recordings.spike_recording import SpikeRecording
from bouton.recordings.spiking_glm import GLMActivity, GLMParameters, SpikingGLM
from bouton.recordings.statistic_terms import (
    AutocorrelationTerm,
    HiddenRateTerm,
    MatchedStatistic,
    NoiseCorrelationTerm,
    PSTHTerm,
    StatisticTerm,
    published_terms,
)
from bouton.recordings.stimulus_features import StimulusFeatures
from bouton.recordings.switching import Pulses, pulse_protocol, pulse_success, rates_when_ahead, sides, switch_count
from bouton.recordings.trial_batches import TrialBatches
from bouton.recordings.trial_groups import TrialGroups

__all__ = [
    "AutocorrelationTerm",
    "BernoulliGLM",
    "BernoulliHMM",
    "Evaluations",
    "FreeParameters",
    "GLMActivity",
    "GLMParameters",
    "HiddenRateTerm",
    "MatchedStatistic",
    "MesoscopicFit",
    "MesoscopicFitInfo",
    "MesoscopicFitState",
    "MesoscopicInfo",
    "MesoscopicNetwork",
    "MicroscopicInfo",
    "MicroscopicNetwork",
    "MicroscopicState",
    "NeuLVM",
    "NoiseCorrelationTerm",
    "PSTHTerm",
    "PlantedNetwork",
    "PopulationRun",
    "Pulses",
    "RecordingModel",
    "RecordingScores",
    "SampleAndMeasure",
    "SampleAndMeasureFit",
    "SampleAndMeasureInfo",
    "SampleAndMeasureState",
    "SmoothedPSTH",
    "SpikeRecording",
    "SpikingGLM",
    "StatisticTerm",
    "StimulusFeatures",
    "TrialBatches",
    "TrialGroups",
    "assign_populations",
    "latent_correlations",
    "noise_correlations",
    "planted_network",
    "published_terms",
    "pulse_protocol",
    "pulse_success",
    "rates_when_ahead",
    "score_recording",
    "separate_groups",
    "sides",
    "simulate_mesoscopic",
    "simulate_microscopic",
    "smoothed_rates",
    "stimulus_correlations",
    "switch_count",
    "winner_take_all",
]
