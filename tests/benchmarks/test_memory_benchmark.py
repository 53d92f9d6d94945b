"""The benchmark of memories measures the same on all sides."""

import json
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def test_it_writes_what_it_measured(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import memories

    assert memories.bench(quick=True, out=tmp_path) == 0
    found = json.loads((tmp_path / "memories.json").read_text(encoding="utf-8"))
    assert [row["merit"]["largest error"] < 1e-5 for row in found["recall"]] == [True] * 3
    own, other = (row["merit"]["mean margin"] for row in found["training"])
    # A threshold of its own can only widen a neuron's margin.
    assert own <= other * 1.001
    assert own == pytest.approx(other, rel=0.2)
    assert [row["recalled"] for row in found["scaling"]] == [1.0] * 3
    assert "µs" in capsys.readouterr().out
