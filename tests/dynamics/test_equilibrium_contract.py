"""What equilibrium solvers promise besides their laws: no recompiling, clear refusals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import (
    ActiveSet,
    CoordinateDescent,
    EquilibriumSolver,
    LinearSolve,
    ProjectedGradient,
    Rectifier,
)
from bouton.errors import InputError

UNITS = 6


def test_hyperparameters_do_not_recompile():
    traces = []

    @jax.jit
    def counted(solver, interaction, drive):
        traces.append(None)
        return solver(interaction, drive)

    for tolerance, sweeps in ((1e-3, 10), (1e-6, 50), (0.0, 3)):
        counted(CoordinateDescent(tolerance, sweeps), jnp.eye(UNITS), jnp.ones(UNITS))
    assert len(traces) == 1


def test_rectifier_keeps_nan():
    np.testing.assert_array_equal(Rectifier()(jnp.array([-1.0, 2.0, jnp.nan])), [0.0, 2.0, np.nan])


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: CoordinateDescent(tolerance=-1.0), "tolerance must be"),
        (lambda: CoordinateDescent(tolerance=float("nan")), "tolerance must be"),
        (lambda: CoordinateDescent(max_sweeps=0), "max_sweeps must be .* at least 1, got 0"),
        (lambda: ProjectedGradient(step_size=0.0), "step_size must be positive"),
        (lambda: ProjectedGradient(step_size="large"), "step_size must be"),
        (lambda: ProjectedGradient(max_iterations=-3), "max_iterations must be"),
        (lambda: ActiveSet(max_sweeps=0), "max_sweeps must be .* at least 1, got 0"),
        (lambda: ActiveSet(patience=0), "patience must be .* at least 1, got 0"),
        (lambda: CoordinateDescent()(jnp.eye(3), jnp.ones(4)), "interaction must have shape"),
        (lambda: LinearSolve()(jnp.eye(3), jnp.ones((2, 3))), "one sample at a time"),
        (lambda: ProjectedGradient()(jnp.eye(3), jnp.ones(3), jnp.ones(2)), "start must have the shape"),
    ],
)
def test_refusals_say_what_was_expected(build, sentence):
    with pytest.raises(InputError, match=sentence):
        build()


def test_the_contract_is_abstract():
    with pytest.raises(TypeError):
        EquilibriumSolver()
    assert ProjectedGradient("auto").step_size is None
