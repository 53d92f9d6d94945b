"""Averages over trials of the same stimulus, and covariances across bins."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from bouton.errors import InputError

__all__ = ["TrialGroups", "cross_covariance"]


class TrialGroups(NamedTuple):
    """Which trials had the same stimulus: averages over trials are taken within them.

    Parameters
    ----------
    conditions : array of int (trials,)
        Number of the condition of each trial.
    count : int
        How many conditions there are.
    """

    conditions: Int[Array, " trials"]
    count: int

    def mean(self, values: Float[Array, "trials bins neurons"]) -> Float[Array, "#trials bins neurons"]:
        """Return for each trial the mean over all trials of its condition.

        Examples
        --------
        >>> import jax.numpy as jnp
        >>> groups = TrialGroups(jnp.array([0, 1, 0]), 2)
        >>> groups.mean(jnp.array([1.0, 5.0, 3.0])[:, None, None]).ravel().tolist()
        [2.0, 5.0, 2.0]
        """
        if self.count == 1:
            return jnp.mean(values, axis=0, keepdims=True)
        belongs = jax.nn.one_hot(self.conditions, self.count, dtype=values.dtype, axis=0)
        sums = jnp.tensordot(belongs, values, axes=1) / jnp.maximum(jnp.sum(belongs, axis=1), 1)[:, None, None]
        return jnp.tensordot(belongs.T, sums, axes=1)


def cross_covariance(
    now: Float[Array, "trials bins neurons"],
    past: Float[Array, "trials bins others"],
    lag: int,
    circular: bool = False,
) -> Float[Array, "neurons others"]:
    """Return the mean over trials and bins of the products of what is now and what was some bins ago.

    Parameters
    ----------
    now, past : array (trials, bins, neurons)
        About their means.
    lag : int
        How many bins ago.
    circular : bool, default False
        Whether the last bins of a trial come before its first ones. Else the first ones have no past, and do not count.

    Raises
    ------
    InputError
        If trials are no longer than the lag.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> ramp = jnp.array([[[1.0], [2.0], [3.0]]])
    >>> cross_covariance(ramp, ramp, 1).tolist(), cross_covariance(ramp, ramp, 1, circular=True).round(3).tolist()
    ([[4.0]], [[3.6670000553131104]])
    """
    trials, bins, _ = now.shape
    if lag >= bins:
        raise InputError(f"trials have {bins} bins, too few for a lag of {lag}: take fewer lags")
    if circular:
        past = jnp.roll(past, lag, axis=1)
    else:
        now, past, bins = now[:, lag:], past[:, : bins - lag], bins - lag
    first, second = (each.reshape(-1, each.shape[-1]) for each in (now, past))
    return first.T @ second / (trials * bins)
