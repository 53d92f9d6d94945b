"""Probabilities of counts keep their digits, however large the counts; no difference of large numbers is left."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import digamma, gammaln
from scipy.stats import nbinom

from bouton.surprise import Poisson, Tracker, detected_changes, family_for, filter_for
from bouton.surprise._counts import gamma_divergence, log_negative_binomial

BELIEFS = [(1.0, 1.0), (0.3, 2.0), (5.0, 1e-3), (1e3, 1.0), (1e6, 1.0), (1e8, 1.0)]


@pytest.mark.parametrize("count", [0, 1, 9, 50, 10**3, 10**5, 10**6, 10**8])
def test_a_count_is_as_probable_as_the_negative_binomial_says(count):
    for shape, rate in BELIEFS:
        found = log_negative_binomial(*(jnp.asarray(value, jnp.float32) for value in (count, shape, rate)))
        expected = nbinom.logpmf(count, shape, rate / (1 + rate))
        np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-5)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_the_divergence_is_that_of_gamma_distributions():
    rng = np.random.default_rng(0)
    for shape, rate, other_shape, other_rate in rng.uniform(0.3, 60.0, size=(50, 4)):
        expected = (shape - other_shape) * digamma(shape) - gammaln(shape) + gammaln(other_shape)
        expected += other_shape * np.log(rate / other_rate) + shape * (other_rate - rate) / rate
        found = gamma_divergence(*map(jnp.asarray, (shape, rate, other_shape, other_rate)))
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.thorough
def test_slopes_are_finite_on_both_sides_of_every_switch():
    slope = jax.grad(lambda shape, y: Poisson().log_predictive(jnp.stack([shape, jnp.ones_like(shape)]), y))
    for y in (0, 1, 5, 10**6):
        for shape in (0.5, 9.99, 10.01, 1e7):
            assert np.isfinite(slope(jnp.asarray(shape), y))


@pytest.mark.thorough
@pytest.mark.parametrize("level", [1e3, 1e6, 1e8])
def test_a_change_is_seen_at_every_level_and_surprise_is_not_negative(level):
    rng = np.random.default_rng(1)
    series = np.r_[rng.poisson(level, 100), rng.poisson(1.5 * level, 100)]
    tracked = Tracker(filter_for(family_for(series, "poisson"))).filter(series)
    changes = list(detected_changes(tracked))
    assert len(changes) == 1
    assert abs(changes[0] - 100) <= 1
    assert tracked.shannon.min() > 0
