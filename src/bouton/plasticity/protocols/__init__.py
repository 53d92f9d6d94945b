"""Experimental protocols of synaptic plasticity, for any rule that spikes drive: the curves that experiments report.

==================  =========================================================================================
function            what is varied
==================  =========================================================================================
`pairing`           time between presynaptic and postsynaptic spike, and the rate of pairs
`triplets`          intervals of pre-post-pre or post-pre-post
`quadruplets`       time between a post-pre and a pre-post pair
`bursts`            number, rate and lag of postsynaptic spikes that follow a presynaptic one
`poisson`           rates of two independent neurons
`voltage_clamp`     held postsynaptic potential, for voltage-based rules
==================  =========================================================================================

All return the change of the weight over the initial one, in the shape of what was varied, from one compiled run. What
plays under them (`trains`) is there too, with published data (`SJOSTROM_2001`), the error of a fit (`fit_error`) and
least squares (`fit`).
"""

from bouton.plasticity.protocols.changes import final_weights
from bouton.plasticity.protocols.conditions import poisson, voltage_clamp
from bouton.plasticity.protocols.curves import bursts, pairing, quadruplets, triplets
from bouton.plasticity.protocols.fits import Fit, fit, fit_error
from bouton.plasticity.protocols.slices import SJOSTROM_2001, PairingData
from bouton.plasticity.protocols.trains import (
    burst_trains,
    pair_trains,
    poisson_trains,
    quadruplet_trains,
    triplet_trains,
)

__all__ = [
    "SJOSTROM_2001",
    "Fit",
    "PairingData",
    "burst_trains",
    "bursts",
    "final_weights",
    "fit",
    "fit_error",
    "pair_trains",
    "pairing",
    "poisson",
    "poisson_trains",
    "quadruplet_trains",
    "quadruplets",
    "triplet_trains",
    "triplets",
    "voltage_clamp",
]
