"""One layer under each kind of rule that blocks serve, for the tests of exact blocks."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from bouton.engine import Circuit
from bouton.plasticity import (
    Bounded,
    CumulativeHebb,
    CumulativePost,
    Dense,
    Hebb,
    LeakyHebb,
    NormalisedHebb,
    NormalisedPost,
    Oja,
    Residual,
    ResidualHebb,
    Synapses,
)


class LayerState(NamedTuple):
    weights: jax.Array
    trace: jax.Array
    activity: jax.Array
    n_events: jax.Array


class LayerInfo(NamedTuple):
    y: jax.Array


class Layer(Circuit[LayerState, LayerInfo]):
    """The common part: a subclass says what one event does to weights, trace and cumulative activity."""

    n_inputs: int = eqx.field(static=True, default=20)
    n_outputs: int = eqx.field(static=True, default=6)
    rate: float = 0.05

    @property
    def event(self):
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def synapses(self, rule):
        return Synapses(Dense(self.n_inputs, self.n_outputs), rule)

    def init(self, key):
        m, n = self.n_outputs, self.n_inputs
        weights = jax.random.normal(key, (m, n)) / jnp.sqrt(n)
        return LayerState(weights, jnp.zeros(n), jnp.zeros(m), jnp.zeros((), jnp.int32))

    def respond(self, state, x):
        return state.weights @ x

    def learn(self, key, state, x):
        raise NotImplementedError

    def step(self, key, state, x):
        weights, trace, activity, y = self.learn(key, state, x)
        return LayerState(weights, trace, activity, state.n_events + 1), LayerInfo(y)


class OjaLayer(Layer):
    def learn(self, key, state, x):
        synapses = self.synapses(Oja(self.rate))
        y = synapses.drive(state.weights, x)
        return synapses.update(state.weights, x, y), state.trace, state.activity, y


class CentredLayer(Layer):
    """Drive and rule see the input less its running mean."""

    def learn(self, key, state, x):
        synapses = self.synapses(Oja(self.rate))
        mean = state.trace + (x - state.trace) / (state.n_events + 1).astype(x.dtype)
        y = synapses.drive(state.weights, x - mean)
        return synapses.update(state.weights, x - mean, y), mean, state.activity, y


class LeakyLayer(Layer):
    def learn(self, key, state, x):
        synapses = self.synapses(LeakyHebb())
        y = synapses.drive(state.weights, x)
        return synapses.update(state.weights, x, y, self.rate), state.trace, state.activity, y


class TracedLayer(Layer):
    """The drive sees the input, the rule a trace of it; the neurons are noisy."""

    def learn(self, key, state, x):
        synapses = self.synapses(LeakyHebb())
        trace = 0.7 * state.trace + x
        y = jnp.tanh(synapses.drive(state.weights, x)) + 0.1 * jax.random.normal(key, (self.n_outputs,))
        return synapses.update(state.weights, trace, y, self.rate), trace, state.activity, y


class FormerTraceLayer(Layer):
    """The rule sees the trace as it was before the event."""

    def learn(self, key, state, x):
        synapses = self.synapses(LeakyHebb())
        y = synapses.drive(state.weights, x)
        return synapses.update(state.weights, state.trace, y, self.rate), x, state.activity, y


class HebbLayer(Layer):
    """Weights that forget nothing: sums, as in the accumulator form of the similarity matching networks."""

    def learn(self, key, state, x):
        synapses = self.synapses(Hebb(1.0))
        activity = state.activity + 1
        y = jnp.maximum(synapses.drive(state.weights, x) / activity, 0)
        return synapses.update(state.weights, x, y), state.trace, activity + y * y, y


class CumulativeLayer(Layer):
    """Starts from nothing, so that the first activation of a neuron wipes out all its weights (decay 1)."""

    def learn(self, key, state, x):
        synapses = self.synapses(CumulativeHebb())
        drive = synapses.drive(state.weights, x)
        units = jnp.arange(self.n_outputs, dtype=jnp.int32)
        first = (units == state.n_events % self.n_outputs) & (state.activity == 0)
        y = jnp.where(first, 2.0, jnp.maximum(drive, 0))
        activity = state.activity + y * y
        return synapses.update(state.weights, x, CumulativePost(y, activity)), state.trace, activity, y


class NormalisedLayer(Layer):
    def learn(self, key, state, x):
        synapses = self.synapses(NormalisedHebb(self.rate))
        drive = synapses.drive(state.weights, x)
        y = jnp.maximum(drive, 0)
        grown = self.rate * y
        squared = synapses.squared_length(state.weights) + 2 * grown * drive + grown * grown * jnp.sum(x * x)
        return synapses.update(state.weights, x, NormalisedPost(y, jnp.sqrt(squared))), state.trace, state.activity, y


class ClusterLayer(Layer):
    """The neuron whose weights are nearest to the input learns."""

    def learn(self, key, state, x):
        synapses = self.synapses(Oja(self.rate))
        distance = synapses.squared_length(state.weights) - 2 * synapses.drive(state.weights, x)
        y = (jnp.arange(self.n_outputs) == jnp.argmin(distance)).astype(x.dtype)
        return synapses.update(state.weights, x, y), state.trace, state.activity, y


class SubspaceLayer(Layer):
    """Oja's subspace rule."""

    def learn(self, key, state, x):
        synapses = self.synapses(ResidualHebb(self.rate))
        y = synapses.drive(state.weights, x)
        residual = Residual(x, synapses.transpose_drive(state.weights, y))
        return synapses.update(state.weights, residual, y), state.trace, state.activity, y


class SangerLayer(Layer):
    def learn(self, key, state, x):
        synapses = self.synapses(ResidualHebb(self.rate))
        y = synapses.drive(state.weights, x)
        residual = Residual(x, synapses.ordered_transpose_drive(state.weights, y))
        return synapses.update(state.weights, residual, y), state.trace, state.activity, y


class ClippedLayer(Layer):
    def learn(self, key, state, x):
        synapses = self.synapses(Bounded(Oja(self.rate), 0.0, 1.0))
        y = synapses.drive(state.weights, x)
        return synapses.update(state.weights, x, y), state.trace, state.activity, y


class RecurrentLayer(Layer):
    """The rule sees what depends on what it has just learned: its own answer, sent back."""

    def learn(self, key, state, x):
        synapses = self.synapses(Oja(self.rate))
        y = synapses.drive(state.weights, x)
        echo = jnp.concatenate([y, x[: self.n_inputs - self.n_outputs]])
        return synapses.update(state.weights, echo, y), state.trace, state.activity, y


class PeekingLayer(Layer):
    """Looks at its weights outside drive and rule."""

    def learn(self, key, state, x):
        synapses = self.synapses(Oja(self.rate))
        y = synapses.drive(state.weights, x) + jnp.mean(state.weights)
        return synapses.update(state.weights, x, y), state.trace, state.activity, y


class TwiceLayer(Layer):
    """Answers once more with the new weights."""

    def learn(self, key, state, x):
        synapses = self.synapses(Oja(self.rate))
        weights = synapses.update(state.weights, x, synapses.drive(state.weights, x))
        return weights, state.trace, state.activity, synapses.drive(weights, x)


class TwoState(NamedTuple):
    first: jax.Array
    second: jax.Array


class TwoInfo(NamedTuple):
    y: jax.Array
    hidden: jax.Array


class TwoLayers(Circuit[TwoState, TwoInfo]):
    """Two rectifying layers in a row; with feedback the lower one is driven by the upper one's weights, too."""

    n_inputs: int = eqx.field(static=True, default=20)
    n_hidden: int = eqx.field(static=True, default=8)
    n_outputs: int = eqx.field(static=True, default=5)
    rate: float = 0.05
    feedback: float = eqx.field(static=True, default=0.0)

    @property
    def event(self):
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key):
        lower, upper = jax.random.split(key)
        first = jax.random.normal(lower, (self.n_hidden, self.n_inputs)) / jnp.sqrt(self.n_inputs)
        return TwoState(first, jax.random.normal(upper, (self.n_outputs, self.n_hidden)))

    def respond(self, state, x):
        return state.second @ jnp.maximum(state.first @ x, 0)

    def step(self, key, state, x):
        lower = Synapses(Dense(self.n_inputs, self.n_hidden), Oja(self.rate))
        upper = Synapses(Dense(self.n_hidden, self.n_outputs), LeakyHebb(self.rate))
        hidden = jnp.maximum(lower.drive(state.first, x), 0)
        if self.feedback:
            answer = upper.drive(state.second, hidden)
            hidden = jnp.maximum(hidden + self.feedback * upper.transpose_drive(state.second, answer), 0)
        y = jnp.tanh(upper.drive(state.second, hidden))
        first, second = lower.update(state.first, x, hidden), upper.update(state.second, hidden, y, jnp.ones(()))
        return TwoState(first, second), TwoInfo(y, hidden)
