r"""Linsker's network under noise: layers of linear cells that learn pattern by pattern, one layer after the other.

.. math::

    a^{l} &= R^{l}\, W^{l} a^{l-1} \quad \text{(mature layers)}, \qquad x = a + m, \qquad y = \tfrac1N W x \\
    \Delta W_{ij} &= \eta\, \big(k_1 + (x_j - x_0)\, y_i\big), \qquad n_E - 1 \le W_{ij} \le n_E \\
    x_0 &= m - k_2 / m

=======  ============  ==================================================================================  ===========
symbol   name          what it is                                                                          shape
=======  ============  ==================================================================================  ===========
a        activity      of a layer, around its mean and of unit variance; that of layer A is noise          (cells,)
W        weights       of each layer, N per cell                                                           (cells, N)
R        gains         of the cells of mature layers, which bring their activity to unit variance          (cells,)
m        mean          of presynaptic activity; with the threshold x_0 it makes k2                         ()
=======  ============  ==================================================================================  ===========

Averaged over noise the rule is that of `bouton.features.LinskerGrowth`, in the time :math:`\eta` times the number of
patterns: the constants k1 and k2 are what a local rule with thresholds comes to.

Source: R. Linsker, PNAS 83:7508, 1986.
"""

from dataclasses import replace
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._arguments import check_sizes
from bouton._fields import Finite, Positive, Whole, check_fields
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.features.arbor import arbor_positions
from bouton.plasticity import Bounded, FanIn, LinskerHebb, Synapses

__all__ = ["LatticeArbors", "LinskerInfo", "LinskerNetwork", "LinskerState", "lattice_arbors"]


class LatticeArbors(NamedTuple):
    """Arbors of cells over a lattice.

    Parameters
    ----------
    connectivity : FanIn
        Which cells of the lattice each cell listens to; one of them may occur more than once.
    positions : array (cells, synapses, 2)
        Places of the synapses relative to their cells.
    """

    connectivity: FanIn
    positions: Float[np.ndarray, "cells synapses 2"]


def lattice_arbors(rng: np.random.Generator, below: int, above: int, n_synapses: int, variance: float) -> LatticeArbors:
    """Draw Gaussian arbors of a square lattice of cells over another one that wraps around.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    below, above : int
        Cells along the side of the lattice below, whose spacing is 1, and of the one above, which covers it evenly.
    n_synapses : int
        Number of synapses of a cell.
    variance : float
        Of each coordinate, in squared spacings of the lattice below.

    Returns
    -------
    LatticeArbors

    Raises
    ------
    InputError
        If a number is out of its range.
    """
    check_sizes(below=below, above=above)
    wished = arbor_positions(rng, n_synapses, variance, above * above)
    axis = np.arange(above) * below / above
    cells = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 1, 2)
    sites = np.rint(cells + wished).astype(int)
    table = np.ravel_multi_index(tuple(np.moveaxis(sites % below, -1, 0)), (below, below))
    return LatticeArbors(FanIn(table, below * below), sites - cells)


class LinskerState(NamedTuple):
    """What the network needs to go on."""

    weights: tuple[Float[Array, "_cells _synapses"], ...]
    gains: tuple[Float[Array, " _cells"], ...]
    """Of mature layers; 1 for the others."""


class LinskerInfo(NamedTuple):
    """What one may look at after a pattern."""

    y: Float[Array, " cells"]
    """Output of the layer that develops."""
    excitatory: Float[Array, ""]
    """Share of its weights that are positive."""


class LinskerNetwork(Circuit[LinskerState, LinskerInfo]):
    r"""Layers of linear cells, of which one develops on noise that the layers below hand on.

    Parameters
    ----------
    connectivities : tuple of FanIn
        Of the layers from B on; the first one listens to the noise.
    k1, k2 : float
        Constants of the layer that develops. Default 0.45 and -3.
    upper : float
        :math:`n_E`. Default 0.5.
    learning_rate : float
        :math:`\eta`. Default 1e-3; several hundred times as many patterns as its inverse mature a layer.
    mean : float
        m, mean activity of presynaptic cells in its standard deviations. Averages do not depend on it. Default 2.
    developing : int
        Index of the layer that develops; those below are mature. Default 0.

    Raises
    ------
    InputError
        If layers do not fit on each other, or a number is out of its range.

    References
    ----------
    R. Linsker, PNAS 83:7508, 1986.

    Examples
    --------
    Layer B, whose inputs are independent, becomes all-excitatory:

    >>> import bouton, jax, numpy as np
    >>> arbors = lattice_arbors(np.random.default_rng(0), below=12, above=6, n_synapses=40, variance=2.0)
    >>> network = LinskerNetwork((arbors.connectivity,), k1=1.0, k2=0.0, learning_rate=0.01)
    >>> noise = np.random.default_rng(1).normal(size=(500, 144))
    >>> run = bouton.run(network, noise, key=jax.random.key(0))
    >>> bool(run.state.weights[0].min() > 0.4)
    True
    """

    connectivities: tuple[FanIn, ...]
    k1: Finite = 0.45
    k2: Finite = -3.0
    upper: Positive = 0.5
    learning_rate: Positive = 1e-3
    mean: Positive = 2.0
    developing: Whole = eqx.field(static=True, default=0)

    def __check_init__(self) -> None:
        check_fields(self)
        if not 0 <= self.developing < len(self.connectivities):
            raise InputError(
                f"developing must be the index of one of {len(self.connectivities)} layers, got {self.developing}"
            )
        for number, (lower, higher) in enumerate(zip(self.connectivities, self.connectivities[1:], strict=False)):
            if higher.n_pre != lower.n_post:
                raise InputError(
                    f"layer {number + 1} must listen to the {lower.n_post} cells of layer {number}, got a "
                    f"connectivity for {higher.n_pre}"
                )

    @property
    def feedforward(self) -> Synapses:
        """The synapses of the layer that develops, with the rule that they learn by."""
        rule = LinskerHebb(self.learning_rate, self.k1, self.mean - self.k2 / self.mean)
        return Synapses(self.connectivities[self.developing], Bounded(rule, self.upper - 1, self.upper))

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One pattern of noise of zero mean and unit variance: a value for each cell of layer A."""
        return jax.ShapeDtypeStruct((self.connectivities[0].n_pre,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> LinskerState:
        """Return weights that are uniform between the bounds."""
        keys = jax.random.split(key, len(self.connectivities))
        weights = tuple(
            jax.random.uniform(each, connectivity.shape, minval=self.upper - 1, maxval=self.upper)
            for each, connectivity in zip(keys, self.connectivities, strict=True)
        )
        return LinskerState(weights, tuple(jnp.ones(each.shape[0], each.dtype) for each in weights))

    def inputs(self, state: LinskerState, x: Float[Array, " noise"]) -> Float[Array, " cells"]:
        """Return what the layer that develops receives of a pattern, its mean included."""
        a = x
        for connectivity, weights, gain in list(zip(self.connectivities, *state, strict=True))[: self.developing]:
            a = gain * connectivity.drive(weights, a)
        return a + self.mean

    def respond(self, state: LinskerState, x: Float[Array, " noise"]) -> Float[Array, " cells"]:
        """Return the output of the layer that develops."""
        weights = state.weights[self.developing]
        return self.feedforward.drive(weights, self.inputs(state, x)) / weights.shape[1]

    def step(
        self, key: PRNGKeyArray, state: LinskerState, x: Float[Array, " noise"]
    ) -> tuple[LinskerState, LinskerInfo]:
        """Pass noise on to the layer that develops, and let it learn."""
        weights = state.weights[self.developing]
        arriving = self.inputs(state, x)
        y = self.feedforward.drive(weights, arriving) / weights.shape[1]
        learned = self.feedforward.update(weights, arriving, y)
        changed = (*state.weights[: self.developing], learned, *state.weights[self.developing + 1 :])
        return LinskerState(changed, state.gains), LinskerInfo(y, jnp.mean(learned > 0, dtype=learned.dtype))

    def response(self, state: LinskerState, layer: int) -> Float[np.ndarray, "cells noise"]:
        """Return the linear response of the cells of a layer to layer A: their receptive fields.

        Parameters
        ----------
        state : LinskerState
            Weights, and gains of the mature layers below.
        layer : int
            Index of the layer.

        Returns
        -------
        array (cells, noise)
            Rows of unit length where the layer's gains are set.
        """
        matrix = np.eye(self.connectivities[0].n_pre)
        for connectivity, weights, gain in list(zip(self.connectivities, *state, strict=True))[: layer + 1]:
            matrix = np.asarray(gain, float)[:, None] * (connectivity.as_matrix(weights) @ matrix)
        return matrix

    def matured(
        self, state: LinskerState, *, k1: float, k2: float, learning_rate: float
    ) -> tuple["LinskerNetwork", LinskerState]:
        """Return the network whose next layer develops, and the state with the gains of the one that has matured.

        Parameters
        ----------
        state : LinskerState
            State at the end of the layer's development.
        k1, k2, learning_rate : float
            Of the next layer.

        Returns
        -------
        network : LinskerNetwork
        state : LinskerState

        Raises
        ------
        InputError
            If there is no next layer, or a cell does not respond to noise at all.
        """
        length = np.linalg.norm(self.response(state, self.developing), axis=1)
        if not length.min() > 0:
            raise InputError(
                f"a cell of layer {self.developing} does not respond to noise: its activity cannot be scaled"
            )
        old = state.gains[self.developing]
        gains = list(state.gains)
        gains[self.developing] = jnp.asarray(np.asarray(old, float) / length, old.dtype)
        following = replace(self, k1=k1, k2=k2, learning_rate=learning_rate, developing=self.developing + 1)
        return following, LinskerState(state.weights, tuple(gains))
