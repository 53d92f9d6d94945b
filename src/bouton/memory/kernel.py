r"""What a kernel of a memory is: how similar two patterns are to a neuron, its own coordinate seen or left out.

A neuron that does not see its own state has a kernel without coordinate i. For patterns of +-1 that changes the overlap
:math:`C = x \cdot y` to :math:`C - x_i y_i`, so that for all neurons at once

.. math:: k_i = S + x_i y_i T, \qquad S = \tfrac12 [f(C - 1) + f(C + 1)], \quad T = \tfrac12 [f(C - 1) - f(C + 1)]

Source: G. Iatropoulos, J. Brea, W. Gerstner, "Kernel memory networks", NeurIPS 2022.
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton.errors import InputError

__all__ = ["ExponentKernel", "FeatureKernel", "FunctionKernel", "MemoryKernel", "ProductKernel", "WithoutSelf"]

Number = float | Float[Array, "..."]


class WithoutSelf(NamedTuple):
    """Kernels without each neuron's own coordinate: :math:`k_i = S + x_i y_i T`.

    Parameters
    ----------
    shared : array (first, second)
        S.
    own : array (first, second)
        T.
    """

    shared: Float[Array, "first second"]
    own: Float[Array, "first second"]


class MemoryKernel(Checked):
    """A similarity of patterns: the inner product of features."""

    @abstractmethod
    def gram(self, first: Float[Array, "first inputs"], second: Float[Array, "second inputs"]) -> Array:
        """Return k of every pattern of one set, in rows, with every pattern of another."""

    @property
    def needs_signs(self) -> bool:
        """Whether it is a kernel of patterns of +-1 only."""
        return False

    def on_signs(self, overlap: Float[Array, "first second"], size: int) -> WithoutSelf:
        """Return S and T of patterns of +-1 with `size` coordinates, from their overlaps.

        Raises
        ------
        InputError
            If the kernel does not say what it is without a coordinate.
        """
        raise self._refusal

    @property
    def _refusal(self) -> InputError:
        return InputError(
            f"{type(self).__name__} cannot leave out each neuron's own coordinate: give self_connection=True, or a "
            "kernel that is a function of products and lengths"
        )

    def warnings_about(self, patterns: Float[np.ndarray, "patterns inputs"]) -> tuple[str, ...]:
        """Return in words what speaks against storing real-valued patterns with this kernel."""
        return ()

    def without(
        self, first: Float[Array, "first inputs"], second: Float[Array, "second inputs"], x: Array, y: Array
    ) -> Array:
        """Return k with one coordinate left out, whose values in the two sets are x (first,) and y (second,)."""
        raise self._refusal


class ProductKernel(MemoryKernel):
    """A kernel that is a function of x.y and of the squared lengths of x and y."""

    @abstractmethod
    def value(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return k, elementwise, from x.y, both squared lengths and the number of coordinates."""

    def gram(self, first: Float[Array, "first inputs"], second: Float[Array, "second inputs"]) -> Array:
        """Return k of every pattern of one set, in rows, with every pattern of another."""
        return self.value(first @ second.T, *_powers(first, second), first.shape[1])

    def on_signs(self, overlap: Float[Array, "first second"], size: int) -> WithoutSelf:
        """Return S and T of patterns of +-1 with `size` coordinates, from their overlaps."""
        left = float(size - 1)
        same, opposite = (self.value(overlap + shift, left, left, size - 1) for shift in (-1.0, 1.0))
        return WithoutSelf((same + opposite) / 2, (same - opposite) / 2)

    def without(
        self, first: Float[Array, "first inputs"], second: Float[Array, "second inputs"], x: Array, y: Array
    ) -> Array:
        """Return k with one coordinate left out, whose values in the two sets are x (first,) and y (second,)."""
        powers = _powers(first, second)
        product = first @ second.T - x[:, None] * y[None, :]
        return self.value(product, powers[0] - (x * x)[:, None], powers[1] - (y * y)[None, :], first.shape[1] - 1)


class ExponentKernel(ProductKernel):
    """The exponential of a function of x.y and of the squared lengths: ratios of sums can be had without overflow."""

    @abstractmethod
    def exponent(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return the logarithm of k, elementwise."""

    def value(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return k, elementwise, from x.y, both squared lengths and the number of coordinates."""
        return jnp.exp(self.exponent(product, first, second, size))

    def relative(self, first: Float[Array, "first inputs"], second: Float[Array, "second inputs"]) -> Array:
        """Return k over its largest value in each row."""
        exponent = self.exponent(first @ second.T, *_powers(first, second), first.shape[1])
        return jnp.exp(exponent - jnp.max(exponent, axis=1, keepdims=True))


def _powers(first: Array, second: Array) -> tuple[Array, Array]:
    return jnp.sum(first * first, axis=1)[:, None], jnp.sum(second * second, axis=1)[None, :]


def squared_distance(product: Array, first: Number, second: Number) -> Array:
    """Return |x - y|^2, not below 0 where rounding would have it so."""
    return jnp.maximum(first + second - 2 * product, 0)


class FunctionKernel(ProductKernel):
    """A kernel of your own.

    Parameters
    ----------
    function : callable
        Takes x.y, the squared lengths of x and y, and the number of coordinates; returns k, elementwise, in terms of
        `jax.numpy`. Rules that train the coefficients need a positive definite one.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> kernel = FunctionKernel(lambda product, first, second, size: jnp.sinh(product) / jnp.sinh(1.0 * size))
    >>> kernel.gram(jnp.ones((1, 3)), jnp.ones((1, 3))).tolist()
    [[1.0]]
    """

    function: Callable[..., Array] = eqx.field(static=True)

    def value(self, product: Float[Array, "..."], first: Number, second: Number, size: int) -> Float[Array, "..."]:
        """Return k, elementwise."""
        return self.function(product, first, second, size)


class FeatureKernel(MemoryKernel):
    r"""The inner product of features that are given: :math:`\phi(x) \cdot \phi(y) / D`, D features.

    Parameters
    ----------
    features : callable
        Takes patterns (patterns, inputs), returns features (patterns, D), in terms of `jax.numpy`: hidden units,
        dendritic branches, random features, `SparseAddresses`.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> kernel = FeatureKernel(lambda x: jnp.maximum(x, 0))
    >>> kernel.gram(jnp.array([[1.0, -1.0]]), jnp.array([[1.0, 1.0]])).tolist()
    [[0.5]]
    """

    features: Callable[[Array], Array]

    @property
    def needs_signs(self) -> bool:
        """Whether the features are of patterns of +-1 only."""
        return getattr(self.features, "needs_signs", False)

    def gram(self, first: Float[Array, "first inputs"], second: Float[Array, "second inputs"]) -> Array:
        """Return k of every pattern of one set, in rows, with every pattern of another."""
        left, right = self.features(first), self.features(second)
        return left @ right.T / left.shape[1]
