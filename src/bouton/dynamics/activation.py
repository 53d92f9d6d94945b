r"""Activation functions: how a neuron's activity follows from its potential, and the cost that it implies.

A neuron whose potential relaxes, :math:`\dot u = -u + I - (\ldots)`, with activity :math:`r = f(u)` descends an energy
to which each neuron adds :math:`F(r)`, where :math:`F'(r) = f^{-1}(r) - r` and :math:`F(0) = 0`:

=================  ============================================  ==============================================
class              activity f(u)                                 cost F(r), here as a function of the potential
=================  ============================================  ==============================================
`Identity`         :math:`u`                                     0
`Rectifier`        :math:`\max(0, u)`                            0
`ThresholdLinear`  :math:`\max(0, u - \theta)`                   :math:`\theta r`
`SoftThreshold`    :math:`\mathrm{sign}(u) \max(0, |u|-\theta)`  :math:`\theta |r|`
`Tanh`             :math:`\tanh u`                               :math:`u r - \ln\cosh u - r^2/2`
`Sigmoid`          :math:`1 / (1 + e^{-u})`                      :math:`u r - \ln(1 + e^u) - r^2/2`
=================  ============================================  ==============================================

Everything is without unit. Source: D. Obeid, H. Ramambason, C. Pehlevan (2019), arXiv:1910.04958.
"""

import math
from abc import abstractmethod

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import AtLeastZero

__all__ = ["Activation", "Identity", "Rectifier", "Sigmoid", "SoftThreshold", "Tanh", "ThresholdLinear"]


class Activation(Checked):
    """A scalar function from potential to activity, applied to each neuron alike."""

    @abstractmethod
    def __call__(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the activity at a potential; NaN stays NaN."""

    @abstractmethod
    def cost(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the cost F of the activity that belongs to a potential."""


class Identity(Activation):
    """The linear limit: the activity is the potential, at no cost."""

    def __call__(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the potential."""
        return potential

    def cost(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return 0."""
        return jnp.zeros_like(potential)


class Rectifier(Activation):
    r"""The activity is the positive part of the potential, :math:`r = \max(0, u)`, at no cost.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> Rectifier()(jnp.array([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    def __call__(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return ``max(0, u)``."""
        return jnp.maximum(potential, 0)

    def cost(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return 0."""
        return jnp.zeros_like(potential)


class ThresholdLinear(Activation):
    r"""The activity is what exceeds a threshold, :math:`r = \max(0, u - \theta)`, at the cost :math:`\theta r`.

    Parameters
    ----------
    threshold : float
        :math:`\theta`, at least 0.

    Raises
    ------
    InputError
        If the threshold is negative or not finite.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> ThresholdLinear(0.5)(jnp.array([-1.0, 2.0])).tolist()
    [0.0, 1.5]
    """

    threshold: AtLeastZero | Float[Array, ""]

    def __call__(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return ``max(0, u - threshold)``."""
        return jnp.maximum(potential - self.threshold, 0)

    def cost(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the threshold times the activity."""
        return self.threshold * self(potential)


class SoftThreshold(Activation):
    r"""The potential shrunk towards zero by a threshold, at the cost :math:`\theta |r|`.

    .. math:: r = \mathrm{sign}(u) \max(0, |u| - \theta)

    Parameters
    ----------
    threshold : float
        :math:`\theta`, at least 0.

    Raises
    ------
    InputError
        If the threshold is negative or not finite.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> SoftThreshold(0.5)(jnp.array([-1.0, 0.2, 2.0])).tolist()
    [-0.5, 0.0, 1.5]
    """

    threshold: AtLeastZero | Float[Array, ""]

    def __call__(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the shrunk potential."""
        return potential - jnp.clip(potential, -self.threshold, self.threshold)

    def cost(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the threshold times the absolute activity."""
        return self.threshold * jnp.abs(self(potential))


class Tanh(Activation):
    r"""Bounded and smooth, :math:`r = \tanh u`.

    The cost is :math:`F(r) = r\,\mathrm{artanh}\,r + \frac12 \ln(1 - r^2) - \frac12 r^2`, computed from the potential
    so that it stays finite where the activity is 1 to rounding: there F is :math:`\ln 2 - 1/2`.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(Tanh().cost(jnp.asarray(30.0))), 6)
    0.193147
    """

    def __call__(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return ``tanh(u)``."""
        return jnp.tanh(potential)

    def cost(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return F, without cancellation of large terms."""
        size = jnp.abs(potential)
        activity = jnp.tanh(size)
        # |u| tanh|u| - ln cosh u = ln 2 - ln(1 + e^-2|u|) - |u| (1 - tanh|u|): each term stays of order one.
        decaying = jnp.exp(-2 * size)
        silent = 2 * decaying / (1 + decaying)
        return math.log(2) - jnp.log1p(decaying) - size * silent - activity * activity / 2


class Sigmoid(Activation):
    r"""Between 0 and 1, :math:`r = 1 / (1 + e^{-u})`.

    The cost is :math:`F(r) = r \ln r + (1 - r) \ln(1 - r) - \frac12 r^2`, computed from the potential so that it stays
    finite where the activity is 0 or 1 to rounding.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> Sigmoid()(jnp.array([-200.0, 0.0])).tolist()
    [0.0, 0.5]
    """

    def __call__(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return ``1 / (1 + exp(-u))``."""
        return jax.nn.sigmoid(potential)

    def cost(self, potential: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return F, without cancellation of large terms."""
        size, activity = jnp.abs(potential), jax.nn.sigmoid(potential)
        # The entropy is the same for u and -u.
        return -size * jax.nn.sigmoid(-size) - jnp.log1p(jnp.exp(-size)) - activity * activity / 2
