r"""How far from a pattern recall is sure: the basin of the continuous memory of exponential capacity.

Patterns of at most length R keep at least the distance :math:`\Delta` from each other, the kernel of distance is
:math:`k(d) = \exp(-(d / r)^\beta)`, and :math:`e = \max_\mu \sum_{\nu \ne \mu} k(d_{\mu\nu}) < 1`. One step from a
state at distance :math:`\rho < \Delta` of a pattern leads to within

.. math::

    b(\rho) = R \left\{ (1 - k(\rho)) \left[1 + \frac{(M - 1)\, k(\Delta)}{1 - e}\right]
    + \frac{\rho\, (M - 1)\, L(\rho)}{1 - e} \right\}, \qquad L(\rho) = \max_{d \ge \Delta - \rho} |k'(d)|

of it. Where :math:`b(\rho) < \rho` for all :math:`0 < \rho \le \rho^*`, all states within :math:`\rho^*` converge to
the pattern.

Source: derived for bouton; the memory is that of G. Iatropoulos, J. Brea, W. Gerstner, NeurIPS 2022.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.spatial.distance import cdist

from bouton.errors import InputError
from bouton.memory._inputs import as_patterns
from bouton.memory.kernels import ExponentialPowerKernel

__all__ = ["Basin", "basin_bound"]

_GRID = 20_000
_LOWEST = 1e-6


@dataclass(frozen=True)
class Basin:
    """A distance within which recall is sure, and what it follows from.

    Parameters
    ----------
    radius : float
        :math:`\\rho^*`, in the units of the patterns; 0 where nothing is sure.
    length : float
        R, of the longest pattern.
    separation : float
        :math:`\\Delta`, the least distance of two patterns; infinite for a single one.
    overlap : float
        e, the largest sum of a pattern's kernels with the others.
    n_patterns : int
        M.
    kernel : ExponentialPowerKernel
        The kernel.
    """

    radius: float
    length: float
    separation: float
    overlap: float
    n_patterns: int
    kernel: ExponentialPowerKernel

    def after_one_step(self, distance: ArrayLike) -> np.ndarray:
        """Return the bound b on the distance from a pattern after one step, given the distance before it.

        Parameters
        ----------
        distance : array
            Smaller than the separation.
        """
        rho = np.asarray(distance, float)
        others = (self.n_patterns - 1) / (1 - self.overlap)
        fading = -np.expm1(-((rho / self.kernel.radius) ** self.kernel.exponent_power))
        crosstalk = 0.0
        if self.n_patterns > 1:
            fading = fading * (1 + others * _value(self.kernel, np.asarray(self.separation)))
            crosstalk = rho * others * _steepest(self.kernel, np.asarray(self.separation - rho))
        return np.asarray(self.length * (fading + crosstalk))


def basin_bound(patterns: ArrayLike, kernel: ExponentialPowerKernel) -> Basin:
    """Return the distance from stored patterns within which recall by `exponential_capacity_memory` is sure.

    Parameters
    ----------
    patterns : array (patterns, neurons)
        Real-valued.
    kernel : ExponentialPowerKernel
        The memory's kernel.

    Returns
    -------
    Basin

    Raises
    ------
    InputError
        If a pattern is there twice, or the patterns overlap too much for the bound: e is not below 1.

    Notes
    -----
    The smallest distance at which the bound on the next step exceeds the distance itself is looked for on a grid of
    20,000 distances, from a millionth of the length or separation on, and then refined.

    Examples
    --------
    A single pattern of length 1, beta = 2, r = 0.5: the distance follows x -> 1 - exp(-4 x^2).

    >>> round(basin_bound([[1.0, 0.0]], ExponentialPowerKernel(0.5, 2.0)).radius, 5)
    0.29654
    """
    rows = as_patterns("patterns", patterns)
    if not isinstance(kernel, ExponentialPowerKernel):
        raise InputError(f"the bound is that of ExponentialPowerKernel, got {type(kernel).__name__}")
    length = float(np.max(np.linalg.norm(rows, axis=1)))
    distances = cdist(rows, rows)
    np.fill_diagonal(distances, np.inf)
    separation = float(distances.min()) if len(rows) > 1 else np.inf
    if separation == 0:
        raise InputError("a pattern is there twice: leave out one of them")
    overlap = float(np.max(np.sum(_value(kernel, distances), axis=1)))
    if not overlap < 1:
        raise InputError(
            f"patterns overlap too much for the bound: a pattern's kernels with the others sum up to {overlap:.3g}, "
            f"not below 1; choose a radius smaller than {kernel.radius:.3g}"
        )
    found = Basin(0.0, length, separation, overlap, len(rows), kernel)
    # Beyond twice their length states are no nearer than where they fade to.
    farthest = min(separation, 2 * length)
    grid = np.linspace(_LOWEST, 1, _GRID, endpoint=False) * farthest
    expanding = np.flatnonzero(found.after_one_step(grid) >= grid)
    if not len(expanding):
        return _with_radius(found, float(grid[-1]))
    first = expanding[0]
    if first == 0:
        return found
    excess = lambda rho: float(found.after_one_step(rho)) - rho  # noqa: E731
    return _with_radius(found, float(brentq(excess, grid[first - 1], grid[first])))  # type: ignore[arg-type]


def _with_radius(basin: Basin, radius: float) -> Basin:
    return Basin(radius, basin.length, basin.separation, basin.overlap, basin.n_patterns, basin.kernel)


def _value(kernel: ExponentialPowerKernel, distance: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-((distance / kernel.radius) ** kernel.exponent_power)))


def _slope(kernel: ExponentialPowerKernel, distance: np.ndarray) -> np.ndarray:
    beta, relative = kernel.exponent_power, distance / kernel.radius
    return np.asarray(beta / kernel.radius * relative ** (beta - 1) * np.exp(-(relative**beta)))


def _steepest(kernel: ExponentialPowerKernel, distance: np.ndarray) -> np.ndarray:
    """Return the largest slope at a distance or beyond it: that of the inflection, as long as it lies ahead."""
    beta = kernel.exponent_power
    inflection = kernel.radius * ((beta - 1) / beta) ** (1 / beta) if beta > 1 else 0.0
    return _slope(kernel, np.asarray(np.maximum(distance, inflection)))
