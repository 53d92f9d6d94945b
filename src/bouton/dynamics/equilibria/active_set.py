"""Coordinate descent with a finish: a few sweeps find who is active, conjugate gradients find how much.

    sweeps         y_i <- max(0, (b_i - sum_{j != i} A_ij y_j) / A_ii)        at most so many
    finish         solve A_SS y_S = b_S on the active units S = {i: y_i > 0}, then y <- max(0, y)
    check          A y - b = 0 where y > 0, A y - b >= 0 where y = 0; else further sweeps from here

Sources: coordinate descent as in `CoordinateDescent`. M. R. Hestenes, E. Stiefel, "Methods of conjugate gradients for
solving linear systems", J. Res. Natl. Bur. Stand. 49:409, 1952. Solving on the active set and checking the signs: C. L.
Lawson, R. J. Hanson, "Solving least squares problems", 1974.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Int

from bouton._fields import AtLeastZero, Count
from bouton._loops import element, largest_magnitude, row
from bouton.dynamics.equilibria.contract import (
    Equilibrium,
    EquilibriumSolver,
    checked_problem,
    equilibrium_of,
    inverse_or_zero,
)
from bouton.dynamics.equilibria.coordinate_descent import sweep

__all__ = ["ActiveSet"]

# After so many finishes that turned out to be on the wrong units, sweeps alone go on: they are sure to get there.
_FINISHES = 8
_SWEEPS_BETWEEN = 2
# A sweep passes over the rows of the units that change, an iteration of the finish over all rows.
_FEW_UNITS = 64
_DENSE = 3


class _Network(NamedTuple):
    """The interaction without its diagonal, by rows and as a product; the diagonal, its inverse, and the drive."""

    row: Callable[[Int[Array, ""]], Float[Array, " units"]]
    product: Callable[[Float[Array, " units"]], Float[Array, " units"]]
    diagonal: Float[Array, " units"]
    inverse: Float[Array, " units"]
    drive: Float[Array, " units"]

    def best(self, field: Float[Array, " units"]) -> Float[Array, " units"]:
        """Return each unit's best activity given the field, the drive less what the other units bring."""
        return jnp.maximum(field * self.inverse, 0)


class _Progress(NamedTuple):
    """Where the search is: sweeps and iterations used, finishes tried, activity, field, and how far it is from rest."""

    used: Int[Array, ""]
    finishes: Int[Array, ""]
    activity: Float[Array, " units"]
    field: Float[Array, " units"]
    change: Float[Array, ""]
    largest: Float[Array, ""]


class ActiveSet(EquilibriumSolver):
    """Coordinate descent that finishes by solving for the units that have turned out to be active.

    Sweeps are cheap where units hardly depend on each other, and slow to converge where they do: the number of sweeps
    grows with the condition number of A on the active units, that of conjugate gradients with its root. So sweeps come
    first; where they have not converged after `patience` of them, the linear system of the active units is solved by
    conjugate gradients, the outcome is checked against all conditions of the minimum, and sweeps go on if it fails. It
    stops when no unit's best response differs from its activity by more than tolerance * max|y|, or, as
    `CoordinateDescent` does, when no unit has changed by more in a whole sweep.

    Parameters
    ----------
    tolerance
        Largest relative change that any unit would still make, default 1e-6.
    max_sweeps
        Most sweeps and iterations made, default 300.
    patience
        Sweeps before the first finish, default 12. Networks that converge within them behave as under
        `CoordinateDescent`.

    Raises
    ------
    InputError
        If tolerance is negative or not finite, or max_sweeps or patience is less than 1.

    Notes
    -----
    Of more than 64 units at least a third must be active for the finish to pay; with fewer, sweeps alone go on. Units
    rectify; other activation functions need `CoordinateDescent`. It folds into the loop around it (the finish is
    made of products, without a factorisation) and can be vmapped; it has no reverse-mode derivative.

    References
    ----------
    M. R. Hestenes, E. Stiefel, J. Res. Natl. Bur. Stand. 49:409, 1952. C. L. Lawson, R. J. Hanson, Solving least
    squares problems, 1974.

    Examples
    --------
    Two units that inhibit each other strongly: more than a hundred sweeps, or one and two iterations.

    >>> import jax.numpy as jnp
    >>> from bouton.dynamics import CoordinateDescent
    >>> interaction, drive = jnp.array([[1.0, 0.95], [0.95, 1.0]]), jnp.array([1.0, 1.0])
    >>> int(CoordinateDescent(max_sweeps=1000)(interaction, drive).sweeps) > 100
    True
    >>> found = ActiveSet(patience=1)(interaction, drive)
    >>> [round(y, 4) for y in found.activity.tolist()], int(found.sweeps), bool(found.converged)
    ([0.5128, 0.5128], 3, True)
    """

    tolerance: AtLeastZero | Float[Array, ""] = 1e-6
    max_sweeps: Count | Int[Array, ""] = 300
    patience: Count | Int[Array, ""] = 12

    def __call__(
        self,
        interaction: Float[Array, "units units"],
        drive: Float[Array, " units"],
        start: Float[Array, " units"] | None = None,
    ) -> Equilibrium:
        """Find the equilibrium; see `EquilibriumSolver.__call__`."""
        interaction, drive, start = checked_problem(interaction, drive, start)
        diagonal = jnp.diagonal(interaction)
        others = interaction - jnp.diag(diagonal)
        activity = jnp.zeros_like(drive) if start is None else jnp.where(diagonal == 0, 0, jnp.maximum(start, 0))
        field = drive if start is None else drive - others @ activity
        network = _Network(lambda i: row(others, i), lambda y: others @ y, diagonal, inverse_or_zero(diagonal), drive)
        return self._search(network, activity, field)

    def settle(
        self,
        interaction_row: Callable[[Int[Array, ""]], Float[Array, " units"]],
        diagonal: Float[Array, " units"],
        drive: Float[Array, " units"],
        interaction_product: Callable[[Float[Array, " units"]], Float[Array, " units"]] | None = None,
    ) -> Equilibrium:
        """Find the equilibrium, from silence, of an interaction that is not kept as a matrix.

        See `EquilibriumSolver.settle`; without `interaction_product` the matrix is made of its rows.
        """
        if interaction_product is None:
            return super().settle(interaction_row, diagonal, drive)
        network = _Network(interaction_row, interaction_product, diagonal, inverse_or_zero(diagonal), drive)
        return self._search(network, jnp.zeros_like(drive), drive)

    def _search(
        self, network: _Network, activity: Float[Array, " units"], field: Float[Array, " units"]
    ) -> Equilibrium:
        tolerance = jnp.asarray(self.tolerance, field.dtype)
        cap = jnp.asarray(self.max_sweeps, jnp.int32)
        patience = jnp.asarray(self.patience, jnp.int32)

        def go_on(carry: tuple[_Progress, Bool[Array, ""]]) -> Bool[Array, ""]:
            return carry[1]

        def round_(carry: tuple[_Progress, Bool[Array, ""]]) -> tuple[_Progress, Bool[Array, ""]]:
            progress, _ = carry
            few = jnp.where(progress.finishes == 0, patience, _SWEEPS_BETWEEN)
            allowed = jnp.where(progress.finishes < _FINISHES, few, cap)
            progress = _sweeps(network, progress, tolerance, jnp.minimum(cap - progress.used, allowed))
            ask = (progress.change > tolerance * progress.largest) & (progress.used < cap)
            if field.shape[0] > _FEW_UNITS:
                is_dense = _DENSE * jnp.sum(progress.activity > 0, dtype=jnp.int32) > field.shape[0]
                progress = progress._replace(finishes=jnp.where(is_dense, progress.finishes, _FINISHES))
                ask = ask & is_dense
            # A loop of at most one turn, unlike a conditional, copies nothing.
            progress, _ = lax.while_loop(
                go_on, lambda c: (_finish(network, c[0], tolerance, cap), jnp.zeros_like(c[1])), (progress, ask)
            )
            return progress, (progress.change > tolerance * progress.largest) & (progress.used < cap)

        none, zero = jnp.zeros((), jnp.int32), jnp.zeros((), field.dtype)
        start = _Progress(none, none, activity, field, zero, zero)
        found, _ = lax.while_loop(go_on, round_, (start, jnp.ones((), bool)))
        return equilibrium_of(found.activity, found.used, found.change, found.largest, tolerance)


def _sweeps(network: _Network, progress: _Progress, tolerance: Float[Array, ""], allowed: Int[Array, ""]) -> _Progress:
    """Sweep until little changes, at least once and at most `allowed` times."""

    def change(activity, field, i):
        return jnp.maximum(element(field, i) * element(network.inverse, i), 0) - element(activity, i)

    def body(carry):
        done, activity, field, _, _ = carry
        activity, field, largest_change = sweep(network.row, change, activity, field)
        return done + 1, activity, field, largest_change, largest_magnitude(activity)

    def again(carry):
        return (carry[0] == 0) | ((carry[0] < allowed) & (carry[3] > tolerance * carry[4]))

    start = (jnp.zeros((), jnp.int32), progress.activity, progress.field, progress.change, progress.largest)
    done, activity, field, largest_change, largest = lax.while_loop(again, body, start)
    return _Progress(progress.used + done, progress.finishes, activity, field, largest_change, largest)


def _finish(network: _Network, progress: _Progress, tolerance: Float[Array, ""], cap: Int[Array, ""]) -> _Progress:
    """Solve for the units that are active, and say how far all units are from rest then."""
    active = (progress.activity > 0).astype(progress.field.dtype)
    limit = tolerance * progress.largest
    residual = active * (progress.field - network.diagonal * progress.activity)

    def body(carry):
        used, activity, residual, direction, power, _ = carry
        image = active * (network.diagonal * direction + network.product(direction))
        curvature = jnp.dot(direction, image)
        # No curvature: the active units' system is singular, and any further step would lead away.
        step = jnp.where(curvature > 0, power / jnp.where(curvature > 0, curvature, 1), 0)
        activity, residual = activity + step * direction, residual - step * image
        changes = residual * network.inverse
        new_power = jnp.dot(residual, changes)
        far = (largest_magnitude(changes) > limit) & (curvature > 0) & (new_power > 0)
        direction = changes + new_power / power * direction
        return used + 1, activity, residual, direction, new_power, far & (used + 1 < cap)

    changes = residual * network.inverse
    power = jnp.dot(residual, changes)
    start = (progress.used, progress.activity, residual, changes, power, power > 0)
    used, activity, *_ = lax.while_loop(lambda carry: carry[-1], body, start)
    activity = jnp.maximum(activity, 0)
    field = network.drive - network.product(activity)
    change = largest_magnitude(network.best(field) - activity)
    return _Progress(used, progress.finishes + 1, activity, field, change, largest_magnitude(activity))
