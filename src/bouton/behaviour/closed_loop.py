"""The closed loop of an agent and a world, as a circuit: one tick of both is one event."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton.behaviour.agent import Agent, Experience
from bouton.behaviour.world import World
from bouton.engine import Circuit
from bouton.errors import InputError

__all__ = ["ClosedLoop", "LoopInfo", "LoopState", "ticks"]


class LoopState(NamedTuple):
    """What the loop needs to go on: both states, and what the agent is about to see."""

    agent: Any
    world: Any
    observation: Any
    reward: Float[Array, ""]


class LoopInfo(NamedTuple):
    """What one may look at: the action and what it was worth, and the info of the agent."""

    action: Any
    reward: Float[Array, ""]
    agent: Any


class ClosedLoop(Circuit[LoopState, LoopInfo]):
    """An agent in a world: it sees, acts and learns; then the world takes its step.

    Parameters
    ----------
    agent : Agent
        Who acts.
    world : World
        Where.

    Raises
    ------
    InputError
        If the agent's event is not what the world shows, or its action is not one of the world's.

    Examples
    --------
    A robot that learns to turn towards food that it hears before it touches it:

    >>> import bouton, jax
    >>> from bouton.behaviour import ClosedLoop, FoodArena, ticks
    >>> loop = ClosedLoop(FoodArena.agent("ICO", rate=1e-4), FoodArena())
    >>> run = bouton.run(loop, ticks(500), key=jax.random.key(0), record={"reward": 1})
    >>> run.recordings["reward"].values.shape
    (500,)
    """

    agent: Agent
    world: World

    def __check_init__(self) -> None:
        if not (isinstance(self.agent, Agent) and isinstance(self.world, World)):
            return
        key = jax.random.key(0)
        start = jax.eval_shape(self.world.init, key)
        seen = jax.eval_shape(self.world.observe, start)
        wanted = self.agent.event.observation
        if jax.tree.structure(seen) != jax.tree.structure(wanted) or _shapes(seen) != _shapes(wanted):
            raise InputError(
                f"{type(self.world).__name__} shows {_described(seen)}, {type(self.agent).__name__} sees "
                f"{_described(wanted)}: give the agent as many inputs of each kind"
            )
        state = jax.eval_shape(self.agent.init, key)
        action = jax.eval_shape(self.agent.step, key, state, self.agent.event)[1].action
        if _shapes(action) != _shapes(self.world.action):
            raise InputError(
                f"the action of {type(self.agent).__name__} is {_described(action)}, {type(self.world).__name__} takes "
                f"{_described(self.world.action)}"
            )

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """A tick: nothing comes from outside. `ticks` makes a series of them."""
        return jax.ShapeDtypeStruct((), jnp.uint8)

    def init(self, key: PRNGKeyArray) -> LoopState:
        """Return both at their beginning."""
        first, second = jax.random.split(key)
        world = self.world.init(second)
        return LoopState(self.agent.init(first), world, self.world.observe(world), jnp.zeros(()))

    def respond(self, state: LoopState, x: Array) -> Any:
        """Return the response of the agent to what it is about to see."""
        return self.agent.respond(state.agent, Experience(state.observation, state.reward))

    def step(self, key: PRNGKeyArray, state: LoopState, x: Array) -> tuple[LoopState, LoopInfo]:
        """Let the agent see, act and learn, then the world go on."""
        first, second = jax.random.split(key)
        agent, info = self.agent.step(first, state.agent, Experience(state.observation, state.reward))
        world, observation, reward = self.world.step(second, state.world, info.action)
        return LoopState(agent, world, observation, reward), LoopInfo(info.action, reward, info.info)


def ticks(number: int, copies: int | None = None) -> np.ndarray:
    """Return the events of a closed loop, or of copies of one side by side.

    Parameters
    ----------
    number : int
        How many steps.
    copies : int, optional
        Of `bouton.engine.Copies`. Default: a single loop.

    Returns
    -------
    array (number,) or (number, copies) of uint8
        Zeros.

    Examples
    --------
    >>> ticks(3).tolist()
    [0, 0, 0]
    """
    return np.zeros(number if copies is None else (number, copies), np.uint8)


def _shapes(tree: Any) -> list[tuple[int, ...]]:
    return [tuple(leaf.shape) for leaf in jax.tree.leaves(tree)]


def _described(tree: Any) -> str:
    return f"{type(tree).__name__} of shapes {', '.join(map(str, _shapes(tree)))}"
