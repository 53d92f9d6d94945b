"""Linsker's rule: fixed points, energy, scaling, rotation; its mean over noise; theory of modes; layers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.analysis import arbor_shape, orientation_of_arbor
from bouton.errors import InputError
from bouton.features import (
    LayerPlan,
    LinskerGrowth,
    LinskerNetwork,
    LinskerState,
    arbor_modes,
    arbor_positions,
    arbor_variance,
    develop_layers,
    distances,
    lattice_arbors,
    mature_disc,
    radial_eigenvalues,
    white_layer,
)
from bouton.plasticity import FanIn, audit


def gauss(distance):
    return np.exp(-(distance**2) / 2)


def cell(seed=0, n=120, dtype=np.float64):
    positions = arbor_positions(np.random.default_rng(seed), n, 1.5)
    start = np.random.default_rng(seed + 1).uniform(-0.5, 0.5, n)
    return positions, jnp.asarray(start, dtype), jnp.asarray(gauss(distances(positions)), dtype)


@pytest.mark.usefixtures("float64")
def test_a_trajectory_ends_where_growth_does():
    _, start, covariance = cell()
    growth = LinskerGrowth(steps=50)
    found = growth.trajectory(start, covariance)
    np.testing.assert_allclose(found[-1], growth.grow(start, covariance), atol=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_the_velocity_is_the_negative_gradient_and_energy_never_rises():
    _, start, covariance = cell()
    growth = LinskerGrowth(step_size=0.05, steps=400)
    gradient = jax.grad(growth.energy)(start, covariance)
    np.testing.assert_allclose(growth.change(start, covariance), -gradient, atol=1e-12)
    path = growth.trajectory(start, covariance)
    energies = np.asarray(jax.vmap(growth.energy, in_axes=(0, None))(path, covariance))
    assert np.diff(energies).max() < 1e-12
    assert energies[-1] < energies[0] - 1


@pytest.mark.usefixtures("float64")
def test_zero_is_a_fixed_point_and_time_scales():
    _, start, covariance = cell()
    still = LinskerGrowth(k1=0.0, steps=20)
    np.testing.assert_array_equal(still.grow(jnp.zeros_like(start), covariance), 0)
    twice = LinskerGrowth(k1=0.0, k2=-6.0, step_size=0.1, steps=20)
    np.testing.assert_allclose(still.grow(start, covariance), twice.grow(start, 2 * covariance), atol=1e-12)


@pytest.mark.usefixtures("float64")
def test_rotated_places_change_nothing():
    positions, start, covariance = cell()
    turn = np.array([[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
    turned = jnp.asarray(gauss(distances(positions @ turn.T)))
    growth = LinskerGrowth(steps=200)
    one, other = growth.grow(start, covariance), growth.grow(start, turned)
    np.testing.assert_allclose(one, other, atol=1e-6)
    index, preferred, _ = orientation_of_arbor(np.asarray(one), positions)
    again, turned_direction, _ = orientation_of_arbor(np.asarray(one), positions @ turn.T)
    assert index == pytest.approx(again, abs=0.02)
    assert abs(np.exp(2j * (turned_direction - preferred - 1.0)) - 1) < 0.5


@pytest.mark.usefixtures("float64")
def test_the_mean_weight_relaxes_to_minus_k1_over_k2():
    _, start, covariance = cell(n=400)
    path = LinskerGrowth(k1=0.3, step_size=0.01, steps=200).trajectory(0.1 * start, covariance)
    # Until weights saturate the mean feels k2 and, by a tenth as much, the covariance.
    assert float(path[-1].mean()) == pytest.approx(0.1, abs=0.02)
    reached = float((path[33].mean() - 0.1 * start.mean()) / (path[-1].mean() - 0.1 * start.mean()))
    assert reached == pytest.approx(1 - np.exp(-1), abs=0.05)


def test_cells_are_bilobed_without_k1_and_centred_with_it():
    positions, start, covariance = cell(5, 300, np.float32)
    shapes = {k1: arbor_shape(np.asarray(LinskerGrowth(k1).grow(start, covariance), float), positions)
              for k1 in (0.0, 0.45, 1.6)}  # fmt: skip
    assert shapes[0.0].dipole > 0.25
    assert shapes[0.45].dipole < 0.15
    assert shapes[0.45].centre_surround > 0.55
    assert shapes[0.45].saturated > 0.9
    assert shapes[1.6].excitatory == 1


def test_eigenvalues_and_modes_are_those_of_the_closed_form():
    modes = arbor_modes(1.5, 1.0)
    assert modes.width == pytest.approx(1.822876, abs=1e-6)
    assert modes.ratio == pytest.approx(0.451416, abs=1e-6)
    expected = (0.300944, 0.135851, 0.061325, 0.027684)
    assert [modes.eigenvalue(order) for order in range(4)] == pytest.approx(expected, abs=1e-6)
    for angular in range(3):
        found = radial_eigenvalues(gauss, 1.5, angular=angular)[:2]
        assert found == pytest.approx([modes.eigenvalue(angular), modes.eigenvalue(angular + 2)], abs=1e-6)
    k2 = (-0.1, -0.3, -0.5, -1, -3, -30, -300)
    table = (0.2296, 0.1532, 0.1308, 0.1167, 0.1091, 0.1061, 0.1059)
    assert [radial_eigenvalues(gauss, 1.5, k2=each)[0] for each in k2] == pytest.approx(table, abs=1e-4)
    assert arbor_variance(np.sqrt(3.0)) == pytest.approx(1.5)


@pytest.mark.parametrize(("name", "order"), [("1s", 0), ("2p", 1)])
def test_modes_are_eigenfunctions(name, order):
    modes, axis = arbor_modes(1.5, 1.0), np.arange(-8, 8.01, 0.2)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    density = np.exp(-(grid**2).sum(axis=1) / 3) * 0.04 / (3 * np.pi)
    places = np.array([[0.3, 0.1], [1.0, -0.5], [0.0, 2.0]])
    apart = np.linalg.norm(places[:, None] - grid, axis=-1)
    image = gauss(apart) @ (density * modes.mode(grid, name, 0.7))
    np.testing.assert_allclose(image, modes.eigenvalue(order) * modes.mode(places, name, 0.7), atol=1e-9)


def test_layers_hand_on_their_statistics():
    b = white_layer().after(mature_disc(1.0, 0.5), 0.5)
    assert b(np.array([1.0])) == pytest.approx(0.606531, abs=1e-6)
    assert b(np.array([0.37])) == pytest.approx(np.exp(-(0.37**2) / 2), abs=1e-4)
    plans = [LayerPlan("C", LinskerGrowth(steps=600)), LayerPlan("D", LinskerGrowth(0.35, steps=600))]
    c, d = develop_layers(plans, b, n_synapses=150, n_cells=2)
    assert d.statistics.profile.min() < c.statistics.profile.min() < -0.05
    with pytest.raises(InputError, match="8 standard deviations"):
        white_layer(16).after(mature_disc(1.0, 1.5), 1.5)


@pytest.mark.thorough
def test_the_mean_of_the_rule_over_noise_is_the_averaged_rule():
    rng = np.random.default_rng(3)
    b = lattice_arbors(rng, 8, 8, 12, 1.0)
    c = lattice_arbors(rng, 8, 1, 20, 2.0)
    first = LinskerNetwork((b.connectivity, c.connectivity), k1=1.0, k2=0.0)
    # Far enough from the bounds that no pattern reaches them.
    weights = (jnp.ones((64, 12)), first.init(jax.random.key(0)).weights[1] / 2)
    state = LinskerState(weights, (jnp.ones(64), jnp.ones(1)))
    network, state = first.matured(state, k1=0.3, k2=-2.0, learning_rate=1e-3)
    noise = jax.random.normal(jax.random.key(1), (100_000, 64))
    after = jax.jit(jax.vmap(lambda x: network.step(jax.random.key(0), state, x)[0].weights[1][0]))(noise)
    changes = (np.asarray(after, float) - np.asarray(state.weights[1][0], float)) / 1e-3
    response, table = network.response(state, 0), np.asarray(c.connectivity.table)[0]
    within = (response @ response.T)[np.ix_(table, table)]
    np.testing.assert_allclose(np.diag(within), 1, rtol=1e-5)
    expected = LinskerGrowth(0.3, -2.0).change(state.weights[1][0], jnp.asarray(within, jnp.float32))
    error = changes.std(axis=0) / np.sqrt(len(changes))
    assert np.abs((changes.mean(axis=0) - np.asarray(expected)) / error).max() < 3


@pytest.mark.thorough
def test_the_network_becomes_excitatory_then_centred_and_is_local():
    rng = np.random.default_rng(0)
    b, c = lattice_arbors(rng, 16, 16, 40, 2.0), lattice_arbors(rng, 16, 2, 200, 6.0)
    network = LinskerNetwork((b.connectivity, c.connectivity), k1=1.0, k2=0.0, learning_rate=0.01)
    state = bouton.run(network, rng.normal(size=(500, 256)), key=jax.random.key(0)).state
    assert bool((state.weights[0] > 0).all())
    network, state = network.matured(state, k1=0.45, k2=-3.0, learning_rate=5e-3)
    assert audit(network).local
    assert [row["pathway"] for row in audit(network).rows()] == ["feedforward"]
    done = bouton.run(network, rng.normal(size=(10_000, 256)), key=jax.random.key(0), state=state)
    shapes = [arbor_shape(w, p) for w, p in zip(np.asarray(done.state.weights[1], float), c.positions, strict=True)]
    assert np.mean([shape.centre_surround for shape in shapes]) > 0.3
    assert np.mean([shape.excitatory for shape in shapes]) == pytest.approx(0.66, abs=0.06)
    np.testing.assert_array_equal(done.state.weights[0], state.weights[0])


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LinskerGrowth(k2=-30.0), "take smaller steps"),
        (lambda: LinskerGrowth(upper=1.5), "upper must lie in"),
        (lambda: LinskerGrowth(steps=0), "steps must be an integer"),
        (lambda: arbor_variance(-1.0), "radius must be positive"),
        (lambda: mature_disc(1.1, 1.0), "excitatory must lie"),
        (lambda: arbor_modes(1.0, 1.0).mode(np.zeros((1, 2)), "3d"), "'1s' or '2p'"),
        (lambda: LinskerNetwork((FanIn([[0]], 1),), developing=1), "index of one of 1 layers"),
        (lambda: LinskerNetwork((FanIn([[0]], 1), FanIn([[1]], 2))), "must listen to the 1 cells"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
