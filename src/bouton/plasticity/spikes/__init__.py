"""Rules of spikes: what a synapse does when the neurons before and behind it fire; one file per mechanism."""

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
from bouton.plasticity.spikes.triplet_stdp import TRIPLET_SETS, SlidingTripletSTDP, TripletSTDP, triplet_set

__all__ = [
    "TRIPLET_SETS",
    "Additive",
    "MetaplasticDepression",
    "Multiplicative",
    "PairSTDP",
    "PowerLaw",
    "RateDecay",
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
