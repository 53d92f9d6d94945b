"""Spike times and potentials as recordings bring them: the one way in for numbers, neo, pynapple and quantities.

Units that the input carries are kept: times become milliseconds, potentials millivolts. Plain numbers are taken to be
in these units already; numbers that look like seconds or volts are taken as they are, with a warning.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.errors import InputError

__all__ = ["numbers_in", "potentials_in_millivolts", "times_in_milliseconds", "trains_in_milliseconds"]

_FASTEST, _FEWEST = 5.0, 5
"""No neuron fires faster, in spikes per ms; fewer spikes say nothing."""
_SMALLEST = 0.5
"""Membrane potentials that all lie nearer to 0 than this, in mV, and are not all 0, are likely in volts."""


def times_in_milliseconds(
    train: Any, name: str = "times", *, of_one_neuron: bool = True
) -> Float[np.ndarray, " spikes"]:
    """Return the spike times of one train.

    Parameters
    ----------
    train : array (spikes,), neo.SpikeTrain, quantities.Quantity, pynapple.Ts or sequence of such quantities
        Spike times. Plain numbers are in ms.
    name : str, default "times"
        What an error calls them.
    of_one_neuron : bool, default True
        Whether a rate that no neuron reaches is warned of.

    Returns
    -------
    array of float64 (spikes,)
        In ms, in their order.

    Raises
    ------
    InputError
        If they are no numbers, no one row, masked, not finite, or in a unit that is none of time.

    Examples
    --------
    >>> times_in_milliseconds([10, 30.5]).tolist()
    [10.0, 30.5]
    """
    times, has_unit = numbers_in(train, "ms", name)
    if times.ndim != 1:
        raise InputError(f"{name} must be one row of spike times in ms, got an array of shape {times.shape}")
    if (wrong := np.flatnonzero(~np.isfinite(times))).size:
        raise InputError(f"{name} must be finite, in ms; number {wrong[0]} is {times[wrong[0]]:g}")
    if of_one_neuron and not has_unit and len(times) >= _FEWEST:
        span = times.max() - times.min()
        if span > 0 and (len(times) - 1) / span > _FASTEST:
            rate = 1e3 * (len(times) - 1) / span
            warnings.warn(
                f"{name} hold {len(times)} spikes in {span:g} ms, {rate:.3g} Hz, which no neuron reaches: are they in "
                "seconds? Multiply by 1000, or give them with their unit",
                UserWarning,
                stacklevel=3,
            )
    return times


def trains_in_milliseconds(trains: Any, name: str = "trains") -> tuple[tuple[Any, ...], list[np.ndarray]]:
    """Return the spike times of several units, with the names of the units.

    Parameters
    ----------
    trains : sequence of trains, mapping of names to trains, pynapple.TsGroup, neo.Segment, or one train
        What `times_in_milliseconds` takes, for each unit; one train is one unit.
    name : str, default "trains"
        What an error calls them.

    Returns
    -------
    tuple
        The name of each unit: the keys of a mapping, otherwise 0, 1, 2, ...
    list of array of float64 (spikes,)
        The times of each, in ms.

    Raises
    ------
    InputError
        If there is no unit, or a train cannot be used.

    Examples
    --------
    >>> trains_in_milliseconds({7: [10.0, 30.0], 3: [12.0]})[0]
    (7, 3)
    >>> len(trains_in_milliseconds([10.0, 30.0])[1])
    1
    """
    trains = getattr(trains, "spiketrains", trains)
    if isinstance(trains, Mapping):
        names, found = tuple(trains.keys()), list(trains.values())
    elif _is_one_train(trains):
        names, found = (0,), [trains]
    else:
        found = list(trains)
        names = tuple(range(len(found)))
    if not found:
        raise InputError(f"{name} must hold at least one unit, got none")
    return names, [times_in_milliseconds(train, f"train {key}") for key, train in zip(names, found, strict=True)]


def potentials_in_millivolts(potentials: Any, name: str = "voltages") -> Float[np.ndarray, "..."]:
    """Return potentials of a membrane.

    Parameters
    ----------
    potentials : array, neo.AnalogSignal, quantities.Quantity or pynapple.Tsd
        Plain numbers, and those of pynapple, are in mV.
    name : str, default "voltages"
        What an error calls them.

    Returns
    -------
    array of float64
        In mV, in the shape of the input.

    Raises
    ------
    InputError
        If they are no numbers, masked, or in a unit that is none of a potential.

    Examples
    --------
    >>> potentials_in_millivolts([-70.0, -55.0]).tolist()
    [-70.0, -55.0]
    """
    values, has_unit = numbers_in(potentials, "mV", name)
    largest = np.max(np.abs(values), initial=0.0)
    if not has_unit and 0 < largest < _SMALLEST:
        warnings.warn(
            f"{name} lie within {largest:g} mV of 0: are they in volts? Multiply by 1000, or give them with their unit",
            UserWarning,
            stacklevel=3,
        )
    return values


def numbers_in(values: Any, unit: str, name: str) -> tuple[np.ndarray, bool]:
    """Return numbers in a unit, and whether they carried one."""
    if np.ma.is_masked(values):
        raise InputError(f"{name} hold masked values: leave them out")
    items: Any = values if isinstance(values, Sequence) else ()
    if any(hasattr(value, "rescale") for value in items):
        parts = [numbers_in(value, unit, name) for value in items]
        if not all(has_unit for _, has_unit in parts):
            raise InputError(f"{name} hold numbers with a unit and numbers without one: give all of them with theirs")
        return np.array([number for number, _ in parts], np.float64), True
    carrier: Any = values
    if hasattr(carrier, "rescale"):
        try:
            return np.asarray(carrier.rescale(unit).magnitude, np.float64), True
        except ValueError as error:
            raise InputError(f"{name} are in {carrier.dimensionality}, which is no unit like {unit}") from error
    if unit == "ms" and callable(getattr(carrier, "times", None)):
        return np.asarray(carrier.times(units="ms"), np.float64), True
    try:
        found = np.asarray(values)
        if found.dtype.kind not in "biuf" and found.size:
            found = np.asarray([float(value) for value in found.ravel()]).reshape(found.shape)
        return found.astype(np.float64), False
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must be numbers in {unit}, got {type(values).__name__}: {error}") from error


def _is_one_train(trains: Any) -> bool:
    if callable(getattr(trains, "times", None)):
        return True
    if hasattr(trains, "rescale"):
        return np.ndim(trains.magnitude) == 1
    if isinstance(trains, np.ndarray):
        return trains.ndim == 1 and trains.dtype.kind in "biuf"
    return isinstance(trains, Sequence) and len(trains) > 0 and all(np.ndim(value) == 0 for value in trains)
