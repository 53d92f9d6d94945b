"""Neuronal assemblies that bind: a content space, neural spaces, and operations on what they hold.

======================  =============================================================================================
what                    for what
======================  =============================================================================================
`AssemblyNetwork`       one content space and any number of named spaces; `train`, `create`, `load`, `recall`, ...
`AssemblyParameters`    sizes, rates and constants of the spaces
`AssemblyCircuit`       what runs underneath: a circuit whose frames switch inhibition and plasticity of each space
`assembly_in`           who belongs to an assembly, and `overlap`, how much two of them share
`ContentDecoder`        which content is active, by logistic regression on filtered spikes
======================  =============================================================================================

Source: M. G. Müller, C. H. Papadimitriou, W. Maass, R. Legenstein, "A model for structured information representation
in neural networks of the brain", eNeuro 7(3), ENEURO.0533-19.2020.
"""

from bouton.spiking.assemblies.build import AssemblyParameters, build_spaces
from bouton.spiking.assemblies.circuit import AssemblyCircuit, AssemblyFrame
from bouton.spiking.assemblies.comparison import ComparisonReadout
from bouton.spiking.assemblies.decoding import ContentDecoder, filtered_activity, voxels
from bouton.spiking.assemblies.measures import Overlap, assembly_in, overlap, weights_between
from bouton.spiking.assemblies.model import AssemblyNetwork
from bouton.spiking.assemblies.operation import Operation
from bouton.spiking.assemblies.running import Running
from bouton.spiking.assemblies.schedule import Phase, Schedule
from bouton.spiking.assemblies.variation import assembly_circuit

__all__ = [
    "AssemblyCircuit",
    "AssemblyFrame",
    "AssemblyNetwork",
    "AssemblyParameters",
    "ComparisonReadout",
    "ContentDecoder",
    "Operation",
    "Overlap",
    "Phase",
    "Running",
    "Schedule",
    "assembly_circuit",
    "assembly_in",
    "build_spaces",
    "filtered_activity",
    "overlap",
    "voxels",
    "weights_between",
]
