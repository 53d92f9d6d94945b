"""Conjugate families: predictions against quadrature and sums, moments, divergences, impossible observations."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from bouton.errors import InputError
from bouton.surprise import Bernoulli, Categorical, ConjugateFamily, GaussianMean, GaussianUnknown, Poisson

FAMILIES = {
    "gaussian": GaussianMean(0.5, prior_mean=2.0, prior_deviation=1.5),
    "unknown": GaussianUnknown(prior_mean=1.0, prior_count=0.5, shape=2.0, rate=1.5),
    "categorical": Categorical(3, 0.7),
    "bernoulli": Bernoulli(2.0, 1.0),
    "poisson": Poisson(2.0, 0.5),
}
SEEN = {
    "gaussian": [1.0, 2.5, 0.3],
    "unknown": [1.0, 2.5, 0.3],
    "categorical": [0, 2, 2],
    "bernoulli": [1, 0, 1],
    "poisson": [3, 0, 5],
}


def belief_after(name):
    family = FAMILIES[name]
    return family, family.prior + sum(family.statistics(jnp.asarray(y)) for y in SEEN[name])


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


@pytest.mark.thorough
@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("seen", [False, True])
def test_predictions_sum_to_one(name, seen):
    family, belief = belief_after(name)
    belief = belief if seen else family.prior
    log = jax.jit(family.log_predictive)
    if family.observation.dtype == jnp.int32:
        total = sum(
            float(jnp.exp(log(belief, jnp.int32(y)))) for y in range({"categorical": 3, "bernoulli": 2}.get(name, 400))
        )
    else:
        grid = np.sinh(np.linspace(-14, 14, 20001))
        total = integrate.trapezoid(np.exp(jax.vmap(log, (None, 0))(belief, jnp.asarray(grid))), grid)
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.thorough
@pytest.mark.parametrize("name", FAMILIES)
def test_mean_and_variance_are_those_of_drawn_posteriors(name):
    """Weigh draws from the prior by the likelihood of what was seen: their moments are those of the belief."""
    family, belief = belief_after(name)
    draws = jax.vmap(family.draw_parameter)(jax.random.split(jax.random.key(0), 60_000))
    logs = np.zeros(60_000)
    for y in SEEN[name]:
        if name == "gaussian":
            logs += stats.norm.logpdf(y, draws, 0.5)
        elif name == "unknown":
            logs += stats.norm.logpdf(y, draws[:, 0], 1 / np.sqrt(draws[:, 1]))
        elif name == "categorical":
            logs += np.log(draws[:, y])
        elif name == "bernoulli":
            logs += np.log(draws if y else 1 - draws)
        else:
            logs += stats.poisson.logpmf(y, draws)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = np.tensordot(weights, draws, 1)
    variance = np.tensordot(weights, np.square(np.asarray(draws) - mean), 1)
    np.testing.assert_allclose(family.mean(belief), mean, rtol=0.05, atol=0.02)
    np.testing.assert_allclose(family.variance(belief), variance, rtol=0.12)


@pytest.mark.thorough
@pytest.mark.parametrize("name", FAMILIES)
def test_drawn_observations_follow_the_prior_predictive(name):
    family = FAMILIES[name]
    keys = jax.random.split(jax.random.key(1), 2 * 8_000).reshape(2, -1)
    parameters = jax.vmap(family.draw_parameter)(keys[0])
    drawn = np.asarray(jax.vmap(family.draw_observation)(keys[1], parameters))
    assert drawn.dtype == family.observation.dtype
    family.check(drawn)
    if drawn.dtype == np.int32:
        for y in range({"bernoulli": 2}.get(name, 3)):
            expected = float(jnp.exp(family.log_predictive(family.prior, jnp.int32(y))))
            if expected > 1e-9:
                assert np.mean(drawn == y) == pytest.approx(expected, abs=0.02)
    else:
        grid = np.sinh(np.linspace(-12, 12, 20001))
        density = np.exp(jax.vmap(family.log_predictive, (None, 0))(family.prior, jnp.asarray(grid)))
        below = integrate.trapezoid(density[grid < 1], grid[grid < 1])
        assert np.mean(drawn < 1) == pytest.approx(below, abs=0.02)


@pytest.mark.thorough
@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "unknown"])
def test_divergence_against_the_definition(name):
    family, belief = belief_after(name)
    other = family.scaled_likelihood(jnp.asarray(SEEN[name][0]))
    found = float(family.divergence(belief, other))
    b, o = np.asarray(belief), np.asarray(other)
    if name == "gaussian":
        one, two = (stats.norm(v[0] / v[1], 0.5 / np.sqrt(v[1])) for v in (b, o))
        expected = one.expect(lambda x: one.logpdf(x) - two.logpdf(x))
    elif name == "poisson":
        one, two = (stats.gamma(v[0], scale=1 / v[1]) for v in (b, o))
        expected = one.expect(lambda x: one.logpdf(x) - two.logpdf(x))
    elif name == "bernoulli":
        one, two = (stats.beta(*v) for v in (b, o))
        expected = one.expect(lambda x: one.logpdf(x) - two.logpdf(x))
    else:
        draws = np.random.default_rng(0).dirichlet(b, 200_000).T
        expected = np.mean(stats.dirichlet(b).logpdf(draws) - stats.dirichlet(o).logpdf(draws))
    assert found == pytest.approx(expected, rel=2e-2 if name == "categorical" else 1e-6)
    assert float(family.divergence(belief, belief)) == pytest.approx(0, abs=1e-12)


def test_the_order_of_observations_does_not_matter_and_offsets_cost_no_digits():
    """In float32 a series around ten thousand is followed as one around nought: distances are counted from the mean."""
    with jax.enable_x64(False):
        near, far = GaussianMean(0.1), GaussianMean(0.1, prior_mean=16384.0)
        belief = far.prior + sum(far.statistics(jnp.float32(16384 + y)) for y in (0.5, 0.25))
        same = near.prior + sum(near.statistics(jnp.float32(y)) for y in (0.25, 0.5))
        np.testing.assert_array_equal(belief, same)


@given(
    alpha=st.lists(st.floats(0.05, 20), min_size=2, max_size=2),
    other=st.lists(st.floats(0.05, 20), min_size=2, max_size=2),
)
@settings(max_examples=25, deadline=None)
def test_beta_divergence_is_never_negative(alpha, other):
    assert float(Bernoulli().divergence(jnp.asarray(alpha), jnp.asarray(other))) >= -1e-9


@pytest.mark.thorough
def test_sparse_dirichlet_draws_are_distributions():
    with jax.enable_x64(False):
        draws = jax.vmap(Categorical(5, 0.01).draw_parameter)(jax.random.split(jax.random.key(0), 2000))
    assert bool(jnp.isfinite(draws).all())
    np.testing.assert_allclose(draws.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("family", "observations", "message"),
    [
        (Categorical(5), [0, 5], r"integers from 0 to 4 \(5 symbols\), got 5"),
        (Categorical(5), [0.5], "got 0.5"),
        (Bernoulli(), [2], "0 or 1, got 2"),
        (Poisson(), [-1], "counts"),
    ],
)
def test_impossible_observations_are_named(family, observations, message):
    with pytest.raises(InputError, match=message):
        family.check(np.asarray(observations))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GaussianMean(0.0), "deviation must be positive and finite, got 0"),
        (lambda: GaussianMean(1.0, prior_deviation=-1.0), "prior_deviation must be positive"),
        (lambda: GaussianMean(1.0, prior_mean=float("nan")), "prior_mean must be a finite number"),
        (lambda: GaussianUnknown(shape=0.5), "shape must be above 0.5"),
        (lambda: Categorical(1), "n_symbols must be an integer of at least 2"),
        (lambda: Categorical(3, 0.0), "concentration must be positive"),
        (lambda: Bernoulli(zeros=0.0), "zeros must be positive"),
        (lambda: Poisson(rate=float("inf")), "rate must be positive and finite"),
    ],
)
def test_impossible_parameters_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_families_are_complete():
    assert all(isinstance(family, ConjugateFamily) for family in FAMILIES.values())
    with pytest.raises(InputError, match="SMiLe is not defined"):
        FAMILIES["unknown"].divergence(FAMILIES["unknown"].prior, FAMILIES["unknown"].prior)
    with pytest.raises(InputError, match="SMiLe is not defined"):
        FAMILIES["unknown"].scaled_likelihood(jnp.asarray(1.0))
