"""One distance of prediction in one layer: scores, modulators, what dendrites hear, and what their synapses see."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton.credit.predictive.contrast import Cases, Draws, LossName, Modulators, Saccades, cases_of, modulators
from bouton.credit.predictive.pathways import PredictivePathway

__all__ = ["Ablations", "Contrast", "PredictionDistance"]

Values = Float[Array, "batch contexts lanes _"]


class Ablations(Checked):
    """What is left out of the rule, to ask what it is for.

    Parameters
    ----------
    modulator : bool
        Whether the third factor is there; without, 1 for fixations and saccades alike. Default True.
    dendrite : bool
        Whether the dendritic factor is there; without, it is 1. Default True.
    retrodiction : bool
        Whether contexts learn from what came. Default True.
    learn_prediction : bool
        Whether lateral weights learn; without, they stay as they began. Default True.
    """

    modulator: bool = eqx.field(static=True, default=True)
    dendrite: bool = eqx.field(static=True, default=True)
    retrodiction: bool = eqx.field(static=True, default=True)
    learn_prediction: bool = eqx.field(static=True, default=True)


class Contrast(NamedTuple):
    """What a layer finds at one distance; modulators are in what dendrites and lateral synapses are given."""

    context: Values
    target: Values
    at_targets: Values
    """What arrives at dendrites of targets: modulated predictions, also of saccades that end on them."""
    at_contexts: Values | None
    """What arrives at dendrites of contexts: modulated retrodictions."""
    met: Values
    """At each context, the targets that it met, modulated: postsynaptic to prediction weights."""
    meant: Values | None
    """At each target, the contexts that it was met by, modulated: postsynaptic to retrodiction weights."""
    loss: Float[Array, ""]
    solved: Float[Array, ""]
    fixation: Float[Array, ""]
    """Mean score."""
    saccade: Float[Array, ""]
    scores: tuple[Array, Array]
    """Of fixations (batch, contexts, lanes) and of saccades, with an axis of negatives in front."""


class PredictionDistance(Checked):
    """How a layer predicts its activity some steps ahead; parameters as in `CLAPPNetwork`.

    Parameters
    ----------
    offset : int
        Steps between context and target.
    share : float
        Weight of this distance in the loss of the layer.
    """

    offset: int = eqx.field(static=True)
    symmetric: bool = eqx.field(static=True)
    shared_gate: bool = eqx.field(static=True)
    loss: LossName = eqx.field(static=True)
    saccades: Saccades = eqx.field(static=True)
    exclude_self: bool = eqx.field(static=True)
    ablations: Ablations
    share: float = eqx.field(static=True)

    def contrast(
        self,
        drawn: Draws,
        activities: tuple[Float[Array, "batch steps lanes units"], Float[Array, "batch steps lanes others"]],
        lengths: Array,
        prediction: tuple[PredictivePathway, Any],
        retrodiction: tuple[PredictivePathway, Any] | None,
    ) -> Contrast:
        """Return what a layer finds, given its activity and that to be predicted, and its synapses of predictions.

        Draws are in pairs, for prediction and retrodiction.
        """
        context, target = activities[0][:, : -self.offset], activities[1][:, self.offset :]
        cases = self._cases(drawn, 0, target, lengths)
        pathway, synapse = prediction
        weights = pathway.weights(synapse)
        predicted = _over(pathway.rule.drive)(weights, context)
        first = _Scored.of(self, cases, predicted, target)
        at_targets = first.onto_targets(predicted if self.ablations.dendrite else jnp.ones_like(predicted))
        met = first.onto_contexts(target)
        loss, at_contexts, meant = first.own.loss, None, None
        if retrodiction is not None:
            way, synapse = retrodiction
            retrodicted = _over(way.rule.drive)(way.weights(synapse), target)
            second = first
            if not self.shared_gate:
                others = self._cases(drawn, 1, target, lengths)
                second = _Scored.of(self, others, context, retrodicted)
                loss = (loss + second.own.loss) / 2
            at_contexts = second.onto_contexts(retrodicted if self.ablations.dendrite else jnp.ones_like(retrodicted))
            meant = second.onto_targets(context)
        elif self.symmetric and self.ablations.retrodiction:
            back = _over(pathway.rule.transpose_drive)(weights, met)
            at_contexts = back if self.ablations.dendrite else first.onto_contexts(jnp.ones_like(context))
        scale = lambda values: None if values is None else self.share * values  # noqa: E731
        return Contrast(
            context,
            target,
            self.share * at_targets,
            scale(at_contexts),
            self.share * met,
            scale(meant),
            loss,
            first.own.solved,
            _mean(first.fixation, cases.fixation),
            _mean(first.saccade, cases.saccade),
            (first.fixation, first.saccade),
        )

    def _cases(self, drawn: Draws, number: int, target: Values, lengths: Array) -> Cases:
        _, targets, lanes, _ = target.shape
        sample, place, turn = (None if each is None else each[number] for each in drawn)
        if self.saccades != "same place":
            sample, place = (each[:, :, :targets] for each in (sample, place))  # pyright: ignore[reportOptionalSubscript]
        steps = self.offset + jnp.arange(targets, dtype=lengths.dtype)
        real = (steps[None, :] < lengths[:, None]).astype(target.dtype)
        return cases_of(Draws(sample, place, turn), real, lanes, self.saccades, self.exclude_self)  # pyright: ignore[reportArgumentType]


class _Scored(NamedTuple):
    """Scores and modulators, and how these carry values between contexts and targets."""

    cases: Cases
    fixation: Array
    saccade: Array
    own: Modulators

    @classmethod
    def of(cls, distance: PredictionDistance, cases: Cases, at_context: Values, at_target: Values) -> "_Scored":
        """Return the scores of values at contexts with values at targets."""
        fixation = jnp.sum(at_context * at_target, axis=-1)
        saccade = jnp.sum(at_context[None] * cases.stand_in(at_target), axis=-1)
        own = modulators(distance.loss, cases, fixation, saccade, distance.ablations.modulator)
        return cls(cases, fixation, saccade, own)

    def onto_targets(self, values: Values) -> Values:
        """Return the modulated sum at each target of values at the contexts that met it."""
        of_saccades = self.cases.handed_back(self.own.saccade[..., None] * values[None])
        return self.own.fixation[..., None] * values + of_saccades

    def onto_contexts(self, values: Values) -> Values:
        """Return the modulated sum at each context of values at the targets that it met."""
        of_saccades = jnp.sum(self.own.saccade[..., None] * self.cases.stand_in(values), axis=0)
        return self.own.fixation[..., None] * values + of_saccades


def _over(drive: Any) -> Any:
    """Map a product with weights over samples, steps and lanes."""
    for _ in range(3):
        drive = jax.vmap(drive, in_axes=(None, 0))
    return drive


def _mean(scores: Array, weights: Array) -> Array:
    return jnp.sum(scores * weights) / jnp.maximum(jnp.sum(weights), jnp.finfo(scores.dtype).tiny)
