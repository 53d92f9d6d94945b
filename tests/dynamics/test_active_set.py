"""Coordinate descent with a finish: it gets where sweeps alone would be long on their way, and never elsewhere."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.dynamics import ActiveSet, CoordinateDescent
from bouton.similarity import NonnegativeSimilarityMatching, SNMFNetwork

solve = jax.jit(lambda solver, interaction, drive: solver(interaction, drive))


def problem(units, condition, fraction, seed=0):
    """Return an interaction, a drive, and the activity that is the minimum by its conditions."""
    rng = np.random.default_rng(seed)
    axes, _ = np.linalg.qr(rng.normal(size=(units, units)))
    eigenvalues = np.geomspace(1, condition, units)
    interaction = axes * (eigenvalues / eigenvalues.mean()) @ axes.T
    active = rng.permutation(units) < max(1, round(fraction * units))
    solution = np.where(active, rng.uniform(0.2, 1, units), 0)
    return interaction, interaction @ solution - np.where(active, 0, rng.uniform(0.05, 0.5, units)), solution


@pytest.mark.thorough
@pytest.mark.parametrize(("units", "fraction"), [(16, 0.2), (16, 0.9), (80, 0.2), (80, 0.9)])
@pytest.mark.parametrize("condition", [2.0, 1e3])
def test_finds_the_minimum(units, fraction, condition):
    interaction, drive, solution = problem(units, condition, fraction)
    with jax.enable_x64(True):
        found = solve(ActiveSet(tolerance=1e-13, max_sweeps=20_000), jnp.asarray(interaction), jnp.asarray(drive))
        assert bool(found.converged)
        np.testing.assert_allclose(found.activity, solution, atol=1e-13 * 10 * condition)
        np.testing.assert_array_equal(np.asarray(found.activity) > 0, solution > 0)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**16), fraction=st.floats(0.05, 1), condition=st.floats(1, 1e4))
def test_finds_any_minimum(seed, fraction, condition):
    interaction, drive, solution = problem(16, condition, fraction, seed)
    with jax.enable_x64(True):
        found = solve(ActiveSet(tolerance=1e-12, max_sweeps=50_000), jnp.asarray(interaction), jnp.asarray(drive))
        assert bool(found.converged)
        np.testing.assert_allclose(found.activity, solution, atol=1e-11 * condition)


def test_much_less_work_where_sweeps_are_slow():
    interaction, drive, _ = problem(80, 1e3, 0.9)
    with jax.enable_x64(True):
        arrays = jnp.asarray(interaction), jnp.asarray(drive)
        swept = solve(CoordinateDescent(1e-9, 100_000), *arrays)
        finished = solve(ActiveSet(1e-9, 100_000), *arrays)
    assert bool(swept.converged)
    assert bool(finished.converged)
    assert 2 * int(finished.sweeps) < int(swept.sweeps)


@pytest.mark.parametrize(("fraction", "condition"), [(0.5, 1.5), (0.1, 100.0)], ids=["fast sweeps", "few active"])
def test_sweeps_alone_where_they_are_the_better_way(fraction, condition):
    interaction, drive, _ = problem(80, condition, fraction)
    arrays = jnp.asarray(interaction, "float32"), jnp.asarray(drive, "float32")
    swept, found = solve(CoordinateDescent(1e-4, 1000), *arrays), solve(ActiveSet(1e-4, 1000), *arrays)
    assert int(found.sweeps) == int(swept.sweeps)
    np.testing.assert_allclose(found.activity, swept.activity, rtol=1e-5, atol=1e-6)


def test_gives_up_at_the_cap_and_says_so():
    interaction, drive, _ = problem(16, 1e4, 0.9)
    found = solve(ActiveSet(1e-12, max_sweeps=20), jnp.asarray(interaction, "float32"), jnp.asarray(drive, "float32"))
    assert int(found.sweeps) == 20
    assert not bool(found.converged)
    assert float(found.residual) > 1e-12


def test_an_interaction_without_an_inverse():
    interaction = jnp.ones((4, 4)) + jnp.diag(jnp.array([0.0, 0.0, 1.0, 1.0]))
    drive = jnp.array([1.0, 1.0, 0.5, 0.5])
    found = solve(ActiveSet(patience=1, max_sweeps=2000), interaction, drive)
    activity = np.asarray(found.activity)
    assert bool(found.converged)
    gradient = np.asarray(interaction) @ activity - np.asarray(drive)
    assert gradient.min() > -1e-4
    assert np.abs(gradient[activity > 0]).max() < 1e-4


def test_settling_by_rows_and_products_is_settling_by_a_matrix():
    interaction, drive, _ = problem(16, 100.0, 0.8)
    interaction, drive = jnp.asarray(interaction, "float32"), jnp.asarray(drive, "float32")
    own = jnp.diagonal(interaction)
    others = interaction - jnp.diag(own)
    expected = solve(ActiveSet(patience=2), interaction, drive)
    for product in (None, lambda y: others @ y):
        found = jax.jit(lambda p=product: ActiveSet(patience=2).settle(lambda i: others[i], own, drive, p))()
        np.testing.assert_allclose(found.activity, expected.activity, rtol=1e-4, atol=1e-5)
        assert bool(found.converged)


def test_lanes_of_a_vmap_are_single_solves():
    drives = jnp.stack([jnp.asarray(problem(16, 50.0, 0.6, seed)[1], "float32") for seed in range(5)])
    interaction = jnp.asarray(problem(16, 50.0, 0.6)[0], "float32")
    together = jax.jit(jax.vmap(lambda drive: ActiveSet()(interaction, drive)))(drives)
    for lane, drive in enumerate(drives):
        alone = solve(ActiveSet(), interaction, drive)
        np.testing.assert_allclose(together.activity[lane], alone.activity, rtol=1e-4, atol=1e-5)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "network", [SNMFNetwork, pytest.param(NonnegativeSimilarityMatching, marks=pytest.mark.thorough)]
)
def test_networks_answer_alike_with_either_solver(network):
    rng = np.random.default_rng(0)
    kind = {"start": "random"} if network is SNMFNetwork else {"leak": 0.1}
    circuits = [
        network(8, 12, dynamics=dynamics, **kind)
        for dynamics in (CoordinateDescent(1e-6, 10_000), ActiveSet(1e-6, 10_000, patience=2))
    ]
    key, x = jax.random.key(0), jnp.asarray(rng.normal(size=8), "float32")
    state = circuits[0].init(key)
    for sample in rng.normal(size=(50, 8)).astype("float32"):
        state, _ = jax.jit(circuits[0].step)(key, state, jnp.asarray(sample))
    answers = [np.asarray(circuit.respond(state, x)) for circuit in circuits]
    np.testing.assert_allclose(answers[1], answers[0], rtol=1e-3, atol=1e-4)
