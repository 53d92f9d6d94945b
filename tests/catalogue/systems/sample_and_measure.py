"""Networks fitted to spikes and to statistics of what they do by themselves: rows, and the program they are held to."""

import jax
import numpy as np

from bouton.recordings import HiddenRateTerm, NoiseCorrelationTerm, PSTHTerm, SampleAndMeasureFit, SpikingGLM
from catalogue.circuits.row import DRAWS, LIBRARY, NO_SYNAPSES, CircuitRow
from references import sample_and_measure as reference

KEY = jax.random.key(0)
WEIGHTS = (0.4, 0.1, 50.0, 0.001)


def fit(estimator="official", circular=True, surrogate="triangle", n_hidden=1, n_validation=2):
    rng = np.random.default_rng(0)
    terms = PSTHTerm(), NoiseCorrelationTerm(n_lags=2, estimator=estimator, circular=circular), HiddenRateTerm()
    return SampleAndMeasureFit(
        SpikingGLM(2, n_hidden, 2, surrogate=surrogate), rng.random((6, 7, 2)) < 0.3, rng.normal(size=(1, 7, 2)),
        np.zeros(6, int), terms, n_validation=n_validation, batch_size=3,
    )  # fmt: skip


CIRCUITS = {
    "sample-and-measure fit": CircuitRow(
        fit,
        audit=NO_SYNAPSES,
        events=lambda rng, circuit: rng.permutation(circuit.n_training)[: circuit.batch_size],
        unfoldable=LIBRARY,
        why_unfoldable="the past of all trials and bins is one product of matrices, which XLA leaves to its library",
        products=True,
        not_in_float64=DRAWS,
    )
}


def plain(parameters, lags):
    """Return parameters in the program's order."""
    neurons = len(parameters.bias)
    kernels = np.asarray(parameters.kernels).reshape(lags, neurons, neurons)
    return {
        "W": kernels.transpose(2, 1, 0).copy(),
        "W_in": np.asarray(parameters.inputs),
        "b": np.asarray(parameters.bias),
    }


@jax.jit
def step(circuit, key, state, trials):
    return circuit.step(key, state, trials)


def updates(estimator, circular, surrogate, n_hidden, count=4):
    circuit = fit(estimator, circular, surrogate, n_hidden, 0)
    state, rng = circuit.init(KEY), np.random.default_rng(1)
    own = plain(state.parameters, 2)
    first, second = ({name: np.zeros_like(each) for name, each in own.items()} for _ in range(2))
    stimulus, spikes = np.asarray(circuit.stimulus[0], float), np.asarray(circuit.spikes, float)
    found, expected = [], []
    for number in range(1, count + 1):
        key, trials = jax.random.fold_in(KEY, number), rng.permutation(4)[:3].astype(np.int32)
        used = jax.random.split(key)[0]
        draws = [
            np.asarray(jax.random.uniform(each, (3, 7, neurons)))
            for each, neurons in zip(jax.random.split(used), (n_hidden, 2 + n_hidden), strict=True)
        ]
        weights = WEIGHTS if n_hidden else (*WEIGHTS[:3], 0.0)
        total, parts, gradient = reference.loss(
            own, stimulus, spikes[trials], *draws, weights, 2, surrogate, estimator, circular
        )
        reference.adam(own, gradient, first, second, number)
        state, info = step(circuit, key, state, trials)
        found.append([info.loss, info.likelihood_loss, *info.term_losses])
        expected.append([total, *parts])
    after, moments = plain(state.parameters, 2), plain(state.first_moment, 2)
    pairs = {name: (after[name], own[name]) for name in own}
    return pairs | {f"moment of {name}": (-moments[name], first[name]) for name in own} | {"losses": (found, expected)}


REFERENCES = {
    "sample_and_measure: updates": lambda: updates("official", True, "triangle", 0),
    "sample_and_measure: hidden neurons, rao-blackwell": lambda: updates("rao-blackwell", False, "sigmoid", 2),
}
