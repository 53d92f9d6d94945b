"""Receptive fields: how they form by local learning.

=============================  =====================================================================================
thing                          what it is
=============================  =====================================================================================
`EffectiveNonlinearity`        a neuron's curve with its plasticity function: all that decides what is learned
`nonlinearity`                 the published ones by name; `selectivity` scores them before any simulation
`NonlinearHebbianNeurons`      neurons by themselves: sparse coding, ICA, BCM, triplet STDP as cases of one rule
`NonlinearHebbianNetwork`      the same with lateral inhibition that is learned
`CorrelationInvariantNeurons`  learning without whitening; beside it, the rules that follow the covariance
`CorrelationInvariantNetwork`  the same with recurrent inhibition that is learned
`TripletNeurons`               the same in integrate-and-fire neurons, by triplets of spikes
`VoltageNeurons`               spiking neurons by themselves, by voltage-based plasticity with homeostasis
`FoldiakNetwork`               Hebbian excitation, anti-Hebbian inhibition, thresholds that adapt
`Linsker`                      Linsker's layers A to G as one thing: averaged over noise, or under noise
`LinskerGrowth`                Linsker's rule averaged over noise: one cell whose weights saturate
`develop_layers`               his layers A to G, one after the other, each from the statistics of the one below
`LinskerNetwork`               the same layers, to which noise is presented pattern by pattern
`maximise_information`         infomax: the weights of a noisy linear channel that tell most of the input
`InfomaxNetwork`               infomax by local rules: Hebbian with signal, anti-Hebbian with noise alone
=============================  =====================================================================================

Looking at fields: `bouton.analysis`. Judging pictures: `texture_test`. Theory of arbors: `arbor_modes`,
`radial_eigenvalues`. Information of channels: `information`, `optimal_pair`, `water_filling`, `reconstruction_error`,
`linear_reconstruction`, `soft_norm_energy`.
"""

# Measures live in `bouton.analysis`; these were public here first.
from bouton.analysis import LARGEST_SHARE as LARGEST_SHARE
from bouton.analysis import ArborShape as ArborShape
from bouton.analysis import DriveStatistics as DriveStatistics
from bouton.analysis import GaborFits as GaborFits
from bouton.analysis import OnOffSegregation as OnOffSegregation
from bouton.analysis import OrientationTuning as OrientationTuning
from bouton.analysis import Selectivity as Selectivity
from bouton.analysis import arbor_shape as arbor_shape
from bouton.analysis import drive_statistics as drive_statistics
from bouton.analysis import fit_gabors as fit_gabors
from bouton.analysis import gabor as gabor
from bouton.analysis import on_off_segregation as on_off_segregation
from bouton.analysis import orientation_index as orientation_index
from bouton.analysis import orientation_of_arbor as orientation_of_arbor
from bouton.analysis import orientation_tuning as orientation_tuning
from bouton.analysis import participation_ratio as participation_ratio
from bouton.analysis import power_spectrum as power_spectrum
from bouton.analysis import preferred_frequency as preferred_frequency
from bouton.analysis import selectivity_map as selectivity_map
from bouton.data import on_off_inputs as on_off_inputs
from bouton.features.arbor import (
    ArborModes,
    arbor_modes,
    arbor_positions,
    arbor_variance,
    distances,
    radial_eigenvalues,
)
from bouton.features.catalogue import NONLINEARITIES, PUBLISHED
from bouton.features.correlation_invariant import (
    CorrelationInvariantInfo,
    CorrelationInvariantNeurons,
    CorrelationInvariantState,
)
from bouton.features.correlation_invariant_network import (
    CorrelationInvariantNetwork,
    CorrelationInvariantNetworkInfo,
    CorrelationInvariantNetworkState,
)
from bouton.features.development import LINSKER_LAYERS, Linsker
from bouton.features.foldiak import FoldiakInfo, FoldiakNetwork, FoldiakState
from bouton.features.growth import LinskerGrowth
from bouton.features.infomax import (
    Ascent,
    information,
    information_gradient,
    maximise_information,
    reconstruction_error,
)
from bouton.features.infomax_network import InfomaxInfo, InfomaxNetwork, InfomaxState
from bouton.features.infomax_pair import OptimalPair, optimal_pair, pair_information
from bouton.features.layers import (
    DevelopedLayer,
    LayerPlan,
    LayerStatistics,
    develop_layer,
    develop_layers,
    mature_disc,
    white_layer,
)
from bouton.features.linsker import LatticeArbors, LinskerInfo, LinskerNetwork, LinskerState, lattice_arbors
from bouton.features.network import NonlinearHebbianNetwork, NonlinearNetworkInfo, NonlinearNetworkState
from bouton.features.neurons import NonlinearHebbianInfo, NonlinearHebbianNeurons, NonlinearHebbianState
from bouton.features.nonlinearity import EffectiveNonlinearity, Opposite, as_nonlinearity, mean_objective, nonlinearity
from bouton.features.selectivity import selectivity
from bouton.features.texture import TextureTest, texture_test
from bouton.features.triplet import TripletInfo, TripletNeurons, TripletState
from bouton.features.variance import linear_reconstruction, soft_norm_energy
from bouton.features.voltage import VoltageNeurons, VoltageNeuronsInfo, VoltageNeuronsState
from bouton.features.water_filling import WaterFilling, water_filling

__all__ = [
    "LINSKER_LAYERS",
    "NONLINEARITIES",
    "PUBLISHED",
    "ArborModes",
    "Ascent",
    "CorrelationInvariantInfo",
    "CorrelationInvariantNetwork",
    "CorrelationInvariantNetworkInfo",
    "CorrelationInvariantNetworkState",
    "CorrelationInvariantNeurons",
    "CorrelationInvariantState",
    "DevelopedLayer",
    "EffectiveNonlinearity",
    "FoldiakInfo",
    "FoldiakNetwork",
    "FoldiakState",
    "InfomaxInfo",
    "InfomaxNetwork",
    "InfomaxState",
    "LatticeArbors",
    "LayerPlan",
    "LayerStatistics",
    "Linsker",
    "LinskerGrowth",
    "LinskerInfo",
    "LinskerNetwork",
    "LinskerState",
    "NonlinearHebbianInfo",
    "NonlinearHebbianNetwork",
    "NonlinearHebbianNeurons",
    "NonlinearHebbianState",
    "NonlinearNetworkInfo",
    "NonlinearNetworkState",
    "Opposite",
    "OptimalPair",
    "TextureTest",
    "TripletInfo",
    "TripletNeurons",
    "TripletState",
    "VoltageNeurons",
    "VoltageNeuronsInfo",
    "VoltageNeuronsState",
    "WaterFilling",
    "arbor_modes",
    "arbor_positions",
    "arbor_variance",
    "as_nonlinearity",
    "develop_layer",
    "develop_layers",
    "distances",
    "information",
    "information_gradient",
    "lattice_arbors",
    "linear_reconstruction",
    "mature_disc",
    "maximise_information",
    "mean_objective",
    "nonlinearity",
    "optimal_pair",
    "pair_information",
    "radial_eigenvalues",
    "reconstruction_error",
    "selectivity",
    "soft_norm_energy",
    "texture_test",
    "water_filling",
    "white_layer",
]
