"""Reservoirs, a working memory, learning from delayed reward: rows, and the program that they are held to."""

import jax
import jax.numpy as jnp
import numpy as np

from bouton import Reservoir
from bouton.behaviour import (
    DelayedRewardNetwork,
    ForceLearning,
    ReservoirNetwork,
    RewardLearning,
    WorkingMemory,
    practice,
    sequential_xor,
)
from bouton.data import long_signal, short_signal
from bouton.engine import rollout
from bouton.plasticity import (
    DecorrelatedPre,
    DelayedReward,
    EligibleSynapse,
    ExplorationPost,
    ExploratoryHebb,
    GatedExploratoryHebb,
    Performance,
    RecursiveLeastSquares,
    TrialError,
)
from catalogue.circuits.row import DRAWS, LIBRARY, NO_SYNAPSES, NOT_AFFINE, CircuitRow
from catalogue.rows import DATA, EstimatorRow
from catalogue.rules.row import POSITIVE, REAL, RuleRow
from references import reservoir_working_memory as reference

KEY = jax.random.key(0)
POST, SIGNAL = ExplorationPost(REAL, REAL), Performance(REAL, REAL, POSITIVE)
ELIGIBILITIES = "the eligibilities of a trial are a product of matrices, which XLA leaves to its library"
RATES_FOLLOW = "its presynaptic activity depends on what it has just learned"

RULES = {
    "exploration, graded": RuleRow(
        ExploratoryHebb,
        post=POST,
        signal=SIGNAL,
        equation=lambda w, x, y, s: s.rate * (s.value - s.mean) * (y.activity - y.mean) * x,
    ),
    "exploration, gated": RuleRow(
        GatedExploratoryHebb,
        post=POST,
        signal=Performance(POSITIVE, POSITIVE, POSITIVE),
        equation=lambda w, x, y, s: s.rate * (s.value > s.mean) * (y.activity - y.mean) * x,
    ),
    "recursive least squares": RuleRow(
        RecursiveLeastSquares,
        pre=DecorrelatedPre(REAL),
        signal=POSITIVE,
        equation=lambda w, x, y, s: s * y * x.decorrelated,
    ),
    "delayed reward": RuleRow(
        lambda: DelayedReward(limit=0.5),
        EligibleSynapse(REAL, REAL),
        signal=TrialError(POSITIVE, POSITIVE, POSITIVE),
        equation=lambda w, x, y, s: np.clip(-s.rate * s.mean * w.eligibility * (s.value - s.mean), -0.5, 0.5),
        further={"eligibility": lambda w, x, y, s: -w.eligibility},
    ),
}


def moment(rng, circuit):
    """Return a target, a current, and learning on or off."""
    target, current, learning = circuit.event
    return type(circuit.event)(
        rng.normal(size=target.shape), 0.3 * rng.normal(size=current.shape), rng.integers(2, size=learning.shape)
    )


def trial(rng, circuit):
    event = circuit.event
    return type(event)(
        rng.integers(2, size=event.inputs.shape), rng.choice([-0.98, 0.98], size=()), rng.integers(4, size=())
    )


CIRCUITS = {
    "reservoir, gated exploration": CircuitRow(
        lambda: ReservoirNetwork(20, 2, RewardLearning(learning_rate=0.01), input_noise=0.05),
        (),
        {"readout": RATES_FOLLOW},
        "readout: GatedExploratoryHebb",
        events=moment,
        not_in_float64=DRAWS,
    ),
    "reservoir, graded exploration": CircuitRow(
        lambda: ReservoirNetwork(20, 1, RewardLearning(ExploratoryHebb(), 0.01, update_probability=0.7)),
        (),
        {"readout": RATES_FOLLOW},
        "readout: ExploratoryHebb",
        events=moment,
        not_in_float64=DRAWS,
    ),
    "reservoir, FORCE": CircuitRow(
        lambda: ReservoirNetwork(20, 2, ForceLearning(held=4), rate_noise=0.0, exploration=0.0),
        (),
        {"readout": NOT_AFFINE},
        "readout: RecursiveLeastSquares (pre.decorrelated is handed over as one value per synapse)",
        events=moment,
    ),
    "working memory": CircuitRow(
        lambda: WorkingMemory(side=4, input_noise=0.0),
        (),
        {},
        NO_SYNAPSES,
    ),
    "delayed reward, cubic": CircuitRow(
        lambda: DelayedRewardNetwork(14, n_steps=30, scored_steps=10, silent_trials=2),
        (),
        {"Hebb": "it learns from mini-batches", "weights": NOT_AFFINE},
        "eligible: Hebb, synapses: DelayedReward",
        LIBRARY,
        ELIGIBILITIES,
        events=trial,
        not_in_float64=DRAWS,
    ),
    "delayed reward, node perturbation": CircuitRow(
        lambda: DelayedRewardNetwork(14, n_steps=30, eligibility="perturbation", scored_steps=10, silent_trials=2),
        (),
        {"Hebb": "it learns from mini-batches", "weights": NOT_AFFINE},
        "eligible: Hebb, synapses: DelayedReward",
        LIBRARY,
        ELIGIBILITIES,
        events=trial,
        not_in_float64=DRAWS,
    ),
}


ESTIMATORS = {
    "reservoir, FORCE": EstimatorRow(lambda: Reservoir(30, target_scale=4.0), targets=DATA @ [1.0, -0.5, 0.25, 0.0]),
    "reservoir, graded": EstimatorRow(
        lambda: Reservoir(30, algorithm="graded", rate_noise=0.05, target_scale=8.0), targets=DATA[:, :2] ** 2
    ),
}


def noises(number, units, outputs, input_noise=0.0):
    """Return the noises that the library draws in a step: of currents, rates and readout neurons."""
    one, two, three, _ = jax.random.split(jax.random.fold_in(KEY, number), 4)
    return (
        input_noise * np.asarray(jax.random.normal(one, (units,))),
        0.05 * np.asarray(jax.random.uniform(two, (units,), minval=-1.0, maxval=1.0)),
        0.5 * np.asarray(jax.random.uniform(three, (outputs,), minval=-1.0, maxval=1.0)),
    )


def reservoir(learning, name, outputs, steps=400, units=60):
    circuit = ReservoirNetwork(units, outputs, learning, input_noise=0.05)
    target = np.stack([short_signal(200), np.roll(short_signal(200), 31)], axis=1)[:, :outputs]
    target = np.tile(target, (steps // 200, 1))
    current = 0.3 * np.random.default_rng(0).normal(size=(steps, units))
    events = practice(target, units, current, learn_every=2 if name == "FORCE" else 1)
    start = circuit.init(KEY)
    state, found = rollout(circuit, jax.tree.map(jnp.asarray, events), KEY, start, look=lambda state, info: info.output)
    own = reference.Reservoir(*(np.asarray(each) for each in (start.recurrent, start.feedback, start.potential)), name)
    expected = [own(target[n], current[n], events.learning[n], *noises(n, units, outputs, 0.05)) for n in range(steps)]
    return {"output": (found, np.array(expected)), "readout": (state.readout, own.w)}


def force():
    circuit = ForceLearning()
    rates = np.random.default_rng(1).normal(size=(50, 20))
    state = circuit.start(20)
    for row in rates:
        state, _ = circuit.inverse.step(state, jnp.asarray(row), 1.0)
    inverse = np.linalg.inv(np.eye(20) + rates.T @ rates)
    return reservoir(circuit, "FORCE", 2) | {"inverse": (circuit.inverse.matrix(state), inverse)}


def sheet():
    memory = WorkingMemory(side=12, weight_noise=0.0, input_noise=0.0)
    cue = np.zeros((120, 144))
    cue[:60, :20] = 0.5
    inputs = 1 + cue + 0.01 * np.random.default_rng(2).normal(size=cue.shape)
    state, rates = rollout(memory, jnp.asarray(inputs - 1), KEY)
    weights = reference.sheet_weights(12)
    return {"weights": (state.weights, weights), "rates": (rates, reference.sheet(weights, inputs))}


def perturbations(network, number):
    """Return where units start in a trial, and how they are perturbed."""
    one, two, three = jax.random.split(jax.random.fold_in(KEY, number), 3)
    shape = network.n_steps, network.n_units
    start = jax.random.uniform(one, (network.n_units,), minval=-0.1, maxval=0.1)
    hit = np.asarray(jax.random.uniform(two, shape) < network.probability) & (np.arange(network.n_steps) > 3)[:, None]
    return np.asarray(start), hit * 16 * np.asarray(jax.random.uniform(three, shape, minval=-1.0, maxval=1.0))


def delayed(eligibility, rate):
    network = DelayedRewardNetwork(
        20, n_steps=60, eligibility=eligibility, rate=rate, probability=0.1, scored_steps=20, silent_trials=1
    )
    trials = sequential_xor(6, seed=3, n_steps=60)
    start = network.init(KEY)
    state, found = rollout(network, jax.tree.map(jnp.asarray, trials), KEY, start)
    cubic = eligibility == "cubic"
    own = reference.DelayedReward(np.asarray(start.weights), np.asarray(start.input_weights), cubic, rate)
    told = [
        own(trials.kind[n], trials.inputs[n], trials.target[n], *perturbations(network, n), n >= 1, 20)
        for n in range(6)
    ]
    return {
        "output": (found.output, np.array([output for output, _ in told])),
        "error": (found.error, np.array([error for _, error in told])),
        "weights": (state.weights - start.weights, own.J - np.asarray(start.weights)),
        "usual errors": (state.usual_errors, own.Ebar),
    }


def signals():
    theta = 2 * np.pi * np.arange(1000) / 1000
    return {
        "short": (short_signal(), reference.short(theta)),
        "long": (long_signal(1000), 0.5 * np.sin(theta) + 0.5 * reference.short(theta)),
    }


REFERENCES = {
    "reservoir_working_memory: gated": lambda: reservoir(RewardLearning(), "Hebb", 2),
    "reservoir_working_memory: graded": lambda: reservoir(RewardLearning(ExploratoryHebb()), "EH", 1),
    "reservoir_working_memory: FORCE": force,
    "reservoir_working_memory: sheet": sheet,
    "reservoir_working_memory: cubic": lambda: delayed("cubic", 0.1),
    "reservoir_working_memory: node perturbation": lambda: delayed("perturbation", 0.001),
    "reservoir_working_memory: signals": signals,
}
