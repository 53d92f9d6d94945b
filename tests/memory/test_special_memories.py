"""The named memories are the published ones, to rounding: identities with equations that are written out here."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton import memory as m

SIGNS = m.random_signs(9, 12, 1)
STATES = m.random_signs(200, 12, 2)
REALS = np.random.default_rng(3).normal(size=(7, 5))


def published_dense_field(energy, patterns, states):
    """Return F(xi_i + h_i) - F(-xi_i + h_i), summed over patterns, neuron by neuron."""
    fields = np.zeros_like(states)
    for i in range(patterns.shape[1]):
        h = np.delete(states, i, 1) @ np.delete(patterns, i, 1).T
        fields[:, i] = np.sum(energy(patterns[:, i] + h) - energy(-patterns[:, i] + h), axis=1)
    return fields


def same_up_to_scale(found, wanted, tolerance=1e-12):
    scale = np.sum(found * wanted) / np.sum(found * found)
    return scale > 0 and np.max(np.abs(scale * found - wanted)) <= tolerance * np.max(np.abs(wanted))


@pytest.mark.parametrize("power", [2, 3, 4, 5])
def test_dense_hopfield_networks_compare_energies(power):
    found = m.dense_hopfield_memory(power).add(SIGNS).fields(STATES)
    assert same_up_to_scale(found, published_dense_field(lambda x: x**power, SIGNS, STATES))


def test_rectified_dense_hopfield_network():
    found = m.dense_hopfield_memory(3, rectified=True).add(SIGNS).fields(STATES)
    assert same_up_to_scale(found, published_dense_field(lambda x: np.maximum(x, 0) ** 3, SIGNS, STATES))


def test_exponential_network():
    assert same_up_to_scale(
        m.exponential_memory().add(SIGNS).fields(STATES), published_dense_field(np.exp, SIGNS, STATES)
    )


def test_classical_hopfield_network_has_hebbian_weights_without_diagonal():
    weights = SIGNS.T @ SIGNS
    np.fill_diagonal(weights, 0)
    assert same_up_to_scale(m.hopfield_memory().add(SIGNS).fields(STATES), STATES @ weights)
    assert same_up_to_scale(m.dense_hopfield_memory(2).add(SIGNS).fields(STATES), STATES @ weights)


@pytest.mark.thorough
def test_asynchronous_hopfield_recall_lowers_the_energy_to_a_fixed_point():
    memory = m.hopfield_memory().add(SIGNS)
    weights = SIGNS.T @ SIGNS
    np.fill_diagonal(weights, 0)
    energy = lambda s: -np.einsum("bi,ij,bj->b", s, weights, s) / 2  # noqa: E731
    energies = [energy(STATES)]
    for steps in range(1, 6):
        found = memory.recall(STATES, update="asynchronous", max_steps=steps, return_steps=True)
        energies.append(energy(found.states))
    assert np.all(np.diff(energies, axis=0) <= 0)
    found = memory.recall(STATES, update="asynchronous", return_steps=True)
    assert np.all(found.settled)
    np.testing.assert_array_equal(memory.recall(found.states), found.states)


@pytest.mark.thorough
def test_interpolation_with_the_linear_kernel_is_the_projection():
    memory = m.projection_memory().add(SIGNS)
    projector = np.linalg.pinv(SIGNS) @ SIGNS
    np.testing.assert_allclose(memory.fields(STATES), STATES @ projector, atol=1e-12)
    np.testing.assert_array_equal(memory.recall(SIGNS), SIGNS)
    with pytest.warns(UserWarning, match="only their projection is stored"):
        many = m.projection_memory().add(m.random_signs(40, 12, 4))
    np.testing.assert_allclose(many.fields(STATES), STATES, atol=1e-10)


@pytest.mark.thorough
def test_optimal_stability_is_the_linear_memory_of_the_largest_margin():
    patterns = m.random_signs(6, 12, 4)
    memory = m.optimal_stability_memory().add(patterns)
    others = m.hopfield_memory().add(patterns).stabilities_
    assert np.all(memory.stabilities_ >= others - 1e-3)


def test_softmax_attention(float64):
    beta = 0.7
    memory = m.attention_memory(beta).add(REALS)
    states = np.random.default_rng(5).normal(size=(4, 5))
    wanted = np.asarray(jax.nn.softmax(beta * jnp.asarray(states) @ REALS.T, axis=1)) @ REALS
    np.testing.assert_allclose(memory.fields(states), wanted, atol=1e-14)


def test_softmax_is_an_approximate_inverse_of_a_kernel_memory():
    """X' diag(z) k(X, s) with k = exp(b x.y) / (z(x) z(y)); the optimal memory has the inverse of K instead."""
    beta, states = 0.7, np.random.default_rng(6).normal(size=(4, 5))
    z = lambda x: np.exp(beta * x @ REALS.T).sum(axis=1)  # noqa: E731
    kernel = lambda x, y: np.exp(beta * x @ y.T) / np.outer(z(x), z(y))  # noqa: E731
    softmax = m.attention_memory(beta).add(REALS)
    np.testing.assert_allclose(softmax.fields(states), kernel(states, REALS) @ (z(REALS)[:, None] * REALS), atol=1e-13)
    optimal = m.attention_memory(beta, optimal=True).add(REALS)
    exact = kernel(states, REALS) @ np.linalg.solve(kernel(REALS, REALS), REALS)
    np.testing.assert_allclose(optimal.fields(states), exact, atol=1e-9)
    np.testing.assert_allclose(optimal.fields(REALS), REALS, atol=1e-9)
    assert np.max(np.abs(softmax.fields(REALS) - REALS)) > 0.1


def test_attention_on_a_sphere_is_normalised_gaussian_regression():
    beta, sphere = 2.0, REALS / np.linalg.norm(REALS, axis=1, keepdims=True)
    states = np.random.default_rng(7).normal(size=(4, 5))
    regression = m.KernelMemory(
        m.GaussianKernel(beta / 2), m.EqualCoefficients(normalised=True), binary=False, self_connection=True
    )
    wanted = m.attention_memory(beta).add(sphere).fields(states)
    np.testing.assert_allclose(regression.add(sphere).fields(states), wanted, atol=1e-14)


def test_attention_does_not_overflow():
    sphere = 100 * REALS / np.linalg.norm(REALS, axis=1, keepdims=True)
    memory = m.attention_memory(50.0).add(sphere)
    np.testing.assert_allclose(memory.recall(0.9 * sphere), sphere)


def test_a_normalised_memory_reproduces_its_patterns_and_fades_less():
    plain = m.exponential_capacity_memory(1.5, 4.0).add(REALS)
    normalised = m.exponential_capacity_memory(1.5, 4.0, normalised=True).add(REALS)
    np.testing.assert_allclose(normalised.fields(REALS), REALS, atol=1e-10)
    away = REALS * 1.5
    assert np.linalg.norm(normalised.fields(away) - REALS) < np.linalg.norm(plain.fields(away) - REALS)


def test_kanerva_memory_is_counters_at_hard_locations():
    addresses = np.random.default_rng(0).choice([-1.0, 1.0], size=(300, 12))
    active = lambda x: (x @ addresses.T >= 12 - 2 * 3).astype(float)  # noqa: E731
    counters = SIGNS.T @ active(SIGNS)
    memory = m.kanerva_memory(12, 300, radius=3).add(SIGNS)
    assert same_up_to_scale(memory.fields(STATES), active(STATES) @ counters.T, 1e-6)
    answers = m.random_signs(9, 4, 8)
    hetero = m.kanerva_memory(12, 300, radius=3).fit(SIGNS, answers)
    wanted = np.where(active(STATES) @ active(SIGNS).T @ answers >= 0, 1, -1)
    np.testing.assert_array_equal(hetero.recall(STATES), wanted)


OVERLAPS = {
    2: [56, 20, 20, 6, 6, 0, 0, 0, 0, 0, 0],
    3: [176, 92, 92, 50, 50, 20, 20, 0, 0, 0, 0],
    4: [386, 260, 260, 190, 190, 130, 130, 70, 70, 0, 0],
}


@pytest.mark.parametrize("radius", OVERLAPS)
def test_address_overlaps_by_enumeration(radius):
    addresses = ((np.arange(1024)[:, None] >> np.arange(10)) & 1) * 2 - 1
    first = np.ones(10, int)
    counted = []
    for d in range(11):
        second = np.where(np.arange(10) < d, -1, 1)
        near = [(10 - addresses @ x) / 2 <= radius for x in (first, second)]
        counted.append(int(np.sum(near[0] & near[1])))
    assert list(m.address_overlaps(10, radius)) == counted == OVERLAPS[radius]


def test_address_overlaps_of_a_thousand_bits():
    counts = m.address_overlaps(1000, 451)
    for d, wanted in {0: 0.0010718500489, 1: 0.00095843652739, 100: 0.00028583055912}.items():
        np.testing.assert_allclose(counts[d] / 2**1000, wanted, rtol=1e-10)
    assert all(counts[2 * k - 1] == counts[2 * k] for k in range(1, 500))


@pytest.mark.thorough
def test_many_hard_locations_come_to_the_kernel_of_all():
    overlaps = np.array(m.address_overlaps(12, 4)) / m.address_overlaps(12, 4)[0]
    wanted = overlaps[((12 - SIGNS @ SIGNS.T) / 2).astype(int)]
    errors = []
    for locations in (2_000, 128_000):
        gram = np.asarray(m.kanerva_memory(12, locations, radius=4).kernel.gram(*[jnp.asarray(SIGNS, jnp.float32)] * 2))
        share = m.address_overlaps(12, 4)[0] / 2**12
        errors.append(np.sqrt(np.mean((gram / share - wanted) ** 2)))
    assert 4 < errors[0] / errors[1] < 16


@pytest.mark.thorough
def test_generalised_sparse_distributed_memory_stores_more():
    patterns = m.random_signs(60, 20, 9)
    trained = m.kernel_sdm_memory(6).add(patterns)
    counters = m.kernel_sdm_memory(6, m.EqualCoefficients()).add(patterns)
    assert trained.score(patterns) == 1
    assert counters.score(patterns) < 0.9
