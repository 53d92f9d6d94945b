"""A public function that computes in the type of its argument takes whole numbers as the numbers that they are."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton import dynamics, features, plasticity

W, Q = np.array([[1, 0, 2], [0, 1, 1]]), np.diag([3, 2, 1])
A, B = np.array([[4, 1], [1, 3]]), np.array([1, 2])
RELAX = dynamics.Relaxation(tolerance=1e-6)
CASES = {
    "maximise_information": (lambda w, q: features.maximise_information(w, q, 0.5, steps=200), (W, Q)),
    "information": (lambda w, q: features.information(w, q, 0.5, 0.3), (W, Q)),
    "information_gradient": (lambda w, q: features.information_gradient(w, q, 0.5, 0.3), (W, Q)),
    "soft_norm_energy": (lambda w, q: features.soft_norm_energy(w, q, 0.5), (W[0], Q)),
    "mean_objective": (lambda u: features.mean_objective(features.as_nonlinearity("cubic"), u), (5 * W,)),
    "Relaxation": (lambda u: RELAX.settle(lambda u: 1 + 0.5 * u - u, u).potential, (B,)),
    "leaky_integral": (dynamics.leaky_integral, (B,)),
    "spike_probability": (lambda rate: dynamics.spike_probability(rate, 0.001), (B,)),
    "Synapses": (plasticity.Synapses(plasticity.Dense(3, 2), plasticity.Oja(0.05)).update, (W, W[0], B)),
} | {
    name: (lambda a, b, kind=name: getattr(dynamics, kind)()(a, b, b), (A, B))
    for name in ("CoordinateDescent", "ProjectedGradient", "LinearSolve", "ActiveSet")
}


@pytest.mark.thorough
@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", CASES)
def test_whole_numbers_are_numbers(name):
    function, arguments = CASES[name]
    with jax.numpy_dtype_promotion("standard"):
        wanted = jax.tree.leaves(function(*(jnp.asarray(value, jnp.float32) for value in arguments)))
        for convert in (np.asarray, jnp.asarray):
            found = jax.tree.leaves(function(*map(convert, arguments)))
            for one, expected in zip(found, wanted, strict=True):
                np.testing.assert_allclose(one, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.thorough
@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("noise", [1.0, 0.5])
def test_the_ascent_from_whole_numbers_reaches_the_optimum(noise):
    best = features.water_filling([3.0, 2.0, 1.0], 2, noise).information
    tilted = np.array([[1, 1, 0], [1, 0, 1]])
    with jax.numpy_dtype_promotion("standard"):
        reached = features.maximise_information(tilted, Q, noise).information[-1]
    assert float(reached) == pytest.approx(best, rel=1e-3)
