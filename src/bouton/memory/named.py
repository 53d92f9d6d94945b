r"""Associative memories by their own names: each is a `KernelMemory` with the kernel and the rule that make it so.

==============================  =========================================  =====================================
memory                          kernel                                     coefficients
==============================  =========================================  =====================================
`hopfield_memory`               linear                                     equal
`projection_memory`             linear, own state seen                     interpolating (pseudo-inverse)
`optimal_stability_memory`      linear                                     largest margin
`dense_hopfield_memory`         :math:`[F(h + 1) - F(h - 1)] / 2`          equal
`exponential_memory`            exponential                                equal
`attention_memory`              exponential, own state seen                equal over their sum, or interpolating
`exponential_capacity_memory`   :math:`\exp(-(d/r)^\beta)`                 interpolating
`kanerva_memory`                active hard locations in common            equal
`kernel_sdm_memory`             the same, infinitely many                  largest margin, or equal
==============================  =========================================  =====================================

Source: G. Iatropoulos, J. Brea, W. Gerstner, "Kernel memory networks", NeurIPS 2022, section 3; the sources of each
memory stand with it.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np

from bouton._arguments import check_sizes
from bouton.memory.kanerva import KanervaKernel, SparseAddresses
from bouton.memory.kernel import FeatureKernel
from bouton.memory.kernel_memory import KernelMemory
from bouton.memory.kernels import DenseKernel, ExponentialKernel, ExponentialPowerKernel, PolynomialKernel
from bouton.memory.learning import EqualCoefficients, Interpolation, MemoryRule
from bouton.memory.margin import HardMargin

__all__ = [
    "attention_memory",
    "dense_hopfield_memory",
    "exponential_capacity_memory",
    "exponential_memory",
    "hopfield_memory",
    "kanerva_memory",
    "kernel_sdm_memory",
    "optimal_stability_memory",
    "projection_memory",
]


def hopfield_memory(**options: Any) -> KernelMemory:
    r"""Return the classical Hopfield network: :math:`h_i = \sum_\mu \xi_i^\mu \sum_{j \ne i} \xi_j^\mu s_j`.

    Parameters
    ----------
    **options
        Of `KernelMemory`.

    References
    ----------
    J. J. Hopfield, PNAS 79:2554, 1982.

    Examples
    --------
    >>> import numpy as np
    >>> hopfield_memory().add(np.ones((1, 4))).recall([[1, 1, 1, -1]]).tolist()
    [[1.0, 1.0, 1.0, 1.0]]
    """
    return KernelMemory(PolynomialKernel(1), EqualCoefficients(), **_defaults(options, binary=True))


def projection_memory(**options: Any) -> KernelMemory:
    r"""Return the network of the projection, or pseudo-inverse, rule: the sign of :math:`X^\top (X X^\top)^+ X s`.

    Parameters
    ----------
    **options
        Of `KernelMemory`.

    References
    ----------
    L. Personnaz, I. Guyon, G. Dreyfus, J. Physique Lett. 46:359, 1985.
    """
    return KernelMemory(PolynomialKernel(1), Interpolation(), **_defaults(options, binary=True, self_connection=True))


def optimal_stability_memory(rule: MemoryRule | None = None, **options: Any) -> KernelMemory:
    """Return the linear network of optimal stability: Gardner's, trained by the AdaTron.

    Parameters
    ----------
    rule : MemoryRule, optional
        Default: `HardMargin()`.
    **options
        Of `KernelMemory`.

    References
    ----------
    E. Gardner, J. Phys. A 21:257, 1988; J. K. Anlauf, M. Biehl, Europhysics Letters 10:687, 1989.
    """
    return KernelMemory(PolynomialKernel(1), rule or HardMargin(), **_defaults(options, binary=True))


def dense_hopfield_memory(power: int = 3, rectified: bool = False, **options: Any) -> KernelMemory:
    r"""Return the dense associative memory with energy :math:`-\sum_\mu F(\xi^\mu \cdot s)`, :math:`F(x) = x^p`.

    Parameters
    ----------
    power : int
        p, at least 2. Default 3.
    rectified : bool
        Whether F is zero for negative arguments. Default False.
    **options
        Of `KernelMemory`.

    References
    ----------
    D. Krotov, J. J. Hopfield, NeurIPS 2016.
    """
    return KernelMemory(DenseKernel(power, rectified), EqualCoefficients(), **_defaults(options, binary=True))


def exponential_memory(rate: float = 1.0, rule: MemoryRule | None = None, **options: Any) -> KernelMemory:
    """Return the exponential network: dense, with F = exp.

    Parameters
    ----------
    rate : float
        b of the kernel; 1 is the published one. Default 1.
    rule : MemoryRule, optional
        Default: `EqualCoefficients()`, as published.
    **options
        Of `KernelMemory`.

    References
    ----------
    M. Demircigil, J. Heusel, M. Löwe, S. Upgang, F. Vermet, J. Stat. Phys. 168:288, 2017.
    """
    return KernelMemory(ExponentialKernel(rate), rule or EqualCoefficients(), **_defaults(options, binary=True))


def attention_memory(beta: float = 1.0, optimal: bool = False, **options: Any) -> KernelMemory:
    r"""Return the continuous modern Hopfield network: :math:`s \leftarrow X^\top \text{softmax}(\beta X s)`.

    With :math:`z(x) = \sum_\nu \exp(\beta\, \xi^\nu \cdot x)` and the kernel
    :math:`\exp(\beta\, x \cdot y) / (z(x)\, z(y))`, softmax has :math:`\text{diag}(z)` where the memory that stores
    patterns exactly has the inverse of the Gram matrix.

    Parameters
    ----------
    beta : float
        :math:`\beta`, in one over the squared units of the patterns. Default 1.
    optimal : bool
        Whether to take the inverse: patterns are exact fixed points then. Default False, softmax attention.
    **options
        Of `KernelMemory`.

    References
    ----------
    H. Ramsauer et al., Hopfield networks is all you need, ICLR 2021.

    Examples
    --------
    >>> import numpy as np
    >>> patterns = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> attention_memory(beta=20.0).add(patterns).recall([[0.9, 0.2]]).round(3).tolist()
    [[1.0, 0.0]]
    """
    rule = Interpolation("sum") if optimal else EqualCoefficients(normalised=True)
    return KernelMemory(ExponentialKernel(beta), rule, **_defaults(options, binary=False, self_connection=True))


def exponential_capacity_memory(
    radius: float, exponent_power: float = 10.0, normalised: bool = False, **options: Any
) -> KernelMemory:
    r"""Return the continuous memory whose capacity is exponential in the number of neurons, with finite basins.

    `basin_bound` says how far from a pattern recall is sure.

    Parameters
    ----------
    radius : float
        r of the kernel, in the units of the patterns; up to about half of their least distance.
    exponent_power : float
        :math:`\beta` of the kernel, above 1. Default 10.
    normalised : bool
        Whether fields are divided by :math:`1^\top K^{-1} k`, so that they do not shrink far from the patterns: wider
        basins, but not the published rule. Default False.
    **options
        Of `KernelMemory`.
    """
    rule = Interpolation("interpolated" if normalised else "none")
    kernel = ExponentialPowerKernel(radius, exponent_power)
    return KernelMemory(kernel, rule, **_defaults(options, binary=False, self_connection=True))


def kanerva_memory(
    n_inputs: int,
    n_locations: int = 1000,
    radius: int | None = None,
    rule: MemoryRule | None = None,
    random_state: int = 0,
    **options: Any,
) -> KernelMemory:
    """Return Kanerva's sparse distributed memory: hard locations at random addresses, each with a counter per neuron.

    Parameters
    ----------
    n_inputs : int
        Length of the addresses.
    n_locations : int
        Number of hard locations. Default 1000.
    radius : int, optional
        Largest Hamming distance at which a location is active. Default: the one that activates about 3 in 100.
    rule : MemoryRule, optional
        Default: `EqualCoefficients()`, Kanerva's counters. `HardMargin()` is the optimal memory with these locations.
    random_state : int
        Seed of the addresses. Default 0.
    **options
        Of `KernelMemory`.

    References
    ----------
    P. Kanerva, Sparse distributed memory, MIT Press 1988.
    """
    check_sizes(n_inputs=n_inputs, n_locations=n_locations)
    radius = active_radius(n_inputs) if radius is None else radius
    addresses = np.random.default_rng(random_state).choice([-1.0, 1.0], size=(n_locations, n_inputs))
    kernel = FeatureKernel(SparseAddresses(jnp.asarray(addresses, jnp.result_type(float)), radius))
    return KernelMemory(kernel, rule or EqualCoefficients(), **_defaults(options, binary=True, self_connection=True))


def kernel_sdm_memory(radius: int, rule: MemoryRule | None = None, **options: Any) -> KernelMemory:
    """Return the generalised sparse distributed memory: every address is a hard location, and coefficients are trained.

    Parameters
    ----------
    radius : int
        Largest Hamming distance at which a location is active.
    rule : MemoryRule, optional
        Default: `HardMargin()`. `EqualCoefficients()` is Kanerva's memory in the limit of many locations.
    **options
        Of `KernelMemory`.
    """
    return KernelMemory(KanervaKernel(radius), rule or HardMargin(), **_defaults(options, binary=True))


def active_radius(n_inputs: int, share: float = 0.03) -> int:
    """Return the radius within which about a share of all addresses lies."""
    from scipy.stats import binom

    return int(binom.ppf(share, n_inputs, 0.5))


def _defaults(options: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    return defaults | options
