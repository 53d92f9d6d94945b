"""The law of the reference programs: the library computes what the published algorithm in plain NumPy does."""

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import references
from bouton import papers
from catalogue import systems
from catalogue.references import beliefs, features, similarity, spikes

ROWS = beliefs.ROWS | features.ROWS | similarity.ROWS | spikes.ROWS | systems.rows("REFERENCES")
PROGRAMS = sorted(module.name for module in pkgutil.iter_modules(references.__path__))
REPOSITORY = Path(references.__file__).parents[1]


@pytest.mark.optimised
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("row", ROWS)
def test_the_library_is_the_reference_program(row):
    pairs = ROWS[row]()
    assert pairs
    for name, (found, expected) in pairs.items():
        found, expected = np.asarray(found), np.asarray(expected)
        assert found.shape == expected.shape, name
        scale = np.abs(expected).max()
        assert scale > 0, name
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9 * scale, err_msg=name)


def test_every_paper_has_a_reference_program():
    modules = {each.name for each in pkgutil.iter_modules(papers.__path__) if each.ispkg}
    assert modules <= set(PROGRAMS)


def test_the_library_is_held_to_every_program():
    assert {row.partition(":")[0] for row in ROWS} == set(PROGRAMS)


def test_no_program_imports_the_library():
    for path in Path(references.__file__).parent.rglob("*.py"):
        assert not {"bouton", "jax"} & {line.split()[1].partition(".")[0] for line in path.read_text().splitlines()
                                       if line.startswith(("import ", "from "))}, path  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_prints_named_numbers_the_same_each_time(program):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", f"references.{program}"]
    first, second = (
        subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120)
        for _ in range(2)
    )
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    for line in first.stdout.splitlines():
        name, separator, numbers = line.rpartition(": ")
        assert name
        assert separator
        assert all(np.isfinite(float(number)) for number in numbers.split())
