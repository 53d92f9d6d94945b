"""Both ways to gymnasium: worlds as its environments, and agents in environments that are not ours.

gymnasium is an extra: ``pip install 'bouton[rl]'``.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from bouton.behaviour.agent import Agent, Experience
from bouton.behaviour.world import World
from bouton.errors import InputError, MissingDependencyError

__all__ = ["Visit", "act_in", "as_environment"]


class Visit(NamedTuple):
    """What an agent went through in an environment."""

    state: Any
    """The agent afterwards."""
    rewards: np.ndarray
    """One number a step."""
    ends: np.ndarray
    """Whether an episode ended with a step."""


def as_environment(world: World, max_steps: int = 1000) -> Any:
    """Return a world as an environment of gymnasium.

    Observations and actions are flat arrays, of what the world shows and takes in the order of its leaves; where
    actions are choices, an action is a number. What the world reports is the `info` of a step. Episodes never terminate
    by themselves; they are truncated.

    Parameters
    ----------
    world : World
        The world.
    max_steps : int
        Steps of an episode. Default 1000.

    Returns
    -------
    gymnasium.Env

    Raises
    ------
    MissingDependencyError
        If gymnasium is not installed.
    InputError
        If `max_steps` is not at least 1.
    """
    try:
        import gymnasium  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise MissingDependencyError("as_environment needs gymnasium: pip install 'bouton[rl]'") from error
    if not isinstance(max_steps, int) or max_steps < 1:
        raise InputError(f"max_steps must be an integer of at least 1, got {max_steps!r}")
    start = jax.eval_shape(world.init, jax.random.key(0))
    n_seen = sum(leaf.size for leaf in jax.tree.leaves(jax.eval_shape(world.observe, start)))
    leaves, structure = jax.tree.flatten(world.action)
    sizes = np.cumsum([leaf.size for leaf in leaves])[:-1]

    def as_action(flat: Any) -> Any:
        parts = np.split(np.ravel(flat), sizes)
        shaped = [jnp.asarray(part, leaf.dtype).reshape(leaf.shape) for part, leaf in zip(parts, leaves, strict=True)]
        return jax.tree.unflatten(structure, shaped)

    class WorldEnvironment(gymnasium.Env):
        """A world of bouton."""

        metadata = {"render_modes": []}  # noqa: RUF012
        observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (n_seen,), np.float32)
        action_space: Any = (
            gymnasium.spaces.Box(-1.0, 1.0, (sum(leaf.size for leaf in leaves),), np.float32)
            if world.n_actions is None
            else gymnasium.spaces.Discrete(world.n_actions)
        )
        _init, _observe, _step = jax.jit(world.init), jax.jit(world.observe), jax.jit(world.step)
        _report = jax.jit(world.report)

        def reset(self, *, seed: int | None = None, options: dict | None = None) -> tuple[np.ndarray, dict]:
            """Begin an episode."""
            super().reset(seed=seed)
            self._key = jax.random.key(int(self.np_random.integers(2**31)))
            self._state, self._steps = type(self)._init(jax.random.fold_in(self._key, 0)), 0
            return _flat(type(self)._observe(self._state)), self._reported()

        def step(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict]:
            """Let an action have its effect."""
            self._steps += 1
            key = jax.random.fold_in(self._key, self._steps)
            self._state, seen, reward = type(self)._step(key, self._state, as_action(action))
            return _flat(seen), float(reward), False, self._steps >= max_steps, self._reported()

        def _reported(self) -> dict:
            return {name: np.asarray(value).tolist() for name, value in type(self)._report(self._state).items()}

    return WorldEnvironment()


def act_in(
    agent: Agent,
    environment: Any,
    steps: int,
    *,
    key: PRNGKeyArray,
    see: Callable[[np.ndarray], Any] = lambda observation: observation,
    act: Callable[[np.ndarray], Any] = lambda action: action,
    state: Any = None,
) -> Visit:
    """Let an agent act and learn in an environment of gymnasium, episode after episode.

    Parameters
    ----------
    agent : Agent
        Who acts.
    environment : gymnasium.Env
        Where.
    steps : int
        How many steps, over all episodes.
    key : PRNG key
        Seed of the agent and of the environment.
    see : callable
        Makes of an observation what the agent sees. Default: nothing is changed.
    act : callable
        Makes of the agent's action one of the environment. Default: nothing is changed.
    state : PyTree, optional
        The agent at the beginning. Default: its own beginning.

    Returns
    -------
    Visit
        The agent afterwards, and the rewards.

    Raises
    ------
    InputError
        If what the agent sees is not of its kind, or a reward is not finite.
    """
    wanted = agent.event.observation
    step = jax.jit(agent.step)
    seed = int(jax.random.randint(jax.random.fold_in(key, 2**31), (), 0, 2**31 - 1))
    observation, _ = environment.reset(seed=seed)
    own = agent.init(key) if state is None else state
    rewards, ends, reward = np.zeros(steps), np.zeros(steps, bool), 0.0
    for number in range(steps):
        seen = _seen(see(observation), wanted)
        own, info = step(jax.random.fold_in(key, number), own, Experience(seen, jnp.asarray(reward, float)))
        observation, reward, terminated, truncated, _ = environment.step(act(np.asarray(info.action)))
        if not np.isfinite(reward):
            raise InputError(f"rewards must be finite, the environment gave {reward} in step {number}")
        rewards[number], ends[number] = reward, terminated or truncated
        if ends[number]:
            observation, _ = environment.reset()
    return Visit(own, rewards, ends)


def _seen(observation: Any, wanted: Any) -> Any:
    structure = jax.tree.structure(wanted)
    shapes = [tuple(leaf.shape) for leaf in jax.tree.leaves(wanted)]
    if jax.tree.structure(observation) != structure or [np.shape(x) for x in jax.tree.leaves(observation)] != shapes:
        given = ", ".join(str(np.shape(leaf)) for leaf in jax.tree.leaves(observation))
        raise InputError(
            f"the agent sees {type(wanted).__name__} of shapes {', '.join(map(str, shapes))}, `see` gave "
            f"{type(observation).__name__} of shapes {given}"
        )
    return jax.tree.map(lambda leaf, like: jnp.asarray(leaf, like.dtype), observation, wanted)


def _flat(tree: Any) -> np.ndarray:
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(tree)]).astype(np.float32)
