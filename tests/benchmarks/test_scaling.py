"""How time and memory grow: the command shows it, many seeds learn what single runs learn, nothing grows unseen."""

import json
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from benchmarks.cases import solver

import bouton
from benchmarks import curves, lanes, memory, scaling, scaling_results
from bouton.engine import _session
from bouton.similarity import SNMFNetwork

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scaling")
    command = [sys.executable, "-m", "benchmarks.scaling", "--quick", "--out", str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return folder, done.stdout, json.loads((folder / "scaling.json").read_text(encoding="utf-8"))


def test_it_writes_results_a_picture_and_tables(quick):
    folder, printed, found = quick
    assert (folder / "scaling.png").read_bytes().startswith(b"\x89PNG")
    assert printed.splitlines()[-2:] == [str(folder / "scaling.json"), str(folder / "scaling.png")]
    for title in ("against inputs", "against outputs", "samples per block", "active fraction", "lanes", "MB before"):
        assert title in printed
    assert max(len(line) for line in printed.splitlines()[:-2]) <= 120
    assert found["settings"] == {"repeats": 2, "quick": True, "threads": 1}
    assert {"cpu", "versions", "loops_folded"} <= set(found["machine"])


def test_every_point_of_a_curve_has_its_time_and_the_work_behind_it(quick):
    found = {curve["of"]: curve["lines"] for curve in quick[2]["curves"]}
    assert list(found) == ["inputs", "outputs", "block", "active fraction"]
    for of, lines in found.items():
        for line in lines:
            assert ("power" in line) == (of in ("inputs", "outputs"))
            for point in line["points"]:
                times = point["microseconds_per_sample"]
                assert 0 < times["least"] <= times["median"] <= times["most"]
                assert 0 < point["merit"]["active"] <= 1
    few, all_of_them = (point["merit"]["active"] for point in found["active fraction"][0]["points"])
    assert few < 0.4 < 0.9 < all_of_them


def test_lanes_and_memory_are_measured(quick):
    assert [line["way"] for line in quick[2]["lanes"][:2]] == ["vmap", "one run after the other"]
    for line in quick[2]["lanes"]:
        for point in line["points"]:
            median = point["microseconds_per_sample"]["median"]
            assert point["samples_per_second"] == pytest.approx(1e6 / median)
    (iterator,) = quick[2]["memory"]
    assert [point["samples"] for point in iterator["points"]] == [1000, 10000]
    for point in iterator["points"]:
        assert 0 < point["before_megabytes"] <= point["peak_megabytes"] + 1


def test_repeats_below_one_are_refused(tmp_path, capsys):
    assert scaling.main(repeats=0, out=tmp_path) == 2
    assert "repeats must be at least 1, got 0" in capsys.readouterr().err


@pytest.mark.parametrize("name", lanes.circuits())
def test_lanes_learn_what_single_runs_learn(name):
    circuit = lanes.circuits()[name]
    keys = jax.random.split(jax.random.key(3), 3)
    rows = np.random.default_rng(0).normal(size=(40, lanes.INPUTS)).astype(np.float32)
    together, alone = lanes.together(circuit, keys, rows), lanes.one_by_one(circuit, keys, rows)
    for lane, state in enumerate(alone):
        for mine, other in zip(jax.tree.leaves(together), jax.tree.leaves(state), strict=True):
            np.testing.assert_allclose(mine[lane], other, atol=1e-4)


def test_the_power_of_growth_is_that_of_the_upper_half():
    points = [
        {"value": value, "microseconds_per_sample": {"median": time}}
        for value, time in ((1, 7.0), (2, 7.0), (4, 8.0), (8, 16.0 * 2), (16, 128.0))
    ]
    assert curves.power(points[2:]) == pytest.approx(2.0)
    assert curves.power(points[1:]) == pytest.approx(2.0, abs=0.6)


@pytest.mark.parametrize(
    ("value", "text"), [(0.02, "0.02"), (1, "1"), (512, "512"), (1000, "1k"), (4096, "4096"), (2e6, "2M"), (2e4, "20k")]
)
def test_numbers_at_axes(value, text):
    assert scaling_results._plain(value) == text


def test_the_drawn_stream_gives_each_row_once_and_keeps_none():
    blocks = memory.drawn(1200)
    assert [len(block) for block in blocks] == [500, 500, 200]
    assert list(blocks) == []


@pytest.mark.parametrize("block", [None, 32])
def test_the_compiled_program_needs_the_same_memory_whatever_the_length_of_the_stream(monkeypatch, block):
    """All that a run hands to compiled programs has shapes, of which each number is the same for every long stream."""
    advance, programs = _session.advance, {}

    def watched(circuit, state, events, *words, **static):
        shapes = tuple(leaf.shape for leaf in jax.tree.leaves((state, events)))
        if shapes not in seen:
            compiled = advance.lower(circuit, state, events, *words, **static).compile()
            used = compiled.memory_analysis()
            seen[shapes] = used.temp_size_in_bytes + used.argument_size_in_bytes + used.output_size_in_bytes
        return advance(circuit, state, events, *words, **static)

    monkeypatch.setattr(_session, "advance", watched)
    circuit = SNMFNetwork(memory.INPUTS, 8, dynamics=solver(), start="random")
    for samples in (2_000, 4_000, 16_000):
        seen = programs[samples] = {}
        bouton.run(circuit, memory.drawn(samples), key=jax.random.key(0), record={"y": 4000}, block=block)
    assert programs[2_000] == programs[4_000] == programs[16_000]
    assert len(programs[16_000]) <= 2
    assert max(programs[16_000].values()) < 2**21
