"""What every equilibrium solver takes and returns, and the checks they share."""

import abc
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from bouton._checked import Checked
from bouton._floating import floating
from bouton.errors import InputError

__all__ = ["Equilibrium", "EquilibriumSolver"]


class Equilibrium(eqx.Module):
    """What a solver found, and how well.

    Attributes
    ----------
    activity
        y, shape (units,).
    sweeps
        Sweeps or iterations used, int32; a cap that was reached shows here and in `converged`.
    residual
        Largest change of the last sweep over the largest activity, max|dy| / max|y|. 0 where all units are silent, NaN
        where the activity is not finite.
    converged
        Whether the residual is within the tolerance. False for NaN.
    """

    activity: Float[Array, " units"]
    sweeps: Int[Array, ""]
    residual: Float[Array, ""]
    converged: Bool[Array, ""]


class EquilibriumSolver(Checked):
    """What finds the equilibrium of a network from its interaction and its drive."""

    @abc.abstractmethod
    def __call__(
        self,
        interaction: Float[Array, "units units"],
        drive: Float[Array, " units"],
        start: Float[Array, " units"] | None = None,
    ) -> Equilibrium:
        """Find the equilibrium.

        Parameters
        ----------
        interaction
            A, symmetric and positive semidefinite, shape (units, units).
        drive
            b, shape (units,), of the same type.
        start
            Activity to start from, shape (units,); silence by default.

        Returns
        -------
        Equilibrium
            The activity, and how far it got.

        Raises
        ------
        InputError
            If the shapes do not fit.
        """

    def settle(
        self,
        interaction_row: Callable[[Int[Array, ""]], Float[Array, " units"]],
        diagonal: Float[Array, " units"],
        drive: Float[Array, " units"],
        interaction_product: Callable[[Float[Array, " units"]], Float[Array, " units"]] | None = None,
    ) -> Equilibrium:
        """Find the equilibrium, from silence, of an interaction that is given by its rows.

        Parameters
        ----------
        interaction_row
            Function of a unit's index (int32) that returns its row of A, shape (units,), with 0 in the unit's own
            place.
        diagonal
            A_ii, shape (units,); 0 for a unit that is not in use.
        drive
            b, shape (units,).
        interaction_product
            Function of an activity y, shape (units,), that returns what the other units bring, ``(A - diag A) y``.
            Solvers that use whole products make the matrix of its rows where there is none.

        Returns
        -------
        Equilibrium
            The activity, and how far it got.
        """
        rows = jax.vmap(interaction_row)(jnp.arange(drive.shape[0], dtype=jnp.int32))
        return self(rows + jnp.diag(diagonal), drive)


def equilibrium_of(
    activity: Float[Array, " units"],
    sweeps: Int[Array, ""],
    change: Float[Array, ""],
    largest: Float[Array, ""],
    tolerance: Float[Array, ""],
) -> Equilibrium:
    """Judge the last sweep: its largest change against the largest activity."""
    residual = jnp.where(change == 0, 0, change / largest)
    return Equilibrium(activity, sweeps, residual, residual <= tolerance)


def inverse_or_zero(value: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """1 / value, and 0 for 0; NaN stays NaN."""
    return jnp.where(value == 0, 0, 1 / jnp.where(value == 0, 1, value))


def checked_problem(
    interaction: Array, drive: Array, start: Array | None
) -> tuple[Float[Array, "units units"], Float[Array, " units"], Float[Array, " units"] | None]:
    """Return a problem in floating-point numbers; refuse shapes that do not belong to one network and one sample."""
    interaction, drive = floating(interaction), floating(drive)
    start = None if start is None else floating(start)
    if drive.ndim != 1 or interaction.shape != (drive.shape[0], drive.shape[0]):
        raise InputError(
            "interaction must have shape (units, units) and drive (units,), "
            f"got {interaction.shape} and {drive.shape}: hand over one sample at a time, or vmap"
        )
    if start is not None and start.shape != drive.shape:
        raise InputError(f"start must have the shape of drive, {drive.shape}, got {start.shape}")
    return interaction, drive, start
