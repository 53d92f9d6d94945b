"""The curves of protocols made of patterns of spikes: the change of a weight as a function of what is varied."""

from typing import Any, Literal

from jaxtyping import Array, Float

from bouton.plasticity._values import Values
from bouton.plasticity.protocols.changes import relative_changes
from bouton.plasticity.protocols.trains import burst_trains, pair_trains, quadruplet_trains, triplet_trains
from bouton.plasticity.spike_times import Trains

__all__ = ["bursts", "pairing", "quadruplets", "triplets"]


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

    return relative_changes(rule, make, (dt, rate), initial)


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

    return relative_changes(rule, make, (first, second), initial)


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
    return relative_changes(rule, lambda time: quadruplet_trains(time, lag, rate, repeats), (gap,), initial)


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

    return relative_changes(rule, make, (spikes, burst_rate, lag), initial)
