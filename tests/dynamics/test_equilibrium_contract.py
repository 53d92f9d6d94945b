"""What every equilibrium solver promises whatever it computes: types, vmap, folding, no recompiling, clear refusals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import (
    ActiveSet,
    CoordinateDescent,
    Equilibrium,
    EquilibriumSolver,
    LinearSolve,
    ProjectedGradient,
    Rectifier,
)
from bouton.errors import InputError

UNITS = 6
solve = jax.jit(lambda solver, interaction, drive: solver(interaction, drive))


def example(seed):
    rng = np.random.default_rng(seed)
    factor = np.tril(rng.uniform(-0.6, 0.6, (UNITS, UNITS)), -1) + np.diag(rng.uniform(0.75, 1.5, UNITS))
    return factor @ factor.T, rng.normal(size=UNITS) * 2


@pytest.mark.parametrize("solver", [CoordinateDescent(), ActiveSet(patience=1), ProjectedGradient(), LinearSolve()])
def test_many_at_once_equal_one_by_one(solver):
    problems = [example(seed) for seed in range(5)]
    interactions, drives = (jnp.asarray(np.stack(a), "float32") for a in zip(*problems, strict=True))
    together = jax.jit(jax.vmap(solver))(interactions, drives)
    assert isinstance(together, Equilibrium)
    for k in range(5):
        alone = solve(solver, interactions[k], drives[k])
        np.testing.assert_allclose(together.activity[k], alone.activity, rtol=1e-4, atol=1e-5)
        assert together.sweeps.shape == (5,)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("solver", [CoordinateDescent(), ActiveSet(patience=1), ProjectedGradient(), LinearSolve()])
def test_type_of_the_drive_is_kept(solver, dtype):
    with jax.enable_x64(True):
        interaction, drive = (jnp.asarray(a, dtype) for a in example(2))
        found = solve(solver, interaction, drive)
        assert found.activity.dtype == found.residual.dtype == jnp.dtype(dtype)
        assert found.sweeps.dtype == jnp.int32


def test_hyperparameters_do_not_recompile():
    traces = []

    @jax.jit
    def counted(solver, interaction, drive):
        traces.append(None)
        return solver(interaction, drive)

    for tolerance, sweeps in ((1e-3, 10), (1e-6, 50), (0.0, 3)):
        counted(CoordinateDescent(tolerance, sweeps), jnp.eye(UNITS), jnp.ones(UNITS))
    assert len(traces) == 1


def compiled_text(solver):
    def chunk(interaction, drives):
        def step(state, drive):
            activity = solver(state, drive).activity
            return state + activity[:, None] * activity[None, :], activity

        return jax.lax.scan(step, interaction, drives)

    return jax.jit(chunk).lower(jnp.eye(16), jnp.ones((32, 16))).compile().as_text()


UNFOLDABLE = (" scatter(", " sort(", " custom-call(", " fft(")


@pytest.mark.parametrize("solver", [CoordinateDescent(), ActiveSet(patience=1), ProjectedGradient()])
def test_step_folds(solver):
    text = compiled_text(solver)
    assert " while(" in text
    assert not [name for name in UNFOLDABLE if name in text]


def test_the_test_of_folding_can_fail():
    assert " custom-call(" in compiled_text(LinearSolve())


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
