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
    obstacle or too near to a wall.

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
        ahead = np.arange(self.nearest, self.farthest, self.spacing)
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
        left = self.points()
        local = jnp.asarray(np.stack([left, left * [1, -1]]), pose.position.dtype)
        cosine, sine = jnp.cos(pose.heading), jnp.sin(pose.heading)
        x = pose.position[0] + cosine * local[..., 0] - sine * local[..., 1]
        y = pose.position[1] + sine * local[..., 0] + cosine * local[..., 1]
        width, height = size
        hit = (x < margin) | (x > width - margin) | (y < margin) | (y > height - margin)
        for number in range(len(radii)):
            hit |= (x - centres[number, 0]) ** 2 + (y - centres[number, 1]) ** 2 < radii[number] ** 2
        return jnp.any(hit, axis=1)
