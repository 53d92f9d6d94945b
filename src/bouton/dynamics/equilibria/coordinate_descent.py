"""Coordinate descent: the units update in turn, each with the newest values of the others.

    y_i <- f((b_i - sum_{j != i} A_ij y_j) / A_ii)

Source: Pehlevan and Chklovskii (2014), "A Hebbian/anti-Hebbian network derived from online non-negative matrix
factorization can cluster and discover sparse features", Asilomar Conference on Signals, Systems and Computers,
arXiv:1503.00680.
"""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_batching import custom_vmap
from jaxtyping import Array, Float, Int

from bouton._fields import AtLeastZero, Count
from bouton._loops import element, largest_magnitude, next_nonzero, row, set_element
from bouton.dynamics.activation import Activation, Rectifier
from bouton.dynamics.equilibria.contract import (
    Equilibrium,
    EquilibriumSolver,
    checked_problem,
    equilibrium_of,
    inverse_or_zero,
)

__all__ = ["CoordinateDescent", "sweep"]


class CoordinateDescent(EquilibriumSolver):
    """Let one unit after the other take its best value, given the newest values of the others (Gauss-Seidel).

        y_i <- f((b_i - sum_{j != i} A_ij y_j) / A_ii)        i = 1 .. m, again and again

    With f the rectifier each update is the exact minimiser of E over y_i >= 0, so E never increases. (All units at
    once, the Jacobi order, can oscillate for ever.) It stops when max|dy| <= tolerance * max|y| over a whole sweep.

    Parameters
    ----------
    tolerance
        Largest relative change of the last sweep, default 1e-6. 0 asks for a fixed point to the last bit.
    max_sweeps
        Most sweeps made, default 100.
    transfer
        The scalar function f, with f(0) = 0: `Rectifier` (default), `Identity`, `SoftThreshold`.

    Raises
    ------
    InputError
        If tolerance is negative or not finite, or max_sweeps is less than 1.

    Notes
    -----
    The residual b - A y is kept, and touched only when a unit changes: a silent unit costs one comparison, a changing
    one a pass over its row. It folds into the loop around it and can be vmapped; it has no reverse-mode derivative.
    Convergence is linear and slows down with the conditioning of A restricted to the active units.

    References
    ----------
    Pehlevan and Chklovskii (2014), arXiv:1503.00680.

    Examples
    --------
    Two units that inhibit each other; the weaker one is silenced.

    >>> import jax.numpy as jnp
    >>> solver = CoordinateDescent()
    >>> found = solver(jnp.array([[1.0, 0.5], [0.5, 1.0]]), jnp.array([2.0, 0.5]))
    >>> found.activity.tolist(), int(found.sweeps), bool(found.converged)
    ([2.0, 0.0], 2, True)
    """

    tolerance: AtLeastZero | Float[Array, ""] = 1e-6
    max_sweeps: Count | Int[Array, ""] = 100
    transfer: Activation = Rectifier()

    def __call__(
        self,
        interaction: Float[Array, "units units"],
        drive: Float[Array, " units"],
        start: Float[Array, " units"] | None = None,
    ) -> Equilibrium:
        """Find the equilibrium; see `EquilibriumSolver.__call__`."""
        interaction, drive, start = checked_problem(interaction, drive, start)
        diagonal = jnp.diagonal(interaction)
        if start is None:
            activity, residual = jnp.zeros_like(drive), drive
        else:
            activity = jnp.where(diagonal == 0, 0, start)
            residual = drive - interaction @ activity
        inverse = inverse_or_zero(diagonal)

        def potential(activity, residual, i):
            return element(activity, i) + element(residual, i) * element(inverse, i)

        return self._descend(lambda i: row(interaction, i), potential, activity, residual)

    def settle(
        self,
        interaction_row: Callable[[Int[Array, ""]], Float[Array, " units"]],
        diagonal: Float[Array, " units"],
        drive: Float[Array, " units"],
        interaction_product: Callable[[Float[Array, " units"]], Float[Array, " units"]] | None = None,
    ) -> Equilibrium:
        """Find the equilibrium, from silence, of an interaction that is not kept as a matrix.

        A network in terms of lateral weights M, without self-inhibition, and cumulative activity c (A_ij = c_i M_ij =
        c_j M_ji, A_ii = c_i) settles without its matrix A being written out:
        ``settle(lambda i: c[i] * M[i], c, c * (W @ x))``.

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
            Not used.

        Returns
        -------
        Equilibrium
            The activity, and how far it got.
        """
        inverse = inverse_or_zero(diagonal)

        def potential(_, field, i):
            return element(field, i) * element(inverse, i)

        return self._descend(interaction_row, potential, jnp.zeros_like(drive), drive)

    def _descend(self, interaction_row, potential, activity, field) -> Equilibrium:
        """Sweep until little changes; `field` is the drive less what `interaction_row` has brought of the activity."""
        tolerance = jnp.asarray(self.tolerance, field.dtype)
        cap = jnp.asarray(self.max_sweeps, jnp.int32)

        def change(activity, field, i):
            return self.transfer(potential(activity, field, i)) - element(activity, i)

        def again(carry):
            sweeps, _, _, largest_change, largest = carry
            return (sweeps == 0) | ((sweeps < cap) & (largest_change > tolerance * largest))

        def body(carry):
            sweeps, activity, field, _, largest = carry
            activity, field, largest_change = sweep(interaction_row, change, activity, field)
            # Looking for the largest activity is dear beside a sweep of few units. Its last value plus the change
            # bounds it from above, which settles most sweeps; a loop of at most one turn, unlike a conditional, copies
            # nothing.
            largest = largest + largest_change
            ask = (largest_change <= tolerance * largest) | (sweeps + 1 >= cap)
            _, largest = lax.while_loop(
                lambda c: c[0], lambda c: (jnp.zeros_like(c[0]), largest_magnitude(activity)), (ask, largest)
            )
            return sweeps + 1, activity, field, largest_change, largest

        zero = jnp.zeros((), field.dtype)
        largest = largest_magnitude(activity)
        sweeps, activity, _, largest_change, largest = lax.while_loop(
            again, body, (jnp.zeros((), jnp.int32), activity, field, zero, largest)
        )
        return equilibrium_of(activity, sweeps, largest_change, largest, tolerance)


def sweep(
    interaction_row: Callable[[Int[Array, ""]], Float[Array, " units"]],
    change: Callable[[Float[Array, " units"], Float[Array, " units"], Int[Array, ""]], Float[Array, ""]],
    activity: Float[Array, " units"],
    field: Float[Array, " units"],
) -> tuple[Float[Array, " units"], Float[Array, " units"], Float[Array, ""]]:
    """Update every unit once, in order; return the activity, the field and the largest change.

    By itself a network goes from one unit that changes to the next. Lanes of `jax.vmap` cannot share that search: they
    go through all units side by side, to the same values.
    """
    first = jnp.zeros((), jnp.int32)
    functions = (
        eqx.filter_closure_convert(interaction_row, first),
        eqx.filter_closure_convert(change, activity, field, first),
    )
    arrays, rest = eqx.partition(functions, eqx.is_array)

    @custom_vmap
    def swept(arrays, activity, field):
        row_of, change_of = eqx.combine(arrays, rest)
        return _from_change_to_change(row_of, change_of, activity, field)

    @swept.def_vmap
    def lanes(axis_size, batched, *operands):
        in_axes = jax.tree.map(lambda is_batched: 0 if is_batched else None, batched)

        def each(arrays, activity, field):
            row_of, change_of = eqx.combine(arrays, rest)
            return _through_all(row_of, change_of, activity, field)

        return jax.vmap(each, in_axes=tuple(in_axes), axis_size=axis_size)(*operands), (True, True, True)

    return swept(arrays, activity, field)


def _through_all(interaction_row, change, activity, field):
    def body(i, carry):
        activity, field, largest = carry
        step = change(activity, field, i)
        field = field - step * interaction_row(i)
        return set_element(activity, i, element(activity, i) + step), field, jnp.maximum(largest, jnp.abs(step))

    return lax.fori_loop(0, activity.shape[0], body, (activity, field, jnp.zeros((), activity.dtype)))


def _from_change_to_change(interaction_row, change, activity, field):
    count = activity.shape[0]
    zero = jnp.zeros((), activity.dtype)

    def search(activity, field, after):
        return next_nonzero(lambda i: change(activity, field, i), count, after, zero)

    def body(carry):
        i, step, activity, field, largest = carry
        activity = set_element(activity, i, element(activity, i) + step)
        field = field - step * interaction_row(i)
        return *search(activity, field, i), activity, field, jnp.maximum(largest, jnp.abs(step))

    i, step = search(activity, field, -jnp.ones((), jnp.int32))
    _, _, activity, field, largest = lax.while_loop(
        lambda carry: carry[0] < count, body, (i, step, activity, field, zero)
    )
    return activity, field, largest
