"""The benchmark of networks fitted to spikes runs, and all ways of the convex fit end at the same loss."""

import json
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.thorough
def test_the_convex_fits_end_at_the_same_loss(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import spike_fits

    spike_fits.main(quick=True, out=tmp_path / "spikes.json")
    found = json.loads((tmp_path / "spikes.json").read_text(encoding="utf-8"))
    assert found[0]["who"] == "bouton"
    assert found[0]["samples per s"] > 0
    losses = {row["convex"]: row["loss"] for row in found if "convex" in row}
    assert losses["bouton"] == pytest.approx(losses["scikit-learn"], abs=1e-6)
    assert "updates/s" in capsys.readouterr().out
