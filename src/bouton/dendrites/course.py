"""The course of a pairing: all that happens at a synapse, step by step."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import ArrayLike

from bouton.dendrites.parameters import VoltageParameters, stacked
from bouton.dendrites.recordings import Method, Rule, one_synapse, pairing_events
from bouton.dendrites.voltage_synapses import DendriticEvent, DendriticState
from bouton.engine import rollout
from bouton.plasticity import DendriticSynapse, LocalVoltage

__all__ = ["Course", "course"]


@dataclass(frozen=True)
class Course:
    """All that happens at a synapse during a pairing.

    Parameters
    ----------
    times : array (steps,)
        In ms.
    voltage, fast, slow : array (traces, steps)
        Voltage and its filtered versions, in mV.
    glutamate : array (traces, steps)
        The trace of presynaptic spikes.
    threshold : array (traces, steps)
        Threshold of depression, in mV.
    potentiation, depression : array (traces, steps)
        Both signals, per ms.
    weight : array (traces, steps)
        Change of the weight since the beginning.
    """

    times: Float[np.ndarray, " steps"]
    voltage: Float[np.ndarray, "traces steps"]
    fast: Float[np.ndarray, "traces steps"]
    slow: Float[np.ndarray, "traces steps"]
    glutamate: Float[np.ndarray, "traces steps"]
    threshold: Float[np.ndarray, "traces steps"]
    potentiation: Float[np.ndarray, "traces steps"]
    depression: Float[np.ndarray, "traces steps"]
    weight: Float[np.ndarray, "traces steps"]


def course(
    parameters: VoltageParameters,
    voltages: ArrayLike,
    spike_times: ArrayLike,
    *,
    rule: Rule = "veto",
    method: Method = "exact",
    time_step: float = 0.1,
    rest: float = 0.0,
) -> Course:
    """Return what happens during a pairing, step by step.

    Parameters
    ----------
    parameters : VoltageParameters
        One set.
    voltages, spike_times, rule, method, time_step, rest
        As of `pair`.

    Returns
    -------
    Course
        With the signals by which the weight moves at each step, thresholds and filters as they are then.

    Raises
    ------
    InputError
        As `pair` does.
    """
    sets = stacked(parameters)
    events = pairing_events(sets, voltages, spike_times, method, time_step, rest)
    own = jax.tree.map(lambda leaf: leaf[0], sets)
    states = _states(own, events, jnp.asarray(float(time_step)), rule, method)
    synapses = DendriticSynapse(states.weights[..., 0, 0], states.recent_potentiation[..., 0, 0])
    now, fast, slow, glutamate = (leaf[..., 0] for leaf in (states.voltage, states.fast, states.slow, states.glutamate))
    circuit = one_synapse(own, jnp.asarray(float(time_step)), rule, method)
    pre: Any = circuit.presynaptic(glutamate, events.spikes[..., 0])
    signals = circuit.learning.signals(synapses, pre, LocalVoltage(now, fast, slow))
    veto = own.veto if rule == "veto" else 0.0
    threshold = own.depression_threshold + veto * synapses.recent_potentiation
    parts = (now, fast, slow, glutamate, threshold, *signals, synapses.weight)
    return Course(np.arange(now.shape[-1]) * time_step, *map(np.asarray, parts))


@partial(jax.jit, static_argnames=("rule", "method"))
def _states(
    own: VoltageParameters, events: DendriticEvent, time_step: Array, rule: Rule, method: Method
) -> DendriticState:
    circuit = one_synapse(own, time_step, rule, method)

    def one(trace: DendriticEvent) -> DendriticState:
        return rollout(circuit, trace, jax.random.key(0), look=lambda state, info: state)[1]

    return jax.vmap(one)(events)
