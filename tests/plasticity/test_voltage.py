"""Voltage-based plasticity: clamp in closed form, the neuron and its filters, bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import ClopathNeuron, LowPass, VoltageFilters
from bouton.errors import InputError
from bouton.plasticity import (
    ClopathVoltage,
    Trains,
    VoltageSynapse,
    voltage_set,
)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(("name", "crossing"), [("visual-cortex", -43.55), ("hippocampus", -19.0)])
def test_at_a_held_potential_each_spike_changes_the_weight_by_the_closed_form(name, crossing):
    rule = voltage_set(name)
    assert rule.reversal == pytest.approx(crossing, abs=1e-12)
    levels = np.array([-90.0, rule.low_threshold, -60.0, -42.0, crossing, -10.0])
    weights = VoltageSynapse(rule).after_clamp([0.0, 100.0, 130.0], levels, initial=1.0)
    np.testing.assert_allclose((np.asarray(weights) - 1) / 3, rule.at_clamp(levels), atol=1e-14)
    assert float(rule.at_clamp(crossing)) == pytest.approx(0, abs=1e-15)


def test_a_neuron_fires_once_for_a_current_of_one_step_and_goes_back_to_rest():
    neuron = ClopathNeuron()
    current = jnp.zeros(2000).at[5].set(1e6)
    membrane, fired = jax.lax.scan(neuron.step, neuron.start(()), current)
    assert np.flatnonzero(fired).tolist() == [5]
    assert float(membrane.potential) == pytest.approx(-70.6, abs=0.05)
    assert float(membrane.threshold) == pytest.approx(-50.4, abs=0.05)


def test_the_filters_are_read_late():
    filters = VoltageFilters(delay=3)
    lines, read = filters.start(jnp.array(-70.0)), []
    for _ in range(6):
        lines, (slow, _) = filters.step(lines, jnp.array(-60.0))
        read.append(float(slow))
    np.testing.assert_allclose(read, [-70, -70, -70, -70, -69, -68.1], rtol=1e-6)


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="depression must be at least 0"):
        ClopathVoltage(depression=-1.0)
    with pytest.raises(InputError, match="lower must not exceed upper"):
        ClopathVoltage(lower=4.0)
    with pytest.raises(InputError, match="known sets: visual-cortex, hippocampus"):
        voltage_set("cortex")
    with pytest.raises(InputError, match="there must be spike times"):
        VoltageSynapse().weights_after([])
    with pytest.raises(InputError, match=r"post must be multiples of the time step of 1 ms; number 0 is 1\.5"):
        VoltageSynapse().weights_after([Trains([1.0], [1.5])])
    with pytest.raises(InputError, match="are your time constants in seconds"):
        LowPass(0.015, exact=False)
    with pytest.raises(InputError, match="are your time constants in seconds"):
        ClopathNeuron(adaptation_time=0.144)
    with pytest.raises(InputError, match="capacitance must be positive"):
        ClopathNeuron(capacitance=0.0)
    with pytest.raises(InputError, match="delay must be an integer of at least 0"):
        VoltageFilters(delay=-1)
