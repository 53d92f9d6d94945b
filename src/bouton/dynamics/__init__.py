"""Fast dynamics: what neurons do before any synapse changes.

============  ==============================================================================
module        what settles or runs there
============  ==============================================================================
`activation`  from potential to activity: identity, rectifier, soft threshold, tanh
`equilibria`  recurrent rate networks at rest: by sweeps, active sets, gradients, linear solves
`relaxation`  any rate network that relaxes to rest by Euler steps
============  ==============================================================================
"""

from bouton.dynamics.activation import Activation, Identity, Rectifier, SoftThreshold, Tanh, ThresholdLinear
from bouton.dynamics.equilibria import (
    ActiveSet,
    CoordinateDescent,
    Equilibrium,
    EquilibriumSolver,
    LinearSolve,
    ProjectedGradient,
)
from bouton.dynamics.relaxation import Relaxation, Relaxed

__all__ = [
    "Activation",
    "ActiveSet",
    "CoordinateDescent",
    "Equilibrium",
    "EquilibriumSolver",
    "Identity",
    "LinearSolve",
    "ProjectedGradient",
    "Rectifier",
    "Relaxation",
    "Relaxed",
    "SoftThreshold",
    "Tanh",
    "ThresholdLinear",
]
