r"""Point neurons on a clock: the contract, and leaky integrate-and-fire neurons integrated exactly.

Times are in ms, potentials in mV, currents in pA, capacitances in pF, conductances in nS. Within a step

1. `propagate`: potential and synaptic variables go on over the step, under the synaptic variables of its beginning;
2. spikes that arrive are added to the synaptic variables (by whoever simulates);
3. `fire`: where the threshold is reached the neuron fires at the end of the step, and is reset.

So a jump of a current in step k acts on the potential from step k + 1 on; a jump of the potential itself in step k. For
`round(refractory_time / time_step)` steps after a spike the potential is held at the reset, while synaptic variables go
on.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Positive, check_fields
from bouton.dynamics._times import check_reset, check_time_constant
from bouton.dynamics.synaptic_currents import (
    ExponentialSynapse,
    SynapticCurrent,
    first_variables,
    kicks,
    propagate_all,
)
from bouton.errors import InputError

__all__ = ["CurrentIntegrateAndFire", "NeuronState", "PointNeurons", "check_synapses", "key_or_default"]


class NeuronState(NamedTuple):
    """What neurons need to go on.

    Parameters
    ----------
    potential : array, shape (neurons,)
        Membrane potential, in mV.
    synaptic : tuple of arrays, shape (neurons,)
        Synaptic variables: currents in pA, conductances relative to the leak, or jumps in mV.
    refractory : array of int, shape (neurons,)
        Time steps for which the potential is still held.
    slow : tuple of arrays (..., neurons)
        What else a model has: adaptation, spike history.
    """

    potential: Float[Array, " neurons"]
    synaptic: tuple[Float[Array, " neurons"], ...]
    refractory: Int[Array, " neurons"]
    slow: tuple[Float[Array, "..."], ...] = ()


class PointNeurons(Checked):
    """Neurons of one kind that advance by a fixed time step and fire."""

    time_step: eqx.AbstractVar[float | Float[Array, ""]]
    refractory_time: eqx.AbstractVar[Any]
    reset: eqx.AbstractVar[Any]

    @property
    @abstractmethod
    def arrival_rows(self) -> tuple[int, ...]:
        """For each receptor which of the synaptic variables arriving spikes are added to."""

    @abstractmethod
    def start(self, size: int, key: PRNGKeyArray | None = None) -> NeuronState:
        """Return neurons at rest; the key is for what is drawn where neurons are random, by default that of 0."""

    @abstractmethod
    def propagate(self, state: NeuronState, current: Float[Array, "..."]) -> NeuronState:
        """Go on over a time step, under an external current in pA that is the same for all or one for each."""

    @abstractmethod
    def fire(self, state: NeuronState, key: PRNGKeyArray) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step: return the state after resets, and who fires."""

    @property
    def refractory_steps(self) -> Int[Array, "..."]:
        """Number of steps for which the potential is held after a spike."""
        return jnp.round(jnp.asarray(self.refractory_time / self.time_step)).astype(jnp.int32)

    def step(
        self,
        state: NeuronState,
        arrivals: Float[Array, "receptors neurons"],
        current: Float[Array, "..."] | float = 0.0,
        key: PRNGKeyArray | None = None,
    ) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """Take a whole time step: propagate, add what arrives, fire.

        Parameters
        ----------
        state : NeuronState
            State before.
        arrivals : array, shape (receptors, neurons)
            Sum of the weights of the spikes that arrive in this step.
        current : float or array, shape () or (neurons,)
            External current over the step, in pA. Default 0.
        key : PRNG key, optional
            Randomness of neurons that have some.

        Returns
        -------
        tuple of NeuronState and array of bool, shape (neurons,)
            State after, and who fires at the end of the step.
        """
        state = self.propagate(state, jnp.asarray(current, state.potential.dtype))
        synaptic = list(state.synaptic)
        for receptor, row in enumerate(self.arrival_rows):
            synaptic[row] = synaptic[row] + arrivals[receptor]
        return self.fire(state._replace(synaptic=tuple(synaptic)), key_or_default(key))

    def held(self, state: NeuronState, potential: Float[Array, " neurons"]) -> Float[Array, " neurons"]:
        """Return a potential, or the reset where it is held."""
        return jnp.where(state.refractory > 0, jnp.asarray(self.reset, potential.dtype), potential)

    def reset_where(
        self, fired: Bool[Array, " neurons"], potential: Float[Array, " neurons"], refractory: Int[Array, " neurons"]
    ) -> tuple[Float[Array, " neurons"], Int[Array, " neurons"]]:
        """Return potential and refractory steps after resets."""
        reset = jnp.asarray(self.reset, potential.dtype)
        return jnp.where(fired, reset, potential), jnp.where(fired, self.refractory_steps, refractory)


def key_or_default(key: PRNGKeyArray | None) -> PRNGKeyArray:
    """Return a key, or that of 0 where there is none."""
    return jax.random.key(0) if key is None else key


def check_synapses(synapses: tuple[SynapticCurrent, ...], time_step: Any) -> None:
    """Raise `InputError` unless there are synapses, none of them faster than a time step."""
    if not synapses:
        raise InputError("synapses must hold at least one kind of synapse")
    for synapse in synapses:
        check_time_constant("time_constant", getattr(synapse, "time_constant", time_step), time_step)


class CurrentIntegrateAndFire(PointNeurons):
    r"""Leaky integrate-and-fire neurons with synaptic currents, exact between spikes whatever the time step.

    .. math:: \tau_m \dot V = -(V - E_L) + \frac{\tau_m}{C} \left(I_{syn} + I_{ext}\right)

    With a capacitance of as many pF as the membrane time constant has ms, 1 pA is worth 1 mV.

    Parameters
    ----------
    membrane_time_constant : float or array, shape (neurons,)
        :math:`\tau_m`, in ms. Default 20.
    capacitance : float or array, shape (neurons,)
        C, in pF. Default 250.
    rest, reset, threshold : float or array, shape (neurons,)
        :math:`E_L`, reset and threshold, in mV. Default -70, -70, -55. The rest may lie above the threshold.
    refractory_time : float
        In ms. Default 2.
    synapses : tuple of SynapticCurrent
        One for each receptor. Default: one `ExponentialSynapse`.
    time_step : float
        h, in ms. Default 0.1.

    Raises
    ------
    InputError
        If a time or the capacitance is out of its range, a time constant is shorter than the step, or the threshold
        does not lie above the reset.

    References
    ----------
    S. Rotter, M. Diesmann (1999), Biological Cybernetics 81, 381-402.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> neurons = CurrentIntegrateAndFire(rest=0.0, reset=0.0, threshold=1.0, capacitance=20.0, time_step=1.0)
    >>> state, n_steps = neurons.start(1), 0
    >>> while True:
    ...     state, fired = neurons.step(state, jnp.zeros((1, 1)), current=1.5)
    ...     n_steps += 1
    ...     if fired[0]:
    ...         break
    >>> n_steps  # 20 ms ln 3 = 21.97 ms
    22
    """

    membrane_time_constant: Positive | Float[Array, "..."] = 20.0
    capacitance: Positive | Float[Array, "..."] = 250.0
    rest: float | Float[Array, "..."] = -70.0
    reset: float | Float[Array, "..."] = -70.0
    threshold: float | Float[Array, "..."] = -55.0
    refractory_time: AtLeastZero | Float[Array, ""] = 2.0
    synapses: tuple[SynapticCurrent, ...] = (ExponentialSynapse(),)
    time_step: Positive | Float[Array, ""] = 0.1

    def __check_init__(self) -> None:
        check_fields(self)
        check_time_constant("membrane_time_constant", self.membrane_time_constant, self.time_step)
        check_reset(self.reset, self.threshold)
        check_synapses(self.synapses, self.time_step)

    @property
    def arrival_rows(self) -> tuple[int, ...]:
        """The first variable of each synapse."""
        return first_variables(self.synapses)

    def start(self, size: int, key: PRNGKeyArray | None = None) -> NeuronState:
        """Return neurons at rest, without synaptic currents."""
        potential = jnp.zeros(size) + self.rest
        n_variables = sum(synapse.n_variables for synapse in self.synapses)
        return NeuronState(potential, tuple(jnp.zeros(size) for _ in range(n_variables)), jnp.zeros(size, jnp.int32))

    def propagate(self, state: NeuronState, current: Float[Array, "..."]) -> NeuronState:
        """Go on over a time step, exactly."""
        h = jnp.asarray(self.time_step)
        decay = -h / self.membrane_time_constant
        resistance = self.membrane_time_constant / jnp.asarray(self.capacitance)
        synaptic, gained = propagate_all(self.synapses, state.synaptic, self.membrane_time_constant, h)
        steady = self.rest - jnp.expm1(decay) * resistance * current
        potential = steady + jnp.exp(decay) * (state.potential - self.rest) + gained / self.capacitance
        # `refractory` counts down when the step ends, so that `fire` still knows who is held.
        return state._replace(potential=self.held(state, potential), synaptic=synaptic)

    def arrived(self, state: NeuronState) -> Float[Array, " neurons"]:
        """Return the potential at the end of a step, with what delta synapses bring, or held."""
        return self.held(state, state.potential + kicks(self.synapses, state.synaptic))

    def fire(self, state: NeuronState, key: PRNGKeyArray) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step: potentials jump by what delta synapses bring, and who reaches the threshold fires."""
        potential = self.arrived(state)
        fired = (potential >= self.threshold) & (state.refractory <= 0)
        refractory = jnp.maximum(state.refractory - 1, 0)
        potential, refractory = self.reset_where(fired, potential, refractory)
        return state._replace(potential=potential, refractory=refractory), fired
