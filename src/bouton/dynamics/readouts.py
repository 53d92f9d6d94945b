r"""Readouts: what a neuron makes available at its synapses, one number for each neuron.

A readout starts somewhere, goes on while time passes, and is changed by the neuron's own spikes:

====================  ==========================================  =================================================
readout               while time passes                           at a spike of its neuron
====================  ==========================================  =================================================
`ExponentialTrace`    decays                                      jumps
`MomentaryVoltage`    is the potential                            goes on
`FilteredVoltage`     follows the potential, low-passed           goes on
====================  ==========================================  =================================================

A readout of spikes alone knows how to go on over any time; one that follows the potential needs a clock.
"""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Finite, Positive

__all__ = ["FilteredVoltage", "MomentaryVoltage", "Readout"]


class Readout(Checked):
    """What a neuron makes available at its synapses."""

    time_constant: eqx.AbstractVar[Any]

    @property
    @abstractmethod
    def follows_potential(self) -> bool:
        """Whether `later` needs the membrane potential."""

    @abstractmethod
    def start(self, size: int | tuple[int, ...], dtype: Any = None) -> Array:
        """Return the values of neurons that have not fired yet."""

    @abstractmethod
    def later(self, value: Any, elapsed: Any, potential: Any = None) -> Any:
        """Return the value a time in ms later, at whose end the neuron has this potential in mV."""

    @abstractmethod
    def spike(self, value: Any, spikes: Any) -> Any:
        """Return the value right after spikes (1 where there is one, else 0)."""


class FilteredVoltage(Readout):
    r"""The membrane potential, low-passed: :math:`\tau\, \dot u = v - u`.

    Over a time step the potential counts with its value at the end of the step, as it is before a reset.

    Parameters
    ----------
    time_constant : float
        :math:`\tau`, in ms.
    rest : float
        Where it starts, in mV. Default -70.

    Raises
    ------
    InputError
        If the time constant is not positive.

    Examples
    --------
    >>> filtered = FilteredVoltage(time_constant=10.0, rest=-70.0)
    >>> round(float(filtered.later(-70.0, elapsed=10.0, potential=-50.0)), 3)
    -57.358
    """

    time_constant: Positive | Float[Array, ""]
    rest: Finite | Float[Array, ""] = -70.0

    @property
    def follows_potential(self) -> bool:
        """Yes."""
        return True

    def start(self, size: int | tuple[int, ...], dtype: Any = None) -> Array:
        """Return the rest."""
        return jnp.full(size, self.rest, dtype)

    def later(self, value: Any, elapsed: Any, potential: Any = None) -> Any:
        """Return the value a time in ms later, under a potential in mV."""
        return potential + jnp.exp(-jnp.asarray(elapsed / self.time_constant)) * (value - potential)

    def spike(self, value: Any, spikes: Any) -> Any:
        """Return the value as it is."""
        return value


class MomentaryVoltage(Readout):
    """The membrane potential at the end of a time step, as it is before a reset.

    Parameters
    ----------
    rest : float
        Where it starts, in mV. Default -70.

    Examples
    --------
    >>> MomentaryVoltage().later(-70.0, elapsed=0.1, potential=-50.0)
    -50.0
    """

    rest: Finite | Float[Array, ""] = -70.0

    @property
    def time_constant(self) -> float:
        """None that a time step could be too long for."""
        return float("inf")

    @property
    def follows_potential(self) -> bool:
        """Yes."""
        return True

    def start(self, size: int | tuple[int, ...], dtype: Any = None) -> Array:
        """Return the rest."""
        return jnp.full(size, self.rest, dtype)

    def later(self, value: Any, elapsed: Any, potential: Any = None) -> Any:
        """Return the potential in mV."""
        return potential

    def spike(self, value: Any, spikes: Any) -> Any:
        """Return the value as it is."""
        return value
