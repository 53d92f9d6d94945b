r"""Kanerva's sparse distributed memory: its kernel, and its hidden layer of random addresses.

A hard location is active if its address lies within Hamming distance `radius` of the input. The kernel of infinitely
many locations is the share of all 2^n addresses within the radius of both inputs. At distance d these are

.. math::

    I(d) = \sum_{i \le \text{radius}} \binom{n}{i}
    - \sum_{\text{odd } j \le d} \binom{j - 1}{(j - 1)/2} \binom{n - j}{\text{radius} - (j - 1)/2}

and I(2m - 1) = I(2m).

Sources: P. Kanerva, "Sparse distributed memory", MIT Press 1988; T. Bricken, C. Pehlevan, "Attention approximates
sparse distributed memory", NeurIPS 2021; G. Iatropoulos, J. Brea, W. Gerstner, NeurIPS 2022.
"""

from functools import lru_cache
from itertools import accumulate
from math import comb

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_sizes
from bouton._checked import Checked
from bouton._fields import Whole
from bouton.errors import InputError
from bouton.memory.kernels import ProductKernel

__all__ = ["KanervaKernel", "SparseAddresses", "address_overlaps"]


@lru_cache(maxsize=64)
def address_overlaps(size: int, radius: int) -> tuple[int, ...]:
    """Count the addresses within a radius of both of two addresses, at every distance of theirs.

    Parameters
    ----------
    size : int
        Length of the addresses n.
    radius : int
        Largest Hamming distance at which an address is active.

    Returns
    -------
    tuple of int
        I(d) for d = 0 to n, exact.

    Raises
    ------
    InputError
        If the radius does not lie between 0 and the length.

    Examples
    --------
    >>> address_overlaps(10, 2)
    (56, 20, 20, 6, 6, 0, 0, 0, 0, 0, 0)
    """
    check_sizes(size=size)
    if not isinstance(radius, int | np.integer) or not 0 <= radius <= size:
        raise InputError(f"radius must be an integer from 0 to the length of the addresses, {size}, got {radius}")
    radius = int(radius)

    def lost(distance: int) -> int:
        half = (distance - 1) // 2
        return comb(2 * half, half) * comb(size - distance, radius - half) if distance % 2 and half <= radius else 0

    within = sum(comb(size, i) for i in range(radius + 1))
    return tuple(within - gone for gone in accumulate(lost(distance) for distance in range(size + 1)))


class KanervaKernel(ProductKernel):
    r"""The kernel of Kanerva's sparse distributed memory with all addresses: I(d) / I(0), for patterns of +-1.

    Parameters
    ----------
    radius : int
        Largest Hamming distance at which a hard location is active.

    Raises
    ------
    InputError
        If the radius is negative, or larger than the patterns.

    References
    ----------
    P. Kanerva, Sparse distributed memory, MIT Press 1988.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> KanervaKernel(2).value(jnp.array([10.0, 8.0, 6.0, 4.0]), 10.0, 10.0, 10).round(4).tolist()  # 20 / 56, 6 / 56
    [1.0, 0.357..., 0.357..., 0.107...]
    """

    radius: Whole = eqx.field(static=True)

    @property
    def needs_signs(self) -> bool:
        """Whether it is a kernel of patterns of +-1 only: yes."""
        return True

    def value(
        self,
        product: Float[Array, "..."],
        first: float | Float[Array, "..."],
        second: float | Float[Array, "..."],
        size: int,
    ) -> Float[Array, "..."]:
        """Return k, elementwise."""
        counts = address_overlaps(size, self.radius)
        table = jnp.asarray(np.array([count / counts[0] for count in counts]), product.dtype)
        distance = jnp.clip(jnp.round((size - product) / 2), 0, size)
        return table[distance.astype(jnp.int32)]


class SparseAddresses(Checked):
    """The hard locations of a sparse distributed memory, as features: 1 within the radius of an address, else 0.

    Parameters
    ----------
    addresses : array (locations, inputs)
        Of +-1.
    radius : int
        Largest Hamming distance at which a location is active.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> SparseAddresses(jnp.array([[1.0, 1.0, 1.0], [-1.0, -1.0, 1.0]]), 1)(jnp.array([[1.0, 1.0, -1.0]])).tolist()
    [[1.0, 0.0]]
    """

    addresses: Float[Array, "locations inputs"]
    radius: int = eqx.field(static=True)

    @property
    def needs_signs(self) -> bool:
        """Whether these are features of patterns of +-1 only: yes."""
        return True

    def __call__(self, patterns: Float[Array, "patterns inputs"]) -> Float[Array, "patterns locations"]:
        """Return which locations are active."""
        overlap = patterns @ self.addresses.astype(patterns.dtype).T
        return (overlap >= patterns.shape[1] - 2 * self.radius).astype(patterns.dtype)
