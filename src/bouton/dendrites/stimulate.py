"""Many stimuli of one neuron at once: synapses activated together or one after the other, and what comes of it.

All stimuli of a call are one compiled run. The batch is the last axis of all arrays, so that what a step does to one
compartment of all neurons is one vector operation.
"""

import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from bouton._arguments import check_positive, check_sizes
from bouton.dendrites.cable_cell import CableCell
from bouton.errors import InputError

__all__ = ["CableResponse", "clustered", "stimulate"]

_LANES = (1, 4, 16, 64)


@dataclass(frozen=True)
class CableResponse:
    """What stimuli did to a neuron.

    Parameters
    ----------
    times : array (rows,)
        In ms, from the beginning; the first row is the end of the first recorded step.
    depolarisation : array (stimuli, recorded, rows)
        Voltage relative to rest, in mV.
    compartments : tuple of int
        Which were recorded.
    currents : array (stimuli, receptors, rows)
        Through AMPA and NMDA receptors, all sites together, in nA; inward ones are negative.
    axial : array (stimuli, rows)
        Current that enters the first compartment from its neighbours, in nA.
    rest : float
        Resting voltage, in mV.
    """

    times: Float[np.ndarray, " rows"]
    depolarisation: Float[np.ndarray, "stimuli recorded rows"]
    compartments: tuple[int, ...]
    currents: Float[np.ndarray, "stimuli receptors rows"]
    axial: Float[np.ndarray, "stimuli rows"]
    rest: float

    def at(self, compartment: int) -> Float[np.ndarray, "stimuli rows"]:
        """Return the voltage of a recorded compartment, relative to rest, in mV.

        Raises
        ------
        InputError
            If it was not recorded.
        """
        if compartment not in self.compartments:
            raise InputError(f"compartment {compartment} was not recorded; recorded are {self.compartments}")
        return self.depolarisation[:, self.compartments.index(compartment)]

    def peak(self, compartment: int = 0) -> Float[np.ndarray, " stimuli"]:
        """Return the largest depolarisation from rest, in mV."""
        return self.at(compartment).max(axis=1)

    def area(self, compartment: int = 0) -> Float[np.ndarray, " stimuli"]:
        """Return the depolarisation summed over time, in mV ms."""
        return self.at(compartment).sum(axis=1) * self._interval

    def half_width(self, compartment: int = 0) -> Float[np.ndarray, " stimuli"]:
        """Return how long the depolarisation is above half of its peak, in ms."""
        above = self.at(compartment) > self.peak(compartment)[:, None] / 2
        return above.sum(axis=1) * self._interval

    def time_above(self, compartment: int = 0, level: float = -40.0) -> Float[np.ndarray, " stimuli"]:
        """Return how long the voltage is above a level (mV), in ms."""
        return (self.at(compartment) > level - self.rest).sum(axis=1) * self._interval

    @property
    def nmda_share(self) -> Float[np.ndarray, " stimuli"]:
        """Which share of the synaptic charge came through NMDA receptors; NaN where there was none."""
        charge = self.currents.sum(axis=2)
        total = charge.sum(axis=1)
        return np.divide(charge[:, 1], total, out=np.full_like(total, np.nan), where=total != 0)

    @property
    def _interval(self) -> float:
        return float(self.times[1] - self.times[0]) if len(self.times) > 1 else float(self.times[0])


def clustered(counts: Any, sites: int) -> Float[np.ndarray, "stimuli sites"]:
    """Return activations with so many synapses in turn on sites: (stimuli, sites).

    Examples
    --------
    >>> clustered([5, 8], 4).tolist()
    [[2.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0]]
    """
    numbers = np.atleast_1d(np.asarray(counts))
    if numbers.min(initial=0) < 0 or not np.all(numbers == np.floor(numbers)):
        raise InputError(f"counts must be whole numbers of synapses from 0, got {np.asarray(counts).tolist()}")
    return (numbers[:, None] + np.arange(sites)[::-1]) // sites * 1.0


def stimulate(
    cell: CableCell,
    activations: Any,
    times: Any = 10.0,
    *,
    duration: float = 400.0,
    command: Any = None,
    record: Any = None,
    every: int = 1,
) -> CableResponse:
    """Return what each of many stimuli does to a neuron at rest.

    Parameters
    ----------
    cell : CableCell
        The neuron.
    activations : array (stimuli, sites) or (stimuli, volleys, sites)
        How many synapses of each site are activated, at each time.
    times : float or array (volleys,)
        When, in ms from the beginning; rounded to steps. Default 10.
    duration : float
        In ms. Default 400.
    command : float, array (stimuli,) or (stimuli, steps), optional
        Of the electrode, constant or step by step: nA, or mV in voltage mode. Default: no current, or rest.
    record : sequence of int, optional
        Compartments whose voltage is kept. Default: the first one and all sites.
    every : int
        Every how many steps a row is kept. Default 1.

    Returns
    -------
    CableResponse

    Raises
    ------
    InputError
        If activations are negative or of the wrong shape, times lie outside the duration, a compartment does not
        exist, or the step is too long for that many synapses.

    Examples
    --------
    >>> from bouton.dendrites import Cable, CableCell, clustered, reference_cell, stimulate
    >>> cable = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
    >>> cell = CableCell(cable, cable.within("basal0")[11:15], time_step=0.1)
    >>> found = stimulate(cell, clustered([20, 21], 4), duration=100)
    >>> [round(float(peak), 1) for peak in found.peak(0)], found.time_above(14).round().tolist()
    ([4.2, 10.5], [4.0, 41.0])
    """
    given = np.asarray(activations, float)
    when = np.atleast_1d(np.asarray(times, float))
    volleys = given[:, None] if given.ndim == 2 else given
    wanted = len(when), len(cell.sites)
    if volleys.ndim != 3 or volleys.shape[1:] != wanted:
        raise InputError(
            f"activations must be of shape (stimuli, {wanted[1]}) or (stimuli, {wanted[0]}, {wanted[1]}), got "
            f"{given.shape}"
        )
    if not (np.isfinite(volleys).all() and volleys.min(initial=0) >= 0):
        raise InputError("activations are numbers of synapses: they must be finite and cannot be negative")
    check_positive(duration=duration)
    check_sizes(every=every)
    step = float(cell.time_step)
    rows = round(duration / step) // every
    steps = _on_grid(when, step, rows * every)
    kept = tuple(int(each) for each in (dict.fromkeys((0, *cell.sites)) if record is None else record))
    for compartment in kept:
        if not 0 <= compartment < len(cell.cable):
            raise InputError(f"record names compartment {compartment}, but there are 0 to {len(cell.cable) - 1}")
    orders = _commands(cell, command, len(volleys), rows * every)
    active, place = np.unique(steps, return_inverse=True)
    table = np.zeros((1 + len(active), len(cell.sites), len(volleys)))
    np.add.at(table, 1 + place, volleys.transpose(1, 2, 0))
    row_of = np.zeros(rows * every, int)
    row_of[active] = 1 + np.arange(len(active))
    parts = []
    for first in range(0, len(volleys), _LANES[-1]):
        chosen = slice(first, first + _LANES[-1])
        parts.append(_batch(cell, table[..., chosen], row_of, orders[:, chosen], kept, every))
    voltage, currents, axial = (np.concatenate(each) for each in zip(*parts, strict=True))
    at = (1 + np.arange(rows)) * every * step
    return CableResponse(at, voltage, kept, currents, axial, float(cell.cable.rest))


def _on_grid(when: np.ndarray, step: float, length: int) -> np.ndarray:
    steps = np.round(when / step).astype(int)
    if steps.min() < 0 or steps.max() >= length:
        raise InputError(f"times must lie within the duration of {length * step:g} ms, got {when}")
    off = np.abs(steps * step - when)
    if off.max() > 1e-6 * max(1.0, when.max()):
        warnings.warn(
            f"times are rounded to multiples of the time step of {step:g} ms, by up to {off.max():.3g} ms",
            stacklevel=3,
        )
    return steps


def _commands(cell: CableCell, command: Any, stimuli: int, length: int) -> np.ndarray:
    if command is None:
        command = float(cell.cable.rest) if cell.electrode.mode == "voltage" else 0.0
    given = np.asarray(command, float)
    if given.ndim == 2 and given.shape == (stimuli, length):
        return given.T
    if given.ndim > 1 or given.shape not in ((), (stimuli,)):
        raise InputError(f"command must be a number, ({stimuli},) or ({stimuli}, {length}), got {given.shape}")
    return np.broadcast_to(given, (1, stimuli))


def _batch(
    cell: CableCell, table: np.ndarray, row_of: np.ndarray, orders: np.ndarray, kept: tuple[int, ...], every: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Run up to a full batch of stimuli, in one of few sizes, so that few programs are compiled."""
    number = table.shape[-1]
    lanes = next(size for size in _LANES if size >= number)
    more = [(0, 0)] * (table.ndim - 1) + [(0, lanes - number)]
    table = np.pad(table, more)
    orders = np.pad(orders, [(0, 0), (0, lanes - number)], mode="edge")
    given = jnp.asarray(table * 1.0), jnp.asarray(row_of, jnp.int32), jnp.asarray(orders * 1.0)
    found, margin = _run(cell, *given, kept, every)
    voltage, currents, axial = (np.moveaxis(np.asarray(each), -1, 0)[:number] for each in found)
    if not np.isfinite(voltage).all():
        least = np.asarray(margin)[:, :number].min(axis=1)
        raise InputError(
            f"a step of {float(cell.time_step):g} ms is too long for that many synapses: the slope of the NMDA current "
            f"outweighs capacitance / step most in compartment {cell.sites[int(np.nanargmin(least))]} (their sum is "
            f"{np.nanmin(least):.3g} uS), and the implicit step has no unique solution; take a smaller time_step"
        )
    return np.swapaxes(voltage, 1, 2), np.swapaxes(currents, 1, 2), axial


@partial(jax.jit, static_argnames=("kept", "every"))
def _run(
    cell: CableCell,
    table: Float[Array, "volleys sites lanes"],
    row_of: Int[Array, " steps"],
    orders: Float[Array, "commands lanes"],
    kept: tuple[int, ...],
    every: int,
) -> tuple[tuple[Array, Array, Array], Array]:
    tree, lanes = cell.cable.tree, table.shape[-1]
    passive = cell.passive
    voltage = jnp.zeros((tree.n_slots, lanes))
    places = np.asarray(tree.slots[list(kept)], np.int32)
    gates = jnp.zeros((2, 2, *table.shape[1:]))
    margin = jnp.full(table.shape[1:], jnp.inf)
    charge, into = jnp.zeros((2, lanes)), jnp.zeros(lanes)

    def step(carry: Any, number: Array) -> tuple[Any, None]:
        voltage, gates, margin, _, _ = carry
        order = orders[jnp.minimum(number, len(orders) - 1)]
        done = cell.advance(passive, voltage, gates, table[row_of[number]], order)
        return (done.depolarisation, done.gates, jnp.fmin(margin, done.margin), done.currents, done.axial), None

    def row(carry: Any, first: Array) -> tuple[Any, tuple[Array, Array, Array]]:
        carry = (
            jax.lax.scan(step, carry, first + jnp.arange(every, dtype=jnp.int32))[0]
            if every > 1
            else step(carry, first)[0]
        )
        return carry, (carry[0][places], carry[3], carry[4])

    carry = voltage, gates, margin, charge, into
    carry, found = jax.lax.scan(row, carry, jnp.arange(0, len(row_of), every, dtype=jnp.int32))
    return found, carry[2]
