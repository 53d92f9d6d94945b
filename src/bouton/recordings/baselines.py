r"""What neuLVM is compared with: a hidden Markov model of independent neurons, and smoothing.

Hidden states k follow a Markov chain; in state k neuron i fires in a bin with probability :math:`p_{ki}`.
Expectation and maximisation in turns (Baum and Welch) find transitions and probabilities; what is inferred is the
probability of each state in each bin, and with it the expected rate of each neuron.

Source: L. R. Rabiner, Proc IEEE 77:257-286, 1989.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from bouton.errors import InputError
from bouton.recordings.preparation import smoothed_fractions
from bouton.recordings.spike_recording import SpikeRecording

__all__ = ["BernoulliHMM", "latent_correlations", "smoothed_rates"]

_TINY = 1e-6


class _Chain(NamedTuple):
    """Beliefs about the states of one trial."""

    states: np.ndarray
    pairs: np.ndarray
    log_likelihood: float


class BernoulliHMM(BaseEstimator):
    """A hidden Markov model whose states set the probability of each neuron to fire in a bin.

    Parameters
    ----------
    n_states : int
        Default 2.
    n_restarts : int
        Fits from other random starts, of which the likeliest counts. Default 3.
    max_iter : int
        Most iterations of each. Default 100.
    tol : float
        It ends where the log likelihood of a bin grows by less. Default 1e-7.
    random_state : int
        Seed. Default 0.

    Attributes
    ----------
    probabilities_ : array (states, neurons)
        Of each neuron to fire in a bin.
    transitions_ : array (states, states)
        From the state of the row to that of the column.
    start_ : array (states,)
        Probability of each state in the first bin.
    log_likelihood_ : float
        Of all trials.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> state = np.repeat([0, 1, 0], 100)
    >>> spikes = rng.random((300, 4)) < np.where(state[:, None] == np.array([0, 0, 1, 1]), 0.3, 0.02)
    >>> model = BernoulliHMM().fit(SpikeRecording(spikes, 4.0))
    >>> states = model.infer(SpikeRecording(spikes, 4.0))[0]
    >>> bool(abs(np.corrcoef(states[:, 0], state)[0, 1]) > 0.9)
    True
    """

    def __init__(
        self, n_states: int = 2, *, n_restarts: int = 3, max_iter: int = 100, tol: float = 1e-7, random_state: int = 0
    ):
        self.n_states = n_states
        self.n_restarts = n_restarts
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, recording: SpikeRecording) -> "BernoulliHMM":
        """Find transitions and probabilities.

        Raises
        ------
        InputError
            If there is not at least one state and one start.
        """
        if self.n_states < 1 or self.n_restarts < 1:
            raise InputError("n_states and n_restarts must be at least 1")
        spikes, best = recording.spikes.astype(np.float64), None
        for number in range(self.n_restarts):
            found = self._one(spikes, np.random.default_rng((self.random_state, number)))
            best = found if best is None or found[0] > best[0] else best
        assert best is not None
        self.log_likelihood_, self.start_, self.transitions_, self.probabilities_ = best
        return self

    def _one(self, spikes: np.ndarray, rng: np.random.Generator) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        states, mean = self.n_states, spikes.mean(axis=(0, 1))
        start, transitions = np.full(states, 1 / states), np.full((states, states), 0.01 / max(states - 1, 1))
        np.fill_diagonal(transitions, 0.99 if states > 1 else 1)
        probabilities = np.clip(mean * rng.uniform(0.3, 1.7, (states, spikes.shape[2])), _TINY, 1 - _TINY)
        last = -np.inf
        for _ in range(self.max_iter):
            chains = [_forward_backward(trial, start, transitions, probabilities) for trial in spikes]
            total = sum(chain.log_likelihood for chain in chains)
            weights = np.stack([chain.states for chain in chains])
            pairs = sum(chain.pairs for chain in chains)
            start = weights[:, 0].mean(axis=0)
            transitions = (pairs + _TINY) / np.sum(pairs + _TINY, axis=1, keepdims=True)
            summed = np.einsum("tbk,tbn->kn", weights, spikes)
            probabilities = np.clip(summed / (weights.sum(axis=(0, 1))[:, None] + _TINY), _TINY, 1 - _TINY)
            if total - last < self.tol * spikes[..., 0].size:
                break
            last = total
        return float(total), start, transitions, probabilities

    def infer(self, recording: SpikeRecording) -> Float[np.ndarray, "trials bins states"]:
        """Return the probability of each state in each bin, given all spikes of the trial."""
        check_is_fitted(self, "probabilities_")
        if recording.n_neurons != self.probabilities_.shape[1]:
            raise InputError(
                f"the model has {self.probabilities_.shape[1]} neurons, the recording {recording.n_neurons}"
            )
        own = self.start_, self.transitions_, self.probabilities_
        return np.stack([_forward_backward(trial, *own).states for trial in recording.spikes.astype(np.float64)])

    def rates(self, recording: SpikeRecording, labels: ArrayLike) -> Float[np.ndarray, "trials bins populations"]:
        """Return the expected rate of each population in Hz: the mean over its recorded neurons.

        Parameters
        ----------
        recording : SpikeRecording
            What was recorded.
        labels : array of int (neurons,)
            Population of each neuron.
        """
        own = np.asarray(labels)
        expected = self.infer(recording) @ self.probabilities_
        means = [expected[..., own == number].mean(axis=-1) for number in range(own.max() + 1)]
        return np.stack(means, axis=-1) / (1e-3 * recording.time_step)

    def negative_log_likelihood(self, recording: SpikeRecording) -> float:
        """Return the mean over bins and neurons, in nats, each bin given those before."""
        check_is_fitted(self, "probabilities_")
        own = self.start_, self.transitions_, self.probabilities_
        chains = [_forward_backward(trial, *own) for trial in recording.spikes.astype(np.float64)]
        return -float(sum(chain.log_likelihood for chain in chains)) / recording.spikes.size

    def sample(self, recording: SpikeRecording, *, n_trials: int = 200, seed: int = 0) -> SpikeRecording:
        """Return trials of each condition of a recording; the model does not know the stimulus."""
        check_is_fitted(self, "probabilities_")
        rng = np.random.default_rng(seed)
        conditions = np.repeat(np.unique(recording.conditions), n_trials)
        states = np.zeros((len(conditions), recording.n_bins), int)
        sums, chance = np.cumsum(self.transitions_, axis=1), np.cumsum(self.start_)[None]
        for number, uniform in enumerate(rng.random(states.T.shape)):
            states[:, number] = np.minimum((uniform[:, None] > chance).sum(axis=1), len(sums) - 1)
            chance = sums[states[:, number]]
        spikes = rng.random((*states.shape, recording.n_neurons)) < self.probabilities_[states]
        return SpikeRecording(spikes, recording.time_step, None, conditions, recording.units)


def _forward_backward(spikes: np.ndarray, start: np.ndarray, transitions: np.ndarray, chance: np.ndarray) -> _Chain:
    logs = spikes @ np.log(chance).T + (1 - spikes) @ np.log1p(-chance).T
    highest = logs.max(axis=1, keepdims=True)
    emission = np.exp(logs - highest)
    forward, scale = np.empty_like(emission), np.empty(len(emission))
    belief = start
    for number, own in enumerate(emission):
        belief = (belief @ transitions if number else belief) * own
        scale[number] = belief.sum()
        belief = belief / scale[number]
        forward[number] = belief
    backward = np.ones_like(emission)
    for number in range(len(emission) - 2, -1, -1):
        backward[number] = transitions @ (emission[number + 1] * backward[number + 1]) / scale[number + 1]
    behind = emission[1:] * backward[1:] / scale[1:, None]
    pairs = transitions * (forward[:-1].T @ behind)
    return _Chain(forward * backward, pairs, float(np.sum(np.log(scale)) + highest.sum()))


def smoothed_rates(
    recording: SpikeRecording, labels: ArrayLike, count: int, width: float
) -> Float[np.ndarray, "trials bins populations"]:
    """Return the rate of each population in Hz by smoothing the mean of its recorded neurons with a Gaussian.

    Parameters
    ----------
    recording : SpikeRecording
        What was recorded.
    labels : array of int (neurons,)
        Population of each neuron.
    count : int
        Number of populations; those without a recorded neuron are NaN.
    width : float
        Standard deviation, in ms.
    """
    found = smoothed_fractions(recording.spikes, np.asarray(labels), count, width / recording.time_step)
    return found / (1e-3 * recording.time_step)


def latent_correlations(
    found: Float[np.ndarray, "bins populations"],
    true: Float[np.ndarray, "bins populations"],
    time_step: float,
    width: float = 20.0,
) -> Float[np.ndarray, " populations"]:
    """Return the correlation of inferred and true activity of each population, both smoothed: one score for all models.

    Parameters
    ----------
    found, true : array (bins, populations)
        Fractions or rates.
    time_step : float
        Length of a bin, in ms.
    width : float, default 20
        Standard deviation of the Gaussian, in ms.

    Examples
    --------
    >>> ramp = np.linspace(0, 1, 100)[:, None]
    >>> float(latent_correlations(2 * ramp, ramp, 4.0)[0].round(6))
    1.0
    """
    from scipy.ndimage import gaussian_filter1d

    own, other = (gaussian_filter1d(np.asarray(each, float), width / time_step, axis=0) for each in (found, true))
    pairs = zip(own.T, other.T, strict=True)
    return np.array([np.corrcoef(a, b)[0, 1] if np.ptp(a) > 0 and np.ptp(b) > 0 else np.nan for a, b in pairs])
