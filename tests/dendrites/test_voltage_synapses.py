"""Synapses on dendrites: alike however connected, their response, their bounds, and bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton import run
from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, DendriticEvent, DendriticSynapses
from bouton.errors import InputError
from bouton.plasticity import Dense, FanIn

L_C = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]


def random_events(steps, pres, compartments, seed=0):
    rng = np.random.default_rng(seed)
    spikes = (rng.random((steps, pres)) < 0.02).astype(float)
    voltage = 80 * rng.random((steps, compartments)) * (rng.random((steps, compartments)) < 0.3)
    return DendriticEvent(spikes, voltage)


@pytest.mark.thorough
def test_a_synapse_learns_alike_whoever_else_is_there():
    event = random_events(400, 5, 2)
    every = run(DendriticSynapses(Dense(5, 2), L_C), event, key=jax.random.key(0), progress=False).state
    some = FanIn([[0, 3], [4, 1]], 5)
    few = run(DendriticSynapses(some, L_C), event, key=jax.random.key(0), progress=False).state
    picked = np.take_along_axis(np.asarray(every.weights), np.array([[0, 3], [4, 1]]), axis=1)
    np.testing.assert_allclose(few.weights, picked, rtol=1e-5)


def test_the_response_is_the_drive_of_the_spikes():
    circuit = DendriticSynapses(Dense(3, 2), L_C)
    event = DendriticEvent(jnp.array([1.0, 0.0, 1.0]), jnp.zeros(2))
    assert circuit.respond(circuit.init(jax.random.key(0)), event).tolist() == [1.0, 1.0]


@pytest.mark.thorough
@pytest.mark.parametrize("rule", ["veto", "clopath"])
def test_weights_stay_within_their_bounds(rule):
    circuit = DendriticSynapses(Dense(4, 3), PUBLISHED_VOLTAGE_PARAMETERS["B-a"], rule)
    weights = run(circuit, random_events(2000, 4, 3), key=jax.random.key(0), progress=False).state.weights
    assert float(weights.min()) >= 0
    assert float(weights.max()) <= 1
    assert np.any((weights == 0) | (weights == 1))


@pytest.mark.thorough
def test_bad_input_is_refused(unchecked):
    with pytest.raises(InputError, match="rule must be 'veto', 'instantaneous' or 'clopath', got 'stdp'"):
        DendriticSynapses(Dense(1, 1), L_C, "stdp")
    with pytest.raises(InputError, match="method must be 'exact' or 'euler'"):
        DendriticSynapses(Dense(1, 1), L_C, method="rk4")
    with pytest.raises(InputError, match="time_step must be positive"):
        DendriticSynapses(Dense(1, 1), L_C, time_step=0.0)
    event = random_events(50, 1, 1)
    with pytest.raises(InputError, match="the voltage looks absolute"):
        run(DendriticSynapses(Dense(1, 1), L_C), event._replace(voltage=event.voltage - 65), key=jax.random.key(0))
