"""Rules that learn from a residual or keep weight vectors at unit length, and the operations that they need."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.plasticity import (
    Dense,
    FanIn,
    NormalisedHebb,
    NormalisedPost,
    Oja,
    Residual,
    ResidualHebb,
    Synapses,
    audit,
)

RNG = np.random.default_rng(0)
WEIGHTS, X = RNG.normal(size=(3, 5)).astype(np.float32), RNG.normal(size=5).astype(np.float32)
Y = WEIGHTS @ X


def test_sangers_rule_is_its_matrix_formula():
    synapses = Synapses(Dense(5, 3), ResidualHebb(0.1))
    reconstruction = synapses.ordered_transpose_drive(jnp.asarray(WEIGHTS), jnp.asarray(Y))
    np.testing.assert_allclose(reconstruction, np.tril(np.ones((3, 3))) @ (Y[:, None] * WEIGHTS), rtol=1e-5)
    found = synapses.update(jnp.asarray(WEIGHTS), Residual(jnp.asarray(X), reconstruction), jnp.asarray(Y))
    expected = WEIGHTS + 0.1 * (np.outer(Y, X) - np.tril(np.outer(Y, Y)) @ WEIGHTS)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_ordered_sums_need_all_synapses():
    table = FanIn(np.array([[0, 1], [1, 2]]), 3)
    with pytest.raises(ValueError, match="ordered sums need Dense connectivity, got FanIn"):
        Synapses(table, ResidualHebb(0.1)).ordered_transpose_drive(jnp.ones((2, 2)), jnp.ones(2))


@pytest.mark.parametrize("ordered", [False, True], ids=["subspace", "sanger"])
def test_what_the_weights_become(ordered):
    """The principal subspace; in order of variance, the components themselves."""
    scale = np.array([3.0, 2.0, 1.0, 0.3, 0.2], np.float32)
    samples = jnp.asarray(np.random.default_rng(1).normal(size=(20_000, 5)).astype(np.float32) * scale)
    synapses = Synapses(Dense(5, 2), ResidualHebb(0.001))
    back = synapses.ordered_transpose_drive if ordered else synapses.transpose_drive

    def step(weights, x):
        y = synapses.drive(weights, x)
        return synapses.update(weights, Residual(x, back(weights, y)), y), None

    weights = np.asarray(jax.lax.scan(step, jnp.asarray(WEIGHTS[:2]), samples)[0])
    np.testing.assert_allclose(weights @ weights.T, np.eye(2), atol=0.05)
    np.testing.assert_allclose(np.linalg.svd(weights[:, :2])[1], 1, atol=0.05)
    if ordered:
        np.testing.assert_allclose(np.abs(weights[:, :2]), np.eye(2), atol=0.15)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("ordered", [False, True], ids=["subspace", "sanger"])
def test_where_the_mean_rule_comes_to_rest(ordered):
    """Events whose mean of x x^T is the covariance exactly: no sampling error is left."""
    values, axes = np.array([3.0, 2.0, 1.0, 0.3, 0.2]), np.linalg.qr(np.random.default_rng(2).normal(size=(5, 5)))[0]
    events = jnp.asarray(np.sqrt(5 * values)[:, None] * axes)
    synapses = Synapses(Dense(5, 3), ResidualHebb(0.1))
    back = synapses.ordered_transpose_drive if ordered else synapses.transpose_drive

    def change(weights, x):
        y = synapses.drive(weights, x)
        return synapses.update(weights, Residual(x, back(weights, y)), y) - weights

    def step(_, weights):
        return weights + jnp.mean(jax.vmap(change, in_axes=(None, 0))(weights, events), axis=0)

    weights = np.asarray(jax.lax.fori_loop(0, 2000, step, jnp.asarray(WEIGHTS, float)))
    np.testing.assert_allclose(weights @ weights.T, np.eye(3), atol=1e-9)
    cosines = np.linalg.svd(weights @ axes[:3].T)[1]
    np.testing.assert_allclose(cosines, 1, atol=1e-9)
    if ordered:
        np.testing.assert_allclose(np.abs(weights @ axes.T), np.eye(3, 5), atol=1e-8)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("ordered", [False, True], ids=["subspace", "sanger"])
def test_one_neuron_learns_by_ojas_rule_step_by_step(ordered):
    oja, residual = Synapses(Dense(4, 1), Oja(0.05)), Synapses(Dense(4, 1), ResidualHebb(0.05))
    back = residual.ordered_transpose_drive if ordered else residual.transpose_drive
    one = other = jnp.ones((1, 4)) / 2
    for x in jax.random.normal(jax.random.key(2), (50, 4)):
        one = oja.update(one, x, oja.drive(one, x))
        y = residual.drive(other, x)
        other = residual.update(other, Residual(x, back(other, y)), y)
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.usefixtures("float64")
def test_sangers_rule_diverges_at_a_rate_that_is_too_large():
    """Beyond a third of one over the largest eigenvalue there is no guarantee; far beyond it, weights run away."""
    synapses = Synapses(Dense(2, 1), ResidualHebb(2.5))
    weights = jnp.array([[0.6, 0.8]])
    for _ in range(20):
        y = synapses.drive(weights, jnp.array([1.0, 0.0]))
        weights = synapses.update(
            weights, Residual(jnp.array([1.0, 0.0]), synapses.ordered_transpose_drive(weights, y)), y
        )
    assert not float(jnp.abs(weights).max()) < 1e6


def test_normalised_hebb_keeps_unit_length():
    synapses = Synapses(Dense(5, 3), NormalisedHebb(0.3))
    weights = WEIGHTS / np.linalg.norm(WEIGHTS, axis=1, keepdims=True)
    y = weights @ X
    grown = weights + 0.3 * y[:, None] * X
    length = np.linalg.norm(grown, axis=1)
    squared = synapses.squared_length(jnp.asarray(weights))
    np.testing.assert_allclose(squared, np.ones(3), rtol=1e-6)
    np.testing.assert_allclose(squared + 2 * 0.3 * y * y + 0.3**2 * y * y * (X @ X), length**2, rtol=1e-5)
    post = NormalisedPost(jnp.asarray(y), jnp.asarray(length))
    found = synapses.update(jnp.asarray(weights), jnp.asarray(X), post)
    np.testing.assert_allclose(found, grown / length[:, None], rtol=1e-5, atol=1e-6)


def test_squared_length_counts_synapses_that_exist():
    weights = jnp.asarray([[1.0, 2.0], [3.0, 4.0]])
    table = Synapses(FanIn(np.array([[0, 1], [2, -1]]), 3), ResidualHebb(0.1))
    np.testing.assert_array_equal(table.squared_length(weights), [5, 9])
    lateral = Synapses(Dense(2, 2, self_connections=False), ResidualHebb(0.1))
    np.testing.assert_array_equal(lateral.squared_length(weights), [4, 9])


class State(NamedTuple):
    weights: jax.Array


class Layer(eqx.Module):
    """Neurons that learn from what they, or those up to themselves, do not explain."""

    ordered: bool = eqx.field(static=True, default=False)
    synapses: Synapses = Synapses(Dense(5, 3), ResidualHebb(0.1))

    @property
    def event(self):
        return jax.ShapeDtypeStruct((5,), jnp.float32)

    def init(self, key):
        return State(jax.random.normal(key, (3, 5)))

    def step(self, key, state, x):
        y = self.synapses.drive(state.weights, x)
        back = self.synapses.ordered_transpose_drive if self.ordered else self.synapses.transpose_drive
        return State(self.synapses.update(state.weights, Residual(x, back(state.weights, y)), y)), y


def test_the_subspace_rule_is_local():
    found = audit(Layer())
    assert found.local
    assert {item.name: item.scope for item in found.pathways[0].seen if item.used} == {
        "pre.activity": "one value per presynaptic neuron",
        "pre.reconstruction": "one value per presynaptic neuron",
        "post": "one value per postsynaptic neuron",
    }


def test_sangers_rule_is_not_local_and_the_audit_says_where():
    found = audit(Layer(ordered=True))
    assert not found.local
    assert found.reasons == ()
    assert found.pathways[0].reasons == ("pre.reconstruction is handed over as one value per synapse",)


class NormalisedLayer(Layer):
    synapses: Synapses = Synapses(Dense(5, 3), NormalisedHebb(0.1))

    def step(self, key, state, x):
        y = self.synapses.drive(state.weights, x)
        squared = self.synapses.squared_length(state.weights) + 0.2 * y * y + 0.01 * y * y * jnp.sum(x * x)
        return State(self.synapses.update(state.weights, x, NormalisedPost(y, jnp.sqrt(squared)))), y


def test_unit_length_by_the_neurons_own_synapses_is_local():
    found = audit(NormalisedLayer())
    assert found.local
    assert {item.name for item in found.pathways[0].seen if item.used} == {
        "synapse",
        "pre",
        "post.activity",
        "post.length",
    }
