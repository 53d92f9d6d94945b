"""Which content is active: logistic regression on filtered spikes, as a readout and as for data of fMRI."""

from typing import Any

import numpy as np

from bouton._fields import Positive
from bouton.errors import InputError
from bouton.spiking.trains import SpikeTrains

__all__ = ["ContentDecoder", "filtered_activity", "voxels"]


def filtered_activity(
    trains: SpikeTrains, times: np.ndarray, time_constant: float = 20.0, length: float = 100.0
) -> np.ndarray:
    r"""Return spikes filtered by :math:`e^{-t/\tau}`, cut off after some time.

    Parameters
    ----------
    trains : SpikeTrains
        The spikes.
    times : array, shape (times,)
        When to look, in ms.
    time_constant, length : float
        Of the filter, in ms. Default 20 and 100.

    Returns
    -------
    array (times, neurons)

    Examples
    --------
    >>> trains = SpikeTrains(np.array([10.0]), np.array([1]), 2, 0.0, 100.0)
    >>> filtered_activity(trains, np.array([10.0, 30.0])).round(3).tolist()
    [[0.0, 1.0], [0.0, 0.368]]
    """
    found = np.zeros((len(times), trains.n_neurons))
    for row, time in zip(found, times, strict=True):
        first, last = np.searchsorted(trains.times, [time - length, time], side="right")
        np.add.at(row, trains.neurons[first:last], np.exp((trains.times[first:last] - time) / time_constant))
    return found


def voxels(
    trains: SpikeTrains, start: float, stop: float, n_voxels: int = 5, burn_in: float = 50.0, step: float = 1.0
) -> np.ndarray:
    """Return the filtered activity of consecutive neurons, summed over each voxel and averaged over a window.

    Parameters
    ----------
    trains : SpikeTrains
        Of the excitatory neurons of a space.
    start, stop : float
        The window, in ms.
    n_voxels : int
        Default 5.
    burn_in : float
        What is left out at the beginning of the window, in ms. Default 50.
    step : float
        Between times that are averaged, in ms. Default 1.

    Returns
    -------
    array (n_voxels,)
    """
    times = np.arange(start + burn_in, stop, step)
    each = filtered_activity(trains, times).mean(axis=0)
    return np.array([part.sum() for part in np.array_split(each, n_voxels)])


class ContentDecoder:
    """Multinomial logistic regression from filtered spikes to content.

    Parameters
    ----------
    burn_in : float
        What is left out at the beginning of each window, in ms. Default 50.
    step : float
        Between times at which it looks, in ms. Default 5.

    Examples
    --------
    >>> trains = SpikeTrains(np.arange(1.0, 400, 4), np.repeat([0, 1], 50), 2, 0.0, 400.0)
    >>> decoder = ContentDecoder().fit(trains, {(0.0, 200.0): 0, (200.0, 400.0): 1})
    >>> decoder.predict(trains, 200.0, 400.0)
    1
    """

    def __init__(self, burn_in: Positive = 50.0, step: Positive = 5.0):
        self.burn_in, self.step = burn_in, step
        self._model: Any = None

    def fit(self, trains: SpikeTrains, windows: dict[tuple[float, float], int]) -> "ContentDecoder":
        """Learn from windows in which contents are shown."""
        from sklearn.linear_model import LogisticRegression

        rows = [self._look(trains, *window) for window in windows]
        labels = np.repeat(list(windows.values()), [len(row) for row in rows])
        self._model = LogisticRegression(max_iter=1000).fit(np.concatenate(rows), labels)
        return self

    def predict(self, trains: SpikeTrains, start: float, stop: float) -> int:
        """Return the content that most times of a window speak for."""
        if self._model is None:
            raise InputError("the decoder has not learned yet: call fit() first")
        votes = self._model.predict(self._look(trains, start, stop))
        return int(np.bincount(votes.astype(int)).argmax())

    def _look(self, trains: SpikeTrains, start: float, stop: float) -> np.ndarray:
        return filtered_activity(trains, np.arange(start + self.burn_in, stop, self.step))
