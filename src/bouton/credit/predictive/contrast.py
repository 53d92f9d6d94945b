r"""What is contrasted: which targets follow a context, which stand in for them, and what the layer makes of the scores.

With u the scores of a layer and w the weight of each case in the mean, the modulators :math:`\gamma` are

=========  ==========================================  =======================================================
loss       of a fixation                               of a saccade
=========  ==========================================  =======================================================
hinge      :math:`w\, [1 - u > 0]`                     :math:`-w\, [1 + u > 0]`
infonce    :math:`w\, (1 - p)`, p the softmax of u     :math:`-w\, p`, p the softmax of this score
           over the target and those that stand in
=========  ==========================================  =======================================================

Both are the descent of the loss by the score: the same rule learns from either.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

__all__ = ["Cases", "Draws", "LossName", "Modulators", "Saccades", "cases_of", "draws", "modulators"]

LossName = Literal["hinge", "infonce"]
Saccades = Literal["same place", "anywhere", "within"]
Scores = Float[Array, "batch contexts lanes"]
Several = Float[Array, "negatives batch contexts lanes"]


class Cases(NamedTuple):
    """The fixations and saccades of one layer and one distance in one step."""

    fixation: Scores
    """Weight of each fixation in the mean; 0 where it does not count."""
    saccade: Several
    """The same of each saccade."""
    stand_in: Callable[[Array], Array]
    """From values of targets to values of those that stand in for them, with an axis of negatives in front."""
    handed_back: Callable[[Array], Array]
    """From values at those that stand in to sums at the targets that they are."""


class Modulators(NamedTuple):
    """What reaches the synapses of a layer, and what its loss is."""

    fixation: Scores
    saccade: Several
    loss: Float[Array, ""]
    solved: Float[Array, ""]


class Draws(NamedTuple):
    """Uniform numbers from 0 to 1 that say where saccades end, and which samples jump."""

    sample: Array
    """(negatives, batch), or anywhere (negatives, batch, targets, lanes)."""
    place: Array | None
    turn: Array | None
    """(batch,)"""


def draws(key: PRNGKeyArray, several: tuple[int, ...], shape: tuple[int, ...], asynchronous: bool) -> Draws:
    """Return all numbers of a step at once, which compiles in a fraction of the time of many draws.

    Parameters
    ----------
    key : PRNG key
        Of the step.
    several : tuple of int
        Axes in front: layers, distances, and prediction and retrodiction.
    shape : tuple of int
        Of `Draws.sample`.
    asynchronous : bool
        Whether samples take turns.
    """
    of_sample, of_place, of_turn = jax.random.split(key, 3)
    return Draws(
        jax.random.uniform(of_sample, (*several, *shape)),
        jax.random.uniform(of_place, (*several, *shape)) if len(shape) > 2 else None,
        jax.random.uniform(of_turn, (*several, *shape[1:2])) if asynchronous else None,
    )


def cases_of(
    drawn: Draws, real: Float[Array, "batch targets"], lanes: int, saccades: Saccades, exclude_self: bool
) -> Cases:
    """Return which cases a layer looks at in one step.

    Parameters
    ----------
    drawn : Draws
        Of this layer and distance.
    real : array (batch, targets)
        1 where the target of a context is one, 0 behind the end of a sequence.
    lanes : int
        Number of lanes.
    saccades : "same place", "anywhere" or "within"
        Where they end.
    exclude_self : bool
        Whether another sample is never the same one.
    """
    batch, steps = real.shape
    if saccades == "within":
        own = jnp.arange(batch, dtype=jnp.int32).reshape(1, batch, 1, 1)
        other = jnp.broadcast_to(own, drawn.sample.shape)
    elif exclude_self:
        ahead = 1 + _below(batch - 1, drawn.sample)
        own = jnp.arange(batch, dtype=ahead.dtype).reshape(1, batch, *(1 for _ in ahead.shape[2:]))
        other = (own + ahead) % batch
    else:
        other = _below(batch, drawn.sample)
    if drawn.place is None:
        stand_in, handed_back = _same_place(other, batch, real.dtype)
    else:
        stand_in, handed_back = _any_place(drawn.place, other, (batch, steps, lanes))
    exists = jnp.broadcast_to(real[:, :, None], (batch, steps, lanes))
    fixation, saccade = exists, exists[None] * stand_in(exists[..., None])[..., 0]
    if drawn.turn is not None:
        stays = (drawn.turn < 0.5).astype(real.dtype)[:, None, None]
        fixation, saccade = stays * fixation, (1 - stays)[None] * saccade
    return Cases(_mean(fixation), _mean(saccade), stand_in, handed_back)


def _below(count: int, uniform: Array) -> Array:
    """Return whole numbers below a count."""
    return jnp.minimum((count * uniform).astype(jnp.int32), count - 1)


def modulators(loss: LossName, cases: Cases, fixation: Scores, saccade: Several, gated: bool = True) -> Modulators:
    """Return what the scores make of cases; not `gated`: 1 for all that count, whatever the scores."""
    found = _hinge(cases, fixation, saccade) if loss == "hinge" else _infonce(cases, fixation, saccade)
    return found if gated else found._replace(fixation=cases.fixation, saccade=cases.saccade)


def _hinge(cases: Cases, fixation: Scores, saccade: Several) -> Modulators:
    lack, excess = jnp.maximum(1 - fixation, 0), jnp.maximum(1 + saccade, 0)
    shown, shown_after = _flag(cases.fixation), _flag(cases.saccade)
    is_open, is_open_after = _flag(lack), _flag(excess)
    not_yet = jnp.sum(is_open * shown) + jnp.sum(is_open_after * shown_after)
    return Modulators(
        cases.fixation * is_open,
        -cases.saccade * is_open_after,
        jnp.sum(cases.fixation * lack) + jnp.sum(cases.saccade * excess),
        1 - not_yet / jnp.maximum(jnp.sum(shown) + jnp.sum(shown_after), 1),
    )


def _infonce(cases: Cases, fixation: Scores, saccade: Several) -> Modulators:
    # What does not exist stands in for nothing.
    allowed = saccade + jnp.where(cases.saccade > 0, 0.0, -jnp.inf).astype(saccade.dtype)
    logits = jnp.concatenate([fixation[None], allowed])
    share = jax.nn.softmax(logits, axis=0)
    is_largest = (fixation > jnp.max(allowed, axis=0)).astype(fixation.dtype)
    return Modulators(
        cases.fixation * (1 - share[0]),
        -cases.fixation[None] * share[1:],
        -jnp.sum(cases.fixation * jax.nn.log_softmax(logits, axis=0)[0]),
        jnp.sum(cases.fixation * is_largest),
    )


def _flag(values: Array) -> Array:
    """Return 1 where values are above 0."""
    return (values > 0).astype(values.dtype)


def _mean(counts: Array) -> Array:
    """Return weights of a mean over what counts; all 0 where nothing does."""
    return counts / jnp.maximum(jnp.sum(counts), 1)


def _same_place(other: Array, batch: int, kind: Any) -> tuple[Callable, Callable]:
    # Products with a matrix of 0 and 1 take a fraction of the time of gathering and scattering.
    chosen = jax.nn.one_hot(other, batch, dtype=kind)
    return (
        lambda values: jnp.einsum("nbj,jtcd->nbtcd", chosen, values),
        lambda values: jnp.einsum("nbj,nbtcd->jtcd", chosen, values),
    )


def _any_place(uniform: Array, other: Array, shape: tuple[int, ...]) -> tuple[Callable, Callable]:
    size = shape[1] * shape[2]
    places = other * size + _below(size, uniform)

    def handed_back(values: Array) -> Array:
        width = values.shape[-1]
        flat = jnp.zeros((shape[0] * size, width), values.dtype)
        return flat.at[places.ravel()].add(values.reshape(-1, width)).reshape(*shape, width)

    return lambda values: values.reshape(-1, values.shape[-1])[places], handed_back
