r"""How weights of a net learn: by plain steps at a fixed rate, or by steps of an optimizer, at rates that change.

Plain steps are one rule, :math:`\Delta w = -\eta\, \delta x - \eta \lambda w`. Where there is more to it, the product
:math:`-\delta x` is what is proposed to a synapse, which then takes its step by itself: see `Descent`.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from bouton.plasticity import (
    Connectivity,
    DecayingHebb,
    Descent,
    DescentPace,
    DescentSynapse,
    GradientDescent,
    Hebb,
    RateSchedule,
    Synapses,
)

__all__ = ["Learning", "Means", "descended", "rate_at"]

Means = tuple[Array | None, Array | None]
"""Running means of an optimizer, of changes and of their squares."""


class Learning(NamedTuple):
    """How the forward weights learn.

    Parameters
    ----------
    rate : float or RateSchedule
        Learning rate.
    weight_decay : float
        Share of the weights in their gradient.
    optimizer : Descent, optional
        What a synapse makes of the change that is proposed to it; None for plain steps.
    alternates : bool
        Whether forward and feedback weights take turns.
    """

    rate: Any
    weight_decay: Any = 0.0
    optimizer: Descent | None = None
    alternates: bool = False

    def rule(self, positions: int) -> DecayingHebb | Hebb:
        """Return the rule; a mini-batch takes the mean over samples and positions, the loss is a sum over positions."""
        if self.optimizer is not None:
            return Hebb(1.0 * positions)
        return DecayingHebb(self.rate * positions, self.rate * self.weight_decay)

    def steps(self, connectivity: Connectivity) -> Synapses | None:
        """Return the same synapses with the rule by which they take their steps; None for plain ones."""
        return None if self.optimizer is None else Synapses(connectivity, self.optimizer)

    def pace(self, n_steps: Int[Array, ""] | None, on: Any, decays: bool = True) -> DescentPace:
        """Return what reaches all synapses alike in this step."""
        return pace_at(self.rate, self.weight_decay if decays else None, n_steps, on)


def rate_at(rate: Any, n_steps: Int[Array, ""] | None) -> Any:
    """Return the rate of the moment."""
    return rate(n_steps) if isinstance(rate, RateSchedule) and n_steps is not None else rate


def pace_at(rate: Any, decay: Any, n_steps: Int[Array, ""] | None, on: Any) -> DescentPace:
    """Return what reaches all synapses alike; a decay that is known to be 0 is none."""
    number = 1.0 if n_steps is None else (n_steps + 1).astype(jnp.result_type(float))
    return DescentPace(rate_at(rate, n_steps), decay if counts(decay) else None, number, on)


def counts(coefficient: Any) -> bool:
    """Return whether a coefficient is not known to be 0."""
    return coefficient is not None and (not isinstance(coefficient, int | float) or coefficient != 0)


def optimizer_for(optimizer: Descent | None, asked: bool) -> Descent | None:
    """Return the optimizer, plain steps as one where something asks for steps, or None."""
    return GradientDescent() if optimizer is None and asked else optimizer


def start_of(steps: Synapses | None, weights: Array | None) -> Means:
    """Return the running means of weights to which nothing was proposed so far."""
    if steps is None or weights is None:
        return None, None
    assert isinstance(steps.rule, Descent)
    return steps.rule.start(weights)


def descended(
    steps: Synapses, weights: Array, change: Array, means: Means, pace: DescentPace, noise: Array | None = None
) -> tuple[Array, Means]:
    """Return weights and running means after the step that each synapse makes of the change proposed to it."""
    pace = jax.tree.map(lambda leaf: jnp.asarray(leaf, weights.dtype), pace)
    after = steps.update(DescentSynapse(weights, change, noise, *means), None, None, pace)
    return after.weight, (after.mean, after.square)


def noise_of(key: PRNGKeyArray, deviation: float, weights: Array) -> Array | None:
    """Return by what the steps of weights miss; None where they are exact."""
    if deviation == 0:
        return None
    return deviation * jax.random.normal(key, weights.shape, weights.dtype)
