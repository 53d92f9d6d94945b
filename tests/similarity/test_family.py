"""What every circuit of the similarity matching family keeps besides the laws of circuits: silence."""

import jax
import numpy as np
import pytest

import bouton
from bouton.similarity import (
    FastSimilarityMatching,
    NonnegativeSimilarityMatching,
    PrincipalSubspaceNetwork,
    SimilarityMatching,
    SourceSeparationNetwork,
    SparseDictionaryNetwork,
    WhiteningNetwork,
)

DATA = np.random.default_rng(0).normal(size=(150, 5)) + 0.3
CIRCUITS = (
    SimilarityMatching(5, 3),
    NonnegativeSimilarityMatching(5, 3, leak=0.01),
    FastSimilarityMatching(5, 3),
    PrincipalSubspaceNetwork(5, 3, forgetting=0.99),
    SparseDictionaryNetwork(5, 3, threshold=0.3),
    WhiteningNetwork(5, 3),
    SourceSeparationNetwork(5, 3),
)
NAMES = [type(circuit).__name__ for circuit in CIRCUITS]


@pytest.mark.thorough
@pytest.mark.parametrize("circuit", CIRCUITS, ids=NAMES)
def test_silence_is_answered_by_silence(circuit):
    state = bouton.run(circuit, DATA, key=jax.random.key(0)).state
    np.testing.assert_array_equal(bouton.respond(circuit, state, np.zeros((2, 5))), 0)
