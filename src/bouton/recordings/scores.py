r"""How well a model of recorded trials predicts others: one score for all models.

Of what is predicted bin by bin: the mean negative log likelihood of a bin of a neuron, given the past. Of what the
model does by itself: the correlation of its peri-stimulus time histograms (PSTH) with the recorded ones, and its noise
correlations, for each pair of neurons in the same bin

.. math:: \frac{\langle \delta z_i \, \delta z_j \rangle}{\sqrt{\mathrm{Var} z_i \, \mathrm{Var} z_j}}, \qquad
          \delta z = z - \bar z \text{ about the mean over trials of its condition},

with variances over all bins and trials. Noise and stimulus correlations add up to the correlation of all bins.

Source: the measures are those of the program of G. Bellec, S. Wang, A. Modirshanechi, J. Brea, W. Gerstner, NeurIPS
2021, arXiv:2106.10064.
"""

import warnings
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.recordings.spike_recording import SpikeRecording

__all__ = [
    "RecordingModel",
    "RecordingScores",
    "SmoothedPSTH",
    "noise_correlations",
    "score_recording",
    "stimulus_correlations",
    "trial_means",
]

_TINY = 1e-4


@runtime_checkable
class RecordingModel(Protocol):
    """What can be scored."""

    def negative_log_likelihood(self, recording: SpikeRecording) -> float:
        """Return the mean over bins and neurons, in nats."""
        ...

    def sample(self, recording: SpikeRecording, *, n_trials: int, seed: int) -> SpikeRecording:
        """Return so many trials of each condition of a recording, as the model makes them by itself."""
        ...


class RecordingScores(NamedTuple):
    """Scores of a model on a recording."""

    negative_log_likelihood: float
    """Mean over bins and neurons, in nats."""
    bits_per_spike: float
    """Gain of likelihood over constant rates, those of the recording."""
    psth_correlation: float
    """Mean over neurons; the recorded histogram is noisy, so that a perfect model stays below 1."""
    noise_correlation_error: float
    """Root mean square over pairs of the model's less the recorded ones; a perfect model stays above 0."""
    noise_correlation: float
    """Mean over pairs, of the model."""
    recorded_noise_correlation: float
    """Mean over pairs, of the recording."""
    left_out: tuple[Any, ...]
    """Units that did not fire, or in every bin, and count in no correlation."""


def trial_means(
    spikes: Float[np.ndarray, "trials bins neurons"], conditions: Int[np.ndarray, " trials"]
) -> Float[np.ndarray, "conditions bins neurons"]:
    """Return the mean over trials of each condition, in order of their numbers.

    Parameters
    ----------
    spikes : array (trials, bins, neurons)
        Of several trials.
    conditions : array of int (trials,)
        Condition of each.
    """
    return np.stack([spikes[conditions == each].mean(axis=0) for each in np.unique(conditions)])


def noise_correlations(spikes: ArrayLike, conditions: ArrayLike | None = None) -> Float[np.ndarray, "neurons neurons"]:
    """Return how all pairs of neurons vary together from trial to trial, in the same bin.

    Parameters
    ----------
    spikes : array (trials, bins, neurons)
        0 or 1.
    conditions : array of int (trials,), optional
        Which trials had the same stimulus. Default: all.

    Raises
    ------
    InputError
        If a condition has one trial.

    Examples
    --------
    >>> trials = [[[1, 1], [0, 0]], [[0, 0], [0, 0]]]
    >>> noise_correlations(trials)[0, 1].round(3)
    np.float64(0.667)
    """
    values, groups = np.asarray(spikes, np.float64), _groups(spikes, conditions)
    if (counts := np.unique(groups, return_counts=True)[1]).min() < 2:
        raise InputError(f"noise correlations need several trials of each condition, and {np.sum(counts < 2)} has one")
    numbers = np.unique(groups, return_inverse=True)[1]
    noise = (values - trial_means(values, groups)[numbers]).reshape(-1, values.shape[2])
    return _over_variances(noise.T @ noise / len(noise), values)


def stimulus_correlations(
    spikes: ArrayLike, conditions: ArrayLike | None = None
) -> Float[np.ndarray, "neurons neurons"]:
    """Return how the means over trials of all pairs of neurons vary together over bins and conditions.

    Parameters
    ----------
    spikes, conditions
        As of `noise_correlations`, the sum with which is the correlation of all bins.
    """
    values, groups = np.asarray(spikes, np.float64), _groups(spikes, conditions)
    numbers = np.unique(groups, return_inverse=True)[1]
    signal = (trial_means(values, groups)[numbers] - values.mean(axis=(0, 1))).reshape(-1, values.shape[2])
    return _over_variances(signal.T @ signal / len(signal), values)


def _groups(spikes: ArrayLike, conditions: ArrayLike | None) -> np.ndarray:
    return np.zeros(len(np.asarray(spikes)), int) if conditions is None else np.asarray(conditions)


def _over_variances(covariance: np.ndarray, values: np.ndarray) -> np.ndarray:
    deviations = values.std(axis=(0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return covariance / np.outer(deviations, deviations)


def score_recording(
    model: RecordingModel, recording: SpikeRecording, *, n_trials: int = 200, seed: int = 0
) -> RecordingScores:
    """Return the scores of any model of trials on a recording that it was not fitted to.

    Parameters
    ----------
    model : SampleAndMeasure, BernoulliGLM, BernoulliHMM, SmoothedPSTH, or whatever has both methods
        What is scored.
    recording : SpikeRecording
        Trials of the same conditions.
    n_trials : int
        Trials of each condition that the model makes by itself. Default 200.
    seed : int
        Of these. Default 0.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*never fired.*")
        sampled = model.sample(recording, n_trials=n_trials, seed=seed)
    nats = float(model.negative_log_likelihood(recording))
    rates = np.clip(recording.spikes.mean(axis=(0, 1)), _TINY**2, 1 - _TINY**2)
    constant = -np.mean(rates * np.log(rates) + (1 - rates) * np.log1p(-rates))
    own, other = (trial_means(each.spikes.astype(float), each.conditions) for each in (recording, sampled))
    bins = own.reshape(-1, own.shape[2]), other.reshape(-1, own.shape[2])
    varies = np.ptp(bins[0], axis=0) > 0
    told = varies & (np.ptp(bins[1], axis=0) > 0)
    psth = [np.corrcoef(bins[0][:, each], bins[1][:, each])[0, 1] for each in np.flatnonzero(told)]
    pairs = np.triu_indices(int(told.sum()), 1)
    noise = [np.full(len(pairs[0]), np.nan)] * 2
    if np.unique(recording.conditions, return_counts=True)[1].min() > 1:
        noise = [
            noise_correlations(each.spikes, each.conditions)[told][:, told][pairs] for each in (recording, sampled)
        ]
    return RecordingScores(
        nats,
        float((constant - nats) / np.log(2) / max(rates.mean(), _TINY)),
        float(np.mean(psth)) if psth else float("nan"),
        float(np.sqrt(np.mean((noise[0] - noise[1]) ** 2))) if len(noise[0]) else float("nan"),
        float(np.mean(noise[1])) if len(noise[1]) else float("nan"),
        float(np.mean(noise[0])) if len(noise[0]) else float("nan"),
        tuple(unit for unit, each in zip(recording.units, told, strict=True) if not each),
    )


class SmoothedPSTH:
    """Rates that depend on stimulus and time alone: the smoothed means over the trials of each condition.

    Parameters
    ----------
    width : float
        Standard deviation of the Gaussian, in ms; 0 for none. Default 0.
    """

    def __init__(self, width: float = 0.0):
        self.width = width

    def fit(self, recording: SpikeRecording) -> "SmoothedPSTH":
        """Take the means over trials; a neuron that never fired in a bin is given a small chance."""
        from scipy.ndimage import gaussian_filter1d

        means = trial_means(recording.spikes.astype(float), recording.conditions)
        width = self.width / recording.time_step
        smooth = gaussian_filter1d(means, width, axis=1, mode="reflect") if width > 0 else means
        self.conditions_, counts = np.unique(recording.conditions, return_counts=True)
        least = 0.5 / counts[:, None, None]
        self.probabilities_ = np.clip(smooth, least, 1 - least)
        return self

    def negative_log_likelihood(self, recording: SpikeRecording) -> float:
        """Return the mean over bins and neurons, in nats."""
        chance, spikes = self._of(recording.conditions), recording.spikes
        return float(-np.mean(np.where(spikes > 0, np.log(chance), np.log1p(-chance))))

    def sample(self, recording: SpikeRecording, *, n_trials: int = 200, seed: int = 0) -> SpikeRecording:
        """Return trials of each condition of a recording, in which all bins are independent."""
        conditions = np.repeat(np.unique(recording.conditions), n_trials)
        chance = self._of(conditions)
        spikes = np.random.default_rng(seed).random(chance.shape) < chance
        return SpikeRecording(spikes, recording.time_step, None, conditions, recording.units)

    def _of(self, conditions: np.ndarray) -> np.ndarray:
        if unknown := set(conditions.tolist()) - set(self.conditions_.tolist()):
            raise InputError(f"condition {min(unknown)} was not among those that the means were taken of")
        return self.probabilities_[np.searchsorted(self.conditions_, conditions)]
