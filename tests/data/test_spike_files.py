"""Files of spike times: tables by hand, and what the libraries of the field write."""

import datetime

import numpy as np
import pytest

from bouton.data import read_spikes
from bouton.errors import InputError

TRAINS = {7: [0.012, 0.031, 0.5], 3: [0.01, 0.25], 12: [0.4]}
"""In seconds."""


def in_milliseconds(found):
    return {unit: np.round(train, 6).tolist() for unit, train in found.items()}


EXPECTED = {unit: [round(1e3 * time, 6) for time in times] for unit, times in TRAINS.items()}


def written(folder, text, name="spikes.csv"):
    path = folder / name
    path.write_text(text)
    return path


def rows(factor=1.0, separator=","):
    order = sorted((time, unit) for unit, times in TRAINS.items() for time in times)
    return "\n".join(f"{unit}{separator}{factor * time:g}" for time, unit in order) + "\n"


def test_a_table_has_one_spike_a_row(tmp_path):
    assert in_milliseconds(read_spikes(written(tmp_path, "unit,time\n" + rows()), time_unit="s")) == EXPECTED
    assert in_milliseconds(read_spikes(written(tmp_path, "unit,time\n" + rows(1e3)))) == EXPECTED
    assert in_milliseconds(read_spikes(written(tmp_path, "unit,time\n" + rows(1e6)), time_unit="us")) == EXPECTED
    other = written(tmp_path, "t;cell\n12,5;a b\n10;007\n11;7\n", "other.csv")
    assert read_spikes(other, columns=("cell", "t")) == {"a b": [12.5], "007": [10.0], "7": [11.0]}
    bare = written(tmp_path, rows(1e3, "\t"), "bare.tsv")
    assert in_milliseconds(read_spikes(bare, columns=("1", "2"))) == EXPECTED


def test_a_parquet_table_keeps_the_ids_of_units(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"unit": [7.0, 3.0, 7.0], "time": [12.0, 10.0, 31.0]})
    frame.to_parquet(tmp_path / "spikes.parquet")
    assert read_spikes(tmp_path / "spikes.parquet").keys() == {7, 3}


def test_times_that_look_like_seconds_are_doubted(tmp_path):
    many = "unit,time\n" + "".join(f"1,{0.02 * spike:g}\n" for spike in range(9))
    with pytest.warns(UserWarning, match="are they in seconds"):
        read_spikes(written(tmp_path, many))


MISTAKES = {
    "no file": ("", None, {}, "is no file"),
    "no such column": ("cell,time\n1,2\n", "a.csv", {}, "has no column 'unit'; it has cell, time"),
    "one column": ("unit,time\n1,2\n", "a.csv", {"columns": "unit"}, "must name two columns"),
    "a word for a time": ("unit,time\n1,2\n1,late\n", "a.csv", {}, "line 3.*'late', where the time of a spike"),
    "a time is missing": ("unit,time\n1,2\n1,\n", "a.csv", {}, "line 3.*where the time of a spike"),
    "a unit is missing": ("unit,time\n1,2\n,4\n", "a.csv", {}, "line 3.*the unit is missing"),
    "no spikes": ("unit,time\n", "a.csv", {}, "no "),
    "an unknown unit of time": ("unit,time\n1,2\n", "a.csv", {"time_unit": "h"}, "must be one of us, ms, s, got 'h'"),
    "a segment of a table": ("unit,time\n1,2\n", "a.csv", {"segment": 0}, "segment applies to files that neo reads"),
    "columns of no table": ("x", "a.nwb", {"time_unit": "s"}, "apply to tables only"),
    "a segment of an NWB file": ("x", "a.nwb", {"segment": 1}, "segment applies to files that neo reads"),
}


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named(tmp_path, name):
    text, file, options, sentence = MISTAKES[name]
    path = tmp_path / "missing.csv" if file is None else written(tmp_path, text, file)
    with pytest.raises(InputError, match=sentence):
        read_spikes(path, **options)


def test_an_nwb_file_keeps_its_units_also_silent_ones(tmp_path):
    pynwb = pytest.importorskip("pynwb")
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    file = pynwb.NWBFile(session_description="units", identifier="one", session_start_time=start)
    for unit, times in TRAINS.items():
        file.add_unit(id=unit, spike_times=times)
    file.add_unit(id=20, spike_times=[])
    with pynwb.NWBHDF5IO(str(tmp_path / "spikes.nwb"), "w") as out:
        out.write(file)
    assert in_milliseconds(read_spikes(tmp_path / "spikes.nwb")) == EXPECTED | {20: []}
    with pytest.raises(InputError, match="cannot be read as NWB"):
        read_spikes(written(tmp_path, "no NWB", "broken.nwb"))


def test_a_group_of_pynapple_keeps_its_units(tmp_path):
    pynapple = pytest.importorskip("pynapple")
    recorded = pynapple.IntervalSet(0, 1)
    group = pynapple.TsGroup(
        {unit: pynapple.Ts(np.array(times), time_support=recorded) for unit, times in TRAINS.items()},
        time_support=recorded,
    )
    group.save(str(tmp_path / "spikes.npz"))
    assert in_milliseconds(read_spikes(tmp_path / "spikes.npz")) == EXPECTED


def test_what_neo_reads_is_read_by_segment(tmp_path):
    neo = pytest.importorskip("neo")
    block = neo.Block()
    for shift in (0.0, 0.001):
        part = neo.Segment()
        for unit, times in TRAINS.items():
            part.spiketrains.append(neo.SpikeTrain(np.array(times) + shift, units="s", t_stop=1.0, name=f"unit {unit}"))
        block.segments.append(part)
    neo.io.NeoMatlabIO(str(tmp_path / "spikes.mat")).write_block(block)
    with pytest.raises(InputError, match="holds 2 segments: choose one with segment=0 to 1"):
        read_spikes(tmp_path / "spikes.mat")
    found = in_milliseconds(read_spikes(tmp_path / "spikes.mat", segment=1))
    assert found == {f"unit {unit}": [time + 1 for time in times] for unit, times in EXPECTED.items()}
    with pytest.raises(InputError, match="segment must lie between 0 and 1, got 2"):
        read_spikes(tmp_path / "spikes.mat", segment=2)
    with pytest.raises(InputError, match="pickle, which can run any code"):
        read_spikes(written(tmp_path, "x", "spikes.pkl"))
