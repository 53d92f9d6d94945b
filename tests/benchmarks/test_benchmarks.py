"""The benchmark command runs, its results have their form, and what is compared for speed reaches the same weights."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def in_repository(monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "benchmarks.online_snmf", "--quick", "--threads", "1", "--out", str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return folder, done.stdout, json.loads((folder / "bench.json").read_text())


def test_it_writes_results_and_says_where(quick):
    folder, printed, _ = quick
    assert (folder / "bench.png").read_bytes().startswith(b"\x89PNG")
    assert str(folder / "bench.json") in printed
    assert "bouton (bouton.run)" in printed


def test_results_describe_the_machine_but_do_not_name_it(quick):
    machine = quick[2]["machine"]
    assert set(machine) == {"cpu", "cores", "load_at_start", "versions", "xla_flags", "loops_folded"}
    assert machine["loops_folded"] is True
    assert {"bouton", "jax", "numpy", "scikit-learn", "numba"} <= set(machine["versions"])
    assert set(quick[2]["startup"]["seconds"]) >= {"python alone", "import bouton"}


def test_every_contender_has_times_ratios_and_a_figure_of_merit(quick):
    (case,) = quick[2]["cases"]
    assert (case["name"], case["dtype"], case["threads"]) == ("64x16", "float32", 1)
    assert len(case["contenders"]) + len(case["skipped"]) == 14
    limits = [contender["name"] for contender in case["contenders"] if contender["kind"] == "limit of the machine"]
    assert limits == ["limit: reading W", "limit: products with W"]
    for contender in case["contenders"]:
        assert_timed(contender, quick[2]["settings"]["repeats"])
        assert bool(contender["merit"]) == (contender["name"] not in limits)
    assert case["contenders"][0]["ratio"] == 1


def assert_timed(contender, repeats):
    times = contender["microseconds_per_sample"]
    assert len(times["all"]) == repeats == 2
    assert 0 < times["least"] <= times["median"] <= times["most"]
    assert contender["ratio"] > 0
    assert all(np.isfinite(value) for value in contender["merit"].values())


def test_the_work_on_the_weights_is_measured_for_dense_and_sparse_activity(quick):
    found = quick[2]["weights"]
    assert [(layer["name"], layer["active_fraction"], layer["threads"]) for layer in found] == [
        ("64x16", 1.0, 1),
        ("64x16", 0.1, 1),
    ]
    for layer in found:
        names = [contender["name"] for contender in layer["contenders"]]
        assert names[:4] == ["plain", "auto", "block 16", "block 32"]
        assert layer["contenders"][0]["ratio"] == 1
        for contender in layer["contenders"]:
            assert_timed(contender, 2)
            if contender["kind"] == "same algorithm":
                assert contender["merit"]["difference_from_plain"] < 1e-3
    assert "Work on the weights alone" in quick[1]


def test_every_aim_is_judged(quick):
    judged = quick[2]["aims"]
    assert {each["held"] for each in judged} <= {True, False, None}
    # Only the smallest shape is measured: the aims for large ones stay open.
    open_ones = [each for each in judged if each["held"] is None]
    assert {each["held"] is None for each in judged if "3072x400" in each["aim"]} == {True}
    assert quick[1].count("not measured") == len(open_ones) < len(judged)


def test_what_was_asked_for_is_kept_and_nothing_is_left_out(quick):
    assert quick[2]["settings"]["threads"] == [1]
    assert quick[2]["settings"]["quick"] is True
    assert quick[2]["skipped"] == []


def test_contenders_with_the_same_algorithm_reach_the_same_weights(quick):
    (case,) = quick[2]["cases"]
    same = [contender for contender in case["contenders"] if contender["kind"] == "same algorithm"]
    assert {contender["name"] for contender in same} >= {"bouton (bouton.run)", "NumPy, as in the paper"}
    for contender in same:
        assert contender["merit"]["difference_from_bouton"] < 1e-3
    of_all_rows = [c["merit"]["similarity_error"] for c in same if c["rows"] == same[0]["rows"]]
    assert 0 < of_all_rows[0] < 1
    np.testing.assert_allclose(of_all_rows, of_all_rows[0], rtol=1e-3)


def test_the_peer_is_there_or_the_reason_why_not(quick):
    (found,), printed = quick[2]["nonnegative"], quick[1]
    assert found["threads"] == 1
    if found["skipped"]:
        (skipped,) = found["skipped"]
        assert skipped["name"] == "pynsm"
        assert f"left out: pynsm: {skipped['reason']}" in printed
        assert not found["problems"]
    else:
        assert [problem["name"] for problem in found["problems"]] == ["64x16"]
        assert found["problems"][0]["contenders"][0]["ratio"] == 1
        assert "Non-negative similarity matching, 64 inputs" in printed


def test_without_numba_the_loops_are_left_out_with_a_reason(in_repository, monkeypatch):
    from benchmarks.cases import CASES
    from benchmarks.same import Situation, contenders

    monkeypatch.setitem(sys.modules, "numba", None)
    situation, _ = Situation.of(CASES[0].quick(), "float32")
    found, left_out, _ = contenders(situation, budget=1e-6)
    assert [skipped["name"] for skipped in left_out] == ["numba, strict", "numba, fastmath"]
    assert "pip install 'bouton[bench]'" in left_out[0]["reason"]
    assert not any("numba" in contender.name for contender in found)


def test_numba_and_numpy_loops_agree(in_repository):
    pytest.importorskip("numba")
    from benchmarks.loops import accumulators, from_accumulators, numba_learn, numpy_learn

    rng = np.random.default_rng(0)
    weights = rng.normal(size=(5, 8))
    state = (weights / np.linalg.norm(weights, axis=1, keepdims=True), np.zeros((5, 5)), np.full(5, 30.0))
    rows = rng.normal(size=(40, 8))
    expected = numpy_learn(state, rows, 1e-12, 1000)
    drives, products = accumulators(state)
    numba_learn(fastmath=False)(drives, products, rows, 1e-12, 1000, *np.zeros((2, 40), np.int64))
    for mine, theirs in zip(from_accumulators(drives, products), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--shapes", "64x16,7x7"], "there is no shape '7x7': choose from 64x16, 784x50, 784x200, 3072x400, or all"),
        (["--repeats", "0"], "repeats must be at least 1, got 0"),
        (["--threads", "0"], "threads must be at least 1, got 0"),
    ],
)
def test_bad_options_are_refused(options, message):
    command = [sys.executable, "-m", "benchmarks.online_snmf", *options]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr
