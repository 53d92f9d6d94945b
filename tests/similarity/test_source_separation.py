"""The two layers that separate sources: they are the two circuits, and they find the sources."""

import jax
import numpy as np
import pytest

import bouton
from bouton.data import nonnegative_mixture
from bouton.errors import InputError
from bouton.similarity import SourceSeparationNetwork


def correlations(answers, sources):
    n = sources.shape[1]
    return np.corrcoef(answers.T, sources.T)[:n, n:].max(axis=0)


@pytest.mark.thorough
def test_the_second_layer_learns_from_the_first(float64):
    data, _, _ = nonnegative_mixture(3, n_samples=300, seed=0)
    circuit = SourceSeparationNetwork(3, 3)
    start = circuit.init(jax.random.key(0))
    run = bouton.run(circuit, data, key=jax.random.key(0), state=start, record={"y": 1, "whitened": 1})
    first = bouton.run(circuit.whitening, data, key=jax.random.key(0), state=start.whitening, record={"y": 1})
    whitened = first.recordings["y"].values
    second = bouton.run(circuit.rotation, whitened, key=jax.random.key(0), state=start.rotation, record={"y": 1})
    np.testing.assert_allclose(run.recordings["whitened"].values, whitened, atol=1e-12)
    np.testing.assert_allclose(run.recordings["y"].values, second.recordings["y"].values, atol=1e-9)
    np.testing.assert_allclose(run.state.rotation.lateral, second.state.lateral, atol=1e-9)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [0, 1])
def test_three_sources_are_recovered_wherever_all_neurons_answer(seed):
    mixtures, sources, _ = nonnegative_mixture(3, n_samples=20_000, seed=seed)
    found = []
    # Some starts leave a neuron silent for good, which is to be seen; of four, not all do.
    for start in range(4):
        answers = bouton.run(SourceSeparationNetwork(3, 3), mixtures, key=jax.random.key(start)).respond(mixtures)
        assert np.all(answers >= 0)
        if np.all(answers.max(axis=0) > 0):
            found.append(correlations(answers, sources).min())
            # Sources of variance 1 come out as they are: also in scale.
            np.testing.assert_allclose(answers.var(axis=0), 1, atol=0.05)
    assert len(found) >= 1
    assert min(found) > 0.999


@pytest.mark.thorough
def test_more_mixtures_than_sources():
    mixtures, sources, _ = nonnegative_mixture(2, n_features=6, n_samples=20_000, seed=0)
    answers = bouton.run(SourceSeparationNetwork(6, 2), mixtures, key=jax.random.key(0)).respond(mixtures)
    assert np.all(correlations(answers, sources) > 0.999)


def test_more_sources_than_mixtures_are_refused():
    with pytest.raises(InputError, match="n_outputs must be at most n_inputs, 2, got 3"):
        SourceSeparationNetwork(2, 3)
    with pytest.raises(InputError, match="leak must be at least 0"):
        SourceSeparationNetwork(3, 3, leak=-1.0)
