r"""Relaxation: a rate network follows its own equations, step by step, until it rests.

.. math:: u \leftarrow \Pi\left[u + h_k\, \dot u(u)\right], \qquad h_k = \max\left(\frac{h_0}{1 + d k}, h_\infty\right)

with u the potentials of all neurons, layers or populations side by side, :math:`\dot u` the right-hand side of their
dynamics and :math:`\Pi` what keeps them in their range (nothing, or a rectifier). All of them take the step together.

Source of the step sizes and of the stopping rule: the simulations of D. Obeid, H. Ramambason, C. Pehlevan (2019),
arXiv:1910.04958.
"""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Int, PyTree

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Positive
from bouton._floating import floating

__all__ = ["Relaxation", "Relaxed"]


class Relaxed(eqx.Module):
    """Where a relaxation came to rest, and how well.

    Attributes
    ----------
    potential
        What was relaxed, in the structure it was started with.
    steps
        Steps taken, int32.
    residual
        The largest of ``|du/ds| / |u|`` over the populations at the last look; 0 where a population is and stays
        silent.
    converged
        Whether the residual is within the tolerance. False for NaN.
    """

    potential: PyTree[Float[Array, "..."]]
    steps: Int[Array, ""]
    residual: Float[Array, ""]
    converged: Bool[Array, ""]


class Relaxation(Checked):
    r"""Euler steps of decreasing size until every population's relative rate of change is small.

    Parameters
    ----------
    step_size : float
        First step :math:`h_0`, in units of the time constant. Default 0.2.
    step_decay : float
        Decay d of the step per step. Default 0.005.
    smallest_step : float
        Floor :math:`h_\infty` of the step. Default 0.05.
    tolerance : float
        A population is at rest where :math:`\|\dot u\|_2 \le` tolerance :math:`\|u\|_2`. Default 1e-4; 0 asks for the
        full number of steps.
    max_steps : int
        Most steps taken. Default 3000.
    look_every : int
        Number of steps between two looks at the stopping rule, which costs as much as a step. Default 10.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Notes
    -----
    It folds into the loop around it, can be vmapped, and has no reverse-mode derivative.

    Examples
    --------
    One neuron that excites itself half as much as it leaks, and is driven by 1:

    >>> import jax.numpy as jnp
    >>> found = Relaxation(tolerance=1e-6).settle(lambda u: 1 + 0.5 * u - u, jnp.zeros(1))
    >>> found.potential.round(4).tolist(), bool(found.converged)
    ([2.0], True)
    """

    step_size: Positive | Float[Array, ""] = 0.2
    step_decay: AtLeastZero | Float[Array, ""] = 0.005
    smallest_step: Positive | Float[Array, ""] = 0.05
    tolerance: AtLeastZero | Float[Array, ""] = 1e-4
    max_steps: Count | Int[Array, ""] = 3000
    look_every: Count | Int[Array, ""] = 10

    def settle(
        self,
        change: Callable[[PyTree], PyTree],
        start: PyTree[Float[Array, "..."]],
        confine: Callable[[PyTree], PyTree] = lambda potential: potential,
    ) -> Relaxed:
        """Relax until all populations are at rest.

        Parameters
        ----------
        change
            Function of the potentials that returns their rates of change, in the same structure.
        start
            Potentials to start from: a PyTree with one array per population.
        confine
            Function that brings potentials back into their range after a step. Default: does nothing.

        Returns
        -------
        Relaxed
            The potentials, and how far they got.
        """
        start = jax.tree.map(floating, start)
        kind = jnp.result_type(*jax.tree.leaves(start))
        tolerance, cap = jnp.asarray(self.tolerance, kind), jnp.asarray(self.max_steps, jnp.int32)
        look_every = jnp.asarray(self.look_every, jnp.int32)
        first, decay, least = (
            jnp.asarray(value, kind) for value in (self.step_size, self.step_decay, self.smallest_step)
        )

        def one(index: Array, potential: PyTree) -> PyTree:
            size = jnp.maximum(first / (1 + decay * index.astype(kind)), least)
            return confine(jax.tree.map(lambda u, rate: u + size * rate, potential, change(potential)))

        def again(carry: tuple) -> Array:
            steps, _, residual = carry
            return (steps == 0) | ((steps < cap) & (residual > tolerance))

        def some_steps(carry: tuple) -> tuple:
            steps, potential, _ = carry
            until = jnp.minimum(steps + look_every, cap)
            before_last = lax.fori_loop(steps, until - 1, one, potential)
            potential = one(until - 1, before_last)
            moved = jax.tree.map(jnp.subtract, potential, before_last)
            size = jnp.maximum(first / (1 + decay * (until - 1).astype(kind)), least)
            return until, potential, _largest_ratio(moved, potential, size)

        carry = (jnp.zeros((), jnp.int32), start, jnp.asarray(jnp.inf, kind))
        steps, potential, residual = lax.while_loop(again, some_steps, carry)
        return Relaxed(potential, steps, residual, residual <= tolerance)


def _largest_ratio(moved: PyTree, potential: PyTree, size: Float[Array, ""]) -> Float[Array, ""]:
    """Return the largest length of a population's last step, per unit of time, over that of its potential."""
    ratios = []
    for step, value in zip(jax.tree.leaves(moved), jax.tree.leaves(potential), strict=True):
        rate, length = jnp.sqrt(jnp.sum(step * step)) / size, jnp.sqrt(jnp.sum(value * value))
        ratios.append(jnp.where(rate == 0, 0, rate / length))
    return jnp.max(jnp.stack(ratios))
