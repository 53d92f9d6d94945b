r"""Gradient flow by a linearly implicit method of order four with the exact Hessian, compiled as one loop.

RODAS (Hairer & Wanner, Solving Ordinary Differential Equations II, section IV.10): six stages, L-stable, stiffly
accurate, with an embedded method of order three. A step takes one Hessian, one factorisation and six gradients. It is
written out here because an implicit solver for general equations would factor the same symmetric matrix anew in every
Newton iteration, and is one more package to install.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.linalg import lu_factor, lu_solve
from jaxtyping import Array

__all__ = ["Flowed", "flow"]

_GAMMA = 0.25
_FIRST_STEP = 1e-2
_A = (
    (),
    (1.544,),
    (0.9466785280815826, 0.2557011698983284),
    (3.314825187068521, 2.896124015972201, 0.9986419139977817),
    (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950),
    (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0),
)
_C = (
    (),
    (-5.6688,),
    (-2.430093356833875, -0.2063599157091915),
    (-0.1073529058151375, -9.594562251023355, -20.47028614809616),
    (7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160),
    (8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054),
)


class Flowed(NamedTuple):
    """Where a flow ended, and the way there."""

    end: Array
    time: Array
    steps: Array
    times: Array
    """(most steps + 1,), NaN behind the last one."""
    points: Array
    """(most steps + 1, parameters)."""


def rodas_step(
    gradient: Callable[[Array], Array], hessian: Callable[[Array], Array], y: Array, h: Array
) -> tuple[Array, Array, Array]:
    """Return the state after one step of dy/dt = -gradient(y), the error by the embedded method, and the gradient at y.

    The stages are a loop, so that the gradient is compiled once.
    """
    factors = lu_factor(jnp.eye(y.size) / (h * _GAMMA) + hessian(y))
    weights, memories = _square(_A), _square(_C)

    def stage(number: Array, carry: tuple) -> tuple:
        stages, _, first = carry
        at = y + weights[number] @ stages
        slope = gradient(at)
        new = lu_solve(factors, memories[number] / h @ stages - slope)
        return stages.at[number].set(new), at, jnp.where(number == 0, slope, first)

    nothing = jnp.zeros_like(y)
    stages, at, first = jax.lax.fori_loop(0, 6, stage, (jnp.zeros((6, y.size)), nothing, nothing))
    return at + stages[5], stages[5], first


def _square(rows: tuple[tuple[float, ...], ...]) -> Array:
    return jnp.array([[*row, *(0.0,) * (6 - len(row))] for row in rows])


def flow(
    gradient: Callable[[Array], Array],
    hessian: Callable[[Array], Array],
    start: Array,
    end_time: Array,
    relative: Array,
    absolute: Array,
    most_steps: int,
    smallest_gradient: Array,
) -> Flowed:
    """Follow the gradient flow of a loss until a time, or until the gradient is small; for tracing."""

    def on(carry: tuple) -> Array:
        y, t, _, taken, tried, _, _, slope = carry
        running = (t < end_time) & (taken < most_steps) & (tried < 3 * most_steps)
        return running & (slope > smallest_gradient) & jnp.isfinite(y).all()

    def step(carry: tuple) -> tuple:
        y, t, h, taken, tried, times, points, _ = carry
        h = jnp.minimum(h, end_time - t)
        new, error, here = rodas_step(gradient, hessian, y, h)
        scale = absolute + relative * jnp.maximum(jnp.abs(y), jnp.abs(new))
        size = jnp.sqrt(jnp.mean((error / scale) ** 2))
        size = jnp.where(jnp.isfinite(size), size, 1e6)
        accepted = size <= 1
        y, t = jnp.where(accepted, new, y), jnp.where(accepted, t + h, t)
        taken = taken + accepted.astype(taken.dtype)
        times = times.at[taken].set(t)
        points = points.at[taken].set(y)
        h = h * jnp.clip(0.9 * jnp.maximum(size, 1e-10) ** -0.25, 0.2, 6.0)
        return y, t, h, taken, tried + 1, times, points, jnp.abs(here).max()

    times = jnp.full(most_steps + 1, jnp.nan).at[0].set(0.0)
    points = jnp.full((most_steps + 1, start.size), jnp.nan).at[0].set(start)
    zero = jnp.zeros((), int)
    carry = (start, jnp.zeros(()), jnp.asarray(_FIRST_STEP), zero, zero, times, points, jnp.asarray(jnp.inf))
    y, t, _, taken, _, times, points, _ = jax.lax.while_loop(on, step, carry)
    return Flowed(y, t, taken, times, points)
