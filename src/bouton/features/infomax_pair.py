r"""Two noisy outputs that share the work: redundancy in strong noise, diversity in weak noise, in closed form.

Outputs :math:`y = W x + \mu` with noise of variance B each and weight vectors of unit length tell most where these lie
at :math:`\pm\varphi` from the first eigenvector of the input's covariance; the angle closes at a noise of
:math:`B^* = 2 l_1 l_2 / (l_1 - l_2)`.

Source: R. Linsker, IEEE Computer 21(3):105, 1988, for the example; the closed form of the optimum is derived anew.
"""

import math
from typing import NamedTuple

from bouton._arguments import check_positive
from bouton.errors import InputError

__all__ = ["OptimalPair", "optimal_pair", "pair_information"]


def pair_information(first_variance: float, second_variance: float, correlation: float, output_noise: float) -> float:
    r"""Return the information of two outputs from their variances and their correlation.

    .. math:: I = \tfrac12 \ln \frac{B^2 + B (V_1 + V_2) + V_1 V_2 (1 - \rho^2)}{B^2}

    Parameters
    ----------
    first_variance, second_variance : float
        Of the outputs without noise.
    correlation : float
        Of the outputs without noise, between -1 and 1.
    output_noise : float
        B.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    InputError
        If a number is out of its range.
    """
    check_positive(output_noise=output_noise)
    if min(first_variance, second_variance) < 0 or abs(correlation) > 1:
        raise InputError(
            "variances must not be negative and the correlation must lie in [-1, 1], got "
            f"{first_variance}, {second_variance} and {correlation}"
        )
    common = first_variance * second_variance * (1 - correlation**2)
    ratio = (first_variance + second_variance) / output_noise + common / output_noise**2
    return math.log1p(ratio) / 2


class OptimalPair(NamedTuple):
    """Two outputs of unit length that tell most.

    Parameters
    ----------
    information : float
        In nats.
    angle : float
        Between the two weight vectors, in radians, each half of it from the first eigenvector.
    transition : float
        Output noise from which on both take the first eigenvector.
    """

    information: float
    angle: float
    transition: float


def optimal_pair(first: float, second: float, output_noise: float) -> OptimalPair:
    r"""Return what two outputs with weights of unit length tell at most, in closed form.

    .. math::

        \sin^2 \varphi = \frac12 - \frac{B (l_1 - l_2)}{4\, l_1 l_2} \quad \text{for } B < B^* =
        \frac{2\, l_1 l_2}{l_1 - l_2}, \qquad \varphi = 0 \text{ beyond}

    with the two largest eigenvalues :math:`l_1 \ge l_2` of the input's covariance and the weight vectors at
    :math:`\pm\varphi` from the first eigenvector.

    Parameters
    ----------
    first, second : float
        Eigenvalues.
    output_noise : float
        B.

    Returns
    -------
    OptimalPair

    Raises
    ------
    InputError
        If a number is not positive, or the second eigenvalue exceeds the first.

    Examples
    --------
    >>> best = optimal_pair(2.0, 1.0, output_noise=2.0)
    >>> round(best.information, 6), round(math.degrees(best.angle)), best.transition
    (0.569717, 60, 4.0)
    """
    check_positive(first=first, second=second, output_noise=output_noise)
    if second > first:
        raise InputError(f"second must not exceed first, got {second} and {first}")
    transition = 2 * first * second / (first - second) if first > second else math.inf
    if output_noise >= transition:
        return OptimalPair(math.log1p(2 * first / output_noise) / 2, 0.0, transition)
    root = (2 * first * second + output_noise * (first + second)) / (2 * output_noise)
    squared_sine = 0.5 - output_noise * (first - second) / (4 * first * second)
    return OptimalPair(math.log(root / math.sqrt(first * second)), 2 * math.asin(math.sqrt(squared_sine)), transition)
