"""Estimators: circuits behind scikit-learn's interface, one adapter for all of them."""

from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.snmf import OnlineSNMF

__all__ = ["CircuitTransformer", "OnlineSNMF"]
