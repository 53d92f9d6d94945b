r"""Stochastic binary units, and inhibition that lets a given number of them be active.

A unit fires with a probability that grows with its drive h, from 0 to 1 over a range of some T about a threshold:

.. math:: \phi = \frac{1}{1 + e^{-(h - \theta) / T}}

Feed-forward inhibition that adapts to the layer puts :math:`\theta` half-way between the k-th and the (k + 1)-th
largest drive, so that for T to 0 exactly k units fire.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton.errors import InputError

__all__ = ["adaptive_threshold", "firing_probability"]


def firing_probability(
    drive: Float[Array, "*units"], threshold: Array | float, temperature: Array | float
) -> Float[Array, "*units"]:
    """Return the probability that each unit fires, without overflow however large the drive.

    Parameters
    ----------
    drive : array of any shape
        Drives h.
    threshold : float
        The drive at which it is 1/2.
    temperature : float
        T, in units of the drive, above 0.

    Returns
    -------
    array of any shape

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> firing_probability(jnp.array([-1e3, 0.0, 1e3]), 0.0, 0.05).tolist()
    [0.0, 0.5, 1.0]
    """
    return jax.nn.sigmoid((drive - threshold) / temperature)


def adaptive_threshold(drive: Float[Array, " units"], n_active: int) -> Float[Array, ""]:
    """Return the threshold above which so many units lie: half-way to the next one.

    Parameters
    ----------
    drive : array (units,)
        Drives.
    n_active : int
        How many, from 1 to one less than there are units.

    Returns
    -------
    array ()
        The mean of the k-th and the (k + 1)-th largest drive.

    Raises
    ------
    InputError
        If there are not so many units and one more.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> float(adaptive_threshold(jnp.array([4.0, 1.0, 3.0, 0.0]), 2))
    2.0
    """
    if not 1 <= n_active < drive.shape[0]:
        raise InputError(f"n_active must lie in [1, {drive.shape[0]}), got {n_active}")
    # Ranks by comparison: a sort would keep XLA from folding the loop over trials into one kernel.
    at_least = jnp.sum((drive[None, :] >= drive[:, None]).astype(jnp.int32), axis=1, dtype=jnp.int32)
    last, next_one = (jnp.max(jnp.where(at_least >= rank, drive, -jnp.inf)) for rank in (n_active, n_active + 1))
    return (last + next_one) / 2
