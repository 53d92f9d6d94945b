r"""Synapses on dendrites that learn from glutamate and from the voltage where they sit.

.. math::

    \tau_x\, \dot x = -x + \tau_x \sum_k \delta(t - t_k), \qquad \tau_\pm\, \dot u_\pm = v - u_\pm

and for each synapse `bouton.plasticity.DendriticVoltageHebb`. An event is a time step: which presynaptic neurons fire,
and the voltage of each compartment, recorded or simulated, relative to rest.

Source: C. Meissner-Bernard, M. C. Tsai, L. Logiaco, W. Gerstner, Frontiers in Synaptic Neuroscience 12:585539, 2020.
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from bouton._fields import Bound, Finite, Positive
from bouton.dendrites.parameters import VoltageParameters
from bouton.dynamics import ExponentialTrace, LowPass
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import (
    Connectivity,
    DendriticSynapse,
    DendriticVoltageHebb,
    Glutamate,
    InstantaneousVoltageHebb,
    LocalVoltage,
    Synapses,
)

__all__ = ["DendriticEvent", "DendriticInfo", "DendriticState", "DendriticSynapses"]

_RESTING = -40.0
"""In mV: a voltage relative to rest is hardly ever below that over most of a chunk."""


class DendriticEvent(NamedTuple):
    """What happens in a time step.

    Parameters
    ----------
    spikes : array (n_pre,)
        1 where a presynaptic neuron fires, else 0.
    voltage : array (n_compartments,)
        Voltage of the compartments relative to rest, in mV.
    """

    spikes: Float[Array, "*time pres"]
    voltage: Float[Array, "*time compartments"]


class DendriticState(NamedTuple):
    """What is needed to go on.

    Parameters
    ----------
    weights, recent_potentiation : array (n_compartments, fan_in)
        The synapses' variables.
    glutamate : array (n_pre,)
        Traces of presynaptic spikes.
    voltage, fast, slow : array (n_compartments,)
        Voltage of the last step and its filtered versions, in mV.
    """

    weights: Float[Array, "compartments fan_in"]
    recent_potentiation: Float[Array, "compartments fan_in"]
    glutamate: Float[Array, " pres"]
    voltage: Float[Array, " compartments"]
    fast: Float[Array, " compartments"]
    slow: Float[Array, " compartments"]


class DendriticInfo(NamedTuple):
    """What one may look at.

    Parameters
    ----------
    y : array (n_compartments,)
        Glutamate that is bound in each compartment, weighted.
    """

    y: Float[Array, " compartments"]


class DendriticSynapses(Circuit[DendriticState, DendriticInfo]):
    """Plastic synapses on compartments whose voltage is given.

    Parameters
    ----------
    connectivity : Connectivity
        Which presynaptic neurons reach which compartments: `Dense` or `FanIn`.
    parameters : VoltageParameters
        Of rule and filters.
    rule : {"veto", "instantaneous", "clopath"}
        `DendriticVoltageHebb`; or, without a veto, `InstantaneousVoltageHebb` whose depression goes with the glutamate
        trace, or with presynaptic spikes, as in Clopath et al. (2010). Default "veto".
    method : {"exact", "euler"}
        Exact filters, second order in the step, or the authors' Euler steps. Default "exact".
    time_step : float
        In ms. Default 0.1.
    initial_weight : float
        Default 0.5.
    lower, upper : float
        Bounds of the weights. Default 0 and 1.

    Raises
    ------
    InputError
        If an argument is out of its range.

    Examples
    --------
    Presynaptic spikes just before a strong, short depolarisation strengthen, before a long weak one they weaken:

    >>> import bouton, jax, numpy as np
    >>> from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, DendriticEvent, DendriticSynapses
    >>> from bouton.plasticity import Dense
    >>> circuit = DendriticSynapses(Dense(1, 2), PUBLISHED_VOLTAGE_PARAMETERS["L-c"])
    >>> time = np.arange(0, 200, 0.1)
    >>> strong, weak = 60.0 * ((time > 5) & (time < 20)), 18.0 * ((time > 5) & (time < 40))
    >>> event = DendriticEvent((time == 0)[:, None] * 1.0, np.stack([strong, weak], axis=1))
    >>> weights = bouton.run(circuit, event, key=jax.random.key(0)).state.weights
    >>> bool(weights[0, 0] > 0.5 > weights[1, 0])
    True
    """

    connectivity: Connectivity
    parameters: VoltageParameters
    rule: Literal["veto", "instantaneous", "clopath"] = eqx.field(static=True, default="veto")
    method: Literal["exact", "euler"] = eqx.field(static=True, default="exact")
    time_step: Positive | Float[Array, ""] = 0.1
    initial_weight: Finite | Float[Array, ""] = 0.5
    lower: Bound | Float[Array, ""] = 0.0
    upper: Bound | Float[Array, ""] = 1.0

    @property
    def learning(self) -> DendriticVoltageHebb | InstantaneousVoltageHebb:
        """The rule of one synapse."""
        own = self.parameters
        factors = own.potentiation, own.depression, own.potentiation_threshold, own.depression_threshold
        if self.rule != "veto":
            return InstantaneousVoltageHebb(*factors, self.time_step, self.lower, self.upper)
        return DendriticVoltageHebb(
            *factors, own.veto, own.veto_time_constant, self.time_step, self.lower, self.upper, self._exact
        )

    @property
    def synapses(self) -> Synapses:
        """The synapses and their rule."""
        return Synapses(self.connectivity, self.learning)

    @property
    def event(self) -> DendriticEvent:
        """One time step: spikes (n_pre,) and voltages (n_compartments,)."""
        sizes = self.connectivity.n_pre, self.connectivity.n_post
        leaves: Any = (jax.ShapeDtypeStruct((size,), jnp.result_type(float)) for size in sizes)
        return DendriticEvent(*leaves)

    def init(self, key: PRNGKeyArray) -> DendriticState:
        """Return dendrites at rest, with all weights alike."""
        synapses, silent = jnp.zeros(self.connectivity.shape), jnp.zeros(self.connectivity.n_post)
        glutamate = jnp.zeros(self.connectivity.n_pre)
        return DendriticState(synapses + self.initial_weight, synapses, glutamate, silent, silent, silent)

    def respond(self, state: DendriticState, x: DendriticEvent) -> Float[Array, " compartments"]:
        """Return the glutamate that is bound in each compartment, weighted."""
        glutamate = self._trace.step(state.glutamate, x.spikes)
        return self.synapses.drive(DendriticSynapse(state.weights, state.recent_potentiation), glutamate)

    def step(self, key: PRNGKeyArray, state: DendriticState, x: DendriticEvent) -> tuple[DendriticState, DendriticInfo]:
        """Go on by a time step: glutamate, filters of the voltage, plasticity."""
        arrived = self._trace.step(state.glutamate, x.spikes)
        fast_filter, slow_filter = self._filter(self.parameters.fast_time_constant), self._slow
        if self._exact:
            # The step that ends here: spikes come at its end, and what counts are means over it.
            fast = fast_filter.step(state.fast, state.voltage, x.voltage)
            slow = slow_filter.step(state.slow, state.voltage, x.voltage)
            means = ((state.voltage + x.voltage) / 2, (state.fast + fast) / 2, (state.slow + slow) / 2)
            glutamate, local = self._glutamate.mean_retained * state.glutamate, LocalVoltage(*means)
        else:
            # The step that begins here, as the authors take it.
            fast = fast_filter.step(state.fast, x.voltage, x.voltage)
            slow = slow_filter.step(state.slow, x.voltage, x.voltage)
            glutamate, local = arrived, LocalVoltage(x.voltage, state.fast, state.slow)
        before = DendriticSynapse(state.weights, state.recent_potentiation)
        y = self.synapses.drive(before, arrived)
        after = self.synapses.update(before, self.presynaptic(glutamate, x.spikes), local)
        state = DendriticState(after.weight, after.recent_potentiation, arrived, x.voltage, fast, slow)
        return state, DendriticInfo(y)

    def presynaptic(self, glutamate: Array, spikes: Array) -> Array | Glutamate:
        """Return what the rule is handed of the presynaptic neuron."""
        if self.rule == "veto":
            return glutamate
        return Glutamate(glutamate, glutamate if self.rule == "instantaneous" else spikes / self.time_step)

    def check(self, events: PyTree[np.ndarray]) -> None:
        """Refuse voltages that are not relative to rest."""
        check_relative(np.asarray(events.voltage))

    @property
    def _exact(self) -> bool:
        return self.method == "exact"

    @property
    def _trace(self) -> ExponentialTrace:
        return ExponentialTrace(self.parameters.glutamate_time_constant, 1.0, self.time_step)

    @property
    def _glutamate(self) -> LowPass:
        return self._filter(self.parameters.glutamate_time_constant)

    @property
    def _slow(self) -> LowPass:
        return self._filter(self.parameters.slow_time_constant)

    def _filter(self, time_constant: float | Float[Array, ""]) -> LowPass:
        return LowPass(time_constant, self.time_step, self._exact)


def check_relative(voltage: np.ndarray) -> None:
    """Refuse voltages that look absolute."""
    if voltage.size and (median := float(np.median(voltage))) < _RESTING:
        raise InputError(
            f"the voltage looks absolute (median {median:.0f} mV): mV relative to rest are expected; take the resting "
            "voltage off"
        )
