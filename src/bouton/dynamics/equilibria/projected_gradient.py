"""Projected gradient: all units follow the energy's gradient together and are cut at zero.

    y <- max(0, y + eta (b - A y))

Source: Goldstein (1964), "Convex programming in Hilbert space", Bulletin of the American Mathematical Society 70:709.
"""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from bouton._fields import AtLeastZero, Count, Positive
from bouton.dynamics.equilibria.contract import (
    Equilibrium,
    EquilibriumSolver,
    checked_problem,
    equilibrium_of,
    inverse_or_zero,
)

__all__ = ["ProjectedGradient"]


def _none_if_auto(size: Any) -> Any:
    return None if isinstance(size, str) and size == "auto" else size


class ProjectedGradient(EquilibriumSolver):
    """Let all units follow the gradient together, and cut at zero.

        y <- max(0, y + eta (b - A y))

    E never increases, and y converges, for 0 < eta < 2 / lambda_max(A). It stops when max|dy| <= tolerance * max|y|:
    with a small step that is a small change, not a small error.

    Parameters
    ----------
    step_size
        eta, in units of 1/A. "auto" (default; kept as None) takes ``1 / max_i sum_j |A_ij|``, which is safe because
        that sum is an upper bound of lambda_max (Gershgorin).
    tolerance
        Largest relative change of the last iteration, default 1e-6.
    max_iterations
        Most iterations made, default 1000.

    Raises
    ------
    InputError
        If step_size or max_iterations is not positive, or tolerance is negative or not finite.

    References
    ----------
    Goldstein (1964), Bull. Amer. Math. Soc. 70:709.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> found = ProjectedGradient()(jnp.array([[1.0, 0.5], [0.5, 1.0]]), jnp.array([2.0, 0.5]))
    >>> [round(y, 4) for y in found.activity.tolist()], bool(found.converged)
    ([2.0, 0.0], True)
    """

    step_size: Positive | Float[Array, ""] | None = eqx.field(default=None, converter=_none_if_auto)
    tolerance: AtLeastZero | Float[Array, ""] = 1e-6
    max_iterations: Count | Int[Array, ""] = 1000

    def __call__(
        self,
        interaction: Float[Array, "units units"],
        drive: Float[Array, " units"],
        start: Float[Array, " units"] | None = None,
    ) -> Equilibrium:
        """Find the equilibrium; see `EquilibriumSolver.__call__`."""
        interaction, drive, start = checked_problem(interaction, drive, start)
        tolerance = jnp.asarray(self.tolerance, drive.dtype)
        cap = jnp.asarray(self.max_iterations, jnp.int32)
        used = (jnp.diagonal(interaction) != 0).astype(drive.dtype)
        drive = used * drive
        if self.step_size is None:
            step = inverse_or_zero(jnp.max(jnp.sum(jnp.abs(interaction), axis=1)))
        else:
            step = jnp.asarray(self.step_size, drive.dtype)

        def body(carry):
            iterations, old, _, _ = carry
            new = jnp.maximum(old + step * (drive - interaction @ old), 0)
            return iterations + 1, new, jnp.max(jnp.abs(new - old)), jnp.max(new)

        def again(carry):
            iterations, _, change, largest = carry
            return (iterations == 0) | ((iterations < cap) & (change > tolerance * largest))

        activity = jnp.zeros_like(drive) if start is None else used * start
        zero = jnp.zeros((), drive.dtype)
        iterations, activity, change, largest = lax.while_loop(
            again, body, (jnp.zeros((), jnp.int32), activity, zero, zero)
        )
        return equilibrium_of(activity, iterations, change, largest, tolerance)
