"""Minimisation to rounding, each method one compiled loop: Levenberg-Marquardt, and damped Newton for any loss.

Levenberg-Marquardt solves (J'J + lam diag J'J) d = -J'r; a step is taken if the sum of squares falls, lam is then
divided by 3, else multiplied by 4. The loop ends where the sum is below its aim, 40 steps in a row were no gain, or the
gain that a step promises, -d'J'r + lam d'(diag J'J) d, is below the rounding of the sum.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array

__all__ = ["Minimised", "damped_newton", "levenberg_marquardt"]

_REJECTIONS = 40
_ROUNDING = 1e-17


class Minimised(NamedTuple):
    """Where a minimisation ended."""

    end: Array
    iterations: Array


def levenberg_marquardt(
    cost_of: Callable[[Array], Array],
    normal_equations: Callable[[Array], tuple[Array, Array]],
    start: Array,
    iterations: int,
    aim: Any,
) -> Minimised:
    """Minimise a sum of squares r'r, given it and J'J with J'r, until it is below an aim; for tracing."""

    def on(carry: tuple) -> Array:
        _, cost, _, rejected, taken, _, _ = carry
        return (taken < iterations) & (rejected < _REJECTIONS) & (cost > aim)

    def step(carry: tuple) -> tuple:
        vector, cost, damping, rejected, taken, matrix, slope = carry
        matrix, slope = jax.lax.cond(rejected == 0, normal_equations, lambda _: (matrix, slope), vector)
        diagonal = damping * (jnp.diagonal(matrix) + 1e-12)
        change = -jnp.linalg.solve(matrix + jnp.diag(diagonal), slope)
        promised = change @ (diagonal * change - slope)
        # The first step is none, and its cost is that of the start.
        tried = jnp.where(taken == 0, vector, vector + change)
        new = cost_of(tried)
        better = new < cost
        ended = (taken > 0) & (promised < _ROUNDING * cost)
        vector, cost = jnp.where(better, tried, vector), jnp.where(better, new, cost)
        damping = jnp.where(taken == 0, damping, jnp.where(better, jnp.maximum(damping / 3, 1e-16), damping * 4))
        rejected = jnp.where(better, 0, jnp.where(ended, _REJECTIONS, rejected + 1))
        return vector, cost, damping, rejected, taken + 1, matrix, slope

    zero, nothing = jnp.zeros((), int), jnp.zeros_like(start)
    carry = (start, jnp.asarray(jnp.inf), jnp.asarray(1e-2), zero, zero, jnp.zeros((start.size, start.size)), nothing)
    vector, _, _, _, taken, _, _ = jax.lax.while_loop(on, step, carry)
    return Minimised(vector, taken)


def damped_newton(
    loss: Callable[[Array], Array],
    gradient: Callable[[Array], Array],
    hessian: Callable[[Array], Array],
    start: Array,
    iterations: int,
) -> Minimised:
    """Minimise a loss by Newton steps in which curvatures count by their size, damped until the loss falls."""

    def on(carry: tuple) -> Array:
        _, cost, _, rejected, taken = carry
        return (taken < iterations) & (rejected < _REJECTIONS) & jnp.isfinite(cost)

    def step(carry: tuple) -> tuple:
        vector, cost, damping, rejected, taken = carry
        values, vectors = jnp.linalg.eigh(hessian(vector))
        sizes = jnp.abs(values) + damping * jnp.abs(values).max() + 1e-300
        tried = vector - vectors @ ((vectors.T @ gradient(vector)) / sizes)
        new = loss(tried)
        better = new < cost
        damping = jnp.where(better, jnp.maximum(damping / 5, 1e-16), jnp.maximum(damping, 1e-14) * 4)
        rejected = jnp.where(better, 0, rejected + 1)
        return jnp.where(better, tried, vector), jnp.where(better, new, cost), damping, rejected, taken + 1

    zero = jnp.zeros((), int)
    vector, _, _, _, taken = jax.lax.while_loop(on, step, (start, loss(start), jnp.asarray(1e-2), zero, zero))
    return Minimised(vector, taken)
