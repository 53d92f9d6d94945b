r"""Exponential traces: what is left at a synapse or in a neuron of the spikes that went by.

.. math:: \tau\, \dot r = -r + \sum_k a\, \delta(t - t_k)

Over a time step without spikes the trace decays by the exact factor :math:`e^{-\Delta t / \tau}`, whatever the step. A
trace that sees the nearest spike only is set to :math:`a` at a spike, whatever it was before.
"""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._fields import Positive
from bouton.dynamics.readouts import Readout

__all__ = ["ExponentialTrace"]


class ExponentialTrace(Readout):
    r"""A trace that decays exponentially and jumps at spikes.

    .. math:: r \leftarrow e^{-\Delta t / \tau}\, r + a\, s

    Parameters
    ----------
    time_constant : float
        :math:`\tau`, in ms.
    jump : float
        :math:`a`, by a spike. Default 1; with :math:`1 / \tau` the trace is a rate, in spikes per ms.
    time_step : float
        :math:`\Delta t`, in ms. Default 1.
    nearest : bool
        Whether a spike sets the trace to :math:`a` instead of adding to it. Default False.

    Raises
    ------
    InputError
        If a time is not positive.

    Examples
    --------
    >>> trace = ExponentialTrace(time_constant=20.0)
    >>> after_a_spike = trace.step(0.0, 1.0)
    >>> round(float(trace.step(after_a_spike, 0.0)), 4)
    0.9512
    """

    time_constant: Positive | Float[Array, ""]
    jump: float | Float[Array, ""] = 1.0
    time_step: Positive | Float[Array, ""] = 1.0
    nearest: bool = eqx.field(static=True, default=False)

    @property
    def retained(self) -> Any:
        """The share of itself that the trace keeps over a time step."""
        return jnp.exp(-jnp.asarray(self.time_step / self.time_constant))

    def step(self, trace: Any, spikes: Any) -> Any:
        """Return the trace after a time step that ended with spikes, in the shape of both."""
        return self.spike(self.retained * trace, spikes)

    @property
    def follows_potential(self) -> bool:
        """No: a trace knows spikes alone."""
        return False

    def start(self, size: int | tuple[int, ...], dtype: Any = None) -> Array:
        """Return zeros."""
        return jnp.zeros(size, dtype)

    def later(self, value: Any, elapsed: Any, potential: Any = None) -> Any:
        """Return the trace after a time in ms without spikes, of any length."""
        return jnp.exp(-jnp.asarray(elapsed / self.time_constant)) * value

    def spike(self, value: Any, spikes: Any) -> Any:
        """Return the trace right after spikes (1 where there is one, else 0)."""
        return value + spikes * (self.jump - value) if self.nearest else value + self.jump * spikes
