r"""Neurons of assemblies: they fire at random, are dead for a random time, and stay excitable for seconds.

.. math::

    \tau_m\, \dot u &= -u + b + I, \qquad u \leftarrow u + c \sum w \text{ on arrival}, \qquad u \leftarrow 0
        \text{ at a spike} \\
    \lambda &= f(u + \min(s, s_{max})), \qquad \tau_s\, \dot s = -s, \qquad s \leftarrow s + \Delta_s
        \text{ at a spike}

The potential has no unit. After a spike the neuron is dead for a time from a gamma distribution, rounded to time steps,
while its potential goes on. The number of dead steps is not drawn at the spike: in each dead step the neuron comes back
with the probability that its time ends there, which makes the same distribution and needs one random number a step.

Source: M. G. Müller, C. H. Papadimitriou, W. Maass, R. Legenstein, eNeuro 7(3), 0533-19 (2020).
"""

from math import factorial

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Finite, Positive, check_fields
from bouton.dynamics._times import check_time_constant
from bouton.dynamics.hazards import Hazard, ThresholdedHazard, spike_probability
from bouton.dynamics.point_neurons import NeuronState, PointNeurons

__all__ = ["ExcitableNeurons"]


class ExcitableNeurons(PointNeurons):
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

    def start(self, size: int) -> NeuronState:
        """Return neurons that rest at the bias and have not fired."""
        zeros = jnp.zeros(size)
        return NeuronState(zeros + self.bias, (zeros,), jnp.zeros(size, jnp.int32), (zeros,))

    def propagate(self, state: NeuronState, current: Float[Array, "..."]) -> NeuronState:
        """Go on over a time step, exactly, under a current without unit."""
        h = jnp.asarray(self.time_step)
        kept = jnp.exp(-h / self.membrane_time_constant)
        potential = kept * state.potential + (1 - kept) * (self.bias + current)
        slow = jnp.exp(-h / self.excitability_time) * state.slow[0]
        return state._replace(potential=potential, synaptic=(jnp.zeros_like(state.synaptic[0]),), slow=(slow,))

    def arrived(self, state: NeuronState) -> Float[Array, " neurons"]:
        """Return the potential with what arrives in this step."""
        return state.potential + self.efficacy * state.synaptic[0]

    def excitability(self, state: NeuronState) -> Float[Array, " neurons"]:
        """Return what of the excitability counts."""
        return jnp.minimum(state.slow[0], self.excitability_bound)

    def rate(self, state: NeuronState) -> Float[Array, " neurons"]:
        """Return the momentary rate in Hz of neurons that are not dead."""
        return self.hazard.at(self.arrived(state) + self.excitability(state) - self.hazard.threshold)

    def end_of_dead_time(self, step: Int[Array, "..."]) -> Float[Array, "..."]:
        """Return the probability that a dead time that has lasted some steps, from 0 on, ends with them."""
        width = self.time_step * self.dead_time_shape / self.refractory_time

        def factor(x: Array) -> Array:
            terms = [1 / factorial(n) for n in range(self.dead_time_shape)]
            total = jnp.zeros_like(x)
            for term in reversed(terms):
                total = total * x + term
            return total

        after = jnp.asarray(step, jnp.result_type(float)) + 0.5
        before = jnp.maximum(after - 1, 0)
        ratio = factor(after * width) / factor(before * width)
        return 1 - jnp.exp(-(after - before) * width) * ratio

    def fire(self, state: NeuronState, key: PRNGKeyArray) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step: draw who comes back from the dead, and who fires."""
        draw = jax.random.uniform(key, state.potential.shape, state.potential.dtype)
        return self.fire_with(state, draw)

    def fire_with(
        self, state: NeuronState, draw: Float[Array, " neurons"]
    ) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step, with a number between 0 and 1 for each neuron.

        Parameters
        ----------
        state : NeuronState
            After `propagate` and arrivals. `refractory` is 0 for a neuron that may fire, and counts the steps since its
            spike, from 1, for one that is dead.
        draw : array, shape (neurons,)
            Uniform numbers. One below the probability to come back is stretched over the whole range, and says at once
            whether the neuron fires.

        Returns
        -------
        tuple of NeuronState and array of bool, shape (neurons,)
        """
        dead = state.refractory > 0
        returning = jnp.where(dead, self.end_of_dead_time(state.refractory - 1).astype(draw.dtype), 1)
        alive = draw < returning
        # Neurons that stay dead get a share of at least 1, which no probability to fire reaches.
        share = draw / jnp.maximum(returning, jnp.finfo(draw.dtype).tiny)
        fired = alive & (share < spike_probability(self.rate(state), self.time_step))
        potential = jnp.where(fired, jnp.asarray(self.reset, draw.dtype), self.arrived(state))
        refractory = jnp.where(fired, 1, jnp.where(alive, 0, state.refractory + 1))
        slow = state.slow[0] + jnp.where(fired, jnp.asarray(self.jump, draw.dtype), 0)
        return state._replace(potential=potential, refractory=refractory, slow=(slow,)), fired
