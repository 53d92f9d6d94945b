"""Populations that take turns: which one is ahead, how often that changes, and what a pulse does to it."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

__all__ = ["Pulses", "pulse_protocol", "pulse_success", "rates_when_ahead", "sides", "switch_count"]

_GAP = 7.0


def sides(
    fractions: Float[np.ndarray, "bins populations"], time_step: float, *, width: float = 200.0, gap: float = _GAP
) -> Int[np.ndarray, " bins"]:
    """Return which of the first two populations is ahead in each bin: 1 or -1, and 0 until that is decided first.

    The difference of their rates is smoothed by a box; who is ahead changes where it passes the gap on the other side.

    Parameters
    ----------
    fractions : array (bins, populations)
        That fire in each bin.
    time_step : float
        Length of a bin, in ms.
    width : float, default 200
        Of the box, in ms.
    gap : float, default 7
        In Hz.

    Examples
    --------
    >>> steps = np.repeat([[0.08, 0.02], [0.02, 0.08]], 100, axis=0)
    >>> int(np.sum(np.diff(sides(steps, 4.0)) != 0))
    1
    """
    from scipy.ndimage import uniform_filter1d

    difference = uniform_filter1d((fractions[:, 0] - fractions[:, 1]) / (1e-3 * time_step), round(width / time_step))
    decided = np.where(difference > gap, 1, np.where(difference < -gap, -1, 0))
    last = np.maximum.accumulate(np.where(decided != 0, np.arange(len(decided)), -1))
    return np.where(last >= 0, decided[last], 0)


def switch_count(fractions: Float[np.ndarray, "bins populations"], time_step: float) -> int:
    """Return how often the population that is ahead changes (see `sides`)."""
    ahead = sides(fractions, time_step)
    return int(np.sum(np.diff(ahead[ahead != 0]) != 0))


def rates_when_ahead(fractions: Float[np.ndarray, "bins populations"], time_step: float) -> Float[np.ndarray, "3"]:
    """Return mean rates in Hz of the population that is ahead, of the other one, and of the third.

    Examples
    --------
    >>> steps = np.repeat([[0.08, 0.02, 0.1], [0.02, 0.08, 0.1]], 500, axis=0)
    >>> rates_when_ahead(steps, 4.0).round(1).tolist()
    [19.8, 5.2, 25.0]
    """
    ahead = sides(fractions, time_step)
    rates = fractions / (1e-3 * time_step)
    first = np.concatenate([rates[ahead == 1, 0], rates[ahead == -1, 1]])
    second = np.concatenate([rates[ahead == 1, 1], rates[ahead == -1, 0]])
    return np.array([first.mean(), second.mean(), rates[:, 2].mean()])


class Pulses(NamedTuple):
    """How often a pulse on the first population brought it ahead.

    Parameters
    ----------
    success : float
        Share of the pulses that found the second one ahead; NaN where there was none.
    count : int
        Number of these.
    """

    success: float
    count: int


def pulse_protocol(
    amplitude: float, time_step: float, *, count: int = 80, period: float = 3000.0, length: float = 200.0, size: int = 3
) -> Float[np.ndarray, "bins populations"]:
    """Return a drive that is a pulse on the first population, once a period.

    Parameters
    ----------
    amplitude : float
        In units of the noise's width per s.
    time_step : float
        Length of a bin, in ms.
    count : int, default 80
        Number of pulses.
    period, length : float
        In ms; pulses end at the middle of their period. Default 3000 and 200.
    size : int, default 3
        Number of populations.

    Examples
    --------
    >>> float(pulse_protocol(5.0, 4.0, count=2).sum() * 0.004)
    2.0
    """
    bins, own = round(period / time_step), round(length / time_step)
    drive = np.zeros((count, bins, size))
    drive[:, bins // 2 - own : bins // 2, 0] = amplitude
    return drive.reshape(-1, size)


def pulse_success(
    fractions: Float[np.ndarray, "bins populations"],
    time_step: float,
    *,
    count: int = 80,
    length: float = 200.0,
    before: float = 300.0,
    after: tuple[float, float] = (500.0, 800.0),
    gap: float = _GAP,
) -> Pulses:
    """Return how often pulses of `pulse_protocol` brought the first population ahead.

    Parameters
    ----------
    fractions : array (bins, populations)
        What happened under the protocol.
    time_step : float
        Length of a bin, in ms.
    count, length
        As of the protocol.
    before : float, default 300
        Before a pulse, in ms, the second population must have been ahead by `gap` in the mean.
    after : tuple of float
        From when to when after the end of the pulse the first one must be ahead, in ms. Default 500 to 800.
    gap : float, default 7
        In Hz.

    Examples
    --------
    >>> fractions = np.tile(np.repeat([[0.02, 0.08], [0.08, 0.02]], 375, axis=0), (3, 1))
    >>> pulse_success(fractions, 4.0, count=3)
    Pulses(success=1.0, count=3)
    """
    rates = np.asarray(fractions) / (1e-3 * time_step)
    difference = (rates[:, 0] - rates[:, 1]).reshape(count, -1)
    end = difference.shape[1] // 2
    begin = end - round(length / time_step)
    found = difference[:, begin - round(before / time_step) : begin].mean(axis=1) < -gap
    window = slice(end + round(after[0] / time_step), end + round(after[1] / time_step))
    won = difference[:, window].mean(axis=1) > 0
    return Pulses(float(won[found].mean()) if found.any() else float("nan"), int(found.sum()))
