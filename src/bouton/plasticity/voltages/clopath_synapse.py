"""A voltage-based synapse onto a neuron that is made to fire: what pairing protocols and voltage clamp do to it."""

from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import given_array
from bouton._checked import Checked
from bouton._fields import AtLeastZero, Positive, check_fields
from bouton.dynamics import ClopathMembrane, ClopathNeuron, LowPass, VoltageFilters, VoltageLines
from bouton.errors import InputError
from bouton.plasticity._values import Values
from bouton.plasticity.spike_times import Trains, on_clock
from bouton.plasticity.voltages.clopath import ClopathVoltage, VoltagePost, VoltagePre

__all__ = ["VoltageState", "VoltageSynapse"]


class VoltageState(NamedTuple):
    """What the synapse and its neuron need to go on.

    Parameters
    ----------
    weight : array
        The weight.
    trace : array
        The presynaptic trace, in 1/ms.
    membrane : ClopathMembrane
        The neuron.
    lines : VoltageLines
        Its filtered potentials.
    """

    weight: Array
    trace: Array
    membrane: ClopathMembrane
    lines: VoltageLines


class VoltageSynapse(Checked):
    r"""One synapse with `ClopathVoltage`, onto a neuron that fires where a current makes it.

    The synapse itself does not drive the neuron, as in pairing experiments, where it is weak. Steps are of 1 ms.

    Parameters
    ----------
    rule : ClopathVoltage
        Default: visual cortex.
    neuron : ClopathNeuron
        Default: the published one.
    filters : VoltageFilters
        How the synapse reads the potential.
    trace_time : float
        Time constant :math:`\tau_x` of the presynaptic trace, in ms. Default 15.
    spike_current : float
        What makes the neuron fire, in pA for 1 ms. Default 1e6.
    settle : float
        Time that is simulated after the last spike, in ms. Default 500.
    rounding : bool
        Whether spike times between two ms go to the nearer one. Default False: they are refused.

    Raises
    ------
    InputError
        If a time is out of its range.

    Examples
    --------
    >>> from bouton.plasticity import Trains
    >>> synapse = VoltageSynapse()
    >>> causal, reverse = synapse.weights_after([Trains([20.0], [30.0]), Trains([30.0], [20.0])], initial=0.5).tolist()
    >>> reverse < 0.5, abs(causal - 0.5) < 1e-6
    (True, True)
    """

    rule: ClopathVoltage = ClopathVoltage()
    neuron: ClopathNeuron = ClopathNeuron()
    filters: VoltageFilters = VoltageFilters()
    trace_time: Positive | Float[Array, ""] = 15.0
    spike_current: AtLeastZero | Float[Array, ""] = 1e6
    settle: AtLeastZero = eqx.field(static=True, default=500.0)
    rounding: bool = eqx.field(static=True, default=False)

    def __check_init__(self) -> None:
        check_fields(self)
        LowPass(self.trace_time, exact=False)

    def start(self, weight: Values) -> VoltageState:
        """Return the synapse, or one for each of an array of weights (synapses,), onto a neuron at rest.

        Several synapses have a presynaptic spike each in a step, an array (synapses,).

        Raises
        ------
        InputError
            If the weight is neither a number nor an array of one axis.
        """
        weights, membrane = jnp.asarray(weight, float), self.neuron.start(())
        if weights.ndim > 1:
            raise InputError(f"weight must be one number or one for each synapse, got shape {weights.shape}")
        return VoltageState(weights, jnp.zeros_like(weights), membrane, self.filters.start(membrane.potential))

    def step(self, state: VoltageState, spike: Array, current: Array) -> VoltageState:
        """Go on by a ms, in which the presynaptic neuron fires (1) or not (0) and a current in pA is injected."""
        membrane, _ = self.neuron.step(state.membrane, current)
        return self._learnt(state, spike, membrane, membrane.potential)

    def clamped_step(self, state: VoltageState, spike: Array, potential: Array) -> VoltageState:
        """Go on by a ms, in which the potential is held at a value in mV."""
        return self._learnt(state, spike, state.membrane, potential)

    def _learnt(self, state: VoltageState, spike: Array, membrane: ClopathMembrane, potential: Array) -> VoltageState:
        lines, read = self.filters.step(state.lines, potential)
        post = VoltagePost(potential, *read, depression_scale=1.0)
        weight = state.weight + self.rule(state.weight, VoltagePre(spike, state.trace), post, None)
        return VoltageState(weight, LowPass(self.trace_time, exact=False).step(state.trace, spike), membrane, lines)

    def weights_after(self, trains: Sequence[Trains], initial: Values = 0.5) -> Array:
        """Return the weights of synapses under several pairs of trains, each by itself.

        Parameters
        ----------
        trains : sequence of Trains
            Presynaptic spikes, and spikes that the neuron is made to fire, in ms.
        initial : float or array (trains,)
            Weight before, of all synapses or of each. Default 0.5.

        Returns
        -------
        array (trains,)

        Raises
        ------
        InputError
            If there are none, spike times are out of order or not on the clock, or there is another number of weights.
        """
        if not trains:
            raise InputError("there must be spike times of at least one synapse, got none")
        last = max(np.max(np.concatenate([np.ravel(side) for side in pair]), initial=0.0) for pair in trains)
        n_steps = int(np.ceil(last + self.settle)) + 1
        rows = [
            [on_clock(times, 1.0, n_steps, rounding=self.rounding, name=name) for name, times in pair._asdict().items()]
            for pair in trains
        ]
        spikes = jnp.asarray(np.asarray(rows, bool).T)
        return _paired(self, _weights(initial, len(trains)), spikes)

    def after_clamp(self, pre: Values, potentials: Values, initial: Values = 0.5) -> Array:
        """Return the weights after presynaptic spikes at several held potentials.

        Parameters
        ----------
        pre : array (spikes,)
            Presynaptic spike times in ms.
        potentials : array (levels,)
            In mV; each held for long before the first spike.
        initial : float or array (levels,)
            Weight before, at all levels or at each. Default 0.5.

        Returns
        -------
        array (levels,)

        Raises
        ------
        InputError
            If spike times are out of order or not on the clock, or there is another number of weights.
        """
        n_steps = int(np.ceil(np.max(np.asarray(pre, float), initial=0.0) + self.settle)) + 1
        spikes = on_clock(pre, 1.0, n_steps, rounding=self.rounding, name="pre")
        levels = jnp.asarray(potentials, float)
        return _clamped(self, _weights(initial, levels.shape[0]), jnp.asarray(spikes), levels)


def _weights(initial: Values, count: int) -> Array:
    """Return a weight for each of so many synapses."""
    several = isinstance(initial, Sequence) or getattr(initial, "ndim", 0)
    return jnp.broadcast_to(jnp.asarray(given_array(initial, (count,) if several else (), "initial"), float), (count,))


@jax.jit
def _paired(synapse: VoltageSynapse, initial: Array, spikes: Array) -> Array:
    start = jax.vmap(synapse.start)(initial)

    def one(states: VoltageState, fired: Array) -> tuple[VoltageState, None]:
        pre, post = fired.astype(initial.dtype)
        return jax.vmap(synapse.step)(states, pre, synapse.spike_current * post), None

    return jax.lax.scan(one, start, spikes)[0].weight


@jax.jit
def _clamped(synapse: VoltageSynapse, initial: Array, spikes: Array, potentials: Array) -> Array:
    def level(potential: Array, weight: Array) -> Array:
        start = synapse.start(weight)._replace(lines=synapse.filters.start(potential))
        return jax.lax.scan(lambda s, spike: (synapse.clamped_step(s, spike, potential), None), start, spikes)[0].weight

    return jax.vmap(level)(potentials, initial)
