r"""Foldiak's network, graded or binary: Hebbian excitation, anti-Hebbian inhibition, thresholds that adapt.

.. math::

    \dot v &= -v + W x - A\, a, \qquad a_i = \max(0,\, v_i - t_i) \\
    A_{ik} &\leftarrow \max\big(0,\; A_{ik} + \alpha\, (a_i a_k - p^2)\big) \quad (k \ne i) \\
    W_{ij} &\leftarrow W_{ij} + \beta\, a_i\, (x_j - W_{ij}) \\
    t_i &\leftarrow t_i + \gamma\, (a_i - p)

With binary neurons, as in 1990, v relaxes by a logistic curve of steepness :math:`\lambda` instead:

.. math:: \dot v = \frac{1}{1 + e^{-\lambda (W x - A v - t)}} - v, \qquad a_i = [v_i > \tfrac12]

x (n,) input, v (m,) potential, a (m,) activity, W (m, n) excitatory, A (m, m) inhibitory weights, t (m,) thresholds, p
the mean activity aimed at.

Sources: P. Foldiak, "Forming sparse representations by local anti-Hebbian learning", Biological Cybernetics 64:165,
1990; graded activities and constants as in the published code of B. Illing, W. Gerstner, J. Brea, Neural Networks
118:90, 2019.
"""

import math
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import Count, Positive
from bouton.dynamics import Relaxation, Relaxed
from bouton.engine import Circuit
from bouton.plasticity import Bounded, Dense, Foldiak, Instar, Synapses

__all__ = ["FoldiakInfo", "FoldiakNetwork", "FoldiakState"]

# Steps of a tenth, until a step changes the potentials by a thousandth.
_EULER = Relaxation(step_size=0.1, step_decay=0.0, smallest_step=0.1, tolerance=1e-2, max_steps=500, look_every=5)


class FoldiakState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "neurons inputs"]
    lateral: Float[Array, "neurons neurons"]
    threshold: Float[Array, " neurons"]


class FoldiakInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " neurons"]
    steps: Int[Array, ""]
    converged: Bool[Array, ""]


class FoldiakNetwork(Circuit[FoldiakState, FoldiakInfo]):
    r"""Foldiak's network with graded activity, or with the binary neurons of 1990.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m.
    target : float
        :math:`p`, the mean activity of each neuron. Default 0.1.
    excitatory_rate, inhibitory_rate, threshold_rate : float
        :math:`\beta, \alpha, \gamma`. Default 1e-3, 1e-2, 1e-2.
    initial_threshold : float
        :math:`t` at the start. Default 5, which suits images of a few hundred pixels; a threshold that no sample
        reaches falls by :math:`\gamma p` per sample.
    dynamics : Relaxation
        How the potentials settle. Default: Euler steps of 0.1 until a step changes them by a thousandth.
    steepness : float, optional
        :math:`\lambda` of the logistic curve of binary neurons, published 10. Default None: graded ones.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    P. Foldiak, Biol. Cybern. 64:165, 1990. B. Illing, W. Gerstner, J. Brea, Neural Networks 118:90, 2019.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> samples = np.random.default_rng(0).exponential(size=(30_000, 6)) - 1
    >>> circuit = bouton.features.FoldiakNetwork(6, 4, initial_threshold=1.0)
    >>> run = bouton.run(circuit, samples, key=jax.random.key(0), record={"y": 1})
    >>> bool(abs(run.recordings["y"].values[-5000:].mean() - 0.1) < 0.02)
    True
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    target: Positive = 0.1
    excitatory_rate: Positive = 1e-3
    inhibitory_rate: Positive = 1e-2
    threshold_rate: Positive = 1e-2
    initial_threshold: Positive = 5.0
    dynamics: Relaxation = _EULER
    steepness: Positive | None = None

    @property
    def feedforward(self) -> Synapses:
        """The excitatory synapses."""
        return Synapses(Dense(self.n_inputs, self.n_outputs), Instar(self.excitatory_rate))

    @property
    def lateral(self) -> Synapses:
        """The inhibitory synapses."""
        between = Dense(self.n_outputs, self.n_outputs, self_connections=False)
        return Synapses(between, Bounded(Foldiak(self.inhibitory_rate, self.target), lower=0.0))

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> FoldiakState:
        """Return weights of expected length 1 in random directions, no inhibition, high thresholds."""
        m, n = self.n_outputs, self.n_inputs
        weights = jax.random.normal(key, (m, n)) / math.sqrt(n)
        return FoldiakState(weights, jnp.zeros((m, m)), jnp.full(m, self.initial_threshold, weights.dtype))

    def settle(self, state: FoldiakState, x: Float[Array, " inputs"]) -> Relaxed:
        """Return the potentials that the neurons relax to, from zero."""
        drive = self.feedforward.drive(state.feedforward, x)

        def change(v: Array) -> Array:
            if self.steepness is None:
                return drive - self.lateral.drive(state.lateral, self._activity(state, v)) - v
            driven = drive - self.lateral.drive(state.lateral, v) - state.threshold
            return jax.nn.sigmoid(self.steepness * driven) - v

        return self.dynamics.settle(change, jnp.zeros_like(drive))

    def respond(self, state: FoldiakState, x: Float[Array, " inputs"]) -> Float[Array, " neurons"]:
        """Return the activities for a sample."""
        return self._activity(state, self.settle(state, x).potential)

    def step(
        self, key: PRNGKeyArray, state: FoldiakState, x: Float[Array, " inputs"]
    ) -> tuple[FoldiakState, FoldiakInfo]:
        """Settle; learn inhibition, excitation and thresholds."""
        settled = self.settle(state, x)
        a = self._activity(state, settled.potential)
        new_state = FoldiakState(
            self.feedforward.update(state.feedforward, x, a),
            self.lateral.update(state.lateral, a, a),
            state.threshold + self.threshold_rate * (a - self.target),
        )
        return new_state, FoldiakInfo(a, settled.steps, settled.converged)

    def _activity(self, state: FoldiakState, potential: Float[Array, " neurons"]) -> Float[Array, " neurons"]:
        if self.steepness is None:
            return jnp.maximum(potential - state.threshold, 0)
        return (potential > 0.5).astype(potential.dtype)
