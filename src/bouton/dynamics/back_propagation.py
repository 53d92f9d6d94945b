r"""Spikes that travel back into a dendrite, and an EPSP there: the voltage at a distance from the soma.

.. math::

    v(t) = \max\Big(\max_k A(d)\, s\big(t - t_k - \lambda(d)\big),\; E(t - t_{pre})\Big), \qquad
    s(t) = \tfrac{t}{\tau} e^{1 - t / \tau}

The further out, the smaller (:math:`A`), the wider (:math:`\tau`) and the later (:math:`\lambda`) a spike is, each of
them linear in the distance. Spikes of a burst are regenerative: they do not add up. A shape, not a model of a membrane.
"""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._arguments import check_at_least_zero, check_positive
from bouton._checked import Checked
from bouton._fields import AtLeastZero, Positive, check_fields

__all__ = ["BackPropagatingSpikes"]

_WIDTH = 2.4464
"""Full width at half maximum of t exp(1 - t)."""


class BackPropagatingSpikes(Checked):
    """The voltage along a dendrite under back-propagating spikes and an EPSP, relative to rest.

    Parameters
    ----------
    amplitudes : tuple of float
        Of a spike at the soma and at the far end, in mV. Default 92 and 47.
    widths : tuple of float
        Its full width at half maximum, in ms. Default 1 and 8.
    latencies : tuple of float
        When it begins, in ms. Default 1 and 3.
    epsp : float
        Peak of the EPSP, the same everywhere, in mV. Default 10.
    epsp_rise, epsp_decay : float
        Its time constants, in ms; rise must be shorter. Default 1 and 8.

    Raises
    ------
    InputError
        If a width or time constant is not positive, or an amplitude or latency negative.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> dendrite, time = BackPropagatingSpikes(), jnp.arange(0, 50, 0.1)
    >>> [round(float(dendrite.voltage(time, d, jnp.array([10.0]), 0.0).max())) for d in (0.0, 1.0)]
    [92, 47]
    """

    amplitudes: tuple[float, float] = (92.0, 47.0)
    widths: tuple[float, float] = (1.0, 8.0)
    latencies: tuple[float, float] = (1.0, 3.0)
    epsp: AtLeastZero = 10.0
    epsp_rise: Positive = 1.0
    epsp_decay: Positive = 8.0

    def __check_init__(self) -> None:
        check_fields(self)
        for name in ("amplitudes", "latencies"):
            for value in getattr(self, name):
                check_at_least_zero(**{name: value})
        for value in self.widths:
            check_positive(widths=value)
        check_positive(decay_beyond_rise=self._beyond)

    @property
    def _beyond(self) -> float:
        return self.epsp_decay - self.epsp_rise

    def voltage(
        self, times: Float[Array, " steps"], distance: Any, spike_times: Float[Array, " spikes"], epsp_time: Any
    ) -> Float[Array, " steps"]:
        """Return the voltage at a place.

        Parameters
        ----------
        times : array (steps,)
            In ms.
        distance : float
            0 at the soma, 1 at the far end.
        spike_times : array (spikes,)
            When the soma fires, in ms.
        epsp_time : float
            When the EPSP begins, in ms.

        Returns
        -------
        array (steps,)
            In mV relative to rest.
        """
        amplitude, width, latency = (
            near + distance * (far - near) for near, far in (self.amplitudes, self.widths, self.latencies)
        )
        since = jnp.maximum(times[None, :] - (spike_times + latency)[:, None], 0) * _WIDTH / width
        spikes = jnp.max(amplitude * since * jnp.exp(1 - since), axis=0)
        return jnp.maximum(spikes, self._epsp(jnp.maximum(times - epsp_time, 0)))

    def _epsp(self, since: Float[Array, " steps"]) -> Float[Array, " steps"]:
        rise, decay = self.epsp_rise, self.epsp_decay
        peak_time = jnp.log(jnp.asarray(decay / rise)) * rise * decay / (decay - rise)

        def shape(time: Any) -> Any:
            return jnp.exp(-time / decay) - jnp.exp(-time / rise)

        return self.epsp * shape(since) / shape(peak_time)
