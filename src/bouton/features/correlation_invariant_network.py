r"""A population of correlation-invariant neurons that inhibit each other: codes that are sharper than the input.

.. math::

    \dot u &= W x - V y - u, \qquad y = \max(0, u) \\
    \Delta V_{kj} &= \langle (y_k - \theta)\, y_j \rangle - c\, V_{kj}, \qquad V_{kj} \ge 0, \quad k \ne j

x (n,) input of zero mean, u (m,) potential, y (m,) firing rate, W (m, n) feed-forward weights, which learn as those of
`CorrelationInvariantNeurons`, and V (m, m) inhibitory weights, from neuron j onto neuron k.

Source: C. S. N. Brito, W. Gerstner, "Learning what matters: Synaptic plasticity with invariance to second-order input
correlations", PLoS Computational Biology 20(2):e1011844, 2024, arXiv:2105.10109.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray
from numpy.typing import ArrayLike

from bouton._fields import AtLeastZero, Positive, check_fields
from bouton.dynamics import Relaxation
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.features.correlation_invariant import CorrelationInvariantNeurons, CorrelationInvariantState
from bouton.plasticity import AdaptiveStep, AdaptiveSynapse, Dense, Synapses, ThresholdHebb

__all__ = ["CorrelationInvariantNetwork", "CorrelationInvariantNetworkInfo", "CorrelationInvariantNetworkState"]

# Ten steps of a third, from the feed-forward drive on, as published.
_EULER = Relaxation(
    step_size=1 / 3, step_decay=0.0, smallest_step=1 / 3, tolerance=0.0, max_steps=10, look_every=10
)  # fmt: skip


class CorrelationInvariantNetworkState(NamedTuple):
    """What the network needs to go on."""

    neurons: CorrelationInvariantState
    lateral: Float[Array, "neurons neurons"]
    mean_change: Float[Array, "neurons neurons"]
    mean_square: Float[Array, "neurons neurons"]

    @property
    def feedforward(self) -> Float[Array, "neurons inputs"]:
        """The feed-forward weights."""
        return self.neurons.feedforward


class CorrelationInvariantNetworkInfo(NamedTuple):
    """What one may look at after an event."""

    y: Float[Array, "*events neurons"]
    active: Float[Array, " neurons"]
    """Share of the samples at which each neuron was active."""
    residual: Float[Array, ""]
    """How far the potentials were from rest: length of their rate of change, over their own."""


class CorrelationInvariantNetwork(Circuit[CorrelationInvariantNetworkState, CorrelationInvariantNetworkInfo]):
    r"""Correlation-invariant neurons, or those of a control, with recurrent inhibition that is learned.

    Parameters
    ----------
    neurons : CorrelationInvariantNeurons
        The neurons: their number, inputs, feed-forward rule and mini-batch. They must rectify.
    lateral_learning_rate : float
        Size of a step of V. Default 0.03.
    threshold : float
        :math:`\theta`, in units of the firing rate. Default 1.
    lateral_decay : float
        :math:`c`, the decay of V. Default 1.
    dynamics : Relaxation
        How the potentials settle. Default: ten Euler steps of a third from the feed-forward drive on, as published.

    Raises
    ------
    InputError
        If a parameter is out of its range, or the neurons do not rectify.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    Two neurons that begin with the same weights become different:

    >>> import bouton, jax, jax.numpy as jnp, numpy as np
    >>> from bouton.features import CorrelationInvariantNetwork, CorrelationInvariantNeurons
    >>> samples = np.random.default_rng(0).exponential(size=(20_000, 2)) - 1
    >>> network = CorrelationInvariantNetwork(CorrelationInvariantNeurons(2, 2, learning_rate=3e-3, batch_size=100))
    >>> start = network.start(jnp.array([[0.5, 0.4], [0.4, 0.5]]))
    >>> run = bouton.run(network, samples.reshape(-1, 100, 2), key=jax.random.key(0), state=start, epochs=10)
    >>> np.argmax(np.asarray(run.state.feedforward), axis=1).tolist(), bool(run.state.lateral[0, 0] == 0)
    ([0, 1], True)
    """

    neurons: CorrelationInvariantNeurons
    lateral_learning_rate: Positive = 0.03
    threshold: AtLeastZero = 1.0
    lateral_decay: AtLeastZero = 1.0
    dynamics: Relaxation = _EULER

    def __check_init__(self) -> None:
        check_fields(self)
        if not self.neurons.rectified:
            raise InputError("neurons that inhibit each other must have rates of 0 or above: leave rectified at True")

    @property
    def lateral(self) -> Synapses:
        """The inhibitory synapses, with the rule that proposes their changes."""
        return Synapses(self._between, ThresholdHebb(1.0, self.threshold, self.lateral_decay))

    @property
    def lateral_steps(self) -> Synapses:
        """The same synapses, as each of them scales the proposed change by its own past."""
        return Synapses(self._between, AdaptiveStep(self.lateral_learning_rate, self.neurons.memory, 0.0))

    @property
    def _between(self) -> Dense:
        return Dense(self.neurons.n_outputs, self.neurons.n_outputs, self_connections=False)

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample, or one mini-batch, of the neurons."""
        return self.neurons.event

    def summary(self, state: CorrelationInvariantNetworkState) -> Mapping[str, Array]:
        """Return the median participation ratio: how many inputs take part in a field."""
        return self.neurons.summary(state.neurons)

    def init(self, key: PRNGKeyArray) -> CorrelationInvariantNetworkState:
        """Return feed-forward weights in random directions, and no inhibition."""
        return self._silent(self.neurons.init(key))

    def start(self, weights: ArrayLike) -> CorrelationInvariantNetworkState:
        """Return the state before the first event, of given feed-forward weights and no inhibition.

        Parameters
        ----------
        weights : array (n_outputs, n_inputs)
            Feed-forward weights. Lists are arrays.

        Returns
        -------
        CorrelationInvariantNetworkState

        Raises
        ------
        InputError
            If they have another shape or are no finite real numbers.
        """
        return self._silent(self.neurons.start(weights))

    def respond(
        self, state: CorrelationInvariantNetworkState, x: Float[Array, "*events inputs"]
    ) -> Float[Array, "*events neurons"]:
        """Return the firing rates that the neurons settle at, for one sample or for a mini-batch."""
        return self._settle(state, x)[0]

    def step(
        self, key: PRNGKeyArray, state: CorrelationInvariantNetworkState, x: Float[Array, "*events inputs"]
    ) -> tuple[CorrelationInvariantNetworkState, CorrelationInvariantNetworkInfo]:
        """Settle; learn feed-forward weights and inhibition."""
        y, residual = self._settle(state, x)
        neurons = self.neurons.learn(state.neurons, x, y)
        propose = self.lateral.update if self.neurons.batch_size is None else self.lateral.mean_update
        silent = jnp.zeros(self.neurons.n_outputs, y.dtype)
        correction = 1 - self.neurons.memory ** neurons.n_steps.astype(y.dtype)
        synapse = AdaptiveSynapse(state.lateral, propose(state.lateral, y, y), state.mean_change, state.mean_square)
        lateral, _, mean_change, mean_square = self.lateral_steps.update(synapse, silent, silent, correction)
        active = jnp.mean((y != 0).astype(y.dtype), axis=tuple(range(y.ndim - 1)))
        after = CorrelationInvariantNetworkState(neurons, lateral, mean_change, mean_square)
        return after, CorrelationInvariantNetworkInfo(y, active, residual)

    def _settle(
        self, state: CorrelationInvariantNetworkState, x: Float[Array, "*events inputs"]
    ) -> tuple[Float[Array, "*events neurons"], Float[Array, ""]]:
        batched = x.ndim > 1
        weights = state.neurons.feedforward
        drive = x @ weights.T if batched else self.neurons.feedforward.drive(weights, x)

        def change(u: Array) -> Array:
            y = jnp.maximum(u, 0)
            return drive - u - (y @ state.lateral.T if batched else self.lateral.drive(state.lateral, y))

        settled = self.dynamics.settle(change, drive)
        return jnp.maximum(settled.potential, 0), settled.residual

    def _silent(self, neurons: CorrelationInvariantState) -> CorrelationInvariantNetworkState:
        zeros = jnp.zeros((self.neurons.n_outputs, self.neurons.n_outputs), neurons.feedforward.dtype)
        return CorrelationInvariantNetworkState(neurons, zeros, zeros, zeros)
