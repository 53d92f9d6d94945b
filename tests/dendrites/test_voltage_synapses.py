"""Synapses on dendrites: against plain loops, alike however chunked and connected, local, and bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton import run
from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, DendriticEvent, DendriticSynapses
from bouton.errors import InputError
from bouton.plasticity import Dense, FanIn, audit

L_C = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]


def random_events(steps, pres, compartments, seed=0):
    rng = np.random.default_rng(seed)
    spikes = (rng.random((steps, pres)) < 0.02).astype(float)
    voltage = 80 * rng.random((steps, compartments)) * (rng.random((steps, compartments)) < 0.3)
    return DendriticEvent(spikes, voltage)


def plain_loop(event, own, rule, h=0.1):
    """The authors' scheme for all synapses, in NumPy."""
    pres = event.spikes.shape[1]
    compartments = event.voltage.shape[1]
    w, recent = np.full((compartments, pres), 0.5), np.zeros((compartments, pres))
    x, slow, fast = np.zeros(pres), np.zeros(compartments), np.zeros(compartments)
    for spikes, v in zip(*event, strict=True):
        x = x * np.exp(-h / own.glutamate_time_constant) + spikes
        up = np.maximum(fast - own.potentiation_threshold, 0)
        low, depressing = own.depression_threshold, spikes / h if rule == "clopath" else x
        if rule != "veto":
            up = np.maximum(v - own.potentiation_threshold, 0) * np.maximum(fast - own.depression_threshold, 0)
        else:
            low = own.depression_threshold + own.veto * recent
        grown = own.potentiation * x * up[:, None]
        lost = own.depression * depressing * np.maximum(slow[:, None] - low, 0)
        w = w + h * (grown - lost)
        recent = recent + h / own.veto_time_constant * (grown - recent)
        slow, fast = slow + h / own.slow_time_constant * (v - slow), fast + h / own.fast_time_constant * (v - fast)
    return w, x


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("rule", ["veto", "instantaneous", "clopath"])
def test_the_circuit_is_the_plain_loop(rule):
    event = random_events(500, 4, 3)
    circuit = DendriticSynapses(Dense(4, 3), L_C, rule, "euler", lower=-jnp.inf, upper=jnp.inf)
    done = run(circuit, event, key=jax.random.key(0), record={"y": 500}, progress=False)
    weights, glutamate = plain_loop(event, L_C, rule)
    assert np.abs(weights - 0.5).max() > 1e-4
    np.testing.assert_allclose(done.state.weights, weights, rtol=1e-9)
    np.testing.assert_allclose(done.state.glutamate, glutamate, rtol=1e-9)


def test_a_synapse_learns_alike_whoever_else_is_there():
    event = random_events(400, 5, 2)
    every = run(DendriticSynapses(Dense(5, 2), L_C), event, key=jax.random.key(0), progress=False).state
    some = FanIn([[0, 3], [4, 1]], 5)
    few = run(DendriticSynapses(some, L_C), event, key=jax.random.key(0), progress=False).state
    picked = np.take_along_axis(np.asarray(every.weights), np.array([[0, 3], [4, 1]]), axis=1)
    np.testing.assert_allclose(few.weights, picked, rtol=1e-5)


def test_a_run_in_parts_gives_the_same_bits():
    event, circuit = random_events(300, 3, 2), DendriticSynapses(Dense(3, 2), L_C)
    whole = run(circuit, event, key=jax.random.key(0), progress=False).state
    first, second = (DendriticEvent(*(leaf[part] for leaf in event)) for part in (slice(0, 70), slice(70, 300)))
    half = run(circuit, first, key=jax.random.key(0), progress=False).state
    half = run(circuit, second, key=jax.random.key(0), state=half, first_step=70, progress=False).state
    assert all(bool(jnp.array_equal(*pair)) for pair in zip(whole, half, strict=True))


@pytest.mark.parametrize("rule", ["veto", "instantaneous", "clopath"])
@pytest.mark.parametrize("method", ["exact", "euler"])
def test_learning_is_local_and_responding_learns_nothing(rule, method):
    circuit = DendriticSynapses(Dense(3, 2), L_C, rule, method)
    found = audit(circuit)
    assert found.local
    seen = {item.name: item.scope for item in found.pathways[0].seen}
    assert seen["post.slow"] == "one value per postsynaptic neuron"
    state = circuit.init(jax.random.key(0))
    event = DendriticEvent(jnp.array([1.0, 0.0, 1.0]), jnp.zeros(2))
    assert circuit.respond(state, event).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("rule", ["veto", "clopath"])
def test_weights_stay_within_their_bounds(rule):
    circuit = DendriticSynapses(Dense(4, 3), PUBLISHED_VOLTAGE_PARAMETERS["B-a"], rule)
    weights = run(circuit, random_events(2000, 4, 3), key=jax.random.key(0), progress=False).state.weights
    assert float(weights.min()) >= 0
    assert float(weights.max()) <= 1
    assert np.any((weights == 0) | (weights == 1))


def test_bad_input_is_refused(unchecked):
    with pytest.raises(InputError, match="rule must be one of veto, instantaneous, clopath, got 'stdp'"):
        DendriticSynapses(Dense(1, 1), L_C, "stdp")
    with pytest.raises(InputError, match="method must be one of exact, euler"):
        DendriticSynapses(Dense(1, 1), L_C, method="rk4")
    with pytest.raises(InputError, match="time_step must be positive"):
        DendriticSynapses(Dense(1, 1), L_C, time_step=0.0)
    event = random_events(50, 1, 1)
    with pytest.raises(InputError, match="the voltage looks absolute"):
        run(DendriticSynapses(Dense(1, 1), L_C), event._replace(voltage=event.voltage - 65), key=jax.random.key(0))
