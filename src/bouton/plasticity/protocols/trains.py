"""The spike trains of experimental protocols. Times are in ms, rates in Hz; the first spike is at 0."""

from typing import Literal

import numpy as np

from bouton._arguments import check_at_least_zero, check_finite, check_positive, check_sizes
from bouton.errors import InputError
from bouton.plasticity.spike_times import Trains

__all__ = ["burst_trains", "pair_trains", "poisson_trains", "quadruplet_trains", "triplet_trains"]


def _repeated(pre: list[float], post: list[float], onsets: np.ndarray) -> Trains:
    """Return a pattern of spikes at each onset, moved so that the first spike is at 0."""
    first = min(pre + post)
    found = [(onsets[:, None] + (np.asarray(times, float) - first)).ravel() for times in (pre, post)]
    return Trains(*(np.sort(times) for times in found))


def _onsets(rate: float, count: int) -> np.ndarray:
    check_positive(rate=float(rate))
    check_sizes(count=count)
    return np.arange(count) * (1000 / rate)


def pair_trains(dt: float, rate: float, count: int = 60, blocks: int = 1, block_interval: float = 10_000.0) -> Trains:
    """Return pairs of spikes at a rate, all in a row or in blocks.

    Parameters
    ----------
    dt : float
        From the presynaptic to the postsynaptic spike, in ms; negative for post before pre.
    rate : float
        Of pairs within a block, in Hz.
    count : int
        Pairs of a block. Default 60.
    blocks : int
        Number of blocks. Default 1.
    block_interval : float
        From the start of one block to that of the next, in ms. Default 10 000.

    Returns
    -------
    Trains

    Raises
    ------
    InputError
        If a number is out of its range, or blocks overlap.

    Examples
    --------
    >>> pair_trains(10.0, rate=20.0, count=2)
    Trains(pre=array([ 0., 50.]), post=array([10., 60.]))
    """
    check_finite(dt=float(dt))
    check_sizes(blocks=blocks)
    onsets = _onsets(rate, count)
    if blocks > 1 and onsets[-1] + abs(dt) >= block_interval:
        raise InputError(
            f"block_interval must exceed the length of a block of {onsets[-1] + abs(dt):g} ms, got {block_interval:g}"
        )
    starts = block_interval * np.arange(blocks)
    return _repeated([0.0], [float(dt)], (starts[:, None] + onsets).ravel())


def triplet_trains(
    first: float, second: float, middle: Literal["pre", "post"] = "post", rate: float = 1.0, count: int = 60
) -> Trains:
    """Return triplets of spikes, one neuron firing between two spikes of the other.

    Parameters
    ----------
    first, second : float
        From the first spike to the middle one, and from there to the last, in ms, positive.
    middle : {"pre", "post"}
        Which neuron fires in the middle. Default "post": pre-post-pre.
    rate : float
        Of triplets, in Hz. Default 1.
    count : int
        Number of triplets. Default 60.

    Returns
    -------
    Trains

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> triplet_trains(5.0, 10.0, count=1)
    Trains(pre=array([ 0., 15.]), post=array([5.]))
    """
    check_positive(first=float(first), second=float(second))
    if middle not in ("pre", "post"):
        raise InputError(f"middle must be 'pre' or 'post', got {middle!r}")
    outer, inner = [0.0, float(first + second)], [float(first)]
    return _repeated(*((outer, inner) if middle == "post" else (inner, outer)), _onsets(rate, count))


def quadruplet_trains(gap: float, lag: float = 5.0, rate: float = 1.0, count: int = 60) -> Trains:
    """Return a post-pre and a pre-post pair, a time apart.

    Parameters
    ----------
    gap : float
        From the middle of the post-pre pair to that of the pre-post pair, in ms; negative where pre-post comes first.
        Longer than the lag.
    lag : float
        Between the two spikes of a pair, in ms, positive. Default 5.
    rate : float
        Of quadruplets, in Hz. Default 1.
    count : int
        Number of quadruplets. Default 60.

    Returns
    -------
    Trains

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> quadruplet_trains(20.0, count=1)
    Trains(pre=array([ 5., 20.]), post=array([ 0., 25.]))
    """
    check_positive(lag=float(lag))
    if not np.isfinite(gap) or abs(gap) <= lag:
        raise InputError(f"gap must be finite and longer than the lag of {lag:g} ms, got {gap:g}")
    # The post-pre pair is at 0, the pre-post pair a gap later or earlier.
    return _repeated([float(lag), float(gap)], [0.0, float(gap + lag)], _onsets(rate, count))


def burst_trains(spikes: int, burst_rate: float, lag: float, rate: float = 0.1, count: int = 60) -> Trains:
    """Return single presynaptic spikes, each with a burst of postsynaptic ones.

    Parameters
    ----------
    spikes : int
        Postsynaptic spikes of a burst.
    burst_rate : float
        Of spikes within a burst, in Hz.
    lag : float
        From the presynaptic spike to the first of the burst, in ms; negative where the burst begins before.
    rate : float
        Of bursts, in Hz. Default 0.1.
    count : int
        Number of bursts. Default 60.

    Returns
    -------
    Trains

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> burst_trains(2, burst_rate=50.0, lag=-10.0, count=1)
    Trains(pre=array([10.]), post=array([ 0., 20.]))
    """
    check_sizes(spikes=spikes)
    check_positive(burst_rate=float(burst_rate))
    check_finite(lag=float(lag))
    return _repeated([0.0], list(lag + np.arange(spikes) * (1000 / burst_rate)), _onsets(rate, count))


def poisson_trains(pre_rate: float, post_rate: float, duration: float, rng: np.random.Generator) -> Trains:
    """Return independent Poisson spikes of two neurons.

    Parameters
    ----------
    pre_rate, post_rate : float
        In Hz, at least 0.
    duration : float
        In ms.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    Trains

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> trains = poisson_trains(10.0, 20.0, 1e5, np.random.default_rng(0))
    >>> len(trains.pre), len(trains.post)
    (1012, 1885)
    """
    check_at_least_zero(pre_rate=float(pre_rate), post_rate=float(post_rate))
    check_positive(duration=float(duration))
    counts = rng.poisson([1e-3 * pre_rate * duration, 1e-3 * post_rate * duration])
    return Trains(*(np.unique(rng.uniform(0, duration, count)) for count in counts))
