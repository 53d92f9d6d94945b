"""Small circuits for the tests of the engine."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from bouton.engine import Circuit
from bouton.plasticity import Dense, Oja, Synapses


class ToyState(NamedTuple):
    weights: jax.Array
    n_fired: jax.Array


class ToyInfo(NamedTuple):
    y: jax.Array
    noise: jax.Array


class ToyCircuit(Circuit[ToyState, ToyInfo]):
    """Noisy Oja neurons; `gain` above some value makes them run away."""

    n_inputs: int = eqx.field(static=True, default=4)
    n_outputs: int = eqx.field(static=True, default=3)
    rate: float = 0.05
    gain: float = 1.0
    poison_at: int = 2**30

    @property
    def synapses(self):
        return Synapses(Dense(self.n_inputs, self.n_outputs), Oja(self.rate))

    @property
    def event(self):
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.float32)

    def init(self, key):
        return ToyState(jax.random.normal(key, (self.n_outputs, self.n_inputs)), jnp.zeros((), jnp.int32))

    def respond(self, state, x):
        return self.synapses.drive(state.weights, x)

    def step(self, key, state, x):
        noise = 0.1 * jax.random.normal(key, (self.n_outputs,))
        y = self.gain * self.respond(state, x) + noise
        y = jnp.where(state.n_fired >= self.poison_at, jnp.nan, y)
        return ToyState(self.synapses.update(state.weights, x, y), state.n_fired + 1), ToyInfo(y, noise)

    def summary(self, state):
        return {"length": jnp.linalg.norm(state.weights)}
