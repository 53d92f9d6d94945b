"""The comparison with Brian2: what is told of our own networks, and that a missing or broken peer is said to be so."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import spiking


def test_a_race_without_a_peer_tells_of_our_own(tmp_path):
    rows = spiking.race("stdp", None, 1, 0.005, tmp_path)
    assert rows[0] == {"network": "stdp", "who": "Brian2", "left out": "no environment (--python)"}
    assert [row["who"] for row in rows[1:]] == ["bouton", "bouton, spikes recorded"]
    for row in rows[1:]:
        assert row["cpu per s"] > 0
        assert row["rate"] > 0
        assert row["mean"] == pytest.approx(1, abs=0.02)


def test_a_peer_that_fails_is_left_out_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(spiking, "WORKER", tmp_path / "nothing.py")
    monkeypatch.setattr(spiking, "own", lambda *_: (lambda: {"cpu": 1.0, "rate": 5.0}, 0.0))
    rows = spiking.race("cuba", Path(sys.executable), 1, 1.0, tmp_path)
    assert [row["who"] for row in rows[:2]] == ["Brian2 cuba, float64", "Brian2 cuba, float32"]
    assert all("nothing.py" in row["left out"] for row in rows[:2])
