"""Rules of rates: the two activities at a synapse are numbers; one file per author or mechanism."""

from bouton.plasticity.rates.adatron import AdaTron, AdaTronPost
from bouton.plasticity.rates.bcm import BCM, BCMPost
from bouton.plasticity.rates.correlation_game import (
    BoundedCorrelation,
    CompetitiveHebb,
    CompetitivePost,
    CorrelationMultiplier,
)
from bouton.plasticity.rates.correlation_invariant import (
    AdaptiveStep,
    AdaptiveSynapse,
    HeterosynapticHebb,
    MetaplasticHebb,
    MetaplasticPost,
    ThresholdHebb,
)
from bouton.plasticity.rates.covariance import Covariance, CovariancePost
from bouton.plasticity.rates.delayed_reward import DelayedReward, TrialError
from bouton.plasticity.rates.descent import (
    Adam,
    Descent,
    DescentPace,
    DescentSynapse,
    GradientDescent,
    Momentum,
    RootMeanSquare,
)
from bouton.plasticity.rates.exploration import ExplorationPost, ExploratoryHebb, GatedExploratoryHebb, Performance
from bouton.plasticity.rates.foldiak import Foldiak
from bouton.plasticity.rates.hebb import Hebb, NormalisedHebb, NormalisedPost
from bouton.plasticity.rates.infomax import InfomaxHebb
from bouton.plasticity.rates.instar import Instar
from bouton.plasticity.rates.kernel_similarity_matching import KernelFeature, KernelPost, KernelResponse, KernelStrength
from bouton.plasticity.rates.least_squares import DecorrelatedPre, RecursiveLeastSquares
from bouton.plasticity.rates.linsker import LinskerHebb
from bouton.plasticity.rates.nonlinear_hebbian import (
    NonlinearHebb,
    PlainFunction,
    PlasticityFunction,
    PowerPlasticity,
    QuadraticPlasticity,
    SinePlasticity,
    SynapticScaling,
)
from bouton.plasticity.rates.oja import Oja
from bouton.plasticity.rates.perturbation import NodePerturbation, PerturbedSynapse, WeightPerturbation
from bouton.plasticity.rates.predictive import DendriticHebb, DendriticPost, ModulatedHebb
from bouton.plasticity.rates.reward_hebb import (
    ChoiceStrength,
    RewardHebb,
    RewardHebbPost,
    RewardHebbPre,
    RewardPrediction,
)
from bouton.plasticity.rates.sanger import Residual, ResidualHebb, ResidualRule
from bouton.plasticity.rates.sequence_order import (
    InputCorrelations,
    IsotropicSequenceOrder,
    RelevantSequenceOrder,
    SequencePost,
    SequencePre,
    SequenceRule,
    SequenceSynapse,
)
from bouton.plasticity.rates.similarity_matching import (
    CumulativeHebb,
    CumulativePost,
    LeakyHebb,
    Structured,
    StructuredSynapse,
)
from bouton.plasticity.rates.weight_decay import DecayingHebb, WeightCopy, WeightDecay

__all__ = [
    "BCM",
    "AdaTron",
    "AdaTronPost",
    "Adam",
    "AdaptiveStep",
    "AdaptiveSynapse",
    "BCMPost",
    "BoundedCorrelation",
    "ChoiceStrength",
    "CompetitiveHebb",
    "CompetitivePost",
    "CorrelationMultiplier",
    "Covariance",
    "CovariancePost",
    "CumulativeHebb",
    "CumulativePost",
    "DecayingHebb",
    "DecorrelatedPre",
    "DelayedReward",
    "DendriticHebb",
    "DendriticPost",
    "Descent",
    "DescentPace",
    "DescentSynapse",
    "ExplorationPost",
    "ExploratoryHebb",
    "Foldiak",
    "GatedExploratoryHebb",
    "GradientDescent",
    "Hebb",
    "HeterosynapticHebb",
    "InfomaxHebb",
    "InputCorrelations",
    "Instar",
    "IsotropicSequenceOrder",
    "KernelFeature",
    "KernelPost",
    "KernelResponse",
    "KernelStrength",
    "LeakyHebb",
    "LinskerHebb",
    "MetaplasticHebb",
    "MetaplasticPost",
    "ModulatedHebb",
    "Momentum",
    "NodePerturbation",
    "NonlinearHebb",
    "NormalisedHebb",
    "NormalisedPost",
    "Oja",
    "Performance",
    "PerturbedSynapse",
    "PlainFunction",
    "PlasticityFunction",
    "PowerPlasticity",
    "QuadraticPlasticity",
    "RecursiveLeastSquares",
    "RelevantSequenceOrder",
    "Residual",
    "ResidualHebb",
    "ResidualRule",
    "RewardHebb",
    "RewardHebbPost",
    "RewardHebbPre",
    "RewardPrediction",
    "RootMeanSquare",
    "SequencePost",
    "SequencePre",
    "SequenceRule",
    "SequenceSynapse",
    "SinePlasticity",
    "Structured",
    "StructuredSynapse",
    "SynapticScaling",
    "ThresholdHebb",
    "TrialError",
    "WeightCopy",
    "WeightDecay",
    "WeightPerturbation",
]
