"""The way up and the way down of a net of stages: responses, errors, and how errors compare with backpropagation's."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, PRNGKeyArray

from bouton.credit.feedback import ErrorFeedback, WeightTransport, sent_down
from bouton.credit.measures import angle_between, norm_ratio
from bouton.credit.network_state import AlignmentState, Measure
from bouton.credit.stages import NetStage, Passed

__all__ = ["Errors", "compared", "fed", "of_errors", "of_learning", "passed_down", "passed_up"]


class Errors(NamedTuple):
    """The errors of a net."""

    sums: list[Array]
    """Of the weighted sums of each stage (batch, positions, units): what its weights learn from."""
    potentials: list[Array]
    """Of its potentials, from which offset and gain learn."""
    brought: list[Array]
    """Of the activity below each stage with feedback, as its feedback brings them."""


def fed(stages: Sequence[NetStage]) -> list[int]:
    """Return the numbers of the stages with feedback weights: those that take no input of the net."""
    return [number for number, stage in enumerate(stages) if stage.source >= 0]


def of_errors(key: PRNGKeyArray, number: int) -> PRNGKeyArray:
    """Return the key with which errors come down from a stage."""
    return jax.random.fold_in(key, 2 * number)


def of_learning(key: PRNGKeyArray, number: int) -> PRNGKeyArray:
    """Return the key with which feedback weights learn."""
    return jax.random.fold_in(key, 2 * number + 1)


def passed_up(
    stages: Sequence[NetStage], forward: Sequence[Any], state: AlignmentState, x: Array, learning: bool
) -> list[Passed]:
    """Return what each stage makes of a mini-batch."""
    found: list[Passed] = []
    scales = state.scales or (None,) * len(stages)
    for stage, own, weights, bias, scale in zip(stages, forward, state.weights, state.bias, scales, strict=True):
        below = x if stage.source == -1 else found[stage.source].activity
        beside = None if stage.added is None else x if stage.added == -1 else found[stage.added].activity
        more = {"own_scale": scale, "added": beside, "learning": learning}
        found.append(stage.forward(own.weights.drive, weights, bias, below, **more))
    return found


def passed_down(
    stages: Sequence[NetStage],
    feedback: ErrorFeedback,
    key: PRNGKeyArray,
    state: AlignmentState,
    passed: Sequence[Passed],
    top: Array,
) -> Errors:
    """Return the errors of all stages, from those of the output (batch, outputs)."""
    places = {number: place for place, number in enumerate(fed(stages))}
    sums, potentials, brought = [], [], []
    come: dict[int, Array] = {len(stages) - 1: top}

    def add(number: int, errors: Array) -> None:
        shaped = errors.reshape(passed[number].activity.shape)
        come[number] = come[number] + shaped if number in come else shaped

    for number in reversed(range(len(stages))):
        stage, kept = stages[number], passed[number]
        potential = kept.slope(come.pop(number))
        inside = kept.inward(potential)
        if stage.added is not None and stage.added >= 0:
            add(stage.added, potential)
        if stage.source >= 0:
            place = places[number]
            weights = state.weights[number]
            errors = feedback.brought(of_errors(key, place), state.feedback[place], weights, kept, inside, top)
            brought.insert(0, errors)
            add(stage.source, errors)
        sums.insert(0, inside)
        potentials.insert(0, potential)
    return Errors(sums, potentials, brought)


def compared(
    stages: Sequence[NetStage],
    feedback: ErrorFeedback,
    key: PRNGKeyArray,
    state: AlignmentState,
    passed: Sequence[Passed],
    errors: Errors,
    top: Array,
    asked: Sequence[Measure],
) -> dict[Measure, list[Array]]:
    """Return what was asked for, of each stage with feedback weights."""
    found: dict[Measure, list[Array]] = {name: [] for name in asked}

    def note(name: Measure, one: Array, other: Array) -> None:
        if name in found:
            found[name].append(angle_between(one.ravel(), other.ravel(), undefined=90.0))

    exact = errors
    if "gradient_angle" in found:
        without = state._replace(feedback=(None,) * len(state.feedback))
        exact = passed_down(stages, WeightTransport(), key, without, passed, top)
    for place, number in enumerate(fed(stages)):
        kept, weights, brought = passed[number], state.weights[number], errors.brought[place]
        if "error_angle" in found:
            note("error_angle", brought, sent_down(weights.T, kept, errors.sums[number]))
        note("gradient_angle", brought, exact.brought[place])
        matrix = feedback.effective(of_errors(key, place), state.feedback[place], weights)
        if matrix is None:
            continue
        note("weight_angle", matrix, weights.T)
        if "projection_angle" in found:
            note("projection_angle", jnp.einsum("bpi,iu->bpu", kept.arrived, matrix), kept.drive)
        if "norm_ratio" in found:
            found["norm_ratio"].append(norm_ratio(matrix, weights, undefined=0.0))
    return found
