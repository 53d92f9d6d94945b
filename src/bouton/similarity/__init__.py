"""Similarity matching: circuits whose outputs keep the similarities of their inputs."""

from bouton.similarity.deep import DeepInfo, DeepSimilarityMatching, DeepState, LayerTopology
from bouton.similarity.layer import LayerWeights, SimilarityLayer
from bouton.similarity.objective import relative_similarity_error, similarity_error
from bouton.similarity.offline import OfflineSNMF, OfflineSolution
from bouton.similarity.snmf import SNMFInfo, SNMFNetwork, SNMFState, UnitReport
from bouton.similarity.structured import StructuredInfo, StructuredSimilarityMatching, StructuredState
from bouton.similarity.structured_objective import LayeredObjective, layered_objective, min_max_objective

__all__ = [
    "DeepInfo",
    "DeepSimilarityMatching",
    "DeepState",
    "LayerTopology",
    "LayerWeights",
    "LayeredObjective",
    "OfflineSNMF",
    "OfflineSolution",
    "SNMFInfo",
    "SNMFNetwork",
    "SNMFState",
    "SimilarityLayer",
    "StructuredInfo",
    "StructuredSimilarityMatching",
    "StructuredState",
    "UnitReport",
    "layered_objective",
    "min_max_objective",
    "relative_similarity_error",
    "similarity_error",
]
