"""Rows of memories, filters of volatile worlds, dendrites, spiking networks, and of what is made of circuits."""

import jax.numpy as jnp
import numpy as np

from bouton import dendrites, memory, similarity, spiking, surprise
from bouton.dynamics import CurrentIntegrateAndFire
from bouton.engine import Copies, SideBySide
from bouton.plasticity import Dense, FanIn
from catalogue.circuits.row import (
    DRAWS,
    NO_SELF,
    NO_SYNAPSES,
    NOT_AFFINE,
    CircuitRow,
    counted,
    depolarised,
    driving,
    pattern,
    sighting,
)

VOLTAGE = dendrites.PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
GAUSS = surprise.GaussianMean(0.5)
DENDRITIC = ((), {"weights": NOT_AFFINE})


def spiking_with_sources():
    """Return a network that Poisson units and given spikes drive, over several delays."""
    builder = spiking.NetworkBuilder()
    cells = builder.neurons("cells", 4, CurrentIntegrateAndFire())
    builder.connect(builder.poisson("noise", 3, 50.0), cells, weight=9.0, pattern="all_to_all")
    builder.connect(
        builder.spikes("given", [[1.0, 2.0]]), cells, weight=9.0, delay=[0.1, 0.5, 0.9, 0.5], pattern="all_to_all"
    )
    return builder.build()


def beliefs(make, events=None, **facts):
    """Return the row of a filter: beliefs, no synapses."""
    return CircuitRow(make, audit=NO_SYNAPSES, events=events, **facts)


ROWS = {
    "AdaTron": CircuitRow(
        lambda: memory.AdaTronNetwork(jnp.asarray(np.sign(np.sin(np.arange(1, 21).reshape(4, 5))), float)),
        reasons={"coefficients": NOT_AFFINE},
        events=pattern,
        audit="synapses: AdaTron",
    ),
    "message passing": beliefs(lambda: surprise.MessagePassing(GAUSS, 0.1, 4)),
    "message passing, categories": beliefs(
        lambda: surprise.MessagePassing(surprise.Categorical(3), 0.1, 4), counted(2)
    ),
    "stratified resampling": beliefs(lambda: surprise.StratifiedResampling(GAUSS, 0.1, 4), not_in_float64=DRAWS),
    "particle filter": beliefs(lambda: surprise.ParticleFilter(GAUSS, 0.1, 4), not_in_float64=DRAWS),
    "variational SMiLe": beliefs(lambda: surprise.VariationalSMiLe(GAUSS, 0.1)),
    "variational SMiLe, unknown variance": beliefs(lambda: surprise.VariationalSMiLe(surprise.GaussianUnknown(), 0.1)),
    "SMiLe": beliefs(lambda: surprise.SMiLe(surprise.Categorical(3), 0.1), counted(2)),
    "delta rule": beliefs(lambda: surprise.DeltaRule(GAUSS, 0.1)),
    "leaky integrator": beliefs(lambda: surprise.LeakyIntegrator(surprise.Poisson(), 0.9), counted(5)),
    "dendritic": CircuitRow(
        lambda: dendrites.DendriticSynapses(Dense(5, 3), VOLTAGE),
        *DENDRITIC,
        events=depolarised,
        audit="synapses: DendriticVoltageHebb",
    ),
    "dendritic, Euler": CircuitRow(
        lambda: dendrites.DendriticSynapses(FanIn([[0, 1], [1, 4]], 5), VOLTAGE, method="euler"),
        *DENDRITIC,
        events=depolarised,
        audit="synapses: DendriticVoltageHebb",
    ),
    "dendritic, instantaneous": CircuitRow(
        lambda: dendrites.DendriticSynapses(Dense(5, 3), VOLTAGE, "instantaneous"),
        *DENDRITIC,
        events=depolarised,
        audit="synapses: InstantaneousVoltageHebb",
    ),
    "dendritic, Clopath": CircuitRow(
        lambda: dendrites.DendriticSynapses(Dense(5, 3), VOLTAGE, "clopath"),
        *DENDRITIC,
        events=depolarised,
        audit="synapses: InstantaneousVoltageHebb",
    ),
    "spiking, currents": CircuitRow(lambda: spiking.cuba_network(40, 0.2), audit=NO_SYNAPSES, events=driving),
    "spiking, conductances": CircuitRow(lambda: spiking.coba_network(40, 0.2), audit=NO_SYNAPSES, events=driving),
    "spiking, plastic": CircuitRow(
        lambda: spiking.stdp_network(40), audit="projections.0: BoundedEvents", events=driving
    ),
    "spiking, sources and delays": CircuitRow(
        spiking_with_sources, audit=NO_SYNAPSES, events=driving, not_in_float64=DRAWS
    ),
    "with gaps": beliefs(lambda: surprise.WithGaps(surprise.MessagePassing(GAUSS, 0.1, 4)), sighting),
    "copies": beliefs(lambda: Copies(surprise.VariationalSMiLe(GAUSS, 0.1), 3)),
    "side by side": CircuitRow(
        lambda: SideBySide({"a": similarity.SNMFNetwork(5, 3), "b": similarity.SNMFNetwork(5, 2)}),
        ("a.feedforward", "b.feedforward"),
        {"a.lateral": NO_SELF, "b.lateral": NO_SELF},
        audit=(
            "circuits.0.feedforward: CumulativeHebb, circuits.0.lateral: CumulativeHebb, "
            "circuits.1.feedforward: CumulativeHebb, circuits.1.lateral: CumulativeHebb"
        ),
    ),
}
