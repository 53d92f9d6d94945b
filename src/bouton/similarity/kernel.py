r"""Kernel similarity matching: a Hebbian/anti-Hebbian network whose outputs keep a kernel instead of an inner product.

Each neuron has a feature w_i and a strength q_i, and is driven by :math:`q_i f(x, w_i)` with a kernel f. Learning
climbs in y, q and W, and descends in L, the objective

.. math::

    e = \sum_i q_i \langle y_i f(x, w_i) \rangle - \tfrac12 \sum_i q_i^2 f(w_i, w_i)
    - \tfrac12 \sum_{ij} \left(L_{ij} \langle y_i y_j \rangle - \tfrac12 L_{ij}^2\right)
    - \tfrac\lambda2 \sum_i \langle y_i^2 \rangle

with the mean taken over the samples of a mini-batch:

.. math::

    y &= (L + \lambda I)^{-1} (q \circ f(x, W)) \\
    \Delta q_i &= \eta_q \big(\langle y_i f(x, w_i) \rangle - q_i f(w_i, w_i)\big) \\
    \Delta w_i &= \frac{\eta_w}{q_i^2} \Big(q_i \big\langle y_i\, \tfrac{\partial}{\partial w_i} f(x, w_i) \big\rangle
        - \tfrac12 q_i^2\, \tfrac{\partial}{\partial w_i} f(w_i, w_i)\Big) \\
    \Delta L_{ij} &= \tfrac{\eta_L}2 \big(\langle y_i y_j \rangle - L_{ij}\big)

=======  =============  ====================================================  ============
symbol   name           what it is                                            shape
=======  =============  ====================================================  ============
x        input          the samples of a mini-batch                           (batch, n)
y        activity       the outputs                                           (batch, m)
W        features       one feature per neuron, in the space of the inputs    (m, n)
q        strength       strength of each feature's one synapse onto its       (m, 1)
                        neuron
L        lateral        inhibitory lateral weights, symmetric                 (m, m)
lambda   leak           keeps the outputs small, in units of L                ()
=======  =============  ====================================================  ============

Where learning has come to rest, e is a quarter of the mean squared kernel that the features account for.

Source: K. Luther, H. S. Seung, "Kernel similarity matching with Hebbian networks", NeurIPS 2022.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import Count, Positive, check_fields
from bouton.dynamics import LinearSolve
from bouton.engine import Circuit
from bouton.plasticity import (
    Dense,
    FanIn,
    KernelFeature,
    KernelPost,
    KernelResponse,
    KernelStrength,
    LeakyHebb,
    LearningRate,
    Synapses,
)
from bouton.plasticity.learning_rate import as_learning_rate, counted
from bouton.similarity.similarity_kernels import RadialKernel, SimilarityKernel

__all__ = ["KernelMatchingInfo", "KernelMatchingState", "KernelSimilarityMatching"]


class _Slopes(NamedTuple):
    """A kernel and its derivatives, for every sample of a mini-batch and every neuron."""

    response: Float[Array, "events units"]
    pull: Float[Array, "events units"]
    drag: Float[Array, "events units"]
    own_response: Float[Array, "events units"]
    restraint: Float[Array, "events units"]


class KernelMatchingState(NamedTuple):
    """What the network needs to go on."""

    features: Float[Array, "units inputs"]
    strength: Float[Array, "units 1"]
    lateral: Float[Array, "units units"]
    n_batches: Int[Array, ""]
    """Number of mini-batches so far, which sets the learning rate."""


class KernelMatchingInfo(NamedTuple):
    """What one may look at after a mini-batch."""

    y: Float[Array, "*events units"]
    objective: Float[Array, ""]
    """e of this mini-batch, before learning."""


class KernelSimilarityMatching(Circuit[KernelMatchingState, KernelMatchingInfo]):
    r"""The network of kernel similarity matching.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m.
    kernel : SimilarityKernel
        The similarity f. Default `RadialKernel` of width 0.3.
    batch_size : int or None
        Samples per event. Default 64, published. None: single samples, events of shape (n,).
    leak : float
        :math:`\lambda`. Default 0.001.
    strength_rate, feature_rate, lateral_rate : float
        :math:`\eta_q, \eta_w, \eta_L`, for a learning rate of 1. Default 0.01, 0.01, 0.1.
    learning_rate : LearningRate or float
        Factor of all three rates. Default 1.
    feature_scale : float
        Standard deviation of the features at the start, in the units of the inputs. Default 0.5.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    K. Luther, H. S. Seung, Kernel similarity matching with Hebbian networks, NeurIPS 2022.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.data import ring
    >>> from bouton.similarity import KernelSimilarityMatching, RadialKernel
    >>> circuit = KernelSimilarityMatching(2, 6, RadialKernel(0.5), batch_size=32)
    >>> batches = ring(32 * 500, seed=0)[0].reshape(500, 32, 2)
    >>> run = bouton.run(circuit, batches, key=jax.random.key(0), record={"objective": 1})
    >>> e = run.recordings["objective"].values
    >>> bool(e[-50:].mean() > e[:50].mean())
    True
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    kernel: SimilarityKernel = RadialKernel()
    batch_size: Count | None = eqx.field(static=True, default=64)
    leak: Positive = 1e-3
    strength_rate: Positive = 0.01
    feature_rate: Positive = 0.01
    lateral_rate: Positive = 0.1
    learning_rate: LearningRate = eqx.field(default=LearningRate(1.0), converter=as_learning_rate)
    feature_scale: Positive = 0.5
    strength: Synapses = eqx.field(init=False)
    features: Synapses = eqx.field(init=False)
    lateral: Synapses = eqx.field(init=False)

    def __post_init__(self) -> None:
        check_fields(self)
        m = self.n_outputs
        self.strength = Synapses(FanIn(np.arange(m)[:, None], m), KernelStrength(1))
        self.features = Synapses(Dense(self.n_inputs, m), KernelFeature(1))
        self.lateral = Synapses(Dense(m, m), LeakyHebb(1))

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One mini-batch (batch_size, n_inputs), or one sample (n_inputs,) where the batch size is None."""
        batch = () if self.batch_size is None else (self.batch_size,)
        return jax.ShapeDtypeStruct((*batch, self.n_inputs), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> KernelMatchingState:
        """Return random features of strength 1, and the identity as lateral weights."""
        m = self.n_outputs
        features = self.feature_scale * jax.random.normal(key, (m, self.n_inputs))
        return KernelMatchingState(features, jnp.ones((m, 1)), jnp.eye(m), jnp.zeros((), jnp.int32))

    def respond(self, state: KernelMatchingState, x: Float[Array, "*events inputs"]) -> Float[Array, "*events units"]:
        """Return the outputs for one sample or for a mini-batch."""
        batch = x.reshape(-1, self.n_inputs)
        return self._settle(state, self._slopes(state, batch).response).reshape(*x.shape[:-1], self.n_outputs)

    def step(
        self, key: PRNGKeyArray, state: KernelMatchingState, x: Float[Array, "*events inputs"]
    ) -> tuple[KernelMatchingState, KernelMatchingInfo]:
        """Respond to a mini-batch, then learn from it."""
        batch = x.reshape(-1, self.n_inputs)
        slopes = self._slopes(state, batch)
        y = self._settle(state, slopes.response)
        rate = self.learning_rate(state.n_batches)
        strength = jnp.broadcast_to(state.strength[:, 0], y.shape)
        sent = KernelResponse(slopes.response, slopes.own_response)
        post = KernelPost(y, strength, slopes.pull, slopes.drag, slopes.restraint)
        new_state = KernelMatchingState(
            self.features.mean_update(state.features, batch, post, self.feature_rate * rate),
            self.strength.mean_update(state.strength, sent, y, self.strength_rate * rate),
            self.lateral.mean_update(state.lateral, y, y, self.lateral_rate / 2 * rate),
            counted(state.n_batches),
        )
        return new_state, KernelMatchingInfo(y.reshape(*x.shape[:-1], -1), self._objective(state, slopes, y))

    def objective(
        self,
        state: KernelMatchingState,
        samples: Float[Array, "samples inputs"] | Float[np.ndarray, "samples inputs"],
    ) -> Float[Array, ""]:
        """Return e for samples and their outputs."""
        return _objective_of_samples(self, state, jnp.asarray(samples, state.features.dtype))

    def _settle(
        self, state: KernelMatchingState, response: Float[Array, "events units"]
    ) -> Float[Array, "events units"]:
        interaction = state.lateral + self.leak * jnp.eye(self.n_outputs)
        return jax.vmap(lambda drive: LinearSolve()(interaction, drive).activity)(state.strength.T * response)

    def _slopes(self, state: KernelMatchingState, batch: Float[Array, "events inputs"]) -> _Slopes:
        powers = jnp.sum(state.features * state.features, axis=1)
        value_and_slopes = jax.value_and_grad(self.kernel, argnums=(0, 1, 2))
        over_units = jax.vmap(value_and_slopes, in_axes=(0, None, 0))
        response, (pull, _, from_power) = jax.vmap(over_units, in_axes=(0, 0, None))(
            batch @ state.features.T, jnp.sum(batch * batch, axis=1), powers
        )
        own, own_slopes = jax.vmap(value_and_slopes)(powers, powers, powers)
        return _Slopes(
            response,
            pull,
            -2 * from_power,
            jnp.broadcast_to(own, response.shape),
            jnp.broadcast_to(sum(own_slopes), response.shape),
        )

    def _objective(
        self, state: KernelMatchingState, slopes: _Slopes, y: Float[Array, "events units"]
    ) -> Float[Array, ""]:
        strength = state.strength[:, 0]
        products = y.T @ y / y.shape[0]
        gained = jnp.sum(strength * jnp.mean(y * slopes.response, axis=0))
        own = jnp.sum(strength * strength * jnp.mean(slopes.own_response, axis=0)) / 2
        inhibited = jnp.sum(state.lateral * (products - state.lateral / 2)) / 2
        return gained - own - inhibited - self.leak / 2 * jnp.trace(products)


@jax.jit
def _objective_of_samples(
    circuit: KernelSimilarityMatching, state: KernelMatchingState, samples: Float[Array, "samples inputs"]
) -> Float[Array, ""]:
    slopes = circuit._slopes(state, samples)
    return circuit._objective(state, slopes, circuit._settle(state, slopes.response))
