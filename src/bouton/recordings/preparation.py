"""From a recording to what a mesoscopic fit is given: past and window, ages of neurons, latents to begin with."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from bouton.dynamics import AgeBins
from bouton.errors import InputError
from bouton.recordings.spike_recording import SpikeRecording

__all__ = ["Prepared", "checked_labels", "prepared", "released_bins", "smoothed_fractions"]

_LEAST_RATE = 0.5


class Prepared(NamedTuple):
    """What a fit is given of a recording; the time before the window is told by rates and ages."""

    spikes: Bool[np.ndarray, "trials neurons bins"]
    released: Int[np.ndarray, "trials neurons bins"]
    rates: Float[np.ndarray, "trials populations"]
    smoothed: Float[np.ndarray, "trials populations bins"]
    external: Float[np.ndarray, "trials populations bins"]


def released_bins(spikes: Bool[np.ndarray, "... bins"], bins: AgeBins) -> Int[np.ndarray, "... bins"]:
    """Return for how many bins a neuron has been out of its refractory time, in each bin.

    A neuron that fired in bin t is held in the bins after it, as long as the refractory time lasts; one that has not
    fired yet has been free since as many bins before the first one as ages are told apart.

    Parameters
    ----------
    spikes : array of bool (..., bins)
        Where there is one.
    bins : AgeBins
        How time is divided.

    Examples
    --------
    >>> released_bins(np.array([[False, True, False, False]]), AgeBins(n_ages=9)).tolist()
    [[9, 10, 0, 1]]
    """
    number = np.arange(spikes.shape[-1])
    last = np.maximum.accumulate(np.where(spikes, number, -np.inf), axis=-1)
    before = np.concatenate([np.full((*spikes.shape[:-1], 1), -np.inf), last[..., :-1]], axis=-1)
    return np.minimum(number - before - bins.held, number + bins.n_ages).astype(np.int32)


def smoothed_fractions(
    spikes: np.ndarray, labels: Int[np.ndarray, " neurons"], count: int, width: float
) -> Float[np.ndarray, "trials bins populations"]:
    """Return the mean of the recorded neurons of each population, smoothed by a Gaussian; NaN where none was recorded.

    Parameters
    ----------
    spikes : array (trials, bins, neurons)
        0 or 1.
    labels : array of int (neurons,)
        Their populations.
    count : int
        Number of populations.
    width : float
        Standard deviation, in bins; edges are mirrored. 0 for none.
    """
    from scipy.ndimage import gaussian_filter1d

    trials, bins, _ = spikes.shape
    found = np.full((trials, bins, count), np.nan)
    for number in np.unique(labels):
        found[..., number] = spikes[..., labels == number].mean(axis=2)
    return gaussian_filter1d(found, width, axis=1, mode="reflect") if width > 0 else found


def checked_labels(labels: object, n_neurons: int, count: int) -> Int[np.ndarray, " neurons"]:
    """Return labels of neurons as whole numbers of populations.

    Raises
    ------
    InputError
        If there is not one for each neuron, or one is out of range.
    """
    found = np.asarray(labels)
    if found.shape != (n_neurons,) or found.dtype.kind not in "iu":
        raise InputError(f"labels must hold a whole number for each of {n_neurons} neurons, got shape {found.shape}")
    if found.min() < 0 or found.max() >= count:
        raise InputError(
            f"labels must lie in 0 to {count - 1}, the numbers of the populations, got {found.min()} to {found.max()}"
        )
    return found.astype(np.int32)


def prepared(
    recording: SpikeRecording,
    labels: Int[np.ndarray, " neurons"],
    bins: AgeBins,
    count: int,
    *,
    width: float,
    latents: np.ndarray | None,
    inputs: np.ndarray | None,
) -> Prepared:
    """Return what a fit is given, the first `n_ages` bins of each trial being its past.

    Raises
    ------
    InputError
        If trials are not longer than the past, a population without a recorded neuron has no latents, or sizes do not
        fit.
    """
    past = bins.n_ages
    if recording.n_bins <= past:
        raise InputError(
            f"trials have {recording.n_bins} bins ({recording.n_bins * bins.time_step:g} ms), and the first {past} "
            f"({past * bins.time_step:g} ms) are only looked back at: record longer, or shorten `window`"
        )
    means = smoothed_fractions(recording.spikes, labels, count, width)
    hidden = np.isnan(means[0, 0])
    if latents is None and hidden.any():
        raise InputError(
            f"population {int(np.argmax(hidden))} has no recorded neuron: give latents to begin with, "
            "fit(..., latents=...), in which every population has fractions"
        )
    window = recording.n_bins - past
    shape = recording.n_trials, window, count
    begin = means[:, past:] if latents is None else np.asarray(latents, np.float64)
    if begin.shape != shape:
        raise InputError(
            f"latents must have shape {shape} (trials, bins after the past, populations), got {begin.shape}"
        )
    seconds = bins.seconds
    before = smoothed_fractions(recording.spikes[:, :past], labels, count, 0).mean(axis=1) / seconds
    before = np.where(np.isnan(before), begin[:, :1].mean(axis=1) / seconds, before)
    external = np.zeros((*shape[:2], count))
    if inputs is not None:
        if inputs.shape != (recording.stimulus.shape[2], count):
            raise InputError(
                f"inputs must have a row for each of {recording.stimulus.shape[2]} channels of the stimulus and a "
                f"column for each of {count} populations, got shape {inputs.shape}"
            )
        external = recording.stimulus[:, past:] @ inputs
    spikes = np.ascontiguousarray(np.moveaxis(recording.spikes > 0, 1, 2))
    return Prepared(
        spikes[..., past:],
        released_bins(spikes, bins)[..., past:],
        np.maximum(before, _LEAST_RATE).astype(np.float32),
        np.ascontiguousarray(np.moveaxis(begin, 1, 2), np.float32),
        np.ascontiguousarray(np.moveaxis(external, 1, 2), np.float32),
    )
