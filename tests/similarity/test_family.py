"""What every circuit of the similarity matching family keeps: locality, one trajectory whatever the chunks, silence."""

import jax
import numpy as np
import pytest

import bouton
from bouton.plasticity import audit
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


def assert_same(first, second):
    for one, other in zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("circuit", CIRCUITS, ids=NAMES)
def test_the_trajectory_does_not_depend_on_chunks_and_a_model_file_brings_it_back(circuit, tmp_path):
    whole = bouton.run(circuit, DATA, key=jax.random.key(0), record={"y": 1})
    state, step = None, 0
    for size in (7, 50, 93):
        part = bouton.run(circuit, DATA[step : step + size], key=jax.random.key(0), state=state, first_step=step)
        state, step = part.state, step + size
    assert_same(state, whole.state)
    assert whole.recordings["y"].values.shape == (150, 3)
    loaded, again = bouton.load(bouton.save(tmp_path / "model", circuit, whole.state))
    assert loaded == circuit
    assert_same(again, whole.state)
    np.testing.assert_array_equal(bouton.respond(loaded, again, DATA), whole.respond(DATA))


@pytest.mark.parametrize("circuit", CIRCUITS, ids=NAMES)
def test_silence_is_answered_by_silence(circuit):
    state = bouton.run(circuit, DATA, key=jax.random.key(0)).state
    np.testing.assert_array_equal(bouton.respond(circuit, state, np.zeros((2, 5))), 0)


@pytest.mark.parametrize("circuit", CIRCUITS, ids=NAMES)
def test_all_but_the_fast_form_learn_locally(circuit):
    assert audit(circuit).local == (type(circuit) is not FastSimilarityMatching)
