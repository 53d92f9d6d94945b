"""Equilibria of recurrent networks whose fast dynamics descend a quadratic energy.

    minimise over y >= 0     E(y) = 1/2 y.A y - b.y                                                     (QP)

| symbol | name        | unit                | shape          |
|--------|-------------|---------------------|----------------|
| A      | interaction | 1                   | (units, units) |
| b      | drive       | that of y times A's | (units,)       |
| y      | activity    | as the drive over A | (units,)       |

A is symmetric and positive semidefinite. A unit with A_ii = 0 is not in use: it stays silent, and nobody feels it.
A point is the minimiser if and only if the gradient g = A y - b is zero where y > 0 and not negative where y = 0.

A linear network, without the constraint, settles where A y = b.
"""

from bouton.dynamics.equilibria.active_set import ActiveSet
from bouton.dynamics.equilibria.contract import Equilibrium, EquilibriumSolver
from bouton.dynamics.equilibria.coordinate_descent import CoordinateDescent
from bouton.dynamics.equilibria.linear_solve import LinearSolve
from bouton.dynamics.equilibria.projected_gradient import ProjectedGradient

__all__ = [
    "ActiveSet",
    "CoordinateDescent",
    "Equilibrium",
    "EquilibriumSolver",
    "LinearSolve",
    "ProjectedGradient",
]
