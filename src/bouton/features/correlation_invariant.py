r"""Correlation-invariant neurons: learning from correlated input as if it were white, and the rules that do not.

.. math::

    y &= \max(0, W x) \\
    \Delta W_{ij} &= \langle (y_i^p - (h_i / h_0)\, y_i)\, x_j \rangle \\
    h_i &\leftarrow h_i + (B / \tau_h)\, (\langle y_i^p \rangle - h_i)

=======  ===============  ==============================================================  ==========
symbol   name             what it is                                                      shape
=======  ===============  ==============================================================  ==========
x        input            one sample of zero mean, not whitened; or a mini-batch of B     (n,)
y        activity         firing rate                                                     (m,)
W        feedforward      weights                                                         (m, n)
h        level            strength of depression                                          (m,)
=======  ===============  ==============================================================  ==========

Depression is Hebbian, and cancels the covariance of the input: with :math:`x = M s`, M invertible, the neuron responds
at a fixed point as it would to s. Where it acts on the weight instead (Oja, heterosynaptic decay) the neuron follows
the covariance.

Source: C. S. N. Brito, W. Gerstner, "Learning what matters: Synaptic plasticity with invariance to second-order input
correlations", PLoS Computational Biology 20(2):e1011844, 2024, arXiv:2105.10109.
"""

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray
from numpy.typing import ArrayLike

from bouton._arguments import given_array
from bouton._fields import AtLeastZero, Count, Positive, check_fields
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.features.neurons import median_participation
from bouton.plasticity import (
    AdaptiveStep,
    AdaptiveSynapse,
    Confined,
    Dense,
    HeterosynapticHebb,
    MetaplasticHebb,
    MetaplasticPost,
    Synapses,
)
from bouton.plasticity.learning_rate import counted

__all__ = ["CorrelationInvariantInfo", "CorrelationInvariantNeurons", "CorrelationInvariantState"]

CorrelationInvariantRule = Literal["invariant", "kurtosis", "heterosynaptic", "oja"]
_EXPONENTS = {"invariant": 2, "kurtosis": 3, "heterosynaptic": 2, "oja": 1}
_EPSILON = 1e-8
"""Published, for weights and their changes at inputs of unit deviation."""
_MEMORY, _MEMORY_SAMPLES = 0.9, 100


class CorrelationInvariantState(NamedTuple):
    """What the neurons need to go on."""

    feedforward: Float[Array, "neurons inputs"]
    mean_change: Float[Array, "neurons inputs"]
    mean_square: Float[Array, "neurons inputs"]
    level: Float[Array, " neurons"]
    n_steps: Int[Array, ""]


class CorrelationInvariantInfo(NamedTuple):
    """What one may look at after an event."""

    y: Float[Array, "*events neurons"]
    active: Float[Array, " neurons"]
    """Share of the samples at which each neuron was active: at 0 its weights no longer move."""


class CorrelationInvariantNeurons(Circuit[CorrelationInvariantState, CorrelationInvariantInfo]):
    r"""Neurons whose depression is Hebbian and metaplastic, or one of the rules that this is compared with.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m. They differ in their random starts only.
    rule : {"invariant", "kurtosis", "heterosynaptic", "oja"}
        "invariant": p = 2, BCM-like; "kurtosis": p = 3. Controls: "heterosynaptic",
        :math:`y^2 x - \lambda y^2 w`; "oja", :math:`y x - y^2 w / h_0`. Default "invariant".
    target : float
        :math:`h_0`, the size of the responses; of "oja", the squared length of the weights. Default 1.
    weight_decay : float
        :math:`\lambda` of "heterosynaptic". Default 1.
    leak : float
        Slow decay :math:`\kappa` of the weights of "invariant" and "kurtosis", :math:`-\kappa w` per sample, which
        clears away weights that nothing keeps up. It breaks the invariance a little. Default 0.
    learning_rate : float
        :math:`\eta`: with adaptive steps the size of a step, in units of ``1 / input_deviation``; else the factor of
        the mean change. Default 1e-3.
    averaging_time : float
        :math:`\tau_h`, in samples, of the level. Default 2000. Keep it several times shorter than what the weights need
        to move: a level that lags makes them oscillate or grow without bound.
    adaptive : bool
        Whether each synapse scales its changes by their running size, published (Adam); else plain steps, which
        strongly correlated inputs slow down. Default True. The running means keep a share of 0.9 of themselves over
        100 samples, the published mini-batch: shorter ones would no longer rest where the mean change is zero.
    nonnegative : bool
        Whether weights stay at 0 or above. Default False.
    rectified : bool
        Whether the activity is. Default True.
    input_deviation : float
        Typical standard deviation of an input, which start and steps are scaled by. Default 1.
    batch_size : int or None
        Samples per event, B: published 100. Default None: single samples, events of shape (n,).

    Raises
    ------
    InputError
        If a parameter is out of its range, or the averaging time is shorter than a mini-batch.

    Notes
    -----
    Inputs must have zero mean, or else the mean itself is the strongest pattern to a rectifying neuron.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    A sparse latent is found under a Gaussian fluctuation of three times its size, which Oja's rule follows:

    >>> import bouton, jax, numpy as np
    >>> rng = np.random.default_rng(0)
    >>> latent = np.where(rng.random(40_000) < 0.1, 3.0, -1 / 3)
    >>> samples = np.outer(latent, [1.0, 1.0, 0.0]) + np.outer(3 * rng.normal(size=40_000), [0.0, 1.0, 1.0])
    >>> samples = samples + 0.1 * rng.normal(size=samples.shape)
    >>> found = {}
    >>> for rule in ("invariant", "oja"):
    ...     neuron = bouton.features.CorrelationInvariantNeurons(3, 1, rule, learning_rate=5e-3, batch_size=100)
    ...     run = bouton.run(neuron, samples.reshape(-1, 100, 3), key=jax.random.key(0), epochs=5)
    ...     found[rule] = float(np.corrcoef(samples @ np.asarray(run.state.feedforward)[0], latent)[0, 1])
    >>> found["invariant"] > 0.95, abs(found["oja"]) < 0.6
    (True, True)
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    rule: CorrelationInvariantRule = eqx.field(static=True, default="invariant")
    target: Positive = 1.0
    weight_decay: Positive = 1.0
    learning_rate: Positive = 1e-3
    averaging_time: Positive = 2000.0
    adaptive: bool = eqx.field(static=True, default=True)
    nonnegative: bool = eqx.field(static=True, default=False)
    rectified: bool = eqx.field(static=True, default=True)
    input_deviation: Positive | Float[Array, ""] = 1.0
    batch_size: Count | None = eqx.field(static=True, default=None)
    leak: AtLeastZero = 0.0

    def __check_init__(self) -> None:
        check_fields(self)
        if isinstance(self.averaging_time, int | float) and self.averaging_time < (self.batch_size or 1):
            raise InputError(
                f"averaging_time must be at least a mini-batch, {self.batch_size} samples, got {self.averaging_time}"
            )

    @property
    def feedforward(self) -> Synapses:
        """The synapses, with the rule that proposes their changes."""
        # Adaptive steps take no notice of the rate, but a change must not vanish beside the weight that it is added to.
        rate = (1.0 if self.adaptive else self.learning_rate) / (self.input_deviation * self.input_deviation)
        exponent = _EXPONENTS[self.rule]
        if self.rule in ("invariant", "kurtosis"):
            learned = MetaplasticHebb(rate, exponent, self.target, self.leak)
        else:
            strength = 1 / self.target if self.rule == "oja" else self.weight_decay
            learned = HeterosynapticHebb(rate, exponent, strength)
        return Synapses(Dense(self.n_inputs, self.n_outputs), learned)

    @property
    def steps(self) -> Synapses:
        """The same synapses, as each of them scales the proposed change by its own past."""
        lower = 0.0 if self.nonnegative else -math.inf
        rate, epsilon = self.learning_rate / self.input_deviation, _EPSILON / self.input_deviation
        rule = AdaptiveStep(rate, self.memory, lower, epsilon=epsilon)
        return Synapses(Dense(self.n_inputs, self.n_outputs), rule)

    @property
    def memory(self) -> float:
        """Share of themselves that running means of the adaptive steps keep from one event to the next."""
        return _MEMORY ** ((self.batch_size or 1) / _MEMORY_SAMPLES)

    @property
    def bounds(self) -> Synapses:
        """The same synapses, which stay excitatory."""
        return Synapses(Dense(self.n_inputs, self.n_outputs), Confined())

    def summary(self, state: CorrelationInvariantState) -> Mapping[str, Array]:
        """Return the median participation ratio: how many inputs take part in a field."""
        return {"inputs taking part": median_participation(state.feedforward)}

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample (n_inputs,), or one mini-batch (batch_size, n_inputs)."""
        batch = () if self.batch_size is None else (self.batch_size,)
        return jax.ShapeDtypeStruct((*batch, self.n_inputs), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> CorrelationInvariantState:
        """Return weights whose response to white inputs has unit variance on average, in random directions."""
        weights = jax.random.normal(key, (self.n_outputs, self.n_inputs)) / math.sqrt(self.n_inputs)
        return self.start(weights / self.input_deviation)

    def start(self, weights: ArrayLike) -> CorrelationInvariantState:
        """Return the state before the first event, of given weights.

        Parameters
        ----------
        weights : array (n_outputs, n_inputs)
            Weights; negative ones become 0 where weights stay at 0 or above. Lists are arrays.

        Returns
        -------
        CorrelationInvariantState

        Raises
        ------
        InputError
            If they have another shape or are no finite real numbers.
        """
        given = jnp.asarray(given_array(weights, (self.n_outputs, self.n_inputs)))
        given = given if jnp.issubdtype(given.dtype, jnp.floating) else given.astype(float)
        weights = jnp.maximum(given, 0) if self.nonnegative else given
        zeros, target = jnp.zeros_like(weights), jnp.asarray(self.target, weights.dtype)
        level = jnp.broadcast_to(target, weights.shape[:1])
        return CorrelationInvariantState(weights, zeros, zeros, level, jnp.zeros((), jnp.int32))

    def respond(
        self, state: CorrelationInvariantState, x: Float[Array, "*events inputs"]
    ) -> Float[Array, "*events neurons"]:
        """Return the firing rates for one sample or for a mini-batch."""
        drive = self.feedforward.drive(state.feedforward, x) if x.ndim == 1 else x @ state.feedforward.T
        return jnp.maximum(drive, 0) if self.rectified else drive

    def step(
        self, key: PRNGKeyArray, state: CorrelationInvariantState, x: Float[Array, "*events inputs"]
    ) -> tuple[CorrelationInvariantState, CorrelationInvariantInfo]:
        """Respond, learn by the rule at the present level of depression, then let the level follow the activity."""
        y = self.respond(state, x)
        active = jnp.mean((y != 0).astype(y.dtype), axis=tuple(range(y.ndim - 1)))
        return self.learn(state, x, y), CorrelationInvariantInfo(y, active)

    def learn(
        self,
        state: CorrelationInvariantState,
        x: Float[Array, "*events inputs"],
        y: Float[Array, "*events neurons"],
    ) -> CorrelationInvariantState:
        """Return the state after learning from a sample or a mini-batch and the firing rates that it brought about.

        Parameters
        ----------
        state : CorrelationInvariantState
            State before.
        x : array (n_inputs,) or (batch_size, n_inputs)
            Inputs.
        y : array (n_outputs,) or (batch_size, n_outputs)
            Firing rates, whatever circuit the neurons are part of.

        Returns
        -------
        CorrelationInvariantState
        """
        over_events = tuple(range(y.ndim - 1))
        learn = self.feedforward.update if self.batch_size is None else self.feedforward.mean_update
        post = y
        if self.rule in ("invariant", "kurtosis"):
            post = MetaplasticPost(y, jnp.broadcast_to(state.level, y.shape))
        proposed, n_steps = learn(state.feedforward, x, post), counted(state.n_steps)
        mean_change, mean_square = state.mean_change, state.mean_square
        silent = jnp.zeros(self.n_inputs, y.dtype), jnp.zeros(self.n_outputs, y.dtype)
        if self.adaptive:
            correction = 1 - self.memory ** n_steps.astype(y.dtype)
            synapse = AdaptiveSynapse(state.feedforward, proposed, mean_change, mean_square)
            weights, _, mean_change, mean_square = self.steps.update(synapse, *silent, correction)
        else:
            weights = self.bounds.update(proposed, *silent) if self.nonnegative else proposed
        share = (self.batch_size or 1) / self.averaging_time
        level = state.level + share * (jnp.mean(y ** max(_EXPONENTS[self.rule], 2), axis=over_events) - state.level)
        return CorrelationInvariantState(weights, mean_change, mean_square, level, n_steps)
