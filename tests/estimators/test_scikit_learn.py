import subprocess
import sys
from functools import partial

import jax
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

import bouton
from bouton import (
    AlignmentClassifier,
    CircuitFeatures,
    CLAPPFeatures,
    CorrelationInvariant,
    DeepFeatures,
    KernelFeatures,
    NonlinearHebbian,
    OnlineCorrelationGame,
    OnlineManifoldTiling,
    OnlineNSM,
    OnlinePrincipalSubspace,
    OnlineSNMF,
    OnlineSourceSeparation,
    OnlineSparseDictionary,
    OnlineWhitening,
    Reservoir,
    StructuredFeatures,
)
from bouton.errors import InputError
from bouton.memory import KernelMemory, NearestPattern
from bouton.similarity import NonnegativeSimilarityMatching, SNMFNetwork
from catalogue.estimators import WITHOUT_A_ROW
from catalogue.found import concrete

RNG = np.random.default_rng(0)
CENTRES = 2.5 * RNG.normal(size=(4, 12))
LABELS = RNG.integers(4, size=600)
CLUSTERS = CENTRES[LABELS] - CENTRES.mean(axis=0) + 0.5 * RNG.normal(size=(600, 12))


# One of each kind: a network of similarity matching, neurons with a nonlinearity, fields on a sheet, a memory.
ONE_OF_EACH_KIND = [OnlineNSM(3), CorrelationInvariant(3), StructuredFeatures(max_steps=100), NearestPattern()]
# Every estimator that there is, as it comes.
AS_THEY_COME = [
    AlignmentClassifier(),
    CLAPPFeatures(),
    CircuitFeatures(partial(NonnegativeSimilarityMatching, n_outputs=3)),
    CorrelationInvariant(),
    DeepFeatures(),
    KernelFeatures(),
    KernelMemory(),
    NearestPattern(),
    NonlinearHebbian(),
    OnlineCorrelationGame(),
    OnlineManifoldTiling(),
    OnlineNSM(),
    OnlinePrincipalSubspace(),
    OnlineSNMF(),
    OnlineSourceSeparation(),
    OnlineSparseDictionary(),
    OnlineWhitening(),
    Reservoir(),
    StructuredFeatures(),
]
AS_THEY_ARE_USED = [
    OnlineSNMF(3, start="random", nonnegative_inputs=True),
    OnlineSparseDictionary(5, threshold=0.1),
    OnlineManifoldTiling(4),
    OnlineCorrelationGame(4),
    KernelFeatures(4, epochs=1),
    NonlinearHebbian(3),
    NonlinearHebbian(3, inhibition=True, whiten=False, epochs=1),
    DeepFeatures(layers=((2, 1, 1.5), (2, 1, 1.5)), feedback=0.5, max_steps=100),
]
ESTIMATORS = ONE_OF_EACH_KIND + AS_THEY_COME + AS_THEY_ARE_USED
# What scikit-learn asks of the constructor, parameters and tags, and of an estimator that was not fitted.
WITHOUT_FITTING = {
    "check_do_not_raise_errors_in_init_or_set_params", "check_estimator_cloneable", "check_estimator_repr",
    "check_estimator_tags_renamed", "check_estimators_unfitted", "check_get_params_invariance", "check_mixin_order",
    "check_no_attributes_set_in_init", "check_parameters_default_constructible", "check_set_params",
    "check_transformers_unfitted", "check_valid_tag_types",
}  # fmt: skip


# Of a series, the order of its rows is what matters.
OF_SERIES = {"check_methods_sample_order_invariance", "check_methods_subset_invariance"}


def scikit_learn_checks():
    """Yield every check with every estimator; most of those that fit are left to `make check`."""
    for number, estimator in enumerate(ESTIMATORS):
        for place, (own, check) in enumerate(estimator_checks_generator(estimator)):
            name = check.func.__name__
            quick = number < len(ONE_OF_EACH_KIND) or name in WITHOUT_FITTING
            identity = f"{type(estimator).__name__}-{number}-{name}-{place}"
            marks = [] if quick else [pytest.mark.thorough]
            if isinstance(estimator, Reservoir) and name in OF_SERIES:
                marks.append(pytest.mark.xfail(strict=True, raises=AssertionError, reason="rows are moments in time"))
            yield pytest.param(own, check, id=identity, marks=marks)


# The checks feed data sets of ten rows with large means, about which warnings are right.
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(("estimator", "check"), list(scikit_learn_checks()))
def test_scikit_learn_agrees(estimator, check):
    check(estimator)


def test_no_estimator_is_left_out():
    of_rows = {kind for kind in concrete(BaseEstimator) if kind.__name__ not in WITHOUT_A_ROW}
    assert {type(estimator) for estimator in AS_THEY_COME} == of_rows
    changed = [each for each in AS_THEY_COME if not isinstance(each, CircuitFeatures) and "=" in repr(each)]
    assert not changed, "default parameters are what is promised"


def test_clusters_are_found_and_labelled():
    model = OnlineSNMF(12, rank_penalty=600.0, random_state=0).fit(CLUSTERS)
    assert model.n_used_ == 4
    assert model.components_.shape == (12, 12)
    assert model.lateral_.shape == (12, 12)
    assert np.count_nonzero(model.cumulative_activity_) == 4
    labels = model.predict(CLUSTERS)
    pairs = {(a, b) for a, b in zip(LABELS, labels, strict=True) if b >= 0}
    assert len(pairs) == 4
    assert set(labels) - {-1} == set(np.flatnonzero(model.cumulative_activity_))


def test_where_all_are_silent_the_label_is_minus_one():
    model = OnlineSNMF(12, random_state=0).fit(CLUSTERS)
    np.testing.assert_array_equal(model.predict(np.zeros((2, 12))), [-1, -1])


def test_fit_is_a_run_of_the_circuit():
    model = OnlineSNMF(5, rank_penalty=600.0, epochs=2, random_state=3).fit(CLUSTERS)
    circuit = SNMFNetwork(12, 5, rank_penalty=600.0)
    run = bouton.run(circuit, CLUSTERS, key=jax.random.key(3), epochs=2, shuffle=True)
    np.testing.assert_array_equal(model.components_, run.state.feedforward)
    np.testing.assert_array_equal(model.transform(CLUSTERS), run.respond(CLUSTERS))
    assert model.n_samples_seen_ == run.steps == 1200
    on = bouton.run(model.circuit_, CLUSTERS, key=jax.random.key(3), state=model.state_, first_step=1200)
    np.testing.assert_array_equal(model.set_params(shuffle=False).partial_fit(CLUSTERS).lateral_, on.state.lateral)


def test_double_precision_comes_out_where_jax_is_told_so(float64):
    model = OnlineSNMF(3, rank_penalty=600.0, random_state=0).fit(CLUSTERS)
    assert model.transform(CLUSTERS).dtype == model.components_.dtype == np.float64


def test_score_is_the_negative_relative_similarity_error():
    model = OnlineSNMF(6, rank_penalty=600.0, random_state=0).fit(CLUSTERS)
    held_out = CLUSTERS[:50]
    y = model.transform(held_out).astype(np.float64)
    error = np.sum((held_out @ held_out.T - y @ y.T) ** 2) / np.sum((held_out @ held_out.T) ** 2)
    assert model.score(held_out) == pytest.approx(-error, rel=1e-10)
    assert -1 < model.score(CLUSTERS) < 0
    assert model.score(np.zeros((3, 12))) == 0


def test_seeds_repeat_and_differ():
    def weights(random_state):
        return OnlineSNMF(6, start="random", random_state=random_state).fit(CLUSTERS[:200]).components_

    np.testing.assert_array_equal(weights(0), weights(0))
    np.testing.assert_array_equal(weights(np.random.RandomState(5)), weights(np.random.RandomState(5)))
    assert np.any(weights(0) != weights(1))
    assert np.any(weights(None) != weights(None))
    weights(2**32 - 1)


def test_answers_can_be_data_frames():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(CLUSTERS, columns=[f"gene {i}" for i in range(12)])
    model = OnlineSNMF(3, rank_penalty=600.0, random_state=0).set_output(transform="pandas").fit(frame)
    answer = model.transform(frame)
    assert list(answer.columns) == ["onlinesnmf0", "onlinesnmf1", "onlinesnmf2"]
    assert list(model.get_feature_names_out()) == list(answer.columns)
    assert model.feature_names_in_[3] == "gene 3"
    assert isinstance(model.predict(frame), np.ndarray)
    assert model.score(frame) < 0


def test_pipelines_pass_answers_on():
    pipeline = make_pipeline(
        StandardScaler(), OnlineSNMF(8, rank_penalty=5.0, random_state=0), LogisticRegression(max_iter=1000)
    )
    assert pipeline.fit(CLUSTERS[:400], LABELS[:400]).score(CLUSTERS[400:], LABELS[400:]) > 0.95
    with pytest.raises(InputError, match="OnlineSNMF does not take sample_weight"):
        pipeline.fit(CLUSTERS, LABELS, onlinesnmf__sample_weight=np.ones(600))


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.thorough)])
def test_grid_search_works_in_one_process_and_in_several(n_jobs):
    grid = {"n_components": [2, 6]}
    search = GridSearchCV(OnlineSNMF(rank_penalty=600.0, random_state=0), grid, cv=2, n_jobs=n_jobs)
    search.fit(CLUSTERS)
    assert search.best_params_ == {"n_components": 6}
    assert np.all(np.isfinite(search.cv_results_["mean_test_score"]))
    assert search.predict(CLUSTERS).shape == (600,)


def test_digits_stay_legible_in_sparse_answers():
    x, labels = load_digits(return_X_y=True)
    x -= x.mean(axis=0)
    x /= np.sqrt(np.mean(np.sum(x * x, axis=1)))
    order = np.random.default_rng(0).permutation(len(x))
    train, test = order[:1200], order[1200:]
    model = OnlineSNMF(64, rank_penalty=0.02, epochs=4, random_state=0).fit(x[train])
    answers = model.transform(x)
    assert np.mean(answers > 0) < 0.25
    classifier = LogisticRegression(C=10, max_iter=2000).fit(answers[train], labels[train])
    assert classifier.score(answers[test], labels[test]) >= 0.95


def test_importing_bouton_imports_neither_jax_nor_scikit_learn():
    code = (
        "import sys, bouton; print({'jax', 'sklearn'} & set(sys.modules));"
        "bouton.OnlineSNMF; print(sorted({'jax', 'sklearn'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split("\n")[:2] == ["set()", "['jax', 'sklearn']"]
