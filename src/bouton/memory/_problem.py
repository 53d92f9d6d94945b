"""What a memory is asked to store, and the Gram matrices of it: common to all neurons, or one for each."""

from dataclasses import dataclass
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from bouton.errors import InputError
from bouton.memory.kernel import MemoryKernel

__all__ = ["Problem"]


@dataclass(frozen=True, eq=False)
class Problem:
    """Patterns, what every neuron is to put out, and how similar the patterns are.

    Parameters
    ----------
    kernel : MemoryKernel
    patterns : array (patterns, inputs)
    targets : array (patterns, neurons)
    sees_itself : bool
        Whether neurons have all coordinates as inputs; otherwise neuron i lacks coordinate i.
    binary : bool
        Whether targets are +-1.
    """

    kernel: MemoryKernel
    patterns: Float[np.ndarray, "patterns inputs"]
    targets: Float[np.ndarray, "patterns neurons"]
    sees_itself: bool
    binary: bool

    @property
    def common(self) -> bool:
        """Whether all neurons have one Gram matrix."""
        return self.sees_itself

    @property
    def signs(self) -> Float[np.ndarray, "patterns neurons"] | None:
        """The neurons' own states, where these are left out."""
        return None if self.sees_itself else self.patterns

    @cached_property
    def split(self) -> tuple[np.ndarray, np.ndarray | None]:
        """S and T of binary patterns; the Gram matrix and None where neurons see all coordinates."""
        with jax.enable_x64(True):
            patterns = jnp.asarray(self.patterns)
            if self.sees_itself:
                found: tuple = (self.kernel.gram(patterns, patterns), None)
            else:
                found = tuple(self.kernel.on_signs(patterns @ patterns.T, patterns.shape[1]))
            shared, own = (None if matrix is None else np.array(matrix) for matrix in found)
        assert shared is not None
        for matrix in (shared, own):
            if matrix is not None:
                _check_finite(matrix)
        return shared, own

    def gram(self, neuron: int) -> Float[np.ndarray, "patterns patterns"]:
        """Return the Gram matrix of a neuron."""
        if self.common:
            return self.split[0]
        column = self.patterns[:, neuron]
        if self.binary:
            shared, own = self.split
            return shared if own is None else shared + own * np.outer(column, column)
        with jax.enable_x64(True):
            x, own_column = jnp.asarray(self.patterns), jnp.asarray(column)
            matrix = np.array(self.kernel.without(x, x, own_column, own_column))
        _check_finite(matrix)
        return matrix

    def lengths(self, coefficients: Float[np.ndarray, "patterns neurons"]) -> Float[np.ndarray, " neurons"]:
        """Return the lengths of the weight vectors of all neurons of a binary memory, in the space of features."""
        a = coefficients
        if self.common:
            return np.sqrt(np.sum(a * (self.gram(0) @ a), axis=0))
        shared, own = self.split
        signed = a * self.patterns
        power = np.sum(a * (shared @ a), axis=0) + (0 if own is None else np.sum(signed * (own @ signed), axis=0))
        return np.sqrt(power)


def _check_finite(matrix: np.ndarray) -> None:
    if not np.all(np.isfinite(matrix)):
        raise InputError(
            "the kernel of these patterns is not finite: make them smaller, or choose a smaller rate of the kernel"
        )
