r"""An arena with disks of food that can be heard from afar, and touched by two antennae.

What is heard, of all disks ahead and within reach, is positive where food is on the left:

.. math:: x_1 = \sum \frac{d_r - d_l}{(d_l d_r)^{1/4}}

with :math:`d_l` and :math:`d_r` the distances from the ends of the antennae. The reflex is the difference of what the
antennae touch, left less right. A robot that comes near enough to a disk's centre eats it, and it comes back elsewhere.

Source: the food retrieval task of B. Porr, F. Woergoetter, Neural Computation 18:1380-1412, 2006 and 19:2694-2719,
2007, with continuous geometry, and constants of B. Porr's simulator of robots.
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Positive, check_fields
from bouton.behaviour.arena import Pose, moved
from bouton.behaviour.gates import WindowGate
from bouton.behaviour.sequence_learner import SequenceAgent, SequenceLearner, Stimulus
from bouton.behaviour.world import World
from bouton.dynamics.resonators import ResonatorBank
from bouton.errors import InputError
from bouton.plasticity import InputCorrelations, IsotropicSequenceOrder, RelevantSequenceOrder

__all__ = ["FoodArena", "FoodState"]

_RULES = {"ISO": IsotropicSequenceOrder, "ICO": InputCorrelations, "ISO3": RelevantSequenceOrder}
_ANTENNA = (10.0, 5.0)
"""Ends of the antennae: ahead, and to the side."""
_EATEN_WITHIN, _MARGIN, _FROM_WALLS, _FROM_ROBOT, _TRIES = 8.0, 15.0, 60.0, 80.0, 20


class FoodState(NamedTuple):
    """Where the robot and the disks are, and how many steps each disk stays away."""

    pose: Pose
    disks: Float[Array, "disks 2"]
    away: Int[Array, " disks"]


class FoodArena(World[FoodState]):
    """An arena with disks of food.

    The action is speed and turn; the observation is a `Stimulus` of one reflex and one predictor; the reward is the
    number of disks eaten.

    Parameters
    ----------
    n_disks : int
        Number of disks. Default 2.
    size : tuple of float
        Width and height. Default 600, 400.
    radius : float
        Of a disk. Default 20.
    reach : float
        How far food is heard. Default 150.
    noise : float
        Standard deviation of the heading in a step, in rad. Default 0.01.
    absence : int
        Steps after which a disk that was eaten comes back. Default 100.
    consumed : bool
        Whether disks are eaten; they stay otherwise. Default True.
    start : tuple of float, optional
        Place and heading of the robot. Default: the middle, with a random heading.
    places : tuple of pairs of float, optional
        Where the disks are at the beginning. Default: at random.

    Raises
    ------
    InputError
        If a place lies outside, or there are not as many places as disks.
    """

    n_disks: Count = eqx.field(static=True, default=2)
    size: tuple[float, float] = eqx.field(static=True, default=(600.0, 400.0))
    radius: Positive = 20.0
    reach: Positive = 150.0
    noise: AtLeastZero = 0.01
    absence: Count = 100
    consumed: bool = eqx.field(static=True, default=True)
    start: tuple[float, float, float] | None = eqx.field(static=True, default=None)
    places: tuple[tuple[float, float], ...] | None = eqx.field(static=True, default=None)

    def __check_init__(self) -> None:
        check_fields(self)
        given = () if self.places is None else self.places
        if self.places is not None and len(given) != self.n_disks:
            raise InputError(f"places must be as many as n_disks, {self.n_disks}, got {len(given)}")
        if min(self.size) <= 2 * _FROM_WALLS:
            raise InputError(f"size must be above {2 * _FROM_WALLS:g} both ways, got {self.size}: disks need some room")
        named = {"start": None if self.start is None else self.start[:2]}
        for name, place in (named | {f"places[{number}]": place for number, place in enumerate(given)}).items():
            if place is not None and not all(0 < value < limit for value, limit in zip(place, self.size, strict=True)):
                raise InputError(f"{name} must lie inside of the arena, {self.size}, got {place}")

    @staticmethod
    def agent(rule: Literal["ISO", "ICO", "ISO3"], rate: Any, gain: float = 0.002, window: int = 20) -> SequenceAgent:
        """Return the robot of the food task: one neuron that turns it, at constant speed.

        Parameters
        ----------
        rule : {"ISO", "ICO", "ISO3"}
            What it learns by.
        rate : float
            Learning rate.
        gain : float
            Turn by an output of 1, in rad. Default 0.002.
        window : int
            Steps that learning by ISO3 goes on from the beginning of a reflex. Default 20.
        """
        if rule not in _RULES:
            raise InputError(f"rule must be one of {', '.join(_RULES)}, got {rule!r}")
        learner = SequenceLearner(
            _RULES[rule](rate),
            reflex_filter=ResonatorBank((0.01,), 0.51, "peak"),
            predictive_filters=ResonatorBank.harmonics(0.1, 5, 0.51, "peak"),
            gate=WindowGate(window) if rule == "ISO3" else None,
        )
        return SequenceAgent(learner, cruise=(0.75, 0.0), gains=((0.0,), (gain,)))

    @property
    def action(self) -> jax.ShapeDtypeStruct:
        """Speed and turn."""
        return jax.ShapeDtypeStruct((2,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> FoodState:
        """Return the robot in the middle, and disks at random places."""
        first, second = jax.random.split(key)
        middle = jnp.asarray(self.size) / 2
        if self.start is None:
            pose = Pose(middle, jax.random.uniform(first, (), minval=-jnp.pi, maxval=jnp.pi))
        else:
            pose = Pose(jnp.asarray(self.start[:2], float), jnp.asarray(self.start[2], float))
        places = self._places(second, pose.position) if self.places is None else jnp.asarray(self.places, float)
        return FoodState(pose, places, jnp.zeros(self.n_disks, jnp.int32))

    def _places(self, key: PRNGKeyArray, robot: Array) -> Float[Array, "disks 2"]:
        """Return places for all disks: the first of twenty that is not near to the robot, else the last."""
        room = jnp.asarray(self.size) - 2 * _FROM_WALLS
        tries = _FROM_WALLS + room[None, None] * jax.random.uniform(key, (self.n_disks, _TRIES, 2))
        far = jnp.sum((tries - robot[None, None]) ** 2, axis=-1) >= _FROM_ROBOT**2
        chosen = jnp.argmax(far.at[:, -1].set(True), axis=1)
        return jnp.take_along_axis(tries, chosen[:, None, None], axis=1)[:, 0]

    def _antennae(self, pose: Pose) -> Float[Array, "2 2"]:
        """Return the ends of the left and of the right antenna."""
        ahead = jnp.stack([jnp.cos(pose.heading), jnp.sin(pose.heading)])
        left = jnp.stack([-ahead[1], ahead[0]])
        tip = pose.position + _ANTENNA[0] * ahead
        return jnp.stack([tip + _ANTENNA[1] * left, tip - _ANTENNA[1] * left])

    def observe(self, state: FoodState) -> Stimulus:
        """Return what the antennae touch, left less right, and what is heard."""
        present = state.away == 0
        ends = self._antennae(state.pose)
        squares = jnp.sum((ends[:, None] - state.disks[None]) ** 2, axis=-1)
        touched = jnp.any((squares < self.radius**2) & present[None], axis=1).astype(squares.dtype)
        ahead = jnp.stack([jnp.cos(state.pose.heading), jnp.sin(state.pose.heading)])
        to_disks = state.disks - state.pose.position[None]
        heard = present & (jnp.sum(to_disks * ahead[None], axis=1) > 0) & (jnp.sum(to_disks**2, axis=1) < self.reach**2)
        left, right = jnp.sqrt(squares)
        heard &= (left > 1) & (right > 1)
        loud = (right - left) / jnp.sqrt(jnp.sqrt(jnp.where(heard, left * right, 1.0)))
        return Stimulus((touched[0] - touched[1])[None], jnp.sum(jnp.where(heard, loud, 0.0))[None])

    def step(self, key: PRNGKeyArray, state: FoodState, action: Array) -> tuple[FoodState, Stimulus, Array]:
        """Move, turn back from walls, eat, and let food come back."""
        move, turn, food = jax.random.split(key, 3)
        pose = self._inside(turn, moved(move, state.pose, action[0], action[1], self.noise))
        near = jnp.sum((state.disks - pose.position[None]) ** 2, axis=1) < _EATEN_WITHIN**2
        eaten = near & (state.away == 0) & self.consumed
        disks = state.disks
        if self.consumed:
            disks = jnp.where((state.away == 1)[:, None], self._places(food, pose.position), disks)
        away = jnp.where(eaten, jnp.asarray(self.absence, jnp.int32), jnp.maximum(state.away - 1, 0))
        after = FoodState(pose, disks, away)
        return after, self.observe(after), jnp.sum(eaten).astype(pose.heading.dtype)

    def _inside(self, key: PRNGKeyArray, pose: Pose) -> Pose:
        """Put a robot that is too near to a wall back, with a new heading away from it."""
        limit = jnp.asarray(self.size, pose.position.dtype) - _MARGIN
        low, high = pose.position < _MARGIN, pose.position > limit
        position = jnp.clip(pose.position, _MARGIN, limit)
        inwards = low.astype(pose.heading.dtype) - high.astype(pose.heading.dtype)
        heading = jnp.arctan2(inwards[1], inwards[0]) + jax.random.uniform(
            key, (), pose.heading.dtype, -jnp.pi / 2, jnp.pi / 2
        )
        return Pose(position, jnp.where(jnp.any(low | high), heading, pose.heading))
