"""The comparison of robots with a loop in C++: the same ways, and no comparison of what is not the same."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import robots

needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="no g++")


@needs_compiler
@pytest.mark.thorough
@pytest.mark.parametrize("task", ["food", "obstacles"])
def test_robots_go_the_same_way_in_both(task):
    found = robots.compared(task, 50, 2, 1)
    assert found["off"] < 1e-9
    assert [row["name"] for row in found["rows"]] == ["C++, 2 robots", "bouton, one robot", "bouton, 2 robots"]
    assert all(row["ratio"] > 0 for row in found["rows"])


@needs_compiler
@pytest.mark.thorough
def test_other_ways_are_not_compared(monkeypatch):
    monkeypatch.setitem(robots.START, "food", (300.0, 200.0, 0.31))
    with pytest.raises(RuntimeError, match=r"food: the ways are .* apart, so the loops are not the same"):
        robots.compared("food", 20, 2, 1)


def test_without_a_compiler_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(robots.shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="there is no g\\+\\+"):
        robots.compiled(tmp_path)
