r"""Adaptive exponential integrate-and-fire neurons.

.. math::

    C \dot V &= -g_L (V - E_L) + g_L \Delta_T\, e^{(V - V_T)/\Delta_T} - w + I \\
    \tau_w \dot w &= a (V - E_L) - w, \qquad V \ge V_{peak}: \; V \leftarrow V_r, \; w \leftarrow w + b

A step is one of exponential Euler: leak, adaptation and synaptic currents go on exactly, while the exponential current
and what each of V and w does to the other stay as they were at its beginning. First order in the step, which matters
for spike times: take at most 0.1 ms. Where the peak lies matters little.
"""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from bouton._fields import AtLeastZero, Finite, Positive, check_fields
from bouton.dynamics._times import check_reset, check_time_constant
from bouton.dynamics.point_neurons import NeuronState, PointNeurons, check_synapses
from bouton.dynamics.synaptic_currents import (
    ExponentialSynapse,
    SynapticCurrent,
    first_variables,
    kicks,
    propagate_all,
)

__all__ = ["AdaptiveExponential"]


class AdaptiveExponential(PointNeurons):
    r"""Adaptive exponential integrate-and-fire neurons with synaptic currents.

    Parameters
    ----------
    capacitance : float
        C, in pF. Default 281.
    leak_conductance : float
        :math:`g_L`, in nS. Default 30.
    rest, exponential_threshold, peak, reset : float
        :math:`E_L, V_T, V_{peak}, V_r`, in mV. Default -70.6, -50.4, 20, -70.6.
    slope : float
        :math:`\Delta_T`, in mV. Default 2.
    adaptation_time_constant : float
        :math:`\tau_w`, in ms. Default 144.
    adaptation_coupling : float
        a, in nS. Default 4.
    adaptation_jump : float
        b, in pA. Default 80.5.
    refractory_time : float
        In ms. Default 0.
    synapses : tuple of SynapticCurrent
        One for each receptor. Default: one `ExponentialSynapse`.
    time_step : float
        In ms. Default 0.1.

    Raises
    ------
    InputError
        If a parameter is out of its range, or a time constant shorter than the step.

    References
    ----------
    R. Brette, W. Gerstner (2005), Journal of Neurophysiology 94, 3637-3642.

    Examples
    --------
    Adaptation makes intervals longer:

    >>> import jax, jax.numpy as jnp, numpy as np
    >>> neurons = AdaptiveExponential()
    >>> none = jnp.zeros((1, 1))
    >>> _, fired = jax.lax.scan(lambda s, _: neurons.step(s, none, 1000.0), neurons.start(1), length=2000)
    >>> intervals = np.diff(np.flatnonzero(fired))
    >>> bool(intervals[-1] > intervals[0])
    True
    """

    capacitance: Positive | Float[Array, "..."] = 281.0
    leak_conductance: Positive | Float[Array, "..."] = 30.0
    rest: float | Float[Array, "..."] = -70.6
    exponential_threshold: float | Float[Array, "..."] = -50.4
    slope: Positive | Float[Array, "..."] = 2.0
    peak: float | Float[Array, "..."] = 20.0
    reset: float | Float[Array, "..."] = -70.6
    adaptation_time_constant: Positive | Float[Array, "..."] = 144.0
    adaptation_coupling: Finite | Float[Array, "..."] = 4.0
    adaptation_jump: Finite | Float[Array, "..."] = 80.5
    refractory_time: AtLeastZero | Float[Array, ""] = 0.0
    synapses: tuple[SynapticCurrent, ...] = (ExponentialSynapse(),)
    time_step: Positive | Float[Array, ""] = 0.1

    def __check_init__(self) -> None:
        check_fields(self)
        check_time_constant("adaptation_time_constant", self.adaptation_time_constant, self.time_step)
        check_reset(self.reset, self.peak, "peak")
        if isinstance(self.capacitance, int | float) and isinstance(self.leak_conductance, int | float):
            tau = self.capacitance / self.leak_conductance
            check_time_constant("capacitance / leak_conductance", tau, self.time_step)
        check_reset(self.exponential_threshold, self.peak, "peak", "exponential_threshold")
        check_synapses(self.synapses, self.time_step)

    @property
    def arrival_rows(self) -> tuple[int, ...]:
        """The first variable of each synapse."""
        return first_variables(self.synapses)

    def start(self, size: int, key: PRNGKeyArray | None = None) -> NeuronState:
        """Return neurons at rest, without synaptic currents or adaptation."""
        n_variables = sum(synapse.n_variables for synapse in self.synapses)
        synaptic = tuple(jnp.zeros(size) for _ in range(n_variables))
        return NeuronState(jnp.zeros(size) + self.rest, synaptic, jnp.zeros(size, jnp.int32), (jnp.zeros(size),))

    def propagate(self, state: NeuronState, current: Float[Array, "..."]) -> NeuronState:
        """Take a step of exponential Euler."""
        h, adaptation = jnp.asarray(self.time_step), state.slow[0]
        tau = jnp.asarray(self.capacitance) / self.leak_conductance
        synaptic, gained = propagate_all(self.synapses, state.synaptic, tau, h)
        # Beyond the peak the neuron has fired: nothing is gained by what the exponential does there.
        exponent = jnp.minimum(state.potential, self.peak) - self.exponential_threshold
        spike = self.leak_conductance * self.slope * jnp.exp(exponent / self.slope)
        steady = self.rest - jnp.expm1(-h / tau) * (spike - adaptation + current) / self.leak_conductance
        distance = state.potential - self.rest
        potential = steady + jnp.exp(-h / tau) * distance + gained / self.capacitance
        fade = -h / self.adaptation_time_constant
        adaptation = jnp.exp(fade) * adaptation - jnp.expm1(fade) * self.adaptation_coupling * distance
        return state._replace(potential=self.held(state, potential), synaptic=synaptic, slow=(adaptation,))

    def fire(self, state: NeuronState, key: PRNGKeyArray) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step: who reaches the peak fires, is reset and adapts."""
        potential = self.held(state, state.potential + kicks(self.synapses, state.synaptic))
        fired = (potential >= self.peak) & (state.refractory <= 0)
        adaptation = state.slow[0] + jnp.where(fired, jnp.asarray(self.adaptation_jump, potential.dtype), 0)
        potential, refractory = self.reset_where(fired, potential, jnp.maximum(state.refractory - 1, 0))
        return NeuronState(potential, state.synaptic, refractory, (adaptation,)), fired
