r"""Sheets: neurons at sites of a grid, with round receptive fields and a lateral range.

The input is a grid of height x width points with some channels each. Site (i, j) of a sheet with stride s sits at
:math:`(i s + s/2, j s + s/2)`, input point (k, l) at :math:`(k + 1/2, l + 1/2)`, all in units of the input grid; there
are int(height / s) x int(width / s) sites; a grid that is a single row or column has a single row or column of sites.
A site's units listen to every channel of every point within the receptive field's radius, and to all units of every
site within the lateral radius, themselves included.

Source: the simulations of D. Obeid, H. Ramambason, C. Pehlevan (2019), arXiv:1910.04958.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from bouton._fields import AtLeastZero, Count, Positive, check_fields
from bouton.errors import InputError
from bouton.plasticity.connectivity import FanIn
from bouton.plasticity.topology import Topology

__all__ = ["Sheet"]


@dataclass(frozen=True)
class Sheet:
    r"""A two-dimensional sheet of neurons over a grid of inputs.

    Parameters
    ----------
    input_shape : (height, width, channels)
        The grid of inputs; the flat index of an input is (row * width + column) * channels + channel. A sheet's own
        `shape` serves as that of the sheet above it.
    stride : float
        Distance of neighbouring sites, in input grid points; below 1 there are more sites than grid points. Default 1.
    radius : float
        Radius of receptive fields, in input grid points. Default 2.
    units_per_site : int
        Number of neurons at each site. Default 1. Unit q of site s has index s * units_per_site + q.
    lateral_radius : float
        Radius within which sites are connected laterally, in input grid points. Default 0: only the units of one site.
    falloff : callable, optional
        Structure constant of a lateral synapse as a function of the distance of the two sites, positive; it takes and
        returns an array. Default: 1 at every distance.

    Raises
    ------
    InputError
        If a parameter is out of its range or a site's receptive field is empty.

    Warns
    -----
    UserWarning
        If inputs are left without a synapse.

    Examples
    --------
    >>> sheet = Sheet(input_shape=(28, 28, 1), stride=2, radius=4, units_per_site=4)
    >>> sheet.shape, sheet.n_units, sheet.feedforward.connectivity.shape
    ((14, 14, 4), 784, (784, 52))
    """

    input_shape: tuple[int, int, int]
    stride: Positive = 1
    radius: Positive = 2.0
    units_per_site: Count = 1
    lateral_radius: AtLeastZero = 0.0
    falloff: Callable[[np.ndarray], np.ndarray] | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        if len(self.input_shape) != 3 or any(not isinstance(n, int | np.integer) or n < 1 for n in self.input_shape):
            raise InputError(f"input_shape must be (height, width, channels), all at least 1, got {self.input_shape}")
        if any(1 < side < self.stride for side in self.input_shape[:2]):
            raise InputError(f"stride {self.stride} leaves no site on a grid of {self.input_shape[0]} x "
                             f"{self.input_shape[1]}")  # fmt: skip
        fields = self.receptive_fields
        counts = (fields >= 0).sum(axis=1)
        if counts.min() == 0:
            site = divmod(int(counts.argmin()), self.shape[1])
            raise InputError(f"radius {self.radius} covers no input at site {site}: make it larger")
        uncovered = self.input_shape[0] * self.input_shape[1] - len(np.unique(fields[fields >= 0]))
        if uncovered:
            warnings.warn(
                f"{uncovered} of {self.input_shape[0] * self.input_shape[1]} grid points have no synapse: the stride "
                "does not divide the grid or the radius is small",
                UserWarning,
                stacklevel=3,
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows and columns of sites, and units per site."""
        height, width, _ = self.input_shape
        # The margin is for strides such as 0.32, of which 32 holds a hundred but for rounding.
        rows, columns = (1 if self._is_flat(side) else int(side / self.stride + 1e-9) for side in (height, width))
        return rows, columns, int(self.units_per_site)

    @property
    def n_units(self) -> int:
        """Number of neurons."""
        return math.prod(self.shape)

    @property
    def n_inputs(self) -> int:
        """Number of inputs, channels counted."""
        return math.prod(self.input_shape)

    @property
    def positions(self) -> Float[np.ndarray, "sites 2"]:
        """Rows and columns of the sites, in input grid points."""
        rows, columns = np.mgrid[: self.shape[0], : self.shape[1]].reshape(2, -1)
        spacing = [1.0 if self._is_flat(side) else self.stride for side in self.input_shape[:2]]
        return (np.stack([rows, columns], axis=1) + 0.5) * spacing

    def _is_flat(self, side: int) -> bool:
        """Whether a side has one site in its middle, since it is a single point long and strides would pass it."""
        return side == 1 < self.stride

    @property
    def receptive_fields(self) -> Int[np.ndarray, "sites points"]:
        """Indices of the grid points, channels not counted, of each site; padded with -1."""
        height, width, _ = self.input_shape
        rows, columns = np.mgrid[:height, :width].reshape(2, -1)
        return _within(self.positions, np.stack([rows, columns], axis=1) + 0.5, self.radius)

    @property
    def feedforward(self) -> Topology:
        """The synapses from the inputs: all of a site's units share its receptive field, each with its own weights."""
        return Topology(FanIn(_with_channels(self.receptive_fields, self.input_shape[2]), self.n_inputs,
                              self.shape[2]))  # fmt: skip

    @property
    def lateral(self) -> Topology:
        """The synapses between units of sites within the lateral radius."""
        sites = _within(self.positions, self.positions, self.lateral_radius)
        units = self.shape[2]
        connectivity = FanIn(_with_channels(sites, units), self.n_units, units)
        if self.falloff is None:
            return Topology(connectivity)
        distance = np.linalg.norm(self.positions[:, None] - self.positions[np.maximum(sites, 0)], axis=2)
        constants = np.asarray(self.falloff(distance), float)
        return Topology(connectivity, np.repeat(np.repeat(constants, units, axis=1), units, axis=0))


def _within(sites: np.ndarray, points: np.ndarray, radius: float) -> Int[np.ndarray, "sites neighbours"]:
    """Return the indices of the points within a radius of each site, ascending, padded with -1."""
    from scipy.spatial import KDTree

    # A point on the rim belongs to the disc; the margin is for the rounding of distances.
    found = [sorted(near) for near in KDTree(points).query_ball_point(sites, radius + 1e-9)]
    table = np.full((len(sites), max(1, *map(len, found))), -1)
    for site, near in enumerate(found):
        table[site, : len(near)] = near
    return table


def _with_channels(table: np.ndarray, channels: int) -> np.ndarray:
    """Return a table of grid points as one of inputs: every channel of each point."""
    expanded = np.where(table[:, :, None] >= 0, table[:, :, None] * channels + np.arange(channels), -1)
    return expanded.reshape(len(table), -1)
