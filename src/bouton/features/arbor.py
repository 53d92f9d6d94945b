r"""Gaussian arbors: where the synapses of a cell lie, and the modes in which their weights grow.

.. math::

    \rho(r) \propto e^{-r^2 / (2 A)}, \quad A = r_M^2 / 2, \qquad Q(d) = e^{-d^2 / (2 C)}

With the density :math:`\rho` of synapses and a Gaussian covariance Q of their inputs, the operator that makes weights
grow has the spectrum of an oscillator:

.. math::

    R = \tfrac{C}{2} \Big(1 + \sqrt{1 + 4 A / C}\Big), \quad l = \frac{A}{A + R}, \qquad
    \lambda_n = \frac{C}{A}\, l^{\,n+1} \quad (n + 1\text{-fold}), \quad n = 0, 1, 2, \ldots

n = 0 is the mode 1s, alike everywhere; n = 1 the two modes 2p, bilobed; n = 2 the mode 2s, centre and surround, with
the two 3d. The first two are :math:`e^{-r^2 / (2R)}` and :math:`r \cos\varphi\, e^{-r^2 / (2R)}`.

Source: D. J. C. MacKay, K. D. Miller, "Analysis of Linsker's application of Hebbian rules to linear networks",
Network 1:257, 1990, which writes the operator without 1/N. The closed form is derived anew.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from bouton._arguments import check_positive, check_sizes
from bouton.errors import InputError

__all__ = ["ArborModes", "arbor_modes", "arbor_positions", "arbor_variance", "distances", "radial_eigenvalues"]


def arbor_variance(radius: float) -> float:
    """Return the variance of each coordinate of synapses whose density falls as exp(-r**2 / radius**2).

    Parameters
    ----------
    radius : float
        Linsker's arbor radius, a length.

    Returns
    -------
    float
        Half its square.

    Raises
    ------
    InputError
        If the radius is not positive.

    Examples
    --------
    >>> arbor_variance(2.0)
    2.0
    """
    check_positive(radius=radius)
    return radius * radius / 2


def arbor_positions(
    rng: np.random.Generator, n_synapses: int, variance: float, n_cells: int | None = None
) -> Float[np.ndarray, "*cells synapses 2"]:
    """Draw the places of the synapses of cells, relative to each cell's own.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n_synapses : int
        Number of synapses of a cell.
    variance : float
        Of each coordinate, A: half of the squared arbor radius.
    n_cells : int, optional
        Number of cells. Default: one, without an axis for it.

    Returns
    -------
    array (n_synapses, 2) or (n_cells, n_synapses, 2)

    Raises
    ------
    InputError
        If a number is out of its range.
    """
    check_sizes(n_synapses=n_synapses)
    check_positive(variance=variance)
    cells = () if n_cells is None else (n_cells,)
    return math.sqrt(variance) * rng.normal(size=(*cells, n_synapses, 2))


def distances(positions: Float[np.ndarray, "*cells synapses 2"]) -> Float[np.ndarray, "*cells synapses synapses"]:
    """Return the distances between all synapses of each cell."""
    return np.linalg.norm(positions[..., :, None, :] - positions[..., None, :, :], axis=-1)


class ArborModes(NamedTuple):
    r"""The modes of a Gaussian arbor under a Gaussian covariance.

    Parameters
    ----------
    width : float
        R, the variance parameter of the modes.
    ratio : float
        l, by which the eigenvalue falls from one n to the next.
    largest : float
        :math:`\lambda_0 = C / (A + R)`.
    """

    width: float
    ratio: float
    largest: float

    def eigenvalue(self, order: int) -> float:
        """Return the eigenvalue of the modes of order n, of which there are n + 1."""
        return self.largest * self.ratio**order

    def mode(
        self, positions: Float[np.ndarray, "*points 2"], name: str, direction: float = 0.0
    ) -> Float[np.ndarray, " *points"]:
        """Return a mode at places.

        Parameters
        ----------
        positions : array (..., 2)
            Places relative to the cell.
        name : {"1s", "2p"}
            Which one.
        direction : float
            Of the axis of the bilobed mode, in radians. Default 0.

        Returns
        -------
        array (...)
            Its values, not normalised.

        Raises
        ------
        InputError
            If there is no mode of that name.
        """
        if name not in ("1s", "2p"):
            raise InputError(f"name must be '1s' or '2p', got {name!r}")
        envelope = np.exp(-(positions**2).sum(axis=-1) / (2 * self.width))
        if name == "1s":
            return envelope
        return envelope * (positions @ np.array([math.cos(direction), math.sin(direction)]))


def arbor_modes(arbor: float, covariance: float) -> ArborModes:
    """Return the modes in which weights grow, in closed form.

    Parameters
    ----------
    arbor : float
        A, variance of each coordinate of the synapses.
    covariance : float
        C, variance parameter of the inputs' covariance.

    Returns
    -------
    ArborModes

    Raises
    ------
    InputError
        If a variance is not positive.

    Examples
    --------
    >>> modes = arbor_modes(1.5, 1.0)
    >>> [round(modes.eigenvalue(order), 6) for order in range(3)]
    [0.300944, 0.135851, 0.061325]
    """
    check_positive(arbor=arbor, covariance=covariance)
    width = covariance / 2 * (1 + math.sqrt(1 + 4 * arbor / covariance))
    return ArborModes(width, arbor / (arbor + width), covariance / (arbor + width))


def radial_eigenvalues(
    covariance: Callable[[np.ndarray], np.ndarray],
    arbor: float,
    *,
    angular: int = 0,
    k2: float = 0.0,
    points: int = 48,
    directions: int = 128,
) -> Float[np.ndarray, " points"]:
    r"""Return the eigenvalues of the operator of growth among modes of one angular order, by quadrature.

    .. math:: \int \rho(r')\, \big(Q(|r - r'|) + k_2\big)\, w(r')\, d^2 r' = \lambda\, w(r)

    Parameters
    ----------
    covariance : callable
        Q of arrays of distances.
    arbor : float
        A, variance of each coordinate of the synapses.
    angular : int
        Angular order m: 0 for modes that only depend on the radius, 1 for bilobed ones. Default 0.
    k2 : float
        Added to the covariance; it only reaches modes of order 0. Default 0.
    points, directions : int
        Nodes along the radius and the angle. Default 48 and 128.

    Returns
    -------
    array (points,)
        Eigenvalues, the largest first. Each stands for two modes where m > 0.

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> gauss = lambda distance: np.exp(-(distance**2) / 2)
    >>> round(float(radial_eigenvalues(gauss, 1.5)[0]), 6)
    0.300944
    >>> round(float(radial_eigenvalues(gauss, 1.5, k2=-3.0)[0]), 3)
    0.109
    """
    check_positive(arbor=arbor)
    check_sizes(points=points, directions=directions)
    # In u = r**2 / (2 A) the measure is exp(-u) du: Gauss-Laguerre quadrature.
    nodes, weights = np.polynomial.laguerre.laggauss(points)
    radius = np.sqrt(2 * arbor * nodes)
    angle = 2 * np.pi * np.arange(directions) / directions
    squares = radius[:, None, None] ** 2 + radius[None, :, None] ** 2
    apart = np.sqrt(np.maximum(squares - 2 * np.multiply.outer(np.outer(radius, radius), np.cos(angle)), 0))
    kernel = ((covariance(apart) + k2) * np.cos(angular * angle)).mean(axis=2)
    root = np.sqrt(weights)
    return np.linalg.eigvalsh(root[:, None] * kernel * root)[::-1]
