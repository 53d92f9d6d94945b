"""The comparison of cables: what is told of our own, and that a missing or broken peer is said to be so."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import cables


def test_a_race_without_peers_tells_of_our_own():
    rows = cables.race(None, None, 40.0, 1)
    assert [row["who"] for row in rows] == ["bouton", "NEURON", "Jaxley, float32", "Jaxley, float64"]
    assert [row["left out"] for row in rows[1:]] == ["no environment (--neuron)"] + ["no environment (--jaxley)"] * 2
    assert rows[0]["single"] > rows[0]["batch"] > 0
    assert rows[0]["soma"] == pytest.approx([0.2224, 4.242, 10.2], rel=0.05)


def test_a_peer_that_fails_is_left_out_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(cables, "FOLDER", tmp_path)
    monkeypatch.setattr(cables, "own", lambda *_: {"cpu": [1.0], "batch": [1.0], "soma": [], "local": []})
    rows = cables.race(Path(sys.executable), None, 1.0, 1)
    assert "neuron_worker.py" in rows[1]["left out"]
