"""How the synapses of a predicting layer learn: the rule, and what becomes of what it finds."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, PRNGKeyArray

from bouton._checked import Checked
from bouton.credit.predictive.stages import PredictiveStage
from bouton.plasticity import (
    AffineRule,
    Connectivity,
    DendriticHebb,
    Dense,
    Descent,
    DescentPace,
    DescentSynapse,
    ModulatedHebb,
    Synapses,
)

__all__ = ["Consolidation", "PredictivePathway", "PredictivePathways", "pathways_of"]


class Consolidation(NamedTuple):
    """The size of steps.

    Parameters
    ----------
    descent : Descent or None
        How collected changes are taken over; None: as they are, times `rate`.
    rate : float
        Learning rate.
    """

    descent: Descent | None
    rate: Any

    def pathway(self, connectivity: Connectivity, rule: type[AffineRule], events: int) -> "PredictivePathway":
        """Return synapses whose change is the sum over so many events."""
        factor = events * (1.0 if self.descent is not None else self.rate)
        own: Any = rule
        return PredictivePathway(
            Synapses(connectivity, own(factor)),
            None if self.descent is None else Synapses(connectivity, self.descent),
        )


class PredictivePathway(Checked):
    """The synapses of one pathway: what they learn, and the step by which they take it over; None: at once."""

    rule: Synapses
    descent: Synapses | None

    def begin(self, key: PRNGKeyArray, fan_in: int | None = None) -> Any:
        """Return uniform first weights within one over the root of the fan-in, by default that of the synapses."""
        width = (self.rule.connectivity.n_pre if fan_in is None else fan_in) ** -0.5
        shape = self.rule.connectivity.shape
        weights = jax.random.uniform(key, shape, minval=-width, maxval=width)
        if self.descent is None:
            return weights
        optimizer: Any = self.descent.rule
        return DescentSynapse(weights, jnp.zeros(shape), None, *optimizer.start(weights))

    def weights(self, synapse: Any) -> Array:
        """Return the weights."""
        return synapse if self.descent is None else self.descent.rule.weight(synapse)

    def collected(self, synapse: Any, pre: Any, post: Any, signal: Any = None) -> Any:
        """Return the synapses after the rule; where changes wait for a step, their weights are as before."""
        if self.descent is None:
            return self.rule.mean_update(synapse, pre, post, signal)
        return synapse._replace(change=self.rule.mean_update(synapse.change, pre, post, signal))

    def taken_over(self, synapse: Any, pace: DescentPace) -> Any:
        """Return the synapses after a step, with nothing collected."""
        return synapse if self.descent is None else self.descent.update(synapse, None, None, pace)


class PredictivePathways(Checked):
    """All synapses of one layer; those of predictions for each way, from its contexts to targets and back."""

    weights: PredictivePathway
    bias: PredictivePathway
    prediction: tuple[PredictivePathway, ...]
    retrodiction: tuple[PredictivePathway, ...]


def pathways_of(
    stages: Sequence[PredictiveStage],
    by: Consolidation,
    samples: int,
    predicted: Mapping[int, Sequence[tuple[int, int]]],
    retrodicts: bool,
) -> tuple[PredictivePathways, ...]:
    """Return the synapses of each layer.

    Parameters
    ----------
    stages : sequence of PredictiveStage
        The layers.
    by : Consolidation
        The size of steps.
    samples : int
        Samples whose changes add up in a step.
    predicted : mapping of int to sequence of pairs of int
        By number of each layer that predicts, for each of its ways: the number of the layer of the targets, and how
        many contexts have one.
    retrodicts : bool
        Whether contexts are reached by synapses of their own.
    """
    found = []
    for number, stage in enumerate(stages):
        ways = [(stages[target].units, count) for target, count in predicted.get(number, ())]
        prediction = (by.pathway(Dense(stage.units, units), ModulatedHebb, count) for units, count in ways)
        back = (by.pathway(Dense(units, stage.units), ModulatedHebb, count) for units, count in ways if retrodicts)
        events = samples * stage.positions
        weights, bias = (by.pathway(each, DendriticHebb, events) for each in (stage.upward, Dense(1, stage.units)))
        found.append(PredictivePathways(weights, bias, tuple(prediction), tuple(back)))
    return tuple(found)
