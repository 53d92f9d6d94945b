r"""Integrate-and-fire neurons that learn fields from photographs by triplet plasticity, without whitening.

.. math::

    p &= g\, (\max(0, x), \max(0, -x)), \qquad s_x \sim \text{Bernoulli}(p) \text{ in each ms} \\
    I_i &= \sum_j W_{ij}\, (s_{x,j} - r_{x,j}) \quad \text{into neurons that fire } s_y \\
    \Delta W_{ij} &= \sum (\bar x_j - r_{x,j})\, \bar y_i\, s_{y,i} - (s_{x,j} - r_{x,j})\, \bar y_i\, r_{y,i}^2 / r_0

x (n,) patch, p (2n,) spike probabilities of ON and OFF channels, :math:`\bar x, \bar y` traces of 30 ms, :math:`r` mean
rates over 2000 samples. The control lets depression act on the weight: :math:`-W_{ij} r_{y,i}^2 / r_0`.

Source: C. S. N. Brito, W. Gerstner, "Learning what matters: Synaptic plasticity with invariance to second-order input
correlations", PLoS Computational Biology 20(2):e1011844, 2024, arXiv:2105.10109.
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Positive
from bouton.dynamics import ExponentialTrace, IntegrateAndFire, Membrane
from bouton.engine import Circuit
from bouton.plasticity import (
    Dense,
    RateDecay,
    ScaledStep,
    ScaledSynapse,
    Synapses,
    TripletHebb,
    TripletPost,
)

__all__ = ["TripletInfo", "TripletNeurons", "TripletState"]

_LEVELS = 65536
"""Spike probabilities are compared with whole random numbers of 16 bits."""
_INITIAL_RATE, _GROWTH, _QUIET = 0.05, 0.01, 0.2


class TripletState(NamedTuple):
    """What the neurons need to go on: weights, and activity that goes on from one presentation to the next."""

    weights: Float[Array, "neurons channels"]
    mean_square: Float[Array, "neurons channels"]
    membrane: Membrane
    input_spikes: Float[Array, "batch channels"]
    input_trace: Float[Array, "batch channels"]
    trace: Float[Array, "batch neurons"]
    input_rate: Float[Array, " channels"]
    rate: Float[Array, " neurons"]


class TripletInfo(NamedTuple):
    """What one may look at after a presentation."""

    y: Float[Array, "batch neurons"]
    """Firing rates during the presentation, in Hz."""
    rate: Float[Array, " neurons"]
    """Running mean rates, in Hz."""


class TripletNeurons(Circuit[TripletState, TripletInfo]):
    r"""Integrate-and-fire neurons under ON and OFF spike trains, with triplet plasticity or a control.

    An event is a mini-batch of patches of zero mean and unit variance over all of them, shown to copies of the neurons
    side by side, for `duration` time steps of a ms; weights change in each step by the sum over the copies.

    Parameters
    ----------
    n_inputs : int
        Number of pixels n; each has an ON and an OFF channel.
    n_outputs : int
        Number of neurons m. They differ in their random starts only.
    rule : {"triplet", "oja"}
        Metaplastic Hebbian depression, or decay of the weight. Default "triplet".
    target : float
        :math:`r_0`, in spikes per ms: published 0.001, the default, and 0.005 of "oja".
    learning_rate : float
        Size of a step, in units of the weight: published 1e-4, the default, and 2e-5 of "oja".
    leak : float
        Decay of the weights, over the learning rate: published 0.05, the default, and 0 of "oja".
    input_gain : float
        :math:`g`, spike probability in a ms by an input of one standard deviation. Default 0.2; a patch with larger
        probabilities than 1 is scaled down.
    trace_time : float
        Time constant of all traces, in ms. Default 30.
    averaging_samples : float
        Number of patches that mean rates average over. Default 2000.
    duration : int
        Time steps of a presentation. Default 100.
    batch_size : int
        Patches shown side by side. Default 128.
    neuron : IntegrateAndFire
        The neurons. Default: the published ones.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> patches = np.random.default_rng(0).laplace(size=(20, 8, 16)) / 1.4
    >>> neurons = bouton.features.TripletNeurons(16, 2, batch_size=8)
    >>> run = bouton.run(neurons, patches, key=jax.random.key(0), record={"y": 1})
    >>> neurons.fields(run.state).shape, bool(run.recordings["y"].values.max() > 0)
    ((2, 16), True)
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    rule: Literal["triplet", "oja"] = eqx.field(static=True, default="triplet")
    target: Positive = 0.001
    learning_rate: Positive = 1e-4
    leak: AtLeastZero = 0.05
    input_gain: Positive = 0.2
    trace_time: Positive = 30.0
    averaging_samples: Positive = 2000.0
    duration: Count = eqx.field(static=True, default=100)
    batch_size: Count = eqx.field(static=True, default=128)
    neuron: IntegrateAndFire = IntegrateAndFire()

    @property
    def potentiation(self) -> Synapses:
        """The synapses, as they grow at postsynaptic spikes; the sum over a mini-batch."""
        return Synapses(self._connectivity, self._hebb.potentiation)

    @property
    def depression(self) -> Synapses:
        """The same synapses, as they weaken."""
        # The published control's decay is not summed over the mini-batch.
        rule = self._hebb.depression if self.rule == "triplet" else RateDecay(1.0, self.target)
        return Synapses(self._connectivity, rule)

    @property
    def steps(self) -> Synapses:
        """The same synapses, as each of them scales the proposed change by its own past."""
        return Synapses(self._connectivity, ScaledStep(self.learning_rate, self.leak))

    @property
    def _connectivity(self) -> Dense:
        return Dense(2 * self.n_inputs, self.n_outputs)

    @property
    def _hebb(self) -> TripletHebb:
        return TripletHebb(float(self.batch_size), self.target)

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One mini-batch of patches: (batch_size, n_inputs)."""
        return jax.ShapeDtypeStruct((self.batch_size, self.n_inputs), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> TripletState:
        """Return neurons at rest, with rectified normal weights of deviation 0.3."""
        m, n, batch = self.n_outputs, 2 * self.n_inputs, self.batch_size
        weights = jnp.maximum(0.3 * jax.random.normal(key, (m, n)), 0)
        inputs, outputs = jnp.zeros((batch, n)), jnp.zeros((batch, m))
        return TripletState(
            weights,
            jnp.ones((m, n)),
            self.neuron.start((batch, m)),
            inputs,
            inputs,
            outputs,
            jnp.full(n, _INITIAL_RATE),
            jnp.full(m, _INITIAL_RATE),
        )

    def fields(self, state: TripletState) -> Float[Array, "neurons inputs"]:
        """Return the weights of the ON channels less those of the OFF channels."""
        return state.weights[:, : self.n_inputs] - state.weights[:, self.n_inputs :]

    def probabilities(self, x: Float[Array, "*events inputs"]) -> Float[Array, "*events channels"]:
        """Return the spike probabilities in a ms of ON and OFF channels, at most 1."""
        channels = self.input_gain * jnp.concatenate([jnp.maximum(x, 0), jnp.maximum(-x, 0)], axis=-1)
        return channels / jnp.maximum(jnp.max(channels, axis=-1, keepdims=True), 1)

    def respond(self, state: TripletState, x: Float[Array, "*events inputs"]) -> Float[Array, "*events neurons"]:
        """Return the mean input of the neurons, in mV per ms: what they fire by, without chance."""
        likely = self.probabilities(x)
        above = likely - jnp.broadcast_to(state.input_rate, likely.shape)
        return self.potentiation.drive(state.weights, above) if x.ndim == 1 else above @ state.weights.T

    def step(
        self, key: PRNGKeyArray, state: TripletState, x: Float[Array, "batch inputs"]
    ) -> tuple[TripletState, TripletInfo]:
        """Show a mini-batch of patches; learn in each time step."""
        likely = _LEVELS * self.probabilities(x)

        def one(carry: Any, index: Array) -> tuple[Any, None]:
            now, counts = carry
            # Of a pixel's two channels one is silent: one number serves both.
            drawn = jax.random.bits(jax.random.fold_in(key, index), x.shape, jnp.uint16).astype(x.dtype)
            spikes = (jnp.concatenate([drawn, drawn], axis=-1) < likely).astype(x.dtype)
            after, fired = self.time_step(now, spikes)
            return (after, counts + fired), None

        silent = jnp.zeros((self.batch_size, self.n_outputs), x.dtype)
        (after, counts), _ = jax.lax.scan(one, (state, silent), jnp.arange(self.duration))
        return after, TripletInfo(1000 / self.duration * counts, 1000 * after.rate)

    def time_step(
        self, state: TripletState, spikes: Float[Array, "batch channels"]
    ) -> tuple[TripletState, Float[Array, "batch neurons"]]:
        """Go on by a ms, in which input channels fire; return the state after, and which neurons fire.

        Parameters
        ----------
        state : TripletState
            State before.
        spikes : array (batch_size, 2 n_inputs)
            1 where a channel fires, else 0. They reach the neurons in the next step.

        Returns
        -------
        tuple of TripletState and array (batch_size, n_outputs)
        """
        arriving = (state.input_spikes - state.input_rate[None]) @ state.weights.T
        membrane, fired = self.neuron.step(state.membrane, arriving)
        trace = ExponentialTrace(self.trace_time, 1 / self.trace_time)
        input_trace, own_trace = trace.step(state.input_trace, spikes), trace.step(state.trace, fired)
        steps = self.averaging_samples * self.duration / self.batch_size
        average = ExponentialTrace(steps, 1 / steps)
        input_rate = average.step(state.input_rate, jnp.mean(spikes, axis=0))
        rate = average.step(state.rate, jnp.mean(fired, axis=0))
        # Both traces of the neuron have the same time constant, hence are one.
        post = TripletPost(fired, own_trace, own_trace, jnp.broadcast_to(rate, fired.shape))
        grown = self.potentiation.mean_update(state.weights, input_trace - input_rate[None], post)
        weakened = self.depression.mean_update(state.weights, spikes - input_rate[None], post)
        length = jnp.sqrt(self.potentiation.squared_length(state.weights))
        growth = (rate < _QUIET * self.target).astype(rate.dtype) * _GROWTH / jnp.maximum(length, _GROWTH)
        synapse = ScaledSynapse(state.weights, grown + weakened - state.weights, state.mean_square)
        weights, _, mean_square = self.steps.update(synapse, jnp.zeros(2 * self.n_inputs, rate.dtype), growth)
        return TripletState(weights, mean_square, membrane, spikes, input_trace, own_trace, input_rate, rate), fired
