"""The benchmark of landscapes trains the same on all sides."""

import json
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.thorough
def test_it_writes_what_it_trained(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import landscapes

    assert landscapes.bench(quick=True, out=tmp_path) == 0
    results = json.loads((tmp_path / "landscapes.json").read_text(encoding="utf-8"))
    found = results["width 4"]
    assert [row["name"].partition(",")[0] for row in found] == ["bouton", "SciPy", "bouton", "SciPy", "SciPy"]
    assert results["many"][0]["merit"] == results["many"][1]["merit"]
    assert max(row["merit"]["largest difference"] for row in results["hessian"]) < 1e-13
    assert all(0 <= row["merit"]["share below 1e-20"] <= 1 for row in found)
    # The flow goes from each start to the same minimum by either solver.
    assert found[2]["merit"]["share below 1e-20"] == found[3]["merit"]["share below 1e-20"]
    assert "per start" in capsys.readouterr().out
