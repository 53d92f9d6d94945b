r"""Linsker's layers: each matures on the statistics that the mature layers below it make of noise.

.. math:: S_M(k) = \big|\hat\rho_w(k)\big|^2\, S_L(k), \qquad \rho_w(r) = \rho(r)\, w(r), \qquad S_A = 1

S is the spectrum of the activity of a layer; its covariance Q, the inverse transform, is scaled to Q(0) = 1. w(r) are
the mature weights and :math:`\rho` the density of the synapses. Where the weights have saturated, w is the upper bound
within a disc and the lower bound outside (`mature_disc`).

Layer B, whose inputs are independent, becomes all-excitatory; from then on inputs are correlated. Layer C comes to have
centre and surround, D to F too, with ever deeper negative lobes of Q, and G is selective for orientation.

Sources: R. Linsker, PNAS 83:7508, 8390 and 8779, 1986.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from bouton._arguments import check_positive, check_sizes
from bouton.errors import InputError
from bouton.features.arbor import arbor_positions, distances
from bouton.features.growth import LinskerGrowth

__all__ = [
    "DevelopedLayer",
    "LayerPlan",
    "LayerStatistics",
    "develop_layer",
    "develop_layers",
    "mature_disc",
    "white_layer",
]


@dataclass(frozen=True)
class LayerStatistics:
    """The covariance of the activity of a layer, on a grid that wraps around.

    Parameters
    ----------
    spectrum : array (side, side)
        S, as `numpy.fft.fftfreq` orders frequencies.
    spacing : float
        Distance of neighbouring points of the grid.

    Examples
    --------
    >>> import numpy as np
    >>> below = white_layer().after(lambda radius: np.full_like(radius, 0.5), arbor=0.5)
    >>> round(float(below(np.array([1.0]))[0]), 6)
    0.606531
    """

    spectrum: Float[np.ndarray, "side side"]
    spacing: float

    @property
    def radius(self) -> Float[np.ndarray, " points"]:
        """Distances at which `profile` is given, from 0 to half of the grid's side."""
        return self.spacing * np.arange(len(self.spectrum) // 2)

    @property
    def profile(self) -> Float[np.ndarray, " points"]:
        """Q at the distances of `radius`."""
        row = np.fft.ifft2(self.spectrum).real[0, : len(self.radius)]
        return row / row[0]

    def __call__(self, distance: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
        """Return Q at distances, by a cubic spline; 0 beyond half of the grid. For layers that are not white."""
        from scipy.interpolate import CubicSpline

        values = CubicSpline(self.radius, self.profile)(distance)
        return np.where(distance <= self.radius[-1], values, 0.0)

    def after(
        self, weights: Callable[[Float[np.ndarray, "side side"]], Float[np.ndarray, "side side"]], arbor: float
    ) -> "LayerStatistics":
        """Return the statistics of a layer above.

        Parameters
        ----------
        weights : callable
            Mature weights by the distance of a synapse from its cell.
        arbor : float
            A, variance of each coordinate of the synapses.

        Returns
        -------
        LayerStatistics

        Raises
        ------
        InputError
            If the grid is smaller than eight standard deviations of the arbor, or all weights are zero.
        """
        side = len(self.spectrum)
        if side * self.spacing < 8 * math.sqrt(arbor):
            raise InputError(
                f"the grid must be at least 8 standard deviations of the arbor wide, {8 * math.sqrt(arbor):.3g}, got "
                f"{side} points of spacing {self.spacing}"
            )
        axis = self.spacing * np.fft.fftfreq(side, 1 / side)
        radius = np.hypot(axis[:, None], axis[None, :])
        arriving = np.exp(-(radius**2) / (2 * arbor)) * weights(radius)
        spectrum = np.abs(np.fft.fft2(arriving)) ** 2 * self.spectrum
        if not spectrum.sum() > 0:
            raise InputError("weights that are all zero make a layer that is silent")
        return LayerStatistics(spectrum / spectrum.mean(), self.spacing)


def white_layer(side: int = 128, spacing: float = 0.25) -> LayerStatistics:
    """Return the statistics of layer A, independent noise.

    Parameters
    ----------
    side : int
        Points along each side of the grid. Default 128.
    spacing : float
        Their distance. Default 0.25.

    Returns
    -------
    LayerStatistics
    """
    check_sizes(side=side)
    check_positive(spacing=spacing)
    return LayerStatistics(np.ones((side, side)), spacing)


def mature_disc(
    excitatory: float, arbor: float, upper: float = 0.5
) -> Callable[[Float[np.ndarray, "*shape"]], Float[np.ndarray, "*shape"]]:
    """Return saturated weights by distance: excitatory within a disc that holds a share of the synapses.

    Parameters
    ----------
    excitatory : float
        Share of excitatory synapses, from 0 to 1.
    arbor : float
        A, variance of each coordinate of the synapses.
    upper : float
        Upper bound; the lower one is 1 less. Default 0.5.

    Returns
    -------
    callable
        Takes distances, returns weights.

    Raises
    ------
    InputError
        If the share lies outside [0, 1].
    """
    if not 0 <= excitatory <= 1:
        raise InputError(f"excitatory must lie in [0, 1], got {excitatory}")
    edge = math.inf if excitatory == 1 else math.sqrt(-2 * arbor * math.log(1 - excitatory))
    return lambda distance: np.where(distance < edge, upper, upper - 1)


@dataclass(frozen=True)
class LayerPlan:
    """How a layer grows.

    Parameters
    ----------
    name : str
        Its name.
    growth : LinskerGrowth
        Constants of the rule, bounds and steps.
    arbor : float
        A, variance of each coordinate of the synapses. Default 1.5.
    """

    name: str
    growth: LinskerGrowth = field(default_factory=LinskerGrowth)
    arbor: float = 1.5


class DevelopedLayer(NamedTuple):
    """Cells of one layer, grown up.

    Parameters
    ----------
    name : str
        Of the layer.
    positions : array (cells, synapses, 2)
        Places of the synapses relative to their cells.
    weights : array (cells, synapses)
        Mature weights.
    excitatory : float
        Share of positive weights, over all cells.
    statistics : LayerStatistics
        Of the layer's own activity: what the next one sees.
    """

    name: str
    positions: Float[np.ndarray, "cells synapses 2"]
    weights: Float[np.ndarray, "cells synapses"]
    excitatory: float
    statistics: LayerStatistics


def develop_layer(
    plan: LayerPlan, below: LayerStatistics, *, n_synapses: int = 300, n_cells: int = 3, seed: int = 0
) -> DevelopedLayer:
    """Let cells of a layer grow on the statistics of the layer below, all of them in one vectorised run.

    Parameters
    ----------
    plan : LayerPlan
        How the layer grows.
    below : LayerStatistics
        Of the layer below.
    n_synapses, n_cells : int
        Numbers of synapses of a cell and of cells. Default 300 and 3.
    seed : int
        Of places and starts. Default 0.

    Returns
    -------
    DevelopedLayer
        The statistics are those of discs that are as excitatory as the cells are.

    Raises
    ------
    InputError
        If a number is out of its range.
    """
    check_sizes(n_synapses=n_synapses, n_cells=n_cells)
    positions = arbor_positions(np.random.default_rng(seed), n_synapses, plan.arbor, n_cells)
    if np.ptp(below.spectrum) == 0:
        covariance = np.broadcast_to(np.eye(n_synapses), (n_cells, n_synapses, n_synapses))
    else:
        covariance = below(distances(positions))
    start = jax.vmap(lambda key: plan.growth.start(key, n_synapses))(jax.random.split(jax.random.key(seed), n_cells))
    grown = jax.vmap(plan.growth.grow)(start, jnp.asarray(covariance, start.dtype))
    weights = np.asarray(grown, float)
    share = float((weights > 0).mean())
    statistics = below.after(mature_disc(share, plan.arbor, plan.growth.upper), plan.arbor)
    return DevelopedLayer(plan.name, positions, weights, share, statistics)


def develop_layers(
    plans: Sequence[LayerPlan],
    below: LayerStatistics | None = None,
    *,
    n_synapses: int = 300,
    n_cells: int = 3,
    seed: int = 0,
) -> list[DevelopedLayer]:
    """Let layers grow one after the other, each on the statistics of the one below.

    Parameters
    ----------
    plans : sequence of LayerPlan
        From below.
    below : LayerStatistics, optional
        Of the layer below the first one. Default: white noise.
    n_synapses, n_cells, seed : int
        As in `develop_layer`; each layer has a seed of its own.

    Returns
    -------
    list of DevelopedLayer

    Examples
    --------
    >>> plans = [
    ...     LayerPlan("B", LinskerGrowth(k1=1.0, k2=0.0, steps=50), arbor=0.5),
    ...     LayerPlan("C", LinskerGrowth(k1=0.45, steps=500)),
    ... ]
    >>> b, c = develop_layers(plans, n_synapses=100, n_cells=2)
    >>> b.excitatory, bool(0.6 < c.excitatory < 0.75)
    (1.0, True)
    """
    statistics = white_layer() if below is None else below
    grown = []
    for number, plan in enumerate(plans):
        layer = develop_layer(plan, statistics, n_synapses=n_synapses, n_cells=n_cells, seed=seed + 1000 * number)
        grown.append(layer)
        statistics = layer.statistics
    return grown
