"""What waits for the end of a block in each circuit of the library, what does not and why, and that nothing changes."""

from typing import NamedTuple

import jax
import numpy as np
import pytest

import bouton
from bouton.dynamics import CoordinateDescent, Identity
from bouton.engine.block import plan_for
from bouton.plasticity import Sheet, Topology, all_to_all
from bouton.similarity import (
    CorrelationGameNetwork,
    DeepSimilarityMatching,
    FastSimilarityMatching,
    KernelSimilarityMatching,
    ManifoldTilingNetwork,
    NonnegativeSimilarityMatching,
    PrincipalSubspaceNetwork,
    SimilarityMatching,
    SNMFNetwork,
    SourceSeparationNetwork,
    SparseDictionaryNetwork,
    StructuredSimilarityMatching,
    WhiteningNetwork,
)

KEY = jax.random.key(5)


class Stack(NamedTuple):
    """A layer of a deep network, each unit connected to all."""

    feedforward: Topology
    lateral: Topology


def deep(feedback):
    layers = [Stack(all_to_all(12, 6), all_to_all(6, 6)), Stack(all_to_all(6, 4), all_to_all(4, 4))]
    return DeepSimilarityMatching(layers, feedback=feedback)


SHEET = Sheet((4, 4, 1), radius=1, units_per_site=2)
NO_SELF = "neurons do not connect to themselves"
OUTSIDE = "its weights are used outside drives and rules"
# For each circuit what waits, and of each other pathway why it does not. They are made where the precision is known.
LIBRARY = {
    "SNMF": (lambda: SNMFNetwork(12, 5), ["feedforward"], {"lateral": NO_SELF}),
    "similarity matching": (
        lambda: SimilarityMatching(12, 5, dynamics=CoordinateDescent(transfer=Identity())),
        ["feedforward"],
        {"lateral": OUTSIDE},
    ),
    "nonnegative": (lambda: NonnegativeSimilarityMatching(12, 5), ["feedforward"], {"lateral": OUTSIDE}),
    "fast": (
        lambda: FastSimilarityMatching(12, 5),
        ["feedforward"],
        {"lateral_inverse": "neither an AffineRule nor a ResidualRule"},
    ),
    "principal subspace": (lambda: PrincipalSubspaceNetwork(12, 5), ["feedforward"], {"lateral": NO_SELF}),
    "dictionary": (lambda: SparseDictionaryNetwork(12, 5), ["feedforward"], {"lateral": NO_SELF}),
    "whitening": (lambda: WhiteningNetwork(12, 5), ["feedforward"], {"interneuron": OUTSIDE}),
    # The second layer is driven by the answers of the first: one stage more.
    "sources": (
        lambda: SourceSeparationNetwork(12, 5),
        ["whitening.feedforward", "rotation.feedforward"],
        {"whitening.interneuron": OUTSIDE, "rotation.lateral": OUTSIDE},
    ),
    "structured, all to all": (
        lambda: StructuredSimilarityMatching(all_to_all(12, 5), all_to_all(5, 5)),
        ["weights.feedforward"],
        {"weights.lateral": OUTSIDE},
    ),
    "structured, sheet": (
        lambda: StructuredSimilarityMatching(SHEET.feedforward, SHEET.lateral),
        [],
        {"weights.feedforward": "inputs of its own", "weights.lateral": "inputs of its own"},
    ),
    "deep": (
        lambda: DeepSimilarityMatching([SHEET, Sheet(SHEET.shape, radius=1, units_per_site=2)], feedback=0.5),
        [],
        {
            "weights.0.feedforward": "inputs of its own",
            "weights.0.lateral": "its decay differs from synapse to synapse",
            "weights.1.feedforward": "inputs of its own",
            "weights.1.lateral": "inputs of its own",
        },
    ),
    "deep, all to all, no feedback": (
        lambda: deep(0.0),
        ["weights.0.feedforward", "weights.1.feedforward"],
        {"weights.0.lateral": OUTSIDE, "weights.1.lateral": OUTSIDE},
    ),
    # What the first layer answers is known only when the second has settled.
    "deep, all to all": (
        lambda: deep(0.5),
        ["weights.0.feedforward"],
        {
            "weights.0.lateral": "its decay differs from synapse to synapse",
            "weights.1.feedforward": OUTSIDE,
            "weights.1.lateral": OUTSIDE,
        },
    ),
    "tiling": (
        lambda: ManifoldTilingNetwork(12, 5),
        [],
        {"feedforward": OUTSIDE, "inhibition": OUTSIDE, "bias": OUTSIDE},
    ),
    "game": (
        lambda: CorrelationGameNetwork(12, 5),
        [],
        {"feedforward": "neither an AffineRule", "lateral": "neither an AffineRule"},
    ),
    "kernel": (
        lambda: KernelSimilarityMatching(12, 5, batch_size=4),
        [],
        {"features": "mini-batches", "strength": "neither an AffineRule", "lateral": "mini-batches"},
    ),
}


@pytest.mark.parametrize("name", LIBRARY)
def test_what_waits_in_the_circuits_of_the_library(name):
    make, waiting, reasons = LIBRARY[name]
    circuit = make()
    plan = plan_for(circuit, jax.eval_shape(circuit.init, KEY), circuit.event)
    assert [pathway.name for pathway in plan.pathways] == waiting
    assert plan.reasons.keys() == reasons.keys()
    for pathway, reason in reasons.items():
        assert reason in plan.reasons[pathway]


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", [name for name, (_, waiting, _) in LIBRARY.items() if waiting])
def test_the_circuits_of_the_library_learn_the_same_in_blocks(name):
    """Sums and rates of one over t are among them."""
    circuit = LIBRARY[name][0]()
    rng = np.random.default_rng(1)
    rows = rng.uniform(size=(2000, 5)) @ rng.uniform(size=(5, 12)) / 2
    blocked, plain = (bouton.run(circuit, rows, key=KEY, block=block) for block in (32, None))
    for found, expected in zip(jax.tree.leaves(blocked.state), jax.tree.leaves(plain.state), strict=True):
        assert np.max(np.abs(found - expected)) <= 1e-11 * np.max(np.abs(expected))
