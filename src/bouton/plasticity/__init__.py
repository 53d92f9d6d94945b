"""Plasticity: the rules, each for one synapse; `Synapses` and connectivity; the locality audit."""

from bouton.plasticity.adatron import AdaTron, AdaTronPost
from bouton.plasticity.audit import Audit, PathwayAudit, Seen, audit
from bouton.plasticity.competition import BoundedCorrelation, CompetitiveHebb, CompetitivePost, CorrelationMultiplier
from bouton.plasticity.connectivity import Connectivity, Dense, FanIn
from bouton.plasticity.dendritic import (
    DendriticSynapse,
    DendriticVoltageHebb,
    Glutamate,
    InstantaneousVoltageHebb,
    LocalVoltage,
    VoltageSignals,
)
from bouton.plasticity.event import BoundedEvents, EventRule, Spiking
from bouton.plasticity.homeostasis import (
    BCM,
    BCMPost,
    Confined,
    Covariance,
    CovariancePost,
    Foldiak,
    Instar,
    ThresholdHebb,
)
from bouton.plasticity.infomax import InfomaxHebb
from bouton.plasticity.kernel import KernelFeature, KernelPost, KernelResponse, KernelStrength
from bouton.plasticity.linsker import LinskerHebb
from bouton.plasticity.metaplastic import (
    AdaptiveStep,
    AdaptiveSynapse,
    HeterosynapticHebb,
    MetaplasticHebb,
    MetaplasticPost,
)
from bouton.plasticity.nonlinear import (
    NonlinearHebb,
    PlainFunction,
    PlasticityFunction,
    PowerPlasticity,
    QuadraticPlasticity,
    SinePlasticity,
    SynapticScaling,
)
from bouton.plasticity.rates import LearningRate
from bouton.plasticity.residual import Residual, ResidualHebb, ResidualRule
from bouton.plasticity.rule import AffineRule, Bounded, Rule
from bouton.plasticity.rules import (
    CumulativeHebb,
    CumulativePost,
    Hebb,
    LeakyHebb,
    NormalisedHebb,
    NormalisedPost,
    Oja,
    Structured,
    StructuredSynapse,
)
from bouton.plasticity.sheet import Sheet
from bouton.plasticity.spike_times import SpikeEvents, Trains, merge_trains, on_clock, spike_times
from bouton.plasticity.spiking_synapses import SpikingState, SpikingSynapses, event_driven, weights_after
from bouton.plasticity.stdp import (
    Additive,
    Multiplicative,
    PairSTDP,
    PowerLaw,
    WeightDependence,
    song_miller_abbott,
)
from bouton.plasticity.synapses import Synapses
from bouton.plasticity.topology import Topology, all_to_all, from_constants, random_fan_in, windows
from bouton.plasticity.triplet import (
    MetaplasticDepression,
    RateDecay,
    ScaledStep,
    ScaledSynapse,
    TripletHebb,
    TripletPost,
    TripletPotentiation,
    TripletPre,
)
from bouton.plasticity.triplet_stdp import TRIPLET_SETS, SlidingTripletSTDP, TripletSTDP, triplet_set
from bouton.plasticity.voltage import VOLTAGE_SETS, ClopathVoltage, VoltagePost, VoltagePre, voltage_set
from bouton.plasticity.voltage_synapse import VoltageState, VoltageSynapse

__all__ = [
    "BCM",
    "TRIPLET_SETS",
    "VOLTAGE_SETS",
    "AdaTron",
    "AdaTronPost",
    "AdaptiveStep",
    "AdaptiveSynapse",
    "Additive",
    "AffineRule",
    "Audit",
    "BCMPost",
    "Bounded",
    "BoundedCorrelation",
    "BoundedEvents",
    "ClopathVoltage",
    "CompetitiveHebb",
    "CompetitivePost",
    "Confined",
    "Connectivity",
    "CorrelationMultiplier",
    "Covariance",
    "CovariancePost",
    "CumulativeHebb",
    "CumulativePost",
    "DendriticSynapse",
    "DendriticVoltageHebb",
    "Dense",
    "EventRule",
    "FanIn",
    "Foldiak",
    "Glutamate",
    "Hebb",
    "HeterosynapticHebb",
    "InfomaxHebb",
    "InstantaneousVoltageHebb",
    "Instar",
    "KernelFeature",
    "KernelPost",
    "KernelResponse",
    "KernelStrength",
    "LeakyHebb",
    "LearningRate",
    "LinskerHebb",
    "LocalVoltage",
    "MetaplasticDepression",
    "MetaplasticHebb",
    "MetaplasticPost",
    "Multiplicative",
    "NonlinearHebb",
    "NormalisedHebb",
    "NormalisedPost",
    "Oja",
    "PairSTDP",
    "PathwayAudit",
    "PlainFunction",
    "PlasticityFunction",
    "PowerLaw",
    "PowerPlasticity",
    "QuadraticPlasticity",
    "RateDecay",
    "Residual",
    "ResidualHebb",
    "ResidualRule",
    "Rule",
    "ScaledStep",
    "ScaledSynapse",
    "Seen",
    "Sheet",
    "SinePlasticity",
    "SlidingTripletSTDP",
    "SpikeEvents",
    "Spiking",
    "SpikingState",
    "SpikingSynapses",
    "Structured",
    "StructuredSynapse",
    "Synapses",
    "SynapticScaling",
    "ThresholdHebb",
    "Topology",
    "Trains",
    "TripletHebb",
    "TripletPost",
    "TripletPotentiation",
    "TripletPre",
    "TripletSTDP",
    "VoltagePost",
    "VoltagePre",
    "VoltageSignals",
    "VoltageState",
    "VoltageSynapse",
    "WeightDependence",
    "all_to_all",
    "audit",
    "event_driven",
    "from_constants",
    "merge_trains",
    "on_clock",
    "random_fan_in",
    "song_miller_abbott",
    "spike_times",
    "triplet_set",
    "voltage_set",
    "weights_after",
    "windows",
]
