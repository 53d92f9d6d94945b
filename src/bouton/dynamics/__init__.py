"""Fast dynamics: what neurons do before any synapse changes.

======================  ===========================================================================
module                  what settles or runs there
======================  ===========================================================================
`activation`            from potential to activity: identity, rectifier, soft threshold, tanh
`fi_curves`             from total input to firing rate: rectified, hard, Cauchy, two-sided, integrate-and-fire
`equilibria`            recurrent rate networks at rest: by sweeps, active sets, gradients, linear solves
`relaxation`            any rate network that relaxes to rest by Euler steps
`integrate_and_fire`    leaky integrate-and-fire neurons on a clock
`point_neurons`         leaky integrate-and-fire neurons with synaptic currents, exact between spikes
`synaptic_currents`     delta, exponential and alpha synapses, and what they bring to a leaky membrane
`conductance_neurons`   leaky integrate-and-fire neurons with synaptic conductances
`adaptive_exponential`  adaptive exponential integrate-and-fire neurons
`hazards`               from distance to threshold to a random spike, and the likelihood of spikes
`escape_noise`          integrate-and-fire neurons that fire at random and remember their spikes
`traces`                exponential traces of spikes
======================  ===========================================================================
"""

from bouton.dynamics.activation import Activation, Identity, Rectifier, SoftThreshold, Tanh, ThresholdLinear
from bouton.dynamics.adaptive_exponential import AdaptiveExponential
from bouton.dynamics.conductance_neurons import ConductanceIntegrateAndFire
from bouton.dynamics.equilibria import (
    ActiveSet,
    CoordinateDescent,
    Equilibrium,
    EquilibriumSolver,
    LinearSolve,
    ProjectedGradient,
)
from bouton.dynamics.escape_noise import EscapeNoise, train_log_likelihood
from bouton.dynamics.fi_curves import (
    CauchyThreshold,
    FICurve,
    HardThreshold,
    LeakyIntegrateAndFire,
    RectifiedLinear,
    TwoSidedRectifier,
)
from bouton.dynamics.hazards import (
    ExponentialHazard,
    Hazard,
    HistoryKernel,
    LinearHazard,
    ThresholdedHazard,
    spike_log_likelihood,
    spike_probability,
)
from bouton.dynamics.integrate_and_fire import IntegrateAndFire, Membrane
from bouton.dynamics.point_neurons import CurrentIntegrateAndFire, NeuronState, PointNeurons
from bouton.dynamics.relaxation import Relaxation, Relaxed
from bouton.dynamics.synaptic_currents import (
    AlphaSynapse,
    DeltaSynapse,
    ExponentialSynapse,
    SynapticCurrent,
    leaky_integral,
)
from bouton.dynamics.traces import ExponentialTrace

__all__ = [
    "Activation",
    "ActiveSet",
    "AdaptiveExponential",
    "AlphaSynapse",
    "CauchyThreshold",
    "ConductanceIntegrateAndFire",
    "CoordinateDescent",
    "CurrentIntegrateAndFire",
    "DeltaSynapse",
    "Equilibrium",
    "EquilibriumSolver",
    "EscapeNoise",
    "ExponentialHazard",
    "ExponentialSynapse",
    "ExponentialTrace",
    "FICurve",
    "HardThreshold",
    "Hazard",
    "HistoryKernel",
    "Identity",
    "IntegrateAndFire",
    "LeakyIntegrateAndFire",
    "LinearHazard",
    "LinearSolve",
    "Membrane",
    "NeuronState",
    "PointNeurons",
    "ProjectedGradient",
    "RectifiedLinear",
    "Rectifier",
    "Relaxation",
    "Relaxed",
    "SoftThreshold",
    "SynapticCurrent",
    "Tanh",
    "ThresholdLinear",
    "ThresholdedHazard",
    "TwoSidedRectifier",
    "leaky_integral",
    "spike_log_likelihood",
    "spike_probability",
    "train_log_likelihood",
]
