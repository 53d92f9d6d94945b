r"""Blind separation of non-negative sources: a layer that whitens, and a rectifying layer that rotates.

Mixtures x = A s of independent sources that are non-negative and often near zero become the sources by a rotation once
they are white, and the rotation is known by its outputs being non-negative:

.. math::

    h &= (G^\top G)^{-1} F x && \text{whitening of the variation, the mean kept} \\
    y &= \operatorname*{argmin}_{y \ge 0} \tfrac12\, y^\top M y - y^\top W h
        && \text{non-negative similarity matching}

Both layers learn at once, as `WhiteningNetwork` and `NonnegativeSimilarityMatching` do.

Source: C. Pehlevan, S. Mohan, D. B. Chklovskii, "Blind nonnegative source separation using biological neural networks",
Neural Computation 29:2925, 2017. Rates are those of later published benchmark code.
"""

from typing import NamedTuple

import jax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import check_values
from bouton.dynamics import CoordinateDescent, EquilibriumSolver
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import LearningRate
from bouton.similarity.minmax import MinMaxState, NonnegativeSimilarityMatching
from bouton.similarity.whitening import WhiteningNetwork, WhiteningState

__all__ = ["SeparationInfo", "SeparationState", "SourceSeparationNetwork"]


class SeparationState(NamedTuple):
    """What the network needs to go on: the states of its two layers."""

    whitening: WhiteningState
    rotation: MinMaxState


class SeparationInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]
    whitened: Float[Array, " outputs"]
    sweeps: Int[Array, ""]


class SourceSeparationNetwork(Circuit[SeparationState, SeparationInfo]):
    r"""Two layers that recover non-negative sources from their mixtures, up to order.

    Parameters
    ----------
    n_inputs : int
        Number of mixtures n.
    n_outputs : int
        Number of sources m, at most n.
    learning_rate : LearningRate or float
        Rate of the rotating layer, as `NonnegativeSimilarityMatching` takes it. Default 0.05 / (1 + t / 1000); the
        published benchmark has a decay of 1e-7 instead, next to none.
    whitening_rate : LearningRate or float
        Rate of the whitening layer. Default 1/(t + 100).
    input_variance : float
        Mean variance of an input, the scale of the whitening layer's start. Default 1.
    leak : float
        Added to the self-inhibition of the rotating layer. Default 0.
    dynamics : EquilibriumSolver
        How the rotating layer settles. Default: coordinate descent, at most 100 sweeps, to a relative change of 1e-6.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Notes
    -----
    Sources come out scaled to unit variance. A neuron whose random weight vector points away from all whitened samples
    never responds, and two neurons then share its source; the fewer the sources, the more often (with three, 8 of 40
    starts): see whether one stays silent, and start from another key.

    The published benchmark adds 0.1 to the diagonal of M whenever its determinant falls below 1e-4. No synapse can know
    a determinant, so that this guard is left out. Coordinate descent does without: it divides by single diagonal
    entries, never by M. A `leak`, which each neuron can have by itself, bounds the outputs where M is nearly singular.

    References
    ----------
    C. Pehlevan, S. Mohan, D. B. Chklovskii, Neural Computation 29:2925, 2017.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.data import nonnegative_mixture
    >>> mixtures, sources, _ = nonnegative_mixture(2, n_samples=10_000, seed=0)
    >>> circuit = bouton.similarity.SourceSeparationNetwork(2, 2)
    >>> outputs = bouton.run(circuit, mixtures, key=jax.random.key(0)).respond(mixtures)
    >>> correlations = np.corrcoef(outputs.T, sources.T)[:2, 2:]
    >>> bool((correlations.max(axis=0) > 0.99).all())
    True
    """

    whitening: WhiteningNetwork
    rotation: NonnegativeSimilarityMatching

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        *,
        learning_rate: LearningRate | float = LearningRate(0.05, 1e-3),
        whitening_rate: LearningRate | float = LearningRate(0.01, 0.01),
        input_variance: float = 1.0,
        leak: float = 0.0,
        dynamics: EquilibriumSolver = CoordinateDescent(),
    ):
        check_values(SourceSeparationNetwork, locals())
        self.whitening = WhiteningNetwork(n_inputs, n_outputs, whitening_rate, input_variance)
        self.rotation = NonnegativeSimilarityMatching(n_outputs, n_outputs, learning_rate, leak=leak, dynamics=dynamics)
        if n_outputs > n_inputs:
            raise InputError(f"n_outputs must be at most n_inputs, {n_inputs}, got {n_outputs}: no more can be white")

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return self.whitening.event

    def init(self, key: PRNGKeyArray) -> SeparationState:
        """Return the state before the first sample."""
        first, second = jax.random.split(key)
        return SeparationState(self.whitening.init(first), self.rotation.init(second))

    def respond(self, state: SeparationState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the activities of the rotating layer for a sample."""
        return self.rotation.respond(state.rotation, self.whitening.respond(state.whitening, x))

    def step(
        self, key: PRNGKeyArray, state: SeparationState, x: Float[Array, " inputs"]
    ) -> tuple[SeparationState, SeparationInfo]:
        """Let the first layer respond and learn, then the second."""
        first, second = jax.random.split(key)
        whitening, whitened = self.whitening.step(first, state.whitening, x)
        rotation, rotated = self.rotation.step(second, state.rotation, whitened.y)
        return SeparationState(whitening, rotation), SeparationInfo(rotated.y, whitened.y, rotated.sweeps)
