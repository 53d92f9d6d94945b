"""What people's tables look like: both doors read them alike, or say in one sentence why not."""

import gzip
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow
import pytest
from pyarrow import feather, parquet

from bouton.data import open_data, read_column
from bouton.errors import InputError

DAYS = [f"2021-03-{day:02d}" for day in range(1, 31)]
VALUES = np.round(np.random.default_rng(3).normal(20, 4, 30), 3)


def write(tmp_path, text, name="table.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def both(path, column, **options):
    """Return one column as both doors read it."""
    series = read_column(path, column, **options)
    rows = open_data(path, columns=[column], allow_missing=True, **options)
    np.testing.assert_array_equal(rows.read(0, len(rows))[:, 0], series.values)
    return series


def test_marks_within_quotes_separate_nothing(tmp_path):
    body = "".join(f'{day},{value},"a; b; c"\n' for day, value in zip(DAYS, VALUES, strict=True))
    series = both(write(tmp_path, 'day,"flow; m3/s","note; free"\n' + body), "flow; m3/s")
    np.testing.assert_array_equal(series.values, VALUES)
    assert series.labels == DAYS
    body = "".join(f'"{day}\ta";"{value}"\n' for day, value in zip(DAYS, VALUES, strict=True))
    np.testing.assert_array_equal(both(write(tmp_path, '"a, b";"c\td"\n' + body), "c\td").values, VALUES)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_decimal_commas_and_byte_order_marks(tmp_path, delimiter, encoding):
    body = "".join(f"{day}{delimiter}{value}\n".replace(".", ",") for day, value in zip(DAYS, VALUES, strict=True))
    series = both(write(tmp_path, f"day{delimiter}flow\n" + body, encoding=encoding), "flow")
    np.testing.assert_array_equal(series.values, VALUES)
    assert series.labels == DAYS


def test_thousands_are_no_decimals(tmp_path):
    for text in ("a\tb\n1,250\tx\n1,500\ty\n", "a;b\n1.250,5;x\n1.500,5;y\n", 'a,b\n"1,250",x\n"1,500",y\n'):
        with pytest.raises(InputError, match=r"line 2, column 1 \(a\): '1[.,]250(,5)?' is not a number"):
            read_column(write(tmp_path, text))


def test_headers_of_numbers(tmp_path):
    table = np.random.default_rng(0).normal(size=(30, 4))
    for names in ([0, 1, 2, 3], [1990, 1991, 1992, 1993], [400, 410, 420, 430]):
        frame = pd.DataFrame(table, columns=names)
        source = open_data(write(tmp_path, frame.to_csv(index=False)))
        assert source.columns == [str(name) for name in names]
        np.testing.assert_array_equal(source, table)
        assert read_column(tmp_path / "table.csv", str(names[2])).values.tolist() == table[:, 2].tolist()


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(np.arange(40).reshape(10, 4) % 7), pd.Series(VALUES), pd.DataFrame(VALUES, columns=[0])]
)
def test_a_header_that_may_be_numbers_has_to_be_told(tmp_path, frame):
    path = write(tmp_path, frame.to_csv(index=False))
    with pytest.raises(InputError, match=r"line 1: 0.* may be numbers or the names .* header=True .*--no-header"):
        open_data(path)
    assert len(open_data(path, header=True)) == len(frame)
    assert len(open_data(path, header=False)) == len(frame) + 1
    assert len(read_column(path, "1", header=False).values) == len(frame) + 1


def test_numbers_are_data_where_nothing_speaks_against_it(tmp_path):
    for text in ("1,2\n3,4\n", "0\n1\n1\n0\n", "1,2,3\n4,5,6\n", "0,1\n1,0\n", "0.0\n1.5\n2.5\n", "5,7\n1.5,2.5\n"):
        assert len(open_data(write(tmp_path, text))) == text.count("\n")


def test_stored_row_labels_are_left_out_unless_asked_for(tmp_path):
    frame = pd.DataFrame({"a": VALUES, "b": VALUES + 1})
    kept = frame[frame.a > 20]
    kept.to_parquet(tmp_path / "kept.parquet")
    kept.to_csv(tmp_path / "kept.csv")
    for name in ("kept.parquet", "kept.csv"):
        source = open_data(tmp_path / name)
        assert source.columns == ["a", "b"]
        np.testing.assert_array_equal(source, kept.to_numpy())
        assert read_column(tmp_path / name, "b").labels == [str(label) for label in kept.index]
    asked = open_data(tmp_path / "kept.parquet", columns=["__index_level_0__", "b"])
    np.testing.assert_array_equal(asked.read(0, len(kept))[:, 0], kept.index)
    dated = pd.DataFrame({"load": VALUES}, index=pd.DatetimeIndex(DAYS, name="day"))
    dated.to_parquet(tmp_path / "dated.parquet")
    dated.to_csv(tmp_path / "dated.csv")
    for name in ("dated.parquet", "dated.csv"):
        series = read_column(tmp_path / name)
        assert (series.name, series.labels) == ("load", DAYS)


def test_a_column_is_read_alike_from_every_container(tmp_path):
    frame = pd.DataFrame({"when": pd.to_datetime(DAYS), "who": list("ab") * 15, "load": VALUES, "n": range(30)})
    frame.loc[4, "load"] = np.nan
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_csv(tmp_path / "t.csv.gz", index=False)
    frame.to_csv(tmp_path / "t.tsv", index=False, sep="\t")
    frame.to_parquet(tmp_path / "t.parquet", index=False)
    feather.write_feather(frame, tmp_path / "t.feather")
    for name in ("t.csv", "t.csv.gz", "t.tsv", "t.parquet", "t.feather"):
        for column in ("load", "3"):
            series = both(tmp_path / name, column)
            assert (series.name, series.labels) == ("load", DAYS)
            np.testing.assert_array_equal(series.values, frame.load)
        with pytest.raises(InputError, match=r"2 columns of numbers \(load, n\): name one"):
            read_column(tmp_path / name)


def test_times_of_day_stay_in_labels(tmp_path):
    frame = pd.DataFrame({"when": pd.date_range("2021-03-01", periods=30, freq="90min"), "load": VALUES})
    frame.to_parquet(tmp_path / "t.parquet", index=False)
    assert read_column(tmp_path / "t.parquet").labels[:2] == ["2021-03-01 00:00:00", "2021-03-01 01:30:00"]


def test_doubled_names_are_told_apart_by_number(tmp_path):
    table = pyarrow.Table.from_arrays([pyarrow.array(VALUES), pyarrow.array(VALUES * 2)], names=["x", "x"])
    parquet.write_table(table, tmp_path / "t.parquet")
    write(tmp_path, "x,x\n" + "".join(f"{value},{2 * value}\n" for value in VALUES), "t.csv")
    for name in ("t.parquet", "t.csv"):
        np.testing.assert_allclose(open_data(tmp_path / name), np.stack([VALUES, 2 * VALUES], 1))
        np.testing.assert_allclose(both(tmp_path / name, "2").values, 2 * VALUES)
        with pytest.raises(InputError, match=r"2 columns of the name 'x': give one of 1, 2"):
            read_column(tmp_path / name, "x")


def test_integers_of_any_width(tmp_path):
    numbers = np.array([0, 2**53 + 2, 2**63 + 4096, 2**64 - 4096], np.uint64)
    table = {
        "u": numbers,
        "i": (numbers // 4).astype(np.int64),
        "d": pyarrow.array([1, 2, 3, None], pyarrow.decimal128(9)),
    }
    parquet.write_table(pyarrow.table(table), tmp_path / "t.parquet")
    found = open_data(tmp_path / "t.parquet", allow_missing=True).read(0, 4)
    np.testing.assert_array_equal(found, np.stack([numbers, numbers // 4, [1, 2, 3, np.nan]], 1).astype(float))


WORDS = [
    "",
    "NA",
    "N/A",
    "n/a",
    "<NA>",
    "#N/A",
    "NaT",
    "nan",
    "NaN",
    "-nan",
    "null",
    "NULL",
    "None",
    "-",
    ".",
    "#DIV/0!",
]


@pytest.mark.parametrize("word", WORDS)
def test_words_for_a_missing_value(tmp_path, word):
    cells = [str(value) for value in VALUES]
    cells[7] = word
    path = write(tmp_path, "day,load,flag\n" + "".join(f"{d},{c},1\n" for d, c in zip(DAYS, cells, strict=True)))
    expected = VALUES.copy()
    expected[7] = np.nan
    np.testing.assert_array_equal(both(path, "load").values, expected)
    with pytest.raises(InputError, match=r"line 9, column 2 \(load\): .*(missing|empty).*--missing skip"):
        open_data(path, columns=["load"])


def test_an_odd_cell_is_named_before_another_column_is_followed(tmp_path):
    cells = [str(value) for value in VALUES]
    cells[11] = "21.5?"
    path = write(tmp_path, "load,flag\n" + "".join(f"{cell},{at % 3}\n" for at, cell in enumerate(cells)))
    with pytest.raises(InputError, match=r"line 13, column 1 \(load\): '21\.5\?' is not a number, as 29 other cells"):
        read_column(path)
    assert read_column(path, "flag").values[:4].tolist() == [0, 1, 2, 0]
    for percent in ("5%", "€12", "1 250"):
        path = write(tmp_path, "share,flag\n" + f"{percent},1\n" * 9)
        with pytest.raises(InputError, match=r"line 2, column 1 \(share\)"):
            read_column(path)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_one_idea_of_a_line(tmp_path, ending):
    odd = ["caf\x85", "a\u2028b", "c\x0bd", "e\x1cf"]
    text = "\n\nname,a\n\n" + "".join(f"{word},{at}\n   \n" for at, word in enumerate(odd))
    series = both(write(tmp_path, text.replace("\n", ending)), "a")
    assert series.values.tolist() == [0, 1, 2, 3]
    assert series.labels == [word.strip() for word in odd]
    bad = write(tmp_path, (text + "g,x\n").replace("\n", ending))
    with pytest.raises(InputError, match=r"line 13, column 2 \(a\): 'x' is not a number"):
        open_data(bad, columns=["a"])


def test_a_row_may_extend_over_lines(tmp_path):
    path = write(tmp_path, 'note,a\n"two\nlines",1\n"and\nthree\nlines",2\nshort,oops\n')
    with pytest.raises(InputError, match=r"line 7, column 2 \(a\): 'oops'"):
        open_data(path, columns=["a"])
    assert read_column(write(tmp_path, 'note,a\n"two\nlines",1\nb,2\n')).values.tolist() == [1, 2]


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
def test_blank_lines_of_a_series_are_missing_steps(tmp_path, blank):
    path = write(tmp_path, f"flow\n1\n{blank}\n3\n{blank}\n{blank}\n6\n")
    np.testing.assert_array_equal(both(path, "flow").values, [1, np.nan, 3, np.nan, np.nan, 6])
    with pytest.raises(InputError, match=r"line 3, column 1 \(flow\): the field is empty"):
        open_data(path)
    np.testing.assert_array_equal(open_data(write(tmp_path, f"flow\n1\n2\n{blank}\n{blank}\n")), [[1], [2]])


@pytest.mark.parametrize(
    ("cell", "said"), [("inf", "inf is infinite"), ("-Infinity", "infinite"), ("1e400", "too large")]
)
def test_infinite_and_too_large_are_told_apart(tmp_path, cell, said):
    path = write(tmp_path, f"day,load\na,1\nb,{cell}\nc,3\n")
    for read in (lambda: read_column(path), lambda: open_data(path, columns=["load"])):
        with pytest.raises(InputError, match=rf"line 3, column 2 \(load\): .*{said}"):
            read()


def test_series_in_arrays(tmp_path):
    np.savez(tmp_path / "two.npz", a=VALUES, b=np.stack([VALUES, 2 * VALUES], 1))
    np.testing.assert_array_equal(read_column(tmp_path / "two.npz", name="a").values, VALUES)
    np.testing.assert_array_equal(read_column(tmp_path / "two.npz", "2", name="b").values, 2 * VALUES)
    with pytest.raises(InputError, match=r"holds 2 arrays \(a, b\); choose one with name=.*--name"):
        read_column(tmp_path / "two.npz")
    np.save(tmp_path / "a.npy", np.array([1.0, np.inf]))
    with pytest.raises(InputError, match="row 2, column 1: inf is infinite"):
        read_column(tmp_path / "a.npy")


def test_damage_is_one_sentence(tmp_path):
    whole = gzip.compress("".join(f"{value},{value}\n" for value in np.random.default_rng(0).normal(size=999)).encode())
    for name, content in [
        ("a.csv.gz", whole[:2000]),
        ("b.csv.gz", b"no gzip at all"),
        ("c.feather", b"no arrow at all"),
        ("d.csv", "who,x\ncaf\u00e9,1\n".encode("latin-1")),
    ]:
        for read in (open_data, read_column):
            with pytest.raises(InputError, match=r"cannot be read as|not text in UTF-8") as caught:
                read(write(tmp_path, content, name))
            assert "\n" not in str(caught.value)


@pytest.mark.thorough
def test_rows_wider_than_a_batch(tmp_path):
    table = np.random.default_rng(0).integers(1000, size=(3, 40_000)) + 0.125
    np.savetxt(tmp_path / "wide.csv", table, delimiter=",", fmt="%.30f")
    np.testing.assert_array_equal(open_data(tmp_path / "wide.csv"), table)


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
def test_a_file_larger_than_the_memory_that_may_be_used(tmp_path):
    path = tmp_path / "large.csv"
    block = "\n".join(",".join(f"{v:.6f}" for v in row) for row in np.random.default_rng(0).normal(size=(50_000, 10)))
    with path.open("w") as file:
        for _ in range(60):
            file.write(block + "\n")
    limit = 700 * 2**20
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))\n"
        "import sys, numpy, pyarrow.csv; from bouton.data import open_data\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "rows = open_data(sys.argv[1]); assert len(rows) == 3_000_000; rows.read(2_000_000, 2_001_000)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    found = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert path.stat().st_size > 250 * 2**20
    assert int(found.stdout) * 1024 < path.stat().st_size / 1.5
