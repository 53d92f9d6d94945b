"""Analysis: what one measures of receptive fields, activity and spikes, in numbers.

===============================  =====================================================================================
what is looked at                functions
===============================  =====================================================================================
size and localisation of fields  `participation_ratio`, `texture_warnings` (limit `LARGEST_SHARE`)
orientation, spectrum            `orientation_index`, `orientation_tuning`, `power_spectrum`, `preferred_frequency`
shape                            `fit_gabors`, `gabor`; of arbors: `arbor_shape`, `orientation_of_arbor`
ON and OFF subfields             `on_off_segregation`
activity                         `kurtosis`, `drive_statistics`
effective nonlinearities         `selectivity_of`, `selectivity_map`
clusters and sources             `purity`, `matched_correlation`
spike trains                     `interval_variation`
periodic signals                 `shifted_correlation`, `shifted_error`
===============================  =====================================================================================
"""

from bouton.analysis.arbor_shape import ArborShape, arbor_shape, orientation_of_arbor
from bouton.analysis.clusters import matched_correlation, purity
from bouton.analysis.drives import DriveStatistics, drive_statistics
from bouton.analysis.filters import orientation_index, participation_ratio, power_spectrum, preferred_frequency
from bouton.analysis.gabor import GaborFits, fit_gabors, gabor
from bouton.analysis.on_off import OnOffSegregation, on_off_segregation
from bouton.analysis.selectivity import Selectivity, selectivity_map, selectivity_of
from bouton.analysis.shifted import shifted_correlation, shifted_error
from bouton.analysis.sparseness import kurtosis
from bouton.analysis.spike_trains import interval_variation
from bouton.analysis.texture import LARGEST_SHARE, texture_warnings
from bouton.analysis.tuning import OrientationTuning, orientation_tuning

__all__ = [
    "LARGEST_SHARE",
    "ArborShape",
    "DriveStatistics",
    "GaborFits",
    "OnOffSegregation",
    "OrientationTuning",
    "Selectivity",
    "arbor_shape",
    "drive_statistics",
    "fit_gabors",
    "gabor",
    "interval_variation",
    "kurtosis",
    "matched_correlation",
    "on_off_segregation",
    "orientation_index",
    "orientation_of_arbor",
    "orientation_tuning",
    "participation_ratio",
    "power_spectrum",
    "preferred_frequency",
    "purity",
    "selectivity_map",
    "selectivity_of",
    "shifted_correlation",
    "shifted_error",
    "texture_warnings",
]
