"""Fast dynamics: what neurons do before any synapse changes.

====================  ===========================================================================
module                what settles or runs there
====================  ===========================================================================
`activation`          from potential to activity: identity, rectifier, soft threshold, tanh
`fi_curves`           from total input to firing rate: rectified, hard, Cauchy, two-sided, integrate-and-fire
`back_propagation`    spikes that travel back into a dendrite, and an EPSP there
`equilibria`          recurrent rate networks at rest: by sweeps, active sets, gradients, linear solves
`low_pass`            low-pass filters of a voltage
`relaxation`          any rate network that relaxes to rest by Euler steps
`integrate_and_fire`  leaky integrate-and-fire neurons on a clock
`short_term`          release of transmitter that runs out and facilitates
`traces`              exponential traces of spikes
`voltage_clopath`     the neuron of voltage-based plasticity
`voltage_filters`     filters of the potential, read late
====================  ===========================================================================
"""

from bouton.dynamics.activation import Activation, Identity, Rectifier, SoftThreshold, Tanh, ThresholdLinear
from bouton.dynamics.back_propagation import BackPropagatingSpikes
from bouton.dynamics.equilibria import (
    ActiveSet,
    CoordinateDescent,
    Equilibrium,
    EquilibriumSolver,
    LinearSolve,
    ProjectedGradient,
)
from bouton.dynamics.fi_curves import (
    CauchyThreshold,
    FICurve,
    HardThreshold,
    LeakyIntegrateAndFire,
    RectifiedLinear,
    TwoSidedRectifier,
)
from bouton.dynamics.integrate_and_fire import IntegrateAndFire, Membrane
from bouton.dynamics.low_pass import LowPass
from bouton.dynamics.relaxation import Relaxation, Relaxed
from bouton.dynamics.short_term import ShortTermPlasticity, Vesicles
from bouton.dynamics.traces import ExponentialTrace
from bouton.dynamics.voltage_clopath import ClopathMembrane, ClopathNeuron
from bouton.dynamics.voltage_filters import VoltageFilters, VoltageLines

__all__ = [
    "Activation",
    "ActiveSet",
    "BackPropagatingSpikes",
    "CauchyThreshold",
    "ClopathMembrane",
    "ClopathNeuron",
    "CoordinateDescent",
    "Equilibrium",
    "EquilibriumSolver",
    "ExponentialTrace",
    "FICurve",
    "HardThreshold",
    "Identity",
    "IntegrateAndFire",
    "LeakyIntegrateAndFire",
    "LinearSolve",
    "LowPass",
    "Membrane",
    "ProjectedGradient",
    "RectifiedLinear",
    "Rectifier",
    "Relaxation",
    "Relaxed",
    "ShortTermPlasticity",
    "SoftThreshold",
    "Tanh",
    "ThresholdLinear",
    "TwoSidedRectifier",
    "Vesicles",
    "VoltageFilters",
    "VoltageLines",
]
