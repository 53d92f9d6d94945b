r"""Volatile worlds: a parameter that stays for long and jumps, with a small probability at each step.

.. math::

    c_t \sim \text{Bernoulli}(p_c), \quad \theta_t \sim \pi_0 \text{ if } c_t \text{ or } t = 1, \text{ else }
    \theta_{t-1}, \quad y_t \sim P(y \mid \theta_t)

Source: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021, arXiv:1907.02936.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from bouton._arguments import check_sizes
from bouton._checked import Checked
from bouton._fields import Probability
from bouton.errors import InputError
from bouton.surprise.family import ConjugateFamily

__all__ = ["History", "VolatileWorld", "error_after_change", "squared_errors"]


class History(NamedTuple):
    """What happened in a world."""

    parameters: Float[Array, "steps *parameter"]
    """The hidden parameter at each step."""
    changed: Bool[Array, " steps"]
    """Whether it was drawn anew at each step; True at the first."""
    observations: Array
    """What was seen of it (steps, ...)."""


class VolatileWorld(Checked):
    """A world whose parameter jumps.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed; its prior is what new parameters are drawn from.
    hazard : float
        Probability of a change at a step, from 0 to below 1.

    Raises
    ------
    InputError
        If the hazard is no probability below 1.

    Examples
    --------
    >>> import jax
    >>> from bouton.surprise import GaussianMean, VolatileWorld
    >>> history = VolatileWorld(GaussianMean(0.1), hazard=0.01).draw(jax.random.key(0), 1000)
    >>> history.observations.shape, bool(history.changed[0])
    ((1000,), True)
    """

    family: ConjugateFamily
    hazard: Probability | Float[Array, ""]

    def draw(self, key: PRNGKeyArray, length: int) -> History:
        """Draw the history of a number of steps.

        Parameters
        ----------
        key : PRNG key
            Seed of all.
        length : int
            Number of steps.

        Returns
        -------
        History

        Raises
        ------
        InputError
            If there is not at least one step.
        """
        check_sizes(length=length)
        return _draw(self, key, length)


@partial(jax.jit, static_argnames="length")
def _draw(world: VolatileWorld, key: PRNGKeyArray, length: int) -> History:
    of_changes, of_parameters, of_observations = jax.random.split(key, 3)
    steps = jnp.arange(length)
    changed = (jax.random.uniform(of_changes, (length,)) < world.hazard) | (steps == 0)
    last = jax.lax.cummax(jnp.where(changed, steps, 0))
    parameters = jax.vmap(world.family.draw_parameter)(jax.random.split(of_parameters, length))[last]
    keys = jax.random.split(of_observations, length)
    return History(parameters, changed, jax.vmap(world.family.draw_observation)(keys, parameters))


def squared_errors(
    estimates: Float[np.ndarray, "steps *parameter"], parameters: Float[np.ndarray, "steps *parameter"]
) -> Float[np.ndarray, " steps"]:
    """Return the squared errors of estimates, summed over the components of the parameter.

    Parameters
    ----------
    estimates, parameters : arrays (steps, ...)
        What a filter believed after each observation, and what was so.

    Returns
    -------
    array (steps,)

    Examples
    --------
    >>> import numpy as np
    >>> squared_errors(np.asarray([[0.5, 0.5]]), np.asarray([[1.0, 0.0]])).tolist()
    [0.5]
    """
    errors = (np.asarray(estimates) - np.asarray(parameters)) ** 2
    return errors.reshape(len(errors), -1).sum(axis=1)


def error_after_change(
    errors: Float[np.ndarray, " steps"], changed: Bool[np.ndarray, " steps"], longest: int
) -> Float[np.ndarray, " longest"]:
    """Return the mean error as a function of the number of observations since the last change.

    Parameters
    ----------
    errors : array (steps,)
        Squared errors.
    changed : array (steps,) of bool
        Whether the parameter is a new one at each step; the first must be.
    longest : int
        How many values are returned; the first is that of the first observation of a new parameter.

    Returns
    -------
    array (longest,)
        NaN where there was no such step.

    Raises
    ------
    InputError
        If the arrays differ in length, or the first step is not marked as new.

    Examples
    --------
    >>> import numpy as np
    >>> error_after_change(np.asarray([4.0, 1.0, 2.0, 1.0]), np.asarray([True, False, True, False]), 3).tolist()
    [3.0, 1.0, nan]
    """
    errors, changed = np.asarray(errors), np.asarray(changed, bool)
    if errors.shape != changed.shape or not changed[:1].all():
        raise InputError("errors and changed must be of one length, and the first step must count as a change")
    steps = np.arange(len(errors))
    since = steps - np.maximum.accumulate(np.where(changed, steps, 0))
    counts = np.bincount(since, minlength=longest)[:longest]
    totals = np.bincount(since, weights=errors, minlength=longest)[:longest]
    return np.where(counts > 0, totals / np.maximum(counts, 1), np.nan)
