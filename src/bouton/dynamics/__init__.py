"""Fast dynamics: what neurons do before any synapse changes.

============  ==============================================================================
module        what settles or runs there
============  ==============================================================================
`equilibria`  recurrent rate networks at rest: coordinate descent, projected gradient, linear
============  ==============================================================================
"""

from bouton.dynamics.equilibria import (
    CoordinateDescent,
    Equilibrium,
    EquilibriumSolver,
    LinearSolve,
    ProjectedGradient,
    identity,
    rectify,
)

__all__ = [
    "CoordinateDescent",
    "Equilibrium",
    "EquilibriumSolver",
    "LinearSolve",
    "ProjectedGradient",
    "identity",
    "rectify",
]
