"""Similarity matching: circuits whose outputs keep the similarities of their inputs.

====================================================  ===========================================================
circuit                                               what its outputs are
====================================================  ===========================================================
`SNMFNetwork`                                         clusters and sparse features; units recruited on demand
`SimilarityMatching`, `FastSimilarityMatching`        the principal subspace, with falling learning rates
`PrincipalSubspaceNetwork`                            the principal subspace, with a rate of each neuron's own
`WhiteningNetwork`                                    white outputs, by interneurons
`NonnegativeSimilarityMatching`                       non-negative features; follows data that drift
`SparseDictionaryNetwork`                             sparse features of both signs
`SourceSeparationNetwork`                             independent non-negative sources
`ManifoldTilingNetwork`                               localised fields that tile a manifold
`CorrelationGameNetwork`                              parts, by bounds on correlations
`KernelSimilarityMatching`                            features of a similarity that is not linear
`StructuredSimilarityMatching`                        local features on sheets, or over any connectivity
`DeepSimilarityMatching`                              features in several layers, with feedback
====================================================  ===========================================================

References that see all samples at once: `OfflineSimilarityMatching`, `OfflineSNMF`, `OfflineManifoldTiling`.
"""

from bouton.similarity.correlation_game import CorrelationGameInfo, CorrelationGameNetwork, CorrelationGameState
from bouton.similarity.cumulative import (
    CumulativeInfo,
    CumulativeNetwork,
    CumulativeState,
    PrincipalSubspaceNetwork,
    SparseDictionaryNetwork,
)
from bouton.similarity.deep import DeepInfo, DeepSimilarityMatching, DeepState, LayerTopology
from bouton.similarity.fast import FastInfo, FastSimilarityMatching, FastState, InverseOfLeakyHebb
from bouton.similarity.kernel import KernelMatchingInfo, KernelMatchingState, KernelSimilarityMatching
from bouton.similarity.layer import LayerWeights, SimilarityLayer
from bouton.similarity.minmax import (
    MinMaxInfo,
    MinMaxNetwork,
    MinMaxState,
    NonnegativeSimilarityMatching,
    SimilarityMatching,
)
from bouton.similarity.objective import relative_similarity_error, similarity_error
from bouton.similarity.offline import OfflineSNMF, OfflineSolution
from bouton.similarity.offline_tiling import OfflineManifoldTiling, TilingSolution
from bouton.similarity.reference import OfflineSimilarityMatching
from bouton.similarity.similarity_kernels import CosinePowerKernel, RadialKernel, SimilarityKernel
from bouton.similarity.snmf import SNMFInfo, SNMFNetwork, SNMFState, UnitReport
from bouton.similarity.source_separation import SeparationInfo, SeparationState, SourceSeparationNetwork
from bouton.similarity.structured import StructuredInfo, StructuredSimilarityMatching, StructuredState
from bouton.similarity.structured_objective import LayeredObjective, layered_objective, min_max_objective
from bouton.similarity.subspace import principal_subspace, subspace_error
from bouton.similarity.tiling import (
    ManifoldTilingInfo,
    ManifoldTilingNetwork,
    ManifoldTilingState,
    TilingActivity,
)
from bouton.similarity.whitening import WhiteningInfo, WhiteningNetwork, WhiteningState

__all__ = [
    "CorrelationGameInfo",
    "CorrelationGameNetwork",
    "CorrelationGameState",
    "CosinePowerKernel",
    "CumulativeInfo",
    "CumulativeNetwork",
    "CumulativeState",
    "DeepInfo",
    "DeepSimilarityMatching",
    "DeepState",
    "FastInfo",
    "FastSimilarityMatching",
    "FastState",
    "InverseOfLeakyHebb",
    "KernelMatchingInfo",
    "KernelMatchingState",
    "KernelSimilarityMatching",
    "LayerTopology",
    "LayerWeights",
    "LayeredObjective",
    "ManifoldTilingInfo",
    "ManifoldTilingNetwork",
    "ManifoldTilingState",
    "MinMaxInfo",
    "MinMaxNetwork",
    "MinMaxState",
    "NonnegativeSimilarityMatching",
    "OfflineManifoldTiling",
    "OfflineSNMF",
    "OfflineSimilarityMatching",
    "OfflineSolution",
    "PrincipalSubspaceNetwork",
    "RadialKernel",
    "SNMFInfo",
    "SNMFNetwork",
    "SNMFState",
    "SeparationInfo",
    "SeparationState",
    "SimilarityKernel",
    "SimilarityLayer",
    "SimilarityMatching",
    "SourceSeparationNetwork",
    "SparseDictionaryNetwork",
    "StructuredInfo",
    "StructuredSimilarityMatching",
    "StructuredState",
    "TilingActivity",
    "TilingSolution",
    "UnitReport",
    "WhiteningInfo",
    "WhiteningNetwork",
    "WhiteningState",
    "layered_objective",
    "min_max_objective",
    "principal_subspace",
    "relative_similarity_error",
    "similarity_error",
    "subspace_error",
]
