"""Laws of equilibrium solvers, each once over all rows of the catalogue."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import Equilibrium
from bouton.errors import InputError
from catalogue.solvers import ROWS

UNITS = 6
solve = jax.jit(lambda solver, interaction, drive, start: solver(interaction, drive, start))
SILENT = np.zeros(UNITS)
UNFOLDABLE = (" scatter(", " sort(", " custom-call(", " fft(")


def example(seed):
    rng = np.random.default_rng(seed)
    factor = np.tril(rng.uniform(-0.6, 0.6, (UNITS, UNITS)), -1) + np.diag(rng.uniform(0.75, 1.5, UNITS))
    return factor @ factor.T, rng.normal(size=UNITS) * 2


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("seed", range(3))
def test_it_finds_the_equilibrium_from_wherever_it_starts(name, seed):
    interaction, drive = example(seed)
    for start in (SILENT, np.ones(UNITS)):
        found = solve(ROWS[name].make(), interaction, drive, start)
        activity, gradient = np.asarray(found.activity), interaction @ found.activity - drive
        assert bool(found.converged)
        if ROWS[name].linear:
            np.testing.assert_allclose(gradient, 0, atol=1e-9)
        else:
            assert activity.min() >= 0
            np.testing.assert_allclose(gradient[activity > 0], 0, atol=1e-9)
            assert gradient.min() >= -1e-9


@pytest.mark.parametrize("name", ROWS)
def test_many_at_once_are_one_by_one(name):
    solver, problems = ROWS[name].make(), [example(seed) for seed in range(5)]
    interactions, drives = (jnp.asarray(np.stack(a), "float32") for a in zip(*problems, strict=True))
    together = jax.jit(jax.vmap(solver))(interactions, drives)
    assert isinstance(together, Equilibrium)
    assert together.sweeps.shape == (5,)
    for k in range(5):
        alone = solve(solver, interactions[k], drives[k], jnp.zeros(UNITS))
        np.testing.assert_allclose(together.activity[k], alone.activity, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ROWS)
def test_the_width_of_floats_is_kept(name):
    with jax.enable_x64(True):
        for dtype in ("float32", "float64"):
            found = solve(ROWS[name].make(), *(jnp.asarray(a, dtype) for a in (*example(2), SILENT)))
            assert found.activity.dtype == found.residual.dtype == jnp.dtype(dtype)
            assert found.sweeps.dtype == jnp.int32


@pytest.mark.parametrize("name", ROWS)
def test_what_is_not_finite_is_said(name):
    interaction, drive = example(0)
    found = solve(ROWS[name].make(), *(jnp.asarray(a, "float32") for a in (interaction, drive * np.nan, SILENT)))
    assert not bool(found.converged)
    assert np.isnan(float(found.residual))


@pytest.mark.parametrize("name", ROWS)
def test_a_loop_that_holds_it_folds_or_the_row_says_why_not(name):
    solver = ROWS[name].make()

    def chunk(interaction, drives):
        def step(state, drive):
            activity = solver(state, drive).activity
            return state + activity[:, None] * activity[None, :], activity

        return jax.lax.scan(step, interaction, drives)

    text = jax.jit(chunk).lower(jnp.eye(16), jnp.ones((32, 16))).compile().as_text()
    assert " while(" in text
    assert any(operation in text for operation in UNFOLDABLE) == bool(ROWS[name].why_unfoldable)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", ROWS)
def test_shapes_that_do_not_fit_are_refused(name):
    solver = ROWS[name].make()
    for operands, message in (
        ((jnp.eye(3), jnp.ones(4)), "interaction must have shape"),
        ((jnp.eye(3), jnp.ones((2, 3))), "one sample at a time"),
        ((jnp.eye(3), jnp.ones(3), jnp.ones(2)), "start must have the shape"),
    ):
        with pytest.raises(InputError, match=message):
            solver(*operands)
