"""Activation functions and their costs."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.dynamics import Identity, Rectifier, Sigmoid, SoftThreshold, Tanh, ThresholdLinear
from bouton.errors import InputError

ALL = [Identity(), Rectifier(), ThresholdLinear(0.3), SoftThreshold(0.3), Tanh()]
potentials = st.floats(-8, 8, allow_subnormal=False)


@pytest.mark.thorough
@pytest.mark.parametrize("activation", [*ALL, Sigmoid()], ids=lambda a: type(a).__name__)
@given(u=potentials)
def test_cost_is_the_integral_of_the_inverse_less_the_activity(activation, u):
    """Along u the cost grows by F'(r) dr = (u - r) dr: checked by the derivative with respect to u."""
    with jax.enable_x64(True):
        u = jnp.asarray(u)
        if abs(abs(float(u)) - 0.3) < 1e-6 or abs(float(u)) < 1e-6:
            return  # at a kink there is no derivative
        slope, gain = jax.grad(lambda v: activation.cost(v))(u), jax.grad(lambda v: activation(v))(u)
        np.testing.assert_allclose(slope, (u - activation(u)) * gain, atol=1e-10)


@pytest.mark.parametrize("activation", ALL, ids=lambda a: type(a).__name__)
def test_silence_costs_nothing_and_nan_stays(activation):
    assert activation.cost(jnp.zeros(1)) == 0
    assert activation(jnp.zeros(1)) == 0
    assert jnp.isnan(activation(jnp.array([jnp.nan]))).all()


def test_tanh_saturates_at_a_finite_cost():
    np.testing.assert_allclose(Tanh().cost(jnp.array([30.0, -30.0, 1e4])), np.log(2) - 0.5, rtol=1e-6)


@given(r=st.floats(-0.99, 0.99))
def test_tanh_cost_is_the_textbook_formula(r):
    with jax.enable_x64(True):
        found = Tanh().cost(jnp.arctanh(jnp.asarray(r)))
    np.testing.assert_allclose(found, r * np.arctanh(r) + np.log1p(-r * r) / 2 - r * r / 2, atol=1e-12)


@pytest.mark.parametrize("kind", [SoftThreshold, ThresholdLinear])
@pytest.mark.parametrize("threshold", [-0.1, float("inf"), float("nan")])
def test_thresholds_out_of_range_are_refused(kind, threshold):
    with pytest.raises(InputError, match="threshold must be at least 0"):
        kind(threshold)
