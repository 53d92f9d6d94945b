r"""Kernels of memories: how similar two patterns are to a neuron with a given dendritic non-linearity.

A kernel is the inner product of two feature vectors, :math:`k(x, y) = \phi(x) \cdot \phi(y)`. Most are functions of
:math:`x \cdot y`, :math:`|x|^2` and :math:`|y|^2`, which is what `ProductKernel` asks for:

============================  ==============================================================  ==========================
class                         k(x, y), n inputs, distance d                                   as a memory
============================  ==============================================================  ==========================
`PolynomialKernel`            :math:`((x \cdot y + c) / (n + c))^p`                           p = 1: classical Hopfield
`DenseKernel`                 :math:`[F(x \cdot y + 1) - F(x \cdot y - 1)] / 2`               dense Hopfield
`ExponentialKernel`           :math:`\exp(b (x \cdot y - n))`                                 exponential; attention
`GaussianKernel`              :math:`\exp(-\gamma d^2)`                                       radial basis functions
`ExponentialPowerKernel`      :math:`\exp(-(d / r)^\beta)`                                    exponential capacity
`FunctionKernel`              a function of your own                                          your own
`FeatureKernel`               :math:`\phi(x) \cdot \phi(y)` of features that are given        finite hidden layer
============================  ==============================================================  ==========================

Those of :math:`x \cdot y` are scaled by a constant, so that k(x, x) = 1 for patterns of +-1: no overflow, and only the
scale of the coefficients depends on it.

Source: G. Iatropoulos, J. Brea, W. Gerstner, "Kernel memory networks", NeurIPS 2022.
"""

import math

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._fields import AtLeastTwo, AtLeastZero, Count, Positive
from bouton.memory.kernel import ExponentKernel, Number, ProductKernel, squared_distance

__all__ = ["DenseKernel", "ExponentialKernel", "ExponentialPowerKernel", "GaussianKernel", "PolynomialKernel"]


class PolynomialKernel(ProductKernel):
    r"""The polynomial kernel :math:`((x \cdot y + c) / (n + c))^p`.

    Parameters
    ----------
    power : int
        p; 1 is the linear kernel. Default 1.
    offset : float
        c, at least 0: lower orders, too. Default 0, homogeneous.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> x = jnp.array([[1.0, 1.0, 1.0, -1.0], [1.0, 1.0, 1.0, 1.0]])
    >>> PolynomialKernel(2).gram(x, x).tolist()
    [[1.0, 0.25], [0.25, 1.0]]
    """

    power: Count = eqx.field(static=True, default=1)
    offset: AtLeastZero = 0.0

    def value(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return k, elementwise."""
        return ((product + self.offset) / (size + self.offset)) ** self.power


class DenseKernel(ProductKernel):
    r"""The kernel of the dense associative memory with energy :math:`-\sum_\mu F(\xi^\mu \cdot s)`, F(x) = x^p.

    .. math:: f(h) = \tfrac12 [F(h + 1) - F(h - 1)], \qquad h = x \cdot y

    scaled to f(n) = 1. The network of Krotov and Hopfield, which compares the energies of a neuron's two states, is the
    memory with this kernel and equal coefficients: their difference is odd in the neuron's stored state.

    Parameters
    ----------
    power : int
        p, at least 2; 2 is the classical Hopfield network. Default 3.
    rectified : bool
        Whether F is zero for negative arguments. That is no kernel: for equal coefficients only. Default False.

    Raises
    ------
    InputError
        If the power is no integer of at least 2.

    References
    ----------
    D. Krotov, J. J. Hopfield, Dense associative memory for pattern recognition, NeurIPS 2016.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> DenseKernel(3).value(jnp.array([4.0, 0.0]), 4.0, 4.0, 4).tolist()  # (3 h^2 + 1) / 49
    [1.0, 0.020408162847161293]
    """

    power: AtLeastTwo = eqx.field(static=True, default=3)
    rectified: bool = eqx.field(static=True, default=False)

    def value(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return k, elementwise."""
        cosine, step = product / size, 1 / size
        if self.rectified:
            up, down = (jnp.maximum(cosine + sign * step, 0) ** self.power for sign in (1, -1))
            return (up - down) / ((1 + step) ** self.power - (1 - step) ** self.power)
        # Term by term: the difference of two large powers would lose digits.
        terms = {odd: math.comb(self.power, odd) * step ** (odd - 1) for odd in range(1, self.power + 1, 2)}
        return sum(
            (factor * cosine ** (self.power - odd) for odd, factor in terms.items()), jnp.zeros_like(cosine)
        ) / sum(terms.values())


class ExponentialKernel(ExponentKernel):
    r"""The exponential kernel :math:`\exp(b (x \cdot y - n))`.

    Parameters
    ----------
    rate : float
        b; 1 is the exponential network of Demircigil et al., whose F is exp. Default 1.

    Raises
    ------
    InputError
        If the rate is not positive.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(ExponentialKernel(0.5).value(jnp.array(2.0), 4.0, 4.0, 4)), 4)
    0.3679
    """

    rate: Positive = 1.0

    def exponent(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return the logarithm of k, elementwise."""
        return self.rate * (product - size)

    def relative(self, first: Float[Array, "first inputs"], second: Float[Array, "second inputs"]) -> Array:
        """Return k over its largest value in each row."""
        # Without the constant, which would cost digits.
        exponent = self.rate * (first @ second.T)
        return jnp.exp(exponent - jnp.max(exponent, axis=1, keepdims=True))


class GaussianKernel(ExponentKernel):
    r"""The Gaussian kernel :math:`\exp(-\gamma\, d^2)`; on patterns of +-1 an exponential kernel with b = 2 gamma.

    Parameters
    ----------
    gamma : float
        In one over the squared units of the patterns. Default 1.

    Raises
    ------
    InputError
        If gamma is not positive.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(GaussianKernel(0.5).value(jnp.array(2.0), 4.0, 4.0, 4)), 4)
    0.1353
    """

    gamma: Positive = 1.0

    def exponent(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return the logarithm of k, elementwise."""
        return -self.gamma * squared_distance(product, first, second)


class ExponentialPowerKernel(ExponentKernel):
    r"""The translation-invariant exponential kernel :math:`\exp(-(d / r)^\beta)` of the memory of exponential capacity.

    It is positive definite in every dimension for :math:`0 < \beta \le 2` only; beyond, it serves where patterns are so
    far apart that its Gram matrix is. Continuous sparse distributed memory with Gaussian receptive fields of width w
    around centres that tile the space has beta = 2 and :math:`r = \sqrt 2\, w`.

    Parameters
    ----------
    radius : float
        r, in the units of the patterns. Default 1.
    exponent_power : float
        :math:`\beta`. Default 2.

    Raises
    ------
    InputError
        If a parameter is not positive.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(ExponentialPowerKernel(2.0, 4.0).value(jnp.array(2.0), 4.0, 4.0, 4)), 4)
    0.3679
    """

    radius: Positive = 1.0
    exponent_power: Positive = 2.0

    def exponent(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return the logarithm of k, elementwise."""
        square = squared_distance(product, first, second) / (self.radius * self.radius)
        return -(square ** (self.exponent_power / 2))

    def warnings_about(self, patterns: Float[np.ndarray, "patterns inputs"]) -> tuple[str, ...]:
        """Return in words what speaks against storing real-valued patterns with this kernel."""
        largest = float(np.sqrt(np.max(np.sum(patterns * patterns, axis=1))))
        if self.exponent_power <= 1 and self.radius < largest:
            return (
                f"patterns of length {largest:.3g} repel states close to them: exponent_power must exceed 1 where the "
                f"radius, {self.radius:.3g}, is smaller than they are",
            )
        return ()
