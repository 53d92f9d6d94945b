"""One row per circuit: a small instance, what the audit and the engine say of it. Laws run on every row."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from bouton import dendrites, features, memory, similarity, spiking, surprise
from bouton.dynamics import ActiveSet, CoordinateDescent, CurrentIntegrateAndFire, Identity, ProjectedGradient
from bouton.engine import Circuit, Copies, SideBySide
from bouton.plasticity import Dense, FanIn, Sheet, Topology, all_to_all

FIRST = Sheet((4, 4, 1), radius=1, units_per_site=2)
SECOND = Sheet(FIRST.shape, radius=1, units_per_site=2)
TABLES = FanIn([[0, 1, 1], [1, 2, 0], [3, 2, 2]], 4), FanIn([[0, 1], [2, 1]], 3)
VOLTAGE = dendrites.PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
GAUSS = surprise.GaussianMean(0.5)


class Stack(NamedTuple):
    """A layer of a deep network, each unit connected to all."""

    feedforward: Topology
    lateral: Topology


def stacked(feedback):
    layers = [Stack(all_to_all(5, 4), all_to_all(4, 4)), Stack(all_to_all(4, 3), all_to_all(3, 3))]
    return similarity.DeepSimilarityMatching(layers, feedback=feedback)


def spiking_with_sources():
    """Return a network that Poisson units and given spikes drive, over several delays."""
    builder = spiking.NetworkBuilder()
    cells = builder.neurons("cells", 4, CurrentIntegrateAndFire())
    builder.connect(builder.poisson("noise", 3, 50.0), cells, weight=9.0, pattern="all_to_all")
    builder.connect(
        builder.spikes("given", [[1.0, 2.0]]), cells, weight=9.0, delay=[0.1, 0.5, 0.9, 0.5], pattern="all_to_all"
    )
    return builder.build()


LU = frozenset({"lapack_sgetrf_ffi", "lapack_strsm_ffi"})
LINEAR = "by default a linear network settles by one factorisation (LAPACK): exact, whatever the weights' condition"
LIBRARY = frozenset({"custom fusion"})
PRODUCT = "the input that a mini-batch of spikes brings is a product of matrices, which XLA leaves to its library"
NO_SYNAPSES = "nothing to audit"
NO_SELF = "neurons do not connect to themselves"
DRAWS = "random numbers of single and of double precision are different draws"
OUTSIDE = "its weights are used outside drives and rules"
NOT_AFFINE = "neither an AffineRule nor a ResidualRule"
BATCHES = "mini-batches"
NO_SINGLE_ARRAY = "its weights are not a single array of the state"
OWN_INPUTS = "inputs of its own"
PER_SYNAPSE = "its decay differs from synapse to synapse"
NEW_WEIGHTS = "its new weights are not simply what the rule made of the old ones"
BOUNDED = "it is Bounded"


class CircuitRow(NamedTuple):
    """A small instance of a circuit, made where the precision is known, and what is said of it."""

    make: Callable[[], Circuit]
    waits: tuple[str, ...] = ()
    """Pathways whose weights wait for the end of a block."""
    reasons: dict[str, str] = {}
    """Of each other pathway, why it does not."""
    audit: str = ""
    """The rule of each pathway, and in brackets what is not local about it."""
    unfoldable: frozenset = frozenset()
    """What the loop holds that keeps XLA from folding it."""
    why_unfoldable: str = ""
    products: bool = False
    """Whether from jax 0.12 on products of two matrices stay with XLA's library, and with them the loop."""
    events: Callable[[np.random.Generator, Circuit], Any] | None = None
    """Draws one event; default: normal values."""
    not_in_float64: str = ""
    """Why double precision need not agree with single precision."""


def drawn(row: CircuitRow, circuit: Circuit, n_events: int, seed: int = 0) -> Any:
    """Return a series of events for a circuit."""
    rng = np.random.default_rng(seed)
    each = [(row.events or normal)(rng, circuit) for _ in range(n_events)]
    events = jax.tree.map(lambda *leaves: np.stack(leaves), *each)
    return jax.tree.map(lambda leaf, shape: leaf.astype(shape.dtype), events, circuit.event)


def normal(rng, circuit):
    return jax.tree.map(lambda leaf: rng.normal(size=leaf.shape), circuit.event)


def counted(largest):
    """Return a draw of whole numbers from 0 up to one."""
    return lambda rng, circuit: jax.tree.map(lambda leaf: rng.integers(largest + 1, size=leaf.shape), circuit.event)


def weak(rng, circuit):
    """Return values of a variance that few samples do not take beyond 1."""
    return rng.normal(size=circuit.event.shape) / 4


def positive(rng, circuit):
    return jax.tree.map(lambda leaf: rng.uniform(size=leaf.shape), circuit.event)


def pattern(rng, circuit):
    return np.sign(rng.normal(size=circuit.event.shape))


def depolarised(rng, circuit):
    """Return presynaptic spikes and local voltages about the thresholds of plasticity, in mV above rest."""
    spikes, voltage = circuit.event
    return type(circuit.event)(rng.integers(2, size=spikes.shape), rng.uniform(0, 60, size=voltage.shape))


def sighting(rng, circuit):
    return type(circuit.event)(np.asarray(rng.normal()), np.asarray(rng.random() < 0.7))


def driving(rng, circuit):
    """Return currents that make neurons fire now and then."""
    return rng.uniform(0, 600, size=circuit.event.shape)


SNMF = (("feedforward",), {"lateral": NO_SELF})
MINMAX = (("feedforward",), {"lateral": OUTSIDE})
ADAPTIVE = ((), {"feedforward": NOT_AFFINE})
NEURONS_AND_LATERAL = ((), {"neurons.feedforward": NOT_AFFINE, "lateral": NOT_AFFINE})
ON_SHEETS = {
    "weights.0.feedforward": OWN_INPUTS,
    "weights.0.lateral": PER_SYNAPSE,
    "weights.1.feedforward": OWN_INPUTS,
    "weights.1.lateral": OWN_INPUTS,
}
KERNEL = ((), {"features": BATCHES, "strength": NOT_AFFINE, "lateral": BATCHES})
SCALED = {"SynapticScaling": NO_SINGLE_ARRAY}
LATERAL = {"lateral": NO_SELF, "Confined": NOT_AFFINE}
DENDRITIC = ((), {"weights": NOT_AFFINE})
FOLDIAK = (("feedforward",), {"lateral": BOUNDED})


def beliefs(make, events=None, **facts):
    """Return the row of a filter: beliefs, no synapses."""
    return CircuitRow(make, audit=NO_SYNAPSES, events=events, **facts)


ROWS = {
    "SNMF, silent start": CircuitRow(
        lambda: similarity.SNMFNetwork(5, 3), *SNMF, audit="feedforward: CumulativeHebb, lateral: CumulativeHebb"
    ),
    "SNMF, random start": CircuitRow(
        lambda: similarity.SNMFNetwork(5, 3, start="random"),
        *SNMF,
        audit="feedforward: CumulativeHebb, lateral: CumulativeHebb",
    ),
    "SNMF, active set": CircuitRow(
        lambda: similarity.SNMFNetwork(5, 3, dynamics=ActiveSet()),
        *SNMF,
        audit="feedforward: CumulativeHebb, lateral: CumulativeHebb",
    ),
    "SNMF, projected gradient": CircuitRow(
        lambda: similarity.SNMFNetwork(5, 3, dynamics=ProjectedGradient()),
        *SNMF,
        audit="feedforward: CumulativeHebb, lateral: CumulativeHebb",
    ),
    "SNMF, wide": CircuitRow(
        lambda: similarity.SNMFNetwork(80, 70), *SNMF, audit="feedforward: CumulativeHebb, lateral: CumulativeHebb"
    ),
    "similarity matching": CircuitRow(
        lambda: similarity.SimilarityMatching(5, 3),
        *MINMAX,
        unfoldable=LU,
        why_unfoldable=LINEAR,
        audit="feedforward: LeakyHebb, lateral: LeakyHebb",
    ),
    "similarity matching, sweeps": CircuitRow(
        lambda: similarity.SimilarityMatching(5, 3, dynamics=CoordinateDescent(transfer=Identity())),
        *MINMAX,
        audit="feedforward: LeakyHebb, lateral: LeakyHebb",
    ),
    "nonnegative similarity matching": CircuitRow(
        lambda: similarity.NonnegativeSimilarityMatching(5, 3, leak=0.01),
        *MINMAX,
        audit="feedforward: LeakyHebb, lateral: LeakyHebb",
    ),
    "fast similarity matching": CircuitRow(
        lambda: similarity.FastSimilarityMatching(5, 3),
        ("feedforward",),
        {"lateral_inverse": NOT_AFFINE},
        audit=(
            "feedforward: LeakyHebb, lateral_inverse: InverseOfLeakyHebb (pre is handed over as one value per synapse)"
        ),
    ),
    "principal subspace": CircuitRow(
        lambda: similarity.PrincipalSubspaceNetwork(5, 3),
        *SNMF,
        unfoldable=LU,
        why_unfoldable=LINEAR,
        audit="feedforward: CumulativeHebb, lateral: CumulativeHebb",
    ),
    "sparse dictionary": CircuitRow(
        lambda: similarity.SparseDictionaryNetwork(5, 3, threshold=0.3),
        *SNMF,
        audit="feedforward: CumulativeHebb, lateral: CumulativeHebb",
    ),
    "whitening": CircuitRow(
        lambda: similarity.WhiteningNetwork(5, 3),
        ("feedforward",),
        {"interneuron": OUTSIDE},
        unfoldable=LU,
        why_unfoldable=LINEAR,
        audit="feedforward: LeakyHebb, interneuron: LeakyHebb",
    ),
    # The second layer is driven by the responses of the first: one stage more.
    "source separation": CircuitRow(
        lambda: similarity.SourceSeparationNetwork(5, 3),
        ("whitening.feedforward", "rotation.feedforward"),
        {"whitening.interneuron": OUTSIDE, "rotation.lateral": OUTSIDE},
        unfoldable=LU,
        why_unfoldable=LINEAR,
        audit=(
            "whitening.feedforward: LeakyHebb, whitening.interneuron: LeakyHebb, "
            "rotation.feedforward: LeakyHebb, rotation.lateral: LeakyHebb"
        ),
    ),
    "correlation game": CircuitRow(
        lambda: similarity.CorrelationGameNetwork(5, 3),
        reasons={"feedforward": NOT_AFFINE, "lateral": NOT_AFFINE},
        events=positive,
        audit="feedforward: CompetitiveHebb, lateral: CorrelationMultiplier",
    ),
    "manifold tiling": CircuitRow(
        lambda: similarity.ManifoldTilingNetwork(5, 3),
        reasons={"feedforward": OUTSIDE, "inhibition": OUTSIDE, "bias": OUTSIDE},
        audit="feedforward: LeakyHebb, inhibition: LeakyHebb, bias: LeakyHebb",
    ),
    "kernel, batches": CircuitRow(
        lambda: similarity.KernelSimilarityMatching(5, 3, batch_size=4),
        *KERNEL,
        unfoldable=LU,
        why_unfoldable=LINEAR,
        audit="features: KernelFeature, strength: KernelStrength, lateral: LeakyHebb",
    ),
    "kernel, samples": CircuitRow(
        lambda: similarity.KernelSimilarityMatching(5, 3, batch_size=None),
        *KERNEL,
        unfoldable=LU,
        why_unfoldable=LINEAR,
        audit="features: KernelFeature, strength: KernelStrength, lateral: LeakyHebb",
    ),
    "structured, all to all": CircuitRow(
        lambda: similarity.StructuredSimilarityMatching(all_to_all(5, 3), all_to_all(3, 3)),
        ("weights.feedforward",),
        {"weights.lateral": OUTSIDE},
        audit="layer.feedforward: LeakyHebb, layer.lateral: LeakyHebb",
    ),
    "structured, sheet": CircuitRow(
        lambda: similarity.StructuredSimilarityMatching(FIRST.feedforward, FIRST.lateral),
        reasons={"weights.feedforward": OWN_INPUTS, "weights.lateral": OWN_INPUTS},
        audit="layer.feedforward: LeakyHebb, layer.lateral: LeakyHebb",
    ),
    "deep": CircuitRow(
        lambda: similarity.DeepSimilarityMatching([FIRST, SECOND], feedback=0.5),
        reasons=ON_SHEETS,
        audit=(
            "layers.0.feedforward: LeakyHebb, layers.0.lateral: Structured, layers.1.feedforward: LeakyHebb, "
            "layers.1.lateral: LeakyHebb"
        ),
    ),
    "deep, all to all, no feedback": CircuitRow(
        lambda: stacked(0.0),
        ("weights.0.feedforward", "weights.1.feedforward"),
        {"weights.0.lateral": OUTSIDE, "weights.1.lateral": OUTSIDE},
        audit=(
            "layers.0.feedforward: LeakyHebb, layers.0.lateral: LeakyHebb, layers.1.feedforward: LeakyHebb, "
            "layers.1.lateral: LeakyHebb"
        ),
    ),
    # The response of the first layer is known only when the second has settled.
    "deep, all to all": CircuitRow(
        lambda: stacked(0.5),
        ("weights.0.feedforward",),
        {"weights.0.lateral": PER_SYNAPSE, "weights.1.feedforward": OUTSIDE, "weights.1.lateral": OUTSIDE},
        audit=(
            "layers.0.feedforward: LeakyHebb, layers.0.lateral: Structured, layers.1.feedforward: LeakyHebb, "
            "layers.1.lateral: LeakyHebb"
        ),
    ),
    "nonlinear Hebbian, batches": CircuitRow(
        lambda: features.NonlinearHebbianNeurons(5, 3, batch_size=4),
        reasons={"feedforward": BATCHES} | SCALED,
        products=True,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling",
    ),
    "nonlinear Hebbian, samples": CircuitRow(
        lambda: features.NonlinearHebbianNeurons(5, 3, "cauchy"),
        reasons={"feedforward": NEW_WEIGHTS} | SCALED,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling",
    ),
    "correlation-invariant, batches": CircuitRow(
        lambda: features.CorrelationInvariantNeurons(5, 3, batch_size=4),
        *ADAPTIVE,
        products=True,
        audit="feedforward: MetaplasticHebb, steps: AdaptiveStep",
    ),
    "correlation-invariant, samples": CircuitRow(
        lambda: features.CorrelationInvariantNeurons(5, 3, "kurtosis", nonnegative=True),
        *ADAPTIVE,
        audit="feedforward: MetaplasticHebb, steps: AdaptiveStep",
    ),
    "correlation-invariant, plain steps": CircuitRow(
        lambda: features.CorrelationInvariantNeurons(5, 3, "oja", adaptive=False),
        ("feedforward",),
        audit="feedforward: HeterosynapticHebb",
    ),
    "correlation-invariant network, batches": CircuitRow(
        lambda: features.CorrelationInvariantNetwork(features.CorrelationInvariantNeurons(5, 3, batch_size=4)),
        *NEURONS_AND_LATERAL,
        products=True,
        audit=(
            "neurons.feedforward: MetaplasticHebb, neurons.steps: AdaptiveStep, lateral: ThresholdHebb, "
            "lateral_steps: AdaptiveStep"
        ),
    ),
    "correlation-invariant network, samples": CircuitRow(
        lambda: features.CorrelationInvariantNetwork(features.CorrelationInvariantNeurons(5, 3)),
        *NEURONS_AND_LATERAL,
        audit=(
            "neurons.feedforward: MetaplasticHebb, neurons.steps: AdaptiveStep, lateral: ThresholdHebb, "
            "lateral_steps: AdaptiveStep"
        ),
    ),
    "triplet": CircuitRow(
        lambda: features.TripletNeurons(5, 3, batch_size=4, duration=3),
        reasons={"TripletPotentiation": BATCHES, "MetaplasticDepression": BATCHES, "ScaledStep": NOT_AFFINE},
        unfoldable=LIBRARY,
        why_unfoldable=PRODUCT,
        products=True,
        events=positive,
        audit="potentiation: TripletPotentiation, depression: MetaplasticDepression, steps: ScaledStep",
    ),
    "triplet, control": CircuitRow(
        lambda: features.TripletNeurons(5, 3, "oja", batch_size=4, duration=3),
        reasons={"TripletPotentiation": BATCHES, "RateDecay": BATCHES, "ScaledStep": NOT_AFFINE},
        unfoldable=LIBRARY,
        why_unfoldable=PRODUCT,
        products=True,
        events=positive,
        audit="potentiation: TripletPotentiation, depression: RateDecay, steps: ScaledStep",
    ),
    "voltage-based": CircuitRow(
        lambda: features.VoltageNeurons(5, 3, duration=3),
        reasons={"ClopathVoltage": NOT_AFFINE},
        events=positive,
        not_in_float64=DRAWS,
        audit="synapses: ClopathVoltage",
    ),
    "nonlinear Hebbian network, batches": CircuitRow(
        lambda: features.NonlinearHebbianNetwork(5, 3, batch_size=4),
        reasons={"feedforward": BATCHES} | SCALED | LATERAL,
        products=True,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling, lateral: Covariance, lateral_bounds: Confined",
    ),
    "nonlinear Hebbian network, samples": CircuitRow(
        lambda: features.NonlinearHebbianNetwork(5, 3, "quadratic-rectifier"),
        reasons={"feedforward": OUTSIDE} | SCALED | LATERAL,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling, lateral: Covariance, lateral_bounds: Confined",
    ),
    "nonlinear Hebbian network, reconstruction": CircuitRow(
        lambda: features.NonlinearHebbianNetwork(5, 3, inhibition="reconstruction", batch_size=4),
        reasons={"feedforward": BATCHES} | SCALED,
        products=True,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling",
    ),
    "Linsker": CircuitRow(
        lambda: features.LinskerNetwork(TABLES, developing=1),
        reasons={"weights.1": BOUNDED},
        audit="feedforward: Bounded",
    ),
    "infomax": CircuitRow(
        lambda: features.InfomaxNetwork(5, 3, input_noise=0.1),
        reasons={
            "feedforward": NEW_WEIGHTS,
            "InfomaxHebb": NO_SINGLE_ARRAY,
            "lateral": OUTSIDE,
            "noise_lateral": OUTSIDE,
        }
        | SCALED,
        events=weak,
        not_in_float64=DRAWS,
        audit=(
            "feedforward: InfomaxHebb, feedforward: InfomaxHebb, scaling: SynapticScaling, lateral: LeakyHebb, "
            "lateral: LeakyHebb"
        ),
    ),
    "AdaTron": CircuitRow(
        lambda: memory.AdaTronNetwork(jnp.asarray(np.sign(np.sin(np.arange(1, 21).reshape(4, 5))), float)),
        reasons={"coefficients": NOT_AFFINE},
        events=pattern,
        audit="synapses: AdaTron",
    ),
    "Foldiak": CircuitRow(
        lambda: features.FoldiakNetwork(5, 3), *FOLDIAK, audit="feedforward: Instar, lateral: Bounded"
    ),
    "Foldiak, binary": CircuitRow(
        lambda: features.FoldiakNetwork(5, 3, steepness=10.0), *FOLDIAK, audit="feedforward: Instar, lateral: Bounded"
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
    "spiking, plastic": CircuitRow(lambda: spiking.stdp_network(40), audit=NO_SYNAPSES, events=driving),
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
