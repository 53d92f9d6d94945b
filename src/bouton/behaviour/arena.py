"""A robot in a plane: its pose, how it moves, what its range finders reach, and sensors that hold on for a while.

Lengths are those of the authors' simulator, without a unit; headings are in radians, counter-clockwise.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._checked import Checked
from bouton._fields import Count, Positive

__all__ = ["Pose", "RangeSensors", "held", "moved"]

_FASTEST, _SHARPEST = 1.0, 0.7
"""Largest speed and turn in a step."""


class Pose(NamedTuple):
    """Where a robot is and where it looks."""

    position: Float[Array, "2"]
    heading: Float[Array, ""]


def moved(key: PRNGKeyArray, pose: Pose, speed: Array, turn: Array, noise: Array | float) -> Pose:
    """Return the pose after a step: first the turn, with noise, then the way.

    Parameters
    ----------
    key : PRNG key
        Seed of the noise.
    pose : Pose
        Pose before.
    speed, turn : array ()
        Cut off at 1 and at 0.7 rad, both ways.
    noise : float
        Standard deviation of the heading, in rad.
    """
    kind = pose.heading.dtype
    turn = jnp.clip(turn, -_SHARPEST, _SHARPEST) + noise * jax.random.normal(key, (), kind)
    heading = pose.heading + turn
    way = jnp.clip(speed, -_FASTEST, _FASTEST) * jnp.stack([jnp.cos(heading), jnp.sin(heading)])
    return Pose(pose.position + way, heading)


def held(counter: Int[Array, " sensors"], detected: Array, steps: int) -> Int[Array, " sensors"]:
    """Return the counters of sensors that stay on for some steps in all after each detection; on is above 0."""
    return jnp.where(detected, jnp.asarray(steps, counter.dtype), jnp.maximum(counter - 1, 0))


class RangeSensors(Checked):
    """Two range finders that look ahead, to the left and to the right.

    Each is a grid of points at growing distance ahead and to its side; it is on where one of them lies in an
    obstacle or too near to a wall. The points lie on rays: which of a ray's points are in a disk is told by where the
    ray enters and leaves it, so that no point is visited.

    Parameters
    ----------
    nearest, farthest, spacing : float
        Distances ahead: from the nearest on, in this spacing, below the farthest. Default 9, 59, 2.
    slopes : int
        Number of directions on each side, 0.05 apart in units of the distance ahead. Default 9.
    """

    nearest: Positive = eqx.field(static=True, default=9.0)
    farthest: Positive = eqx.field(static=True, default=59.0)
    spacing: Positive = eqx.field(static=True, default=2.0)
    slopes: Count = eqx.field(static=True, default=9)

    def points(self) -> np.ndarray:
        """Return the points of the left finder, as seen from a robot that looks along the first axis.

        Returns
        -------
        array (points, 2)
        """
        ahead = self._ahead()
        slopes = 0.05 * np.arange(1, self.slopes + 1)
        return np.stack(np.broadcast_arrays(ahead[:, None], ahead[:, None] * slopes), axis=-1).reshape(-1, 2)

    def detect(self, pose: Pose, size: tuple[float, float], margin: float, centres: Array, radii: Array) -> Array:
        """Return whether the left and the right finder see something.

        Parameters
        ----------
        pose : Pose
            The robot's.
        size : tuple of float
            Width and height of the arena.
        margin : float
            How near to a wall is too near.
        centres, radii : array (obstacles, 2) and (obstacles,)
            Round obstacles.

        Returns
        -------
        array (2,) of bool
        """
        ahead, slopes = self._ahead(), 0.05 * np.arange(1, self.slopes + 1)
        kind, cosine, sine = pose.position.dtype, jnp.cos(pose.heading), jnp.sin(pose.heading)
        sideways = jnp.asarray(np.stack([slopes, -slopes]), kind)
        way = jnp.stack([cosine - sine * sideways, sine + cosine * sideways], axis=-1)
        hit = self._beyond(pose.position, way, ahead, size, margin)
        square = jnp.asarray(1 + slopes[None] ** 2, kind)
        for number in range(len(radii)):
            x, y = centres[number] - pose.position
            passed_by = (way[..., 0] * y - way[..., 1] * x) ** 2 / square
            room = radii[number] ** 2 - passed_by
            middle, half = (way[..., 0] * x + way[..., 1] * y) / square, jnp.sqrt(jnp.maximum(room, 0.0) / square)
            first = jnp.floor((middle - half - self.nearest) / self.spacing) + 1
            last = jnp.ceil((middle + half - self.nearest) / self.spacing) - 1
            inside = jnp.maximum(first, 0.0) <= jnp.minimum(last, len(ahead) - 1.0)
            hit |= jnp.any((room > 0) & inside, axis=1)
        return hit

    def _ahead(self) -> np.ndarray:
        return np.arange(self.nearest, self.farthest, self.spacing)

    def _beyond(
        self, position: Array, way: Array, ahead: np.ndarray, size: tuple[float, float], margin: float
    ) -> Array:
        """Return whether a corner of each finder's grid is beyond the margin: no other point is farther out."""
        ends = jnp.asarray(np.reshape(ahead[[0, -1]], (1, 1, 2, 1)), way.dtype)
        corners = position[None, None, None] + way[:, (0, -1), None] * ends
        low, high = jnp.min(corners, axis=(1, 2)), jnp.max(corners, axis=(1, 2))
        far = jnp.asarray(np.subtract([size], margin), way.dtype)
        return jnp.any((low < margin) | (high > far), axis=1)
