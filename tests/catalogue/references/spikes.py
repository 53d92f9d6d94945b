"""Plasticity by spikes and voltages: rules and the programs that they are held to, on the same trains."""

import jax
import jax.numpy as jnp
import numpy as np

import bouton
from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, DendriticEvent, DendriticSynapses
from bouton.plasticity import ClopathVoltage, Dense, Trains, TripletSTDP, VoltageSynapse, protocols, triplet_set
from references import clopath, dendritic_voltage_plasticity, triplet_stdp

SETS = {
    "full set, all spikes": "visual-cortex",
    "minimal set, all spikes": "visual-cortex-minimal",
    "full set, nearest spikes": "visual-cortex-nearest",
    "minimal set, nearest spikes": "visual-cortex-minimal-nearest",
}


def random_trains(seed, steps=4000, chance=0.03):
    """Return times in ms of which some are common to both neurons."""
    rng = np.random.default_rng(seed)
    return tuple(np.flatnonzero(rng.random(steps) < chance).astype(float) for _ in range(2))


def triplets():
    trains = [random_trains(seed) for seed in range(3)]
    assert all(set(pre) & set(post) for pre, post in trains)
    pairs = {}
    for name, values in triplet_stdp.SETS.items():
        found = protocols.final_weights(triplet_set(SETS[name]), [Trains(*each) for each in trains], 1.0)
        pairs[name] = found, [triplet_stdp.weight(*each, *values) for each in trains]
    drifts = [triplet_stdp.drift(10.0, rho, *triplet_stdp.SETS["full set, all spikes"]) for rho in (5.0, 40.0)]
    return pairs | {"drift": (TripletSTDP().drift(10.0, np.array([5.0, 40.0])), drifts)}


def voltage():
    trains = []
    for seed in range(3):
        pre, post = random_trains(seed, steps=600)
        # A neuron that fires is not made to fire again at once.
        trains.append((pre, post[np.diff(post, prepend=-9) > 2]))
    rule = ClopathVoltage(lower=-jnp.inf, upper=jnp.inf)
    last = max(each.max() for pair in trains for each in pair)
    found = VoltageSynapse(rule).weights_after([Trains(*each) for each in trains], initial=0.5)
    steps = int(last) + 501
    return {"weights": (found, [clopath.paired(*(each.astype(int) for each in pair), steps) for pair in trains])}


def dendritic(rule):
    def row():
        rng = np.random.default_rng(0)
        spikes = (rng.random((600, 4)) < 0.02).astype(float)
        # Held for 2.5 ms each, or the fast filter would not reach the threshold of potentiation.
        voltages = np.repeat(80 * rng.random((24, 3)) * (rng.random((24, 3)) < 0.5), 25, axis=0)
        own = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
        circuit = DendriticSynapses(Dense(4, 3), own, rule, "euler", lower=-jnp.inf, upper=jnp.inf)
        state = bouton.run(circuit, DendriticEvent(spikes, voltages), key=jax.random.key(0)).state
        parameters = dendritic_voltage_plasticity.L_C
        weights, glutamate = dendritic_voltage_plasticity.learn(spikes, voltages, **parameters, rule=rule)
        for name, value in parameters.items():
            if rule == "veto" or name not in ("b", "tau_theta"):
                others = parameters | {name: 1.01 * value}
                moved, _ = dendritic_voltage_plasticity.learn(spikes, voltages, **others, rule=rule)
                assert np.abs(moved - weights).max() > 1e-6, f"{name} does not matter on these voltages"
        return {"change": (state.weights - 0.5, weights - 0.5), "glutamate": (state.glutamate, glutamate)}

    return row


ROWS = {
    "triplet_stdp": triplets,
    "clopath": voltage,
    **{f"dendritic_voltage_plasticity: {rule}": dendritic(rule) for rule in ("veto", "instantaneous", "clopath")},
}
