"""The estimators of the similarity matching family: runs of their circuits, scaled to the data, with their scores."""

import jax
import numpy as np
import pytest

import bouton
from bouton import (
    OnlineNSM,
    OnlinePrincipalSubspace,
    OnlineSourceSeparation,
    OnlineSparseDictionary,
    OnlineWhitening,
)
from bouton.data import nonnegative_mixture, ring, spectrum_gaussian
from bouton.errors import InputError
from bouton.plasticity import LearningRate
from bouton.similarity import NonnegativeSimilarityMatching, subspace_error

DATA, DIRECTIONS = spectrum_gaussian((4.0, 3.0, 0.5, 0.2, 0.1), n_samples=2000, normalise=False, seed=0)


@pytest.mark.thorough
@pytest.mark.parametrize("algorithm", ["fast", "minmax", "cumulative"])
def test_all_algorithms_find_the_principal_subspace_whatever_the_scale(algorithm):
    for scale in (0.01, 1.0, 300.0):
        model = OnlinePrincipalSubspace(2, algorithm=algorithm, epochs=3, random_state=0).fit(scale * DATA)
        assert model.input_power_ == pytest.approx(scale**2 * np.mean(np.sum(DATA**2, axis=1)), rel=1e-9)
        assert subspace_error(model.components_, DIRECTIONS[:, :2].T) < 0.02
        np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(2), atol=0.05)
        np.testing.assert_allclose(model.transform(scale * DATA), scale * DATA @ model.components_.T, atol=1e-3 * scale)
    power = np.linalg.svd(DATA, compute_uv=False) ** 4
    assert -1.02 * power[2:].sum() / power.sum() - 1e-3 <= model.score(300 * DATA) <= -power[2:].sum() / power.sum()


@pytest.mark.thorough
def test_the_fast_algorithm_gives_the_answers_of_the_local_one(float64):
    answers = [
        OnlinePrincipalSubspace(2, algorithm=algorithm, random_state=0).fit_transform(DATA)
        for algorithm in ("fast", "minmax")
    ]
    np.testing.assert_allclose(*answers, atol=1e-9)


def test_fit_is_a_run_of_the_circuit():
    data, _ = ring(500, seed=0)
    model = OnlineNSM(
        6, learning_rate=0.1, learning_rate_decay=0.01, smallest_learning_rate=0.02, leak=0.01, random_state=3
    ).fit(data)
    rate = LearningRate(0.1, decay=0.01, floor=0.02)
    circuit = NonnegativeSimilarityMatching(2, 6, rate, input_power=model.input_power_, leak=0.01)
    run = bouton.run(circuit, data, key=jax.random.key(3), shuffle=True)
    np.testing.assert_array_equal(model.components_, run.state.feedforward)
    np.testing.assert_array_equal(model.lateral_, run.state.lateral)
    np.testing.assert_array_equal(model.transform(data), run.respond(data))
    assert model.circuit_ == circuit


@pytest.mark.thorough
def test_scores_are_the_objectives(float64):
    data = DATA[:40]
    similarities = data @ data.T

    def relative(answers, other=similarities):
        return np.sum((other - answers @ answers.T) ** 2) / np.sum(other**2)

    nsm = OnlineNSM(4, leak=0.3, threshold=0.05, random_state=0).fit(DATA[:100])
    y = nsm.transform(data)
    effort = 40 * (2 * 0.3 * np.sum(y**2) + 4 * 0.05 * np.sum(y)) / np.sum(similarities**2)
    assert nsm.score(data) == pytest.approx(-relative(y) - effort, rel=1e-10)

    sparse = OnlineSparseDictionary(4, threshold=0.5, random_state=0).fit(DATA[:100])
    y = sparse.transform(data)
    effort = 4 * 0.5 * sum((y[:, i] ** 2).sum() * np.abs(y[:, i]).sum() for i in range(4)) / np.sum(similarities**2)
    assert sparse.score(data) == pytest.approx(-relative(y) - effort, rel=1e-10)

    white = OnlineWhitening(random_state=0).fit(DATA[:100])
    covariance = np.cov(white.transform(data).T, bias=True)
    assert white.score(data) == pytest.approx(-np.linalg.norm(covariance - np.eye(5)) / np.sqrt(5), rel=1e-10)

    separation = OnlineSourceSeparation(3, random_state=0).fit(DATA[:100])
    h = bouton.respond(separation.circuit_.whitening, separation.state_.whitening, data)
    assert separation.score(data) == pytest.approx(-relative(separation.transform(data), h @ h.T), rel=1e-10)
    for model in (nsm, sparse):
        assert model.score(np.zeros((3, 5))) == 0


@pytest.mark.thorough
def test_learning_makes_the_objective_better():
    data = DATA - DATA.mean(axis=0)
    nsm = OnlineNSM(6, input_power=float(np.mean(np.sum(data**2, axis=1))), random_state=0)
    for model in (nsm, OnlineSparseDictionary(6, threshold=0.3, random_state=0)):
        early = model.partial_fit(data[:10]).score(data)
        assert model.partial_fit(data[10:]).score(data) > early


@pytest.mark.thorough
def test_whitening_and_separation_do_what_they_say():
    mixtures, sources, _ = nonnegative_mixture(2, n_samples=20_000, seed=0)
    white = OnlineWhitening(random_state=0).fit(100 * mixtures)
    assert white.score(100 * mixtures) > -0.05
    # The answer to zero is zero: a linear map.
    np.testing.assert_allclose(white.transform(mixtures[:5]), mixtures[:5] @ white.components_.T, atol=1e-5)
    answers = OnlineSourceSeparation(random_state=0).fit_transform(100 * mixtures)
    assert np.all(np.corrcoef(answers.T, sources.T)[:2, 2:].max(axis=0) > 0.999)
    np.testing.assert_allclose(answers.var(axis=0), 1, atol=0.05)


def test_a_component_that_stays_silent_is_named():
    model = OnlineNSM(2, smallest_learning_rate=0.1, random_state=0).fit(DATA)
    model.state_ = model.state_._replace(feedforward=model.state_.feedforward.at[0].set(0.0))
    with pytest.warns(UserWarning, match="1 of 2 components have fallen silent"):
        model.partial_fit(DATA)
    with pytest.warns(UserWarning, match="no component was active in 2000 samples: lower threshold"):
        OnlineSparseDictionary(3, threshold=100.0).fit(DATA)


@pytest.mark.thorough
def test_the_mean_of_mixtures_is_no_matter_but_data_without_variance_are(float64):
    plain, shifted = (OnlineWhitening(random_state=0).fit(rows) for rows in (DATA, DATA + 100))
    np.testing.assert_allclose(shifted.components_, plain.components_, rtol=0, atol=1e-9)
    with pytest.warns(UserWarning, match="all rows of X are equal"):
        OnlineWhitening(random_state=0).fit(np.ones((20, 3)))


@pytest.mark.parametrize("model", [OnlinePrincipalSubspace(6), OnlineWhitening(6), OnlineSourceSeparation(6)])
def test_more_components_than_features_are_refused(model):
    with pytest.raises(InputError, match="n_components must be at most n_features = 5, got 6"):
        model.fit(DATA)
