"""Recall: the fields of all neurons for a batch of states, and the dynamics that they drive."""

from functools import partial
from typing import Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton.memory.kernel import ExponentKernel, MemoryKernel, ProductKernel

__all__ = ["Settled", "Stored", "fields", "one_by_one", "settle"]


_ROUNDING = 32
"""Units in the last place: sums of integer kernels tie, and scaling must not break their ties."""


class Stored(NamedTuple):
    """What a memory holds, as arrays.

    Parameters
    ----------
    patterns : array (patterns, inputs)
    coefficients : array (patterns, neurons)
        Signed: of each pattern for each neuron.
    partition : array (patterns,) or None
        Coefficients of the sum that every field is divided by.
    thresholds : array (neurons,)
    """

    patterns: Float[Array, "patterns inputs"]
    coefficients: Float[Array, "patterns neurons"]
    partition: Float[Array, " patterns"] | None
    thresholds: Float[Array, " neurons"]


class Settled(NamedTuple):
    """Where a batch of states has come to."""

    states: Float[Array, "cues neurons"]
    steps: Int[Array, " cues"]
    settled: Array
    cycling: Array


def fields(
    kernel: MemoryKernel, stored: Stored, states: Float[Array, "cues inputs"], sees_itself: bool, signs: bool
) -> Float[Array, "cues neurons"]:
    """Return the field of each neuron, thresholds taken off."""
    patterns, coefficients, partition, thresholds = stored
    if not sees_itself and signs:
        shared, own = kernel.on_signs(states @ patterns.T, patterns.shape[1])
        return shared @ coefficients + states * (own @ (coefficients * patterns)) - thresholds[None, :]
    if not sees_itself:

        def of_neuron(columns: tuple[Array, Array, Array]) -> Array:
            state, pattern, coefficient = columns
            return kernel.without(states, patterns, state, pattern) @ coefficient

        return lax.map(of_neuron, (states.T, patterns.T, coefficients.T)).T - thresholds[None, :]
    if partition is None:
        return kernel.gram(states, patterns) @ coefficients - thresholds[None, :]
    ratios = kernel.relative if isinstance(kernel, ExponentKernel) else kernel.gram
    similarity = ratios(states, patterns)
    return similarity @ coefficients / (similarity @ partition)[:, None] - thresholds[None, :]


def _slack(stored: Stored) -> Float[Array, " neurons"]:
    """Return what counts as a field of 0: the rounding of a sum of kernels that are at most 1."""
    return _ROUNDING * jnp.finfo(stored.coefficients.dtype).eps * jnp.sum(jnp.abs(stored.coefficients), axis=0)


def _sign(field: Array, slack: Array) -> Array:
    """Return the sign, +1 for 0."""
    return jnp.where(field >= -slack, 1.0, -1.0).astype(field.dtype)


@eqx.filter_jit
def once(kernel: MemoryKernel, stored: Stored, states: Array, sees_itself: bool, signs: bool, binary: bool) -> Array:
    """Return the responses of one step."""
    field = fields(kernel, stored, states, sees_itself, signs)
    return _sign(field, _slack(stored)[None, :]) if binary else field


@eqx.filter_jit
def settle(
    kernel: MemoryKernel,
    stored: Stored,
    states: Float[Array, "cues neurons"],
    sees_itself: bool,
    binary: bool,
    rate: float,
    tolerance: Float[Array, ""],
    max_steps: Int[Array, ""],
) -> Settled:
    """Update all neurons at once until every state of the batch has settled, runs in a cycle of two, or time is up."""

    slack = _slack(stored)[None, :]

    def change(states: Array) -> Array:
        field = fields(kernel, stored, states, sees_itself, binary)
        return _sign(field, slack) if binary else states + rate * (field - states)

    def body(carry: tuple) -> tuple:
        step, states, before, steps, settled, cycling = carry
        new = jnp.where((settled | cycling)[:, None], states, change(states))
        # A state that is held in its cycle while others go on has not come to rest.
        still = (jnp.max(jnp.abs(new - states), axis=1) <= tolerance) & ~cycling
        back = (jnp.max(jnp.abs(new - before), axis=1) <= tolerance) & ~still & (step > 0)
        steps = jnp.where(settled | cycling | still, steps, steps + 1)
        return step + 1, new, states, steps, settled | still, cycling | (back & ~settled)

    def going_on(carry: tuple) -> Array:
        step, _, _, _, settled, cycling = carry
        return (step < max_steps) & ~jnp.all(settled | cycling)

    nothing = jnp.zeros(len(states), bool)
    start = (jnp.zeros((), jnp.int32), states, states, jnp.zeros(len(states), jnp.int32), nothing, nothing)
    _, states, _, steps, settled, cycling = lax.while_loop(going_on, body, start)
    return Settled(states, steps, settled, cycling)


@eqx.filter_jit
def one_by_one(
    kernel: ProductKernel,
    stored: Stored,
    states: Float[Array, "cues neurons"],
    sees_itself: bool,
    binary: bool,
    key: PRNGKeyArray,
    tolerance: Float[Array, ""],
    max_steps: Int[Array, ""],
) -> Settled:
    """Update neurons one after the other, in an order that is drawn anew for each sweep, until nothing changes."""
    patterns, size = stored.patterns, states.shape[1]
    lengths, slack = jnp.sum(patterns * patterns, axis=1)[None, :], _slack(stored)

    def update(position: Array, carry: tuple, order: Array) -> tuple:
        states, overlaps, powers = carry
        i = order[position]
        pattern, coefficient, old = patterns[:, i], stored.coefficients[:, i], states[:, i]
        if sees_itself:
            similarity = kernel.value(overlaps, powers[:, None], lengths, size)
        else:
            left = overlaps - old[:, None] * pattern[None, :]
            first, second = powers[:, None] - (old * old)[:, None], lengths - (pattern * pattern)[None, :]
            similarity = kernel.value(left, first, second, size - 1)
        field = similarity @ coefficient
        if stored.partition is not None:
            field = field / (similarity @ stored.partition)
        new = _sign(field - stored.thresholds[i], slack[i]) if binary else field - stored.thresholds[i]
        overlaps = overlaps + (new - old)[:, None] * pattern[None, :]
        return states.at[:, i].set(new), overlaps, powers + new * new - old * old

    def body(carry: tuple) -> tuple:
        step, states, steps, settled = carry
        order = jax.random.permutation(jax.random.fold_in(key, step), size)
        start = (states, states @ patterns.T, jnp.sum(states * states, axis=1))
        new = lax.fori_loop(0, size, partial(update, order=order), start)[0]
        still = jnp.max(jnp.abs(new - states), axis=1) <= tolerance
        return step + 1, new, jnp.where(settled | still, steps, steps + 1), settled | still

    def going_on(carry: tuple) -> Array:
        return (carry[0] < max_steps) & ~jnp.all(carry[3])

    nothing = jnp.zeros(len(states), bool)
    start = (jnp.zeros((), jnp.int32), states, jnp.zeros(len(states), jnp.int32), nothing)
    _, states, steps, settled = lax.while_loop(going_on, body, start)
    return Settled(states, steps, settled, nothing)


Update = Literal["synchronous", "asynchronous"]
