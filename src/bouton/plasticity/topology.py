r"""Topologies: who is connected to whom, and how strongly that connection counts.

A topology is a connectivity with a structure constant :math:`c_{ij} \ge 0` for each synapse: 0 where there is none, 1
where nothing else is said, larger where a synapse may grow stronger.

==================  ==================================================================================
function            topology
==================  ==================================================================================
`all_to_all`        every pair
`random_fan_in`     each neuron listens to a fixed number of inputs, chosen at random
`windows`           each site listens to a square window of a grid: a convolution without weight sharing
`from_constants`    whatever a matrix of constants says, dense or sparse
`sheet.Sheet`       sites on a grid with round receptive fields and a lateral range
==================  ==================================================================================

Source of structure constants: D. Obeid, H. Ramambason, C. Pehlevan (2019), arXiv:1910.04958.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton.errors import InputError
from bouton.plasticity.connectivity import Connectivity, Dense, FanIn

__all__ = ["Topology", "all_to_all", "from_constants", "random_fan_in", "windows"]


class Topology(Checked):
    """A connectivity with structure constants.

    Parameters
    ----------
    connectivity : Connectivity
        Who is connected to whom.
    constants : array (posts, fan_in), optional
        Structure constant of each synapse, positive wherever there is one. Default: all are 1.

    Raises
    ------
    InputError
        If the constants do not fit the connectivity, or one of a synapse that exists is not positive.
    """

    connectivity: Connectivity
    constants: Float[Array, "posts fan_in"] | None

    def __init__(self, connectivity: Connectivity, constants: Any = None):
        self.connectivity = connectivity
        self.constants = None if constants is None else _checked_constants(connectivity, constants)


def _checked_constants(connectivity: Connectivity, constants: Any) -> Float[Array, "posts fan_in"] | None:
    values = np.asarray(constants, float)
    if values.shape != connectivity.shape:
        raise InputError(f"constants must have one value per synapse, {connectivity.shape}, got shape {values.shape}")
    present = connectivity.present
    exists = np.ones(values.shape, bool) if present is None else np.asarray(present)
    bad = exists & ~((values > 0) & np.isfinite(values))
    if bad.any():
        i, k = map(int, np.argwhere(bad)[0])
        raise InputError(
            f"constants must be positive and finite, got {values[i, k]} for synapse {k} of neuron {i}: leave synapses "
            "with a constant of 0 out of the connectivity (`from_constants` does)"
        )
    # Padding gets 1, so that nothing is ever divided by zero.
    values = np.where(exists, values, 1.0)
    return None if np.all(values == 1) else jnp.asarray(values, jnp.result_type(float))


def all_to_all(n_pre: int, n_post: int) -> Topology:
    """Return the topology in which every neuron listens to every input.

    Parameters
    ----------
    n_pre, n_post : int
        Numbers of presynaptic and postsynaptic neurons.

    Returns
    -------
    Topology

    Examples
    --------
    >>> all_to_all(3, 2).connectivity.shape
    (2, 3)
    """
    return Topology(Dense(n_pre, n_post))


def random_fan_in(n_pre: int, n_post: int, fan_in: int, rng: np.random.Generator) -> Topology:
    """Return a topology in which each neuron listens to `fan_in` different inputs, chosen at random.

    Parameters
    ----------
    n_pre, n_post : int
        Numbers of presynaptic and postsynaptic neurons.
    fan_in : int
        Number of synapses of each neuron, at most n_pre.
    rng : numpy Generator
        Chooses.

    Returns
    -------
    Topology

    Raises
    ------
    InputError
        If there are fewer inputs than synapses.

    Examples
    --------
    >>> import numpy as np
    >>> random_fan_in(100, 5, 10, np.random.default_rng(0)).connectivity.shape
    (5, 10)
    """
    if not 1 <= fan_in <= n_pre:
        raise InputError(f"fan_in must lie between 1 and the number of inputs, {n_pre}, got {fan_in}")
    table = np.stack([np.sort(rng.choice(n_pre, fan_in, replace=False)) for _ in range(n_post)])
    return Topology(FanIn(table, n_pre))


def windows(input_shape: tuple[int, int, int], size: int, stride: int = 1, units_per_site: int = 1) -> Topology:
    """Return the topology of a convolution without weight sharing: every site listens to a square window.

    Parameters
    ----------
    input_shape : (height, width, channels)
        The grid of inputs; the flat index of an input is (row * width + column) * channels + channel.
    size : int
        Height and width of the window, in grid points.
    stride : int
        Distance between neighbouring windows. Default 1.
    units_per_site : int
        Number of neurons per window. Default 1. Unit q of site s has index s * units_per_site + q.

    Returns
    -------
    Topology

    Raises
    ------
    InputError
        If a number is below 1 or the window is larger than the grid.

    Examples
    --------
    >>> windows((8, 8, 1), size=3, stride=1, units_per_site=2).connectivity.shape
    (72, 9)
    """
    height, width, channels = input_shape
    for name, value in (("size", size), ("stride", stride), ("units_per_site", units_per_site)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise InputError(f"{name} must be an integer of at least 1, got {value!r}")
    if size > min(height, width):
        raise InputError(f"size must be at most {min(height, width)}, the smaller side of the grid, got {size}")
    index = np.arange(height * width * channels).reshape(height, width, channels)
    views = np.lib.stride_tricks.sliding_window_view(index, (size, size), axis=(0, 1))[::stride, ::stride]
    table = views.transpose(0, 1, 3, 4, 2).reshape(-1, size * size * channels)
    return Topology(FanIn(table, index.size, units_per_site))


def from_constants(constants: Any) -> Topology:
    """Return the topology that a matrix of structure constants stands for.

    Parameters
    ----------
    constants : array or scipy sparse matrix (posts, pres)
        c_ij >= 0; 0 means that there is no synapse.

    Returns
    -------
    Topology
        All-to-all where every constant is positive; otherwise a fan-in table.

    Raises
    ------
    InputError
        If the constants are no matrix, a constant is negative or not finite, or a neuron has no synapse.

    Examples
    --------
    >>> topology = from_constants([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    >>> topology.connectivity.table.tolist(), topology.constants.tolist()
    ([[0, 2], [1, -1]], [[1.0, 2.0], [3.0, 1.0]])
    """
    from scipy.sparse import coo_array

    if not hasattr(constants, "tocoo"):
        constants = np.asarray(constants, float)
        if constants.ndim != 2:
            raise InputError(f"constants must be a matrix (posts, pres), got shape {constants.shape}")
    matrix = coo_array(constants)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    posts, pres = constants.shape
    if not np.all((matrix.data > 0) & np.isfinite(matrix.data)):
        raise InputError(f"constants must be at least 0 and finite, got {matrix.data.min()}")
    if matrix.nnz == posts * pres:
        return Topology(Dense(pres, posts), matrix.toarray())
    row, column = matrix.row, matrix.col
    order = np.lexsort((column, row))
    row, column, values = row[order], column[order], matrix.data[order]
    counts = np.bincount(row, minlength=posts)
    if counts.min() == 0:
        raise InputError(f"neuron {int(counts.argmin())} has no synapse: every row of constants needs a positive value")
    place = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    table, kept = np.full((posts, counts.max()), -1), np.ones((posts, counts.max()))
    table[row, place], kept[row, place] = column, values
    return Topology(FanIn(table, pres), kept)
