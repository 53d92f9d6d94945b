"""Spike trains: what a simulation leaves, as times and neurons; rates, intervals, and what is odd about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import PRNGKeyArray
from numpy.typing import ArrayLike

from bouton.analysis import interval_variation
from bouton.data import times_in_milliseconds
from bouton.engine import Recording, run
from bouton.errors import InputError, MissingDependencyError
from bouton.spiking.frames import NetworkState
from bouton.spiking.inputs import network_inputs
from bouton.spiking.network import SpikingNetwork

__all__ = ["Simulated", "SpikeTrains", "joined", "simulate", "trains_from_recording"]

_FRAMES_AT_ONCE = 100
_SILENT_MS = 1000.0
_EPILEPTIC_HZ = 200.0


@dataclass(frozen=True)
class SpikeTrains:
    """Spikes of some neurons in a stretch of time, in the order of time.

    Parameters
    ----------
    times : array, shape (spikes,)
        In ms.
    neurons : array of int, shape (spikes,)
        Who fired, from 0.
    n_neurons : int
        How many neurons there are.
    start, stop : float
        The stretch of time, in ms: after the start, up to the stop.
    lost : int
        How many spikes are missing because there was no room to record them.

    Examples
    --------
    >>> import numpy as np
    >>> times, neurons = np.array([10.0, 20.0, 30.0, 40.0]), np.array([0, 1, 0, 0])
    >>> trains = SpikeTrains(times, neurons, n_neurons=2, start=0.0, stop=100.0)
    >>> trains.rates().tolist(), trains.intervals(0).tolist()
    ([30.0, 10.0], [20.0, 10.0])
    """

    times: np.ndarray
    neurons: np.ndarray
    n_neurons: int
    start: float
    stop: float
    lost: int = 0

    def __post_init__(self) -> None:
        neurons = np.asarray(self.neurons)
        if neurons.size and neurons.dtype.kind not in "iu" and not np.all(neurons == np.round(neurons)):
            raise InputError("neurons must be whole numbers")
        object.__setattr__(self, "times", times_in_milliseconds(self.times, of_one_neuron=False))
        object.__setattr__(self, "neurons", neurons.astype(np.int64))
        if self.times.shape != self.neurons.shape or self.times.ndim != 1:
            raise InputError(
                f"times and neurons must be of one length, got {self.times.shape} and {self.neurons.shape}"
            )
        late = np.flatnonzero(np.diff(self.times) < 0)
        if len(late):
            raise InputError(f"spike times must be in order, but time {late[0] + 1} lies before the one before it")
        if len(self.neurons) and not (self.neurons.min() >= 0 and self.neurons.max() < self.n_neurons):
            raise InputError(f"neurons must lie between 0 and {self.n_neurons - 1}")
        if not self.stop > self.start:
            raise InputError(f"stop must lie after start, got {self.start} and {self.stop} ms")
        outside = np.flatnonzero((self.times < self.start) | (self.times > self.stop))
        if len(outside):
            raise InputError(
                f"spike {outside[0]} is at {self.times[outside[0]]:g} ms, outside of {self.start:g} to {self.stop:g} "
                "ms: widen the stretch, or leave such spikes out"
            )

    @property
    def duration(self) -> float:
        """Length of the stretch, in ms."""
        return self.stop - self.start

    def of(self, first: int, last: int) -> "SpikeTrains":
        """Return the trains of the neurons from `first` to before `last`, which are counted from 0 anew."""
        own = (self.neurons >= first) & (self.neurons < last)
        return SpikeTrains(self.times[own], self.neurons[own] - first, last - first, self.start, self.stop, self.lost)

    def between(self, start: float, stop: float) -> "SpikeTrains":
        """Return the spikes of a part of the time, in ms."""
        own = (self.times > start) & (self.times <= stop)
        return SpikeTrains(self.times[own], self.neurons[own], self.n_neurons, start, stop, self.lost)

    def by_neuron(self) -> list[np.ndarray]:
        """Return the spike times of each neuron, in ms."""
        order = np.argsort(self.neurons, kind="stable")
        ends = np.cumsum(np.bincount(self.neurons, minlength=self.n_neurons))
        return np.split(self.times[order], ends[:-1])

    def rates(self) -> np.ndarray:
        """Return the mean rate of each neuron, in Hz."""
        return np.bincount(self.neurons, minlength=self.n_neurons) / self.duration * 1e3

    def population_rate(self, width: float = 5.0) -> tuple[np.ndarray, np.ndarray]:
        """Return the rate of all neurons together over time: the middle of each bin in ms, and Hz per neuron."""
        n_bins = round(self.duration / width)
        if n_bins < 1:
            raise InputError(f"width must not exceed the duration of {self.duration} ms, got {width}")
        edges = self.start + width * np.arange(n_bins + 1)
        # A spike at the end of a bin belongs to it; a little less than the time is there to be safe from rounding.
        counts = np.histogram(self.times - 1e-6 * width, edges)[0]
        return (edges[:-1] + edges[1:]) / 2, counts / self.n_neurons / width * 1e3

    def intervals(self, neuron: int) -> np.ndarray:
        """Return the intervals between the spikes of a neuron, in ms."""
        return np.diff(self.times[self.neurons == neuron])

    def variation(self, least: int = 3) -> np.ndarray:
        """Return the coefficient of variation of each neuron's intervals; NaN for fewer intervals than `least`."""
        return interval_variation(self.by_neuron(), least)

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know: silence, runaway activity, spikes that were not recorded."""
        found = []
        last = self.times[-1] if len(self.times) else self.start
        if self.stop - last >= _SILENT_MS:
            found.append(f"the network is silent: no spike after {last:.1f} ms")
        mean = float(np.mean(self.rates()))
        if mean > _EPILEPTIC_HZ:
            found.append(f"the network is epileptic: its mean rate is {mean:.0f} Hz")
        if self.lost:
            found.append(f"{self.lost} spikes were not recorded: build the network with a larger capacity")
        return tuple(found)

    def to_neo(self) -> Any:
        """Return a list of `neo.SpikeTrain`, one for each neuron.

        Raises
        ------
        MissingDependencyError
            If neo is not installed.
        """
        try:
            import neo  # pyright: ignore[reportMissingImports]
        except ImportError as error:
            raise MissingDependencyError("to_neo needs neo: pip install 'bouton[neuro]'") from error
        stretch: Any = {"t_start": self.start, "t_stop": self.stop}
        return [neo.SpikeTrain(times, units="ms", **stretch) for times in self.by_neuron()]

    def to_pynapple(self) -> Any:
        """Return a `pynapple.TsGroup`, one train for each neuron.

        Raises
        ------
        MissingDependencyError
            If pynapple is not installed.
        """
        try:
            import pynapple  # pyright: ignore[reportMissingImports]
        except ImportError as error:
            raise MissingDependencyError("to_pynapple needs pynapple: pip install 'bouton[neuro]'") from error
        support = pynapple.IntervalSet(self.start, self.stop, time_units="ms")
        options = {"time_units": "ms", "time_support": support}
        trains = {k: pynapple.Ts(times, **options) for k, times in enumerate(self.by_neuron())}
        return pynapple.TsGroup(trains, time_support=support)


def trains_from_recording(network: SpikingNetwork, spikes: Recording, lost: Recording | None = None) -> SpikeTrains:
    """Return the spikes that a run recorded with ``record={"spikes": 1, "lost": 1}``.

    Parameters
    ----------
    network : SpikingNetwork
        What ran.
    spikes, lost : Recording
        The recordings of these names; without `lost` nothing is known of spikes that did not fit.

    Returns
    -------
    SpikeTrains
        Of all groups one after the other; see `SpikingNetwork.offset`.

    Raises
    ------
    InputError
        If the recording does not hold every frame.
    """
    steps = np.asarray(spikes.steps)
    if not len(steps) or np.any(np.diff(steps) != 1):
        raise InputError('spikes must be recorded in every frame: record={"spikes": 1, "lost": 1}')
    events = np.asarray(spikes.values).reshape(-1, 2)
    events = events[events[:, 0] > 0]
    h = float(network.time_step)
    start, stop = (float(frames * network.frame_steps * h) for frames in (steps[0] - 1, steps[-1]))
    missing = 0 if lost is None else int(np.sum(lost.values))
    return SpikeTrains(events[:, 0] * h, events[:, 1], network.n_neurons, start, stop, missing)


@dataclass(frozen=True)
class Simulated:
    """What `simulate` leaves: the state at the end, and the spikes."""

    state: NetworkState
    spikes: SpikeTrains


def simulate(
    network: SpikingNetwork,
    duration: float,
    *,
    key: PRNGKeyArray,
    currents: ArrayLike | None = None,
    signals: Mapping[str, ArrayLike] | None = None,
    rates: Mapping[str, ArrayLike] | None = None,
    state: NetworkState | None = None,
    progress: bool = False,
) -> Simulated:
    """Simulate a network for some time and keep its spikes; memory grows with the spikes alone.

    Parameters
    ----------
    network : SpikingNetwork
        What is simulated.
    duration : float
        In ms, a multiple of the network's frame.
    key : PRNG key
        Where chance comes from.
    currents : array, shape (groups,) or (frames, groups), optional
        External current into each group, in pA. Default: none.
    signals, rates : dict of str to array, optional
        What plastic synapses see, and rates of sources, as `network_inputs` takes them.
    state : NetworkState, optional
        Where to go on from. Default: the start.
    progress : bool
        Show a progress bar for every hundred frames. Default False.

    Returns
    -------
    Simulated
        State and spikes; times count from the start of the network.

    Raises
    ------
    InputError
        If the duration is no multiple of the frame, or the currents have another shape.

    Examples
    --------
    >>> import jax
    >>> from bouton.spiking import cuba_network
    >>> found = simulate(cuba_network(400, 0.2), 50.0, key=jax.random.key(0))
    >>> found.spikes.duration, int(found.state.time), found.spikes.lost
    (50.0, 500, 0)
    """
    n_frames = round(duration / network.frame)
    if n_frames < 1 or abs(n_frames * network.frame - duration) > 1e-6 * duration:
        raise InputError(f"duration must be a multiple of the frame of {network.frame} ms, got {duration}")
    rows = network_inputs(network, n_frames, currents=currents, signals=signals, rates=rates)
    done = 0 if state is None else int(state.time) // network.frame_steps
    parts = []
    for first in range(0, n_frames, _FRAMES_AT_ONCE):
        part = run(
            network,
            jax.tree.map(lambda leaf, first=first: leaf[first : first + _FRAMES_AT_ONCE], rows),
            key=key,
            state=state,
            first_step=done + first,
            record={"spikes": 1, "lost": 1},
            progress=progress,
        )
        state = part.state
        parts.append(trains_from_recording(network, part.recordings["spikes"], part.recordings["lost"]))
    assert state is not None
    return Simulated(state, joined(parts))


def joined(parts: Sequence[SpikeTrains]) -> SpikeTrains:
    """Return the trains of stretches of time that follow each other as those of one."""
    times, neurons = (np.concatenate([getattr(part, name) for part in parts]) for name in ("times", "neurons"))
    lost = sum(part.lost for part in parts)
    return SpikeTrains(times, neurons, parts[0].n_neurons, parts[0].start, parts[-1].stop, lost)
