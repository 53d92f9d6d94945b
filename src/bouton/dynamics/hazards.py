r"""Neurons that fire at random, the more likely the closer they are to threshold, and the likelihood of their spikes.

======================= ========================================================= ======================================
class                   hazard at distance :math:`\Delta = V - \vartheta`         for
======================= ========================================================= ======================================
`ExponentialHazard`     :math:`\lambda_0\, e^{\Delta / \Delta_u}`                 SRM0, GLM, GIF
`LinearHazard`          :math:`\lambda_0 [\Delta]_+`                              rates that follow the potential
`ThresholdedHazard`     :math:`\lambda_0 [e^{\Delta/\Delta_u} - 1]_+`             assemblies
======================= ========================================================= ======================================

In a step of length h a neuron fires with probability :math:`p = 1 - e^{-\lambda h}`, and a train of spikes has the
log-likelihood

.. math:: \ln L = \sum_{\text{spikes}} \ln\left(1 - e^{-\lambda h}\right) - \sum_{\text{other steps}} \lambda h .

Sources: W. Gerstner, W. Kistler, R. Naud, L. Paninski, Neuronal Dynamics (2014), chapters 6, 9 and 10.
"""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from bouton._checked import Checked
from bouton._fields import Finite, Positive, check_fields
from bouton.errors import InputError

__all__ = [
    "ExponentialHazard",
    "Hazard",
    "HistoryKernel",
    "LinearHazard",
    "ThresholdedHazard",
    "spike_log_likelihood",
    "spike_probability",
]


class Hazard(Checked):
    """How the momentary rate of firing follows from the potential."""

    threshold: eqx.AbstractVar[float | Float[Array, "..."]]

    @abstractmethod
    def at(self, distance: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the rate in Hz at a distance from the threshold, in mV."""


class ExponentialHazard(Hazard):
    """The rate grows exponentially, and is `rate` at the threshold.

    Parameters
    ----------
    threshold : float
        In mV. Default -50.
    rate : float
        At the threshold, in Hz. Default 1000.
    width : float
        In mV. Default 2.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> float(ExponentialHazard().at(jnp.zeros(())))
    1000.0
    """

    threshold: float | Float[Array, "..."] = -50.0
    rate: Positive | Float[Array, "..."] = 1000.0
    width: Positive | Float[Array, "..."] = 2.0

    def at(self, distance: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the rate in Hz."""
        return self.rate * jnp.exp(distance / self.width)


class LinearHazard(Hazard):
    """The rate grows linearly above the threshold.

    Parameters
    ----------
    threshold : float
        In mV. Default -60.
    rate : float
        Per mV, in Hz. Default 10.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> LinearHazard().at(jnp.array([-1.0, 2.0])).tolist()
    [0.0, 20.0]
    """

    threshold: float | Float[Array, "..."] = -60.0
    rate: Positive | Float[Array, "..."] = 10.0

    def at(self, distance: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the rate in Hz."""
        return self.rate * jnp.maximum(distance, 0)


class ThresholdedHazard(Hazard):
    """The rate grows exponentially above the threshold, from 0.

    Parameters
    ----------
    threshold : float
        In mV. Default -60.
    rate : float
        In Hz. Default 10.
    width : float
        In mV. Default 1.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> [round(value, 2) for value in ThresholdedHazard().at(jnp.array([-1.0, 0.0, 1.0])).tolist()]
    [0.0, 0.0, 17.18]
    """

    threshold: float | Float[Array, "..."] = -60.0
    rate: Positive | Float[Array, "..."] = 10.0
    width: Positive | Float[Array, "..."] = 1.0

    def at(self, distance: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the rate in Hz."""
        return self.rate * jnp.expm1(jnp.maximum(distance, 0) / self.width)


class HistoryKernel(Checked):
    """What a spike leaves in a neuron: a sum of exponentials, each with its jump and its time constant.

    Parameters
    ----------
    jumps : tuple of float
        In mV.
    time_constants : tuple of float
        In ms.

    Raises
    ------
    InputError
        If there are not as many of one as of the other, or a time constant is not positive.

    Examples
    --------
    >>> HistoryKernel((5.0, -1.0), (10.0, 100.0)).jumps
    (5.0, -1.0)
    """

    jumps: tuple[Finite | Float[Array, ""], ...] = ()
    time_constants: tuple[Positive | Float[Array, ""], ...] = ()

    def __check_init__(self) -> None:
        check_fields(self)
        if len(self.jumps) != len(self.time_constants):
            raise InputError(
                f"each jump needs a time constant, got {len(self.jumps)} jumps and {len(self.time_constants)}"
            )

    def start(self, size: int) -> Float[Array, "terms neurons"]:
        """Return the traces of neurons that have not fired."""
        return jnp.zeros((len(self.jumps), size))

    def decay(self, traces: Float[Array, "terms neurons"], time_step: Array) -> Float[Array, "terms neurons"]:
        """Return the traces a time step later."""
        kept = [jnp.exp(-time_step / value) * trace for value, trace in zip(self.time_constants, traces, strict=True)]
        return jnp.stack(kept) if kept else traces

    def jump(
        self, traces: Float[Array, "terms neurons"], fired: Bool[Array, " neurons"]
    ) -> Float[Array, "terms neurons"]:
        """Return the traces after spikes."""
        now = fired.astype(traces.dtype)
        after = [trace + value * now for value, trace in zip(self.jumps, traces, strict=True)]
        return jnp.stack(after) if after else traces


def spike_probability(rate: Float[Array, "*shape"], time_step: Any) -> Float[Array, "*shape"]:
    r"""Return the probability to fire in a step, :math:`1 - e^{-\lambda h}`.

    Parameters
    ----------
    rate : array
        In Hz.
    time_step : float
        In ms.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(spike_probability(jnp.asarray(1000.0), 1.0)), 4)
    0.6321
    """
    return -jnp.expm1(-rate * time_step * 1e-3)


def spike_log_likelihood(
    rates: Float[Array, "*shape"], spikes: Bool[Array, "*shape"], time_step: Any
) -> Float[Array, ""]:
    """Return the log-likelihood of spikes, given the rate in every step.

    Parameters
    ----------
    rates : array
        In Hz.
    spikes : array of bool, same shape
        Where there is one.
    time_step : float
        In ms.

    Returns
    -------
    scalar
        Natural logarithm; minus infinity for a spike where the rate is 0.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> rates, spikes = jnp.full(3, 100.0), jnp.array([False, True, False])
    >>> round(float(spike_log_likelihood(rates, spikes, 1.0)), 4)
    -2.5522
    """
    expected = rates * time_step * 1e-3
    # Where there is no spike, a harmless value stands in, so that derivatives stay finite.
    safe = jnp.where(spikes, expected, jnp.ones_like(expected))
    return jnp.sum(jnp.where(spikes, jnp.log(-jnp.expm1(-safe)), -expected))
