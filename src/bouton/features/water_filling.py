r"""Infomax for any number of outputs, in closed form: power poured over the eigenvalues of the input like water.

.. math::

    \max_W I(W) \;\text{ with } \mathrm{tr}\, W W^\top = K: \qquad
    I = \frac12 \sum_{i \le m} \ln \frac{k_i (l_i + B_i) + B_o}{k_i B_i + B_o}, \qquad \sum_i k_i = K

over the m largest eigenvalues l of the input's covariance, of which each gets the power k that makes
:math:`\partial I / \partial k_i` the same for all that get any. Without input noise that is

.. math:: k_i = \max(0,\; h - B_o / l_i)

with the level h of the water. Rows of unit length do as well as rows of any lengths with the same total, since a
symmetric matrix of any eigenvalues of sum m can have ones on its diagonal (Schur and Horn): K = m. `optimal_pair` is
the case m = 2.

Source: R. Linsker, IEEE Computer 21(3):105, 1988, for the principle; the closed forms are derived anew.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton._arguments import check_positive, check_sizes
from bouton.errors import InputError

__all__ = ["WaterFilling", "water_filling"]


class WaterFilling(NamedTuple):
    """The best that outputs can do.

    Parameters
    ----------
    information : float
        In nats.
    powers : array (eigenvalues,)
        What each eigenvalue gets of the total power, in the order in which they were given.
    level : float
        Level of the water: the power of an eigenvalue so large that noise does not matter, without input noise.
    """

    information: float
    powers: Float[np.ndarray, " eigenvalues"]
    level: float


def water_filling(
    eigenvalues: ArrayLike,
    n_outputs: int,
    output_noise: float,
    input_noise: float = 0.0,
    *,
    power: float | None = None,
) -> WaterFilling:
    """Return what noisy linear outputs tell at most, and the powers with which they do.

    Parameters
    ----------
    eigenvalues : array (eigenvalues,)
        Of the covariance of the input without noise, not negative.
    n_outputs : int
        Number of outputs m: as many eigenvalues can get power.
    output_noise, input_noise : float
        Variances of the noise of each output and on each input line. Default: no input noise.
    power : float, optional
        K, the sum of all squared weights. Default: the number of outputs, as with weight vectors of unit length.

    Returns
    -------
    WaterFilling

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> best = water_filling([2.0, 1.0], 2, output_noise=2.0)
    >>> round(best.information, 6), best.powers.tolist()
    (0.569717, [1.5, 0.5])
    """
    check_sizes(n_outputs=n_outputs)
    total = float(n_outputs) if power is None else power
    check_positive(output_noise=output_noise, power=total)
    values = np.asarray(eigenvalues, float)
    if values.ndim != 1 or values.size == 0 or not np.all((values >= 0) & np.isfinite(values)):
        raise InputError(f"eigenvalues must be a row of finite numbers that are not negative, got {eigenvalues!r}")
    if not 0 <= input_noise < math.inf:
        raise InputError(f"input_noise must be finite and not negative, got {input_noise}")
    if not values.max() > 0:
        raise InputError("at least one eigenvalue must be positive: there is nothing to tell")
    chosen = np.argsort(-values, kind="stable")[:n_outputs]
    chosen = chosen[values[chosen] > 0]
    level, poured = _poured(values[chosen], total, output_noise, input_noise)
    powers = np.zeros_like(values)
    powers[chosen] = poured
    told = np.log1p(powers * values / (powers * input_noise + output_noise)).sum() / 2
    return WaterFilling(float(told), powers, level)


def _poured(values: np.ndarray, total: float, output_noise: float, input_noise: float) -> tuple[float, np.ndarray]:
    """Return the level, and the power of each of the eigenvalues, the largest first."""
    floors = output_noise / values
    if input_noise == 0:
        levels = (total + np.cumsum(floors)) / np.arange(1, len(values) + 1)
        level = float(levels[np.flatnonzero(levels > floors)[-1]])
        return level, np.maximum(level - floors, 0)
    from scipy.optimize import brentq

    def powers(level: float) -> np.ndarray:
        # 1 / (2 dI/dk) = level is a quadratic in k: a k^2 + b k + c = 0.
        a = input_noise * (values + input_noise) / (values * output_noise)
        b, c = (values + 2 * input_noise) / values, floors - level
        root = np.sqrt(np.maximum(b * b - 4 * a * c, 0))
        return np.where(c < 0, -2 * c / (b + root), 0.0)

    high = float(floors[0] + total)
    while powers(high).sum() < total:
        high *= 2
    root: Any = brentq(lambda h: powers(h).sum() - total, float(floors[0]), high, xtol=1e-15)
    level = float(root)
    return level, powers(level)
