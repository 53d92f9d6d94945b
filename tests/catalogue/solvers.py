"""One row per equilibrium solver. Laws run on every row."""

from collections.abc import Callable
from typing import NamedTuple

from bouton.dynamics import ActiveSet, CoordinateDescent, EquilibriumSolver, Identity, LinearSolve, ProjectedGradient


class SolverRow(NamedTuple):
    """A solver that goes on until rounding, and what is said of it."""

    make: Callable[[], EquilibriumSolver]
    linear: bool = False
    """Whether activities may be negative: it solves A y = b; else no activity is, and silent units are pushed down."""
    why_unfoldable: str = ""
    """Why a loop that holds it cannot be folded into one kernel; "" where it can."""


ROWS = {
    "coordinate descent": SolverRow(lambda: CoordinateDescent(1e-12, 5000)),
    "coordinate descent, linear": SolverRow(lambda: CoordinateDescent(1e-12, 5000, Identity()), linear=True),
    "active set": SolverRow(lambda: ActiveSet(1e-12, 5000, patience=1)),
    "projected gradient": SolverRow(lambda: ProjectedGradient(tolerance=1e-12, max_iterations=20_000)),
    "linear solve": SolverRow(LinearSolve, linear=True, why_unfoldable="one factorisation by LAPACK"),
}
