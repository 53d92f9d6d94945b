r"""Learning rates that fall with time: what all synapses of a circuit share.

.. math:: \eta_t = \max\left(\frac{\eta_0}{1 + d\, \lfloor t / T \rfloor},\; \eta_\infty\right), \qquad t = 0, 1, \ldots

The rate of the moment is one number that reaches all synapses alike; a circuit hands it to its rules as their signal.
"""

from numbers import Real
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Positive
from bouton.errors import InputError

__all__ = ["LearningRate", "counted"]

_MOST = 2**31 - 1


def counted(n_events: Int[Array, "*shape"], more: int = 1) -> Int[Array, "*shape"]:
    """Return a count of a circuit's state after further events, which stays at 2^31 - 1 when it is there.

    Parameters
    ----------
    n_events : int32 array
        The count before.
    more : int, default 1
        How many events came.

    Returns
    -------
    int32 array
        A count that went on would become negative, and a learning rate with it; a rate that falls with time has fallen
        by then, and stays.
    """
    return jnp.minimum(n_events, _MOST - more) + more


class LearningRate(Checked):
    r"""A learning rate, constant or falling as one over time.

    Parameters
    ----------
    initial : float
        :math:`\eta_0`, the rate at t = 0.
    decay : float
        :math:`d`, how fast it falls. Default 0: it stays.
    every : int
        :math:`T`, number of events that share a rate. Default 1.
    floor : float
        :math:`\eta_\infty`, which it does not fall below. Default 0.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Examples
    --------
    One over t + 5:

    >>> import jax.numpy as jnp
    >>> rate = LearningRate(initial=0.2, decay=0.2)
    >>> float(rate(jnp.asarray(0))), float(rate(jnp.asarray(5)))
    (0.20000000298023224, 0.10000000149011612)
    """

    initial: Positive
    decay: AtLeastZero = 0.0
    every: Count = 1
    floor: AtLeastZero = 0.0

    def __call__(self, n_events: Int[Array, ""]) -> Float[Array, ""]:
        """Return the rate after so many events."""
        periods = (n_events // self.every).astype(jnp.result_type(float))
        return jnp.maximum(self.initial / (1 + self.decay * periods), self.floor)


def as_learning_rate(rate: Any) -> Any:
    """Return a learning rate, constant where a number was given; what is neither, for the constructor to refuse."""
    if isinstance(rate, bool) or not (isinstance(rate, Real) or hasattr(rate, "aval")):
        return rate
    try:
        return LearningRate(rate)  # pyright: ignore[reportArgumentType]
    except InputError:
        raise InputError(f"a learning rate must be positive and finite, got {rate!r}") from None
