"""Statistics of spike trains."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

__all__ = ["interval_variation"]


def interval_variation(trains: Iterable[np.ndarray], least: int = 3) -> Float[np.ndarray, " neurons"]:
    """Return the coefficient of variation of inter-spike intervals: 0 for a clock, 1 for a Poisson process.

    Parameters
    ----------
    trains : iterable of array (spikes,)
        Spike times of each neuron, in ascending order.
    least : int
        The least number of intervals to judge by. Default 3.

    Returns
    -------
    array (neurons,)
        NaN for fewer intervals than `least`.

    Examples
    --------
    >>> interval_variation([np.array([0.0, 10.0, 20.0, 30.0]), np.array([5.0])]).tolist()
    [0.0, nan]
    """
    intervals = (np.diff(times) for times in trains)
    return np.array([np.std(each) / np.mean(each) if len(each) >= least else np.nan for each in intervals])
