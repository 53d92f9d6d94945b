"""Nonlinear Hebbian rules and baselines: each rule is its equation, mapped over synapses and over mini-batches."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.plasticity import (
    BCM,
    AdaTron,
    AdaTronPost,
    BCMPost,
    Bounded,
    Confined,
    Covariance,
    CovariancePost,
    Dense,
    Foldiak,
    Instar,
    NonlinearHebb,
    PowerPlasticity,
    QuadraticPlasticity,
    SinePlasticity,
    Synapses,
    SynapticScaling,
)

X, Y, M = (np.random.default_rng(seed).normal(size=shape) for seed, shape in ((0, 5), (1, 3), (2, 3)))
W = np.random.default_rng(3).normal(size=(3, 5))
y, m, x = Y[:, None], M[:, None], X[None]
RULES = {
    "nonlinear Hebb": (NonlinearHebb(0.3), Y, 0.3 * y * x),
    "cubic": (NonlinearHebb(0.3, PowerPlasticity(3, 2.0)), Y, 0.6 * y**3 * x),
    "quadratic": (NonlinearHebb(0.3, QuadraticPlasticity(0.5, 2.0)), Y, 0.6 * y * (y - 0.5) * x),
    "sine": (NonlinearHebb(0.3, SinePlasticity(-1.0, 0.2)), Y, -0.3 * np.sin(y + 0.2) * x),
    "plain function": (NonlinearHebb(0.3, jnp.tanh), Y, 0.3 * np.tanh(y) * x),
    "covariance": (Covariance(0.3), CovariancePost(Y, M), 0.3 * (y - m) * x),
    "BCM": (BCM(0.3), BCMPost(Y, M), 0.3 * y * (y - m) * x),
    "instar": (Instar(0.3), Y, 0.3 * y * (x - W)),
    "Foldiak": (Foldiak(0.3, 0.2), Y, 0.3 * (y * x - 0.04)),
    "Foldiak, bounded": (Bounded(Foldiak(0.3, 0.2), lower=0.0), Y, np.maximum(W + 0.3 * (y * x - 0.04), 0) - W),
    "scaling": (SynapticScaling(2.0), np.abs(Y), W * (2 / np.abs(y) - 1)),
    "AdaTron": (AdaTron(0.3, 2.0), AdaTronPost(Y, M), x * (np.clip(W + 0.3 * (1 - m * y), 0, 2) - W)),
    "confined": (Confined(-0.5, 0.5), Y, np.clip(W, -0.5, 0.5) - W),
}


def as_arrays(post):
    return type(post)(*map(jnp.asarray, post)) if isinstance(post, tuple) else jnp.asarray(post)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", RULES)
def test_each_rule_is_its_equation(name):
    rule, post, change = RULES[name]
    updated = Synapses(Dense(5, 3), rule).update(jnp.asarray(W), jnp.asarray(X), as_arrays(post))
    np.testing.assert_allclose(updated, W + change, rtol=1e-12, atol=1e-14)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", RULES)
def test_a_mini_batch_of_the_same_event_is_the_event(name):
    rule, post, change = RULES[name]
    synapses = Synapses(Dense(5, 3), rule)
    twice = as_arrays(post)
    twice = (
        type(twice)(*(jnp.stack([part, part]) for part in twice))
        if isinstance(twice, tuple)
        else jnp.stack([twice] * 2)
    )
    updated = synapses.mean_update(jnp.asarray(W), jnp.stack([jnp.asarray(X)] * 2), twice)
    np.testing.assert_allclose(updated, W + change, rtol=1e-12, atol=1e-14)


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
