"""Estimators: circuits behind scikit-learn's interface, one adapter for all of them."""

from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.deep import DeepFeatures
from bouton.estimators.snmf import OnlineSNMF
from bouton.estimators.structured import StructuredFeatures

__all__ = ["CircuitTransformer", "DeepFeatures", "OnlineSNMF", "StructuredFeatures"]
