"""The contract that everything that learns online fulfils: a state and a step.

State is what is needed to go on: a checkpoint saves exactly that. Info is what one may look at: recordings select from
it. Both are PyTrees of arrays; make them two types (named tuples or modules), so that fields have names.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Generic, TypeVar

import jax
import numpy as np
from jaxtyping import Array, PRNGKeyArray, PyTree

from bouton._checked import Checked

__all__ = ["Circuit"]

State = TypeVar("State")
Info = TypeVar("Info")


class Circuit(Checked, Generic[State, Info]):
    """Something that learns from a stream, one event at a time.

    A circuit is immutable: its fields are hyperparameters and fixed structure (arrays and Python numbers, or static
    fields). What changes is its state, which it is handed and hands back.

    Examples
    --------
    A neuron that learns by Oja's rule:

    >>> from typing import NamedTuple
    >>> import bouton, jax, jax.numpy as jnp, numpy as np
    >>> from bouton.engine import Circuit
    >>> from bouton.plasticity import Dense, Oja, Synapses
    >>> class State(NamedTuple):
    ...     weights: jax.Array
    >>> class Info(NamedTuple):
    ...     y: jax.Array
    >>> class OjaNeuron(Circuit):
    ...     synapses: Synapses = Synapses(Dense(2, 1), Oja(rate=0.05))
    ...     @property
    ...     def event(self):
    ...         return jax.ShapeDtypeStruct((2,), jnp.float32)
    ...     def init(self, key):
    ...         return State(jax.random.normal(key, (1, 2)))
    ...     def respond(self, state, x):
    ...         return self.synapses.drive(state.weights, x)
    ...     def step(self, key, state, x):
    ...         y = self.respond(state, x)
    ...         return State(self.synapses.update(state.weights, x, y)), Info(y)
    >>> samples = np.random.default_rng(0).normal(size=(2000, 2)) * [2.0, 0.5]
    >>> run = bouton.run(OjaNeuron(), samples, key=jax.random.key(0))
    >>> bool(abs(run.state.weights[0, 0]) > 0.99)
    True
    """

    @property
    @abstractmethod
    def event(self) -> PyTree[jax.ShapeDtypeStruct]:
        """Shape and type of one event of the stream."""

    @abstractmethod
    def init(self, key: PRNGKeyArray) -> State:
        """Return the state before the first event."""

    @abstractmethod
    def respond(self, state: State, x: PyTree) -> PyTree:
        """Return the response to an event: fast dynamics only, no plasticity, no side effect."""

    @abstractmethod
    def step(self, key: PRNGKeyArray, state: State, x: PyTree) -> tuple[State, Info]:
        """Respond to an event, then learn from it; return the new state and what one may look at."""

    def summary(self, state: State) -> Mapping[str, Array | float | int]:
        """Return the circuit's own figures of merit, as scalars: shown while a run goes on. Default: none."""
        return {}

    @property
    def data_power(self) -> int:
        """The highest power of an event's length that is computed with: data of which it overflows are refused."""
        return 2

    @property
    def advice(self) -> str:
        """What to change, beside a learning rate, where a run diverges. Default: nothing."""
        return ""

    def check(self, events: PyTree[np.ndarray]) -> None:
        """Raise `InputError` for events that the model is not made for, though finite and of the right shape."""
