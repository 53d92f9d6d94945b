"""Fast similarity matching gives the answers of the network it is the fast form of, and says what is not local."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.data import spectrum_gaussian
from bouton.errors import InputError
from bouton.plasticity import LearningRate
from bouton.similarity import FastSimilarityMatching, SimilarityMatching


def both(n_samples, **options):
    data, _ = spectrum_gaussian(n_samples=n_samples, seed=0)
    return [
        bouton.run(kind(10, 3, **options), data, key=jax.random.key(0), record={"y": 1})
        for kind in (FastSimilarityMatching, SimilarityMatching)
    ]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"learning_rate": 0.02, "lateral_time_scale": 0.3},
        {"learning_rate": LearningRate(0.4, decay=0.1, floor=0.01), "input_power": 2.5},
    ],
)
def test_the_answers_are_those_of_the_network_with_lateral_weights(float64, options):
    fast, slow = both(5000, **options)
    np.testing.assert_allclose(fast.recordings["y"].values, slow.recordings["y"].values, rtol=0, atol=1e-10)
    np.testing.assert_allclose(fast.state.feedforward, slow.state.feedforward, rtol=0, atol=1e-10)
    identity = fast.state.lateral_inverse @ slow.state.lateral
    np.testing.assert_allclose(identity, np.eye(3), rtol=0, atol=1e-10)


@pytest.mark.thorough
def test_single_precision_does_not_drift_away_over_a_long_stream():
    fast, slow = both(20_000)
    np.testing.assert_allclose(fast.recordings["y"].values, slow.recordings["y"].values, rtol=0, atol=1e-3)
    np.testing.assert_array_equal(fast.state.lateral_inverse, fast.state.lateral_inverse.T)


def test_one_step_is_the_inverse_of_one_step(float64):
    circuit = FastSimilarityMatching(3, 2, learning_rate=0.1, lateral_time_scale=0.4)
    state, x = circuit.init(jax.random.key(1)), jnp.array([1.0, -2.0, 0.5])
    after, info = circuit.step(jax.random.key(0), state, x)
    lateral = 0.75 * np.eye(2) + 0.25 * np.outer(info.y, info.y)
    np.testing.assert_allclose(after.lateral_inverse, np.linalg.inv(lateral), rtol=1e-13)


def test_a_first_step_that_forgets_everything_is_refused():
    with pytest.raises(InputError, match=r"learning_rate must start below lateral_time_scale, 0.5, .* at 0.5"):
        FastSimilarityMatching(4, 2, learning_rate=0.5)
    with pytest.raises(InputError, match="n_inputs must be an integer of at least 1, got 0"):
        FastSimilarityMatching(0, 2)
