r"""The linear system of a branched cable: a matrix with the shape of a tree, solved in a sweep to the root and back.

.. math:: d_i\, x_i + o_i\, x_{p(i)} + \sum_{j:\, p(j) = i} o_j\, x_j = b_i

Elimination goes from the tips to the root (:math:`f = o_i / d_i`, :math:`d_p \mathrel{-}= f o_i`,
:math:`b_p \mathrel{-}= f b_i`), substitution back (:math:`x_i = (b_i - o_i x_p) / d_i`): as many operations as
compartments (M. Hines, International Journal of Bio-Medical Computing 15:69-76, 1984). The order of elimination is
free between branches. Unbranched stretches that have the same number of branchings below them are eliminated side by
side, one compartment of each at a time, and so are all systems of a batch: loops are as long as the longest stretch,
not as the number of compartments, and what they do is elementwise.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, ArrayLike, Float

from bouton._arguments import as_tuple
from bouton._checked import Checked
from bouton._fields import check_fields
from bouton.errors import InputError

__all__ = ["CableTree"]


class _Group(NamedTuple):
    """Stretches that are eliminated side by side: (positions, lanes), from the end near the root."""

    start: int
    positions: int
    lanes: int
    above: np.ndarray
    """For each lane the slot of the parent of its first compartment; of the root any slot, its coupling is none."""
    branching: np.ndarray | None
    """For each slot the row of `children` that ends there, or the number of rows; None where none does."""
    children: np.ndarray
    """For each compartment where stretches begin, their numbers; where there are fewer, the number of stretches."""


class _Layout(NamedTuple):
    groups: tuple[_Group, ...]
    slots: np.ndarray
    """For each compartment its slot."""
    compartments: np.ndarray
    """For each slot its compartment, or the number of compartments where it is empty."""
    parents: np.ndarray
    """For each slot the slot of the parent; of the root and of empty slots their own."""


class CableTree(Checked):
    """Which compartment hangs on which, and the solution of linear systems of that shape.

    Arrays over compartments may have more axes behind: a batch of systems.

    Parameters
    ----------
    parents : sequence of int
        For each compartment the one on which it hangs, a smaller number; -1 for the first one, the root.

    Raises
    ------
    InputError
        If the first compartment is not the root, or another one hangs on nothing before it.

    Examples
    --------
    Three compartments in a row:

    >>> import jax.numpy as jnp
    >>> tree = CableTree([-1, 0, 1])
    >>> diagonal, coupling = jnp.array([2.0, 3.0, 2.0]), jnp.array([0.0, -1.0, -1.0])
    >>> [round(x, 6) for x in tree.solve(diagonal, coupling, jnp.array([1.0, 1.0, 1.0])).tolist()]
    [1.0, 1.0, 1.0]
    """

    parents: tuple[int, ...] = eqx.field(static=True, converter=as_tuple)

    def __check_init__(self) -> None:
        check_fields(self)
        if not self.parents or self.parents[0] != -1:
            raise InputError("the first compartment must be the root, whose parent is -1")
        for number, parent in enumerate(self.parents[1:], 1):
            if not 0 <= parent < number:
                raise InputError(
                    f"compartment {number} has the parent {parent}: parents must come before their children, from 0 to "
                    f"{number - 1}; order the tree from the root, without cycles"
                )

    def __len__(self) -> int:
        return len(self.parents)

    @property
    def slots(self) -> np.ndarray:
        """For each compartment, its place in the order in which systems are solved."""
        return _layout(self.parents).slots

    @property
    def n_slots(self) -> int:
        """Number of places in the order in which systems are solved; some may be empty."""
        return len(_layout(self.parents).compartments)

    def arrange(self, values: Float[Array, "compartments *batch"], empty: float = 0.0) -> Float[Array, "slots *batch"]:
        """Return values of compartments in the order in which systems are solved."""
        filler = jnp.full((1, *values.shape[1:]), empty, values.dtype)
        return _rows(jnp.concatenate([values, filler]), _layout(self.parents).compartments)

    def restore(self, arranged: Float[Array, "slots *batch"]) -> Float[Array, "compartments *batch"]:
        """Return arranged values in the order of the compartments."""
        return _rows(arranged, self.slots)

    def solve(
        self,
        diagonal: Float[ArrayLike, "compartments *batch"],
        coupling: Float[ArrayLike, " compartments"],
        right: Float[ArrayLike, "compartments *batch"],
    ) -> Float[Array, "compartments *batch"]:
        """Solve a system, or a batch of them.

        Parameters
        ----------
        diagonal : array (compartments, ...)
            What multiplies each unknown in its own equation.
        coupling : array (compartments,)
            What multiplies the parent's unknown in it, and it in the parent's; of the root, without meaning.
        right : array (compartments, ...)
            Right-hand sides.

        Returns
        -------
        array (compartments, ...)
            The unknowns; derivatives are those of the exact solution.
        """
        return _whole(self, *map(jnp.asarray, (diagonal, coupling, right)))

    def rootless(self, coupling: Float[Array, " compartments"]) -> Float[Array, " compartments"]:
        """Return couplings to parents with that of the root, which has none, set to zero."""
        return coupling.at[0].set(0.0)

    def solve_arranged(
        self,
        diagonal: Float[Array, "slots *batch"],
        coupling: Float[Array, " slots"],
        right: Float[Array, "slots *batch"],
    ) -> tuple[Float[Array, "slots *batch"], Float[Array, "*batch"]]:
        """Solve arranged systems; return the unknowns and the least pivot, positive for a positive definite system.

        Empty slots must have a diagonal of 1, and neither coupling nor right-hand side.
        """
        layout = _layout(self.parents)
        column = coupling.reshape(-1, *(1,) * (right.ndim - 1))

        def product(x: Array) -> Array:
            mine = diagonal * x + column * _rows(x, layout.parents)
            return mine.at[layout.parents.astype(np.int32)].add(column * x)

        def solution(_: object, b: Array) -> tuple[Array, Array]:
            return _solve(layout, diagonal, column, b)

        return jax.lax.custom_linear_solve(product, right, solution, symmetric=True, has_aux=True)


@jax.jit
def _whole(tree: CableTree, diagonal: Array, coupling: Array, right: Array) -> Array:
    arranged = tree.arrange(diagonal, 1.0), tree.arrange(tree.rootless(coupling)), tree.arrange(right)
    return tree.restore(tree.solve_arranged(*arranged)[0])


def _rows(values: Array, rows: np.ndarray) -> Array:
    return values.at[rows.astype(np.int32)].get(mode="promise_in_bounds")


def _solve(layout: _Layout, diagonal: Array, coupling: Array, right: Array) -> tuple[Array, Array]:
    batch, lowest = right.shape[1:], jnp.full(right.shape[1:], jnp.inf, right.dtype)
    passed: list[Array] = []
    parts = []
    for group in layout.groups:
        shape = (group.positions, group.lanes)
        d, o, b = (
            each[group.start : group.start + shape[0] * shape[1]].reshape(*shape, *each.shape[1:])
            for each in (diagonal, coupling, right)
        )
        if group.branching is not None:
            more = jnp.concatenate([*passed, jnp.zeros((1, 2, *batch), right.dtype)])
            sums = jnp.sum(_rows(more, group.children), axis=1)
            more = _rows(jnp.concatenate([sums, jnp.zeros((1, 2, *batch), right.dtype)]), group.branching)
            d, b = d + more[:, 0].reshape(b.shape), b + more[:, 1].reshape(b.shape)

        def eliminate(carry: tuple[Array, ...], row: tuple[Array, ...]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
            to_diagonal, to_right, least = carry
            own, coupled, side = row[0] + to_diagonal, row[1], row[2] + to_right
            inverse = 1 / own
            factor = coupled * inverse
            carry = -factor * coupled, -factor * side, jnp.minimum(least, own)
            return carry, (factor, side * inverse)

        d = jnp.broadcast_to(d, b.shape)
        nothing = jnp.zeros((group.lanes, *batch), right.dtype)
        first = nothing, nothing, nothing + jnp.inf
        (to_diagonal, to_right, least), kept = jax.lax.scan(eliminate, first, (d, o, b), reverse=True)
        passed.append(jnp.stack([to_diagonal, to_right], axis=1))
        lowest = jnp.minimum(lowest, jnp.min(least, axis=0))
        parts.append(kept)
    solved: dict[int, Array] = {}
    for number in reversed(range(len(parts))):
        group = layout.groups[number]
        above = _above(layout, number, solved, (group.lanes, *batch), right.dtype)

        def substitute(parent: Array, row: tuple[Array, Array]) -> tuple[Array, Array]:
            here = row[1] - row[0] * parent
            return here, here

        solved[number] = jax.lax.scan(substitute, above, parts[number])[1].reshape(-1, *batch)
    return jnp.concatenate([solved[number] for number in range(len(parts))]), lowest


def _above(layout: _Layout, number: int, solved: dict[int, Array], shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """Return the unknowns of the parents of a group's first compartments: they lie in later groups."""
    if number == len(layout.groups) - 1:
        return jnp.zeros(shape, dtype)
    later = jnp.concatenate([solved[other] for other in range(number + 1, len(layout.groups))])
    return _rows(later, layout.groups[number].above - layout.groups[number + 1].start)


@lru_cache(maxsize=64)
def _layout(parents: tuple[int, ...]) -> _Layout:
    """Arrange a tree: unbranched stretches, grouped by how many branchings lie below them at most."""
    n = len(parents)
    children: list[list[int]] = [[] for _ in range(n)]
    for number, parent in enumerate(parents[1:], 1):
        children[parent].append(number)
    stretches: list[list[int]] = []
    for number, parent in enumerate(parents):
        if parent < 0 or len(children[parent]) != 1:
            stretch = [number]
            while len(children[stretch[-1]]) == 1:
                stretch.append(children[stretch[-1]][0])
            stretches.append(stretch)
    begins = {stretch[0]: place for place, stretch in enumerate(stretches)}
    height = [0] * len(stretches)
    for place in reversed(range(len(stretches))):
        below = [height[begins[child]] for child in children[stretches[place][-1]]]
        height[place] = 1 + max(below) if below else 0
    members = [[p for p in range(len(stretches)) if height[p] == level] for level in range(max(height) + 1)]
    slots, start, starts = np.zeros(n, int), 0, []
    for lanes in members:
        positions = max(len(stretches[place]) for place in lanes)
        for lane, place in enumerate(lanes):
            slots[stretches[place]] = start + np.arange(len(stretches[place])) * len(lanes) + lane
        starts.append((start, positions))
        start += positions * len(lanes)
    order = {place: rank for rank, place in enumerate(place for lanes in members for place in lanes)}
    tree = _Tree(parents, children, slots, begins, order)
    compartments = np.full(start, n)
    compartments[slots] = np.arange(n)
    groups = tuple(
        _group(place, lanes, [stretches[lane] for lane in lanes], tree)
        for place, lanes in zip(starts, members, strict=True)
    )
    above = np.arange(start)
    above[slots[1:]] = slots[list(parents[1:])]
    return _Layout(groups, slots, compartments, above)


class _Tree(NamedTuple):
    """Where the compartments and stretches of a tree lie."""

    parents: Sequence[int]
    children: Sequence[Sequence[int]]
    slots: np.ndarray
    begins: dict[int, int]
    """The stretch that begins at a compartment."""
    order: dict[int, int]
    """The row of each stretch, those of lower groups first."""


def _group(place: tuple[int, int], lanes: Sequence[int], stretches: Sequence[Sequence[int]], tree: _Tree) -> _Group:
    (start, positions), (parents, children, slots, begins, order) = place, tree
    above = np.array([slots[max(parents[stretch[0]], 0)] for stretch in stretches])
    ends = [stretch[-1] for stretch in stretches if children[stretch[-1]]]
    if not ends:
        return _Group(start, positions, len(lanes), above, None, np.zeros((0, 0), int))
    before = min(order[lane] for lane in lanes)
    most = max(len(children[end]) for end in ends)
    rows = np.full((len(ends), most), before)
    branching = np.full(positions * len(lanes), len(ends))
    for row, end in enumerate(ends):
        rows[row, : len(children[end])] = [order[begins[child]] for child in children[end]]
        branching[slots[end] - start] = row
    return _Group(start, positions, len(lanes), above, branching, rows)
