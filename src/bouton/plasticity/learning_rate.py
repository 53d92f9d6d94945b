r"""Learning rates that change with time: what all synapses of a circuit share.

================  ==================================================================================================
class             rate after t events
================  ==================================================================================================
`LearningRate`    :math:`\max\left(\eta_0 / (1 + d\, \lfloor t / T \rfloor),\; \eta_\infty\right)`
`CosineRate`      :math:`\eta_0\, (1 + \cos \pi t / T) / 2`, and 0 from T on
`StepwiseRate`    :math:`\eta_0`, times a factor at each of several t; both may begin with a linear rise
`RampRate`        from :math:`\eta_0` to :math:`\eta_\infty` between two t, along a line or an exponential
`TriangularRate`  up and down between two rates, again and again
================  ==================================================================================================

The rate of the moment is one number that reaches all synapses alike; a circuit hands it to its rules as their signal.
"""

from abc import abstractmethod
from numbers import Real
from typing import Any, Literal

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Positive, Whole, check_fields
from bouton.errors import InputError

__all__ = ["CosineRate", "LearningRate", "RampRate", "RateSchedule", "StepwiseRate", "TriangularRate", "counted"]

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


class RateSchedule(Checked):
    """A learning rate by the number of events."""

    @abstractmethod
    def __call__(self, n_events: Int[Array, ""]) -> Float[Array, ""]:
        """Return the rate after so many events."""


class CosineRate(RateSchedule):
    r"""A learning rate that falls to 0 along half a cosine.

    Parameters
    ----------
    initial : float
        :math:`\eta_0`.
    events : int
        :math:`T`, number of events after which it is 0.
    rise : int
        Number of first events over which it rises linearly to what it would be. Default 0.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(CosineRate(0.2, events=10)(jnp.asarray(5))), 6)
    0.1
    """

    initial: Positive | Float[Array, ""]
    events: Count = eqx.field(static=True)
    rise: Whole = eqx.field(static=True, default=0)

    def __call__(self, n_events: Int[Array, ""]) -> Float[Array, ""]:
        """Return the rate after so many events."""
        past = _number(jnp.minimum(n_events, self.events)) / self.events
        return _risen(self.initial * (1 + jnp.cos(jnp.pi * past)) / 2, n_events, self.rise)


class StepwiseRate(RateSchedule):
    r"""A learning rate that stays, and falls at once at certain events.

    Parameters
    ----------
    initial : float
        :math:`\eta_0`.
    falls : tuple of int
        Numbers of events at which it falls.
    factor : float
        What it is multiplied by at each. Default 0.1.
    rise : int
        Number of first events over which it rises linearly to what it would be. Default 0.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> rate = StepwiseRate(0.5, falls=(10, 20), factor=0.5)
    >>> [float(rate(jnp.asarray(t))) for t in (9, 10, 25)]
    [0.5, 0.25, 0.125]
    """

    initial: Positive | Float[Array, ""]
    falls: tuple[Count, ...] = eqx.field(static=True)
    factor: Positive | Float[Array, ""] = 0.1
    rise: Whole = eqx.field(static=True, default=0)

    def __call__(self, n_events: Int[Array, ""]) -> Float[Array, ""]:
        """Return the rate after so many events."""
        rate = jnp.asarray(self.initial, jnp.result_type(float))
        for each in self.falls:
            rate = jnp.where(n_events >= each, rate * self.factor, rate)
        return _risen(rate, n_events, self.rise)


class RampRate(RateSchedule):
    r"""A rate that goes from one value to another, and stays there.

    Parameters
    ----------
    initial, final : float
        :math:`\eta_0` and :math:`\eta_\infty`, positive.
    first, last : int
        Numbers of events before which it is the one, and from which on it is the other.
    shape : "linear" or "exponential"
        Whether it goes by equal differences or by equal ratios. Default "linear".

    Raises
    ------
    InputError
        If it would end before it begins.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> rate = RampRate(1.0, 4.0, first=0, last=2, shape="exponential")
    >>> [round(float(rate(jnp.asarray(t))), 5) for t in (0, 1, 5)]
    [1.0, 2.0, 4.0]
    """

    initial: Positive | Float[Array, ""]
    final: Positive | Float[Array, ""]
    first: Whole = eqx.field(static=True)
    last: Count = eqx.field(static=True)
    shape: Literal["linear", "exponential"] = eqx.field(static=True, default="linear")

    def __check_init__(self) -> None:
        check_fields(self)
        if self.last <= self.first:
            raise InputError(f"last must be above first, got {self.first} and {self.last}")

    def __call__(self, n_events: Int[Array, ""]) -> Float[Array, ""]:
        """Return the rate after so many events."""
        share = _number(jnp.clip(n_events, self.first, self.last) - self.first) / (self.last - self.first)
        if self.shape == "linear":
            return self.initial + share * (self.final - self.initial)
        return self.initial * (self.final / self.initial) ** share


class TriangularRate(RateSchedule):
    r"""A rate that rises from one value to another and falls back, again and again.

    Parameters
    ----------
    lowest, highest : float
        Where it begins, and where it turns, positive.
    period : int
        Number of events from one lowest value to the next.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> [float(TriangularRate(1.0, 3.0, period=4)(jnp.asarray(t))) for t in range(5)]
    [1.0, 2.0, 3.0, 2.0, 1.0]
    """

    lowest: Positive | Float[Array, ""]
    highest: Positive | Float[Array, ""]
    period: Count = eqx.field(static=True)

    def __call__(self, n_events: Int[Array, ""]) -> Float[Array, ""]:
        """Return the rate after so many events."""
        place = _number(n_events % self.period) / self.period
        return self.lowest + (self.highest - self.lowest) * (1 - jnp.abs(1 - 2 * place))


def _risen(rate: Array, n_events: Array, rise: int) -> Array:
    """Return a rate, or as much of it as a linear rise has reached."""
    return rate * jnp.minimum(_number(n_events + 1) / rise, 1) if rise else rate


def _number(count: Array) -> Array:
    return count.astype(jnp.result_type(float))


class LearningRate(RateSchedule):
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
        periods = _number(n_events // self.every)
        return jnp.maximum(self.initial / (1 + self.decay * periods), self.floor)


def as_learning_rate(rate: Any) -> Any:
    """Return a learning rate, constant where a number was given; what is neither, for the constructor to refuse."""
    if isinstance(rate, bool) or not (isinstance(rate, Real) or hasattr(rate, "aval")):
        return rate
    try:
        return LearningRate(rate)  # pyright: ignore[reportArgumentType]
    except InputError:
        raise InputError(f"a learning rate must be positive and finite, got {rate!r}") from None
