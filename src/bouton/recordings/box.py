r"""Minimisation of a function of few variables in the unit box, one evaluation at a time.

A quasi-Newton method: B, an estimate of the second derivatives, is learned from gradients (BFGS, damped so that it
stays positive). Variables at a bound that gradient or direction push outward stay where they are, the others go along
:math:`-B^{-1} g` of their own block, at most to where the first of them meets its bound. A step is taken where the
function falls as Armijo's condition asks, else it is shortened. Where steps bring nothing any more, B is forgotten, and
the search is finished if a step along the gradient brings nothing either. The caller evaluates function and gradient
where it is told to, so that a fit may be stopped, saved and resumed between any two evaluations.

Sources: D. P. Bertsekas, SIAM J Control Optim 20:221-246, 1982; J. Nocedal, S. Wright, Numerical Optimization (2006),
procedure 18.2 (damping).
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

__all__ = ["BoxSearch", "next_point", "start_search"]

_ARMIJO, _SHORTEST, _SHORTER, _FIRST = 1e-4, 1e-5, 0.4, 0.1
_PASSES, _NEAR, _NEXT = 2, 1e-9, 1e-3
_SMALL_GRADIENT = 1e-5


class BoxSearch(NamedTuple):
    """A search under way: where it is, and where it asks to be evaluated."""

    trial: Float[Array, " variables"]
    """Where function and gradient are to be evaluated next."""
    point: Float[Array, " variables"]
    """The best so far."""
    value: Float[Array, ""]
    gradient: Float[Array, " variables"]
    curvature: Float[Array, "variables variables"]
    """B, an estimate of the second derivatives."""
    direction: Float[Array, " variables"]
    length: Float[Array, ""]
    iterations: Int[Array, ""]
    """Steps taken since the start; -1 before the first evaluation."""
    learned: Int[Array, ""]
    """Steps from which B was learned."""
    finished: Bool[Array, ""]


def start_search(point: Float[Array, " variables"], curvature: Float[Array, "variables variables"]) -> BoxSearch:
    """Return a search that asks for its start; a curvature of zero is found out from the first gradient."""
    zero = jnp.zeros_like(point)
    scalar = jnp.zeros((), point.dtype)
    learned = jnp.asarray(2, jnp.int32)
    before = jnp.asarray(-1, jnp.int32)
    return BoxSearch(point, point, scalar, zero, curvature, zero, scalar, before, learned, jnp.asarray(False))


def next_point(
    search: BoxSearch, value: Float[Array, ""], gradient: Float[Array, " variables"], most: int, flat: float = 2e-9
) -> BoxSearch:
    """Take in what was found at `search.trial`, and say where to evaluate next.

    Parameters
    ----------
    search : BoxSearch
        The search.
    value, gradient : arrays
        Of the function, at `search.trial`.
    most : int
        Steps after which it is finished.
    flat : float, default 2e-9
        It is finished where a step brings, or promises, less than this, relative to the value.
    """
    first = search.iterations < 0
    move = search.trial - search.point
    enough = jnp.isfinite(value) & (value <= search.value + _ARMIJO * jnp.sum(search.gradient * move))
    taken = first | enough
    curvature = jnp.where(first, search.curvature, _updated(search.curvature, move, gradient - search.gradient))
    curvature = jnp.where(taken, curvature, search.curvature)
    point = jnp.where(taken, search.trial, search.point)
    gradient = jnp.where(taken, gradient, search.gradient)
    length = search.length * _SHORTER
    learned = search.learned + taken.astype(jnp.int32)
    least = flat * jnp.maximum(jnp.abs(value), 1)
    plain = jnp.eye(len(point), dtype=point.dtype) * jnp.maximum(jnp.sqrt(jnp.sum(gradient**2)), 1e-12) / _FIRST
    curvature = jnp.where(jnp.any(curvature != 0), curvature, plain)
    fresh, held = _inward(point, gradient, curvature)
    direction = jnp.where(taken, fresh, search.direction)
    brought = ~first & enough & (search.value - value <= least)
    promised = taken & (-jnp.sum(gradient * direction) <= least)
    flat_here = brought | promised | (~taken & (length < _SHORTEST))
    again = flat_here & (learned > 1)
    direction = jnp.where(again, _inward(point, gradient, plain)[0], direction)
    length = jnp.where(taken | again, _room(point, direction), length)
    curvature = jnp.where(again, plain, curvature)
    still = jnp.max(jnp.abs(jnp.where(held, 0, gradient))) <= _SMALL_GRADIENT
    iterations = search.iterations + taken.astype(jnp.int32)
    finished = (flat_here & ~again) | still | (iterations >= most)
    trial = _snapped(point + length * direction)
    return BoxSearch(
        trial, point, jnp.where(taken, value, search.value), gradient, curvature, direction,
        jnp.asarray(length, point.dtype), iterations, jnp.where(again, 0, learned).astype(jnp.int32), finished,
    )  # fmt: skip


def _inward(point: Array, gradient: Array, curvature: Array) -> tuple[Array, Array]:
    """Return the direction to go, and which variables the gradient holds at a bound."""
    held = ((point <= 0) & (gradient > 0)) | ((point >= 1) & (gradient < 0))
    kept = held
    direction = _solved(curvature, gradient, kept)
    for _ in range(_PASSES):
        kept = kept | ((point <= 0) & (direction < 0)) | ((point >= 1) & (direction > 0))
        direction = _solved(curvature, gradient, kept)
    return direction, held


def _solved(curvature: Array, gradient: Array, kept: Array) -> Array:
    """Return the direction in the variables that are not kept."""
    block = jnp.where(kept[:, None] | kept[None], 0, curvature) + jnp.diag(kept.astype(curvature.dtype))
    return jnp.where(kept, 0, -jnp.linalg.solve(block, jnp.where(kept, 0, gradient)))


def _room(point: Array, direction: Array) -> Array:
    """Return how far to go: all the way, or until the first variable meets its bound."""
    away = jnp.where(direction > 0, 1 - point, point)
    steps = jnp.where(direction != 0, away / jnp.maximum(jnp.abs(direction), 1e-30), 1.0)
    # What is next to its bound is put on it, instead of making all others wait for it.
    return jnp.minimum(1.0, jnp.min(jnp.where(away > _NEXT, steps, 1.0)))


def _snapped(point: Array) -> Array:
    """Return a point on the bounds that it is next to."""
    return jnp.where(point < _NEAR, 0, jnp.where(point > 1 - _NEAR, 1, point))


def _updated(curvature: Array, move: Array, change: Array) -> Array:
    """Return the estimate after a step; where the function is not convex along it, the change is damped."""
    along = curvature @ move
    inside = jnp.sum(move * along)
    product = jnp.sum(move * change)
    share = jnp.where(product >= 0.2 * inside, 1.0, 0.8 * inside / jnp.maximum(inside - product, 1e-30))
    damped = share * change + (1 - share) * along
    sound = inside > 1e-20
    safe = jnp.where(sound, inside, 1)
    found = curvature - jnp.outer(along, along) / safe
    found = found + jnp.outer(damped, damped) / jnp.where(sound, jnp.sum(move * damped), 1)
    return jnp.where(sound, found, curvature)
