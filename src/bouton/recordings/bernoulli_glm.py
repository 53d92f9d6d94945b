r"""A generalised linear model of binary spikes (GLM), by convex optimisation: each recorded neuron by itself.

The log odds of a spike of neuron j are linear in the spikes of all neurons in the last D bins, the stimulus, and 1:

.. math:: \frac{1}{K T} \sum_{k,t} \ln(1 + e^{x_{kt} c_j}) - z_{ktj} x_{kt} c_j + \frac{r}{2} |c_j|^2

is convex; the bias is not penalised. Newton's method finds the minimum: for all neurons at once, with conjugate
gradients for each step, in coordinates in which the regressors are uncorrelated (there the curvature is nearly the
identity, times what a Bernoulli variable varies). It is logistic regression, and the likelihood part of
`SampleAndMeasure` without hidden neurons.

Sources: W. Truccolo et al., J Neurophysiol 93:1074-1089, 2005; J. W. Pillow et al., Nature 454:995-999, 2008.
"""

import warnings
from typing import Any

import numpy as np
from jaxtyping import Float
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from bouton._arguments import check_at_least_zero, check_sizes
from bouton.errors import InputError
from bouton.recordings.spike_recording import SpikeRecording
from bouton.recordings.trials import check_alike, trials_of

__all__ = ["BernoulliGLM"]

_INNER = 60
_SURE = 15.0
"""Log odds that no data can tell from certainty."""


class BernoulliGLM(BaseEstimator):
    """Logistic regression of each neuron's spikes on those of all neurons in the last bins, and on the stimulus.

    Parameters
    ----------
    n_lags : int
        For how many bins spikes count. Default 9.
    ridge : float
        Half of this times the squared coefficients is added to the mean loss of a bin. In scikit-learn's terms,
        `C = 1 / (ridge * trials * bins)`. Default 0.
    max_iter : int
        Most steps of Newton's method. Default 50.
    tol : float
        It ends where no slope of the loss is larger. Default 1e-9.

    Attributes
    ----------
    couplings_, kernels_, inputs_, bias_
        As of `SampleAndMeasure`.
    loss_ : float
        Mean negative log likelihood of a bin of a neuron, in nats, of the trials that it was fitted to.
    n_iter_ : int
        Steps taken.

    Examples
    --------
    >>> from bouton.recordings import planted_network
    >>> truth = planted_network(n_hidden=0)
    >>> model = BernoulliGLM(n_lags=3).fit(truth.sample(200))
    >>> bool(np.corrcoef(model.couplings_.ravel(), truth.couplings.ravel())[0, 1] > 0.95)
    True
    """

    def __init__(self, n_lags: int = 9, *, ridge: float = 0.0, max_iter: int = 50, tol: float = 1e-9):
        self.n_lags = n_lags
        self.ridge = ridge
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, recording: SpikeRecording) -> "BernoulliGLM":
        """Find the coefficients.

        Raises
        ------
        InputError
            If the recording is none, or arguments are out of range.
        """
        if not isinstance(recording, SpikeRecording):
            raise InputError(f"recording must be a SpikeRecording, got {type(recording).__name__}: make one of counts")
        check_sizes(n_lags=self.n_lags, max_iter=self.max_iter)
        check_at_least_zero(ridge=self.ridge, tol=self.tol)
        design = _design(recording, self.n_lags)
        spikes = recording.spikes.reshape(-1, recording.n_neurons).astype(np.float64)
        coefficients, self.n_iter_, slope = _minimise(design, spikes, self.ridge, self.max_iter, self.tol)
        potentials = design @ coefficients
        sure = np.flatnonzero(np.abs(potentials).max(axis=0) > _SURE)
        if len(sure):
            _warn(
                f"the likelihood of neurons {', '.join(map(str, sure))} grows with their coefficients without end: "
                "give ridge=1e-6 or more"
            )
        elif slope > self.tol:
            _warn(f"the largest slope is {slope:.1e} after {self.n_iter_} steps: raise max_iter")
        neurons = recording.n_neurons
        lagged = self.n_lags * neurons
        self.kernels_ = coefficients[:lagged].reshape(self.n_lags, neurons, neurons)[::-1]
        self.couplings_ = self.kernels_.sum(axis=0)
        self.inputs_, self.bias_ = coefficients[lagged:-1], coefficients[-1]
        self.coefficients_ = coefficients
        self.loss_ = _loss(potentials, spikes)
        return self

    def negative_log_likelihood(self, recording: SpikeRecording) -> float:
        """Return the mean over bins and neurons, in nats."""
        self._check(recording)
        potentials = _design(recording, self.n_lags) @ self.coefficients_
        return _loss(potentials, recording.spikes.reshape(-1, recording.n_neurons))

    def score(self, recording: SpikeRecording) -> float:
        """Return the mean log likelihood of a bin of a neuron, in bits; see `score_recording` for all scores."""
        return -self.negative_log_likelihood(recording) / np.log(2)

    def sample(self, recording: SpikeRecording, *, n_trials: int = 200, seed: int = 0) -> SpikeRecording:
        """Return trials of each condition of a recording, as the model makes them by itself."""
        self._check(recording)
        own, neurons, rng = trials_of(recording), recording.n_neurons, np.random.default_rng(seed)
        lagged = self.n_lags * neurons
        drive = np.repeat(own.stimulus @ self.inputs_ + self.bias_, n_trials, axis=0)
        past, spikes = np.zeros((len(drive), lagged)), np.zeros(drive.shape, bool)
        for number in range(drive.shape[1]):
            potential = drive[:, number] + past @ self.coefficients_[:lagged]
            spikes[:, number] = rng.random(potential.shape) < _logistic(potential)
            past = np.concatenate([past[:, neurons:], spikes[:, number]], axis=1)
        stimulus = np.repeat(own.stimulus, n_trials, axis=0)
        return SpikeRecording(spikes, recording.time_step, stimulus, np.repeat(own.names, n_trials), recording.units)

    def _check(self, recording: SpikeRecording) -> None:
        check_is_fitted(self, "coefficients_")
        check_alike(recording, len(self.couplings_), len(self.inputs_))


def _warn(sentence: str) -> None:
    warnings.warn(sentence, ConvergenceWarning, stacklevel=3)


def _design(recording: SpikeRecording, n_lags: int) -> Float[np.ndarray, "rows regressors"]:
    """Return the regressors of all bins of all trials: spikes in the oldest bin first, the stimulus, and 1."""
    trials, bins, neurons = recording.spikes.shape
    channels = recording.stimulus.shape[2]
    found = np.zeros((trials, bins, n_lags * neurons + channels + 1))
    for number, lag in enumerate(range(n_lags, 0, -1)):
        found[:, lag:, number * neurons : (number + 1) * neurons] = recording.spikes[:, : max(bins - lag, 0)]
    found[..., n_lags * neurons : -1] = recording.stimulus
    found[..., -1] = 1
    return found.reshape(-1, found.shape[2])


def _logistic(potentials: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * potentials))


def _loss(potentials: np.ndarray, spikes: np.ndarray) -> float:
    return float(np.mean(np.logaddexp(0, potentials) - spikes * potentials))


def _minimise(
    design: np.ndarray, spikes: np.ndarray, ridge: float, max_iter: int, tol: float
) -> tuple[np.ndarray, int, float]:
    """Return coefficients (regressors, neurons), the number of steps, and the largest slope that is left."""
    from scipy.linalg import cholesky, solve_triangular

    rows, count = design.shape
    penalty = np.full((count, 1), ridge)
    penalty[-1] = 0
    gram = design.T @ design / rows
    # Regressors that never vary, or are sums of others, would make it singular.
    root = cholesky(gram + np.diag(4 * penalty[:, 0] + 1e-10 * gram.diagonal().max()), lower=True)
    found = np.zeros((count, spikes.shape[1]))
    found[-1] = _log_odds(spikes)
    potentials = design @ found
    slope = np.inf
    for number in range(max_iter + 1):
        chance = _logistic(potentials)
        gradient = design.T @ (chance - spikes) / rows + penalty * found
        slope = float(np.abs(gradient).max())
        if slope <= tol or number == max_iter:
            return found, number, slope
        curved = chance * (1 - chance)
        scaled = solve_triangular(root, gradient, lower=True)

        def curvature(move: np.ndarray, curved: np.ndarray = curved) -> np.ndarray:
            plain = solve_triangular(root, move, lower=True, trans=1)
            return solve_triangular(root, design.T @ (curved * (design @ plain)) / rows + penalty * plain, lower=True)

        step = solve_triangular(root, _conjugate_gradients(curvature, scaled), lower=True, trans=1)
        along = design @ step
        size = _step_sizes(potentials, along, found, step, spikes, penalty)
        found = found - size * step
        potentials = potentials - size * along
    raise AssertionError


def _log_odds(spikes: np.ndarray) -> np.ndarray:
    mean = np.clip(spikes.mean(axis=0), 0.5 / len(spikes), 1 - 0.5 / len(spikes))
    return np.log(mean) - np.log1p(-mean)


def _conjugate_gradients(curvature: Any, wanted: np.ndarray) -> np.ndarray:
    """Solve for each column, to a share of its length that falls with it, so that Newton's method stays quadratic."""
    found, left = np.zeros_like(wanted), wanted.copy()
    direction, power = left.copy(), np.sum(left * left, axis=0)
    aim = power * np.clip(np.sqrt(power), 1e-6, 0.1) ** 2
    for _ in range(_INNER):
        if np.all(power <= aim):
            break
        curved = curvature(direction)
        size = power / np.maximum(np.sum(direction * curved, axis=0), 1e-300)
        size = np.where(power > aim, size, 0)
        found += size * direction
        left -= size * curved
        after = np.sum(left * left, axis=0)
        direction = left + after / np.maximum(power, 1e-300) * direction
        power = after
    return found


def _step_sizes(
    potentials: np.ndarray, along: np.ndarray, found: np.ndarray, step: np.ndarray, spikes: np.ndarray, penalty: Any
) -> np.ndarray:
    """Return of each neuron the largest of 1, 1/2, ... at which its loss is no higher than before."""

    def loss(size: np.ndarray) -> np.ndarray:
        here = potentials - size * along
        moved = found - size * step
        return np.mean(np.logaddexp(0, here) - spikes * here, axis=0) + 0.5 * np.sum(penalty * moved**2, axis=0)

    size = np.ones(spikes.shape[1])
    before = loss(0 * size)
    before = before + 1e-12 * np.abs(before)
    for _ in range(30):
        higher = loss(size) > before
        if not np.any(higher):
            break
        size = np.where(higher, 0.5 * size, size)
    return size
