"""Receptive fields: circuits and the programs that they are held to, from the same start on the same samples."""

import jax
import jax.numpy as jnp
import numpy as np

import bouton
from bouton.dynamics import Relaxation
from bouton.features import (
    CorrelationInvariantNetwork,
    CorrelationInvariantNeurons,
    FoldiakNetwork,
    LinskerGrowth,
    LinskerNetwork,
    NonlinearHebbianNetwork,
    NonlinearHebbianNeurons,
    TripletNeurons,
)
from bouton.plasticity import FanIn
from references import foldiak, linsker, nonlinear_hebbian
from references.correlation_invariant import rates, spiking

KEY = jax.random.key(1)
NAMES = {
    "linear rectifier": "linear-rectifier",
    "quadratic rectifier": "quadratic-rectifier",
    "hard threshold": "hard-threshold",
    "negative sigmoid": "negative-sigmoid",
    "cubic": "cubic",
    "negative sine": "negative-sine",
    "linear": "linear",
    "negative cosine": "negative-cosine",
}
# The authors' changes are sums over a mini-batch, those of the library means: so is what Adam adds to their size.
EPSILON = 1e-8 * 100


def heavy_tailed(*shape):
    return 1.5 * np.random.default_rng(0).laplace(size=shape)


def nonlinear():
    batches, pairs = heavy_tailed(100, 20, 6), {}
    for name, f in nonlinear_hebbian.NONLINEARITIES.items():
        circuit = NonlinearHebbianNeurons(6, 3, NAMES[name], learning_rate=0.01, batch_size=20)
        found = bouton.run(circuit, batches, key=KEY).state.feedforward
        pairs[name] = found, nonlinear_hebbian.learn(batches, np.array(circuit.init(KEY).feedforward), f, 0.01)
    return pairs


def inhibited():
    samples = heavy_tailed(300, 6)
    circuit = NonlinearHebbianNetwork(6, 4, learning_rate=0.01, lateral_learning_rate=0.05)
    state = bouton.run(circuit, samples, key=KEY).state
    weights, lateral, mean = nonlinear_hebbian.network(
        samples, np.array(circuit.init(KEY).feedforward), 1.0, 0.01, 0.05
    )
    return {
        "feedforward": (state.feedforward, weights),
        "lateral": (state.lateral, lateral),
        "mean activity": (state.mean_activity, mean),
    }


def invariant(rule, nonnegative):
    def row():
        batches = heavy_tailed(200, 100, 5) / 2
        start = np.abs(np.random.default_rng(1).normal(size=(3, 5)))
        circuit = CorrelationInvariantNeurons(5, 3, rule, 2.0, 1.5, 0.01, nonnegative=nonnegative, batch_size=100)
        state = bouton.run(circuit, batches, key=KEY, state=circuit.start(jnp.asarray(start))).state
        weights, level = rates.learn(batches, start, rule, 2.0, 1.5, 0.01, nonnegative=nonnegative, epsilon=EPSILON)
        return {"feedforward": (state.feedforward, weights), "level": (state.level, level)}

    return row


def population():
    batches = heavy_tailed(200, 100, 5) / 2
    start = np.abs(np.random.default_rng(1).normal(size=(3, 5)))
    neurons = CorrelationInvariantNeurons(5, 3, learning_rate=0.01, leak=0.01, batch_size=100)
    circuit = CorrelationInvariantNetwork(neurons, 0.03, 0.5, 0.7)
    state = bouton.run(circuit, batches, key=KEY, state=circuit.start(jnp.asarray(start))).state
    weights, inhibition, level = rates.population(batches, start, 0.01, 0.01, 0.03, 0.5, 0.7, epsilon=EPSILON)
    return {
        "feedforward": (state.neurons.feedforward, weights),
        "inhibition": (state.lateral, inhibition),
        "level": (state.neurons.level, level),
    }


def spikes(rule, target):
    def row():
        rng = np.random.default_rng(0)
        trains = (rng.random((300, 6, 10)) < 0.15).astype(float)
        circuit = TripletNeurons(5, 3, rule, target, 0.01, 0.05, batch_size=6)
        start = circuit.init(KEY)
        start = start._replace(weights=20 * start.weights)

        def step(state, spikes):
            return circuit.time_step(state, spikes)

        state, fired = jax.lax.scan(step, start, jnp.asarray(trains))
        weights, square, input_rate, rate, expected = spiking.learn(
            trains, np.array(start.weights), target, 0.01, 0.05, rule
        )
        np.testing.assert_array_equal(fired, expected)
        assert expected.sum() > 100
        return {
            "weights": (state.weights, weights),
            "mean square": (state.mean_square, square),
            "input rates": (state.input_rate, input_rate),
            "rates": (state.rate, rate),
        }

    return row


def lines(steepness):
    def row():
        samples = foldiak.pictures(np.random.default_rng(0), 200, side=4)
        dynamics = Relaxation(step_size=0.1, step_decay=0.0, smallest_step=0.1, tolerance=0.0, max_steps=50)
        options = {"initial_threshold": 0.3, "dynamics": dynamics, "steepness": steepness}
        circuit = FoldiakNetwork(16, 6, 1 / 8, 0.02, 0.1, 0.02, **options)
        state = bouton.run(circuit, samples, key=KEY).state
        start = np.array(circuit.init(KEY).feedforward), np.zeros((6, 6)), np.full(6, 0.3), 1 / 8, 0.1, 0.02, 0.02
        found = foldiak.graded(samples, *start) if steepness is None else foldiak.learn(samples, *start, steepness)
        names = ("feedforward", "lateral", "threshold")
        return {name: (getattr(state, name), value) for name, value in zip(names, found, strict=True)}

    return row


def grown():
    rng = np.random.default_rng(0)
    places, start = np.sqrt(1.5) * rng.normal(size=(120, 2)), rng.uniform(-0.5, 0.5, 120)
    covariance = np.exp(-np.sum((places[:, None] - places[None]) ** 2, axis=2) / 2)
    found = LinskerGrowth(steps=400).grow(jnp.asarray(start), jnp.asarray(covariance))
    return {"weights": (found, linsker.grow(start, covariance, 0.45, -3.0, steps=400))}


def by_patterns():
    rng = np.random.default_rng(0)
    inputs, noise = rng.integers(0, 20, (4, 10)), rng.normal(size=(300, 20))
    circuit = LinskerNetwork((FanIn(inputs, 20),), learning_rate=0.01)
    start, state = circuit.init(KEY), bouton.run(circuit, noise, key=KEY).state
    found = linsker.learn(noise, np.array(start.weights[0]), inputs, 0.45, -3.0, 0.01, 2.0)
    return {"weights": (state.weights[0], found)}


ROWS = {
    "nonlinear_hebbian": nonlinear,
    "nonlinear_hebbian: network": inhibited,
    **{
        f"correlation_invariant: {rule}{', weights of 0 or above' if nonnegative else ''}": invariant(rule, nonnegative)
        for rule in rates.POWER
        for nonnegative in (False, True)
    },
    "correlation_invariant: population": population,
    **{
        f"correlation_invariant: spiking neurons, {words}": spikes(rule, target)
        # At the target of 0.5 all neurons are too quiet.
        for words, rule, target in (
            ("triplets", "triplet", 0.001),
            ("control", "oja", 0.005),
            ("quiet", "triplet", 0.5),
        )
    },
    "foldiak": lines(10.0),
    "foldiak: graded": lines(None),
    "linsker": grown,
    "linsker: pattern by pattern": by_patterns,
}
