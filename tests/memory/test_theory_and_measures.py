"""Theory by its known values; the basin of the continuous memory; measures; the AdaTron as a local rule."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton import memory as m
from bouton.errors import InputError
from bouton.plasticity import audit


@pytest.mark.parametrize(("load", "kappa"), [(0.25, 1.7356), (0.5, 1.0343), (1, 0.4707), (1.5, 0.1861), (2, 0)])
def test_gardner_stability(load, kappa):
    assert abs(m.gardner_stability(load) - kappa) < 1e-4


@pytest.mark.parametrize(("count", "share"), [(32, 0.965), (38, 0.744), (42, 0.5), (46, 0.276), (52, 0.080)])
def test_cover_probability(count, share):
    assert abs(m.cover_probability(count, 21) - share) < 1e-3


@pytest.mark.parametrize(("angle", "counts"), [(50.0, (27, 2.27e3, 1.36e7, 4.1e14)), (60.0, (3.6, 42, 4.98e3, 5.9e7))])
def test_spherical_capacity(angle, counts):
    found = [m.spherical_capacity(size, angle) for size in (32, 64, 128, 256)]
    np.testing.assert_allclose(found, counts, rtol=0.03)


@pytest.mark.thorough
def test_dimension_of_features_is_the_rank_of_the_kernel(float64):
    states = ((np.arange(64)[:, None] >> np.arange(6)) & 1) * 2.0 - 1
    for kernel, degree, parity in (
        (m.PolynomialKernel(3), 3, True),
        (m.DenseKernel(3), 2, True),
        (m.PolynomialKernel(2, 1.0), 2, False),
    ):
        gram = np.asarray(kernel.gram(jnp.asarray(states), jnp.asarray(states)))
        assert np.linalg.matrix_rank(gram) == m.feature_dimension(6, degree, parity)
    assert m.feature_dimension(6, 6, parity=False) == 64


@pytest.mark.thorough
def test_linear_network_comes_to_gardners_stability():
    patterns = m.random_signs(100, 100, 0)
    memory = m.optimal_stability_memory().add(patterns)
    kappa = memory.stabilities_ * np.sqrt(99)
    assert abs(kappa.mean() - m.gardner_stability(1.0)) < 0.05
    assert abs(np.mean(memory.alphas_ > 1e-9) - m.support_share(m.gardner_stability(1.0))) < 0.05


def test_basin_of_an_isolated_pattern():
    kernel = m.ExponentialPowerKernel(0.5, 2.0)
    pattern = np.array([[0.6, 0.8]])
    basin = m.basin_bound(pattern, kernel)
    assert abs(basin.radius - 0.29654) < 1e-5
    distances = np.array([0.1, 0.28, 0.31])
    np.testing.assert_allclose(basin.after_one_step(distances), 1 - np.exp(-4 * distances**2))
    memory = m.exponential_capacity_memory(0.5, 2.0, max_steps=500).add(pattern)
    sideways = pattern + distances[:, None] * np.array([[-0.8, 0.6]])
    for starts in (sideways, (1 - distances[:, None]) * pattern):
        ends = np.linalg.norm(memory.recall(starts) - pattern, axis=1)
        np.testing.assert_allclose(ends, [0, 0, 0.97824], atol=1e-5)


@pytest.mark.thorough
@given(st.sampled_from([(2.0, 1 / 3.5), (4.0, 0.45), (20.0, 0.5)]), st.integers(0, 20))
@settings(max_examples=8)
def test_one_step_stays_within_the_bound_and_the_basin_is_sure(kind, seed):
    rng = np.random.default_rng(seed)
    patterns = rng.normal(size=(12, 16))
    patterns *= 4 / np.linalg.norm(patterns, axis=1, keepdims=True)
    least = m.basin_bound(patterns, m.ExponentialPowerKernel(1.0, 2.0)).separation
    kernel = m.ExponentialPowerKernel(kind[1] * least, kind[0])
    basin = m.basin_bound(patterns, kernel)
    memory = m.KernelMemory(kernel, m.Interpolation(), binary=False, self_connection=True, max_steps=300).fit(patterns)
    directions = rng.normal(size=patterns.shape)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    for distance in (0.3 * basin.radius, basin.radius, 0.6 * least):
        after = np.linalg.norm(memory.fields(patterns + distance * directions) - patterns, axis=1)
        assert np.all(after <= basin.after_one_step(distance) * (1 + 1e-9) + 1e-13)
    ends = memory.recall(patterns + 0.99 * basin.radius * directions)
    np.testing.assert_allclose(ends, patterns, atol=1e-6)


def test_what_the_bound_does_not_cover():
    kernel = m.ExponentialPowerKernel(1.0, 2.0)
    with pytest.raises(InputError, match="there twice"):
        m.basin_bound([[1.0, 0.0], [1.0, 0.0]], kernel)
    with pytest.raises(InputError, match="overlap too much"):
        m.basin_bound([[1.0, 0.0], [0.9, 0.0], [0.8, 0.1]], kernel)
    assert m.basin_bound([[3.0, 0.0]], m.ExponentialPowerKernel(1.0, 1.0)).radius == 0


@pytest.mark.thorough
def test_a_trained_memory_is_more_robust_and_the_nearest_pattern_most():
    patterns = m.random_signs(30, 40, 0)
    curves = {
        name: m.noise_robustness(memory.fit(patterns), patterns, [0.0, 0.1], trials=3)
        for name, memory in (
            ("equal", m.dense_hopfield_memory(3)),
            ("linear", m.hopfield_memory()),
            ("trained", m.KernelMemory(m.DenseKernel(3))),
            ("nearest", m.NearestPattern()),
        )
    }
    assert curves["linear"][0] < 0.1
    assert curves["trained"][0] == 1 > curves["equal"][1]
    assert curves["nearest"][1] >= curves["trained"][1] > curves["equal"][1]


@pytest.mark.thorough
def test_capacity_and_basins():
    curve = m.capacity_curve(m.hopfield_memory, 60, [3, 30])
    assert curve.capacity == 3
    assert curve.recalled[0] == 1 > curve.recalled[1]
    patterns = m.random_signs(3, 61, 0)
    basins = m.recall_basin(m.NearestPattern().fit(patterns), patterns, trials=5)
    assert np.all((basins > 0.2) & (basins <= 0.5))
    assert np.all(m.recall_basin(m.hopfield_memory().fit(m.random_signs(60, 61, 1)), m.random_signs(2, 61, 9)) == 0)


def test_cues():
    patterns = m.random_signs(4, 6, 0)
    np.testing.assert_array_equal(m.flip(patterns, 0.0), patterns)
    np.testing.assert_array_equal(m.flip(patterns, 1.0), -patterns)
    covered = m.occlude(patterns, (2, 3), rows=slice(0, 1), columns=slice(1, 3), value=0.0)
    np.testing.assert_array_equal(covered == 0, np.tile([False, True, True, False, False, False], (4, 1)))
    for share in (-0.1, 1.5):
        with pytest.raises(InputError, match="share must lie between"):
            m.flip(patterns, share)
    nearest = m.NearestPattern().add(patterns[:2]).add(patterns[2:])
    np.testing.assert_array_equal(nearest.predict(m.flip(patterns, 0.0)), patterns)


@pytest.mark.parametrize("bad", [lambda: m.spherical_capacity(8, 0.0), lambda: m.dense_capacity(1, 3),
                                 lambda: m.gardner_stability(0.0), lambda: m.cover_probability(0, 3)])  # fmt: skip
def test_theory_refuses_what_makes_no_sense(bad):
    with pytest.raises(InputError):
        bad()


@pytest.mark.thorough
def test_the_network_learns_by_a_local_rule_what_the_memory_solves():
    patterns = m.random_signs(8, 15, 0)
    network = m.AdaTronNetwork(jnp.asarray(patterns, jnp.float32), m.DenseKernel(3))
    assert audit(network).local
    run = bouton.run(network, patterns.astype(np.float32), key=jax.random.key(0), epochs=60, record={"margin": 8})
    memory = m.KernelMemory(m.DenseKernel(3), m.HardMargin(1e-6)).add(patterns)
    np.testing.assert_allclose(run.state.coefficients.T, memory.alphas_, atol=1e-3)
    np.testing.assert_array_equal(network.respond(run.state, jnp.asarray(patterns[0], jnp.float32)), patterns[0])
    for rate in (0.0, 2.0):
        with pytest.raises(InputError, match=r"rate must lie in \(0, 2\)"):
            m.AdaTronNetwork(jnp.ones((2, 3)), rate=rate)
    with pytest.raises(InputError, match="patterns must have shape"):
        m.AdaTronNetwork(jnp.ones((2, 1)))
