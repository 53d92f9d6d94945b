import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.plasticity import (
    CompetitiveHebb,
    CompetitivePost,
    Dense,
    KernelFeature,
    KernelPost,
    Synapses,
)


@pytest.mark.usefixtures("float64")
def test_without_inputs_all_weights_of_a_neuron_reach_the_total_together():
    n, rho, gamma, kappa = 5, 2.0, 0.1, 0.5
    synapses = Synapses(Dense(n, 1), CompetitiveHebb(0.1, gamma, kappa, rho))

    def learn(_, weights):
        post = CompetitivePost(jnp.zeros(1), weights.sum(axis=1))
        return synapses.update(weights, jnp.zeros(n), post, jnp.asarray(1.0))

    weights = jax.lax.fori_loop(0, 400, learn, jnp.ones((1, n)))
    np.testing.assert_allclose(weights, kappa * rho / (gamma + kappa * n), rtol=1e-10)


def test_a_feature_without_strength_rests():
    assert float(KernelFeature(1.0)(0.5, 1.0, KernelPost(0.0, 0.0, 1.0, 1.0, 1.0), 1.0)) == 0
