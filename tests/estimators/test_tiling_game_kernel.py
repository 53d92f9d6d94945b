"""The estimators of manifold tiling, the correlation game and kernel features: runs of their circuits, their scores."""

import jax
import numpy as np
import pytest

import bouton
from bouton import KernelFeatures, OnlineCorrelationGame, OnlineManifoldTiling
from bouton.data import ring
from bouton.errors import InputError
from bouton.plasticity import LearningRate
from bouton.similarity import CorrelationGameNetwork, KernelSimilarityMatching, ManifoldTilingNetwork, RadialKernel

RING = ring(1200, seed=0)[0].astype(np.float32)
PARTS = np.maximum(np.random.default_rng(0).normal(size=(1200, 6)), 0).astype(np.float32)


def test_tiling_is_a_run_of_its_circuit_and_scored_by_its_objective():
    model = OnlineManifoldTiling(4, offset=0.6, learning_rate=0.04, learning_rate_decay=0.01, random_state=3)
    model.fit(2 * RING)
    circuit = ManifoldTilingNetwork(2, 4, offset=2.4, learning_rate=LearningRate(0.04, 0.01), input_power=4.0)
    run = bouton.run(circuit, 2 * RING, key=jax.random.key(3), shuffle=True)
    assert model.input_power_ == pytest.approx(4, rel=1e-6)
    np.testing.assert_allclose(model.components_, run.state.feedforward, rtol=1e-3, atol=1e-4)
    assert model.inhibition_.shape == (4, 4)
    y = model.transform(2 * RING).astype(np.float64)
    kept = np.sum((y.T @ (2 * RING) / 1200) ** 2) - 2.4 * np.sum(y.mean(axis=0) ** 2)
    assert model.score(2 * RING) == pytest.approx(kept / 4, rel=1e-4)
    assert 0 < model.score(2 * RING) < 1
    assert set(model.predict(2 * RING)) <= {-1, 0, 1, 2, 3}


def test_the_game_is_a_run_of_its_circuit_and_scored_by_its_payoff():
    model = OnlineCorrelationGame(3, competition=0.3, random_state=3).fit(PARTS)
    circuit = CorrelationGameNetwork(6, 3, competition=0.3, input_power=model.input_power_)
    run = bouton.run(circuit, PARTS, key=jax.random.key(3), shuffle=True)
    np.testing.assert_array_equal(model.components_, run.state.feedforward)
    np.testing.assert_array_equal(model.lateral_, run.state.lateral)
    assert model.score(PARTS) == pytest.approx(float(circuit.payoff(run.state, PARTS)) / model.input_power_, rel=1e-5)
    scaled = OnlineCorrelationGame(3, competition=0.3, random_state=3).fit(8 * PARTS)
    assert scaled.score(8 * PARTS) == pytest.approx(model.score(PARTS), rel=1e-3)
    with pytest.raises(InputError, match="or the total weight overshoots"):
        OnlineCorrelationGame(3, competition=1e3).fit(PARTS)


@pytest.mark.thorough
def test_kernel_features_are_a_run_of_their_circuit_and_approximate_the_kernel():
    model = KernelFeatures(6, random_state=3).fit(RING)
    circuit = KernelSimilarityMatching(
        2,
        6,
        RadialKernel((model.input_power_ / 2) ** 0.5),
        batch_size=None,
        learning_rate=LearningRate(0.1, 1e-4),
        feature_rate=0.01 * model.input_power_,
        feature_scale=(model.input_power_ / 2) ** 0.5,
    )
    run = bouton.run(circuit, RING, key=jax.random.key(3), shuffle=True, epochs=10)
    np.testing.assert_array_equal(model.components_, run.state.features)
    np.testing.assert_array_equal(model.strength_, run.state.strength[:, 0])
    np.testing.assert_array_equal(model.lateral_, run.state.lateral)
    assert model.n_samples_seen_ == 12_000
    y, kernel = model.transform(RING).astype(np.float64), np.exp(2 * RING @ RING.T - 2)
    assert np.linalg.norm(y @ y.T - kernel) < 0.2 * np.linalg.norm(kernel)
    assert model.score(RING) == pytest.approx(float(circuit.objective(run.state, RING)), rel=1e-5)
    assert 0.8 < model.score(RING) / (np.mean(kernel**2) / 4) < 1.001


@pytest.mark.thorough
def test_the_width_follows_the_scale_unless_it_is_given():
    small, large = (KernelFeatures(4, epochs=1, random_state=0).fit(scale * RING) for scale in (1, 50))
    np.testing.assert_allclose(small.transform(RING), large.transform(50 * RING), atol=2e-3)
    assert isinstance(small.circuit_.kernel, RadialKernel)
    assert KernelFeatures(4, width=0.3, epochs=1).fit(RING).circuit_.kernel == RadialKernel(0.3)


def test_components_that_fell_silent_are_reported():
    rows = np.zeros((2000, 2)) + [[1.0, 0.0]] * np.random.default_rng(0).normal(size=(2000, 1))
    with pytest.warns(UserWarning, match="of 30 components have fallen silent"):
        OnlineManifoldTiling(30, learning_rate=0.3, learning_rate_decay=0, random_state=0).fit(rows)


def test_the_game_doubts_negative_data_but_not_a_mean():
    with pytest.warns(UserWarning, match=r"^X reaches down to -.*, but weights are excitatory only"):
        OnlineCorrelationGame(2, random_state=0).fit(PARTS[:50] - 1)
    with pytest.warns(UserWarning, match="all rows of X are equal"):
        OnlineCorrelationGame(2, random_state=0).fit(np.ones((50, 3)))
