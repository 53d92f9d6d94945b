r"""Minimisation of a function of few variables in the unit box, one evaluation at a time.

A quasi-Newton method (BFGS) whose steps are projected on the box: variables at a bound that the gradient pushes outward
stay where they are, the others go along :math:`-H g`, and what leaves the box is put back on it. A step is taken where
the function falls as Armijo's condition asks, else it is halved. The caller evaluates function and gradient where it is
told to, so that a fit may be stopped, saved and resumed between any two evaluations.

Source: D. P. Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM J Control
Optim 20:221-246, 1982.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

__all__ = ["BoxSearch", "next_point", "start_search"]

_ARMIJO, _SHORTEST, _FIRST = 1e-4, 1e-6, 0.1
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
    """H, an estimate of the inverse of the second derivatives."""
    direction: Float[Array, " variables"]
    length: Float[Array, ""]
    iterations: Int[Array, ""]
    """Steps taken since the start; -1 before the first evaluation."""
    finished: Bool[Array, ""]


def start_search(point: Float[Array, " variables"], curvature: Float[Array, "variables variables"]) -> BoxSearch:
    """Return a search that asks for its start; a curvature of zero is found out from the first gradient."""
    zero = jnp.zeros_like(point)
    scalar = jnp.zeros((), point.dtype)
    return BoxSearch(
        point, point, scalar, zero, curvature, zero, scalar, jnp.asarray(-1, jnp.int32), jnp.asarray(False)
    )


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
    norm = jnp.sqrt(jnp.sum(gradient**2))
    plain = jnp.eye(len(point), dtype=point.dtype) * _FIRST / jnp.maximum(norm, 1e-30)
    curvature = jnp.where(jnp.any(curvature != 0), curvature, plain)
    held = ((point <= 0) & (gradient > 0)) | ((point >= 1) & (gradient < 0))
    fresh = -jnp.where(held, 0, curvature @ jnp.where(held, 0, gradient))
    direction = jnp.where(taken, fresh, search.direction)
    length = jnp.where(taken, 1.0, search.length / 2)
    least = flat * jnp.maximum(jnp.abs(value), 1)
    brought = ~first & enough & (search.value - value <= least)
    promised = taken & (-jnp.sum(gradient * direction) <= least)
    iterations = search.iterations + taken.astype(jnp.int32)
    still = jnp.max(jnp.abs(jnp.where(held, 0, gradient))) <= _SMALL_GRADIENT
    finished = brought | promised | still | (iterations >= most) | (length < _SHORTEST)
    trial = jnp.clip(point + length * direction, 0, 1)
    return BoxSearch(
        trial, point, jnp.where(taken, value, search.value), gradient, curvature, direction,
        jnp.asarray(length, point.dtype), iterations, finished,
    )  # fmt: skip


def _updated(curvature: Array, move: Array, change: Array) -> Array:
    """Return the estimate after a step, as it was where the function is not convex along it."""
    along = jnp.sum(move * change)
    sound = along > 1e-12 * jnp.sum(move**2)
    # The first estimate is scaled by what the first step has shown.
    ratio = along / jnp.where(sound, jnp.sum(change**2), 1)
    curvature = jnp.where(jnp.any(curvature != 0), curvature, ratio * jnp.eye(len(move), dtype=move.dtype))
    rho = 1 / jnp.where(sound, along, 1)
    turned = jnp.eye(len(move), dtype=move.dtype) - rho * jnp.outer(move, change)
    return jnp.where(sound, turned @ curvature @ turned.T + rho * jnp.outer(move, move), curvature)
