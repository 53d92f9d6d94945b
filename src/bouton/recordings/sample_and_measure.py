"""Sample-and-measure: a spiking network fitted to recorded spikes, and to statistics of what it does by itself.

Source: G. Bellec, S. Wang, A. Modirshanechi, J. Brea, W. Gerstner, "Fitting summary statistics of neural data with a
differentiable spiking network simulator", NeurIPS 2021, arXiv:2106.10064.
"""

import os
import warnings
from typing import Any, Literal, cast

import equinox as eqx
import jax
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from bouton._arguments import check_sizes
from bouton.engine import run
from bouton.errors import InputError
from bouton.recordings._network_runs import forced_potentials, free_runs
from bouton.recordings.sampled_fit import SampleAndMeasureFit, split_options
from bouton.recordings.spike_recording import SpikeRecording
from bouton.recordings.spiking_glm import GLMParameters, SpikingGLM
from bouton.recordings.statistic_terms import HiddenRateTerm, StatisticTerm, published_terms
from bouton.recordings.stimulus_features import StimulusFeatures
from bouton.recordings.trial_batches import TrialBatches
from bouton.recordings.trials import StimulusTrials, check_alike, check_averages, split_trials, trials_of

__all__ = ["SampleAndMeasure"]

_FEW_RUNS = 20
_SILENT, _BUSY = 0.005, 0.995


class SampleAndMeasure(BaseEstimator):
    """A network of spiking neurons, hidden ones included, that predicts recorded spikes and makes realistic ones.

    Parameters
    ----------
    n_hidden : int
        Number of hidden neurons. Default 0.
    n_lags : int
        For how many bins spikes count. Default 9.
    terms : tuple of StatisticTerm, optional
        What the network's own activity is compared by. Default: `PSTHTerm`, `NoiseCorrelationTerm` over as many lags,
        and with hidden neurons `HiddenRateTerm`, all with the published weights. Empty: the likelihood alone.
    likelihood_weight : float
        Default 0.4.
    features : equinox.Module, optional
        Takes a stimulus (bins, channels), returns features (bins, features), fitted together with the network; see
        `StimulusFeatures`. Default: the stimulus.
    n_updates : int
        Mini-batches. Default 2000.
    batch_size : int
        Trials of one; fewer where a condition has fewer. Default 20.
    learning_rate : float
        Default 0.001.
    validation : float
        Share of trials that choose among the parameters on the way. Default 0.1; 0 takes the last ones.
    surrogate : {"triangle", "sigmoid"}
        Slope of a sampled spike by its potential: the published one, which is 0 for potentials beyond 1, or that of its
        probability. Default "triangle".
    random_state : int
        Seed. Default 0.
    options : dict, optional
        Further fields of `SampleAndMeasureFit` (`clip`, `start_scale`) and of `SpikingGLM` (`threshold`, `dampening`).

    Attributes
    ----------
    couplings_ : array (neurons, neurons)
        Change of the log odds of a spike by another one, summed over lags, from row to column; recorded neurons first.
    kernels_ : array (lags, neurons, neurons)
        The same by lag, that of the last bin first.
    inputs_ : array (features, neurons)
        Change of the log odds by each feature.
    bias_ : array (neurons,)
        Log odds of a spike without input and without a past.
    hidden_rates_ : array (hidden,)
        Spikes per bin of hidden neurons in free runs.
    losses_ : dict of str to array (updates,)
        Loss of each mini-batch: "total", "likelihood", and each term by its class, without its weight.
    validation_loss_ : float
        Of the parameters that were kept.
    parameters_ : GLMParameters
        As the circuit has them.
    circuit_ : SampleAndMeasureFit
        What was run.

    References
    ----------
    G. Bellec, S. Wang, A. Modirshanechi, J. Brea, W. Gerstner, NeurIPS 2021, arXiv:2106.10064.

    Examples
    --------
    >>> from bouton.recordings import planted_network
    >>> recording = planted_network(n_recorded=3, n_hidden=0, n_bins=20).sample(40)
    >>> model = SampleAndMeasure(n_lags=2, n_updates=20, batch_size=10).fit(recording)
    >>> model.couplings_.shape, model.sample(recording, n_trials=5).n_trials
    ((3, 3), 5)
    """

    def __init__(
        self,
        n_hidden: int = 0,
        *,
        n_lags: int = 9,
        terms: tuple[StatisticTerm, ...] | None = None,
        likelihood_weight: float = 0.4,
        features: eqx.Module | None = None,
        n_updates: int = 2000,
        batch_size: int = 20,
        learning_rate: float = 1e-3,
        validation: float = 0.1,
        surrogate: Literal["triangle", "sigmoid"] = "triangle",
        random_state: int = 0,
        options: dict[str, Any] | None = None,
    ):
        self.n_hidden = n_hidden
        self.n_lags = n_lags
        self.terms = terms
        self.likelihood_weight = likelihood_weight
        self.features = features
        self.n_updates = n_updates
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.validation = validation
        self.surrogate = surrogate
        self.random_state = random_state
        self.options = options

    def fit(
        self,
        recording: SpikeRecording,
        *,
        checkpoint: str | os.PathLike | None = None,
        resume: bool = False,
        progress: bool = False,
    ) -> "SampleAndMeasure":
        """Fit the network.

        Parameters
        ----------
        recording : SpikeRecording
            Trials; those with the same stimulus are of one condition.
        checkpoint : path, optional
            Folder for checkpoints.
        resume : bool
            Whether to go on from the checkpoints in it. Default False.
        progress : bool
            Whether to show a progress bar. Default False.

        Returns
        -------
        SampleAndMeasure
            Itself.

        Raises
        ------
        InputError
            If trials cannot be used: those of one condition had different stimuli, or there is but one to average.
        Diverged
            If the loss is no longer a number; the sentence says at which update.
        """
        check_sizes(n_updates=self.n_updates, batch_size=self.batch_size)
        circuit, batches = self._circuit(recording)
        record = ("loss", "likelihood_loss", "term_losses")
        options: dict[str, Any] = {"checkpoint": checkpoint, "resume": resume, "progress": progress}
        key = jax.random.key(self.random_state)
        done = run(circuit, batches, key=key, record=record, **options)
        self.circuit_, self.n_neurons_in_ = circuit, recording.n_neurons
        found = {name: np.asarray(done.recordings[name].values) for name in record}
        self.losses_ = {"total": found["loss"], "likelihood": found["likelihood_loss"]}
        for number, term in enumerate(circuit.terms):
            name = type(term).__name__
            own = f"{name} {number}" if name in self.losses_ else name
            self.losses_[own] = found["term_losses"][:, number]
        self.validation_loss_ = float(done.state.best_loss)
        self._take(done.state.best)
        self.hidden_rates_ = np.zeros(0)
        if self.n_hidden:
            sampled = free_runs(circuit, self.parameters_, trials_of(recording), _FEW_RUNS, self.random_state).spikes
            self.hidden_rates_ = sampled[..., recording.n_neurons :].mean(axis=(0, 1))
            self._warn_of_hidden()
        return self

    def sample(
        self, recording: SpikeRecording, *, n_trials: int = 200, seed: int = 0, hidden: bool = False
    ) -> SpikeRecording:
        """Let the network run by itself.

        Parameters
        ----------
        recording : SpikeRecording
            With the stimuli; its spikes are not looked at.
        n_trials : int
            Of each condition. Default 200.
        seed : int
            Of the spikes. Default 0.
        hidden : bool
            Whether hidden neurons are returned too, as units "hidden 0", ... Default False.

        Returns
        -------
        SpikeRecording
            Trials of all conditions, one after the other.
        """
        check_sizes(n_trials=n_trials)
        own, units = self._given(recording), recording.units
        spikes = free_runs(self.circuit_, self.parameters_, own, n_trials, seed).spikes
        if hidden:
            units = (*units, *(f"hidden {number}" for number in range(self.circuit_.network.n_hidden)))
        conditions = np.repeat(own.names, n_trials)
        stimulus = np.repeat(own.stimulus, n_trials, axis=0)
        return SpikeRecording(spikes[..., : len(units)], recording.time_step, stimulus, conditions, units)

    def predict(self, recording: SpikeRecording, *, seed: int = 0) -> np.ndarray:
        """Return the probability of each spike (trials, bins, neurons) given the recorded past.

        Parameters
        ----------
        recording : SpikeRecording
            Of the same neurons.
        seed : int
            Of hidden neurons, which are sampled once. Default 0.
        """
        return np.asarray(jax.nn.sigmoid(self._potentials(recording, seed)))

    def negative_log_likelihood(self, recording: SpikeRecording, *, seed: int = 0) -> float:
        """Return the mean over bins and neurons, in nats; with hidden neurons, one estimate of an upper bound.

        Parameters
        ----------
        recording : SpikeRecording
            Of the same neurons.
        seed : int
            Of hidden neurons. Default 0.
        """
        potentials = self._potentials(recording, seed).astype(np.float64)
        return float(np.mean(np.logaddexp(0, potentials) - recording.spikes * potentials))

    def score(self, recording: SpikeRecording) -> float:
        """Return the mean log likelihood of a bin of a neuron, in bits; see `score_recording` for all scores."""
        return -self.negative_log_likelihood(recording) / np.log(2)

    def _circuit(self, recording: SpikeRecording) -> tuple[SampleAndMeasureFit, TrialBatches]:
        if not isinstance(recording, SpikeRecording):
            raise InputError(f"recording must be a SpikeRecording, got {type(recording).__name__}: make one of counts")
        if not (isinstance(self.validation, int | float) and 0 <= self.validation < 1):
            raise InputError(f"validation must be a share of the trials in [0, 1), got {self.validation!r}")
        own = trials_of(recording)
        terms = published_terms(self.n_lags, self.n_hidden) if self.terms is None else tuple(self.terms)
        averages = any(term.averages_trials for term in terms)
        rng = np.random.default_rng(self.random_state)
        training, held = split_trials(own, self.validation, 2 if averages else 1, rng)
        groups = own.numbers[training] if averages else np.zeros(len(training), int)
        fewest = int(np.bincount(groups, minlength=len(own.counts) if averages else 1).min())
        size = min(self.batch_size, fewest)
        if averages:
            check_averages(size, fewest)
        if self.n_hidden and not any(isinstance(term, HiddenRateTerm) and term.weight > 0 for term in terms):
            _say("hidden neurons without a HiddenRateTerm may fall silent for ever: look at hidden_rates_")
        made, further = split_options(self.options)
        network = SpikingGLM(
            recording.n_neurons, self.n_hidden, self.n_lags, surrogate=cast(Any, self.surrogate), **made
        )
        order = np.concatenate([training, held])
        circuit = SampleAndMeasureFit(
            network, recording.spikes[order], own.stimulus, own.numbers[order], terms, self.likelihood_weight,
            None if self.features is None else StimulusFeatures.of(self.features), n_validation=len(held),
            batch_size=size, learning_rate=self.learning_rate, **further,
        )  # fmt: skip
        return circuit, TrialBatches(groups, size, self.n_updates, self.random_state)

    def _take(self, parameters: GLMParameters) -> None:
        network = self.circuit_.network
        self.parameters_ = jax.tree.map(np.asarray, parameters)
        shape = network.n_lags, network.n_neurons, network.n_neurons
        self.kernels_ = self.parameters_.kernels.reshape(shape)[::-1] / network.threshold
        self.couplings_ = self.kernels_.sum(axis=0)
        self.inputs_ = self.parameters_.inputs / network.threshold
        self.bias_ = self.parameters_.bias / network.threshold - 1

    def _warn_of_hidden(self) -> None:
        odd = np.flatnonzero((self.hidden_rates_ < _SILENT) | (self.hidden_rates_ > _BUSY))
        if len(odd):
            _say(f"hidden neurons {', '.join(map(str, odd))} do not change any more: see hidden_rates_")

    def _potentials(self, recording: SpikeRecording, seed: int) -> np.ndarray:
        own = self._given(recording)
        return forced_potentials(self.circuit_, self.parameters_, recording, own, seed)

    def _given(self, recording: SpikeRecording) -> StimulusTrials:
        check_is_fitted(self, "parameters_")
        check_alike(recording, self.circuit_.network.n_recorded, self.circuit_.stimulus.shape[2])
        return trials_of(recording)


def _say(sentence: str) -> None:
    warnings.warn(sentence, UserWarning, stacklevel=4)
