"""A run as a pure function of its inputs, for `jax.jit`, `jax.vmap` and `jax.grad`."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PRNGKeyArray, PyTree

from bouton._forked import refuse_forked
from bouton.engine._counters import WORD, step_key
from bouton.engine._doors import check_circuit, check_key
from bouton.engine.circuit import Circuit
from bouton.engine.start import checked_state

__all__ = ["rollout"]


def rollout(
    circuit: Circuit,
    events: PyTree[Array | np.ndarray],
    key: PRNGKeyArray,
    state: Any = None,
    *,
    first_step: int | Array = 0,
    look: Callable[[Any, Any], Any] | None = None,
) -> tuple[Any, Any]:
    """Let a circuit go through a series of events, in one traced scan: what `bouton.run` does, as a pure function.

    Step t uses ``fold_in(key, first_step + t)``, as in `bouton.run`: both give the same states. There are no streams,
    no checkpoints and no checks; events and all that is looked at must fit into memory.

    Parameters
    ----------
    circuit : Circuit
        The circuit; its parameters may be traced.
    events : PyTree of arrays (steps, ...)
        The series, one event a step.
    key : PRNG key
        Seed of the initial state and of everything random.
    state : PyTree, optional
        The state to start from. Default: ``circuit.init(key)``.
    first_step : int, default 0
        Number of the first step, where a series goes on; below 2^32 where it is traced.
    look : callable, optional
        Takes the state after a step and its info, returns what is kept of that step. Default: the info.

    Returns
    -------
    state : PyTree
        The state after the series.
    looked : PyTree
        What was looked at, with an axis of steps in front.

    Raises
    ------
    InputError
        If `circuit` is none, `key` is no random key, or `state` is not one of this circuit.

    Examples
    --------
    How the last estimate of a filter depends on its leak, by its slope:

    >>> import jax
    >>> from bouton.engine import rollout
    >>> from bouton.surprise import GaussianMean, LeakyIntegrator
    >>> series = jax.numpy.array([0.0, 1.0, 1.0])
    >>> def last(leak):
    ...     circuit = LeakyIntegrator(GaussianMean(0.5), leak)
    ...     return rollout(circuit, series, jax.random.key(0), look=lambda state, info: info.estimate)[1][-1]
    >>> bool(jax.grad(last)(0.5) < 0)
    True
    """
    refuse_forked()
    check_circuit(circuit)
    check_key(key)
    keep = look if look is not None else lambda state, info: info

    def by_key(carry: Any, own: PRNGKeyArray, event: Any) -> tuple[Any, Any]:
        after, info = circuit.step(own, carry, event)
        return after, keep(after, info)

    def step(carry: Any, numbered: tuple[Array, Any]) -> tuple[Any, Any]:
        number, event = numbered
        return by_key(carry, jax.random.fold_in(key, number), event)

    length = jax.tree.leaves(events)[0].shape[0]
    start = circuit.init(key) if state is None else checked_state(circuit, state)
    if isinstance(first_step, int | np.integer) and first_step + length > WORD:
        # Beyond 2^32 steps a number does not fit into what is folded in: keys are made beforehand.
        keys = jnp.stack([step_key(key, int(first_step) + index) for index in range(length)])
        return jax.lax.scan(lambda carry, each: by_key(carry, *each), start, (keys, events))
    numbers = jnp.asarray(first_step, jnp.uint32) + jnp.arange(length, dtype=jnp.uint32)
    return jax.lax.scan(step, start, (numbers, events))
