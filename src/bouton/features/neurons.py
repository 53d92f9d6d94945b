r"""Nonlinear Hebbian neurons: each by itself, projection pursuit by one synapse's own knowledge.

.. math::

    u &= W x, \qquad y = g(s\, u) \\
    W_{ij} &\leftarrow W_{ij} + \eta\, h(y_i)\, x_j \\
    W_{ij} &\leftarrow W_{ij} / |W_i|

=======  ===============  ==============================================================  ==========
symbol   name             what it is                                                      shape
=======  ===============  ==============================================================  ==========
x        input            one sample, white and of zero mean; or a mini-batch of them     (n,)
u        drive            total input, of unit variance for white x                       (m,)
y        activity         firing rate                                                     (m,)
W        feedforward      weights, each row of unit length                                (m, n)
eta      learning_rate    per sample: the changes of a mini-batch are summed              ()
=======  ===============  ==============================================================  ==========

Only the composition :math:`f(u) = h(g(s u))` matters: learning climbs :math:`\langle F(w^\top x) \rangle` with
:math:`F' = f` on the sphere. Sparse coding, ICA, BCM, linear STDP and a spiking neuron with triplet STDP are cases.

Source: C. S. N. Brito, W. Gerstner, "Nonlinear Hebbian learning as a unifying principle in receptive field formation",
PLoS Computational Biology 12(9):e1005070, 2016, arXiv:1601.00701.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import Count, Positive
from bouton.engine import Circuit
from bouton.features.nonlinearity import EffectiveNonlinearity, as_nonlinearity
from bouton.features.nonlinearity import nonlinearity as by_name
from bouton.plasticity import Dense, NonlinearHebb, Synapses, SynapticScaling

__all__ = ["NonlinearHebbianInfo", "NonlinearHebbianNeurons", "NonlinearHebbianState"]


class NonlinearHebbianState(NamedTuple):
    """What the neurons need to go on."""

    feedforward: Float[Array, "neurons inputs"]


class NonlinearHebbianInfo(NamedTuple):
    """What one may look at after an event."""

    y: Float[Array, "*events neurons"]
    active: Float[Array, ""]
    """Share of samples and neurons whose factor h(y) was not zero: where it is 0, nothing is learned."""


class NonlinearHebbianNeurons(Circuit[NonlinearHebbianState, NonlinearHebbianInfo]):
    r"""Neurons that learn by nonlinear Hebbian plasticity, each independently of the others.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m. They differ in their random starts only.
    nonlinearity : EffectiveNonlinearity, str or callable
        f, as a curve and a plasticity function; a name of `NONLINEARITIES`; or any function f of the drive. Default
        "linear-rectifier".
    learning_rate : float
        :math:`\eta` per sample. Default 2e-4, published; scaling f by c is scaling it by c.
    batch_size : int or None
        Samples per event, whose changes are summed before the weights are scaled: published 100. Default None: single
        samples, events of shape (n,).

    Raises
    ------
    InputError
        If a parameter is out of its range or there is no nonlinearity of that name.

    Notes
    -----
    The neurons want white inputs (`bouton.data.Whitening`): otherwise f decides less than the covariance does. A
    nonlinearity that no sample reaches leaves the weights as they are; see `active` in the info.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 12(9):e1005070, 2016.

    Examples
    --------
    One heavy-tailed direction among Gaussian ones is what a cubic neuron finds:

    >>> import bouton, jax, numpy as np
    >>> rng = np.random.default_rng(0)
    >>> samples = rng.normal(size=(20_000, 4))
    >>> samples[:, 2] = rng.laplace(size=20_000) / np.sqrt(2)
    >>> circuit = bouton.features.NonlinearHebbianNeurons(4, 1, "cubic", learning_rate=0.05)
    >>> state = bouton.run(circuit, samples, key=jax.random.key(0)).state
    >>> bool(abs(state.feedforward[0, 2]) > 0.9)
    True
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    nonlinearity: EffectiveNonlinearity = eqx.field(default=by_name("linear-rectifier"), converter=as_nonlinearity)
    learning_rate: Positive = 2e-4
    batch_size: Count | None = eqx.field(static=True, default=None)

    @property
    def feedforward(self) -> Synapses:
        """The synapses, with the rule that they learn by."""
        # Of a mini-batch `Synapses` takes the mean; the published rule takes the sum.
        rule = NonlinearHebb(self.learning_rate * (self.batch_size or 1), self.nonlinearity.plasticity)
        return Synapses(Dense(self.n_inputs, self.n_outputs), rule)

    @property
    def scaling(self) -> Synapses:
        """The same synapses, as the neuron scales them after learning."""
        return Synapses(Dense(self.n_inputs, self.n_outputs), SynapticScaling())

    def summary(self, state: NonlinearHebbianState) -> Mapping[str, Array]:
        """Return the median participation ratio: how many inputs take part in a field, a few where it is localised."""
        return {"inputs taking part": median_participation(state.feedforward)}

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample (n_inputs,), or one mini-batch (batch_size, n_inputs)."""
        batch = () if self.batch_size is None else (self.batch_size,)
        return jax.ShapeDtypeStruct((*batch, self.n_inputs), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> NonlinearHebbianState:
        """Return weights of expected length 1 in random directions."""
        shape = (self.n_outputs, self.n_inputs)
        return NonlinearHebbianState(jax.random.normal(key, shape) / math.sqrt(self.n_inputs))

    def respond(
        self, state: NonlinearHebbianState, x: Float[Array, "*events inputs"]
    ) -> Float[Array, "*events neurons"]:
        """Return the firing rates for one sample or for a mini-batch."""
        single = x.ndim == 1
        drive = self.feedforward.drive(state.feedforward, x) if single else x @ state.feedforward.T
        return self.nonlinearity.respond(drive)

    def step(
        self, key: PRNGKeyArray, state: NonlinearHebbianState, x: Float[Array, "*events inputs"]
    ) -> tuple[NonlinearHebbianState, NonlinearHebbianInfo]:
        """Respond, learn by the rule, scale the weights back to unit length."""
        y = self.respond(state, x)
        learn = self.feedforward.update if self.batch_size is None else self.feedforward.mean_update
        moved = learn(state.feedforward, x, y)
        active = jnp.mean((self.nonlinearity.plasticity(y) != 0).astype(y.dtype))
        return NonlinearHebbianState(scaled_to_unit_length(self.scaling, moved)), NonlinearHebbianInfo(y, active)


def scaled_to_unit_length(scaling: Synapses, weights: Float[Array, "neurons inputs"]) -> Float[Array, "neurons inputs"]:
    """Return the weights after each neuron has scaled all its synapses by the length of its weight vector."""
    length = jnp.sqrt(scaling.squared_length(weights))
    return scaling.update(weights, jnp.zeros(weights.shape[1], weights.dtype), length)


def median_participation(weights: Float[Array, "neurons inputs"]) -> Float[Array, ""]:
    """Return the median over the neurons of the effective number of inputs."""
    squares = weights * weights
    return jnp.median(jnp.sum(squares, axis=1) ** 2 / jnp.sum(squares * squares, axis=1))
