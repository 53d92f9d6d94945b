r"""Neurons of assemblies: they fire at random, are dead for a random time, and stay excitable for seconds.

.. math::

    \tau_m\, \dot u &= -u + b + I, \qquad u \leftarrow u + c \sum w \text{ on arrival}, \qquad u \leftarrow 0
        \text{ at a spike} \\
    \lambda &= f(u + \min(s, s_{max})), \qquad \tau_s\, \dot s = -s, \qquad s \leftarrow s + \Delta_s
        \text{ at a spike}

The potential has no unit. After a spike the neuron is dead for a time from a gamma distribution, rounded to time steps,
while its potential goes on.

Numbers are drawn at spikes alone: how long the neuron is dead, and by how much the integral of :math:`\lambda` has to
grow until it fires again, from the exponential distribution of mean 1. In a step of length h a neuron then fires with
probability :math:`1 - e^{-\lambda h}`, whatever happened in the steps before, as if a number were drawn in each step.

Source: M. G. Müller, C. H. Papadimitriou, W. Maass, R. Legenstein, eNeuro 7(3), 0533-19 (2020).
"""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Finite, Positive, check_fields
from bouton._loops import set_element
from bouton.dynamics._times import check_time_constant
from bouton.dynamics.hazards import Hazard, ThresholdedHazard
from bouton.dynamics.point_neurons import NeuronState, PointNeurons, key_or_default

__all__ = ["ExcitableNeurons", "WaitingNeurons"]


class WaitingNeurons(PointNeurons):
    """Neurons whose random numbers are drawn at spikes alone, so that a step without any costs none."""

    @abstractmethod
    def cross(self, state: NeuronState) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step but for what is drawn: `renew` draws it for each neuron that fired."""

    @abstractmethod
    def renew(self, state: NeuronState, neuron: Int[Array, ""], key: PRNGKeyArray) -> NeuronState:
        """Draw what a neuron that fired needs, with the key of the step."""


class ExcitableNeurons(WaitingNeurons):
    r"""Stochastic neurons with a random dead time and slow excitability.

    Parameters
    ----------
    membrane_time_constant : float
        :math:`\tau_m`, in ms. Default 10.
    bias : float
        b. Default 0.1.
    efficacy : float
        c, what a spike adds to the potential per unit of weight. Default 0.03.
    hazard : Hazard
        f, in Hz. Default ``ThresholdedHazard(0, 1000, 1)``, 1000 Hz (exp(u) - 1).
    reset : float
        Potential after a spike. Default 0.
    refractory_time : float
        Mean dead time, in ms. Default 3.5.
    dead_time_shape : int
        Shape of the gamma distribution of dead times. Default 4.
    jump : float
        :math:`\Delta_s`, what a spike adds to the excitability. Default 0: none.
    excitability_time : float
        :math:`\tau_s`, in ms. Default 5000.
    excitability_bound : float
        :math:`s_{max}`: more has no effect, though it is kept. Default 0.5.
    time_step : float
        h, in ms. Default 0.1.

    Raises
    ------
    InputError
        If a number is out of its range, or a time constant is shorter than the step.

    Examples
    --------
    >>> import jax, jax.numpy as jnp
    >>> neurons = ExcitableNeurons(bias=1.0)
    >>> state, fired = neurons.step(neurons.start(1000), jnp.zeros((1, 1000)), key=jax.random.key(0))
    >>> bool(100 < int(fired.sum()) < 220)  # 1718 Hz for 0.1 ms
    True
    """

    membrane_time_constant: Positive | Float[Array, ""] = 10.0
    bias: float | Float[Array, ""] = 0.1
    efficacy: Positive | Float[Array, ""] = 0.03
    hazard: Hazard = ThresholdedHazard(0.0, 1000.0, 1.0)
    reset: Finite | Float[Array, ""] = 0.0
    refractory_time: Positive | Float[Array, ""] = 3.5
    dead_time_shape: Count = eqx.field(static=True, default=4)
    jump: AtLeastZero | Float[Array, ""] = 0.0
    excitability_time: Positive | Float[Array, ""] = 5000.0
    excitability_bound: AtLeastZero | Float[Array, ""] = 0.5
    time_step: Positive | Float[Array, ""] = 0.1

    def __check_init__(self) -> None:
        check_fields(self)
        for name in ("membrane_time_constant", "excitability_time"):
            check_time_constant(name, getattr(self, name), self.time_step)

    @property
    def arrival_rows(self) -> tuple[int, ...]:
        """One: the weights that arrive in this step."""
        return (0,)

    def start(self, size: int, key: PRNGKeyArray | None = None) -> NeuronState:
        """Return neurons that rest at the bias and have not fired; what they wait for is drawn."""
        zeros = jnp.zeros(size)
        waiting = jax.vmap(lambda key: self._drawn(key, zeros.dtype)[0])(_of_each(key_or_default(key), size))
        return NeuronState(zeros + self.bias, (zeros,), jnp.zeros(size, jnp.int32), (zeros, waiting))

    def propagate(self, state: NeuronState, current: Float[Array, "..."]) -> NeuronState:
        """Go on over a time step, exactly, under a current without unit."""
        h = jnp.asarray(self.time_step)
        kept = jnp.exp(-h / self.membrane_time_constant)
        potential = kept * state.potential + (1 - kept) * (self.bias + current)
        slow = jnp.exp(-h / self.excitability_time) * state.slow[0]
        return state._replace(
            potential=potential, synaptic=(jnp.zeros_like(state.synaptic[0]),), slow=(slow, *state.slow[1:])
        )

    def arrived(self, state: NeuronState) -> Float[Array, " neurons"]:
        """Return the potential with what arrives in this step."""
        return state.potential + self.efficacy * state.synaptic[0]

    def excitability(self, state: NeuronState) -> Float[Array, " neurons"]:
        """Return what of the excitability counts."""
        return jnp.minimum(state.slow[0], self.excitability_bound)

    def rate(self, state: NeuronState) -> Float[Array, " neurons"]:
        """Return the momentary rate in Hz of neurons that are not dead."""
        return self.hazard.at(self.arrived(state) + self.excitability(state) - self.hazard.threshold)

    def fire(self, state: NeuronState, key: PRNGKeyArray) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step: return the state after resets, and who fires.

        `refractory` holds for how many further steps a neuron is dead, the second of `slow` by how much the integral of
        its hazard has to grow until it fires.
        """
        state, fired = self.cross(state)
        kind = state.potential.dtype
        waiting, dead = jax.vmap(lambda key: self._drawn(key, kind))(_of_each(key, fired.shape[0]))
        waiting, dead = jnp.where(fired, waiting, state.slow[1]), jnp.where(fired, dead, state.refractory)
        return state._replace(refractory=dead, slow=(state.slow[0], waiting)), fired

    def cross(self, state: NeuronState) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step but for what is drawn at spikes: `renew` draws it for each neuron that fired."""
        kind = state.potential.dtype
        alive = state.refractory <= 0
        passed = self.rate(state) * jnp.asarray(self.time_step * 1e-3, kind)
        waiting = state.slow[1] - jnp.where(alive, passed, jnp.zeros((), kind))
        fired = waiting < 0
        potential = jnp.where(fired, jnp.asarray(self.reset, kind), self.arrived(state))
        slow = state.slow[0] + jnp.where(fired, jnp.asarray(self.jump, kind), 0)
        dead = jnp.maximum(state.refractory - 1, 0)
        return state._replace(potential=potential, refractory=dead, slow=(slow, waiting)), fired

    def renew(self, state: NeuronState, neuron: Int[Array, ""], key: PRNGKeyArray) -> NeuronState:
        """Draw for how long a neuron that fired is dead, and what it waits for then."""
        waiting, dead = self._drawn(jax.random.fold_in(key, neuron), state.potential.dtype)
        refractory = set_element(state.refractory, neuron, dead)
        return state._replace(refractory=refractory, slow=(state.slow[0], set_element(state.slow[1], neuron, waiting)))

    def _drawn(self, key: PRNGKeyArray, kind: Any) -> tuple[Float[Array, ""], Int[Array, ""]]:
        """Return a number of mean 1 from the exponential distribution, and a dead time in steps.

        What is drawn is the same in single and in double precision.
        """
        uniform = jax.random.uniform(key, (1 + self.dead_time_shape,), jnp.float32, minval=jnp.finfo(jnp.float32).tiny)
        drawn = -jnp.log(uniform.astype(kind))
        mean = jnp.asarray(self.refractory_time / (self.dead_time_shape * self.time_step), kind)
        return drawn[0], jnp.round(jnp.sum(drawn[1:]) * mean).astype(jnp.int32)


def _of_each(key: PRNGKeyArray, size: int) -> Any:
    """Return a key for each neuron."""
    return jax.vmap(jax.random.fold_in, in_axes=(None, 0))(key, jnp.arange(size))
