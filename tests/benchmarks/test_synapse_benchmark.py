"""The benchmark of structured layers shows what it says it shows."""

import json
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_it_writes_one_row_per_sheet_and_a_picture(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import synapses

    assert synapses.main(quick=True, out=tmp_path) == 0
    found = json.loads((tmp_path / "synapses.json").read_text(encoding="utf-8"))
    assert [each["neurons"] for each in found["sheets"]] == [256, 256, 1024, 1024]
    for each in found["sheets"]:
        assert each["synapses"] == each["feedforward_synapses"] + each["lateral_synapses"]
        assert each["microseconds_per_sample"] > 0
    assert (tmp_path / "synapses.png").read_bytes().startswith(b"\x89PNG")
    assert "time grows as synapses to the power" in capsys.readouterr().out
