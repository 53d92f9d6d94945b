"""Random weights to begin at."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bouton._arguments import check_sizes
from bouton.errors import InputError
from bouton.landscape.parameters import DenseWeights, Parameters

__all__ = ["glorot_start"]


def glorot_start(widths: Sequence[int], seed: Any = 0, *, bias: bool = False, normal: bool = False) -> Parameters:
    """Return a random start: Glorot's uniform or normal distribution in each layer, biases zero.

    Parameters
    ----------
    widths : sequence of int
        Number of inputs, of each hidden layer's neurons and of outputs.
    seed : int or numpy.random.Generator, default 0
        Layers are drawn one after the other, row by row.
    bias : bool, default False
        Whether neurons have biases.
    normal : bool, default False
        Draw from a Gaussian of the same variance.

    Returns
    -------
    tuple of DenseWeights

    Raises
    ------
    InputError
        If a width is no integer of at least 1, or there are fewer than three.

    Examples
    --------
    >>> [layer.weight.shape for layer in glorot_start((2, 5, 1))]
    [(5, 2), (1, 5)]
    """
    if len(widths) < 3:
        raise InputError(f"widths must say inputs, hidden layers and outputs, got {tuple(widths)}")
    check_sizes(**{f"widths[{number}]": width for number, width in enumerate(widths)})
    rng, layers = np.random.default_rng(seed), []
    for fan_in, units in pairwise(widths):
        limit = np.sqrt(6 / (fan_in + units))
        shape = (units, fan_in)
        weight = rng.normal(0, limit / np.sqrt(3), shape) if normal else rng.uniform(-limit, limit, shape)
        layers.append(DenseWeights(weight, np.zeros(units) if bias else None))
    return tuple(layers)
