r"""The selectivity index: which effective nonlinearities develop localised receptive fields, before any simulation.

.. math::

    \mathrm{SI}(f) = \frac{\langle F(l) \rangle - \langle F(z) \rangle}{\sigma_F}, \qquad
    \sigma_F = \sqrt{\mathrm{std}\,F(l)\; \mathrm{std}\,F(z)}

with l a Laplacian and z a Gaussian variable, both of zero mean and unit variance, and :math:`F' = f`. A nonlinearity of
positive index prefers directions in which white data have heavy tails; one of negative or zero index does not.

Source: C. S. N. Brito, W. Gerstner, PLoS Computational Biology 12(9):e1005070, 2016. The numerator, and with it the
sign, is certain; the normalisation is recalled.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton.plasticity.rates.nonlinear_hebbian import as_module

__all__ = ["Selectivity", "selectivity_map", "selectivity_of"]

_REACH = 32
_CELLS_PER_UNIT = 64


class Selectivity(NamedTuple):
    """The selectivity index and what it is made of.

    Parameters
    ----------
    index : float
        SI, its sign above all.
    laplacian, gaussian : float
        Mean objective of a Laplacian and of a Gaussian drive.
    laplacian_deviation, gaussian_deviation : float
        Standard deviations of the objective.
    """

    index: float
    laplacian: float
    gaussian: float
    laplacian_deviation: float
    gaussian_deviation: float


class _Rule(NamedTuple):
    """Cells with Gauss-Legendre nodes, and the two densities there, times the weights."""

    nodes: np.ndarray
    within: np.ndarray
    """Matrix from values at the nodes of a cell to their integral from its left edge to each node."""
    across: np.ndarray
    laplacian: np.ndarray
    gaussian: np.ndarray


def _quadrature(points: int = 4) -> _Rule:
    place, weight = np.polynomial.legendre.leggauss(points)
    place, weight = (1 + place) / 2, weight / 2
    powers = np.arange(points)
    to_coefficients = np.linalg.inv(place[:, None] ** powers)
    within = (place[:, None] ** (powers + 1) / (powers + 1)) @ to_coefficients
    edges = np.arange(-_REACH * _CELLS_PER_UNIT, _REACH * _CELLS_PER_UNIT) / _CELLS_PER_UNIT
    nodes = edges[:, None] + place / _CELLS_PER_UNIT
    measure = weight / _CELLS_PER_UNIT
    laplacian = np.exp(-np.sqrt(2) * np.abs(nodes)) / np.sqrt(2) * measure
    gaussian = np.exp(-(nodes**2) / 2) / np.sqrt(2 * np.pi) * measure
    return _Rule(nodes, within / _CELLS_PER_UNIT, weight / _CELLS_PER_UNIT, laplacian, gaussian)


_QUADRATURE = _quadrature()


def _moments(nonlinearity: Callable[[Any], Any]) -> Float[Array, " 5"]:
    rule = _QUADRATURE
    values = nonlinearity(jnp.asarray(rule.nodes))
    whole = values @ jnp.asarray(rule.across)
    half = len(whole) // 2
    # F at the left edge of each cell, summed outwards from zero.
    left = jnp.concatenate(
        [-jnp.cumsum(whole[:half][::-1])[::-1], jnp.zeros(1, whole.dtype), jnp.cumsum(whole[half:])[:-1]]
    )
    objective = left[:, None] + values @ jnp.asarray(rule.within).T
    means, deviations = [], []
    for density in (jnp.asarray(rule.laplacian), jnp.asarray(rule.gaussian)):
        mean = jnp.sum(density * objective)
        means.append(mean)
        deviations.append(jnp.sqrt(jnp.sum(density * (objective - mean) ** 2)))
    index = (means[0] - means[1]) / jnp.sqrt(deviations[0] * deviations[1])
    return jnp.stack([index, *means, *deviations])


@jax.jit
def _selectivity(nonlinearity: Any) -> Float[Array, " 5"]:
    return _moments(nonlinearity)


def selectivity_of(nonlinearity: Callable[[Any], Any]) -> Selectivity:
    """Return the selectivity index of a function of the drive, by quadrature in double precision.

    Parameters
    ----------
    nonlinearity : callable
        f, of a drive of unit variance, such as `bouton.features.EffectiveNonlinearity`. Where it jumps or bends off a
        multiple of 1/64 the index is good to about 1e-4, elsewhere to 1e-9.

    Returns
    -------
    Selectivity

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(selectivity_of(lambda u: jnp.maximum(u - 3, 0)).index, 5)
    0.13889
    """
    with jax.enable_x64(True):
        return Selectivity(*map(float, _selectivity(as_module(nonlinearity))))


@partial(jax.jit, static_argnames="make")
def _over_pairs(make: Callable[[Array, Array], Any], pairs: Float[Array, "pairs 2"]) -> Float[Array, " pairs"]:
    return jax.lax.map(lambda pair: _moments(make(pair[0], pair[1]))[0], pairs)


def selectivity_map(
    make: Callable[[Array, Array], Callable[[Any], Any]],
    first: Float[np.ndarray, " m"],
    second: Float[np.ndarray, " n"],
) -> Float[np.ndarray, "m n"]:
    """Return the selectivity index over two parameters of a family of nonlinearities, in one compiled run.

    Parameters
    ----------
    make : callable
        Takes two scalars (traced), returns the nonlinearity.
    first, second : arrays (m,), (n,)
        Values of the two parameters.

    Returns
    -------
    array (m, n)
        The index; NaN where f is constant zero.

    Examples
    --------
    Rectifiers by threshold and by slope below it; only the threshold matters for the sign:

    >>> import numpy as np
    >>> from bouton.dynamics import RectifiedLinear
    >>> found = selectivity_map(RectifiedLinear, np.array([-1.0, 1.0]), np.array([2.0]))
    >>> np.sign(found).ravel().tolist()
    [-1.0, 1.0]
    """
    with jax.enable_x64(True):
        grid = np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1).reshape(-1, 2)
        return np.asarray(_over_pairs(make, jnp.asarray(grid))).reshape(len(first), len(second))
