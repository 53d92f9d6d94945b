r"""Kernels for similarity matching: scalar functions of x.w, |x|^2 and |w|^2.

===================  =====================================================
class                f(x, w)
===================  =====================================================
`RadialKernel`       :math:`\exp(-|x - w|^2 / 2 \sigma^2)`
`CosinePowerKernel`  :math:`|x|\, |w| \cos^d(x, w)`
===================  =====================================================

Their derivatives, which learning needs, are left to automatic differentiation.

Source: K. Luther, H. S. Seung, "Kernel similarity matching with Hebbian networks", NeurIPS 2022.
"""

from abc import abstractmethod

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Count, Positive

__all__ = ["CosinePowerKernel", "RadialKernel", "SimilarityKernel"]

_SMALLEST_POWER = 1e-12


class SimilarityKernel(Checked):
    """A similarity of two vectors that depends on their inner product and their lengths alone."""

    @abstractmethod
    def __call__(
        self, product: Float[Array, ""], first_power: Float[Array, ""], second_power: Float[Array, ""]
    ) -> Float[Array, ""]:
        """Return f(x, w) from x.w, x.x and w.w, all scalars; differentiable."""


class RadialKernel(SimilarityKernel):
    r"""The radial kernel :math:`f(x, w) = \exp(-|x - w|^2 / 2 \sigma^2)`.

    Parameters
    ----------
    width : float
        :math:`\sigma`, in the units of the inputs. Default 0.3.

    Raises
    ------
    InputError
        If the width is not positive.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> x, w = jnp.array([1.0, 0.0]), jnp.array([1.0, 1.0])
    >>> round(float(RadialKernel(1.0)(x @ w, x @ x, w @ w)), 4)
    0.6065
    """

    width: Positive = 0.3

    def __call__(
        self, product: Float[Array, ""], first_power: Float[Array, ""], second_power: Float[Array, ""]
    ) -> Float[Array, ""]:
        """Return f(x, w)."""
        return jnp.exp((2 * product - first_power - second_power) / (2 * self.width * self.width))


class CosinePowerKernel(SimilarityKernel):
    r"""The kernel :math:`f(x, w) = |x|\, |w| \cos^d(x, w)`; the inner product for d = 1.

    Parameters
    ----------
    power : int
        d, at least 1. Default 2.

    Raises
    ------
    InputError
        If the power is no integer of at least 1.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> x, w = jnp.array([1.0, 0.0]), jnp.array([1.0, 1.0])
    >>> round(float(CosinePowerKernel(3)(x @ w, x @ x, w @ w)), 4)
    0.5
    """

    power: Count = eqx.field(static=True, default=2)

    def __call__(
        self, product: Float[Array, ""], first_power: Float[Array, ""], second_power: Float[Array, ""]
    ) -> Float[Array, ""]:
        """Return f(x, w), 0 where either vector is zero."""
        length = jnp.sqrt(jnp.maximum(first_power * second_power, _SMALLEST_POWER))
        return length * (product / length) ** self.power
