"""One row per equilibrium solver. Laws run on every row."""

from bouton.dynamics import ActiveSet, CoordinateDescent, Identity, LinearSolve, ProjectedGradient
from catalogue import systems
from catalogue.rows import SolverRow

ROWS = {
    "coordinate descent": SolverRow(lambda: CoordinateDescent(1e-12, 5000)),
    "coordinate descent, linear": SolverRow(lambda: CoordinateDescent(1e-12, 5000, Identity()), linear=True),
    "active set": SolverRow(lambda: ActiveSet(1e-12, 5000, patience=1)),
    "projected gradient": SolverRow(lambda: ProjectedGradient(tolerance=1e-12, max_iterations=20_000)),
    "linear solve": SolverRow(LinearSolve, linear=True, why_unfoldable="one factorisation by LAPACK"),
} | systems.rows("SOLVERS")
