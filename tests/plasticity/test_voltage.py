"""Voltage-based plasticity: clamp in closed form, a plain loop as reference, bounds, locality, bad input."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import ClopathNeuron, LowPass, VoltageFilters
from bouton.errors import InputError
from bouton.plasticity import (
    ClopathVoltage,
    Dense,
    Synapses,
    Trains,
    VoltagePost,
    VoltagePre,
    VoltageSynapse,
    audit,
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


def test_weights_stay_within_their_bounds():
    rule = ClopathVoltage(depression=1.0, potentiation=1.0, upper=1.0)
    post = VoltagePost(0.0, -60.0, -60.0, depression_scale=1.0)
    assert 0.4 + float(rule(0.4, VoltagePre(1.0, 0.0), post, None)) == pytest.approx(0, abs=1e-7)
    assert 0.4 + float(rule(0.4, VoltagePre(0.0, 1.0), post, None)) == pytest.approx(1)


class Learner(eqx.Module):
    """A pathway under given potentials."""

    synapses: Synapses = Synapses(Dense(3, 2), ClopathVoltage())

    @property
    def event(self):
        return jax.ShapeDtypeStruct((2, 3), jnp.float32), jax.ShapeDtypeStruct((4, 2), jnp.float32)

    def init(self, key):
        return jnp.zeros((2, 3))

    def step(self, key, state, x):
        return self.synapses.update(state, VoltagePre(*x[0]), VoltagePost(*x[1])), None


def test_the_rule_is_local():
    found = audit(Learner())
    assert found.local
    assert {seen.name for seen in found.pathways[0].seen if seen.used} >= {"pre.trace", "post.potential"}


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
