r"""Neurons that fire at random, the more likely the closer they are to threshold, and remember their spikes.

.. math:: V_{eff} = V + \sum_k \eta(t - t_k), \qquad \vartheta_{eff} = \vartheta + \sum_k \gamma(t - t_k),
          \qquad \lambda = f(V_{eff} - \vartheta_{eff})

with kernels :math:`\eta` and :math:`\gamma` of the spike history that are sums of exponentials. See `hazards` for f.

Source: W. Gerstner, W. Kistler, R. Naud, L. Paninski, Neuronal Dynamics (2014), chapters 6, 9 and 10.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from bouton._fields import check_fields
from bouton.dynamics._times import check_time_constant
from bouton.dynamics.hazards import ExponentialHazard, Hazard, HistoryKernel, spike_log_likelihood, spike_probability
from bouton.dynamics.point_neurons import CurrentIntegrateAndFire, NeuronState, PointNeurons

__all__ = ["EscapeNoise", "train_log_likelihood"]


class EscapeNoise(PointNeurons):
    """Integrate-and-fire neurons that fire by a hazard instead of a sharp threshold, with memory of their spikes.

    With `resets` and kernels they are generalised integrate-and-fire neurons; without `resets` spike response neurons
    (SRM0), whose kernel of the potential holds what a reset would do; with a membrane as fast as it may be, a
    generalised linear model of current and spike history.

    Parameters
    ----------
    membrane : CurrentIntegrateAndFire
        Membrane, synapses, dead time (`refractory_time`) and time step; its threshold is not used.
    hazard : Hazard
        Rate of firing. Default `ExponentialHazard()`.
    after_potential : HistoryKernel
        What a spike adds to the potential. Default: nothing.
    adaptive_threshold : HistoryKernel
        What a spike adds to the threshold. Default: nothing.
    resets : bool
        Whether a spike resets the membrane. Default True.

    Raises
    ------
    InputError
        If a time constant of a kernel is shorter than the time step.

    Examples
    --------
    >>> import jax, jax.numpy as jnp
    >>> neurons = EscapeNoise(CurrentIntegrateAndFire(rest=-50.0))
    >>> state, fired = neurons.step(neurons.start(1000), jnp.zeros((1, 1000)), key=jax.random.key(0))
    >>> bool(50 < int(fired.sum()) < 150)  # 1000 Hz for 0.1 ms
    True
    """

    membrane: CurrentIntegrateAndFire
    hazard: Hazard = ExponentialHazard()
    after_potential: HistoryKernel = HistoryKernel()
    adaptive_threshold: HistoryKernel = HistoryKernel()
    resets: bool = eqx.field(static=True, default=True)

    def __check_init__(self) -> None:
        check_fields(self)
        for kernel in (self.after_potential, self.adaptive_threshold):
            for value in kernel.time_constants:
                check_time_constant("time_constants", value, self.membrane.time_step)

    @property
    def time_step(self) -> Any:
        """The membrane's."""
        return self.membrane.time_step

    @property
    def refractory_time(self) -> Any:
        """The membrane's."""
        return self.membrane.refractory_time

    @property
    def reset(self) -> Any:
        """The membrane's."""
        return self.membrane.reset

    @property
    def arrival_rows(self) -> tuple[int, ...]:
        """The membrane's."""
        return self.membrane.arrival_rows

    def start(self, size: int, key: PRNGKeyArray | None = None) -> NeuronState:
        """Return neurons at rest that have not fired."""
        slow = (self.after_potential.start(size), self.adaptive_threshold.start(size))
        return self.membrane.start(size)._replace(slow=slow)

    def propagate(self, state: NeuronState, current: Float[Array, "..."]) -> NeuronState:
        """Go on over a time step, exactly."""
        h = jnp.asarray(self.time_step)
        slow = (self.after_potential.decay(state.slow[0], h), self.adaptive_threshold.decay(state.slow[1], h))
        after = self.membrane.propagate(self._free(state), current)
        return after._replace(refractory=state.refractory, slow=slow)

    def rate(self, state: NeuronState) -> Float[Array, " neurons"]:
        """Return the momentary rate in Hz, 0 in the dead time."""
        potential = self.membrane.arrived(self._free(state)) + jnp.sum(state.slow[0], axis=0)
        threshold = jnp.sum(state.slow[1], axis=0) + self.hazard.threshold
        return jnp.where(state.refractory > 0, 0, self.hazard.at(potential - threshold))

    def observe(self, state: NeuronState, fired: Bool[Array, " neurons"]) -> NeuronState:
        """Return the state at the end of a step in which these neurons have fired."""
        potential = self.membrane.arrived(self._free(state))
        after, refractory = self.reset_where(fired, potential, jnp.maximum(state.refractory - 1, 0))
        slow = (self.after_potential.jump(state.slow[0], fired), self.adaptive_threshold.jump(state.slow[1], fired))
        return NeuronState(after if self.resets else potential, state.synaptic, refractory, slow)

    def fire(self, state: NeuronState, key: PRNGKeyArray) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step: draw who fires."""
        draw = jax.random.uniform(key, state.potential.shape, state.potential.dtype)
        fired = draw < spike_probability(self.rate(state), self.time_step)
        return self.observe(state, fired), fired

    def _free(self, state: NeuronState) -> NeuronState:
        """Return the state as the membrane is to see it: one that is never reset is never held either."""
        return state if self.resets else state._replace(refractory=jnp.zeros_like(state.refractory))


def train_log_likelihood(
    neurons: EscapeNoise, spikes: Bool[Array, "steps neurons"], currents: Float[Array, "steps neurons"]
) -> Float[Array, ""]:
    """Return the log-likelihood of spike trains under a current; differentiable by all parameters of the neurons.

    Parameters
    ----------
    neurons : EscapeNoise
        The model.
    spikes : array of bool, shape (steps, neurons)
        Who fired at the end of each step.
    currents : array, shape (steps, neurons)
        External current over each step, in pA.

    Returns
    -------
    scalar
        Natural logarithm.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> neurons = EscapeNoise(CurrentIntegrateAndFire())
    >>> float(train_log_likelihood(neurons, jnp.zeros((10, 1), bool), jnp.zeros((10, 1)))) < 0
    True
    """

    def one(state: NeuronState, now: tuple[Array, Array]) -> tuple[NeuronState, Array]:
        fired, current = now
        state = neurons.propagate(state, current)
        return neurons.observe(state, fired), neurons.rate(state)

    _, rates = lax.scan(one, neurons.start(spikes.shape[1]), (spikes, currents))
    return spike_log_likelihood(rates, spikes, neurons.time_step)
