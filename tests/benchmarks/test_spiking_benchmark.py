"""The comparison with Brian2: what is told of our own networks, and that a missing or broken peer is said to be so."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import spiking

WAYS = [f"{width}{recorded}" for width in ("float32", "float64") for recorded in ("", ", recorded")]


def test_a_race_without_a_peer_tells_of_our_own(tmp_path):
    rows = spiking.race("stdp", None, 1, 0.005, tmp_path)
    assert rows[0] == {"network": "stdp", "who": "Brian2", "left out": "no environment (--python)"}
    assert [row["who"] for row in rows[1:]] == [f"bouton, {way}" for way in WAYS]
    for row in rows[1:]:
        assert row["cpu per s"] > 0
        assert row["rate"] > 0
        assert row["mean"] == pytest.approx(1, abs=0.02)


def test_a_peer_that_fails_is_left_out_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(spiking, "WORKER", tmp_path / "nothing.py")
    monkeypatch.setattr(spiking, "own", lambda *_: (lambda: {"cpu": 1.0, "rate": 5.0}, 0.0))
    rows = spiking.race("cuba", Path(sys.executable), 1, 1.0, tmp_path)
    peers = [f"Brian2 {name}, {way}" for name in spiking.PEERS["cuba"] for way in WAYS]
    assert [row["who"] for row in rows[: len(peers)]] == peers
    assert all("nothing.py" in row["left out"] for row in rows[: len(peers)])
