"""Effective nonlinearities: composition, integrals, the selectivity-index table, the published constants."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from bouton.analysis import selectivity_map
from bouton.dynamics import CauchyThreshold, HardThreshold, LeakyIntegrateAndFire, RectifiedLinear, TwoSidedRectifier
from bouton.errors import InputError
from bouton.features import (
    NONLINEARITIES,
    PUBLISHED,
    EffectiveNonlinearity,
    as_nonlinearity,
    mean_objective,
    nonlinearity,
    selectivity,
)
from bouton.plasticity import PowerPlasticity, QuadraticPlasticity


def rectifier(threshold):
    return EffectiveNonlinearity(RectifiedLinear(threshold))


def quadratic(low, high):
    return EffectiveNonlinearity(RectifiedLinear(low), QuadraticPlasticity(high - low))


def under_gauss(theta):
    return 0.5 * ((1 + theta**2) * norm.cdf(-theta) - theta * norm.pdf(theta))


# Name: nonlinearity, mean objective of a Laplacian and of a Gaussian drive, index.
TABLE = {
    "rectifier, 0": (rectifier(0.0), 0.25, 0.25, 0.0),
    "rectifier, 1": (rectifier(1.0), math.exp(-math.sqrt(2)) / 4, under_gauss(1.0), 0.08387),
    "rectifier, 3": (rectifier(3.0), math.exp(-3 * math.sqrt(2)) / 4, under_gauss(3.0), 0.13889),
    "rectifier, -1": (rectifier(-1.0), 0.4392208, 0.4623301, None),
    "quadratic": (quadratic(1.0, 2.0), 0.0251757, -0.0072403, 0.13566),
    "cubic": (EffectiveNonlinearity(plasticity=PowerPlasticity(3)), 1.5, 0.75, 0.13576),
    "negative sine": (nonlinearity("negative-sine"), -1 / 3, math.exp(-0.5) - 1, 0.13101),
    "linear": (nonlinearity("linear"), 0.5, 0.5, 0.0),
    "two-sided": (nonlinearity("two-sided-rectifier"), 0.0, 0.0, 0.0),
    "negative cosine": (nonlinearity("negative-cosine"), 0.0, 0.0, 0.0),
    "hard threshold": (nonlinearity("hard-threshold"), 0.018833, 0.001248, 0.13579),
    "negative sigmoid": (nonlinearity("negative-sigmoid"), -0.338237 / 2, -0.374567 / 2, 0.07486),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_table_of_selectivity_indices(name):
    f, laplacian, gaussian, index = TABLE[name]
    found = selectivity(f)
    assert found.laplacian == pytest.approx(laplacian, abs=1e-6)
    assert found.gaussian == pytest.approx(gaussian, abs=1e-6)
    if index is not None:
        assert found.index == pytest.approx(index, abs=6e-6)
    # The deviations hold what the index is normalised by.
    assert found.index * math.sqrt(found.laplacian_deviation * found.gaussian_deviation) == pytest.approx(
        found.laplacian - found.gaussian, abs=1e-12
    )


@pytest.mark.parametrize("theta", [0.25, 1.0, 2.5])
def test_the_opposite_threshold_has_the_opposite_numerator(theta):
    above, below = selectivity(rectifier(theta)), selectivity(rectifier(-theta))
    assert above.laplacian - above.gaussian == pytest.approx(below.gaussian - below.laplacian, abs=1e-12)


@pytest.mark.thorough
@pytest.mark.parametrize("name", NONLINEARITIES)
def test_the_negative_has_the_negative_index(name):
    f = nonlinearity(name)
    assert selectivity(-f).index == pytest.approx(-selectivity(f).index, abs=1e-12)
    assert (-f).name == f"minus-{name}"
    back = -f
    assert (-back).name == name
    u = jnp.linspace(-5, 5, 31)
    np.testing.assert_array_equal((-f)(u), -f(u))
    np.testing.assert_array_equal((-back)(u), f(u))
    np.testing.assert_array_equal(nonlinearity(f"minus-{name}")(u), -f(u))


def test_seven_of_the_published_twenty_are_selective():
    signs = [np.sign(round(selectivity(name).index, 9)) for name in PUBLISHED]
    assert signs == [1.0] * 7 + [0.0] * 3 + [-1.0] * 7 + [0.0] * 3


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(0.01, 100))
def test_a_scale_does_not_change_the_index(scale):
    scaled = EffectiveNonlinearity(RectifiedLinear(1.0), PowerPlasticity(scale=scale))
    assert selectivity(scaled).index == pytest.approx(0.083871, abs=1e-6)


def test_a_map_is_the_index_at_each_pair():
    low, high = np.array([0.5, 1.0]), np.array([1.5, 2.0, 2.5])
    found = selectivity_map(quadratic, low, high)
    assert found.shape == (2, 3)
    for i, first in enumerate(low):
        for j, second in enumerate(high):
            assert found[i, j] == pytest.approx(selectivity(quadratic(first, second)).index, abs=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", NONLINEARITIES)
def test_the_objective_is_the_integral(name):
    f = nonlinearity(name)
    u = jnp.asarray([-4.3, -1.01, 0.0, 0.3, 2.7, 4.1, 6.2])
    slope = (f.objective(u + 1e-5) - f.objective(u - 1e-5)) / 2e-5
    np.testing.assert_allclose(slope, f(u), rtol=1e-5, atol=1e-6)
    assert float(f.objective(jnp.zeros(1))[0]) == 0


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_objectives_in_closed_form():
    u = jnp.linspace(-9, 9, 57)
    np.testing.assert_allclose(nonlinearity("cubic").objective(u), u**4 / 400, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        nonlinearity("negative-sigmoid").objective(u), -np.log(np.cosh(u)) / 2, rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(
        nonlinearity("linear-rectifier").objective(u), np.maximum(u - 3, 0) ** 2 / 2, rtol=1e-10, atol=1e-12
    )
    drives = jnp.stack([u, -u], axis=1)
    np.testing.assert_allclose(mean_objective(nonlinearity("cubic"), drives), [np.mean(u**4) / 400] * 2, rtol=1e-10)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_the_spiking_neuron_in_its_own_units():
    f = EffectiveNonlinearity(RectifiedLinear(0.08, 143.0), QuadraticPlasticity(22.1))
    second = 0.08 + 22.1 / 143
    assert second == pytest.approx(0.234545, abs=1e-6)
    at = jnp.asarray([0.05, 0.08, (0.08 + second) / 2, second, 0.30])
    np.testing.assert_allclose(f(at), [0, 0, -122.1025, 0, 294.4656], atol=1e-9)
    grid = jnp.linspace(0.08, 0.3, 100_001)
    assert float(grid[jnp.argmin(f(grid))]) == pytest.approx(0.157273, abs=1e-5)
    # In standard deviations: depression from one to 2.93.
    scaled = nonlinearity("triplet-stdp")
    np.testing.assert_allclose(scaled(at / 0.08), 1e-3 * f(at), atol=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_cauchy_in_numbers():
    curve = CauchyThreshold(3.2)
    np.testing.assert_allclose(curve(jnp.asarray([4.2, 4.92])), [1, 3], rtol=1e-12)
    assert float(curve.drive_for(jnp.asarray(math.sqrt(3)))) == pytest.approx(4.50333, abs=1e-5)
    rates = jnp.linspace(0, 12, 1001)
    assert bool(jnp.all(jnp.diff(curve.drive_for(rates)) > 0))
    np.testing.assert_allclose(curve(curve.drive_for(rates)), rates, atol=1e-9)
    np.testing.assert_array_equal(curve(jnp.asarray([-3.0, 0.0])), 0)


@pytest.mark.usefixtures("float64")
def test_beyond_the_fold_the_lower_branch_ends_in_a_jump():
    with pytest.warns(UserWarning, match="4 or more"):
        curve = CauchyThreshold(6.0)
    fold = math.sqrt(6 - 1 - math.sqrt(36 - 24))
    end = float(curve.drive_for(jnp.asarray(fold)))
    below, above = (float(curve(jnp.asarray(end + step))) for step in (-1e-6, 1e-6))
    assert below == pytest.approx(fold, abs=1e-2)
    assert above > 2 * below
    for rate in (below, above):
        assert float(curve.drive_for(jnp.asarray(rate))) == pytest.approx(end, abs=2e-6)


def test_curves_keep_nan_and_refuse_bad_parameters():
    nan = jnp.asarray([jnp.nan])
    for curve in (RectifiedLinear(), HardThreshold(), TwoSidedRectifier(), LeakyIntegrateAndFire(), CauchyThreshold()):
        assert bool(jnp.isnan(curve(nan))[0]), curve
    with pytest.raises(InputError, match="threshold must be at least 0 and finite, got -1"):
        HardThreshold(-1.0)
    with pytest.raises(InputError, match="rheobase must be positive"):
        LeakyIntegrateAndFire(0.0)
    with pytest.raises(InputError, match="exponent must be an integer of at least 1"):
        PowerPlasticity(0)


def test_the_integrate_and_fire_curve_is_its_simulation():
    tau, rheobase, refractory, step = 0.02, 0.08, 0.002, 1e-6
    current, potential, spikes, waits = 0.2, 0.0, 0, 0
    for _ in range(400_000):
        if waits:
            waits -= 1
            continue
        potential += step / tau * (current - potential)
        if potential >= rheobase:
            potential, spikes, waits = 0.0, spikes + 1, round(refractory / step)
    expected = float(LeakyIntegrateAndFire(rheobase, tau, refractory)(jnp.asarray(current)))
    assert spikes / 0.4 == pytest.approx(expected, abs=2.6)


def test_what_serves_as_a_nonlinearity():
    assert as_nonlinearity("cubic").name == "cubic"
    assert as_nonlinearity(jnp.tanh)(jnp.asarray(0.5)) == jnp.tanh(0.5)
    with pytest.raises(InputError, match="there is no nonlinearity 'cubik'; there is linear-rectifier"):
        as_nonlinearity("cubik")
    with pytest.raises(InputError, match="must be a name"):
        as_nonlinearity(3)


def test_a_nonlinearity_with_traced_parameters():
    values = jax.vmap(lambda theta: rectifier(theta)(jnp.asarray(2.0)))(jnp.asarray([0.5, 1.5, 2.5]))
    np.testing.assert_allclose(values, [1.5, 0.5, 0.0])
