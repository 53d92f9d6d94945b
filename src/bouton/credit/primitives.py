"""The five primitives of alignment at the synapses of one layer: what each of them sees, and by what it changes.

Equations and source as in `bouton.credit.aligned`; P are the drives of the layer, Q what the feedback weights make of
the same input if they lead upwards, R the reconstruction of the input.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array

from bouton._checked import Checked
from bouton.credit.feedback import Pathways, events
from bouton.credit.learning import counts, rate_at
from bouton.credit.projections import projected, pulled_back
from bouton.credit.stages import NetStage, Passed
from bouton.plasticity import (
    Connectivity,
    Descent,
    Hebb,
    ModulatedHebb,
    RateSchedule,
    Synapses,
    WeightCopy,
    WeightDecay,
)

__all__ = ["AlignmentPathways", "Primitives", "alignment_pathways", "feedback_after", "forward_after"]


class Primitives(Checked):
    """Synapses of one direction, once for each primitive by which they learn; None where its coefficient is 0."""

    decay: Synapses | None
    amp: Synapses | None
    null: Synapses | None
    sparse: Synapses | None
    self_: Synapses | None


class AlignmentPathways(Pathways):
    """Feedback synapses, once for each primitive, and forward synapses where these align too."""

    decay: Synapses | None
    amp: Synapses | None
    null: Synapses | None
    sparse: Synapses | None
    self_: Synapses | None
    steps: Synapses | None = None
    forward: Primitives | None = None


def alignment_pathways(rule: Any, above: NetStage, optimizer: Descent | None) -> AlignmentPathways:
    """Return the synapses of a stage by primitive, for an `AlignedFeedback`; with an optimizer its steps decay."""
    size = 1 if rule.per_position else above.positions

    def primitives(connectivity: Connectivity, rate: Any, decays: bool) -> dict[str, Synapses | None]:
        def synapses(coefficient: Any, kind: Any, factor: float) -> Synapses | None:
            if isinstance(coefficient, RateSchedule):
                # The coefficient of the moment is the signal.
                return Synapses(connectivity, (kind if kind is WeightCopy else ModulatedHebb)(factor))
            return Synapses(connectivity, kind(factor * rate * coefficient)) if counts(coefficient) else None

        return {
            "decay": synapses(rule.decay, WeightDecay, 2.0) if decays else None,
            "amp": synapses(rule.amp, Hebb, size),
            "null": synapses(rule.null, Hebb, 2.0 * size),
            "sparse": synapses(rule.sparse, Hebb, 2.0 * size),
            "self_": synapses(rule.self_, WeightCopy, 1.0),
        }

    aligns = rule.forward_too and any(map(counts, rule.coefficients))
    return AlignmentPathways(
        **primitives(above.downward, rule.rate if optimizer is None else 1.0, optimizer is None),
        steps=None if optimizer is None else Synapses(above.downward, optimizer),
        forward=Primitives(**primitives(above.upward, rule.rate, True)) if aligns else None,
    )


def feedback_after(
    rule: Any, pathways: AlignmentPathways, own: Array, weights: Array, seen: Passed, n_steps: Any
) -> Array:
    """Return the feedback weights after every primitive; of those that take steps, what is proposed to them."""
    amp, null, sparse, self_ = (
        rate_at(each, n_steps) if isinstance(each, RateSchedule) else None for each in rule.coefficients[1:]
    )
    after = own if pathways.steps is None else jnp.zeros_like(own)
    made = projected(rule.on_forward, seen.drive)
    if pathways.decay is not None:
        after = pathways.decay.update(after, None, None)
    if pathways.amp is not None:
        shown = made
        if rule.amp_activation is not None:
            shown = projected(rule.on_forward, rule.amp_activation(seen.offset(seen.drive)))
        if rule.on_backward == "normalised":
            shown = pulled_back(rule.on_backward, _upwards(pathways.amp, own, seen), shown)
        elif rule.on_backward != "plain":
            shown = projected(rule.on_backward, shown)
        after = pathways.amp.mean_update(after, events(shown), events(seen.arrived), amp)
    if pathways.null is not None:
        reconstructed = seen.arriving(_reconstructed(rule, pathways.null, own, seen, made))
        after = pathways.null.mean_update(after, events(made), -events(reconstructed), null)
    if pathways.sparse is not None:
        back = _upwards(pathways.sparse, own, seen)
        back = pulled_back(rule.on_backward, back, projected(rule.on_backward, back))
        after = pathways.sparse.mean_update(after, -events(back), events(seen.arrived), sparse)
    if pathways.self_ is not None:
        after = pathways.self_.update(after, None, None, weights.T if self_ is None else self_ * weights.T)
    return after


def forward_after(rule: Any, pathways: AlignmentPathways, own: Array, weights: Array, seen: Passed) -> Array:
    """Return the forward weights after every primitive."""
    ways, after = pathways.forward, weights
    assert ways is not None
    made, arrived = projected(rule.on_forward, seen.drive), events(seen.arrived)

    def taken(synapses: Synapses, weights: Array, change: Array) -> Array:
        return synapses.mean_update(weights, arrived, events(pulled_back(rule.on_forward, seen.drive, change)))

    if ways.decay is not None:
        after = ways.decay.update(after, None, None)
    if ways.amp is not None and pathways.amp is not None:
        after = taken(ways.amp, after, projected(rule.on_backward, _upwards(pathways.amp, own, seen)))
    if ways.null is not None and pathways.null is not None:
        reconstructed = seen.arriving(_reconstructed(rule, pathways.null, own, seen, made))
        over = jax.vmap(jax.vmap(pathways.null.transpose_drive, in_axes=(None, 0)), in_axes=(None, 0))
        after = taken(ways.null, after, -over(own, reconstructed))
    if ways.sparse is not None:
        after = taken(ways.sparse, after, -made)
    if ways.self_ is not None:
        after = ways.self_.update(after, None, None, own.T)
    return after


def _upwards(synapses: Synapses, own: Array, seen: Passed) -> Array:
    """Return Q."""
    over = jax.vmap(jax.vmap(synapses.transpose_drive, in_axes=(None, 0)), in_axes=(None, 0))
    return over(own, seen.arrived)


def _reconstructed(rule: Any, synapses: Synapses, own: Array, seen: Passed, made: Array) -> Array:
    """Return R, as far as its length depends on it."""
    over = jax.vmap(jax.vmap(synapses.drive, in_axes=(None, 0)), in_axes=(None, 0))
    values = seen.fold(over(own, made))
    return pulled_back(rule.on_forward, values, projected(rule.on_forward, values))
