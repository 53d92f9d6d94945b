"""Associative memories: kernel memory networks; Hopfield's, attention and Kanerva's memory as special cases."""

from bouton.memory.basin import Basin, basin_bound
from bouton.memory.kanerva import KanervaKernel, SparseAddresses, address_overlaps
from bouton.memory.kernel import ExponentKernel, FeatureKernel, FunctionKernel, MemoryKernel, ProductKernel, WithoutSelf
from bouton.memory.kernel_memory import KernelMemory
from bouton.memory.kernels import (
    DenseKernel,
    ExponentialKernel,
    ExponentialPowerKernel,
    GaussianKernel,
    PolynomialKernel,
)
from bouton.memory.learning import (
    EqualCoefficients,
    Interpolation,
    KernelLogistic,
    KernelRidge,
    LearnedCoefficients,
    MemoryRule,
)
from bouton.memory.margin import HardMargin, SoftMargin
from bouton.memory.measures import (
    CapacityCurve,
    capacity_curve,
    flip,
    noise_robustness,
    occlude,
    random_signs,
    recall_basin,
)
from bouton.memory.named import (
    attention_memory,
    dense_hopfield_memory,
    exponential_capacity_memory,
    exponential_memory,
    hopfield_memory,
    kanerva_memory,
    kernel_sdm_memory,
    optimal_stability_memory,
    projection_memory,
)
from bouton.memory.nearest import NearestPattern
from bouton.memory.network import AdaTronInfo, AdaTronNetwork, AdaTronState
from bouton.memory.store import PatternStore, Recall
from bouton.memory.theory import (
    cover_probability,
    dense_capacity,
    feature_dimension,
    gardner_stability,
    spherical_capacity,
    support_share,
)
from bouton.memory.verdicts import Verdicts, verdicts

__all__ = [
    "AdaTronInfo",
    "AdaTronNetwork",
    "AdaTronState",
    "Basin",
    "CapacityCurve",
    "DenseKernel",
    "EqualCoefficients",
    "ExponentKernel",
    "ExponentialKernel",
    "ExponentialPowerKernel",
    "FeatureKernel",
    "FunctionKernel",
    "GaussianKernel",
    "HardMargin",
    "Interpolation",
    "KanervaKernel",
    "KernelLogistic",
    "KernelMemory",
    "KernelRidge",
    "LearnedCoefficients",
    "MemoryKernel",
    "MemoryRule",
    "NearestPattern",
    "PatternStore",
    "PolynomialKernel",
    "ProductKernel",
    "Recall",
    "SoftMargin",
    "SparseAddresses",
    "Verdicts",
    "WithoutSelf",
    "address_overlaps",
    "attention_memory",
    "basin_bound",
    "capacity_curve",
    "cover_probability",
    "dense_capacity",
    "dense_hopfield_memory",
    "exponential_capacity_memory",
    "exponential_memory",
    "feature_dimension",
    "flip",
    "gardner_stability",
    "hopfield_memory",
    "kanerva_memory",
    "kernel_sdm_memory",
    "noise_robustness",
    "occlude",
    "optimal_stability_memory",
    "projection_memory",
    "random_signs",
    "recall_basin",
    "spherical_capacity",
    "support_share",
    "verdicts",
]
