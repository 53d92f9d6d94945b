"""The curves of protocols that hold a condition: rates of independent neurons, or the membrane potential."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_positive, check_sizes
from bouton.errors import InputError
from bouton.plasticity._values import Values
from bouton.plasticity.protocols.changes import relative_changes
from bouton.plasticity.protocols.trains import poisson_trains
from bouton.plasticity.spike_times import Trains
from bouton.plasticity.voltages.clopath import ClopathVoltage
from bouton.plasticity.voltages.clopath_synapse import VoltageSynapse

__all__ = ["poisson", "voltage_clamp"]


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

    return relative_changes(rule, make, (pre_rate, post_rate, np.arange(runs)), initial) / (1e-3 * duration)


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
