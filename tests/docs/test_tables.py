"""The documentation's tables name every class that has a row."""

import sys
from pathlib import Path

from catalogue import circuits, estimators, rules

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))

from make_tables import write_tables


def test_every_class_with_a_row_stands_in_the_tables(tmp_path):
    write_tables(tmp_path / "tables.md")
    lines = (tmp_path / "tables.md").read_text(encoding="utf-8").splitlines()
    named = [line.split("|")[1].strip(" `").rpartition(".")[2] for line in lines if line.startswith("| `")]
    kinds = {type(row.make()).__name__ for each in (rules, circuits, estimators) for row in each.ROWS.values()}
    assert sorted(named) == sorted(kinds)
    assert {line.replace("\\|", "").count("|") for line in lines if line.startswith("|")} == {3, 4, 6}
