"""Rows of the circuits of similarity matching."""

from typing import NamedTuple

from bouton import similarity
from bouton.dynamics import ActiveSet, CoordinateDescent, Identity, ProjectedGradient
from bouton.plasticity import Sheet, Topology, all_to_all
from catalogue.circuits.row import (
    BATCHES,
    LINEAR,
    LU,
    NO_SELF,
    NOT_AFFINE,
    OUTSIDE,
    OWN_INPUTS,
    PER_SYNAPSE,
    CircuitRow,
    positive,
)

FIRST = Sheet((4, 4, 1), radius=1, units_per_site=2)
SECOND = Sheet(FIRST.shape, radius=1, units_per_site=2)


class Stack(NamedTuple):
    """A layer of a deep network, each unit connected to all."""

    feedforward: Topology
    lateral: Topology


def stacked(feedback):
    layers = [Stack(all_to_all(5, 4), all_to_all(4, 4)), Stack(all_to_all(4, 3), all_to_all(3, 3))]
    return similarity.DeepSimilarityMatching(layers, feedback=feedback)


SNMF = (("feedforward",), {"lateral": NO_SELF})
MINMAX = (("feedforward",), {"lateral": OUTSIDE})
ON_SHEETS = {
    "weights.0.feedforward": OWN_INPUTS,
    "weights.0.lateral": PER_SYNAPSE,
    "weights.1.feedforward": OWN_INPUTS,
    "weights.1.lateral": OWN_INPUTS,
}
KERNEL = ((), {"features": BATCHES, "strength": NOT_AFFINE, "lateral": BATCHES})

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
}
