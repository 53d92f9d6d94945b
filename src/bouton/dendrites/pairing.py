"""Pairing protocols: what recorded voltages do to a synapse, for many traces and many sets of parameters at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import ArrayLike

from bouton._arguments import check_positive, check_sizes
from bouton.dendrites.parameters import VoltageParameters, stacked
from bouton.dendrites.recordings import Method, Rule, one_synapse, pairing_events
from bouton.dendrites.voltage_synapses import DendriticEvent
from bouton.engine import rollout

__all__ = ["Pairing", "pair", "pairing_changes"]

_KEY = 0


@dataclass(frozen=True)
class Pairing:
    """What a protocol did to the synapse.

    Parameters
    ----------
    change : array (sets, traces)
        Change of the weight by a single pairing.
    percent : array (sets, traces)
        Weight after all pairings, in percent of the initial one, extrapolated as a straight line, without bounds.
    clipped : array (sets, traces)
        The same, kept between 0 and the largest weight.
    """

    change: Float[np.ndarray, "sets traces"]
    percent: Float[np.ndarray, "sets traces"]
    clipped: Float[np.ndarray, "sets traces"]


def pair(
    parameters: VoltageParameters | Sequence[VoltageParameters],
    voltages: ArrayLike,
    spike_times: ArrayLike,
    *,
    pairings: ArrayLike = 150,
    initial_weight: float = 0.5,
    largest_weight: float = 1.0,
    rule: Rule = "veto",
    method: Method = "exact",
    time_step: float = 0.1,
    rest: float = 0.0,
) -> Pairing:
    """Return what pairings of a presynaptic spike with recorded voltages do to a synapse.

    Dendrites are at rest before each pairing. All sets and traces are one compiled run.

    Parameters
    ----------
    parameters : VoltageParameters or sequence of them
        One set or several.
    voltages : array (traces, steps) or (steps,)
        Voltage at the synapse, in mV, one sample every `time_step`; zeros may be appended until it has come to rest.
    spike_times : array (traces,) or float
        When the presynaptic neuron fires, in ms from the first sample.
    pairings : int or array (traces,)
        How often. Default 150.
    initial_weight, largest_weight : float
        Default 0.5 and 1.
    rule : {"veto", "instantaneous", "clopath"}
        As of `DendriticSynapses`. Default "veto".
    method : {"exact", "euler"}
        As of `DendriticSynapses`; published numbers need "euler" with a step of 0.1 ms. Default "exact".
    time_step : float
        In ms. Default 0.1.
    rest : float
        What is taken off the voltages: the resting voltage, where they are absolute. Default 0.

    Returns
    -------
    Pairing

    Raises
    ------
    InputError
        If a trace holds NaN or looks absolute, or a spike lies outside of its trace.

    Warns
    -----
    UserWarning
        If a trace ends less than five time constants of glutamate after its spike, or Euler steps are too long for the
        fast filter.

    Examples
    --------
    >>> from bouton.data import load_dendritic_voltages
    >>> from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, pair
    >>> traces = [load_dendritic_voltages()[name] for name in ("L0", "L6")]
    >>> done = pair(
    ...     PUBLISHED_VOLTAGE_PARAMETERS["L-c"], [trace.sampled() for trace in traces],
    ...     [trace.spike_time for trace in traces], method="euler",
    ... )
    >>> done.percent.round(0).tolist()
    [[91.0, 112.0]]
    """
    sets = stacked(parameters)
    events = pairing_events(sets, voltages, spike_times, method, time_step, rest)
    change = np.asarray(pairing_changes(sets, events, jnp.asarray(float(time_step)), rule, method), dtype=float)
    repeated = np.broadcast_to(np.asarray(pairings), change.shape[1:])
    check_sizes(pairings=int(repeated.min()))
    check_positive(initial_weight=initial_weight, largest_weight=largest_weight)
    percent = 100 * (1 + repeated * change / initial_weight)
    return Pairing(change, percent, np.clip(percent, 0, 100 * largest_weight / initial_weight))


@partial(jax.jit, static_argnames=("rule", "method"))
def pairing_changes(
    sets: VoltageParameters, events: DendriticEvent, time_step: Array, rule: Rule, method: Method
) -> Float[Array, "sets traces"]:
    """Return the change by one pairing for each set and each trace."""

    def one(own: VoltageParameters, trace: DendriticEvent) -> Array:
        circuit = one_synapse(own, time_step, rule, method)

        return rollout(circuit, trace, jax.random.key(_KEY))[0].weights[0, 0]

    return jax.vmap(jax.vmap(one, (None, 0)), (0, None))(sets, events)
