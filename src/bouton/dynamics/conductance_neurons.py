r"""Leaky integrate-and-fire neurons with synaptic conductances.

.. math:: \tau_m \dot V = (E_L - V) + \sum_r g_r (E_r - V) + I_{ext} / g_L, \qquad \tau_r \dot g_r = -g_r

with conductances in units of the leak. A step of exponential Euler holds the conductances for its length,

.. math:: A = 1 + \sum_r g_r, \quad V_\infty = \frac{E_L + \sum_r g_r E_r + I/g_L}{A}, \quad
          V \leftarrow V_\infty + (V - V_\infty)\, e^{-h A / \tau_m},

and lets them decay exactly: of first order in h, and stable for any h.
"""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from bouton._fields import AtLeastZero, Finite, Positive, check_fields
from bouton.dynamics._times import check_reset, check_time_constant
from bouton.dynamics.point_neurons import NeuronState, PointNeurons
from bouton.errors import InputError

__all__ = ["ConductanceIntegrateAndFire"]


class ConductanceIntegrateAndFire(PointNeurons):
    """Leaky integrate-and-fire neurons whose synapses open conductances that decay exponentially.

    Parameters
    ----------
    membrane_time_constant : float or array, shape (neurons,)
        In ms. Default 20.
    leak_conductance : float or array, shape (neurons,)
        In nS; what an external current is divided by. Default 10.
    rest, reset, threshold : float or array, shape (neurons,)
        In mV. Default -60, -60, -50.
    refractory_time : float
        In ms. Default 5.
    reversal_potentials : tuple of float
        For each receptor, in mV. Default 0 and -80.
    synaptic_time_constants : tuple of float
        For each receptor, in ms. Default 5 and 10.
    time_step : float
        In ms. Default 0.1.

    Raises
    ------
    InputError
        If a time or the leak is out of its range, a time constant is shorter than the step, the threshold does not
        lie above the reset, or receptors have not one value each.

    References
    ----------
    R. Brette et al. (2007), Journal of Computational Neuroscience 23, 349-398.

    Examples
    --------
    An open excitatory conductance as large as the leak pulls the potential half way to 0 mV:

    >>> import jax.numpy as jnp
    >>> neurons = ConductanceIntegrateAndFire(synaptic_time_constants=(1e9, 10.0), threshold=100.0)
    >>> state, _ = neurons.step(neurons.start(1), jnp.array([[1.0], [0.0]]))
    >>> for _ in range(2000):
    ...     state = neurons.propagate(state, jnp.zeros(()))
    >>> round(float(state.potential[0]), 2)
    -30.0
    """

    membrane_time_constant: Positive | Float[Array, "..."] = 20.0
    leak_conductance: Positive | Float[Array, "..."] = 10.0
    rest: float | Float[Array, "..."] = -60.0
    reset: float | Float[Array, "..."] = -60.0
    threshold: float | Float[Array, "..."] = -50.0
    refractory_time: AtLeastZero | Float[Array, ""] = 5.0
    reversal_potentials: tuple[Finite | Float[Array, ""], ...] = (0.0, -80.0)
    synaptic_time_constants: tuple[Positive | Float[Array, ""], ...] = (5.0, 10.0)
    time_step: Positive | Float[Array, ""] = 0.1

    def __check_init__(self) -> None:
        check_fields(self)
        check_time_constant("membrane_time_constant", self.membrane_time_constant, self.time_step)
        check_reset(self.reset, self.threshold)
        for value in self.synaptic_time_constants:
            check_time_constant("synaptic_time_constants", value, self.time_step)
        n_receptors = len(self.reversal_potentials)
        if not n_receptors or n_receptors != len(self.synaptic_time_constants):
            raise InputError(
                "reversal_potentials and synaptic_time_constants must have one value for each receptor, got "
                f"{n_receptors} and {len(self.synaptic_time_constants)}"
            )

    @property
    def arrival_rows(self) -> tuple[int, ...]:
        """The conductance of each receptor."""
        return tuple(range(len(self.reversal_potentials)))

    def start(self, size: int, key: PRNGKeyArray | None = None) -> NeuronState:
        """Return neurons at rest, with closed synapses."""
        conductances = tuple(jnp.zeros(size) for _ in self.reversal_potentials)
        return NeuronState(jnp.zeros(size) + self.rest, conductances, jnp.zeros(size, jnp.int32))

    def propagate(self, state: NeuronState, current: Float[Array, "..."]) -> NeuronState:
        """Take a step of exponential Euler."""
        h = jnp.asarray(self.time_step)
        total = jnp.ones_like(state.potential)
        pull = jnp.zeros_like(total) + self.rest + current / self.leak_conductance
        after = []
        pairs = zip(self.reversal_potentials, self.synaptic_time_constants, strict=True)
        for row, (reversal, time_constant) in enumerate(pairs):
            conductance = state.synaptic[row]
            total, pull = total + conductance, pull + conductance * reversal
            after.append(jnp.exp(-h / time_constant) * conductance)
        steady = pull / total
        potential = steady + (state.potential - steady) * jnp.exp(-h / self.membrane_time_constant * total)
        return state._replace(potential=self.held(state, potential), synaptic=tuple(after))

    def fire(self, state: NeuronState, key: PRNGKeyArray) -> tuple[NeuronState, Bool[Array, " neurons"]]:
        """End a time step: who reaches the threshold fires."""
        fired = (state.potential >= self.threshold) & (state.refractory <= 0)
        refractory = jnp.maximum(state.refractory - 1, 0)
        potential, refractory = self.reset_where(fired, state.potential, refractory)
        return state._replace(potential=potential, refractory=refractory), fired
