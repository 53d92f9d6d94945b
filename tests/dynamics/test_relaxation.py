"""Relaxation by Euler steps."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import Relaxation
from bouton.errors import InputError


def step_sizes(count, first=0.2, decay=0.005, least=0.05):
    return np.maximum(first / (1 + decay * np.arange(count)), least)


def test_steps_are_those_of_the_published_schedule(float64):
    """du/ds = 1 adds up the step sizes."""
    found = Relaxation(tolerance=0.0, max_steps=700).settle(lambda u: jnp.ones_like(u), jnp.zeros(1))
    assert int(found.steps) == 700
    np.testing.assert_allclose(found.potential, step_sizes(700).sum(), rtol=1e-12)


def test_linear_network_rests_where_its_equation_is_solved(float64):
    rng = np.random.default_rng(0)
    root = rng.normal(size=(5, 5))
    matrix, drive = jnp.asarray(root @ root.T / 5 + np.eye(5)), jnp.asarray(rng.normal(size=5))
    found = Relaxation(tolerance=1e-10, max_steps=20_000).settle(lambda u: drive - matrix @ u, jnp.zeros(5))
    assert found.converged
    np.testing.assert_allclose(found.potential, np.linalg.solve(matrix, drive), rtol=1e-8)


def test_every_population_has_to_rest():
    """A slow population keeps a fast one waiting."""

    def change(potentials):
        fast, slow = potentials
        return 1 - fast, 0.01 * (1 - slow)

    alone = Relaxation().settle(lambda u: 1 - u, jnp.zeros(1))
    both = Relaxation(max_steps=20_000).settle(change, (jnp.zeros(1), jnp.zeros(1)))
    assert both.steps > 5 * alone.steps
    # The rate of change is 0.01 (1 - u), so that at rest 1 - u <= 0.01 u.
    np.testing.assert_allclose(both.potential[1], 1, atol=0.011)


def test_looks_at_the_rule_at_given_steps_and_never_exceeds_the_cap():
    found = Relaxation(look_every=7, max_steps=1000).settle(lambda u: 1 - u, jnp.zeros(1))
    assert int(found.steps) % 7 == 0
    capped = Relaxation(look_every=7, max_steps=10).settle(lambda u: 1 - u, jnp.zeros(1))
    assert int(capped.steps) == 10
    assert not capped.converged


def test_residual_is_the_relative_rate_of_change(float64):
    found = Relaxation(tolerance=0.0, max_steps=3, look_every=3).settle(lambda u: 1 - u, jnp.zeros(1))
    before, sizes = 0.0, step_sizes(3)
    for size in sizes:
        rate = 1 - before
        before += size * rate
    np.testing.assert_allclose(found.residual, rate / before, rtol=1e-12)


def test_silence_counts_as_rest():
    found = Relaxation().settle(lambda u: -u, jnp.zeros(4))
    assert found.converged
    assert found.residual == 0


def test_confine_keeps_potentials_in_their_range():
    found = Relaxation().settle(lambda u: -jnp.ones_like(u), jnp.ones(2), confine=lambda u: jnp.maximum(u, 0))
    assert found.converged
    np.testing.assert_array_equal(found.potential, 0)


def test_nan_is_not_converged():
    found = Relaxation(max_steps=20).settle(lambda u: u * jnp.nan, jnp.ones(1))
    assert not found.converged


@pytest.mark.thorough
def test_many_at_once_find_what_each_finds_alone():
    drives = jnp.linspace(0.1, 2, 5)[:, None]
    relax = lambda drive: Relaxation().settle(lambda u: drive - u + jnp.tanh(u) / 2, jnp.zeros(1))  # noqa: E731
    together = jax.vmap(relax)(drives)
    alone = [relax(drive) for drive in drives]
    np.testing.assert_allclose(together.potential, [one.potential for one in alone], rtol=1e-6)
    np.testing.assert_array_equal(together.steps, [one.steps for one in alone])


@pytest.mark.parametrize(
    ("name", "value"),
    [("step_size", 0.0), ("smallest_step", -1.0), ("step_decay", -0.1), ("tolerance", float("nan")), ("max_steps", 0),
     ("look_every", 1.5)],
)  # fmt: skip
def test_parameters_out_of_range_are_refused(name, value, unchecked):
    with pytest.raises(InputError, match=name):
        Relaxation(**{name: value})
