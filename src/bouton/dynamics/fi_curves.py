r"""Frequency-current curves: how often a neuron fires at a constant total input, as a function that may be any.

============================  =============================================================  ==========================
class                         rate g(u)                                                      whose curve it is
============================  =============================================================  ==========================
`RectifiedLinear`             :math:`a \max(0, u - \theta)`                                  rate neurons, fits, L1
`HardThreshold`               :math:`u` where :math:`u > \theta`, else 0                     L0 sparse coding
`CauchyThreshold`             :math:`T^{-1}(u)` where :math:`u > 0`, else 0                  Cauchy sparse coding
`TwoSidedRectifier`           :math:`|u| - \theta` where that is positive, else 0            an even one, for contrast
`LeakyIntegrateAndFire`       :math:`1 / (t_r + \tau \ln\frac{u}{u - \theta})`               the spiking neuron
============================  =============================================================  ==========================

with :math:`T(a) = a + 2 \lambda a / (1 + a^2)`. The unit of u is the modeller's: standard deviations, or nA. Activation
functions (`Identity`, `Tanh`) serve as curves too.

Source: C. S. N. Brito, W. Gerstner, "Nonlinear Hebbian learning as a unifying principle in receptive field formation",
PLoS Computational Biology 12(9):e1005070, 2016; the curves of sparse coding follow from its energy, see there.
"""

import warnings
from abc import abstractmethod

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Positive, check_fields

__all__ = [
    "CauchyThreshold",
    "FICurve",
    "HardThreshold",
    "LeakyIntegrateAndFire",
    "RectifiedLinear",
    "TwoSidedRectifier",
]

_MONOTONE_BELOW = 4.0


class FICurve(Checked):
    """A scalar function from total input to firing rate, applied to each neuron alike."""

    @abstractmethod
    def __call__(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the rate at a total input; NaN stays NaN."""


class RectifiedLinear(FICurve):
    r"""Silent below a threshold, linear above it, :math:`g(u) = a \max(0, u - \theta)`.

    Parameters
    ----------
    threshold : float
        :math:`\theta`, in the unit of the input; negative for a neuron that fires at rest. Default 0.
    gain : float
        :math:`a`, rate per unit of input. Default 1.

    Examples
    --------
    The fit to a spiking neuron under current steps, 143 Hz/nA above 0.08 nA:

    >>> import jax.numpy as jnp
    >>> [round(float(rate), 2) for rate in RectifiedLinear(0.08, 143.0)(jnp.array([0.05, 0.18]))]
    [0.0, 14.3]
    """

    threshold: float | Float[Array, ""] = 0.0
    gain: float | Float[Array, ""] = 1.0

    def __call__(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return ``gain * max(0, u - threshold)``."""
        return self.gain * jnp.maximum(drive - self.threshold, 0)


class HardThreshold(FICurve):
    r"""All or nothing: :math:`g(u) = u` above the threshold, else 0.

    It is what a coefficient of sparse coding becomes under the cost :math:`(\theta^2/2)\,[a \ne 0]` (L0), one-sided.

    Parameters
    ----------
    threshold : float
        :math:`\theta`, at least 0. Default 3, in units of the standard deviation of the input.

    Raises
    ------
    InputError
        If the threshold is negative or not finite.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> HardThreshold(3.0)(jnp.array([-4.0, 2.9, 3.1])).tolist()
    [0.0, 0.0, 3.0999999046325684]
    """

    threshold: AtLeastZero | Float[Array, ""] = 3.0

    def __call__(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the input where it exceeds the threshold; NaN stays NaN."""
        return jnp.where(drive <= self.threshold, jnp.zeros((), drive.dtype), drive)


class CauchyThreshold(FICurve):
    r"""What a coefficient of sparse coding becomes under the cost :math:`\lambda \ln(1 + a^2)`, one-sided.

    The rate a is the root of :math:`T(a) = a + 2 \lambda a / (1 + a^2) = u`, found by bisection. Up to
    :math:`\lambda = 4` T rises everywhere, though it is flat near :math:`a = \sqrt 3`, where the rate nearly jumps.
    Beyond, the lower branch is followed to its end, and then the rate jumps to the upper one.

    Parameters
    ----------
    sparsity : float
        :math:`\lambda`, at least 0. Default 3.2, the authors'.

    Raises
    ------
    InputError
        If it is negative or not finite.

    Warns
    -----
    UserWarning
        If it is 4 or more.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> CauchyThreshold(3.2)(jnp.array([-1.0, 4.2, 4.92])).round(4).tolist()
    [0.0, 1.0, 3.0]
    """

    sparsity: AtLeastZero | Float[Array, ""] = 3.2

    def __check_init__(self) -> None:
        check_fields(self)
        if isinstance(self.sparsity, int | float) and self.sparsity >= _MONOTONE_BELOW:
            warnings.warn(
                f"with a sparsity of {self.sparsity:g}, 4 or more, the rate is not determined by the input alone: the "
                "lower branch is followed until it ends",
                UserWarning,
                stacklevel=4,
            )

    def drive_for(self, rate: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return T(a), the input at which the neuron fires at rate a."""
        return rate + 2 * self.sparsity * rate / (1 + rate * rate)

    def __call__(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the root of T on the branch that the input belongs to."""
        lower_end, upper_start = self._folds(drive.dtype)
        above = drive > self.drive_for(lower_end)
        low = jnp.where(above, upper_start, jnp.zeros((), drive.dtype))
        high = jnp.where(above, jnp.maximum(drive, upper_start), jnp.minimum(jnp.maximum(drive, 0), lower_end))

        def halve(_: int | Array, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
            low, high = bracket
            middle = (low + high) / 2
            too_much = self.drive_for(middle) > drive
            return jnp.where(too_much, low, middle), jnp.where(too_much, middle, high)

        low, high = lax.fori_loop(0, jnp.finfo(drive.dtype).nmant + 4, halve, (low, high))
        return jnp.where(drive <= 0, jnp.zeros((), drive.dtype), (low + high) / 2)

    def _folds(self, dtype: jnp.dtype) -> tuple[Array, Array]:
        """Return where the lower branch of T ends and the upper one begins; the inflection where T has no fold."""
        sparsity = jnp.asarray(self.sparsity, dtype)
        spread = jnp.sqrt(jnp.maximum(sparsity * sparsity - 4 * sparsity, 0))
        middle = jnp.where(sparsity > _MONOTONE_BELOW, sparsity - 1, jnp.full((), 3, dtype))
        return jnp.sqrt(middle - spread), jnp.sqrt(middle + spread)


class TwoSidedRectifier(FICurve):
    r"""The same rate for both signs of the input, :math:`g(u) = \max(0, |u| - \theta)`.

    Parameters
    ----------
    threshold : float
        :math:`\theta`, at least 0. Default 2.

    Raises
    ------
    InputError
        If the threshold is negative or not finite.
    """

    threshold: AtLeastZero | Float[Array, ""] = 2.0

    def __call__(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return ``max(0, |u| - threshold)``."""
        return jnp.maximum(jnp.abs(drive) - self.threshold, 0)


class LeakyIntegrateAndFire(FICurve):
    r"""The leaky integrate-and-fire neuron under a constant current.

    .. math:: g(u) = \frac{1}{t_r + \tau \ln\frac{u}{u - \theta}} \text{ for } u > \theta, \text{ else } 0

    Parameters
    ----------
    rheobase : float
        :math:`\theta > 0`, the current that just reaches threshold. Default 0.08 nA.
    time_constant : float
        :math:`\tau > 0` of the membrane, in s. Default 0.02.
    refractory_period : float
        :math:`t_r \ge 0`, in s. Default 0.002.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> LeakyIntegrateAndFire()(jnp.array([0.08, 0.16])).round(1).tolist()
    [0.0, 63.0]
    """

    rheobase: Positive | Float[Array, ""] = 0.08
    time_constant: Positive | Float[Array, ""] = 0.02
    refractory_period: AtLeastZero | Float[Array, ""] = 0.002

    def __call__(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the firing rate in Hz, 0 up to the rheobase."""
        silent = drive <= self.rheobase
        # A current for which the logarithm is finite stands in where the neuron is silent.
        current = jnp.where(silent, 2 * self.rheobase + jnp.zeros_like(drive), drive)
        interval = self.refractory_period - self.time_constant * jnp.log1p(-self.rheobase / current)
        return jnp.where(silent, jnp.zeros((), drive.dtype), 1 / interval)
