"""neuLVM: the populations behind a few recorded neurons, their couplings and their activity in single trials.

Source: S. Wang, V. Schmutz, G. Bellec, W. Gerstner, "Mesoscopic modeling of hidden spiking neurons", NeurIPS 2022,
arXiv:2205.13493.
"""

import os
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from bouton._arguments import check_sizes
from bouton.dynamics import AgeBins, Populations
from bouton.errors import InputError
from bouton.recordings._running import Found, curvature_of, run_fit, warn_if_coarse, warn_of_ends
from bouton.recordings.fit import MesoscopicFit
from bouton.recordings.networks import MesoscopicNetwork
from bouton.recordings.parameters import FREE, FreeParameters, Kind, separate_groups
from bouton.recordings.preparation import Prepared, checked_labels, prepared
from bouton.recordings.simulate import PopulationRun, simulate_mesoscopic
from bouton.recordings.spike_recording import SpikeRecording

__all__ = ["NeuLVM"]


class NeuLVM(BaseEstimator):
    """A latent variable model of spikes, whose latents are the activities of populations of hidden neurons.

    Parameters
    ----------
    populations : Populations
        Typical values, to which bounds are relative; what is not free stays as it is here.
    groups : tuple of tuples of int, optional
        Which couplings are one free number: see `FreeParameters`. Default: each for itself.
    free : tuple of str
        Of "couplings", "membrane_rates", "drives", "thresholds". Default: all.
    lower, upper : float
        Bounds of the free parameters, as multiples of the typical values. Default 0.4 and 2.
    window : float
        How far back spikes are remembered, in ms: the beginning of each trial, for this long, is only looked back at.
        Default 1000.
    scheme : {"exp", "euler"}
        How potentials go on over a bin; "euler" is that of the authors' program. Default "exp".
    smoothing : float
        Standard deviation of the Gaussian that smooths the recorded spikes into latents to begin with, in ms. Default
        400.
    n_restarts : int
        Fits from other random parameters, of which that of the lowest loss counts. Default 5.
    random_state : int
        Seed. Default 0.
    options : dict, optional
        Further fields of `MesoscopicFit`: `learning_rate`, `search_steps`, `latent_steps`, `patience`, `rounds`.

    Attributes
    ----------
    populations_ : Populations
        The fitted ones.
    couplings_ : array (populations, populations)
        From the population of the row to that of the column.
    parameters_ : dict of str to float
        The free parameters by name.
    latents_ : array (trials, bins, populations)
        Fraction of each population that fires in each bin, after the first `window` of each trial.
    rates_ : array (trials, bins, populations)
        The same in Hz.
    loss_ : float
        Of the fit that counts; `losses_` holds that of every one.
    loss_curve_ : array (evaluations,)
        Of the fit that counts.
    circuit_ : MesoscopicFit
        It.

    References
    ----------
    S. Wang, V. Schmutz, G. Bellec, W. Gerstner, NeurIPS 2022, arXiv:2205.13493.

    Examples
    --------
    >>> from bouton.dynamics import Populations
    >>> from bouton.recordings import MicroscopicNetwork, NeuLVM, SpikeRecording, simulate_microscopic
    >>> one = Populations((100,), ((2.0,),), (9.0,), (3.7,), (50.0,), (333.0,))
    >>> spikes = simulate_microscopic(MicroscopicNetwork(one, 0.5), 150, n_recorded=5).spikes
    >>> model = NeuLVM(one, free=("drives",), window=200.0, n_restarts=1)
    >>> model.fit(SpikeRecording(spikes, 4.0), labels=[0] * 5).latents_.shape
    (1, 100, 1)
    """

    def __init__(
        self,
        populations: Populations,
        *,
        groups: tuple[tuple[int, ...], ...] | None = None,
        free: tuple[Kind, ...] = FREE,
        lower: float = 0.4,
        upper: float = 2.0,
        window: float = 1000.0,
        scheme: Literal["exp", "euler"] = "exp",
        smoothing: float = 400.0,
        n_restarts: int = 5,
        random_state: int = 0,
        options: dict[str, Any] | None = None,
    ):
        self.populations = populations
        self.groups = groups
        self.free = free
        self.lower = lower
        self.upper = upper
        self.window = window
        self.scheme = scheme
        self.smoothing = smoothing
        self.n_restarts = n_restarts
        self.random_state = random_state
        self.options = options

    def fit(
        self,
        recording: SpikeRecording,
        labels: ArrayLike,
        *,
        latents: ArrayLike | None = None,
        fixed_latents: bool = False,
        inputs: ArrayLike | None = None,
        checkpoint: str | os.PathLike | None = None,
        resume: bool = False,
        progress: bool = False,
    ) -> "NeuLVM":
        """Fit parameters and latents in turns.

        Parameters
        ----------
        recording : SpikeRecording
            What was recorded; its bins are those of the model.
        labels : array of int (neurons,)
            Population of each neuron: see `assign_populations` where it is not known.
        latents : array (trials, bins, populations), optional
            Fractions to begin with, after the first `window`. Default: the recorded spikes, smoothed.
        fixed_latents : bool
            Whether latents are known and only parameters are fitted. Default False.
        inputs : array (channels, populations), optional
            What one unit of each channel of the recording's stimulus adds to the drive, in units of the noise's width
            per s. Default: the stimulus is not used.
        checkpoint : path, optional
            Folder for checkpoints.
        resume : bool
            Whether to go on from the checkpoints in it. Default False.
        progress : bool
            Whether to show a progress bar. Default False.

        Returns
        -------
        NeuLVM
            Itself.

        Raises
        ------
        InputError
            If the recording, labels or latents cannot be used.
        Diverged
            If the loss of spikes or of latents is no longer a number; the sentence says which.
        """
        bins, free = self._bins(recording), self._free()
        warn_if_coarse(self.populations, bins)
        count = self.populations.count
        own = checked_labels(labels, recording.n_neurons, count)
        if fixed_latents and latents is None:
            raise InputError("fixed_latents needs the latents: give latents=...")
        given = self._prepared(recording, own, bins, latents, inputs)
        best: Found | None = None
        check_sizes(n_restarts=self.n_restarts)
        self.losses_ = np.zeros(self.n_restarts)
        for number in range(self.n_restarts):
            folder = None if checkpoint is None else Path(checkpoint) / f"start-{number}"
            circuit = self._circuit(free, bins, given, own, infers=not fixed_latents)
            found = run_fit(circuit, (self.random_state, number), checkpoint=folder, resume=resume, progress=progress)
            self.losses_[number] = found.loss
            if best is None or found.loss < best.loss:
                best, self.circuit_ = found, circuit
        assert best is not None
        self.labels_, self.inputs_, self.n_neurons_in_ = own, inputs, recording.n_neurons
        self.loss_, self.loss_curve_, self.point_ = best.loss, best.curve, best.point
        self.populations_ = free.populations(self.point_)
        self.couplings_ = np.array(self.populations_.couplings)
        named = zip(free.names, free.plain(self.point_), free.varies, strict=True)
        self.parameters_ = {name: float(value) for name, value, varies in named if varies}
        self.latents_ = best.latents
        self.rates_ = self.latents_ / bins.seconds
        self.bins_ = bins
        warn_of_ends(free, best)
        return self

    def infer(
        self, recording: SpikeRecording, labels: ArrayLike | None = None, *, latents: ArrayLike | None = None
    ) -> Float[np.ndarray, "trials bins populations"]:
        """Return the latents of another recording, given the fitted parameters.

        Parameters
        ----------
        recording : SpikeRecording
            Of the same bins.
        labels, latents
            As of `fit`; labels are those of the fit by default.
        """
        return self._inferred(recording, labels, latents).latents

    def log_likelihood(self, recording: SpikeRecording | None = None, labels: ArrayLike | None = None) -> float:
        """Return the joint log likelihood of spikes and latents, in total.

        Parameters
        ----------
        recording : SpikeRecording, optional
            Default: the one that was fitted; latents of another one are inferred first.
        labels : array of int, optional
            As of `fit`.
        """
        check_is_fitted(self, "populations_")
        if recording is None:
            return -self.loss_ * self.latents_.size
        found = self._inferred(recording, labels, None)
        return -found.loss * found.latents.size

    def condition_number(self) -> float:
        """Return how much worse the data fix one direction of the free parameters than another.

        The largest over the smallest eigenvalue of the second derivatives of the loss by the free parameters, each in
        units of its box, at the fitted point: in the thousands and beyond, some combination of them is hardly fixed.
        Infinite where the point is no minimum in all directions, such as at a bound.
        """
        check_is_fitted(self, "populations_")
        curvature = curvature_of(self.circuit_, self.point_, np.moveaxis(self.latents_, 2, 1))
        values = np.linalg.eigvalsh(curvature)
        return float(values[-1] / values[0]) if values[0] > 0 else float("inf")

    def simulate(self, duration: float, *, seed: int = 0) -> PopulationRun:
        """Let the fitted model run freely.

        Parameters
        ----------
        duration : float
            In ms.
        seed : int, default 0
            Of its noise.
        """
        check_is_fitted(self, "populations_")
        n_bins = int(duration / self.bins_.time_step + 1e-9)
        return self.stimulate(np.zeros((n_bins, self.populations_.count)), seed=seed)

    def stimulate(self, external: ArrayLike, *, seed: int = 0) -> PopulationRun:
        """Let the fitted model run under an external drive: what it predicts of a stimulation.

        Parameters
        ----------
        external : array (bins, populations)
            External drive, in units of the noise's width per s.
        seed : int, default 0
            Of its noise.
        """
        check_is_fitted(self, "populations_")
        rates = tuple(np.maximum(self.rates_[0, 0], 0.5).tolist())
        return simulate_mesoscopic(MesoscopicNetwork(self.populations_, self.bins_, rates), external, seed)

    def _bins(self, recording: SpikeRecording) -> AgeBins:
        if not isinstance(recording, SpikeRecording):
            raise InputError(f"recording must be a SpikeRecording, got {type(recording).__name__}: make one of counts")
        ages, scheme = round(self.window / recording.time_step), cast(Any, self.scheme)
        return AgeBins(recording.time_step, self.populations.refractory_time, ages, scheme)

    def _free(self) -> FreeParameters:
        groups = separate_groups(self.populations.couplings) if self.groups is None else self.groups
        return FreeParameters(self.populations, groups, self.free, self.lower, self.upper)

    def _prepared(self, recording: Any, labels: Any, bins: AgeBins, latents: Any, inputs: Any) -> Prepared:
        width = self.smoothing / recording.time_step
        matrix = None if inputs is None else np.asarray(inputs, np.float64)
        return prepared(recording, labels, bins, self.populations.count, width=width, latents=latents, inputs=matrix)

    def _circuit(self, free: Any, bins: Any, given: Prepared, labels: Any, **fields: Any) -> MesoscopicFit:
        return MesoscopicFit(
            free, bins, given.spikes, given.released, labels, given.external, given.rates, given.smoothed,
            **(self.options or {}) | fields,
        )  # fmt: skip

    def _inferred(self, recording: Any, labels: Any, latents: Any) -> Found:
        check_is_fitted(self, "populations_")
        bins = self._bins(recording)
        own = checked_labels(self.labels_ if labels is None else labels, recording.n_neurons, self.populations.count)
        given = self._prepared(recording, own, bins, latents, self.inputs_)
        circuit = self._circuit(self._free(), bins, given, own)
        return run_fit(circuit, (self.random_state, 0), point=self.point_)
