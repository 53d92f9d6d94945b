"""Rules of spikes: what a synapse does when the neurons before and behind it fire; one file per mechanism."""

from bouton.plasticity.spikes.assembly import AssemblySTDP
from bouton.plasticity.spikes.inhibitory import InhibitorySTDP
from bouton.plasticity.spikes.metaplastic_triplet import (
    MetaplasticDepression,
    RateDecay,
    ScaledStep,
    ScaledSynapse,
    TripletHebb,
    TripletPost,
    TripletPotentiation,
    TripletPre,
)
from bouton.plasticity.spikes.pair_stdp import (
    Additive,
    Multiplicative,
    PairSTDP,
    PowerLaw,
    WeightDependence,
    song_miller_abbott,
)
from bouton.plasticity.spikes.reward_modulated import EligibleSynapse, RewardModulatedSTDP
from bouton.plasticity.spikes.triplet_stdp import TRIPLET_SETS, SlidingTripletSTDP, TripletSTDP, triplet_set

__all__ = [
    "TRIPLET_SETS",
    "Additive",
    "AssemblySTDP",
    "EligibleSynapse",
    "InhibitorySTDP",
    "MetaplasticDepression",
    "Multiplicative",
    "PairSTDP",
    "PowerLaw",
    "RateDecay",
    "RewardModulatedSTDP",
    "ScaledStep",
    "ScaledSynapse",
    "SlidingTripletSTDP",
    "TripletHebb",
    "TripletPost",
    "TripletPotentiation",
    "TripletPre",
    "TripletSTDP",
    "WeightDependence",
    "song_miller_abbott",
    "triplet_set",
]
