"""Estimators: circuits behind scikit-learn's interface, one adapter for all of them."""

from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.alignment import AlignmentClassifier
from bouton.estimators.circuit_features import CircuitFeatures
from bouton.estimators.clapp import CLAPPFeatures
from bouton.estimators.correlation_game import OnlineCorrelationGame
from bouton.estimators.correlation_invariant import CorrelationInvariant
from bouton.estimators.deep import DeepFeatures
from bouton.estimators.dictionary import OnlineSparseDictionary
from bouton.estimators.kernel import KernelFeatures
from bouton.estimators.nonlinear_hebbian import NonlinearHebbian
from bouton.estimators.nonnegative import OnlineNSM
from bouton.estimators.principal import OnlinePrincipalSubspace
from bouton.estimators.reservoir import Reservoir
from bouton.estimators.snmf import OnlineSNMF
from bouton.estimators.source_separation import OnlineSourceSeparation
from bouton.estimators.structured import StructuredFeatures
from bouton.estimators.tiling import OnlineManifoldTiling
from bouton.estimators.whitening import OnlineWhitening

__all__ = [
    "AlignmentClassifier",
    "CLAPPFeatures",
    "CircuitFeatures",
    "CircuitTransformer",
    "CorrelationInvariant",
    "DeepFeatures",
    "KernelFeatures",
    "NonlinearHebbian",
    "OnlineCorrelationGame",
    "OnlineManifoldTiling",
    "OnlineNSM",
    "OnlinePrincipalSubspace",
    "OnlineSNMF",
    "OnlineSourceSeparation",
    "OnlineSparseDictionary",
    "OnlineWhitening",
    "Reservoir",
    "StructuredFeatures",
]
