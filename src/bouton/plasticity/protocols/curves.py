"""The curves of experimental protocols: the change of a weight as a function of what is varied, in one compiled run."""

from collections.abc import Callable, Sequence
from functools import singledispatch
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_positive, check_sizes
from bouton.errors import InputError
from bouton.plasticity._values import Values
from bouton.plasticity.event import EventRule
from bouton.plasticity.protocols.trains import (
    burst_trains,
    pair_trains,
    poisson_trains,
    quadruplet_trains,
    triplet_trains,
)
from bouton.plasticity.spike_times import Trains, merge_trains
from bouton.plasticity.spiking_synapses import weights_after
from bouton.plasticity.voltage import ClopathVoltage
from bouton.plasticity.voltage_synapse import VoltageSynapse

__all__ = ["bursts", "final_weights", "pairing", "poisson", "quadruplets", "triplets", "voltage_clamp"]


@singledispatch
def final_weights(rule: Any, trains: Sequence[Trains], initial: float) -> Array:
    """Return the weights of one synapse after each of several pairs of trains.

    What a protocol asks of a rule. `EventRule`, `VoltageSynapse` and `ClopathVoltage` answer; register another kind of
    rule with ``final_weights.register``.

    Parameters
    ----------
    rule : EventRule, VoltageSynapse or ClopathVoltage
        The rule.
    trains : sequence of Trains
        Spikes of the two neurons.
    initial : float
        Weight before each of them.

    Returns
    -------
    array (trains,)

    Raises
    ------
    InputError
        If the rule is of a kind that is not driven by spikes.
    """
    raise InputError(
        f"a protocol needs a rule that spikes drive, an EventRule or a VoltageSynapse, got {type(rule).__name__}: "
        "register what its weights are with final_weights.register"
    )


@final_weights.register(EventRule)
def _(rule: EventRule, trains: Sequence[Trains], initial: float) -> Array:
    return weights_after(rule, initial, merge_trains(*trains))


@final_weights.register(VoltageSynapse)
def _(rule: VoltageSynapse, trains: Sequence[Trains], initial: float) -> Array:
    return rule.weights_after(trains, initial)


@final_weights.register(ClopathVoltage)
def _(rule: ClopathVoltage, trains: Sequence[Trains], initial: float) -> Array:
    return VoltageSynapse(rule).weights_after(trains, initial)


def _changes(rule: Any, make: Callable[..., Trains], varied: Sequence[Values], initial: float) -> Array:
    """Return the relative changes over the grid of what is varied."""
    check_positive(initial=initial)
    shape = sum((np.shape(values) for values in varied), ())
    grid = np.meshgrid(*(np.asarray(values).ravel() for values in varied), indexing="ij")
    trains = [make(*(value.item() for value in point)) for point in zip(*(axis.ravel() for axis in grid), strict=True)]
    if not trains:
        raise InputError("there must be at least one value of all that is varied, got none")
    return jnp.reshape((final_weights(rule, trains, initial) - initial) / initial, shape)


def pairing(
    rule: Any,
    dt: Values,
    rate: Values,
    repeats: int = 60,
    blocks: int = 1,
    block_interval: float = 10_000.0,
    initial: float = 1.0,
) -> Float[Array, "..."]:
    """Return the change by pairs of spikes, for all combinations of time and rate.

    Parameters
    ----------
    rule : EventRule, VoltageSynapse or ClopathVoltage
        The rule.
    dt : float or array
        From the presynaptic to the postsynaptic spike, in ms.
    rate : float or array
        Of pairs, in Hz.
    repeats : int
        Pairs of a block. Default 60.
    blocks : int
        Blocks of pairs. Default 1.
    block_interval : float
        From the start of one block to that of the next, in ms. Default 10 000.
    initial : float
        Weight before, positive. Default 1.

    Returns
    -------
    array of the shape of dt, followed by that of rate
        Change of the weight over the initial one.

    Raises
    ------
    InputError
        If a number is out of its range, or the rule is of a kind that is not driven by spikes.

    Examples
    --------
    Pairs of pre before post do more, the faster they come:

    >>> from bouton.plasticity import TripletSTDP, protocols
    >>> [round(change, 3) for change in protocols.pairing(TripletSTDP(), dt=10.0, rate=[10.0, 20.0, 40.0]).tolist()]
    [0.132, 0.247, 0.534]
    """

    def make(time: float, per_second: float) -> Trains:
        return pair_trains(time, per_second, repeats, blocks, block_interval)

    return _changes(rule, make, (dt, rate), initial)


def triplets(
    rule: Any,
    first: Values,
    second: Values,
    middle: Literal["pre", "post"] = "post",
    rate: float = 1.0,
    repeats: int = 60,
    initial: float = 1.0,
) -> Float[Array, "..."]:
    """Return the change by triplets of spikes, for all combinations of two intervals.

    Parameters
    ----------
    rule : EventRule, VoltageSynapse or ClopathVoltage
        The rule.
    first, second : float or array
        From the first spike to the middle one, and from there to the last, in ms.
    middle : {"pre", "post"}
        Which neuron fires in the middle. Default "post": pre-post-pre.
    rate : float
        Of triplets, in Hz. Default 1.
    repeats : int
        Number of triplets. Default 60.
    initial : float
        Weight before, positive. Default 1.

    Returns
    -------
    array of the shape of first, followed by that of second

    Raises
    ------
    InputError
        If a number is out of its range, or the rule is of a kind that is not driven by spikes.

    Examples
    --------
    >>> from bouton.plasticity import protocols, triplet_set
    >>> rule = triplet_set("hippocampus")
    >>> [round(float(protocols.triplets(rule, 5.0, 5.0, middle)), 3) for middle in ("post", "pre")]
    [0.043, 0.358]
    """

    def make(before: float, after: float) -> Trains:
        return triplet_trains(before, after, middle, rate, repeats)

    return _changes(rule, make, (first, second), initial)


def quadruplets(
    rule: Any, gap: Values, lag: float = 5.0, rate: float = 1.0, repeats: int = 60, initial: float = 1.0
) -> Float[Array, "..."]:
    """Return the change by a post-pre and a pre-post pair, as a function of the time between them.

    Parameters
    ----------
    rule : EventRule, VoltageSynapse or ClopathVoltage
        The rule.
    gap : float or array
        From the middle of the post-pre pair to that of the pre-post pair, in ms; negative where pre-post comes first.
    lag : float
        Between the two spikes of a pair, in ms. Default 5.
    rate : float
        Of quadruplets, in Hz. Default 1.
    repeats : int
        Number of quadruplets. Default 60.
    initial : float
        Weight before, positive. Default 1.

    Returns
    -------
    array of the shape of gap

    Raises
    ------
    InputError
        If a number is out of its range, or the rule is of a kind that is not driven by spikes.
    """
    return _changes(rule, lambda time: quadruplet_trains(time, lag, rate, repeats), (gap,), initial)


def bursts(
    rule: Any,
    spikes: Values,
    burst_rate: Values,
    lag: Values,
    rate: float = 0.1,
    repeats: int = 60,
    initial: float = 1.0,
) -> Float[Array, "..."]:
    """Return the change by a presynaptic spike with a postsynaptic burst, for all combinations of what is varied.

    Parameters
    ----------
    rule : EventRule, VoltageSynapse or ClopathVoltage
        The rule.
    spikes : int or array
        Postsynaptic spikes of a burst.
    burst_rate : float or array
        Of spikes within a burst, in Hz.
    lag : float or array
        From the presynaptic spike to the first of the burst, in ms.
    rate : float
        Of bursts, in Hz. Default 0.1.
    repeats : int
        Number of bursts. Default 60.
    initial : float
        Weight before, positive. Default 1.

    Returns
    -------
    array of the shapes of spikes, burst_rate and lag, one after the other

    Raises
    ------
    InputError
        If a number is out of its range, or the rule is of a kind that is not driven by spikes.
    """

    def make(count: int, within: float, after: float) -> Trains:
        return burst_trains(count, within, after, rate, repeats)

    return _changes(rule, make, (spikes, burst_rate, lag), initial)


def poisson(
    rule: Any,
    pre_rate: Values,
    post_rate: Values,
    duration: float = 100_000.0,
    runs: int = 4,
    seed: int = 0,
    initial: float = 1.0,
) -> Float[Array, "..."]:
    """Return the change per second under independent Poisson spikes, for all combinations of rates and several runs.

    Parameters
    ----------
    rule : EventRule, VoltageSynapse or ClopathVoltage
        The rule.
    pre_rate, post_rate : float or array
        In Hz.
    duration : float
        Of a run, in ms. Default 100 000.
    runs : int
        Number of runs. Default 4.
    seed : int
        Of the spikes. Default 0.
    initial : float
        Weight before, positive. Default 1.

    Returns
    -------
    array of the shapes of pre_rate and post_rate, and last the runs

    Raises
    ------
    InputError
        If a number is out of its range, or the rule is of a kind that is not driven by spikes.
    """
    check_sizes(runs=runs)
    rng = np.random.default_rng(seed)

    def make(before: float, after: float, _: int) -> Trains:
        return poisson_trains(before, after, duration, rng)

    return _changes(rule, make, (pre_rate, post_rate, np.arange(runs)), initial) / (1e-3 * duration)


def voltage_clamp(
    rule: VoltageSynapse | ClopathVoltage,
    potential: Values,
    rate: float = 10.0,
    repeats: int = 60,
    initial: float = 1.0,
) -> Float[Array, "..."]:
    """Return the change by presynaptic spikes while the postsynaptic potential is held.

    Parameters
    ----------
    rule : VoltageSynapse or ClopathVoltage
        The rule.
    potential : float or array
        Held potential, in mV.
    rate : float
        Of presynaptic spikes, in Hz. Default 10.
    repeats : int
        Number of presynaptic spikes. Default 60.
    initial : float
        Weight before, positive. Default 1.

    Returns
    -------
    array of the shape of potential

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> from bouton.plasticity import ClopathVoltage, protocols
    >>> below, above = protocols.voltage_clamp(ClopathVoltage(), [-50.0, -40.0], repeats=10).tolist()
    >>> below < 0 < above
    True
    """
    check_positive(initial=initial, rate=float(rate))
    check_sizes(repeats=repeats)
    synapse = rule if isinstance(rule, VoltageSynapse) else VoltageSynapse(rule)
    potentials = np.asarray(potential, float)
    if not np.isfinite(potentials).all():
        raise InputError("potential must be finite, in mV")
    weights = synapse.after_clamp(np.arange(repeats) * (1000 / rate), potentials.ravel(), initial)
    return jnp.reshape((weights - initial) / initial, potentials.shape)
