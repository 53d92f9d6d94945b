r"""Sources of spikes that are no neurons: Poisson processes, and spikes at given times.

A `PoissonSource` draws no number for a step in which nobody fires. In each step each of its n units fires with
probability :math:`p = 1 - e^{-r h}`; counted through, unit after unit and step after step, the gaps between those that
do are geometric, so one number is drawn for each spike, and the spikes are those of independent draws. So are those of
`GivenRates`, whose units have rates of their own: the gaps of each unit are geometric, and begin anew with each frame.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._checked import Checked
from bouton._fields import Positive
from bouton._loops import element, set_element
from bouton.data import trains_in_milliseconds
from bouton.errors import InputError
from bouton.spiking.lists import SpikeLists

__all__ = [
    "GivenRates",
    "GivenSpikes",
    "PoissonSource",
    "SourceState",
    "SpikeSource",
    "given_spikes",
    "spike_steps",
]

_LONGEST_GAP = 2**30
_LARGEST = 2**31 - 1
"""Time steps are counted in 32 bits."""


class SourceState(NamedTuple):
    """Where a source is.

    Parameters
    ----------
    position : int scalar or array of int, shape (units,)
        The next unit of a Poisson source to fire, counted on from the first unit of this step; the next given spike;
        of given rates, when each unit fires next within the frame.
    """

    position: Int[Array, "..."]


class SpikeSource(Checked):
    """A group that fires by itself."""

    @abstractmethod
    def start(self, key: PRNGKeyArray, size: int, time_step: Array) -> SourceState:
        """Return the state before the first step."""

    @abstractmethod
    def fire(
        self, state: SourceState, lists: SpikeLists, time: Int[Array, ""], time_step: Array, key: PRNGKeyArray
    ) -> tuple[SourceState, SpikeLists]:
        """Put the spikes of a time step into the lists."""


class PoissonSource(SpikeSource):
    """Independent units that fire at random, at one rate.

    Parameters
    ----------
    rate : float
        In Hz.

    Raises
    ------
    InputError
        If the rate is not positive and finite.

    Examples
    --------
    >>> float(PoissonSource(10.0).rate)
    10.0
    """

    rate: Positive | Float[Array, ""]

    def _gap(self, key: PRNGKeyArray, time_step: Array) -> Int[Array, ""]:
        """Return a geometric number: how many further units until the next one that fires; at least 1."""
        draw = jax.random.uniform(key, (), time_step.dtype, minval=jnp.finfo(time_step.dtype).tiny)
        gap = jnp.ceil(-jnp.log(draw) / (self.rate * time_step * 1e-3))
        return jnp.clip(gap, 1, _LONGEST_GAP).astype(jnp.int32)

    def start(self, key: PRNGKeyArray, size: int, time_step: Array) -> SourceState:
        """Return the first unit that fires."""
        return SourceState(self._gap(key, time_step) - 1)

    def fire(
        self, state: SourceState, lists: SpikeLists, time: Int[Array, ""], time_step: Array, key: PRNGKeyArray
    ) -> tuple[SourceState, SpikeLists]:
        """Put the spikes of a time step into the lists, one draw for each."""
        size = lists.neurons.shape[1] - 1

        def one(carry: tuple) -> tuple:
            unit, lists, count = carry
            gap = self._gap(jax.random.fold_in(key, count), time_step)
            return unit + gap, lists.put(time, count, unit), count + 1

        start = (state.position, lists, jnp.zeros((), jnp.int32))
        unit, lists, count = lax.while_loop(lambda carry: carry[0] < size, one, start)
        return SourceState(unit - size), lists.close(time, count)


class GivenRates(SpikeSource):
    """Independent units that fire at random, at rates that each frame brings.

    Examples
    --------
    >>> from bouton.spiking import NetworkBuilder
    >>> from bouton.dynamics import CurrentIntegrateAndFire
    >>> builder = NetworkBuilder()
    >>> inputs, cells = builder.rates("inputs", 3), builder.neurons("cells", 2, CurrentIntegrateAndFire())
    >>> builder.build().event.rates[0].shape
    (3,)
    """

    def start(self, key: PRNGKeyArray, size: int, time_step: Array) -> SourceState:
        """Return units of which none fires."""
        return SourceState(jnp.zeros(size, jnp.int32))

    def begin(
        self, rates: Float[Array, " units"], time: Int[Array, ""], time_step: Array, key: PRNGKeyArray
    ) -> SourceState:
        """Begin a frame with these rates, in Hz, after a time step: draw when each unit fires first."""
        drawn = jax.vmap(lambda rate, unit: _geometric(rate * time_step, jax.random.fold_in(key, unit)))
        return SourceState(time + drawn(rates, jnp.arange(rates.shape[0])))

    def fire(
        self, state: SourceState, lists: SpikeLists, time: Int[Array, ""], time_step: Array, key: PRNGKeyArray
    ) -> tuple[SourceState, SpikeLists]:
        """Put nothing into the lists: without rates nobody fires."""
        return state, lists.close(time, jnp.zeros((), jnp.int32))

    def fire_at(
        self,
        rates: Float[Array, " units"],
        state: SourceState,
        lists: SpikeLists,
        time: Int[Array, ""],
        time_step: Array,
        key: PRNGKeyArray,
        zero: Int[Array, ""],
    ) -> tuple[SourceState, SpikeLists]:
        """Put the spikes of a time step into the lists, and draw when those that fire do so again."""
        lists = lists.collect(time, state.position == time, zero)

        def again(unit: Int[Array, ""], position: Int[Array, " units"]) -> Int[Array, " units"]:
            gap = _geometric(element(rates, unit) * time_step, jax.random.fold_in(key, unit))
            return set_element(position, unit, time + gap)

        return SourceState(lists.each(time, again, state.position)), lists


def _geometric(expected: Float[Array, ""], key: PRNGKeyArray) -> Int[Array, ""]:
    """Return a geometric number from 1 on; `expected` is the rate in Hz times the time step in ms."""
    draw = jax.random.uniform(key, (), jnp.float32, minval=jnp.finfo(jnp.float32).tiny)
    gap = jnp.ceil(-jnp.log(draw.astype(expected.dtype)) / (expected * 1e-3))
    return jnp.clip(gap, 1, _LONGEST_GAP).astype(jnp.int32)


class GivenSpikes(SpikeSource):
    """Units that fire at given times, such as recorded ones.

    Parameters
    ----------
    steps : array of int, shape (spikes,)
        Time steps at whose end they fire, from 1, in ascending order; see `spike_steps`.
    units : array of int, shape (spikes,)
        Who fires.

    Examples
    --------
    >>> steps, units = spike_steps([[0.2, 0.4], [0.4]], time_step=0.1)
    >>> GivenSpikes(steps, units).steps.tolist()
    [2, 4, 4]
    """

    steps: Int[Array, " spikes"]
    units: Int[Array, " spikes"]

    def start(self, key: PRNGKeyArray, size: int, time_step: Array) -> SourceState:
        """Return the place of the first spike."""
        return SourceState(jnp.zeros((), jnp.int32))

    def fire(
        self, state: SourceState, lists: SpikeLists, time: Int[Array, ""], time_step: Array, key: PRNGKeyArray
    ) -> tuple[SourceState, SpikeLists]:
        """Put the spikes given for a time step into the lists."""
        n_spikes = self.steps.shape[0]

        def due(carry: tuple) -> Array:
            return (carry[0] < n_spikes) & (element(self.steps, carry[0]) == time)

        def one(carry: tuple) -> tuple:
            place, lists, count = carry
            return place + 1, lists.put(time, count, element(self.units, place)), count + 1

        start = (state.position, lists, jnp.zeros((), jnp.int32))
        place, lists, count = lax.while_loop(due, one, start)
        return SourceState(place), lists.close(time, count)


def spike_steps(trains: Any, time_step: float, *, round_times: bool = False) -> tuple[Array, Array]:
    """Return spike trains as sorted time steps and units.

    Parameters
    ----------
    trains : sequence or mapping of arrays, shape (spikes,) each
        Spike times of each unit, in ms, ascending; a train may be empty. Trains of neo and pynapple are taken as well,
        and know their unit; one train is one unit.
    time_step : float
        In ms.
    round_times : bool
        Whether times that do not lie on a step are moved to the nearest one. Default False.

    Returns
    -------
    tuple of two arrays of int, shape (spikes,)
        Time steps from 1, in ascending order, and units: the keys of a mapping where these are whole numbers,
        otherwise counted from 0.

    Raises
    ------
    InputError
        If all trains are empty; times are beyond what can be counted, not finite, not positive, out of order or twice
        in one step; or they do not lie on time steps.
    """
    names, trains = trains_in_milliseconds(trains)
    whole = all(isinstance(name, int | np.integer) and 0 <= name <= _LARGEST for name in names)
    return _steps_of(trains, names if whole else tuple(range(len(trains))), time_step, round_times)


def given_spikes(trains: Any, time_step: float, *, round_times: bool = False) -> tuple[GivenSpikes, tuple[Any, ...]]:
    """Return a source whose units, counted from 0, fire as the trains say, and the names of the trains."""
    names, found = trains_in_milliseconds(trains)
    return GivenSpikes(*_steps_of(found, tuple(range(len(found))), time_step, round_times)), names


def _steps_of(
    trains: list[np.ndarray], units: tuple[int, ...], time_step: float, round_times: bool
) -> tuple[Array, Array]:
    if all(len(train) == 0 for train in trains):
        raise InputError("trains hold no spike: give at least one spike time, or leave the source out")
    all_steps, all_units = [], []
    for unit, times in zip(units, trains, strict=True):
        steps = np.round(times / time_step)
        late = np.flatnonzero(steps > _LARGEST)
        if len(late):
            raise InputError(
                f"spike {late[0]} of train {unit} is at {times[late[0]]:g} ms: times beyond "
                f"{_LARGEST * time_step:g} ms cannot be counted in steps of {time_step} ms; count from the start of "
                "the recording"
            )
        bad = np.flatnonzero(~np.isfinite(times) | (times < 0) | (steps < 1))
        if len(bad):
            raise InputError(
                f"spike {bad[0]} of train {unit} is at {times[bad[0]]} ms: times must be finite, positive and at least "
                f"one time step of {time_step} ms"
            )
        off = np.flatnonzero(np.abs(times / time_step - steps) > 1e-6 * np.maximum(steps, 1))
        if len(off) and not round_times:
            raise InputError(
                f"spike {off[0]} of train {unit} is at {times[off[0]]} ms, not on a step of {time_step} ms: give "
                "round_times=True to move spikes to the nearest step"
            )
        late = np.flatnonzero(np.diff(steps) <= 0)
        if len(late):
            first = late[0] + 1
            raise InputError(
                f"spike {first} of train {unit}, at {times[first]} ms, is not later than the one before it, at "
                f"{times[first - 1]} ms: times must be in order, with one spike per time step of {time_step} ms"
            )
        all_steps.append(steps.astype(np.int64))
        all_units.append(np.full(len(steps), unit))
    steps, who = np.concatenate(all_steps), np.concatenate(all_units)
    order = np.lexsort((who, steps))
    return jnp.asarray(steps[order], jnp.int32), jnp.asarray(who[order], jnp.int32)
