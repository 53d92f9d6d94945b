"""Similarity matching: circuits whose outputs keep the similarities of their inputs."""

from bouton.similarity.objective import relative_similarity_error, similarity_error
from bouton.similarity.offline import OfflineSNMF, OfflineSolution
from bouton.similarity.snmf import SNMFInfo, SNMFNetwork, SNMFState, UnitReport

__all__ = [
    "OfflineSNMF",
    "OfflineSolution",
    "SNMFInfo",
    "SNMFNetwork",
    "SNMFState",
    "UnitReport",
    "relative_similarity_error",
    "similarity_error",
]
