"""Integrate-and-fire neurons and traces: exact decay, refractory times, rates, bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.dynamics import ExponentialTrace, IntegrateAndFire
from bouton.errors import InputError


@given(st.floats(0.5, 100), st.integers(1, 20))
def test_a_trace_decays_exactly_whatever_the_step(tau, n_steps):
    fine, coarse = ExponentialTrace(tau, time_step=1 / n_steps), ExponentialTrace(tau)
    trace = 1.0
    for _ in range(n_steps):
        trace = fine.step(trace, 0.0)
    assert float(trace) == pytest.approx(float(coarse.step(1.0, 0.0)), rel=1e-4)
    assert float(coarse.step(1.0, 0.0)) == pytest.approx(np.exp(-1 / tau), rel=1e-5)


def test_a_trace_of_unit_area_is_a_rate():
    trace = ExponentialTrace(200.0, 1 / 200.0)
    spikes = jnp.tile(jnp.array([1.0, 0, 0, 0]), 1000)
    final, values = jax.lax.scan(lambda r, s: (trace.step(r, s),) * 2, jnp.zeros(()), spikes)
    assert float(values[-400:].mean()) == pytest.approx(0.25, rel=0.01)
    assert float(final) == pytest.approx(0.25, rel=0.02)


def test_a_membrane_below_threshold_decays_exactly():
    neurons = IntegrateAndFire(synaptic_time_constant=1e-3)
    membrane, _ = neurons.step(neurons.start((1,)), jnp.array([10.0]))
    for step in range(1, 20):
        membrane, spikes = neurons.step(membrane, jnp.zeros(1))
        assert float(membrane.potential[0]) == pytest.approx(-65 + 10 * np.exp(-step / 15), abs=1e-4)
        assert spikes[0] == 0


@pytest.mark.parametrize(("refractory", "period"), [(0.0, 1), (1.0, 1), (2.0, 2), (5.0, 5)])
def test_refractory_time_bounds_the_rate(refractory, period):
    neurons = IntegrateAndFire(refractory_time=refractory)
    membrane, fired = neurons.start(()), []
    for _ in range(31):
        membrane, spikes = neurons.step(membrane, jnp.asarray(100.0))
        fired.append(float(spikes))
    assert np.flatnonzero(fired).tolist() == list(range(0, 31, period))


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="threshold must lie above"):
        IntegrateAndFire(threshold=-65.0)
    with pytest.raises(InputError, match="membrane_time_constant must be positive"):
        IntegrateAndFire(membrane_time_constant=0.0)
    with pytest.raises(InputError, match="refractory_time must be at least 0"):
        IntegrateAndFire(refractory_time=-1.0)
    with pytest.raises(InputError, match="time_constant must be positive"):
        ExponentialTrace(-1.0)
