"""The benchmark of correlation-invariant neurons measures the same steps on both sides."""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.features import CorrelationInvariantNeurons, TripletNeurons

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import invariant

    return invariant


def test_numpy_takes_the_same_steps(benchmark):
    rng = np.random.default_rng(1)
    batches = rng.laplace(size=(30, benchmark.BATCH, 6)).astype(np.float32)
    start = rng.normal(size=(6, 2)).astype(np.float32)
    circuit = CorrelationInvariantNeurons(6, 2, learning_rate=benchmark.RATE, batch_size=benchmark.BATCH)
    state = circuit.start(jnp.asarray(start.T))
    learned = bouton.run(circuit, batches, key=jax.random.key(0), state=state).state.feedforward
    for outer in (True, False):
        np.testing.assert_allclose(benchmark.in_numpy(batches, start, outer).T, learned, atol=1e-4)


def test_spiking_neurons_in_numpy_learn_alike(benchmark):
    """Chance differs, and so the mean over synapses is compared."""
    patches = np.random.default_rng(0).laplace(size=(20, 32, 4)).astype(np.float32) / 1.4
    circuit = TripletNeurons(4, 3, batch_size=32)
    state = circuit.init(jax.random.key(0))
    state = state._replace(weights=10 * state.weights)
    own = bouton.run(circuit, patches, key=jax.random.key(1), state=state).state.weights
    other = benchmark.spiking_in_numpy(patches, np.array(state.weights).T, 100).T
    moved = np.abs(np.asarray(own) - np.asarray(state.weights)).mean()
    assert moved > 0.01
    assert np.abs(np.asarray(own) - other).mean() < 0.2 * moved


def test_it_writes_what_it_measured(tmp_path, capsys, benchmark):
    assert benchmark.bench(quick=True, out=tmp_path) == 0
    found = json.loads((tmp_path / "invariant.json").read_text(encoding="utf-8"))
    assert [len(found[kind]) for kind in ("rate", "spiking")] == [6, 2]
    assert all(row["samples_per_second"] > 0 for kind in found.values() for row in kind)
    assert "ms/step" in capsys.readouterr().out
