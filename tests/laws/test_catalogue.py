"""The law of the catalogue: every concrete class of the package has a row, on which all laws run, or a reason."""

from abc import abstractmethod

import pytest
from sklearn.base import BaseEstimator

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
