"""Fast dynamics: what neurons do before any synapse changes.

======================  ===========================================================================
module                  what settles or runs there
======================  ===========================================================================
`activation`            from potential to activity: identity, rectifier, soft threshold, tanh
`fi_curves`             from total input to firing rate: rectified, hard, Cauchy, two-sided, integrate-and-fire
`equilibria`            recurrent rate networks at rest: by sweeps, active sets, gradients, linear solves
`binary_units`          stochastic binary units, and inhibition that keeps a given number of them active
`relaxation`            any rate network that relaxes to rest by Euler steps
`integrate_and_fire`    leaky integrate-and-fire neurons on a clock
`point_neurons`         leaky integrate-and-fire neurons with synaptic currents, exact between spikes
`synaptic_currents`     delta, exponential and alpha synapses, and what they bring to a leaky membrane
`conductance_neurons`   leaky integrate-and-fire neurons with synaptic conductances
`adaptive_exponential`  adaptive exponential integrate-and-fire neurons
`hazards`               from distance to threshold to a random spike, and the likelihood of spikes
`escape_noise`          integrate-and-fire neurons that fire at random and remember their spikes
`excitable`             stochastic neurons with a random dead time and slow excitability
`voltage_clopath`       the neuron of voltage-based plasticity
`voltage_filters`       filters of the potential, read late
`low_pass`              low-pass filters of a voltage
`back_propagation`      spikes that travel back into a dendrite, and an EPSP there
`short_term`            release of transmitter that runs out and facilitates
`traces`                exponential traces of spikes
`cable_tree`            the linear system of a branched cable
`glutamate_receptors`   AMPA receptors, and NMDA receptors with their block by magnesium
`readouts`              what a neuron makes available at its synapses: traces, its filtered potential
======================  ===========================================================================
"""

from bouton.dynamics.activation import Activation, Identity, Rectifier, Sigmoid, SoftThreshold, Tanh, ThresholdLinear
from bouton.dynamics.adaptive_exponential import AdaptiveExponential
from bouton.dynamics.back_propagation import BackPropagatingSpikes
from bouton.dynamics.binary_units import adaptive_threshold, firing_probability
from bouton.dynamics.cable_tree import CableTree
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
from bouton.dynamics.excitable import ExcitableNeurons, WaitingNeurons
from bouton.dynamics.fi_curves import (
    CauchyThreshold,
    FICurve,
    HardThreshold,
    LeakyIntegrateAndFire,
    RectifiedLinear,
    TwoSidedRectifier,
)
from bouton.dynamics.glutamate_receptors import RECEPTOR_SETS, GlutamateReceptors
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
from bouton.dynamics.low_pass import LowPass
from bouton.dynamics.mesoscopic import AgeBins, MesoscopicState
from bouton.dynamics.point_neurons import CurrentIntegrateAndFire, NeuronState, PointNeurons
from bouton.dynamics.populations import Populations, PopulationValues, fixed_points, stationary_rate
from bouton.dynamics.readouts import FilteredVoltage, MomentaryVoltage, Readout
from bouton.dynamics.relaxation import Relaxation, Relaxed
from bouton.dynamics.resonators import ResonatorBank, ResonatorState
from bouton.dynamics.short_term import ShortTermPlasticity, Vesicles
from bouton.dynamics.synaptic_currents import (
    AlphaSynapse,
    DeltaSynapse,
    ExponentialSynapse,
    SynapticCurrent,
    leaky_integral,
)
from bouton.dynamics.traces import ExponentialTrace
from bouton.dynamics.voltage_clopath import ClopathMembrane, ClopathNeuron
from bouton.dynamics.voltage_filters import VoltageFilters, VoltageLines

__all__ = [
    "RECEPTOR_SETS",
    "Activation",
    "ActiveSet",
    "AdaptiveExponential",
    "AgeBins",
    "AlphaSynapse",
    "BackPropagatingSpikes",
    "CableTree",
    "CauchyThreshold",
    "ClopathMembrane",
    "ClopathNeuron",
    "ConductanceIntegrateAndFire",
    "CoordinateDescent",
    "CurrentIntegrateAndFire",
    "DeltaSynapse",
    "Equilibrium",
    "EquilibriumSolver",
    "EscapeNoise",
    "ExcitableNeurons",
    "ExponentialHazard",
    "ExponentialSynapse",
    "ExponentialTrace",
    "FICurve",
    "FilteredVoltage",
    "GlutamateReceptors",
    "HardThreshold",
    "Hazard",
    "HistoryKernel",
    "Identity",
    "IntegrateAndFire",
    "LeakyIntegrateAndFire",
    "LinearHazard",
    "LinearSolve",
    "LowPass",
    "Membrane",
    "MesoscopicState",
    "MomentaryVoltage",
    "NeuronState",
    "PointNeurons",
    "PopulationValues",
    "Populations",
    "ProjectedGradient",
    "Readout",
    "RectifiedLinear",
    "Rectifier",
    "Relaxation",
    "Relaxed",
    "ResonatorBank",
    "ResonatorState",
    "ShortTermPlasticity",
    "Sigmoid",
    "SoftThreshold",
    "SynapticCurrent",
    "Tanh",
    "ThresholdLinear",
    "ThresholdedHazard",
    "TwoSidedRectifier",
    "Vesicles",
    "VoltageFilters",
    "VoltageLines",
    "WaitingNeurons",
    "adaptive_threshold",
    "firing_probability",
    "fixed_points",
    "leaky_integral",
    "spike_log_likelihood",
    "spike_probability",
    "stationary_rate",
    "train_log_likelihood",
]
