r"""The work on the weights alone: one rectifying layer that learns by Oja's rule and has no other dynamics.

.. math:: y = \max(0, W x - \theta), \qquad W_{ij} \leftarrow W_{ij} + \eta\, y_i (x_j - y_i W_{ij})

The threshold sets how many neurons answer a sample: nearly all, or a tenth of them.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from threadpoolctl import threadpool_limits

import bouton
from benchmarks import limits
from benchmarks.cases import SEED, Case
from benchmarks.names import AUTO, BLOCK_SIZES, BLOCKS, LAYER_PLAIN
from benchmarks.timing import SAME, Contender, race
from bouton.engine import Circuit
from bouton.plasticity import Dense, Oja, Synapses

THRESHOLDS = {1.0: -4.0, 0.1: 1.2816}
"""For an active fraction of about so much; drives start out with zero mean and unit variance."""
_RATE = 1e-4
_VISITS = 6e8
"""Synapses times samples in one timed run."""


class LayerState(NamedTuple):
    """What the layer needs to go on."""

    weights: jax.Array


class LayerInfo(NamedTuple):
    """What one may look at after a sample."""

    y: jax.Array


class RectifyingLayer(Circuit[LayerState, LayerInfo]):
    """The layer."""

    n_inputs: int = eqx.field(static=True)
    n_outputs: int = eqx.field(static=True)
    threshold: float
    skip_silent: bool = eqx.field(static=True, default=True)

    @property
    def synapses(self) -> Synapses:
        """The pathway; silent neurons are skipped, as the library's networks of this size do, unless told otherwise."""
        return Synapses(Dense(self.n_inputs, self.n_outputs), Oja(_RATE), skip_silent=self.skip_silent)

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key: jax.Array) -> LayerState:
        weights = jax.random.normal(key, (self.n_outputs, self.n_inputs))
        return LayerState(weights / jnp.linalg.norm(weights, axis=1, keepdims=True))

    def respond(self, state: LayerState, x: jax.Array) -> jax.Array:
        return jnp.maximum(0, self.synapses.drive(state.weights, x) - self.threshold)

    def step(self, key: jax.Array, state: LayerState, x: jax.Array) -> tuple[LayerState, LayerInfo]:
        y = self.respond(state, x)
        return LayerState(self.synapses.update(state.weights, x, y)), LayerInfo(y)


def samples(inputs: int, outputs: int, dtype: str, quick: bool) -> np.ndarray:
    """Return so many samples that a timed run takes some tens of milliseconds."""
    count = 64 if quick else int(np.clip(_VISITS / (inputs * outputs), 512, 16384))
    return np.random.default_rng(SEED).normal(size=(count, inputs)).astype(dtype)


def contender(layer: RectifyingLayer, rows: np.ndarray, name: str, block: Any, plain: np.ndarray | None) -> Contender:
    """Return the layer learning the rows in blocks of that size.

    Parameters
    ----------
    layer : RectifyingLayer
        What learns.
    rows : array (samples, inputs)
        The samples.
    name : str
        What it is called.
    block : int, "auto" or None
        Number of samples of a block; None for the plain loop.
    plain : array (outputs, inputs), optional
        Weights that the plain loop reaches.
    """
    start = layer.init(jax.random.key(SEED))

    def learn(_: None) -> LayerState:
        return jax.block_until_ready(bouton.run(layer, rows, key=jax.random.key(SEED), state=start, block=block).state)

    def judge(state: LayerState) -> dict[str, float]:
        merit = {"active": float(np.mean(bouton.respond(layer, state, rows[-64:]) > 0))}
        if plain is not None:
            off = np.max(np.abs(np.asarray(state.weights) - plain)) / np.max(np.abs(plain))
            merit["difference_from_plain"] = float(off)
        return merit

    return Contender(name, SAME, len(rows), lambda: None, learn, judge)


def one(case: Case, dtype: str, active: float, threads: int, repeats: int, quick: bool) -> dict[str, Any]:
    """Return the results of one shape, type and active fraction: ratios to the plain loop, times, equality."""
    layer = RectifyingLayer(case.inputs, case.outputs, THRESHOLDS[active])
    rows = samples(case.inputs, case.outputs, dtype, quick)
    with threadpool_limits(threads):
        plain = np.asarray(contender(layer, rows, LAYER_PLAIN, None, None).learn(None).weights)
        settings = [(LAYER_PLAIN, None), (AUTO, "auto"), *zip(BLOCKS, BLOCK_SIZES, strict=True)]
        found = [contender(layer, rows, name, block, plain) for name, block in settings]
        found += limits.contenders(case.inputs, case.outputs, dtype)
        race(found, repeats)
        outcomes = [each.outcome() for each in found]
    own = outcomes[0]["microseconds_per_sample"]["median"]
    for outcome in outcomes:
        outcome["ratio"] = outcome["microseconds_per_sample"]["median"] / own
    shape = {"inputs": case.inputs, "outputs": case.outputs, "dtype": dtype, "threads": threads}
    return {"name": case.name, **shape, "active_fraction": active, "contenders": outcomes}
