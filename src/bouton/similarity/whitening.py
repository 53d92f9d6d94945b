r"""Online whitening: linear neurons made uncorrelated by interneurons.

Principal neurons h excite interneurons g, which inhibit them through the same weights; the two come to rest at once:

.. math::

    \dot h &= F x - G^\top g, \quad g = G h \qquad\Rightarrow\qquad h = (G^\top G)^{-1} F x \\
    F &\leftarrow F + \eta_t\, (\delta h\, \delta x^\top - F), \qquad
    G \leftarrow G + \eta_t\, (\delta g\, \delta h^\top - G)

where :math:`\delta x` is the difference of the input from its running mean, which each input keeps of itself, and
:math:`\delta h, \delta g` are the neurons' responses to it. At rest
:math:`G = G \langle \delta h\, \delta h^\top \rangle`: the outputs have unit covariance.

=======  =============  =================================================  ======
symbol   name           what it is                                         shape
=======  =============  =================================================  ======
x        input          one sample, real, of any mean                      (n,)
h        activity       the output, of unit covariance                     (m,)
g        interneurons   activity of the interneurons, g = G h              (m,)
F        feedforward    feed-forward weights                               (m, n)
G        interneuron    weights between principal neurons and interneurons (m, m)
=======  =============  =================================================  ======

Source: C. Pehlevan, S. Mohan, D. B. Chklovskii, "Blind nonnegative source separation using biological neural networks",
Neural Computation 29:2925, 2017; C. Pehlevan, D. B. Chklovskii, "A normative theory of adaptive dimensionality
reduction in neural networks", NeurIPS 2015. Rates and start are those of later published benchmark code.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import Count, Positive, check_fields
from bouton.dynamics import LinearSolve
from bouton.engine import Circuit
from bouton.plasticity import Dense, LeakyHebb, LearningRate, Synapses
from bouton.plasticity.learning_rate import as_learning_rate, counted

__all__ = ["WhiteningInfo", "WhiteningNetwork", "WhiteningState"]


class WhiteningState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "outputs inputs"]
    interneuron: Float[Array, "outputs outputs"]
    mean_input: Float[Array, " inputs"]
    n_samples: Int[Array, ""]
    """Number of samples so far, which sets the learning rate."""


class WhiteningInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]


class WhiteningNetwork(Circuit[WhiteningState, WhiteningInfo]):
    r"""Online whitening by interneurons; with fewer neurons than inputs, of the principal subspace.

    The outputs keep the mean of the inputs, transformed like all else: it is their variation that is whitened.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of principal neurons m, and of interneurons; at most as many as directions in which the inputs vary.
    learning_rate : LearningRate or float
        :math:`\eta_t`. Default 1/(t + 100), for samples t = 0, 1, ...
    input_variance : float
        Mean variance of an input, the scale of the start: rows of F of unit length in random directions, the identity
        as G, both times its root. Default 1.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Notes
    -----
    Settling twice per sample, for the sample and for its difference from the mean, is a choice of ours. Were the
    deviation of h taken from a running mean of h itself, that mean would lag behind while the weights grow, and weak
    directions would be whitened late or never.

    References
    ----------
    C. Pehlevan, S. Mohan, D. B. Chklovskii, Neural Computation 29:2925, 2017.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> data = np.random.default_rng(0).normal(size=(20_000, 2)) @ np.array([[2.0, 1.0], [0.0, 1.0]]) + 3
    >>> run = bouton.run(bouton.similarity.WhiteningNetwork(2, 2), data, key=jax.random.key(0))
    >>> bool(np.abs(np.cov(run.respond(data).T) - np.eye(2)).max() < 0.05)
    True
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    learning_rate: LearningRate = eqx.field(default=LearningRate(0.01, 0.01), converter=as_learning_rate)
    input_variance: Positive = 1.0
    feedforward: Synapses = eqx.field(init=False)
    interneuron: Synapses = eqx.field(init=False)

    def __post_init__(self) -> None:
        check_fields(self)
        self.feedforward = Synapses(Dense(self.n_inputs, self.n_outputs), LeakyHebb(1))
        self.interneuron = Synapses(Dense(self.n_outputs, self.n_outputs), LeakyHebb(1))

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> WhiteningState:
        """Return the state before the first sample: F in random directions, G the identity."""
        m, n = self.n_outputs, self.n_inputs
        weights, scale = jax.random.normal(key, (m, n)), jnp.sqrt(self.input_variance)
        weights = scale * weights / jnp.linalg.norm(weights, axis=1, keepdims=True)
        return WhiteningState(weights, scale * jnp.eye(m), jnp.zeros(n), jnp.zeros((), jnp.int32))

    def respond(self, state: WhiteningState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the activities of the principal neurons for a sample."""
        interaction = state.interneuron.T @ state.interneuron
        return LinearSolve()(interaction, self.feedforward.drive(state.feedforward, x)).activity

    def step(
        self, key: PRNGKeyArray, state: WhiteningState, x: Float[Array, " inputs"]
    ) -> tuple[WhiteningState, WhiteningInfo]:
        """Settle; then learn from the difference of the sample from the running mean, and the response to it."""
        rate, n_samples = self.learning_rate(state.n_samples), counted(state.n_samples)
        # A mean over all samples so far, unless the rate is held up to follow data that drift.
        forgotten = jnp.maximum(rate, 1 / n_samples.astype(rate.dtype))
        mean_input = state.mean_input + forgotten * (x - state.mean_input)
        delta_x = x - mean_input
        delta_h = self.respond(state, delta_x)
        delta_g = self.interneuron.drive(state.interneuron, delta_h)
        new_state = WhiteningState(
            self.feedforward.update(state.feedforward, delta_x, delta_h, rate),
            self.interneuron.update(state.interneuron, delta_h, delta_g, rate),
            mean_input,
            n_samples,
        )
        return new_state, WhiteningInfo(self.respond(state, x))
