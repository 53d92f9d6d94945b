"""Linear solve: where units without rectification come to rest, A y = b."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton.dynamics.equilibria.contract import Equilibrium, EquilibriumSolver, checked_problem, equilibrium_of

__all__ = ["LinearSolve"]


class LinearSolve(EquilibriumSolver):
    """Solve A y = b: the equilibrium of units without rectification, exactly and in one go.

    Unused units (A_ii = 0) are left out of the system and stay at 0. A need not be symmetric. `start` is not used;
    `sweeps` is 1, `residual` is 0.

    Notes
    -----
    The factorisation is a LAPACK call, which keeps the loop around it from being folded into one kernel: for small
    networks inside a run, ``CoordinateDescent(transfer=Identity())`` or a carried inverse is faster. A singular A gives
    a result that is not finite, or one without meaning where rounding hides the singularity.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> LinearSolve()(jnp.array([[2.0, 1.0], [1.0, 1.0]]), jnp.array([1.0, 0.0])).activity.tolist()
    [1.0, -1.0]
    """

    def __call__(
        self,
        interaction: Float[Array, "units units"],
        drive: Float[Array, " units"],
        start: Float[Array, " units"] | None = None,
    ) -> Equilibrium:
        """Find the equilibrium; see `EquilibriumSolver.__call__`."""
        interaction, drive, start = checked_problem(interaction, drive, start)
        used = (jnp.diagonal(interaction) != 0).astype(drive.dtype)
        system = used[:, None] * interaction * used[None, :] + jnp.diag(1 - used)
        activity = jnp.linalg.solve(system, used * drive)
        largest = jnp.max(jnp.abs(activity))
        return equilibrium_of(activity, jnp.ones((), jnp.int32), 0 * largest, largest, jnp.ones_like(largest))
