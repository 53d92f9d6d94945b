"""The search for the free parameters of filters: errors of many values over many histories, in one run."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton.engine import Circuit
from bouton.surprise.worlds import History

__all__ = ["mean_squared_errors"]


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
