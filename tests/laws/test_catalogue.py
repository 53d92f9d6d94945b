"""The law of the catalogue: every concrete class of the package has a row, on which all laws run, or a reason."""

import ast
from abc import abstractmethod
from pathlib import Path

import pytest
from sklearn.base import BaseEstimator

import bouton
from bouton.dynamics import EquilibriumSolver
from bouton.dynamics.point_neurons import PointNeurons
from bouton.engine import Circuit
from bouton.plasticity import Rule
from catalogue import circuits, estimators, neurons, rules, solvers
from catalogue.found import concrete

CATALOGUES = {
    "rules": (Rule, rules),
    "circuits": (Circuit, circuits),
    "estimators": (BaseEstimator, estimators),
    "neurons": (PointNeurons, neurons),
    "solvers": (EquilibriumSolver, solvers),
}


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_class_has_a_row_or_a_reason(name):
    base, catalogue = CATALOGUES[name]
    excused = getattr(catalogue, "WITHOUT_A_ROW", {})
    with_a_row = {type(row.make()) for row in catalogue.ROWS.values()}
    missing = {kind.__name__ for kind in concrete(base) - with_a_row} - set(excused)
    assert not missing, f"add a row for {', '.join(sorted(missing))} to tests/catalogue/{name}.py: every law runs on it"
    assert set(excused) <= {kind.__name__ for kind in concrete(base) - with_a_row}
    assert all(excused.values())


def test_papers_use_what_there_is_and_define_none_of_it():
    kinds = {base.__name__ for base, _ in CATALOGUES.values()}
    kinds |= {
        kind.__name__ for base, _ in CATALOGUES.values() for found in concrete(base) for kind in found.__mro__[:-1]
    }
    for path in (Path(bouton.__file__).parent / "papers").rglob("*.py"):
        classes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ClassDef)]
        bases = {ast.unparse(base).rpartition(".")[2] for each in classes for base in each.bases}
        assert not (bases - {"Module"}) & kinds, path


class Abstract(Circuit):
    @abstractmethod
    def change(self):
        """Return what changes."""


class WithoutRow(Abstract):
    event = None

    def init(self, key):
        return None

    def respond(self, state, x):
        return x

    def step(self, key, state, x):
        return state, x

    def change(self):
        return None


def test_a_class_without_a_row_would_be_found():
    assert concrete(Circuit, __name__) == {WithoutRow}
