r"""Low-pass filters of a voltage: what a slow process at a synapse or in a neuron makes of it.

.. math:: \tau\, \dot u = v - u

By forward Euler steps, or exactly for a voltage that goes in straight lines from one step to the next.
"""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._arguments import check_time_step
from bouton._checked import Checked
from bouton._fields import Positive, check_fields

__all__ = ["LowPass"]


class LowPass(Checked):
    r"""A low-pass filter of first order.

    .. math::

        u(t + h) &= u + \tfrac{h}{\tau} (v(t) - u) \quad \text{(Euler)} \\
        u(t + h) &= d\, u + (g - d)\, v(t) + (1 - g)\, v(t + h), \quad d = e^{-h / \tau}, \;
        g = \tfrac{\tau}{h} (1 - d) \quad \text{(exact)}

    Parameters
    ----------
    time_constant : float
        :math:`\tau`, in ms.
    time_step : float
        :math:`h`, in ms. Default 1.
    exact : bool
        Default True; False is for published results that rest on Euler steps.

    Raises
    ------
    InputError
        If a time is not positive, or the time constant of Euler steps is shorter than one of them.

    Examples
    --------
    >>> filter = LowPass(time_constant=10.0, time_step=10.0)
    >>> round(float(filter.step(0.0, 1.0, 1.0)), 4)
    0.6321
    """

    time_constant: Positive | Float[Array, ""]
    time_step: Positive | Float[Array, ""] = 1.0
    exact: bool = eqx.field(static=True, default=True)

    def __check_init__(self) -> None:
        check_fields(self)
        if not self.exact:
            check_time_step(self.time_step, time_constant=self.time_constant)

    @property
    def retained(self) -> Any:
        """The share of itself that the filtered voltage keeps over a time step."""
        ratio = jnp.asarray(self.time_step / self.time_constant)
        return jnp.exp(-ratio) if self.exact else 1 - ratio

    @property
    def mean_retained(self) -> Any:
        """The mean share that is kept, over all moments of a time step."""
        ratio = jnp.asarray(self.time_step / self.time_constant)
        return -jnp.expm1(-ratio) / ratio

    def step(self, filtered: Any, before: Any, after: Any = None) -> Any:
        """Return the filtered voltage after a time step.

        Parameters
        ----------
        filtered : array
            Filtered voltage before.
        before, after : array
            Voltage at the beginning and at the end of the step; by Euler's method the latter is not used. Default of
            the latter: the same.

        Returns
        -------
        array
        """
        if not self.exact:
            return filtered + (before - filtered) * self.time_step / self.time_constant
        after = before if after is None else after
        kept, mean = self.retained, self.mean_retained
        return kept * filtered + (mean - kept) * before + (1 - mean) * after
