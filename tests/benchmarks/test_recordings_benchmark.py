"""The benchmark of fits to recordings measures the same gradient on all sides."""

import json
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.thorough
def test_all_ways_give_the_same_gradient(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import recordings

    recordings.main(quick=True, out=tmp_path / "recordings.json")
    found = json.loads((tmp_path / "recordings.json").read_text(encoding="utf-8"))
    assert [row["name"].split(",")[0] for row in found] == ["gradient", "gradient", "differences", "differences"]
    assert max(row["error"] for row in found) < 1e-3
    assert "aim: 20 times faster" in capsys.readouterr().out
