"""Plasticity: rules, each for one synapse; `Synapses` and connectivity, which map them; the locality audit.

The rules live in three rooms, one file per author or mechanism: `bouton.plasticity.rates` (`hebb`, `oja`, `bcm`, ...),
`bouton.plasticity.spikes` (`pair_stdp`, `triplet_stdp`, ...) and `bouton.plasticity.voltages` (`clopath`, ...).
"""

from bouton.plasticity import rates, spikes, voltages
from bouton.plasticity.audit import Audit, PathwayAudit, Seen, audit
from bouton.plasticity.connectivity import Connectivity, Dense, FanIn
from bouton.plasticity.event import Betweentimes, BoundedEvents, EventRule, Spiking
from bouton.plasticity.learning_rate import (
    CosineRate,
    LearningRate,
    RampRate,
    RateSchedule,
    StepwiseRate,
    TriangularRate,
)
from bouton.plasticity.rates import *  # noqa: F403
from bouton.plasticity.rule import AffineRule, Bounded, Confined, Rule
from bouton.plasticity.sheet import Sheet
from bouton.plasticity.spike_times import SpikeEvents, Trains, merge_trains, on_clock, spike_times
from bouton.plasticity.spikes import *  # noqa: F403
from bouton.plasticity.spiking_synapses import SpikingState, SpikingSynapses, event_driven, weights_after
from bouton.plasticity.synapses import Synapses
from bouton.plasticity.topology import Topology, all_to_all, from_constants, random_fan_in, windows
from bouton.plasticity.voltages import *  # noqa: F403

__all__ = [
    "AffineRule",
    "Audit",
    "Betweentimes",
    "Bounded",
    "BoundedEvents",
    "Confined",
    "Connectivity",
    "CosineRate",
    "Dense",
    "EventRule",
    "FanIn",
    "LearningRate",
    "PathwayAudit",
    "RampRate",
    "RateSchedule",
    "Rule",
    "Seen",
    "Sheet",
    "SpikeEvents",
    "Spiking",
    "SpikingState",
    "SpikingSynapses",
    "StepwiseRate",
    "Synapses",
    "Topology",
    "Trains",
    "TriangularRate",
    "all_to_all",
    "audit",
    "event_driven",
    "from_constants",
    "merge_trains",
    "on_clock",
    "random_fan_in",
    "spike_times",
    "weights_after",
    "windows",
]
__all__ += rates.__all__
__all__ += spikes.__all__
__all__ += voltages.__all__
