"""What an agent is: a circuit whose event is an experience, and whose info holds an action."""

from abc import abstractmethod
from typing import Any, NamedTuple

from jaxtyping import PRNGKeyArray

from bouton.engine import Circuit

__all__ = ["Agent", "AgentInfo", "Experience"]


class Experience(NamedTuple):
    """One event of an agent."""

    observation: Any
    reward: Any


class AgentInfo(NamedTuple):
    """What one may look at: the action, and the info of what the agent is made of."""

    action: Any
    info: Any


class Agent(Circuit[Any, Any]):
    """A circuit that receives an `Experience` and offers an action, as ``info.action``."""

    @abstractmethod
    def step(self, key: PRNGKeyArray, state: Any, x: Experience) -> tuple[Any, AgentInfo]:
        """Act on what is seen and learn from it."""
