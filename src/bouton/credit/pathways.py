"""The forward synapses of a net, and how these and the feedback synapses learn in one step."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PRNGKeyArray

from bouton._checked import Checked
from bouton.credit.feedback import ErrorFeedback, Pathways, events
from bouton.credit.learning import Learning, Means, descended, noise_of, start_of
from bouton.credit.network_state import AlignmentState, ForwardMeans
from bouton.credit.normaliser import Normaliser
from bouton.credit.passes import Errors, fed, of_learning
from bouton.credit.stages import NetStage, Passed
from bouton.plasticity import Dense, FanIn, Synapses

__all__ = ["ForwardPathways"]


class ForwardPathways(Checked):
    """The forward synapses of one layer: those of its inputs, and that of a unit that is always 1.

    A layer that normalises has a further one per unit, from the unit's own normalised sum. `weight_steps` and
    `unit_steps` are the same synapses with the rule of an optimizer, where there is one.
    """

    weights: Synapses
    bias: Synapses
    gain: Synapses | None = None
    weight_steps: Synapses | None = None
    unit_steps: Synapses | None = None


class Turn(NamedTuple):
    """Which weights learn in a step: 1, or 0 where they stay as they are."""

    forward: Any
    feedback: Any


def alternate_turns(n_steps: Any, delay: int, alternate: int) -> Turn:
    """Return whose turn it is after so many steps."""
    if n_steps is None or not (delay or alternate):
        return Turn(1.0, 1.0)
    waits = n_steps < delay
    aligns = waits | (n_steps % (alternate + 1) == 0) if alternate else waits
    return Turn(jnp.where(aligns, 0.0, 1.0), jnp.where(aligns, 1.0, 0.0) if alternate else 1.0)


def forward_pathways(stage: NetStage, learning: Learning, bias_rate: float) -> ForwardPathways:
    """Return the forward synapses of a stage; biases and gains do not decay."""
    units, still = stage.layer.units, learning._replace(weight_decay=0.0)
    one_each = FanIn(np.arange(units)[:, None], units) if stage.layer.normalised else None
    to_units = Dense(1, units)
    if learning.optimizer is None:
        still = still._replace(rate=learning.rate if bias_rate == 1 else bias_rate * learning.rate)
    return ForwardPathways(
        Synapses(stage.upward, learning.rule(stage.positions)),
        Synapses(to_units, still.rule(stage.positions)),
        None if one_each is None else Synapses(one_each, still.rule(stage.positions)),
        learning.steps(stage.upward),
        learning.steps(to_units),
    )


def first_means(own: ForwardPathways, weights: Array, bias: Array, scale: Normaliser | None) -> ForwardMeans:
    """Return the running means of a stage to which nothing was proposed so far."""
    gain = None if scale is None else scale.gain
    return ForwardMeans(
        start_of(own.weight_steps, weights), start_of(own.unit_steps, bias), start_of(own.unit_steps, gain)
    )


def learned_forward(
    forward: Sequence[ForwardPathways],
    learning: Learning,
    state: AlignmentState,
    passed: Sequence[Passed],
    errors: Errors,
    on: Any,
    bias_rate: float,
) -> AlignmentState:
    """Return the state after the forward synapses have learned, and what layers normalise by."""
    pace = learning.pace(state.n_steps, on)
    slow = pace._replace(rate=pace.rate * bias_rate, decay=None)
    scales = state.scales or (None,) * len(forward)
    means = state.means or (ForwardMeans((None, None), (None, None), (None, None)),) * len(forward)
    found: list[tuple] = []
    for number, (own, kept, before) in enumerate(zip(forward, passed, means, strict=True)):
        weights, bias, scale = state.weights[number], state.bias[number], scales[number]
        sums, lack = -events(errors.sums[number]), -events(errors.potentials[number])
        weights, of_weights = _learned(
            own.weights, own.weight_steps, weights, before.weights, pace, events(kept.arrived), sums
        )
        bias, of_bias = _learned(own.bias, own.unit_steps, bias, before.bias, slow, jnp.ones_like(lack[:, :1]), lack)
        of_gain = before.gain
        if own.gain is not None and scale is not None and kept.normalised is not None:
            values = events(kept.normalised.values)
            gain, of_gain = _learned(own.gain, own.unit_steps, scale.gain, before.gain, slow, values, lack)
            scale = kept.normalised.kept(scale)._replace(gain=gain)
        found.append((weights, bias, scale, ForwardMeans(of_weights, of_bias, of_gain)))
    weights, bias, scales, means = zip(*found, strict=True)
    return state._replace(
        weights=weights,
        bias=bias,
        scales=scales if state.scales else (),
        means=means if state.means else (),
    )


def _learned(
    synapses: Synapses, steps: Synapses | None, weights: Array, means: Means, pace: Any, pre: Array, post: Array
) -> tuple[Array, Means]:
    if steps is None:
        return synapses.mean_update(weights, pre, post), means
    return descended(steps, weights, synapses.mean_update(jnp.zeros_like(weights), pre, post), means, pace)


def aligned_forward(
    feedback: ErrorFeedback,
    backward: Sequence[Pathways],
    key: PRNGKeyArray,
    state: AlignmentState,
    after: tuple[Array, ...],
    seen: tuple[Sequence[NetStage], Sequence[Passed]],
    on: Any,
) -> tuple[Array, ...]:
    """Return forward weights after learning and, where these descend it too, what alignment adds."""
    stages, passed = seen
    found = list(after)
    for place, number in enumerate(fed(stages)):
        before = state.weights[number]
        drawn = of_learning(key, place)
        aligned = feedback.forward_after(drawn, backward[place], state.feedback[place], before, passed[number])
        if aligned is not before:
            found[number] = found[number] + on * (aligned - before)
    return tuple(found)


def learned_feedback(
    feedback: ErrorFeedback,
    backward: Sequence[Pathways],
    learning: Learning,
    key: PRNGKeyArray,
    state: AlignmentState,
    seen: tuple[Sequence[NetStage], Sequence[Passed], Errors],
    turn: Turn,
) -> tuple[tuple[Array | None, ...], tuple[Means, ...]]:
    """Return the feedback weights after a step, and their running means."""
    stages, passed, errors = seen
    pace = feedback.pace(learning, state.n_steps, turn.forward, turn.feedback)
    found, means = [], []
    for place, number in enumerate(fed(stages)):
        own, pathways, kept = state.feedback[place], backward[place], passed[number]
        drawn, before = of_learning(key, place), state.feedback_means[place] if state.feedback_means else (None, None)
        after = feedback.learned(drawn, pathways, own, state.weights[number], kept, errors.sums[number], state.n_steps)
        if pathways.steps is not None and own is not None and after is not None:
            noise = noise_of(jax.random.fold_in(drawn, 1), feedback.missed, own)
            after, before = descended(pathways.steps, own, after, before, pace, noise)
        found.append(after)
        means.append(before)
    return tuple(found), tuple(means) if state.feedback_means else ()
