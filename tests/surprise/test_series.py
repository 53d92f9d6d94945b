"""Filters for series of which little is known, the command line, and a series that everybody knows."""

import csv
import re

import jax
import numpy as np
import pytest

from bouton.cli import main
from bouton.errors import InputError
from bouton.report.surprise import draw_tracked
from bouton.surprise import (
    Bernoulli,
    Categorical,
    GaussianMean,
    GaussianUnknown,
    Poisson,
    Tracker,
    VolatileWorld,
    detected_changes,
    family_for,
    filter_for,
    follow,
    mean_squared_errors,
)

# Annual flow of the Nile at Aswan, 1871 to 1970, in 1e8 cubic metres (G. W. Cobb, Biometrika 65:243-251, 1978).
NILE = np.asarray(
    [1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
     1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831,
     726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845,
     944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918,
     986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740], float,
)  # fmt: skip


def call(*words):
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    return stopped.value.code


@pytest.fixture
def nile(tmp_path):
    rows = "".join(f"{1871 + place},{flow:g}\n" for place, flow in enumerate(NILE))
    (tmp_path / "nile.csv").write_text("year,flow\n" + rows)
    return tmp_path / "nile.csv"


@pytest.mark.thorough
def test_the_nile_changed_in_1899(nile, tmp_path, capsys):
    assert call("surprise", nile, "--column", "flow", "--out", tmp_path / "out") == 0
    printed = capsys.readouterr().out
    assert "GaussianMean (deviation" in printed
    assert "\n1899" in printed
    assert (tmp_path / "out" / "surprise.png").stat().st_size > 10_000
    with (tmp_path / "out" / "surprise.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert next(row["step"] for row in rows if row["change"] == "1") == "1899"
    assert float(rows[-1]["estimate"]) == pytest.approx(850, abs=40)


@pytest.mark.thorough
@pytest.mark.parametrize("method", ["variational", "leaky", "smile"])
def test_other_methods_and_gaps(nile, tmp_path, method):
    text = nile.read_text().replace("1880,1140", "1880,")
    nile.write_text(text)
    assert call("surprise", nile, "--column", "flow", "--method", method, "--out", tmp_path / method) == 0
    with (tmp_path / method / "surprise.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows[9]["flow"] == ""
    assert all(np.isfinite(float(row["estimate"])) for row in rows)


def test_the_command_line_says_what_is_wrong(nile, tmp_path, capsys):
    nile.write_text(nile.read_text().replace("1880,1140", "1880,"))
    assert call("surprise", nile, "--column", "flow", "--missing", "error", "--out", tmp_path / "o") == 2
    assert "missing='skip'" in capsys.readouterr().err
    assert call("surprise", nile, "--column", "depth", "--out", tmp_path / "o") == 2
    assert "no column 'depth'" in capsys.readouterr().err
    assert call("surprise", nile, "--column", "flow", "--family", "bernoulli", "--out", tmp_path / "o") == 2
    assert "0 or 1" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_families_are_read_off_the_series():
    rng = np.random.default_rng(0)
    jumps = np.r_[np.zeros(300), np.full(300, 7.0)] + 0.5 * rng.normal(size=600)
    found = family_for(jumps)
    assert isinstance(found, GaussianMean)
    assert found.deviation == pytest.approx(0.5, rel=0.1)
    assert found.prior_deviation == pytest.approx(3.5, rel=0.1)
    assert family_for(jumps, noise=2.0, prior_mean=1.0, prior_deviation=4.0) == GaussianMean(2.0, 1.0, 4.0)
    assert isinstance(family_for(jumps, "gaussian-unknown"), GaussianUnknown)
    symbols = family_for([0, 3, 1, np.nan, 1], "categorical")
    assert isinstance(symbols, Categorical)
    assert symbols.n_symbols == 4
    assert isinstance(family_for([0, 1, 1], "bernoulli"), Bernoulli)
    counts = family_for(rng.poisson(4, 500), "poisson")
    assert isinstance(counts, Poisson)
    assert counts.shape / counts.rate == pytest.approx(4, abs=0.4)


@pytest.mark.parametrize(
    ("series", "family", "message"),
    [
        ([1.0, np.nan], "gaussian", "holds 1 observations"),
        ([1.0, 1.0, 1.0, 1.0, 2.0], "gaussian", "noise cannot be estimated"),
        ([1.0, 2.0, 4.0], "gauss", "family must be one of"),
        ([0.5, 1, 2], "poisson", "counts"),
        ([0.5, 1, 2], "categorical", "integers"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_series_that_cannot_be_followed(series, family, message):
    with pytest.raises(InputError, match=message):
        family_for(series, family)


@pytest.mark.usefixtures("unchecked")
def test_methods_by_name():
    with pytest.raises(InputError, match="method must be one of"):
        filter_for(GaussianMean(1.0), "kalman")
    for method in ("messages", "particles", "stratified", "delta"):
        assert filter_for(GaussianMean(1.0), method, hazard=0.2).hazard == 0.2


@pytest.mark.thorough
def test_clear_changes_are_found_where_they_are():
    world = VolatileWorld(GaussianMean(0.05), 0.02)
    history = world.draw(jax.random.key(0), 400)
    true = np.flatnonzero(history.changed)[1:]
    for method in ("messages", "variational"):
        tracker = Tracker(filter_for(world.family, method, hazard=0.02))
        found = detected_changes(tracker.filter(history.observations))
        assert len(np.intersect1d(found, true)) >= 0.8 * len(true)
        assert len(found) <= 1.3 * len(true)
    assert detected_changes(Tracker(filter_for(world.family, "leaky")).filter(history.observations)).size == 0


def test_symbols_are_drawn_too():
    tracker = Tracker(filter_for(Categorical(3), "variational"))
    series = np.asarray([0, 0, 0, 2, 2, 2])
    figure = draw_tracked(series.astype(float), tracker.filter(series), [3])
    assert len(figure.axes) == 3


@pytest.mark.thorough
def test_following_is_what_the_engine_does_and_has_a_slope():
    family = GaussianMean(0.5)
    series = VolatileWorld(family, 0.1).draw(jax.random.key(0), 50).observations
    filter = filter_for(family, "messages", size=5)
    _, info = follow(filter, series, jax.random.key(0))
    np.testing.assert_allclose(info.estimate, Tracker(filter).filter(series).estimate, rtol=1e-5)

    def cost(hazard):
        return follow(filter_for(family, "variational", hazard=hazard), series, jax.random.key(0))[1].shannon.sum()

    slope = jax.grad(cost)(0.1)
    with jax.enable_x64(True):
        wide = np.asarray(series, float)
        numeric = (cost_at(family, wide, 0.1 + 1e-5) - cost_at(family, wide, 0.1 - 1e-5)) / 2e-5
    assert slope == pytest.approx(numeric, rel=1e-3)


def cost_at(family, series, hazard):
    return float(follow(filter_for(family, "variational", hazard=hazard), series, jax.random.key(0))[1].shannon.sum())


@pytest.mark.thorough
def test_errors_of_many_values_are_those_of_each():
    family = GaussianMean(0.5)
    histories = jax.vmap(lambda key: VolatileWorld(family, 0.1).draw(key, 60))(jax.random.split(jax.random.key(0), 2))
    leaks = np.asarray([0.3, 0.8], np.float32)
    errors = mean_squared_errors(
        lambda leak: filter_for(family, "leaky", leak=leak), leaks, histories, jax.random.key(1)
    )
    for place, leak in enumerate(leaks):
        for number in range(2):
            found = Tracker(filter_for(family, "leaky", leak=float(leak))).filter(histories.observations[number])
            expected = np.mean((found.estimate - np.asarray(histories.parameters[number])) ** 2)
            assert errors[place, number] == pytest.approx(expected, rel=1e-4)


def written(folder, text, name="series.csv"):
    (folder / name).write_text(text)
    return folder / name


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("day,load\na,1\nb,inf\nc,3\n", (), r"line 3, column 2 \(load\): inf is infinite"),
        ("day,load\na,1\nb,2e39\nc,3\n", (), r"load is 2e\+39 in row 2 \(b\), too large for float32"),
        ("day,load\na,4\nb,4\nc,4\n", (), r"all 3 numbers of load are 4, .*--noise"),
        ("load,flag\n1.5,1\nerr,0\n2.5,1\n", (), r"line 3, column 1 \(load\): 'err' is not a number, .*--column"),
        ("a,b\n1,2\n3,5\n", (), r"2 columns of numbers \(a, b\): name one with .*--column"),
        ("0\n1.5\n2.5\n0.25\n", (), r"line 1: 0 may be numbers or .*--header or --no-header"),
        ("flow\n1\n\n2\n4\n", ("--missing", "error"), r"observations are missing|missing='skip'"),
    ],
)
def test_the_command_says_what_can_be_done_there(tmp_path, capsys, text, words, said):
    assert call("surprise", written(tmp_path, text), *words, "--out", tmp_path / "o") == 2
    assert re.search(said, capsys.readouterr().err)


@pytest.mark.thorough
def test_the_remedies_exist(tmp_path, capsys):
    series = NILE + np.random.default_rng(0).normal(size=100)
    path = written(tmp_path, "0\n" + "".join(f"{flow}\n" for flow in series))
    for option, steps in (("--header", 100), ("--no-header", 101)):
        assert call("surprise", path, option, "--method", "leaky", "--out", tmp_path / "o") == 0
        assert f": {steps} steps" in capsys.readouterr().out
    np.savez(tmp_path / "two.npz", flow=series, other=series)
    assert call("surprise", tmp_path / "two.npz", "--out", tmp_path / "o") == 2
    assert "--name" in capsys.readouterr().err
    assert call("surprise", tmp_path / "two.npz", "--name", "flow", "--method", "leaky", "--out", tmp_path / "o") == 0
