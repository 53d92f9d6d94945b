"""Receptive fields: how they form by local learning, and what they look like in numbers.

=============================  =====================================================================================
thing                          what it is
=============================  =====================================================================================
`EffectiveNonlinearity`        a neuron's curve with its plasticity function: all that decides what is learned
`nonlinearity`                 the published ones by name; `selectivity` scores them before any simulation
`NonlinearHebbianNeurons`      neurons by themselves: sparse coding, ICA, BCM, triplet STDP as cases of one rule
`NonlinearHebbianNetwork`      the same with lateral inhibition that is learned
`CorrelationInvariantNeurons`  learning without whitening; beside it, the rules that follow the covariance
`FoldiakNetwork`               Hebbian excitation, anti-Hebbian inhibition, thresholds that adapt
=============================  =====================================================================================

Looking at fields: `participation_ratio`, `orientation_index`, `power_spectrum`, `preferred_frequency`, `fit_gabors`,
`orientation_tuning`. Judging pictures: `texture_test`.
"""

from bouton.features.catalogue import NONLINEARITIES, PUBLISHED, nonlinearity
from bouton.features.correlation_invariant import (
    CorrelationInvariantInfo,
    CorrelationInvariantNeurons,
    CorrelationInvariantState,
)
from bouton.features.filters import orientation_index, participation_ratio, power_spectrum, preferred_frequency
from bouton.features.foldiak import FoldiakInfo, FoldiakNetwork, FoldiakState
from bouton.features.gabor import GaborFits, fit_gabors, gabor
from bouton.features.network import NonlinearHebbianNetwork, NonlinearNetworkInfo, NonlinearNetworkState
from bouton.features.neurons import NonlinearHebbianInfo, NonlinearHebbianNeurons, NonlinearHebbianState
from bouton.features.nonlinearity import EffectiveNonlinearity, Opposite, as_nonlinearity, mean_objective
from bouton.features.selectivity import Selectivity, selectivity, selectivity_map
from bouton.features.texture import LARGEST_SHARE, TextureTest, doubts_about_texture, texture_test
from bouton.features.tuning import OrientationTuning, orientation_tuning

__all__ = [
    "LARGEST_SHARE",
    "NONLINEARITIES",
    "PUBLISHED",
    "CorrelationInvariantInfo",
    "CorrelationInvariantNeurons",
    "CorrelationInvariantState",
    "EffectiveNonlinearity",
    "FoldiakInfo",
    "FoldiakNetwork",
    "FoldiakState",
    "GaborFits",
    "NonlinearHebbianInfo",
    "NonlinearHebbianNetwork",
    "NonlinearHebbianNeurons",
    "NonlinearHebbianState",
    "NonlinearNetworkInfo",
    "NonlinearNetworkState",
    "Opposite",
    "OrientationTuning",
    "Selectivity",
    "TextureTest",
    "as_nonlinearity",
    "doubts_about_texture",
    "fit_gabors",
    "gabor",
    "mean_objective",
    "nonlinearity",
    "orientation_index",
    "orientation_tuning",
    "participation_ratio",
    "power_spectrum",
    "preferred_frequency",
    "selectivity",
    "selectivity_map",
    "texture_test",
]
