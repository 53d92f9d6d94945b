r"""The AdaTron as a network that learns online: one pattern after the other, each synapse from what it sees itself.

Every stored pattern has a unit that responds to a state by its similarity; a neuron sums up the units with the signs of
the patterns, and does not see its own state:

.. math:: h_i = \sum_\mu \alpha_i^\mu \xi_i^\mu k_i(\xi^\mu, s), \qquad
    \Delta \alpha_i^\mu = x^\mu\, [\max(0, \alpha_i^\mu + \eta\, (1 - s_i h_i)) - \alpha_i^\mu]

Units compete: x is 1 for the one whose pattern is presented and 0 for the others.

Sources: J. K. Anlauf, M. Biehl, Europhysics Letters 10:687, 1989; G. Iatropoulos, J. Brea, W. Gerstner, NeurIPS 2022.
"""

from typing import Annotated, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import Bound, Range, check_fields
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.memory.kernel import MemoryKernel
from bouton.memory.kernels import PolynomialKernel
from bouton.plasticity import AdaTron, AdaTronPost, Dense, Synapses

__all__ = ["AdaTronInfo", "AdaTronNetwork", "AdaTronState"]


class AdaTronState(NamedTuple):
    """What the network needs to go on."""

    coefficients: Float[Array, "neurons patterns"]
    """alpha, at least 0."""


class AdaTronInfo(NamedTuple):
    """What one may look at after a pattern."""

    y: Float[Array, " neurons"]
    """The neurons' outputs, before learning."""
    margin: Float[Array, " neurons"]
    """Their fields times their targets; at least 1 once the pattern is stored."""


class AdaTronNetwork(Circuit[AdaTronState, AdaTronInfo]):
    """Neurons that store patterns with the largest margin, by a local rule, from a stream of the patterns.

    Parameters
    ----------
    patterns : array (patterns, neurons)
        Of +-1: what the units stand for.
    kernel : MemoryKernel
        Similarity. Default: linear.
    rate : float
        Step of the rule, between 0 and 2. Default 1.
    upper : float
        Largest coefficient. Default: none.

    Raises
    ------
    InputError
        If the rate is out of its range, or the patterns are no table.

    References
    ----------
    J. K. Anlauf, M. Biehl, Europhysics Letters 10:687, 1989.

    Examples
    --------
    The network comes to the coefficients of a `KernelMemory` of the largest margin:

    >>> import bouton, jax, numpy as np
    >>> from bouton.memory import AdaTronNetwork, optimal_stability_memory, random_signs
    >>> patterns = random_signs(6, 20)
    >>> run = bouton.run(AdaTronNetwork(jax.numpy.asarray(patterns)), patterns, key=jax.random.key(0), epochs=100)
    >>> memory = optimal_stability_memory().fit(patterns)
    >>> bool(np.allclose(np.asarray(run.state.coefficients).T, memory.alphas_, atol=0.01))
    True
    """

    patterns: Float[Array, "patterns neurons"]
    kernel: MemoryKernel = PolynomialKernel(1)
    rate: Annotated[float, Range(0, 2)] = 1.0
    upper: Bound = float("inf")

    def __check_init__(self) -> None:
        check_fields(self)
        if self.patterns.ndim != 2 or self.patterns.shape[1] < 2:
            raise InputError(f"patterns must have shape (patterns, neurons), got {self.patterns.shape}")

    @property
    def synapses(self) -> Synapses:
        """From the units to the neurons."""
        return Synapses(Dense(self.patterns.shape[0], self.patterns.shape[1]), AdaTron(self.rate, self.upper))

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One pattern (neurons,) of +-1."""
        return jax.ShapeDtypeStruct(self.patterns.shape[1:], self.patterns.dtype)

    def init(self, key: PRNGKeyArray) -> AdaTronState:
        """Return coefficients of 0."""
        return AdaTronState(jnp.zeros(self.patterns.shape[::-1], self.patterns.dtype))

    def _fields(self, state: AdaTronState, x: Float[Array, " neurons"]) -> tuple[Array, Array]:
        overlap = self.patterns @ x
        shared, own = self.kernel.on_signs(overlap[None, :], x.shape[0])
        alpha = state.coefficients
        return (alpha * self.patterns.T) @ shared[0] + x * (alpha @ own[0]), overlap

    def respond(self, state: AdaTronState, x: Float[Array, " neurons"]) -> Float[Array, " neurons"]:
        """Return the neurons' outputs, of +-1."""
        return jnp.where(self._fields(state, x)[0] >= 0, 1.0, -1.0).astype(x.dtype)

    def step(
        self, key: PRNGKeyArray, state: AdaTronState, x: Float[Array, " neurons"]
    ) -> tuple[AdaTronState, AdaTronInfo]:
        """Respond; then the coefficients of the pattern that is presented are corrected."""
        field, overlap = self._fields(state, x)
        presented = (overlap >= x.shape[0] - 0.5).astype(x.dtype)
        learned = self.synapses.update(state.coefficients, presented, AdaTronPost(field, x))
        output = jnp.where(field >= 0, 1.0, -1.0).astype(x.dtype)
        return AdaTronState(learned), AdaTronInfo(output, field * x)
