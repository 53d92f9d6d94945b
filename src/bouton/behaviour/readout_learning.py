r"""How the readout of a reservoir learns: from a performance, or by recursive least squares from the signed error.

A readout neuron i has the output :math:`\hat z = w r`, its activity with exploration z, a running mean
:math:`\bar z` of that, and a target f. `RewardLearning` lets a rule see the exploration of the neuron itself and, as a
signal, :math:`P = -|z - f|^2` and its running mean. `ForceLearning` keeps the inverse correlation matrix of all rates.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._checked import Checked
from bouton._fields import Count, Fraction, Positive
from bouton.behaviour.inverse_correlation import InverseCorrelation, InverseState
from bouton.plasticity import (
    AffineRule,
    DecorrelatedPre,
    Dense,
    ExplorationPost,
    GatedExploratoryHebb,
    LearningRate,
    Performance,
    RecursiveLeastSquares,
    Synapses,
)
from bouton.plasticity.learning_rate import as_learning_rate, counted

__all__ = ["ForceLearning", "Outputs", "ReadoutLearning", "RewardLearning", "RewardState"]


class Outputs(NamedTuple):
    """What a step of the readout neurons leaves to learn from, (outputs,) each."""

    output: Array
    """Without exploration."""
    explored: Array
    mean: Array
    target: Array


class ReadoutLearning(Checked):
    """What changes the weights of a readout, and what it keeps for that."""

    @abstractmethod
    def synapses(self, n_units: int, n_outputs: int) -> Synapses:
        """Return the synapses of the readout, with their rule."""

    @abstractmethod
    def start(self, n_units: int) -> Any:
        """Return what is kept, at the beginning."""

    @abstractmethod
    def learn(
        self, key: PRNGKeyArray, kept: Any, weights: Array, rates: Array, outputs: Outputs, share: Any, learning: Array
    ) -> tuple[Any, Array]:
        """Return what is kept, and the weights, after a step.

        Parameters
        ----------
        key : PRNG key
            Seed of what is random.
        kept : PyTree
            What was kept before.
        weights : array (outputs, units)
            Weights before.
        rates : array (units,)
            Rates of the reservoir.
        outputs : Outputs
            What the readout neurons did.
        share : float
            Share of the present value in running means.
        learning : array ()
            1 where the readout learns, 0 where it does not.
        """


class RewardState(NamedTuple):
    """What reward-modulated learning keeps: the running mean of the performance, and how many steps it has learned."""

    performance: Float[Array, ""]
    n_steps: Int[Array, ""]


class RewardLearning(ReadoutLearning):
    r"""Learning from a performance that is all that is known of the target.

    Parameters
    ----------
    rule : AffineRule
        `GatedExploratoryHebb`, the default, or `ExploratoryHebb`.
    learning_rate : LearningRate or float
        :math:`\eta`, over learning steps. Default: 5e-4, which has fallen to a half after 20,000 steps.
    update_probability : float
        With which a step changes the weights. Default 1.
    """

    rule: AffineRule = GatedExploratoryHebb()
    learning_rate: LearningRate = eqx.field(default=LearningRate(5e-4, 1 / 20_000), converter=as_learning_rate)
    update_probability: Fraction | Float[Array, ""] = 1.0

    def synapses(self, n_units: int, n_outputs: int) -> Synapses:
        """Return synapses that learn by the rule."""
        return Synapses(Dense(n_units, n_outputs), self.rule)

    def start(self, n_units: int) -> RewardState:
        """Return a performance of 0, before the first step."""
        return RewardState(jnp.zeros(()), jnp.asarray(0, jnp.int32))

    def learn(
        self,
        key: PRNGKeyArray,
        kept: RewardState,
        weights: Array,
        rates: Array,
        outputs: Outputs,
        share: Any,
        learning: Array,
    ) -> tuple[RewardState, Array]:
        """Return the weights after the rule has been applied."""
        value = -jnp.sum((outputs.explored - outputs.target) ** 2)
        mean = kept.performance + learning * share * (value - kept.performance)
        n_steps = jnp.where(learning > 0, counted(kept.n_steps), kept.n_steps)
        applied = (jax.random.uniform(key, (), rates.dtype) < self.update_probability).astype(rates.dtype)
        rate = self.learning_rate(n_steps) * learning * applied
        synapses = self.synapses(weights.shape[1], weights.shape[0])
        post = ExplorationPost(outputs.explored, outputs.mean)
        return RewardState(mean, n_steps), synapses.update(weights, rates, post, Performance(value, mean, rate))


class ForceLearning(ReadoutLearning):
    r"""FORCE: recursive least squares on the signed error, with one inverse correlation matrix for all outputs.

    After n steps the weights are :math:`(\alpha 1 + \sum r r^\top)^{-1} \sum f r`: ridge regression.

    Parameters
    ----------
    ridge : float
        :math:`\alpha`: the inverse correlation matrix begins with :math:`1 / \alpha` on its diagonal. Default 1.
    held : int
        How many corrections are held beside the matrix before it takes them in: a matter of speed, the result is the
        same to rounding. Default 8; 1 for lanes of `jax.vmap`.
    """

    ridge: Positive | Float[Array, ""] = 1.0
    held: Count = eqx.field(static=True, default=8)

    @property
    def inverse(self) -> InverseCorrelation:
        """The inverse correlation matrix."""
        return InverseCorrelation(self.ridge, self.held)

    def synapses(self, n_units: int, n_outputs: int) -> Synapses:
        """Return synapses that learn by recursive least squares."""
        return Synapses(Dense(n_units, n_outputs), RecursiveLeastSquares())

    def start(self, n_units: int) -> InverseState:
        """Return the inverse correlation matrix of nothing seen."""
        return self.inverse.start(n_units)

    def learn(
        self,
        key: PRNGKeyArray,
        kept: InverseState,
        weights: Array,
        rates: Array,
        outputs: Outputs,
        share: Any,
        learning: Array,
    ) -> tuple[InverseState, Array]:
        """Return the weights after the error of the output without exploration is taken off."""
        kept, decorrelated = self.inverse.step(kept, rates, learning)
        synapses = self.synapses(weights.shape[1], weights.shape[0])
        # No neuron makes this available: a value for each synapse.
        each = DecorrelatedPre(jnp.broadcast_to(decorrelated[None], weights.shape))
        return kept, synapses.update(weights, each, outputs.target - outputs.output, learning)
