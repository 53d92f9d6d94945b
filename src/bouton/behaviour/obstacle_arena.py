"""An arena with walls and round obstacles that a robot bumps into, unless its range finders warn it.

Source: the obstacle avoidance of B. Porr, F. Woergoetter, Isotropic sequence order learning in a closed loop
behavioural system, NIPS 15, 2002, and Neural Computation 15:831-864, 2003, with continuous geometry, and constants of
B. Porr's simulator of robots.
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, check_fields
from bouton.behaviour.arena import Pose, RangeSensors, held, moved
from bouton.behaviour.sequence_learner import SequenceAgent, SequenceLearner, Stimulus
from bouton.behaviour.world import World
from bouton.dynamics.resonators import ResonatorBank
from bouton.errors import InputError
from bouton.plasticity import InputCorrelations, IsotropicSequenceOrder

__all__ = ["ObstacleArena", "ObstacleState"]

_RULES = {"ISO": IsotropicSequenceOrder, "ICO": InputCorrelations}
_RADIUS, _MARGIN, _HOLD, _STUCK = 10.0, 5.0, 3, 100


class ObstacleState(NamedTuple):
    """Where the robot is, which sensors are still on, how long it has been stuck, and how often it collided."""

    pose: Pose
    ranges: Int[Array, "2"]
    bumpers: Int[Array, "3"]
    """Front left, front right, rear."""
    stuck: Int[Array, ""]
    collisions: Int[Array, ""]
    travelled: Float[Array, ""]


class ObstacleArena(World[ObstacleState]):
    """An arena with walls and round obstacles.

    The action is speed and turn; the observation is a `Stimulus` of four reflexes (front, rear, left, right bumper) and
    two predictors (left and right range finder); the reward is -1 where a bumper is hit anew.

    Parameters
    ----------
    obstacles : tuple of (x, y, radius)
        Default: those of the experiment.
    size : tuple of float
        Width and height. Default 600, 400.
    noise : float
        Standard deviation of the heading in a step, in rad. Default 0.02.
    start : tuple of float, optional
        Place of the robot, and its heading where there is a third number. Default: 120, 300, with a random heading.
    sensors : RangeSensors
        The range finders.

    Raises
    ------
    InputError
        If the robot begins outside, or in an obstacle.
    """

    obstacles: tuple[tuple[float, float, float], ...] = eqx.field(
        static=True, default=((300.0, 200.0, 40.0), (450.0, 120.0, 25.0), (150.0, 130.0, 25.0))
    )
    size: tuple[float, float] = eqx.field(static=True, default=(600.0, 400.0))
    noise: AtLeastZero = 0.02
    start: tuple[float, ...] = eqx.field(static=True, default=(120.0, 300.0))
    sensors: RangeSensors = RangeSensors()

    def __check_init__(self) -> None:
        check_fields(self)
        x, y = self.start[:2]
        if not (_RADIUS <= x <= self.size[0] - _RADIUS and _RADIUS <= y <= self.size[1] - _RADIUS):
            raise InputError(f"start must lie inside of the arena, {_RADIUS:g} from its walls, got {self.start}")
        for number, (centre_x, centre_y, radius) in enumerate(self.obstacles):
            if np.hypot(x - centre_x, y - centre_y) < radius + _RADIUS:
                raise InputError(f"start, {self.start}, lies in obstacles[{number}]: begin farther away")

    @staticmethod
    def agent(rule: Literal["ISO", "ICO"], rate: Any) -> SequenceAgent:
        """Return the robot of the avoidance task: one neuron for its speed, one for its turn.

        Parameters
        ----------
        rule : {"ISO", "ICO"}
            What both learn by.
        rate : float
            Learning rate. Let the filters settle for some 2,000 steps with a rate of 0 first.
        """
        if rule not in _RULES:
            raise InputError(f"rule must be one of {', '.join(_RULES)}, got {rule!r}")
        learner = SequenceLearner(
            _RULES[rule](rate),
            n_predictors=2,
            reflex_weights=((-0.15, 0.15, 0.0, 0.0), (0.0, 0.0, -0.005, 0.005)),
            reflex_filter=ResonatorBank((0.01,), 0.6, "peak"),
            predictive_filters=ResonatorBank.harmonics(0.1, 10, 1.0, "peak"),
        )
        return SequenceAgent(learner, cruise=(0.75, 0.0), gains=((1.0, 0.0), (0.0, 1.0)))

    @property
    def action(self) -> jax.ShapeDtypeStruct:
        """Speed and turn."""
        return jax.ShapeDtypeStruct((2,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> ObstacleState:
        """Return the robot at its place."""
        heading = jax.random.uniform(key, (), minval=-jnp.pi, maxval=jnp.pi)
        if len(self.start) > 2:
            heading = jnp.asarray(self.start[2], float)
        nothing, none = jnp.zeros((), jnp.int32), jnp.zeros(3, jnp.int32)
        pose = Pose(jnp.asarray(self.start[:2], float), heading)
        return ObstacleState(pose, none[:2], none, nothing, nothing, jnp.zeros(()))

    def observe(self, state: ObstacleState) -> Stimulus:
        """Return which bumpers and range finders are on."""
        left, right, rear = (state.bumpers > 0).astype(state.travelled.dtype)
        reflex = jnp.stack([jnp.maximum(left, right), rear, left, right])
        return Stimulus(reflex, (state.ranges > 0).astype(reflex.dtype))

    def step(self, key: PRNGKeyArray, state: ObstacleState, action: Array) -> tuple[ObstacleState, Stimulus, Array]:
        """Look ahead, then move; where something is in the way, neither move nor turn."""
        obstacles = jnp.asarray(self.obstacles, state.travelled.dtype).reshape(-1, 3)
        seen = self.sensors.detect(state.pose, self.size, _MARGIN, obstacles[:, :2], obstacles[:, 2])
        ranges = held(state.ranges, seen, _HOLD)
        tried = moved(key, state.pose, action[0], action[1], self.noise)
        gap, towards = self._nearest(tried.position, obstacles)
        blocked = gap < _RADIUS
        ahead = jnp.stack([jnp.cos(state.pose.heading), jnp.sin(state.pose.heading)])
        in_front, on_left = jnp.sum(towards * ahead) >= 0, ahead[0] * towards[1] - ahead[1] * towards[0] > 0
        hit = blocked & jnp.stack([in_front & on_left, in_front & ~on_left, ~in_front])
        bumpers = held(state.bumpers, hit, _HOLD)
        anew = jnp.any(hit & (state.bumpers == 0))
        stuck = jnp.where(blocked, state.stuck + 1, 0)
        escape = jnp.where(stuck > _STUCK, jnp.where(stuck % 100 < 50, 1.0, -1.0) * jnp.pi / 2, 0.0)
        way = jnp.where(blocked, 0.0, jnp.sqrt(jnp.sum((tried.position - state.pose.position) ** 2)))
        pose = Pose(
            jnp.where(blocked, state.pose.position, tried.position),
            jnp.where(blocked, state.pose.heading, tried.heading) + escape.astype(state.pose.heading.dtype),
        )
        after = ObstacleState(
            pose, ranges, bumpers, stuck, state.collisions + anew.astype(jnp.int32), state.travelled + way
        )
        return after, self.observe(after), -anew.astype(pose.heading.dtype)

    def _nearest(self, position: Array, obstacles: Array) -> tuple[Array, Array]:
        """Return the distance to the nearest wall or obstacle, and the direction to it."""
        width, height = self.size
        x, y = position
        walls = jnp.stack([x, width - x, y, height - y])
        outwards = jnp.asarray([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]], position.dtype)
        to = obstacles[:, :2] - position[None]
        distance = jnp.sqrt(jnp.sum(to**2, axis=1))
        gaps = jnp.concatenate([walls, distance - obstacles[:, 2]])
        directions = jnp.concatenate([outwards, to / jnp.maximum(distance, 1e-9)[:, None]])
        nearest = jnp.argmin(gaps)
        return gaps[nearest], directions[nearest]
