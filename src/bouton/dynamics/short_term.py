r"""Short-term plasticity: transmitter that runs out, and release that facilitates (Tsodyks and Markram).

At a presynaptic spike, :math:`\Delta t` after the one before,

.. math::

    u &\leftarrow u\, e^{-\Delta t / \tau_f}, \quad x \leftarrow 1 - (1 - x)\, e^{-\Delta t / \tau_d}
        && \text{recovery} \\
    u &\leftarrow u + U (1 - u), \quad r = u\, x, \quad x \leftarrow x\, (1 - u) && \text{release } r

u is increased before the release, x reduced after it. Without facilitation (:math:`\tau_f = 0`) u is U at each spike.

Source: M. Tsodyks, H. Markram, PNAS 94:719, 1997; M. Tsodyks, K. Pawelzik, H. Markram, Neural Computation 10:821, 1998.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._arguments import check_positive
from bouton._checked import Checked
from bouton._fields import AtLeastZero, Fraction, Positive

__all__ = ["ShortTermPlasticity", "Vesicles"]


class Vesicles(NamedTuple):
    """What a presynaptic terminal keeps, in any shape.

    Parameters
    ----------
    utilisation : array
        u, the share of the available transmitter that a spike releases.
    available : array
        x, the share of the transmitter that is available.
    """

    utilisation: Any
    available: Any


class ShortTermPlasticity(Checked):
    r"""Release at spikes of a terminal whose transmitter runs out and whose release facilitates.

    Parameters
    ----------
    utilisation : float
        U, within (0, 1]. Default 0.25.
    recovery_time : float
        :math:`\tau_d`, in ms. Default 706.
    facilitation_time : float
        :math:`\tau_f`, in ms; 0 is no facilitation. Default 21.

    Raises
    ------
    InputError
        If U lies outside (0, 1], or a time is out of its range.

    References
    ----------
    M. Tsodyks, K. Pawelzik, H. Markram, Neural Computation 10:821, 1998.

    Examples
    --------
    >>> terminal = ShortTermPlasticity(utilisation=0.5, recovery_time=800.0, facilitation_time=0.0)
    >>> state, first = terminal.after(terminal.start(()), 0.0, 1.0)
    >>> state, second = terminal.after(state, 50.0, 1.0)
    >>> round(float(first), 4), round(float(second), 4)
    (0.5, 0.2651)
    """

    utilisation: Fraction | Float[Array, ""] = 0.25
    recovery_time: Positive | Float[Array, ""] = 706.0
    facilitation_time: AtLeastZero | Float[Array, ""] = 21.0

    def start(self, shape: tuple[int, ...]) -> Vesicles:
        """Return terminals at rest, of any shape."""
        return Vesicles(jnp.zeros(shape), jnp.ones(shape))

    def after(self, state: Vesicles, elapsed: Any, spikes: Any) -> tuple[Vesicles, Any]:
        """Go on by a time that ends with spikes, or with none.

        Called once a time step, with the step as `elapsed`, or once a spike, with the time since the one before: the
        result is the same.

        Parameters
        ----------
        state : Vesicles
            State before.
        elapsed : float or array
            Time that passed, in ms.
        spikes : float or array
            1 where the neuron fires, else 0.

        Returns
        -------
        tuple of Vesicles and array
            State after, and what was released: :math:`u x` at a spike, else 0.
        """
        facilitated = state.utilisation * self._kept(self.facilitation_time, elapsed)
        available = 1 - (1 - state.available) * self._kept(self.recovery_time, elapsed)
        utilisation = facilitated + spikes * self.utilisation * (1 - facilitated)
        release = spikes * utilisation * available
        return Vesicles(utilisation, available - release), release

    def steady_state(self, period: float | Float[Array, ""]) -> Vesicles:
        r"""Return u and x at the spikes of a long regular train, x as it is right before the release.

        .. math::

            u = \frac{U}{1 - (1 - U)\, e^{-T / \tau_f}}, \qquad
            x = \frac{1 - e^{-T / \tau_d}}{1 - (1 - u)\, e^{-T / \tau_d}}

        Parameters
        ----------
        period : float
            T, the time between two spikes, in ms.

        Returns
        -------
        Vesicles
        """
        check_positive(period=period)
        utilisation = self.utilisation / (1 - (1 - self.utilisation) * self._kept(self.facilitation_time, period))
        kept = self._kept(self.recovery_time, period)
        return Vesicles(utilisation, (1 - kept) / (1 - (1 - utilisation) * kept))

    @staticmethod
    def _kept(time_constant: Any, elapsed: Any) -> Any:
        # A time constant of 0 forgets at once, and never divides by 0.
        return jnp.exp(-jnp.asarray(elapsed / jnp.maximum(jnp.asarray(time_constant), 1e-30)))
