"""What the weights of an arbor look like: centre and surround, two lobes, and selectivity for orientation."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

__all__ = ["ArborShape", "arbor_shape", "orientation_of_arbor"]

_FREQUENCIES = np.linspace(0.1, 3.0, 30)
_DIRECTIONS = np.pi * np.arange(24) / 24


class ArborShape(NamedTuple):
    r"""What the weights of an arbor look like.

    Parameters
    ----------
    centre_surround : float
        Mean weight of the inner half of the synapses minus that of the outer half.
    dipole : float
        :math:`|\langle w\, e^{i \varphi} \rangle|`, large where one side excites and the other inhibits.
    excitatory : float
        Share of positive weights.
    saturated : float
        Share of weights within a thousandth of a bound that is a half on either side of their middle.
    """

    centre_surround: float
    dipole: float
    excitatory: float
    saturated: float


def arbor_shape(
    weights: Float[np.ndarray, " synapses"], positions: Float[np.ndarray, "synapses 2"], upper: float = 0.5
) -> ArborShape:
    """Return what the weights of one cell look like.

    Parameters
    ----------
    weights : array (synapses,)
        Weights.
    positions : array (synapses, 2)
        Places of the synapses relative to the cell.
    upper : float
        Upper bound of the weights; the lower one is 1 less. Default 0.5.

    Returns
    -------
    ArborShape
    """
    radius = np.linalg.norm(positions, axis=1)
    inner = radius < np.median(radius)
    angle = np.arctan2(positions[:, 1], positions[:, 0])
    at_bound = np.abs(np.abs(weights - (upper - 0.5)) - 0.5) < 1e-3
    return ArborShape(
        float(weights[inner].mean() - weights[~inner].mean()),
        float(np.abs((weights * np.exp(1j * angle)).mean())),
        float((weights > 0).mean()),
        float(at_bound.mean()),
    )


def orientation_of_arbor(
    weights: Float[np.ndarray, " synapses"], positions: Float[np.ndarray, "synapses 2"]
) -> tuple[float, float, Float[np.ndarray, " directions"]]:
    r"""Return how selective for orientation a cell is, its preferred direction, and its tuning curve.

    .. math:: v(\varphi) = \max_k |\langle w\, e^{i k \cdot r} \rangle|, \qquad
        \mathrm{OI} = \frac{|\sum_\varphi v\, e^{2 i \varphi}|}{\sum_\varphi v}

    over 24 directions of the grating's wave and lengths :math:`|k|` from 0.1 to 3 per unit of length.

    Parameters
    ----------
    weights : array (synapses,)
        Weights.
    positions : array (synapses, 2)
        Places of the synapses.

    Returns
    -------
    index : float
        OI, between 0 and 1.
    preferred : float
        Direction of the grating's wave that the cell prefers, in [0, pi).
    tuning : array (24,)
        v by direction.
    """
    along = positions @ np.stack([np.cos(_DIRECTIONS), np.sin(_DIRECTIONS)])
    responses = np.abs(np.einsum("n,fnd->fd", weights, np.exp(1j * _FREQUENCIES[:, None, None] * along))) / len(weights)
    tuning = responses.max(axis=0)
    moment = (tuning * np.exp(2j * _DIRECTIONS)).sum()
    return float(np.abs(moment) / tuning.sum()), float(np.angle(moment) / 2 % np.pi), tuning
