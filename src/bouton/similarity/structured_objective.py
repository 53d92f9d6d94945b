r"""The objective of structured and deep similarity matching, and its min-max form, without sums over pairs of samples.

With :math:`\langle\cdot\rangle` the mean over samples, layers p = 1..P, kappa_p = 1 + gamma below the top and 1 at it:

.. math::

    J = \sum_p \gamma^{p-P} J_p, \qquad
    J_p = -\sum_{ij} c^W_{ij} \langle r^{(p)}_i r^{(p-1)}_j \rangle^2
    + \frac{\kappa_p}{2} \sum_{ij} c^L_{ij} \langle r^{(p)}_i r^{(p)}_j \rangle^2
    + 2 \Big\langle \sum_i F(r^{(p)}_i) \Big\rangle

The min-max form, which the weights descend and ascend, has the same value where the weights are at their fixed point:

.. math::

    J^{WL} = \sum_p \gamma^{p-P} \Big\{ \sum_{ij} \frac{W_{ij}^2}{c^W_{ij}}
    - \frac12 \sum_{ij} \frac{L_{ij}^2}{\kappa_p c^L_{ij}}
    + \Big\langle -2\, r^{(p)\top} \bar W r^{(p-1)} + r^{(p)\top} \bar L r^{(p)} + 2 \sum_i F(r^{(p)}_i) \Big\rangle
    \Big\}

Without feedback, gamma = 0, every layer has an objective of its own and J is their plain sum. For a single all-to-all
layer with constants of 1, :math:`J + \frac12 \sum_{ij} \langle x_i x_j \rangle^2` is the similarity error
:math:`\frac{1}{2T^2} \sum_{tt'} (x_t \cdot x_{t'} - r_t \cdot r_{t'})^2 + \frac2T \sum_t \sum_i F(r_{ti})`.

Source: D. Obeid, H. Ramambason, C. Pehlevan (2019), arXiv:1910.04958.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from bouton.engine.chunk import padded
from bouton.plasticity import Connectivity, FanIn
from bouton.similarity.layer import LayerWeights, SimilarityLayer

__all__ = ["LayeredObjective", "layered_objective", "min_max_objective"]

_SMALL, _FULL = 32, 1024
_NUMBERS_AT_ONCE = 2**24


@dataclass(frozen=True)
class LayeredObjective:
    """The value of an objective that is a sum over layers.

    Parameters
    ----------
    total : float
        J.
    layers : array (layers,)
        The layers' own terms J_p, without the factors of gamma.
    """

    total: float
    layers: Float[np.ndarray, " layers"]


def layered_objective(
    layers: Sequence[SimilarityLayer],
    feedback: float,
    inputs: Float[np.ndarray, "samples inputs"],
    potentials: Sequence[Float[np.ndarray, "samples _"]],
) -> LayeredObjective:
    r"""Return J of the activities that belong to given potentials, in double precision.

    Parameters
    ----------
    layers : sequence of SimilarityLayer
        The network.
    feedback : float
        :math:`\gamma`.
    inputs : array (samples, inputs)
        x.
    potentials : sequence of arrays (samples, units)
        u of each layer.

    Returns
    -------
    LayeredObjective
    """
    return _sum_over_layers(layers, feedback, inputs, potentials, None)


def min_max_objective(
    layers: Sequence[SimilarityLayer],
    feedback: float,
    inputs: Float[np.ndarray, "samples inputs"],
    potentials: Sequence[Float[np.ndarray, "samples _"]],
    weights: Sequence[LayerWeights],
) -> LayeredObjective:
    r"""Return the min-max objective of given weights and potentials, in double precision.

    Parameters
    ----------
    layers : sequence of SimilarityLayer
        The network.
    feedback : float
        :math:`\gamma`.
    inputs : array (samples, inputs)
        x.
    potentials : sequence of arrays (samples, units)
        u of each layer.
    weights : sequence of LayerWeights
        W and L of each layer.

    Returns
    -------
    LayeredObjective
    """
    return _sum_over_layers(layers, feedback, inputs, potentials, weights)


def _sum_over_layers(layers, feedback, inputs, potentials, weights) -> LayeredObjective:
    below, terms = np.asarray(inputs, float), []
    for p, (layer, potential) in enumerate(zip(layers, potentials, strict=True)):
        activity = _of_rows(layer.activation, potential)
        cost = float(np.sum(_of_rows(layer.activation.cost, potential))) / len(activity)
        forward = mean_products(layer.feedforward.connectivity, below, activity)
        between = mean_products(layer.lateral.connectivity, activity, activity)
        one = np.ones(())
        c_forward = one if layer.feedforward_constants is None else np.asarray(layer.feedforward_constants, float)
        # The constants that a layer holds have kappa in them already.
        c_between = one if layer.lateral_constants is None else np.asarray(layer.lateral_constants, float)
        if weights is None:
            terms.append(-np.sum(c_forward * forward**2) + np.sum(c_between * between**2) / 2 + 2 * cost)
        else:
            w, lateral = (np.asarray(array, float) for array in weights[p])
            penalty = np.sum(w**2 / c_forward) - np.sum(lateral**2 / c_between) / 2
            terms.append(penalty - 2 * np.sum(w * forward) + np.sum(lateral * between) + 2 * cost)
        below = activity
    top = len(terms) - 1
    factors = [feedback ** (p - top) if feedback else 1.0 for p in range(len(terms))]
    return LayeredObjective(float(np.dot(factors, terms)), np.array(terms))


def _of_rows(function: Callable, rows: np.ndarray) -> np.ndarray:
    """Return what a function does to each element, in buffers of two sizes: no program for every number of rows."""
    found = []
    for first in range(0, len(rows), _FULL):
        part = rows[first : first + _FULL]
        filled = padded(part, _SMALL if len(part) <= _SMALL else _FULL)
        found.append(np.asarray(function(jnp.asarray(filled)), float)[: len(part)])
    return np.concatenate(found)


def mean_products(
    connectivity: Connectivity, pre: Float[np.ndarray, "samples pres"], post: Float[np.ndarray, "samples posts"]
) -> Float[np.ndarray, "posts fan_in"]:
    """Return the mean over samples of post times pre for each synapse; 0 at padding."""
    if not isinstance(connectivity, FanIn):
        return post.T @ pre / len(pre)
    table, units = np.asarray(connectivity.table), connectivity.units_per_site
    total = np.zeros((len(table), units, table.shape[1]))
    at_once = max(1, _NUMBERS_AT_ONCE // table.size)
    for first in range(0, len(pre), at_once):
        rows = slice(first, first + at_once)
        by_site = post[rows].reshape(-1, len(table), units).transpose(1, 2, 0)
        arriving = np.where(table >= 0, pre[rows][:, np.maximum(table, 0)], 0).transpose(1, 0, 2)
        total += by_site @ arriving
    return total.reshape(connectivity.shape) / len(pre)
