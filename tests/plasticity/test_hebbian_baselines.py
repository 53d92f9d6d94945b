"""Nonlinear Hebbian rules and baselines: where they come to rest."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.plasticity import (
    BCM,
    BCMPost,
    Confined,
    Covariance,
    CovariancePost,
    Dense,
    Synapses,
    SynapticScaling,
)

W = np.random.default_rng(3).normal(size=(3, 5))


def as_arrays(post):
    return type(post)(*map(jnp.asarray, post)) if isinstance(post, tuple) else jnp.asarray(post)


@pytest.mark.usefixtures("float64")
def test_scaling_gives_every_neuron_the_length():
    synapses = Synapses(Dense(5, 3), SynapticScaling(1.5))
    length = jnp.sqrt(synapses.squared_length(jnp.asarray(W)))
    scaled = synapses.update(jnp.asarray(W), jnp.zeros(5), length)
    np.testing.assert_allclose(np.linalg.norm(scaled, axis=1), 1.5, rtol=1e-12)


@pytest.mark.usefixtures("float64")
def test_bcm_neurons_choose_one_of_exclusive_patterns():
    """With patterns of probability 1/K the stable rest is to answer one of them with y = K (threshold <y^2>)."""
    rng = np.random.default_rng(0)
    patterns = rng.normal(size=(3, 3)) + 2 * np.eye(3)
    synapses, weights = Synapses(Dense(3, 4), BCM(0.02)), jnp.asarray(0.3 * rng.random((4, 3)))

    def learn(_, weights):
        answers = jnp.asarray(patterns) @ weights.T
        post = BCMPost(answers, jnp.broadcast_to(jnp.mean(answers**2, axis=0), answers.shape))
        return synapses.mean_update(weights, jnp.asarray(patterns), post)

    weights = jax.lax.fori_loop(0, 6000, learn, weights)
    np.testing.assert_allclose(np.sort(patterns @ weights.T, axis=0), [[0] * 4, [0] * 4, [3] * 4], atol=1e-3)


@pytest.mark.usefixtures("float64")
def test_the_mean_covariance_change_does_not_see_the_mean_input():
    rng = np.random.default_rng(0)
    inputs, answers = rng.normal(size=(50, 5)), rng.normal(size=(50, 3))
    post = CovariancePost(answers, np.broadcast_to(answers.mean(axis=0), answers.shape))
    synapses = Synapses(Dense(5, 3), Covariance(1.0))
    one, other = (
        synapses.mean_update(jnp.zeros((3, 5)), jnp.asarray(inputs + shift), as_arrays(post)) for shift in (0.0, 7.0)
    )
    np.testing.assert_allclose(one, other, atol=1e-12)
    np.testing.assert_allclose(one, (answers - answers.mean(axis=0)).T @ inputs / 50, atol=1e-12)


def test_bounds_in_the_wrong_order():
    with pytest.raises(ValueError, match="lower must not exceed upper"):
        Confined(1.0, 0.0)
