"""Filters as pure functions of a series, for `jax.jit`, `jax.vmap` and `jax.grad`; the search for free parameters."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from bouton.engine import Circuit
from bouton.surprise.worlds import History

__all__ = ["follow", "mean_squared_errors"]


def follow(circuit: Circuit, observations: PyTree[Array | np.ndarray], key: PRNGKeyArray) -> tuple[Any, Any]:
    """Let a filter follow a whole series, in one traced scan: what `bouton.run` does, as a pure function.

    Parameters
    ----------
    circuit : Circuit
        The filter; its parameters may be traced.
    observations : PyTree of arrays (steps, ...)
        The series; it must fit into memory with all that is found.
    key : PRNG key
        Seed of everything random.

    Returns
    -------
    state
        The filter's state after the series.
    info
        What it lets one look at, with an axis of steps in front.

    Examples
    --------
    The sum of the Shannon surprise is the negative logarithm of the likelihood, so a hazard can be fitted by its slope:

    >>> import jax
    >>> from bouton.surprise import GaussianMean, VariationalSMiLe, VolatileWorld, follow
    >>> family = GaussianMean(0.5)
    >>> series = VolatileWorld(family, 0.1).draw(jax.random.key(0), 300).observations
    >>> def cost(log_odds):
    ...     filter = VariationalSMiLe(family, odds=jax.numpy.exp(log_odds))
    ...     return follow(filter, series, jax.random.key(1))[1].shannon.sum()
    >>> bool(jax.grad(cost)(-9.0) < 0 < jax.grad(cost)(3.0))
    True
    """

    def step(state: Any, numbered: tuple[Array, Any]) -> tuple[Any, Any]:
        number, event = numbered
        return circuit.step(jax.random.fold_in(key, number), state, event)

    length = jax.tree.leaves(observations)[0].shape[0]
    return jax.lax.scan(step, circuit.init(key), (jnp.arange(length, dtype=jnp.uint32), observations))


def mean_squared_errors(
    make: Callable[[Any], Circuit], values: Float[Array | np.ndarray, " values"], histories: History, key: PRNGKeyArray
) -> Float[Array, "values histories"]:
    """Return the mean squared error of a filter for each value of a parameter and each history: one vmapped run.

    Parameters
    ----------
    make : callable
        Takes a value, returns the filter.
    values : array (values,)
        What is tried.
    histories : History of arrays (histories, steps, ...)
        Worlds to be followed, as `jax.vmap(world.draw, ...)` gives them.
    key : PRNG key
        Seed of everything random, the same for all values.

    Returns
    -------
    array (values, histories)
        Squared errors, summed over the components of the parameter, averaged over the steps.

    Examples
    --------
    >>> import jax, jax.numpy as jnp
    >>> from bouton.surprise import GaussianMean, LeakyIntegrator, VolatileWorld, mean_squared_errors
    >>> family = GaussianMean(0.5)
    >>> draw = VolatileWorld(family, 0.1).draw
    >>> histories = jax.vmap(lambda key: draw(key, 2000))(jax.random.split(jax.random.key(0), 3))
    >>> leaks = jnp.asarray([0.0, 0.5, 0.9])
    >>> errors = mean_squared_errors(lambda leak: LeakyIntegrator(family, leak), leaks, histories, jax.random.key(1))
    >>> float(leaks[errors.mean(axis=1).argmin()])
    0.5
    """
    # As arrays, the parameters of a filter are no part of the compiled program: filters of one shape share it.
    return _errors(jax.vmap(make)(values), histories, key)


@jax.jit
def _errors(circuits: Circuit, histories: History, key: PRNGKeyArray) -> Array:
    count = histories.changed.shape[0]

    def one(circuit: Circuit, history: History, number: Array) -> Array:
        own = jax.random.fold_in(key, number)

        def step(carry: tuple[Any, Array], numbered: tuple[Array, Array, Array]) -> tuple[Any, None]:
            (state, total), (at, y, parameter) = carry, numbered
            state, info = circuit.step(jax.random.fold_in(own, at), state, y)
            return (state, total + jnp.sum((info.estimate - parameter) ** 2)), None

        length = history.changed.shape[0]
        steps = (jnp.arange(length, dtype=jnp.uint32), history.observations, history.parameters)
        (_, total), _ = jax.lax.scan(step, (circuit.init(own), jnp.zeros((), history.parameters.dtype)), steps)
        return total / length

    over_histories = jax.vmap(one, (None, 0, 0))
    return jax.vmap(over_histories, (0, None, None))(circuits, histories, jnp.arange(count, dtype=jnp.uint32))
