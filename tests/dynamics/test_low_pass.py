"""Low-pass filters: the exact step is exact, the Euler step is Euler's, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.dynamics import LowPass
from bouton.errors import InputError

VALUES = st.floats(-100, 100)


@given(VALUES, VALUES, st.floats(-5, 5), st.floats(0.5, 50), st.floats(0.1, 5))
def test_the_exact_step_solves_the_equation_under_a_ramp(start, voltage, slope, tau, step):
    end = voltage + slope * step
    # The solution of tau du/dt = v - u under v(t) = v0 + s t.
    expected = end - slope * tau + (start - voltage + slope * tau) * np.exp(-step / tau)
    found = LowPass(tau, step).step(start, voltage, end)
    assert float(found) == pytest.approx(expected, abs=2e-4)


@pytest.mark.thorough
@given(VALUES, VALUES, VALUES, st.floats(2, 50))
def test_the_euler_step_uses_what_is_there_at_its_beginning(start, before, after, tau):
    found = float(LowPass(tau, 0.1, exact=False).step(start, before, after))
    assert found == pytest.approx(start + 0.1 / tau * (before - start), abs=1e-4)


def test_a_very_fast_filter_is_the_voltage_itself():
    assert float(LowPass(1e-6, 1.0).step(5.0, 1.0, 3.0)) == pytest.approx(3.0, abs=1e-4)


def test_bad_times_are_refused():
    with pytest.raises(InputError, match="time_constant must be positive"):
        LowPass(0.0)
    with pytest.raises(InputError, match="time_step must be positive"):
        LowPass(1.0, -0.1)
