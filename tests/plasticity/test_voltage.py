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


@pytest.mark.thorough
def test_each_synapse_starts_from_a_weight_of_its_own():
    synapse, trains = VoltageSynapse(), [Trains([20.0], [30.0]), Trains([30.0], [20.0]), Trains([30.0], [25.0])]
    weights = np.array([0.5, 1.0, 2.0])
    together = synapse.weights_after(trains, initial=weights)
    alone = [
        float(synapse.weights_after([pair], initial=weight)[0]) for pair, weight in zip(trains, weights, strict=True)
    ]
    np.testing.assert_allclose(together, alone, rtol=1e-6)
    levels = [-60.0, -40.0, -20.0]
    held = synapse.after_clamp([0.0, 100.0], levels, initial=weights.tolist())
    changes = 2 * np.asarray(synapse.rule.at_clamp(np.array(levels)))
    np.testing.assert_allclose(np.asarray(held) - weights, changes, atol=2e-5)
    # Several synapses onto one neuron, each with a presynaptic neuron of its own.
    state, single = synapse.start(weights), synapse.start(1.0)
    for spikes, current in ((np.array([1.0, 0.0, 1.0]), 1e6), (np.array([0.0, 1.0, 0.0]), 0.0), (np.zeros(3), 0.0)):
        state = synapse.step(state, jnp.asarray(spikes), jnp.asarray(current))
        single = synapse.step(single, jnp.asarray(spikes[1]), jnp.asarray(current))
    assert (state.weight.shape, state.trace.shape, state.membrane.potential.shape) == ((3,), (3,), ())
    assert float(state.weight[1]) == float(single.weight)
    for call, message in (
        (lambda: synapse.start(np.ones((2, 2))), r"one number or one for each synapse, got shape \(2, 2\)"),
        (lambda: synapse.weights_after(trains, initial=[0.5, 1.0]), r"initial must have shape \(3,\), got \(2,\)"),
        (lambda: synapse.after_clamp([0.0], levels, initial=np.ones(2)), r"initial must have shape \(3,\)"),
        (lambda: synapse.weights_after(trains, initial=np.nan), "initial must be finite"),
    ):
        with pytest.raises(InputError, match=message):
            call()


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
