"""What the measurements rest on: cores, limits, the layer that is timed in blocks, and a process per measurement."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from benchmarks.cases import CASES, Case
from benchmarks.names import BLOCK_SIZES, PRODUCTS, READING
from benchmarks.timing import LIMIT

from benchmarks import cores, limits, weights, worker

REPOSITORY = Path(__file__).resolve().parents[2]
SMALL = Case(24, 7, "none", np.zeros, warm=0, timed=0, held_out=0)


def test_more_threads_than_cores_are_left_out_with_a_reason(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda *_: None, raising=False)
    assert cores.runnable((1, 2)) == ([1, 2], [])
    assert cores.runnable((1, 4)) == ([1], [{"name": "4 threads", "reason": "this process may use 2 cores"}])


def test_where_no_process_can_be_pinned_all_cores_are_used(monkeypatch):
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    counts, left_out = cores.runnable((1, 2))
    assert counts == [8]
    assert [each["name"] for each in left_out] == ["1 thread", "2 threads"]
    cores.pin(1)


def test_a_process_is_kept_to_the_last_cores(monkeypatch):
    pinned = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {7, 0, 3}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, chosen: pinned.append(chosen), raising=False)
    cores.pin(1)
    cores.pin(2)
    assert pinned == [[7], [3, 7]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_limits_count_readings_of_the_weights_and_have_no_merit(dtype):
    with jax.enable_x64(dtype == "float64"):
        reading, products = limits.contenders(64, 16, dtype)
        for each in (reading, products):
            each.seconds.append(each.once())
            outcome = each.outcome()
            assert outcome["kind"] == LIMIT
            assert outcome["merit"] == {}
            assert outcome["microseconds_per_sample"]["median"] > 0
    assert (reading.name, products.name) == (READING, PRODUCTS)
    # Some 64 MB are read, however many of the weights that are.
    assert reading.n_rows * 64 * 16 * np.dtype(dtype).itemsize == pytest.approx(2**26, rel=0.01)


@pytest.mark.parametrize("active", weights.THRESHOLDS)
def test_blocks_of_the_timed_layer_reach_the_weights_of_the_plain_loop(active):
    layer = weights.RectifyingLayer(SMALL.inputs, SMALL.outputs, weights.THRESHOLDS[active])
    rows = weights.samples(SMALL.inputs, SMALL.outputs, "float32", quick=False)[:600]
    plain = np.asarray(weights.contender(layer, rows, "plain", None, None).learn(None).weights)
    assert not np.allclose(plain, layer.init(jax.random.key(0)).weights, atol=1e-3)
    for block in (3, *BLOCK_SIZES, "auto"):
        blocked = weights.contender(layer, rows, str(block), block, plain)
        merit = blocked.judge(blocked.learn(None))
        assert merit["difference_from_plain"] < 1e-5
        assert merit["active"] == pytest.approx(active, abs=0.06)


def test_blocks_of_the_timed_layer_are_exact_in_double_precision(float64):
    layer = weights.RectifyingLayer(SMALL.inputs, SMALL.outputs, weights.THRESHOLDS[1.0])
    rows = weights.samples(SMALL.inputs, SMALL.outputs, "float64", quick=False)[:600]
    plain = np.asarray(weights.contender(layer, rows, "plain", None, None).learn(None).weights)
    blocked = np.asarray(weights.contender(layer, rows, "block 64", 64, None).learn(None).weights)
    np.testing.assert_allclose(blocked, plain, atol=1e-13)


def test_what_is_reported_of_the_layer():
    found = weights.one(SMALL, "float32", 0.1, threads=1, repeats=2, quick=True)
    assert json.loads(json.dumps(found)) == found
    assert (found["name"], found["active_fraction"], found["threads"]) == ("24x7", 0.1, 1)
    names = [each["name"] for each in found["contenders"]]
    assert names == ["plain", "auto", *(f"block {size}" for size in BLOCK_SIZES), READING, PRODUCTS]
    own = found["contenders"][0]["microseconds_per_sample"]["median"]
    for each in found["contenders"]:
        assert each["ratio"] == pytest.approx(each["microseconds_per_sample"]["median"] / own)


def test_a_process_hands_back_what_it_measured(monkeypatch):
    asked = []

    def run(command, check, cwd):
        asked.append(json.loads(command[3]))
        assert (command[:3], check, cwd) == ([sys.executable, "-m", "benchmarks.worker"], True, REPOSITORY)
        Path(command[4]).write_text(json.dumps({"cases": []}), encoding="utf-8")

    monkeypatch.setattr(subprocess, "run", run)
    assert worker.in_a_process({"threads": 2, "shapes": "64x16"}) == {"cases": []}
    assert asked == [{"threads": 2, "shapes": "64x16"}]


def test_a_process_is_pinned_before_it_measures(monkeypatch, tmp_path):
    from benchmarks import measure

    calls = []
    monkeypatch.setattr(worker, "pin", lambda threads: calls.append(("pin", threads)))
    monkeypatch.setattr(worker.bouton, "fold_loops", lambda: calls.append("fold"))
    monkeypatch.setattr(measure, "everything", lambda cases, **more: calls.append((cases, more)) or {"cases": [1]})
    worker.main({"threads": 2, "shapes": "64x16", "quick": True}, tmp_path / "found.json")
    assert calls == [("pin", 2), "fold", ((CASES[0],), {"threads": 2, "quick": True})]
    assert json.loads((tmp_path / "found.json").read_text()) == {"cases": [1]}
