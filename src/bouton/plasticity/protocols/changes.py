"""What a protocol asks of a rule: the weights of a synapse after spikes, whatever kind of rule it is."""

from collections.abc import Callable, Sequence
from functools import singledispatch
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from bouton._arguments import check_positive
from bouton.errors import InputError
from bouton.plasticity._values import Values
from bouton.plasticity.event import EventRule
from bouton.plasticity.spike_times import Trains, merge_trains
from bouton.plasticity.spiking_synapses import weights_after
from bouton.plasticity.voltages.clopath import ClopathVoltage
from bouton.plasticity.voltages.clopath_synapse import VoltageSynapse

__all__ = ["final_weights", "relative_changes"]


@singledispatch
def final_weights(rule: Any, trains: Sequence[Trains], initial: float) -> Array:
    """Return the weights of one synapse after each of several pairs of trains.

    What a protocol needs of a rule. `EventRule`, `VoltageSynapse` and `ClopathVoltage` have it; register another kind
    of rule with ``final_weights.register``.

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


def relative_changes(rule: Any, make: Callable[..., Trains], varied: Sequence[Values], initial: float) -> Array:
    """Return the relative changes over the grid of what is varied."""
    check_positive(initial=initial)
    shape = sum((np.shape(values) for values in varied), ())
    grid = np.meshgrid(*(np.asarray(values).ravel() for values in varied), indexing="ij")
    trains = [make(*(value.item() for value in point)) for point in zip(*(axis.ravel() for axis in grid), strict=True)]
    if not trains:
        raise InputError("there must be at least one value of all that is varied, got none")
    return jnp.reshape((final_weights(rule, trains, initial) - initial) / initial, shape)
