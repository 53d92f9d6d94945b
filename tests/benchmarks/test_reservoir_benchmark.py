"""The comparison of reservoirs: all that is told of our own, and that a peer that fails says so."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import reservoirs


def test_all_ways_learn_the_same_weights():
    found = reservoirs.compared(30, 40, 1, None)
    assert [row["name"] for row in found["network"]] == ["bouton, float64", "bouton, float32"]
    off = {row["name"]: row["merit"]["off"] for row in found["update"] if row["merit"]}
    assert off.pop("bouton, float32") < 1e-4
    assert len(off) == 3
    assert max(off.values()) < 1e-10
    assert all(row["ratio"] > 0 for row in (*found["update"], *found["network"]))


def test_a_peer_that_cannot_run_is_said_to_have_ended():
    with pytest.raises(RuntimeError, match="the peer's process ended with code"):
        reservoirs.Peer(Path(sys.executable), *map(np.asarray, ([[1.0]], [[1.0]])))
