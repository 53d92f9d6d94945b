"""Spike times of two neurons, checked, and put in order as the events of their synapse, or on a clock.

Times are in ms. Intervals between events are computed here, in double precision, so that hours of spikes lose nothing
in the single precision of what is compiled.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_positive
from bouton.data import times_in_milliseconds
from bouton.errors import InputError

__all__ = ["SpikeEvents", "Trains", "merge_trains", "on_clock", "spike_times"]

_SAME = 1e-9
"""Spikes nearer to each other than this, in ms, are simultaneous: that is what rounding leaves of equal times."""


class Trains(NamedTuple):
    """The spike times of a presynaptic and a postsynaptic neuron.

    Parameters
    ----------
    pre, post : array
        Times in order, plain numbers in ms, or trains of neo, quantities or pynapple. One of them may be empty.
    """

    pre: Any
    post: Any


class SpikeEvents(NamedTuple):
    """What happens at a synapse, one entry for each time at which at least one of its neurons fires.

    Parameters
    ----------
    elapsed : array (..., events)
        Time since the event before, in ms.
    pre, post : array (..., events)
        1 where the presynaptic, the postsynaptic neuron fires, else 0. Both are 0 where rows are filled up.
    """

    elapsed: Float[Array, "*rows events"] | Float[np.ndarray, "*rows events"]
    pre: Float[Array, "*rows events"] | Float[np.ndarray, "*rows events"]
    post: Float[Array, "*rows events"] | Float[np.ndarray, "*rows events"]


def spike_times(times: Any, name: str = "times") -> np.ndarray:
    """Return spike times as an array, or say what is wrong with them.

    Parameters
    ----------
    times : array (spikes,), or a train of neo, quantities or pynapple
        Plain numbers are in ms; units that the input carries are kept.
    name : str
        What an error calls them. Default "times".

    Returns
    -------
    array of float64 (spikes,)
        In ms.

    Raises
    ------
    InputError
        If they are no row of finite times from 0 on, each later than the one before; the sentence names the first that
        is wrong.

    Examples
    --------
    >>> spike_times([1, 2.5]).tolist()
    [1.0, 2.5]
    """
    found = times_in_milliseconds(times, name)
    if (wrong := np.flatnonzero(found < 0)).size:
        raise InputError(f"{name} must be finite and at least 0, in ms; number {wrong[0]} is {found[wrong[0]]:g}")
    if (wrong := np.flatnonzero(np.diff(found) <= _SAME)).size:
        first, second = found[wrong[0]], found[wrong[0] + 1]
        what = "the same as" if abs(second - first) <= _SAME else "earlier than"
        raise InputError(
            f"{name} must be in order, without doubles; number {wrong[0] + 1} ({second:g}) is {what} the one before "
            f"({first:g}): sort them and leave out what is double"
        )
    return found


def merge_trains(*trains: Trains) -> SpikeEvents:
    """Return the events of one or several synapses.

    Parameters
    ----------
    *trains : Trains
        The spike times of the two neurons of each synapse.

    Returns
    -------
    SpikeEvents
        Arrays (synapses, events), in double precision; rows with fewer events are filled up at their end.

    Raises
    ------
    InputError
        If there are no trains, times are not in order, or no neuron of a synapse fires at all.

    Examples
    --------
    >>> merge_trains(Trains([10.0, 30.0], [30.0, 35.0])).elapsed.tolist()
    [[10.0, 20.0, 5.0]]
    """
    if not trains:
        raise InputError("there must be spike times of at least one synapse, got none")
    rows = [_merged(*pair) for pair in trains]
    longest = max(len(row[0]) for row in rows)
    filled = [[np.pad(part, (0, longest - len(part))) for part in row] for row in rows]
    return SpikeEvents(*(np.stack(part) for part in zip(*filled, strict=True)))


def _merged(pre: Any, post: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    pre, post = spike_times(pre, "pre"), spike_times(post, "post")
    times = np.concatenate([pre, post])
    if not times.size:
        raise InputError("neither neuron fires: pre and post are both empty, and nothing can be learned from that")
    order = np.argsort(times, kind="stable")
    times = times[order]
    new = np.concatenate([[True], np.diff(times) > _SAME])
    at = np.empty(len(times), int)
    at[order] = np.cumsum(new) - 1
    fires = np.zeros((2, at.max() + 1))
    fires[0, at[: len(pre)]] = 1
    fires[1, at[len(pre) :]] = 1
    return np.diff(times[new], prepend=0.0), fires[0], fires[1]


def on_clock(times: Any, time_step: float, n_steps: int, *, rounding: bool = False, name: str = "times") -> np.ndarray:
    """Return spike times as one number for each time step: 1 where the neuron fires, else 0.

    Parameters
    ----------
    times : array (spikes,)
        In ms, in order. A spike at time t falls into step t / time_step, counted from 0.
    time_step : float
        In ms.
    n_steps : int
        Number of steps.
    rounding : bool
        Whether times between two steps go to the nearer one. Default False: they are refused.
    name : str
        What an error calls the times. Default "times".

    Returns
    -------
    array of float64 (n_steps,)

    Raises
    ------
    InputError
        If times are not in order, lie between two steps or beyond the last, or two fall into one step.

    Examples
    --------
    >>> on_clock([1.0, 2.5], time_step=0.5, n_steps=6).tolist()
    [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]
    """
    check_positive(time_step=time_step)
    times = spike_times(times, name)
    places = times / time_step
    steps = np.rint(places).astype(int)
    if not rounding and (off := np.flatnonzero(np.abs(places - steps) > 1e-6)).size:
        raise InputError(
            f"{name} must be multiples of the time step of {time_step:g} ms; number {off[0]} is {times[off[0]]:g}: "
            "take a finer step, or ask for rounding=True"
        )
    if (late := np.flatnonzero(steps >= n_steps)).size:
        raise InputError(f"{name} must lie below {n_steps * time_step:g} ms; number {late[0]} is {times[late[0]]:g}")
    if (double := np.flatnonzero(np.diff(steps) == 0)).size:
        raise InputError(
            f"{name} number {double[0]} and {double[0] + 1} fall into one time step of {time_step:g} ms: take a finer "
            "step"
        )
    spikes = np.zeros(n_steps)
    spikes[steps] = 1
    return spikes


def rows_of(trains: Trains | Sequence[Trains]) -> tuple[Trains, ...]:
    """Return one or several pairs of trains as a tuple of them."""
    return (trains,) if isinstance(trains, Trains) else tuple(trains)
