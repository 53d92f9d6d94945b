r"""The dual of the hard or soft margin for all neurons at once: the AdaTron rule, in exact blocks.

.. math:: \max_{\alpha \ge 0} \sum_\mu \alpha_\mu - \tfrac12 \alpha^\top Q_i\, \alpha, \qquad
    Q_i^{\mu\nu} = y_i^\mu y_i^\nu (S^{\mu\nu} + x_i^\mu x_i^\nu T^{\mu\nu})

Fields of a block of patterns are products of matrices; within the block, every step corrects those of the patterns to
come. The trajectory is that of one pattern after the other.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from bouton.plasticity import AdaTron, AdaTronPost

__all__ = ["MarginSolution", "maximise_margin"]

_BLOCK = 32
_ROUND = 64
"""Sweeps between two looks at which neurons are through."""
_HALVINGS = 4


class MarginSolution(NamedTuple):
    """Dual coefficients and how far they got.

    Parameters
    ----------
    alpha : array (patterns, neurons)
        At least 0.
    sweeps : int
        Sweeps made.
    violation : array (neurons,)
        How far each neuron is from the conditions of the optimum, in units of the margin.
    """

    alpha: np.ndarray
    sweeps: int
    violation: np.ndarray


def maximise_margin(
    shared: Float[np.ndarray, "patterns patterns"],
    own: Float[np.ndarray, "patterns patterns"] | None,
    signs: Float[np.ndarray, "patterns neurons"] | None,
    targets: Float[np.ndarray, "patterns neurons"],
    *,
    upper: float,
    rate: float,
    tolerance: float,
    max_sweeps: int,
    start: Float[np.ndarray, "patterns neurons"] | None = None,
) -> MarginSolution:
    """Sweep over the patterns until the conditions of the optimum hold.

    Parameters
    ----------
    shared, own : array (patterns, patterns)
        S and T; None for T where neurons have all coordinates in common.
    signs : array (patterns, neurons)
        Own states x, of +-1, where T is given.
    targets : array (patterns, neurons)
        Targets y, of +-1.
    upper, rate : float
        Of the AdaTron rule.
    tolerance : float
        Largest violation.
    max_sweeps : int
        Most sweeps.
    start : array (patterns, neurons), optional
        Coefficients to start from. Default 0.

    Returns
    -------
    MarginSolution
    """
    count, width = targets.shape
    padding = -count % min(_BLOCK, count)
    square = lambda a: None if a is None else np.pad(a, ((0, padding), (0, padding)))  # noqa: E731
    whole = np.zeros_like(targets) if start is None else np.array(start)
    violation, late, sweeps = np.full(width, np.inf), np.arange(width), 0
    with jax.enable_x64(True):
        limits = jnp.asarray(np.where(np.arange(count + padding) < count, upper, 0.0))
        gram: list[Any] = [None if matrix is None else jnp.asarray(square(matrix)) for matrix in (shared, own)]
        numbers = jnp.asarray(rate), jnp.asarray(tolerance)
        while len(late) and sweeps < max_sweeps:
            # Neurons that are through drop out; the others' number is halved so that few shapes are compiled.
            halvings = min(_HALVINGS, int(np.log2(width / len(late))))
            lanes = np.resize(late, max(len(late), width >> halvings))
            columns: list[Any] = [
                None if each is None else jnp.asarray(np.pad(each[:, lanes], ((0, padding), (0, 0))))
                for each in (signs, targets, whole)
            ]
            most = jnp.asarray(min(_ROUND, max_sweeps - sweeps))
            states, wanted, alpha = columns
            dual = _Dual(gram[0], gram[1], states, wanted, limits)
            alpha, made, found = _sweep_until(dual, alpha, *numbers, most)
            whole[:, lanes], violation[lanes] = np.asarray(alpha)[:count], np.asarray(found)
            late, sweeps = np.flatnonzero(violation > tolerance), sweeps + int(made)
    return MarginSolution(whole, sweeps, violation)


class _Dual(NamedTuple):
    """The problem of some neurons: kernels S and T between patterns, own states x, targets y, largest coefficients."""

    shared: Array
    own: Array | None
    signs: Array | None
    targets: Array
    limits: Array


def _fields(rows: tuple, signs: Array | None, signed: Array, whole: Array | None) -> Array:
    """Return the fields of some patterns, whose own states are `signs`, from the signed coefficients of all."""
    shared, own = rows
    field = shared @ signed
    return field if own is None or signs is None or whole is None else field + signs * (own @ (signed * whole))


@jax.jit
def _sweep_until(
    dual: _Dual, alpha: Array, rate: Array, tolerance: Array, max_sweeps: Array
) -> tuple[Array, Array, Array]:
    shared, own, signs, targets, limits = dual
    count = len(targets)
    block = min(_BLOCK, count)
    diagonal = jnp.diagonal(shared) + (0.0 if own is None else jnp.diagonal(own))

    def of_block(array: Any, first: Array) -> Any:
        return None if array is None else lax.dynamic_slice_in_dim(array, first, block)

    def learn_block(number: Array, alpha: Array) -> Array:
        first = number * block
        rows, own_rows, x, y = (of_block(array, first) for array in (shared, own, signs, targets))
        field = _fields((rows, own_rows), x, alpha * targets, signs)
        near = lax.dynamic_slice_in_dim(rows, first, block, axis=1)
        own_near = None if own_rows is None else lax.dynamic_slice_in_dim(own_rows, first, block, axis=1)
        kernel, upper = of_block(diagonal, first), of_block(limits, first)

        def learn_pattern(j: Array, carry: tuple) -> tuple:
            learned, field = carry
            # Padding has no kernel with itself; its limit of 0 holds it at 0.
            rule = AdaTron(rate, upper[j], jnp.where(kernel[j] > 0, kernel[j], 1.0))
            change = rule(learned[j], 1.0, AdaTronPost(field[j], y[j]), None)
            signed = change * y[j]
            field = field + near[:, j][:, None] * signed[None, :]
            if own_near is not None:
                field = field + x * (own_near[:, j][:, None] * (signed * x[j])[None, :])
            return learned.at[j].add(change), field

        learned = lax.fori_loop(0, block, learn_pattern, (of_block(alpha, first), field))[0]
        return lax.dynamic_update_slice_in_dim(alpha, learned, first, 0)

    def violation(alpha: Array) -> Array:
        gain = 1 - targets * _fields((shared, own), signs, alpha * targets, signs)
        upwards = jnp.where(alpha < limits[:, None], jnp.maximum(gain, 0), 0)
        downwards = jnp.where(alpha > 0, jnp.maximum(-gain, 0), 0)
        return jnp.max(jnp.maximum(upwards, downwards), axis=0)

    def sweep(carry: tuple) -> tuple:
        alpha, sweeps, _ = carry
        alpha = lax.fori_loop(0, count // block, learn_block, alpha)
        return alpha, sweeps + 1, violation(alpha)

    def going_on(carry: tuple) -> Array:
        return (carry[1] < max_sweeps) & (jnp.max(carry[2]) > tolerance)

    return lax.while_loop(going_on, sweep, (alpha, jnp.zeros_like(max_sweeps), violation(alpha)))
