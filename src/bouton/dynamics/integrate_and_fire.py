r"""Leaky integrate-and-fire neurons on a clock: exact decay over a time step, currents as kicks, refractory times.

.. math::

    \tau_m\, \dot v &= v_{rest} - v + \tau_m I, \qquad \tau_s\, \dot I = -I + \tau_s \sum_k w\, \delta(t - t_k) \\
    v \ge v_{th}&: \quad v \leftarrow v_{reset}, \text{ for a refractory time nothing enters}

In each step potential and current decay by their exact factors, inputs add to the current, and the current is given to
the potential as a whole, as in the simulations of Brito and Gerstner (2024).
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Positive, check_fields
from bouton.errors import InputError

__all__ = ["IntegrateAndFire", "Membrane"]


class Membrane(NamedTuple):
    """What neurons need to go on, in any shape.

    Parameters
    ----------
    potential : array
        Membrane potential, in mV.
    current : array
        Synaptic current, in mV per step.
    refractory : array
        Time steps to go until input enters; 0 where it does.
    """

    potential: Float[Array, "*neurons"]
    current: Float[Array, "*neurons"]
    refractory: Float[Array, "*neurons"]


class IntegrateAndFire(Checked):
    r"""Leaky integrate-and-fire neurons with a synaptic current that decays exponentially.

    Parameters
    ----------
    membrane_time_constant : float
        :math:`\tau_m`, in ms. Default 15.
    synaptic_time_constant : float
        :math:`\tau_s`, in ms. Default 1.
    rest, reset, threshold : float
        Potentials, in mV. Default -65, -65, -50.
    refractory_time : float
        Time from a spike until input enters again, in ms. Default 2.
    time_step : float
        :math:`\Delta t`, in ms. Default 1.

    Raises
    ------
    InputError
        If a time is out of its range, or the threshold does not lie above rest and reset.

    Examples
    --------
    A kick of 20 mV makes a neuron fire at once, which shuts the next one out:

    >>> import jax.numpy as jnp
    >>> neurons = IntegrateAndFire()
    >>> membrane, first = neurons.step(neurons.start((1,)), jnp.array([20.0]))
    >>> membrane, second = neurons.step(membrane, jnp.array([20.0]))
    >>> first.tolist(), second.tolist()
    ([1.0], [0.0])
    """

    membrane_time_constant: Positive | Float[Array, ""] = 15.0
    synaptic_time_constant: Positive | Float[Array, ""] = 1.0
    rest: float | Float[Array, ""] = -65.0
    reset: float | Float[Array, ""] = -65.0
    threshold: float | Float[Array, ""] = -50.0
    refractory_time: AtLeastZero | Float[Array, ""] = 2.0
    time_step: Positive | Float[Array, ""] = 1.0

    def __check_init__(self) -> None:
        check_fields(self)
        potentials = (self.rest, self.reset, self.threshold)
        if all(isinstance(each, int | float) for each in potentials) and self.threshold <= max(self.rest, self.reset):
            raise InputError(
                f"threshold must lie above rest and reset, got threshold={self.threshold}, rest={self.rest} and "
                f"reset={self.reset}"
            )

    def start(self, shape: tuple[int, ...]) -> Membrane:
        """Return neurons at rest, of any shape."""
        zeros = jnp.zeros(shape)
        return Membrane(zeros + self.rest, zeros, zeros)

    def step(self, membrane: Membrane, inputs: Float[Array, "*neurons"]) -> tuple[Membrane, Float[Array, "*neurons"]]:
        """Go on by a time step.

        Parameters
        ----------
        membrane : Membrane
            State before.
        inputs : array
            What the spikes that arrive add to the synaptic current, in mV per step.

        Returns
        -------
        tuple of Membrane and array
            State after, and 1 where a neuron fires, else 0.
        """
        leak = jnp.exp(-jnp.asarray(self.time_step / self.membrane_time_constant))
        fade = jnp.exp(-jnp.asarray(self.time_step / self.synaptic_time_constant))
        current = fade * membrane.current + inputs
        refractory = jnp.maximum(membrane.refractory - 1, 0)
        free = (refractory <= 0).astype(current.dtype)
        potential = self.rest + leak * (membrane.potential - self.rest) + free * current
        spikes = (potential >= self.threshold).astype(current.dtype)
        potential = potential + spikes * (self.reset - potential)
        refractory = refractory + spikes * (self.refractory_time / self.time_step - refractory)
        return Membrane(potential, current, refractory), spikes
