r"""The network of nonlinear Hebbian neurons: lateral inhibition that is learned makes them diverse.

.. math::

    \dot v &= -v + W x - A\, a, \qquad a = g(s\, v) \\
    W_{ij} &\leftarrow W_{ij} + \eta\, h(a_i)\, x_j, \qquad W_{ij} \leftarrow W_{ij} / |W_i| \\
    A_{ik} &\leftarrow \max\big(0,\; A_{ik} + \eta_A\, (a_i - \bar a_i)\, a_k\big) \quad (k \ne i)

=======  ====================  =========================================================  ==========
symbol   name                  what it is                                                 shape
=======  ====================  =========================================================  ==========
x        input                 one sample, white and of zero mean; or a mini-batch        (n,)
v        potential             relaxes from zero                                          (m,)
a        activity              firing rate, the output                                    (m,)
W        feedforward           weights, each row of unit length                           (m, n)
A        lateral               inhibitory weights, none onto oneself                      (m, m)
a-bar    mean_activity         running mean of each neuron's activity                     (m,)
=======  ====================  =========================================================  ==========

With the rectifier as curve and linear plasticity this is sparse coding by local rules: learned inhibition takes the
place of :math:`W W^\top`, which no synapse could know.

Sources: C. S. N. Brito, W. Gerstner, PLoS Computational Biology 12(9):e1005070, 2016; the equations and constants of
the network as in the published code of B. Illing, W. Gerstner, J. Brea, Neural Networks 118:90, 2019.
"""

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import Count, Fraction, Positive
from bouton.dynamics import RectifiedLinear, Relaxation, Relaxed
from bouton.engine import Circuit
from bouton.features.neurons import median_participation, scaled_to_unit_length
from bouton.features.nonlinearity import EffectiveNonlinearity, as_nonlinearity
from bouton.plasticity import Confined, Covariance, CovariancePost, Dense, NonlinearHebb, Synapses, SynapticScaling
from bouton.plasticity.learning_rate import counted

__all__ = ["NonlinearHebbianNetwork", "NonlinearNetworkInfo", "NonlinearNetworkState"]

_EULER = Relaxation(step_size=0.1, step_decay=0.0, smallest_step=0.1, tolerance=0.0, max_steps=50)


class NonlinearNetworkState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "neurons inputs"]
    lateral: Float[Array, "neurons neurons"]
    mean_activity: Float[Array, " neurons"]
    n_samples: Int[Array, ""]
    """Number of samples so far: the running mean is their mean until it forgets."""


class NonlinearNetworkInfo(NamedTuple):
    """What one may look at after an event."""

    y: Float[Array, "*events neurons"]
    residual: Float[Array, ""]
    """How far from rest the potentials were left."""
    converged: Bool[Array, ""]


class NonlinearHebbianNetwork(Circuit[NonlinearNetworkState, NonlinearNetworkInfo]):
    r"""Nonlinear Hebbian neurons that inhibit each other through synapses that learn too.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m; more than inputs are fine.
    nonlinearity : EffectiveNonlinearity, str or callable
        Curve and plasticity function. Default: the rectifier with a threshold of 1 and linear plasticity.
    learning_rate : float
        :math:`\eta` per sample. Default 1e-3.
    lateral_learning_rate : float
        :math:`\eta_A` per sample. Default 1e-2.
    inhibition : {"learned", "none", "reconstruction"}
        "learned", local. "none": independent neurons that relax. "reconstruction": :math:`A = W W^\top` without its
        diagonal, sparse coding as an optimisation would have it, for comparison: it is not local. Default "learned".
    mean_rate : float
        Rate at which the mean activity forgets, per sample. Default 0.01.
    batch_size : int or None
        Samples per event, whose changes are summed. Default None: single samples.
    dynamics : Relaxation
        How the potentials settle. Default: 50 Euler steps of 0.1, published.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Notes
    -----
    The reconstruction leaves out each neuron's own contribution, so that a neuron alone is that of
    `NonlinearHebbianNeurons`.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 12(9):e1005070, 2016. B. Illing, W. Gerstner, J. Brea,
    Biologically plausible deep learning - but how far can we go with shallow networks?, Neural Networks 118:90, 2019.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> samples = np.random.default_rng(0).laplace(size=(4000, 8)) / np.sqrt(2)
    >>> circuit = bouton.features.NonlinearHebbianNetwork(8, 8, learning_rate=5e-3)
    >>> state = bouton.run(circuit, samples, key=jax.random.key(0)).state
    >>> overlaps = np.abs(state.feedforward @ state.feedforward.T) - np.eye(8)
    >>> bool(overlaps.mean() < 0.2)
    True
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    nonlinearity: EffectiveNonlinearity = eqx.field(
        default=EffectiveNonlinearity(RectifiedLinear(1.0), name="rectifier"), converter=as_nonlinearity
    )
    learning_rate: Positive = 1e-3
    lateral_learning_rate: Positive = 1e-2
    inhibition: Literal["learned", "none", "reconstruction"] = eqx.field(static=True, default="learned")
    mean_rate: Fraction = 0.01
    batch_size: Count | None = eqx.field(static=True, default=None)
    dynamics: Relaxation = _EULER

    @property
    def feedforward(self) -> Synapses:
        """The feed-forward synapses, with the rule that they learn by."""
        # Of a mini-batch `Synapses` takes the mean; the published rule takes the sum.
        rule = NonlinearHebb(self.learning_rate * (self.batch_size or 1), self.nonlinearity.plasticity)
        return Synapses(Dense(self.n_inputs, self.n_outputs), rule)

    @property
    def scaling(self) -> Synapses:
        """The same synapses, as the neuron scales them after learning."""
        return Synapses(Dense(self.n_inputs, self.n_outputs), SynapticScaling())

    @property
    def lateral(self) -> Synapses:
        """The inhibitory synapses, with the rule that they learn by."""
        between = Dense(self.n_outputs, self.n_outputs, self_connections=False)
        return Synapses(between, Covariance(self.lateral_learning_rate * (self.batch_size or 1)))

    @property
    def lateral_bounds(self) -> Synapses:
        """The same synapses, which stay inhibitory."""
        return Synapses(Dense(self.n_outputs, self.n_outputs, self_connections=False), Confined())

    def summary(self, state: NonlinearNetworkState) -> Mapping[str, Array]:
        """Return the median participation ratio: how many inputs take part in a field, a few where it is localised."""
        return {"inputs taking part": median_participation(state.feedforward)}

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample (n_inputs,), or one mini-batch (batch_size, n_inputs)."""
        batch = () if self.batch_size is None else (self.batch_size,)
        return jax.ShapeDtypeStruct((*batch, self.n_inputs), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> NonlinearNetworkState:
        """Return weights of unit length in random directions, and no inhibition."""
        m = self.n_outputs
        weights = jax.random.normal(key, (m, self.n_inputs)) / math.sqrt(self.n_inputs)
        weights = weights / jnp.linalg.norm(weights, axis=1, keepdims=True)
        return NonlinearNetworkState(weights, jnp.zeros((m, m)), jnp.zeros(m), jnp.zeros((), jnp.int32))

    def settle(self, state: NonlinearNetworkState, x: Float[Array, "*events inputs"]) -> Relaxed:
        """Return the potentials that the neurons relax to, from zero, in the shape of the events."""
        drive = x @ state.feedforward.T
        if self.inhibition == "none":
            return self.dynamics.settle(lambda v: drive - v, jnp.zeros_like(drive))
        inhibition = state.lateral
        if self.inhibition == "reconstruction":
            overlaps = state.feedforward @ state.feedforward.T
            inhibition = overlaps - jnp.diag(jnp.diagonal(overlaps))
        return self.dynamics.settle(
            lambda v: drive - self.nonlinearity.respond(v) @ inhibition.T - v, jnp.zeros_like(drive)
        )

    def respond(
        self, state: NonlinearNetworkState, x: Float[Array, "*events inputs"]
    ) -> Float[Array, "*events neurons"]:
        """Return the firing rates for one sample or for a mini-batch."""
        return self.nonlinearity.respond(self.settle(state, x).potential)

    def step(
        self, key: PRNGKeyArray, state: NonlinearNetworkState, x: Float[Array, "*events inputs"]
    ) -> tuple[NonlinearNetworkState, NonlinearNetworkInfo]:
        """Settle; learn feed-forward weights, mean activities and inhibition."""
        settled = self.settle(state, x)
        a = self.nonlinearity.respond(settled.potential)
        batched = self.batch_size is not None
        learn = self.feedforward.mean_update if batched else self.feedforward.update
        weights = scaled_to_unit_length(self.scaling, learn(state.feedforward, x, a))
        n_samples = counted(state.n_samples, self.batch_size or 1)
        share = (self.batch_size or 1) * jnp.maximum(self.mean_rate, 1 / n_samples.astype(a.dtype))
        average = jnp.mean(a, axis=0) if batched else a
        mean = state.mean_activity + jnp.minimum(share, 1) * (average - state.mean_activity)
        lateral = state.lateral
        if self.inhibition == "learned":
            post = CovariancePost(a, jnp.broadcast_to(mean, a.shape))
            inhibit = self.lateral.mean_update if batched else self.lateral.update
            lateral = inhibit(lateral, a, post)
            lateral = self.lateral_bounds.update(lateral, jnp.zeros_like(mean), jnp.zeros_like(mean))
        info = NonlinearNetworkInfo(a, settled.residual, settled.converged)
        return NonlinearNetworkState(weights, lateral, mean, n_samples), info
