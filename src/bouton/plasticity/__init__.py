"""Plasticity: the rules, each for one synapse; `Synapses` and connectivity; the locality audit."""

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

__all__ = [
    "BCM",
    "AdaptiveStep",
    "AdaptiveSynapse",
    "AffineRule",
    "Audit",
    "BCMPost",
    "Bounded",
    "BoundedCorrelation",
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
    "NonlinearHebb",
    "NormalisedHebb",
    "NormalisedPost",
    "Oja",
    "PathwayAudit",
    "PlainFunction",
    "PlasticityFunction",
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
    "Structured",
    "StructuredSynapse",
    "Synapses",
    "SynapticScaling",
    "ThresholdHebb",
    "Topology",
    "TripletHebb",
    "TripletPost",
    "TripletPotentiation",
    "TripletPre",
    "VoltageSignals",
    "all_to_all",
    "audit",
    "from_constants",
    "random_fan_in",
    "windows",
]
