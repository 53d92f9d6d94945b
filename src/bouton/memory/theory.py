r"""What theory says of capacity and of the margin.

=======================  ====================================================================================
function                 what it gives
=======================  ====================================================================================
`cover_probability`      that M patterns with random targets are separable in D dimensions; half at M = 2 D
`gardner_stability`      the margin of the optimal linear network at a load M / N
`support_share`          the share of patterns that are support vectors, at this margin
`dense_capacity`         patterns that a dense Hopfield network with equal coefficients recalls without error
`feature_dimension`      D of a polynomial or dense kernel on patterns of +-1
`spherical_capacity`     patterns on a sphere that keep an angle from each other
=======================  ====================================================================================

Sources: T. M. Cover, IEEE Trans. Electronic Computers 14:326, 1965; E. Gardner, J. Phys. A 21:257, 1988; D. Krotov,
J. J. Hopfield, NeurIPS 2016.
"""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc
from scipy.stats import binom, norm

from bouton._arguments import check_positive, check_sizes
from bouton.errors import InputError

__all__ = [
    "cover_probability",
    "dense_capacity",
    "feature_dimension",
    "gardner_stability",
    "spherical_capacity",
    "support_share",
]


def cover_probability(n_patterns: int, dimension: int) -> float:
    r"""Return the probability that patterns in general position with random targets are separable.

    .. math:: P = 2^{1 - M} \sum_{k < D} \binom{M - 1}{k}

    Parameters
    ----------
    n_patterns, dimension : int
        M and D.

    Examples
    --------
    >>> cover_probability(42, 21)
    0.5
    """
    check_sizes(n_patterns=n_patterns, dimension=dimension)
    return round(float(binom.cdf(dimension - 1, n_patterns - 1, 0.5)), 12)


def gardner_stability(load: float) -> float:
    r"""Return the margin of the optimal linear network for random patterns, in units of a neuron's input per synapse.

    It solves :math:`M / N = \left[\int_{-\kappa}^\infty (t + \kappa)^2\, Dt\right]^{-1}` with the Gaussian measure Dt,
    and is negative beyond a load of 2, where not all patterns can be stored.

    Parameters
    ----------
    load : float
        M / N.

    Examples
    --------
    >>> [round(gardner_stability(load), 3) for load in (0.5, 1.0, 2.0)]
    [1.034, 0.471, 0.0]
    """
    check_positive(load=load)

    def excess(kappa: float) -> float:
        return (1 + kappa * kappa) * float(norm.cdf(kappa)) + kappa * float(norm.pdf(kappa)) - 1 / load

    found = float(brentq(excess, -30.0, 2 + 2 / math.sqrt(load), xtol=1e-12))  # type: ignore[arg-type]
    return found + 0.0 if abs(found) > 1e-9 else 0.0


def support_share(stability: float) -> float:
    """Return the share of patterns that lie at the margin of the optimal linear network.

    Parameters
    ----------
    stability : float
        Its margin, as `gardner_stability` gives it.

    Examples
    --------
    >>> round(support_share(0.4707), 3)
    0.681
    """
    return float(norm.cdf(stability))


def dense_capacity(n_neurons: int, power: int) -> float:
    r"""Return how many random patterns a dense Hopfield network with equal coefficients recalls without errors.

    .. math:: M \le \frac{N^{p - 1}}{2\, (2p - 3)!!\, \ln N}

    Parameters
    ----------
    n_neurons : int
        N, at least 2.
    power : int
        p, at least 2.

    Notes
    -----
    The constant is that of Krotov and Hopfield, as it is commonly quoted.

    Examples
    --------
    >>> round(dense_capacity(50, 3))
    107
    """
    check_sizes(n_neurons=n_neurons, power=power)
    if n_neurons < 2 or power < 2:
        raise InputError(f"n_neurons and power must be at least 2, got {n_neurons} and {power}")
    return n_neurons ** (power - 1) / (2 * math.prod(range(1, 2 * power - 2, 2)) * math.log(n_neurons))


def feature_dimension(n_inputs: int, degree: int, parity: bool = True) -> int:
    r"""Return the dimension of the features of a polynomial kernel on patterns of +-1.

    .. math:: D = \sum_{j \le p} \binom{n}{j}, \qquad \text{with parity only } j \equiv p \pmod 2

    Parameters
    ----------
    n_inputs : int
        n.
    degree : int
        p of the kernel as a polynomial of x.y; one less than the power of `DenseKernel`.
    parity : bool
        Whether the kernel has even or odd powers only, as homogeneous and dense ones do. Default True.

    Examples
    --------
    A neuron of 50 without its own state, dense Hopfield with F = x^3:

    >>> feature_dimension(49, 2)
    1177
    """
    check_sizes(n_inputs=n_inputs, degree=degree)
    return sum(math.comb(n_inputs, j) for j in range(degree + 1) if not parity or (degree - j) % 2 == 0)


def spherical_capacity(n_neurons: int, angle: float, risk: float = 0.01) -> float:
    r"""Return how many random patterns on a sphere all keep an angle from each other, but for a risk.

    .. math:: M = \sqrt{2 p / P}, \qquad P = \tfrac12 I_{\sin^2 \theta}\big(\tfrac{N - 1}{2}, \tfrac12\big)

    It grows like :math:`\sin(\theta)^{-(N-1)/2}`.

    Parameters
    ----------
    n_neurons : int
        N, at least 2.
    angle : float
        :math:`\theta`, in degrees, above 0 and at most 90.
    risk : float
        p, the largest probability that some pair is closer. Default 0.01.

    Examples
    --------
    >>> [round(spherical_capacity(n, 50.0)) for n in (32, 64)]
    [27, 2266]
    """
    check_sizes(n_neurons=n_neurons)
    if not 0 < angle <= 90 or not 0 < risk < 1 or n_neurons < 2:
        raise InputError(
            f"n_neurons must be at least 2, angle in (0, 90] and risk in (0, 1), got {n_neurons}, {angle} and {risk}"
        )
    share = float(betainc((n_neurons - 1) / 2, 0.5, np.sin(np.radians(angle)) ** 2)) / 2
    return math.sqrt(2 * risk / share)
