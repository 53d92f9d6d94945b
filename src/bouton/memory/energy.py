r"""Energies of states: what the dynamics of a memory lower, where there is such a thing.

=====================================  ==================================================  ============================
memory                                 E(s)                                                never rises with
=====================================  ==================================================  ============================
linear kernel, symmetric weights W     :math:`-\tfrac12 s^\top W s + \theta \cdot s`       asynchronous updates
any kernel k of :math:`x \cdot y`,     :math:`-\sum_\mu c_\mu\, G(\xi^\mu \cdot s)         asynchronous updates
:math:`a_i^\mu = c_\mu\, \xi_i^\mu`    + \theta \cdot s`
softmax attention                      :math:`\tfrac12 |s|^2                               synchronous and continuous
                                       - \tfrac1\beta \ln \sum_\mu e^{\beta \xi^\mu s}`    updates
=====================================  ==================================================  ============================

G is the function with :math:`k(u) = \tfrac12 [G(u + 1) - G(u - 1)]`, zero at -n: by it two states that differ in one
neuron differ in energy by twice that neuron's field, :math:`E(s_i = -1) - E(s_i = +1) = 2 h_i`, so that an update goes
downhill. With :math:`G(x) = x^p` that is the energy of the dense associative memory. Weights that are not symmetric, as
those of largest margin, have no energy.

Sources: J. J. Hopfield, PNAS 79:2554, 1982; D. Krotov, J. J. Hopfield, NeurIPS 2016; H. Ramsauer et al., ICLR 2021.
"""

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.special import logsumexp

from bouton.errors import InputError
from bouton.memory.kernel import MemoryKernel, ProductKernel
from bouton.memory.kernels import ExponentialKernel, PolynomialKernel

if TYPE_CHECKING:
    from bouton.memory.kernel_memory import KernelMemory

__all__ = ["energies"]

_ROUNDING = 1e-9


def energies(
    memory: "KernelMemory", kernel: MemoryKernel, states: Float[np.ndarray, "states neurons"]
) -> Float[np.ndarray, " states"]:
    """Return the energies of states, or refuse a memory that has none."""
    partition, patterns = memory.learned_.partition, memory.patterns_
    if memory.hetero_:
        raise InputError("a hetero-associative memory has no energy: its outputs do not come back to its inputs")
    if not memory.binary_:
        alike = partition is not None and np.ptp(partition) == 0 and np.array_equal(memory.coefficients_, patterns)
        if isinstance(kernel, ExponentialKernel) and alike:
            beta = float(kernel.rate)
            return 0.5 * np.sum(states**2, axis=1) - logsumexp(beta * states @ patterns.T, axis=1) / beta
        raise InputError("of real-valued memories softmax attention alone has an energy: take attention_memory()")
    thresholds = states @ memory.thresholds_
    if isinstance(kernel, PolynomialKernel) and kernel.power == 1 and kernel.offset == 0:
        weights = memory.coefficients_.T @ patterns / (patterns.shape[1] - (not memory.self_connection))
        if not memory.self_connection:
            np.fill_diagonal(weights, 0)
        if np.max(np.abs(weights - weights.T)) <= _ROUNDING * np.max(np.abs(weights)):
            return thresholds - 0.5 * np.sum(states * (states @ weights), axis=1)
        raise InputError(
            "this memory has no energy: its weights are not symmetric, as those of a rule that trains each neuron for "
            "itself; hopfield_memory() and projection_memory() have symmetric ones"
        )
    alphas = memory.alphas_
    shared = np.max(np.ptp(alphas, axis=1)) <= _ROUNDING * np.max(np.abs(alphas))
    if isinstance(kernel, ProductKernel) and not memory.self_connection and partition is None and shared:
        places = np.rint((states @ patterns.T + patterns.shape[1]) / 2).astype(int)
        return thresholds - _potential(kernel, patterns.shape[1])[places] @ alphas[:, 0]
    raise InputError(
        "this memory has no energy: that takes a kernel of products, neurons that do not see themselves, and "
        "coefficients that are the same for all neurons (EqualCoefficients)"
    )


def _potential(kernel: ProductKernel, size: int) -> Float[np.ndarray, " overlaps"]:
    """Return G at the overlaps -n, -n + 2, ..., n."""
    with jax.enable_x64(True):
        others = jnp.arange(1 - size, size, 2, dtype=jnp.float64)
        values = np.asarray(kernel.value(others, float(size - 1), float(size - 1), size - 1))
    return np.concatenate([[0.0], 2 * np.cumsum(values)])
