"""Receptive fields: how they form by local learning, and what they look like in numbers.

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

Looking at fields: `participation_ratio`, `orientation_index`, `power_spectrum`, `preferred_frequency`, `fit_gabors`,
`orientation_tuning`, `drive_statistics`, `on_off_segregation`, `arbor_shape`, `orientation_of_arbor`. Judging pictures:
`texture_test`. Theory of arbors: `arbor_modes`, `radial_eigenvalues`. Information of channels: `information`,
`optimal_pair`, `water_filling`, `reconstruction_error`, `linear_reconstruction`, `soft_norm_energy`.
"""

from bouton.features.arbor import (
    ArborModes,
    arbor_modes,
    arbor_positions,
    arbor_variance,
    distances,
    radial_eigenvalues,
)
from bouton.features.catalogue import NONLINEARITIES, PUBLISHED, nonlinearity
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
from bouton.features.drives import DriveStatistics, drive_statistics
from bouton.features.filters import orientation_index, participation_ratio, power_spectrum, preferred_frequency
from bouton.features.foldiak import FoldiakInfo, FoldiakNetwork, FoldiakState
from bouton.features.gabor import GaborFits, fit_gabors, gabor
from bouton.features.growth import ArborShape, LinskerGrowth, arbor_shape, orientation_of_arbor
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
from bouton.features.nonlinearity import EffectiveNonlinearity, Opposite, as_nonlinearity, mean_objective
from bouton.features.on_off import OnOffSegregation, on_off_inputs, on_off_segregation
from bouton.features.selectivity import Selectivity, selectivity, selectivity_map
from bouton.features.texture import LARGEST_SHARE, TextureTest, doubts_about_texture, texture_test
from bouton.features.triplet import TripletInfo, TripletNeurons, TripletState
from bouton.features.tuning import OrientationTuning, orientation_tuning
from bouton.features.variance import linear_reconstruction, soft_norm_energy
from bouton.features.voltage import VoltageNeurons, VoltageNeuronsInfo, VoltageNeuronsState
from bouton.features.water_filling import WaterFilling, water_filling

__all__ = [
    "LARGEST_SHARE",
    "LINSKER_LAYERS",
    "NONLINEARITIES",
    "PUBLISHED",
    "ArborModes",
    "ArborShape",
    "Ascent",
    "CorrelationInvariantInfo",
    "CorrelationInvariantNetwork",
    "CorrelationInvariantNetworkInfo",
    "CorrelationInvariantNetworkState",
    "CorrelationInvariantNeurons",
    "CorrelationInvariantState",
    "DevelopedLayer",
    "DriveStatistics",
    "EffectiveNonlinearity",
    "FoldiakInfo",
    "FoldiakNetwork",
    "FoldiakState",
    "GaborFits",
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
    "OnOffSegregation",
    "Opposite",
    "OptimalPair",
    "OrientationTuning",
    "Selectivity",
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
    "arbor_shape",
    "arbor_variance",
    "as_nonlinearity",
    "develop_layer",
    "develop_layers",
    "distances",
    "doubts_about_texture",
    "drive_statistics",
    "fit_gabors",
    "gabor",
    "information",
    "information_gradient",
    "lattice_arbors",
    "linear_reconstruction",
    "mature_disc",
    "maximise_information",
    "mean_objective",
    "nonlinearity",
    "on_off_inputs",
    "on_off_segregation",
    "optimal_pair",
    "orientation_index",
    "orientation_of_arbor",
    "orientation_tuning",
    "pair_information",
    "participation_ratio",
    "power_spectrum",
    "preferred_frequency",
    "radial_eigenvalues",
    "reconstruction_error",
    "selectivity",
    "selectivity_map",
    "soft_norm_energy",
    "texture_test",
    "water_filling",
    "white_layer",
]
