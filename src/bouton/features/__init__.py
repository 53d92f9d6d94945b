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
`FoldiakNetwork`               Hebbian excitation, anti-Hebbian inhibition, thresholds that adapt
`LinskerGrowth`                Linsker's rule averaged over noise: one cell whose weights saturate
`develop_layers`               his layers A to G, one after the other, each from the statistics of the one below
`LinskerNetwork`               the same layers, to which noise is presented pattern by pattern
`maximise_information`         infomax: the weights of a noisy linear channel that tell most of the input
=============================  =====================================================================================

Looking at fields: `participation_ratio`, `orientation_index`, `power_spectrum`, `preferred_frequency`, `fit_gabors`,
`orientation_tuning`, `arbor_shape`, `orientation_of_arbor`. Judging pictures: `texture_test`. Theory of arbors:
`arbor_modes`, `radial_eigenvalues`. Information of channels: `information`, `optimal_pair`, `reconstruction_error`.
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
from bouton.features.selectivity import Selectivity, selectivity, selectivity_map
from bouton.features.texture import LARGEST_SHARE, TextureTest, doubts_about_texture, texture_test
from bouton.features.triplet import TripletInfo, TripletNeurons, TripletState
from bouton.features.tuning import OrientationTuning, orientation_tuning

__all__ = [
    "LARGEST_SHARE",
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
    "EffectiveNonlinearity",
    "FoldiakInfo",
    "FoldiakNetwork",
    "FoldiakState",
    "GaborFits",
    "LatticeArbors",
    "LayerPlan",
    "LayerStatistics",
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
    "OrientationTuning",
    "Selectivity",
    "TextureTest",
    "TripletInfo",
    "TripletNeurons",
    "TripletState",
    "arbor_modes",
    "arbor_positions",
    "arbor_shape",
    "arbor_variance",
    "as_nonlinearity",
    "develop_layer",
    "develop_layers",
    "distances",
    "doubts_about_texture",
    "fit_gabors",
    "gabor",
    "information",
    "information_gradient",
    "lattice_arbors",
    "mature_disc",
    "maximise_information",
    "mean_objective",
    "nonlinearity",
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
    "texture_test",
    "white_layer",
]
