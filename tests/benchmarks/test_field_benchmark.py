"""The benchmark of receptive fields measures the same steps on both sides."""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

import bouton
from bouton.features import NonlinearHebbianNeurons, NonlinearHebbianState

REPOSITORY = Path(__file__).resolve().parents[2]


def test_numpy_takes_the_same_steps(monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import fields

    rng = np.random.default_rng(1)
    rows, start = rng.laplace(size=(2000, 16)).astype(np.float32), rng.normal(size=(9, 16)).astype(np.float32)
    shuffled = rows[np.random.default_rng(0).permutation(len(rows))].reshape(-1, fields.BATCH, 16)
    for name, f in fields.FUNCTIONS.items():
        circuit = NonlinearHebbianNeurons(16, 9, name, fields.RATE, fields.BATCH)
        state = NonlinearHebbianState(jnp.asarray(start))
        learned = bouton.run(circuit, shuffled, key=jax.random.key(0), state=state).state.feedforward
        np.testing.assert_allclose(fields.in_numpy(rows, f, start), learned, atol=2e-5)


def test_it_writes_what_it_measured(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import fields

    assert fields.bench(quick=True, out=tmp_path) == 0
    found = json.loads((tmp_path / "fields.json").read_text(encoding="utf-8"))
    assert len(found["speeds"]) == 11
    assert all(row["samples_per_second"] > 0 for row in found["speeds"])
    assert found["to equal objective"]["bouton_passes"] >= 1
    assert "samples/s" in capsys.readouterr().out
