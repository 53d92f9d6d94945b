"""Many copies of one circuit, each with a stream of its own: one compiled loop, one event for each copy at a step."""

from typing import Any

import equinox as eqx
import jax
import numpy as np
from jaxtyping import PRNGKeyArray, PyTree

from bouton._fields import Count
from bouton.engine.circuit import Circuit

__all__ = ["Copies"]


class Copies(Circuit[Any, Any]):
    """Copies of a circuit that know nothing of each other, by `jax.vmap`: each learns from a stream of its own.

    State, info and response have one more axis in front. Copy number i starts from ``fold_in(key, i)``, and steps with
    it.

    Parameters
    ----------
    circuit : Circuit
        What is copied.
    n_copies : int
        How many.

    Raises
    ------
    InputError
        If there is not at least one copy.

    Examples
    --------
    A thousand series at once:

    >>> import bouton, jax, numpy as np
    >>> from bouton.engine import Copies
    >>> from bouton.surprise import GaussianMean, VariationalSMiLe
    >>> series = np.random.default_rng(0).normal(size=(200, 1000))
    >>> filters = Copies(VariationalSMiLe(GaussianMean(1.0), hazard=0.01), n_copies=1000)
    >>> run = bouton.run(filters, series, key=jax.random.key(0), record={"estimate": 1})
    >>> run.recordings["estimate"].values.shape
    (200, 1000)
    """

    circuit: Circuit
    n_copies: Count = eqx.field(static=True)

    @property
    def event(self) -> PyTree[jax.ShapeDtypeStruct]:
        """One event for each copy: an axis of `n_copies` in front."""
        return jax.tree.map(
            lambda leaf: jax.ShapeDtypeStruct((self.n_copies, *leaf.shape), leaf.dtype), self.circuit.event
        )

    def _keys(self, key: PRNGKeyArray) -> Any:
        return jax.vmap(jax.random.fold_in, (None, 0))(key, np.arange(self.n_copies))

    def init(self, key: PRNGKeyArray) -> Any:
        """Return the states before the first event."""
        return jax.vmap(self.circuit.init)(self._keys(key))

    def respond(self, state: Any, x: PyTree) -> Any:
        """Return the responses to an event for each copy."""
        return jax.vmap(self.circuit.respond)(state, x)

    def step(self, key: PRNGKeyArray, state: Any, x: PyTree) -> tuple[Any, Any]:
        """Let each copy take its step."""
        return jax.vmap(self.circuit.step)(self._keys(key), state, x)

    @property
    def data_power(self) -> int:
        """The highest power of data that the circuit computes with."""
        return self.circuit.data_power

    def check(self, events: PyTree) -> None:
        """Refuse events that the circuit is not made for."""
        self.circuit.check(events)
