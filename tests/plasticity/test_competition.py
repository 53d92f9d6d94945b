import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.plasticity import (
    BoundedCorrelation,
    CompetitiveHebb,
    CompetitivePost,
    CorrelationMultiplier,
    Dense,
    KernelFeature,
    KernelPost,
    KernelResponse,
    KernelStrength,
    Synapses,
)

REAL = st.floats(-3, 3)
POSITIVE = st.floats(0, 3)


@settings(max_examples=50, deadline=None)
@given(multiplier=POSITIVE, bound=POSITIVE, pre=POSITIVE, post=POSITIVE, rate=POSITIVE)
def test_a_multiplier_moves_by_the_excess_and_stops_at_zero(multiplier, bound, pre, post, rate):
    change = CorrelationMultiplier(0.5)(BoundedCorrelation(multiplier, bound), pre, post, rate)
    expected = max(0.0, multiplier + 0.5 * rate * (post * pre - bound))
    assert float(multiplier + change.multiplier) == pytest.approx(expected, abs=1e-5)
    assert float(multiplier + change.multiplier) >= 0
    assert change.bound == 0


@settings(max_examples=50, deadline=None)
@given(weight=POSITIVE, pre=REAL, post=POSITIVE, total=POSITIVE, rate=st.floats(0, 1))
def test_a_competitive_weight_follows_its_equation_and_stops_at_zero(weight, pre, post, total, rate):
    rule = CompetitiveHebb(rate=0.5, decay=0.3, competition=0.7, total=1.5)
    after = float(weight + rule(weight, pre, CompetitivePost(post, total), rate))
    step = 0.5 * rate * (post * pre - 0.3 * weight - 0.7 * (total - 1.5))
    assert after == pytest.approx(max(0.0, weight + step), abs=1e-5)
    assert after >= 0


@pytest.mark.usefixtures("float64")
def test_without_inputs_all_weights_of_a_neuron_reach_the_total_together():
    n, rho, gamma, kappa = 5, 2.0, 0.1, 0.5
    synapses = Synapses(Dense(n, 1), CompetitiveHebb(0.1, gamma, kappa, rho))

    def learn(_, weights):
        post = CompetitivePost(jnp.zeros(1), weights.sum(axis=1))
        return synapses.update(weights, jnp.zeros(n), post, jnp.asarray(1.0))

    weights = jax.lax.fori_loop(0, 400, learn, jnp.ones((1, n)))
    np.testing.assert_allclose(weights, kappa * rho / (gamma + kappa * n), rtol=1e-10)


@settings(max_examples=50, deadline=None)
@given(w=REAL, x=REAL, y=REAL, q=st.floats(0.1, 2), p=REAL, d=REAL, r=REAL)
def test_a_kernel_feature_follows_its_equation(w, x, y, q, p, d, r):
    change = KernelFeature(0.2)(w, x, KernelPost(y, q, p, d, r), 0.5)
    assert float(change) == pytest.approx(0.1 * (y / q * (p * x - d * w) - r * w), rel=1e-3, abs=1e-3)


def test_a_feature_without_strength_rests():
    assert float(KernelFeature(1.0)(0.5, 1.0, KernelPost(0.0, 0.0, 1.0, 1.0, 1.0), 1.0)) == 0


def test_strength_rests_where_it_is_the_mean_product_over_the_own_answer():
    sent = KernelResponse(response=0.6, own_response=2.0)
    assert KernelStrength()(0.3, sent, 1.0, 1.0) == 0
    assert KernelStrength(0.5)(0.0, sent, 1.0, 0.5) == pytest.approx(0.15)
