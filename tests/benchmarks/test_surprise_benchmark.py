"""The benchmark of filters measures the same algorithms on both sides."""

import json
from pathlib import Path

import numpy as np

from bouton.surprise import GaussianMean, ParticleFilter, Tracker, exact_bayes

REPOSITORY = Path(__file__).resolve().parents[2]


def test_numpy_follows_as_bouton_does(monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import surprise

    observations, means = surprise.series(600)
    family = GaussianMean(surprise.NOISE)
    exact = Tracker(exact_bayes(family, surprise.HAZARD, 300, cutoff=1e-16)).filter(observations).estimate
    np.testing.assert_allclose(surprise.exact_in_numpy(observations), exact, atol=2e-4)
    particles = Tracker(ParticleFilter(family, surprise.HAZARD, 500, "multinomial")).filter(observations).estimate
    theirs = surprise.particles_in_numpy(observations, 500)
    distance = np.sqrt(np.mean((theirs - exact) ** 2))
    assert 0.3 < np.sqrt(np.mean((particles - exact) ** 2)) / distance < 3
    assert distance < 0.3 * np.sqrt(np.mean((exact - means) ** 2))


def test_it_writes_what_it_measured(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY))
    from benchmarks import surprise

    monkeypatch.setattr(surprise, "filters", lambda: {"VarSMiLe": surprise_filter()})
    surprise.main(length=2000, streams=3, repeats=1, out=tmp_path / "surprise.json")
    found = json.loads((tmp_path / "surprise.json").read_text(encoding="utf-8"))
    assert [row["filter"] for row in found][:3] == ["VarSMiLe", "pf20 in NumPy", "exact in NumPy"]
    assert found[0]["us"] > 0
    assert "left out" in found[3]
    assert "left out" in capsys.readouterr().out


def surprise_filter():
    from bouton.surprise import VariationalSMiLe

    return VariationalSMiLe(GaussianMean(0.1), odds=0.8)
