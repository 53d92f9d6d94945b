r"""The neuron of voltage-based plasticity: what its membrane does around a spike.

.. math::

    C \dot u &= -g_L (u - E_L) + g_L \Delta_T e^{(u - V_T)/\Delta_T} - w + z + I \\
    \tau_w \dot w &= a (u - E_L) - w, \qquad \tau_z \dot z = -z, \qquad \tau_{V_T} \dot V_T = V_{T,rest} - V_T

At a spike the potential stays up for two steps, at two values of an action potential; then u is set to the onset of a
depolarisation that :math:`z = I_{sp}` goes on with, :math:`V_T` jumps up and w by b. This is the authors' own scheme of
1-ms Euler steps, with its order of operations, which is what the published curves come from.

The published b is 0.0805 nA; the authors' code adds 0.0805 to a current in pA, which is next to nothing. The default
follows the code.

Source: C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._arguments import check_time_step
from bouton._checked import Checked
from bouton._fields import Finite, Positive, check_fields

__all__ = ["ClopathMembrane", "ClopathNeuron"]

_STEEPEST = 40.0
"""Largest exponent of the spike's upstroke: a neuron that far up fires in this step anyway."""


class ClopathMembrane(NamedTuple):
    """What a `ClopathNeuron` needs to go on, in any shape.

    Parameters
    ----------
    potential : array
        u, in mV.
    adaptation : array
        w, in pA.
    depolarisation : array
        z, the current after a spike, in pA.
    threshold : array
        :math:`V_T`, in mV.
    phase : array
        Steps that a spike is old, 1 or 2; 0 where there is none.
    """

    potential: Any
    adaptation: Any
    depolarisation: Any
    threshold: Any
    phase: Any


class ClopathNeuron(Checked):
    r"""Exponential integrate-and-fire neurons with adaptation, depolarisation after spikes and a moving threshold.

    A time step is 1 ms.

    Parameters
    ----------
    capacitance : float
        C, in pF. Default 281.
    leak : float
        :math:`g_L`, in nS. Default 30.
    rest : float
        :math:`E_L`, in mV. Default -70.6.
    sharpness : float
        :math:`\Delta_T`, in mV. Default 2.
    threshold, threshold_jump : float
        :math:`V_{T,rest}`, and how far above it the threshold is after a spike, in mV. Default -50.4 and 20.
    threshold_time : float
        :math:`\tau_{V_T}`, in ms. Default 50.
    adaptation_time : float
        :math:`\tau_w`, in ms. Default 144.
    coupling : float
        a, in nS. Default 4.
    adaptation_jump : float
        b, in pA. Default 0.0805, the authors' code; 80.5 is the published value.
    spike_current, spike_current_time : float
        :math:`I_{sp}` in pA and :math:`\tau_z` in ms. Default 400 and 40.
    first_peak, second_peak : float
        Potential in the two steps of a spike, in mV. Default 29.4 and 32.862.
    after_spike : float
        Potential at the start of the step after a spike, in mV above rest. Default 21.0984.
    detection : float
        Potential above which a neuron fires, in mV. Default 20.

    Raises
    ------
    InputError
        If a capacitance, conductance or time is not positive, or another parameter is not finite.

    References
    ----------
    C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> neuron = ClopathNeuron()
    >>> membrane, fired = neuron.step(neuron.start(()), jnp.asarray(1e6))
    >>> float(fired), round(float(membrane.potential), 1)
    (1.0, 29.4)
    """

    capacitance: Positive | Float[Array, ""] = 281.0
    leak: Positive | Float[Array, ""] = 30.0
    rest: Finite | Float[Array, ""] = -70.6
    sharpness: Positive | Float[Array, ""] = 2.0
    threshold: Finite | Float[Array, ""] = -50.4
    threshold_jump: Finite | Float[Array, ""] = 20.0
    threshold_time: Positive | Float[Array, ""] = 50.0
    adaptation_time: Positive | Float[Array, ""] = 144.0
    coupling: Finite | Float[Array, ""] = 4.0
    adaptation_jump: Finite | Float[Array, ""] = 0.0805
    spike_current: Finite | Float[Array, ""] = 400.0
    spike_current_time: Positive | Float[Array, ""] = 40.0
    first_peak: float | Float[Array, ""] = 29.4
    second_peak: float | Float[Array, ""] = 32.862
    after_spike: float | Float[Array, ""] = 21.0984
    detection: float | Float[Array, ""] = 20.0

    def __check_init__(self) -> None:
        check_fields(self)
        times = ("threshold_time", "adaptation_time", "spike_current_time")
        check_time_step(1, **{name: getattr(self, name) for name in times})

    def start(self, shape: tuple[int, ...]) -> ClopathMembrane:
        """Return neurons at rest, of any shape."""
        zeros = jnp.zeros(shape)
        return ClopathMembrane(zeros + self.rest, zeros, zeros, zeros + self.threshold, zeros)

    def step(
        self, membrane: ClopathMembrane, current: Float[Array, "*neurons"]
    ) -> tuple[ClopathMembrane, Float[Array, "*neurons"]]:
        """Go on by a ms.

        Parameters
        ----------
        membrane : ClopathMembrane
            State before.
        current : array
            Input current, in pA; 1e6 for a step makes a neuron fire.

        Returns
        -------
        tuple of ClopathMembrane and array
            State after, and 1 where a neuron fires, else 0.
        """
        u, w, z, threshold = self._after_spike(membrane)
        upstroke = jnp.exp(jnp.minimum((u - threshold) / self.sharpness, _STEEPEST))
        driven = self.leak * (self.rest - u + self.sharpness * upstroke) - w + z + current
        adapting = (self.coupling * (u - self.rest) - w) / self.adaptation_time
        u = u + driven / self.capacitance
        z = z - z / self.spike_current_time
        threshold = threshold + (self.threshold - threshold) / self.threshold_time
        rising = membrane.phase == 1
        u = jnp.where(rising, self.second_peak, u)
        fired = (u > self.detection) & (membrane.phase != 1)
        u = jnp.where(fired, self.first_peak, u)
        # Adaptation rests while the potential is held up.
        w = jnp.where(rising, w, w + adapting)
        phase = 2.0 * rising.astype(u.dtype) + fired.astype(u.dtype)
        return ClopathMembrane(u, w, z, threshold, phase), fired.astype(u.dtype)

    def _after_spike(self, membrane: ClopathMembrane) -> tuple[Any, Any, Any, Any]:
        """Return the variables at the start of a step: those of neurons whose spike is over are set anew."""
        over = membrane.phase == 2
        return (
            jnp.where(over, self.rest + self.after_spike, membrane.potential),
            jnp.where(over, membrane.adaptation + self.adaptation_jump, membrane.adaptation),
            jnp.where(over, self.spike_current, membrane.depolarisation),
            jnp.where(over, self.threshold + self.threshold_jump, membrane.threshold),
        )
