"""What the sections share: the data, the network, and how it is fitted."""

import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from bouton.dynamics import Populations
from bouton.recordings import (
    MicroscopicNetwork,
    NeuLVM,
    PopulationRun,
    SpikeRecording,
    sides,
    simulate_microscopic,
    winner_take_all,
)

__all__ = ["FULL", "GROUPS", "RATES", "Data", "Recorded", "fitted", "recordings", "tiny"]

FULL = ("laptop", "paper")
GROUPS = ((1, 0, 1), (0, 2, 2), (-3, -3, -3))
RATES = (5.0, 20.0, 25.0)
_BIN = 4.0


@dataclass(frozen=True)
class Data:
    """Sizes of the data: trials of so many seconds after a past of `window` ms, cut from one long run."""

    simulated: float = 72.0
    seconds: float = 10.0
    window: float = 1000.0
    recordings: int = 4
    neurons: int = 3
    time_step: float = 0.2


def tiny() -> Data:
    """Return sizes for tests."""
    return Data(simulated=1.6, seconds=0.4, window=120.0, recordings=1, time_step=1.0)


class Recorded(NamedTuple):
    """One recording, and what happened behind it."""

    recording: SpikeRecording
    labels: np.ndarray
    true: np.ndarray
    """Fractions of each population in each bin after the past."""


def recordings(data: Data, seed: int, populations: Populations | None = None) -> list[Recorded]:
    """Return the first stretches of a run of single neurons in which the stronger population changes.

    Where there are not enough of them (at sizes for tests), other stretches are taken.
    """
    network = MicroscopicNetwork(populations or winner_take_all(), data.time_step, RATES)
    n_bins = int(1e3 * data.simulated / _BIN)
    run = simulate_microscopic(network, n_bins, seed, n_recorded=data.neurons)
    past, length = round(data.window / _BIN), round(1e3 * data.seconds / _BIN)
    begins = list(range(0, n_bins - past - length + 1, past + length))
    ahead = sides(run.fractions, _BIN)
    changing = [begin for begin in begins if len({*ahead[begin + past : begin + past + length].tolist()} - {0}) > 1]
    others = [begin for begin in begins if begin not in changing]
    return [_cut(run, begin, past, length) for begin in (changing + others)[: data.recordings]]


def _cut(run: PopulationRun, begin: int, past: int, length: int) -> Recorded:
    spikes = np.minimum(run.spikes[begin : begin + past + length], 1)
    return Recorded(SpikeRecording(spikes, _BIN), run.labels, run.fractions[begin + past : begin + past + length])


def fitted(recorded: Recorded, window: float, *, fit: dict[str, Any] | None = None, **options: Any) -> NeuLVM:
    """Return the model fitted to a recording; where a parameter ends is what checks ask, so nothing warns of bounds."""
    model = NeuLVM(winner_take_all(), groups=GROUPS, window=window, **options)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(?s).*ended at (a|its) bound")
        return model.fit(recorded.recording, recorded.labels, **(fit or {}))
