"""The table of speed in the README is written from results, and says where bouton is slower."""

import json

import pytest
from benchmarks.names import BOUTON, FASTMATH, NUMPY, STRICT

from benchmarks import readme


def case(name, times, dtype="float32", threads=1):
    contenders = [{"name": who, "microseconds_per_sample": {"median": time}} for who, time in times.items()]
    return {"name": name, "dtype": dtype, "threads": threads, "contenders": contenders}


@pytest.fixture
def found():
    small = {BOUTON: 2.0, STRICT: 5.0, FASTMATH: 1.0, NUMPY: 300.0, "sklearn A, 64 rows": 12.0, "sklearn B": 9.0}
    problem = {"name": "64x16", "contenders": [{"ratio": 1.0}, {"ratio": 700.0}, {"ratio": 21.5}]}
    return {
        "machine": {"cpu": "Abacus 3"},
        "settings": {"quick": False, "repeats": 7},
        "cases": [
            case("64x16", small),
            case("64x16", small | {BOUTON: 1.0}, threads=2),
            case("64x16", small | {BOUTON: 1.0}, dtype="float64"),
            case("784x50", {BOUTON: 10.0, NUMPY: 500.0}),
        ],
        "nonnegative": [{"threads": 2, "problems": []}, {"threads": 1, "problems": [problem]}],
    }


def test_the_table_shows_single_precision_on_one_thread(found):
    lines = readme.section(found).splitlines()
    assert lines[:4] == [
        "| inputs x outputs | bouton, µs | numba fastmath | numba strict | NumPy loop | pynsm | scikit-learn |",
        "|---|---|---|---|---|---|---|",
        "| 64x16 | 2 | 0.5 | 2.5 | 150 | 21.5 | 4.5 |",
        "| 784x50 | 10 | – | – | 50 | – | – |",
    ]
    assert lines[4] == ""
    assert "(Abacus 3, 1 thread, float32, medians of 7 runs)" in lines[5]
    assert max(len(line) for line in lines) <= 120


def test_what_is_faster_than_bouton_is_named(found):
    assert "here it is slower than numba fastmath (64x16);" in readme.section(found).replace("\n", " ")
    found["cases"][0] = case("64x16", {BOUTON: 2.0, FASTMATH: 2.0})
    assert "here it is slower than none of them;" in readme.section(found).replace("\n", " ")


def written(folder, found):
    path = folder / "bench.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def test_only_what_is_between_the_lines_is_replaced(found, tmp_path, capsys):
    page, other = tmp_path / "README.md", tmp_path / "other.md"
    page.write_text("# Title\n\n<!-- speed -->\nold \\1\n<!-- /speed -->\n\nEnd\n", encoding="utf-8")
    other.write_text("no lines here\n", encoding="utf-8")
    for _ in range(2):
        assert readme.main(written(tmp_path, found), pages=(page, other)) == 0
        expected = f"# Title\n\n<!-- speed -->\n{readme.section(found)}\n<!-- /speed -->\n\nEnd\n"
        assert page.read_text(encoding="utf-8") == expected
    assert other.read_text(encoding="utf-8") == "no lines here\n"
    assert capsys.readouterr().out.splitlines() == [str(page)] * 2


def test_what_measures_nothing_is_refused(found, tmp_path, capsys):
    page = tmp_path / "README.md"
    page.write_text("<!-- speed -->\nold\n<!-- /speed -->\n", encoding="utf-8")
    quick = found | {"settings": {"quick": True, "repeats": 2}}
    double = found | {"cases": found["cases"][2:3]}
    for results, reason in ((quick, "--quick"), (double, "no case in float32 on 1 thread")):
        assert readme.main(written(tmp_path, results), pages=(page,)) == 2
        assert reason in capsys.readouterr().err
    assert readme.main(tmp_path / "gone.json", pages=(page,)) == 2
    assert "old" in page.read_text(encoding="utf-8")
    page.write_text("no lines", encoding="utf-8")
    assert readme.main(written(tmp_path, found), pages=(page,)) == 2
    assert "no page has the lines" in capsys.readouterr().err


def test_the_readme_has_the_lines():
    page = (readme._ROOT / "README.md").read_text(encoding="utf-8")
    assert page.count(readme.START) == page.count(readme.END) == 1
    assert page.index(readme.START) < page.index(readme.END)
