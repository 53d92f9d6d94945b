"""What a world is: a state, what is seen of it, and a step."""

from abc import abstractmethod
from typing import Any, Generic, TypeVar

import jax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from bouton._checked import Checked

__all__ = ["World"]

State = TypeVar("State")


class World(Checked, Generic[State]):
    """Something that an agent acts in, one step at a time.

    A world is immutable: its fields are parameters. What changes is its state.
    """

    @property
    @abstractmethod
    def action(self) -> PyTree[jax.ShapeDtypeStruct]:
        """Shape and type of an action."""

    @property
    def n_actions(self) -> int | None:
        """Number of actions where they are choices, numbered from 0; None where they are continuous: the default."""
        return None

    @abstractmethod
    def init(self, key: PRNGKeyArray) -> State:
        """Return the state at the beginning."""

    @abstractmethod
    def observe(self, state: State) -> Any:
        """Return what an agent sees of a state."""

    def report(self, state: State) -> dict[str, Any]:
        """Return what a spectator may know of a state, by name: the `info` of gymnasium. Default: nothing."""
        return {}

    @abstractmethod
    def step(self, key: PRNGKeyArray, state: State, action: PyTree) -> tuple[State, Any, Float[Array, ""]]:
        """Let an action have its effect.

        Parameters
        ----------
        key : PRNG key
            Seed of what is random in the step.
        state : State
            State before.
        action : PyTree
            What the agent does.

        Returns
        -------
        state : State
            State after.
        observation : PyTree
            What is seen then.
        reward : array ()
            What the step was worth.
        """
