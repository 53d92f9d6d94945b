"""Recorded spikes in bins: trials, neurons, and what was done to them, from arrays and from files of the field."""

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy.typing import ArrayLike

from bouton.data import read_spikes, trains_in_milliseconds
from bouton.errors import InputError

__all__ = ["SpikeRecording", "in_bins"]

_MOST_LOST = 0.01


@dataclass(frozen=True, init=False)
class SpikeRecording:
    """Spikes of several neurons in bins, in one or several trials of the same length.

    Parameters
    ----------
    spikes : array (trials, bins, neurons) or (bins, neurons)
        Number of spikes in each bin; what is above 1 is set to 1, with a warning.
    time_step : float
        Length of a bin, in ms.
    stimulus : array (trials, bins, channels), optional
        What was shown or injected. Default: nothing.
    conditions : array of int (trials,), optional
        Which trials had the same stimulus. Default: all.
    units : sequence, optional
        Names of the neurons. Default: 0, 1, 2, ...
    clip : bool
        Whether more than 1 % of the spikes may be lost where a bin holds several. Default False.

    Raises
    ------
    InputError
        If spikes are no counts, trials differ in length, sizes do not fit, or more than 1 % of the spikes are lost
        where a bin holds several.

    Examples
    --------
    >>> import numpy as np
    >>> recording = SpikeRecording(np.random.default_rng(0).random((2, 100, 3)) < 0.1, time_step=4.0)
    >>> recording.n_trials, recording.n_bins, recording.n_neurons
    (2, 100, 3)
    """

    spikes: UInt8[np.ndarray, "trials bins neurons"]
    time_step: float
    stimulus: Float[np.ndarray, "trials bins channels"]
    conditions: Int[np.ndarray, " trials"]
    units: tuple[Any, ...]

    def __init__(
        self,
        spikes: Any,
        time_step: float,
        stimulus: Any = None,
        conditions: Any = None,
        units: Sequence[Any] = (),
        *,
        clip: bool = False,
    ):
        if not (isinstance(time_step, int | float | np.number) and time_step > 0):
            raise InputError(f"time_step must be positive, in ms, got {time_step!r}")
        spikes = _binary(_counts(spikes), clip)
        trials, bins, neurons = spikes.shape
        stimulus = np.zeros((trials, bins, 0)) if stimulus is None else np.asarray(stimulus, np.float64)
        if stimulus.ndim == 2:
            stimulus = stimulus[None]
        if stimulus.shape[:2] != (trials, bins):
            raise InputError(
                f"stimulus must have a row for each of {trials} trials and {bins} bins, got shape {stimulus.shape}"
            )
        if not np.all(np.isfinite(stimulus)):
            raise InputError("stimulus must be finite")
        conditions = np.zeros(trials, int) if conditions is None else np.asarray(conditions)
        if conditions.shape != (trials,):
            raise InputError(f"conditions must hold one number for each of {trials} trials, got {conditions.shape}")
        units = tuple(units) or tuple(range(neurons))
        if len(units) != neurons:
            raise InputError(f"units must name each of {neurons} neurons, got {len(units)} names")
        if silent := [unit for unit, count in zip(units, spikes.sum(axis=(0, 1)), strict=True) if not count]:
            warnings.warn(
                f"{_listed('unit', silent)} never fired: a model sees nothing of such neurons but their silence; leave "
                "them out with `without` if they were not recorded well",
                UserWarning,
                stacklevel=2,
            )
        own = {"spikes": spikes, "stimulus": stimulus, "conditions": conditions, "units": units}
        for name, value in (own | {"time_step": float(time_step)}).items():
            object.__setattr__(self, name, value)

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return self.spikes.shape[0]

    @property
    def n_bins(self) -> int:
        """Number of bins of a trial."""
        return self.spikes.shape[1]

    @property
    def n_neurons(self) -> int:
        """Number of recorded neurons."""
        return self.spikes.shape[2]

    @property
    def rates(self) -> Float[np.ndarray, " neurons"]:
        """Mean rate of each neuron, in Hz."""
        return 1e3 * self.spikes.mean(axis=(0, 1)) / self.time_step

    def without(self, units: Sequence[Any]) -> "SpikeRecording":
        """Return the recording without some units."""
        if unknown := [unit for unit in units if unit not in self.units]:
            raise InputError(f"there is no unit {unknown[0]!r}; there is {', '.join(map(str, self.units))}")
        return self._of([number for number, unit in enumerate(self.units) if unit not in units])

    def only(self, units: Sequence[Any]) -> "SpikeRecording":
        """Return the recording of some units, in the order given."""
        if unknown := [unit for unit in units if unit not in self.units]:
            raise InputError(f"there is no unit {unknown[0]!r}; there is {', '.join(map(str, self.units))}")
        return self._of([self.units.index(unit) for unit in units])

    def _of(self, places: list[int]) -> "SpikeRecording":
        names = tuple(self.units[place] for place in places)
        return SpikeRecording(self.spikes[..., places], self.time_step, self.stimulus, self.conditions, names)

    @classmethod
    def from_trains(
        cls,
        trains: Any,
        *,
        time_step: float,
        start: float | ArrayLike = 0.0,
        duration: float | None = None,
        stimulus: Any = None,
        conditions: Any = None,
        clip: bool = False,
    ) -> "SpikeRecording":
        """Return spike times in bins: of neo (SpikeTrain, Segment), pynapple (Ts, TsGroup), or plain arrays in ms.

        Parameters
        ----------
        trains : mapping of units to spike times, sequence of spike times, neo.Segment or pynapple.TsGroup
            Plain numbers are in ms.
        time_step : float
            Length of a bin, in ms.
        start : float or array (trials,)
            Begin of the recording, or of each trial, in ms. Default 0.
        duration : float, optional
            Of a trial, in ms. Default: up to the last spike; needed where there are several trials.
        stimulus, conditions, clip
            As of the class.

        Raises
        ------
        InputError
            If times cannot be used, no duration is given for several trials, or one ends after the last spike of all.

        Examples
        --------
        >>> SpikeRecording.from_trains({"a": [1.0, 9.0], "b": [5.0]}, time_step=2.0).spikes[0].sum(axis=0).tolist()
        [2, 1]
        """
        names, times = trains_in_milliseconds(trains)
        begins = np.atleast_1d(np.asarray(start, np.float64))
        last = max((float(each.max()) for each in times if len(each)), default=-np.inf)
        if not np.isfinite(last):
            raise InputError("trains hold no spike")
        if duration is None and len(begins) > 1:
            raise InputError("trials need a duration: give duration=..., in ms, the same for all")
        until_last = time_step * float(np.floor((last - begins[0]) / time_step + 1e-9) + 1)
        length = until_last if duration is None else float(duration)
        if not length >= time_step:
            raise InputError(f"duration must be at least a bin of {time_step:g} ms, got {length:g}")
        if begins.max() > last:
            raise InputError(f"a trial begins at {begins.max():g} ms, and the last spike is at {last:g} ms")
        n_bins = max(int(length / time_step + 1e-9), 1)
        counts = np.stack(
            [np.stack([in_bins(each, begin, time_step, n_bins) for each in times], 1) for begin in begins]
        )
        return cls(counts, time_step, stimulus, conditions, tuple(names), clip=clip)

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike,
        *,
        time_step: float,
        start: Any = 0.0,
        duration: float | None = None,
        clip: bool = False,
        **reading: Any,
    ) -> "SpikeRecording":
        """Return the spikes of a file in bins: NWB, pynapple's, a table, or whatever neo reads.

        Parameters
        ----------
        path : path
            See `bouton.data.read_spikes`.
        time_step, start, duration, clip
            As of `from_trains`.
        **reading
            Further arguments of `bouton.data.read_spikes`, such as `segment` or `time_unit`.
        """
        trains = read_spikes(path, **reading)
        return cls.from_trains(trains, time_step=time_step, start=start, duration=duration, clip=clip)


def in_bins(times: ArrayLike, start: float, time_step: float, n_bins: int) -> Int[np.ndarray, " bins"]:
    """Return how many spikes lie in each bin; those outside are left out.

    Parameters
    ----------
    times : array (spikes,)
        In ms.
    start, time_step : float
        Begin of the first bin, and length of each, in ms.
    n_bins : int
        How many.

    Examples
    --------
    >>> in_bins([0.5, 2.0, 2.5, 9.0], 0.0, 2.0, 3).tolist()
    [1, 2, 0]
    """
    # Files state times in decimals: a spike at the border of a bin belongs to the one that begins there.
    place = np.floor((np.asarray(times, np.float64) - start) / time_step + 1e-9).astype(int)
    return np.bincount(place[(place >= 0) & (place < n_bins)], minlength=n_bins)


def _counts(spikes: Any) -> np.ndarray:
    if isinstance(spikes, list | tuple) and len({np.shape(trial) for trial in spikes}) > 1:
        lengths = sorted({len(trial) for trial in spikes})
        raise InputError(
            f"all trials must have the same number of bins and neurons, got {lengths[0]} to {lengths[-1]} bins: cut "
            "them to the shortest, or fit those of one length"
        )
    counts = np.asarray(spikes)
    if counts.ndim == 2:
        counts = counts[None]
    if counts.ndim != 3 or counts.dtype.kind not in "biuf":
        raise InputError(f"spikes must be counts (trials, bins, neurons), got {counts.dtype} of shape {counts.shape}")
    if 0 in counts.shape:
        raise InputError(f"spikes must hold at least one trial, bin and neuron, got shape {counts.shape}")
    if counts.dtype.kind == "f" and not np.all(np.isfinite(counts)):
        raise InputError("spikes must be finite: leave out trials with missing bins")
    if counts.dtype.kind != "b" and (np.any(counts < 0) or np.any(counts != np.floor(counts))):
        raise InputError("spikes must be whole numbers of spikes, at least 0: rates and smoothed trains are none")
    return counts


def _binary(counts: np.ndarray, clip: bool) -> UInt8[np.ndarray, "trials bins neurons"]:
    lost = int(np.sum(np.maximum(counts.astype(np.int64) - 1, 0)))
    total = int(np.sum(counts, dtype=np.int64))
    if lost > _MOST_LOST * max(total, 1) and not clip:
        raise InputError(
            f"bins hold up to {int(counts.max())} spikes, and {lost} of {total} spikes would be lost: use shorter "
            "bins, or clip=True where only whether a neuron fired counts"
        )
    if lost and not clip:
        warnings.warn(
            f"{lost} of {total} spikes lie in a bin with another one of the same neuron, and were left out",
            UserWarning,
            stacklevel=3,
        )
    return (counts > 0).astype(np.uint8)


def _listed(word: str, names: list[Any]) -> str:
    shown = ", ".join(map(str, names[:5])) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"{word}{'s' if len(names) > 1 else ''} {shown}"
