"""From a recording to what a fit to trials is given: conditions by number, their stimuli, and trials for validation."""

import warnings
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from bouton.errors import InputError
from bouton.recordings.spike_recording import SpikeRecording

__all__ = ["StimulusTrials", "check_alike", "check_averages", "split_trials", "trials_of"]


_FEW = 5


class StimulusTrials(NamedTuple):
    """Which trials had the same stimulus."""

    numbers: Int[np.ndarray, " trials"]
    """From 0 on, in order of the recording's conditions."""
    stimulus: Float[np.ndarray, "conditions bins channels"]
    names: np.ndarray
    """The recording's conditions."""

    @property
    def counts(self) -> Int[np.ndarray, " conditions"]:
        """Number of trials of each condition."""
        return np.bincount(self.numbers)


def trials_of(recording: SpikeRecording) -> StimulusTrials:
    """Return the conditions of a recording.

    Raises
    ------
    InputError
        If trials of one condition had different stimuli.
    """
    names, first, numbers = np.unique(recording.conditions, return_index=True, return_inverse=True)
    stimulus = recording.stimulus[first]
    for trial, number in enumerate(numbers):
        if not np.array_equal(recording.stimulus[trial], stimulus[number]):
            raise InputError(
                f"trials {int(first[number])} and {trial} are of condition {names[number]}, and their stimuli differ: "
                "averages over them mean nothing; give SpikeRecording(..., conditions=...), a number for each stimulus"
            )
    return StimulusTrials(numbers, stimulus, names)


def split_trials(
    trials: StimulusTrials, share: float, least: int, rng: np.random.Generator
) -> tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]]:
    """Return numbers of trials to learn from and for validation, the same share of each condition.

    Parameters
    ----------
    trials : StimulusTrials
        All trials.
    share : float
        Of those for validation.
    least : int
        Fewer of a condition than this are none.
    rng : numpy.random.Generator
        Chooses.
    """
    training, validation = [], []
    for number, count in enumerate(trials.counts):
        members = rng.permutation(np.flatnonzero(trials.numbers == number))
        own = round(share * count)
        own = own if own >= least else 0
        validation.append(members[:own])
        training.append(members[own:])
    return tuple(np.sort(np.concatenate(each)) for each in (training, validation))  # pyright: ignore[reportReturnType]


def check_alike(recording: SpikeRecording, n_neurons: int, n_channels: int) -> None:
    """Refuse a recording of other neurons or other channels than a model was fitted to."""
    if recording.n_neurons != n_neurons:
        raise InputError(f"the model has {n_neurons} neurons, the recording {recording.n_neurons}")
    if recording.stimulus.shape[2] != n_channels:
        raise InputError(
            f"the model sees {n_channels} channels of stimulus, the recording {recording.stimulus.shape[2]}"
        )


def check_averages(size: int, fewest: int) -> None:
    """Refuse single trials where averages over them count, and warn of few.

    Parameters
    ----------
    size : int
        Trials of a mini-batch.
    fewest : int
        Trials of the condition that has the fewest to learn from.
    """
    if fewest < 2:
        raise InputError(
            "a condition has one trial to learn from, and the terms compare averages over trials: noise would be "
            "0 by definition. Give trials of the same stimulus the same condition, or fit the likelihood, terms=()"
        )
    if size < _FEW:
        warnings.warn(
            f"averages over {size} trials are noisy, and noise correlations too small by 1 in {size}",
            UserWarning,
            stacklevel=4,
        )
