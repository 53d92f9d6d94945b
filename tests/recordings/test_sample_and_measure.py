"""The estimator, the convex fit and the scores: what users see, and what they are refused."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression

import bouton
from bouton.errors import Diverged, InputError
from bouton.recordings import (
    AutocorrelationTerm,
    BernoulliGLM,
    BernoulliHMM,
    HiddenRateTerm,
    NoiseCorrelationTerm,
    PSTHTerm,
    SampleAndMeasure,
    SmoothedPSTH,
    SpikeRecording,
    TrialBatches,
    planted_network,
    score_recording,
)
from bouton.recordings.bernoulli_glm import _design

TRUTH = planted_network(n_recorded=3, n_hidden=0, n_bins=20, n_channels=2)
RECORDING = TRUTH.sample(40)
SMALL = {"n_lags": 2, "n_updates": 20, "batch_size": 10, "learning_rate": 1e-2}


def same(one, other):
    return all(np.array_equal(*each) for each in zip(*map(jax.tree.leaves, (one, other)), strict=True))


def test_the_convex_fit_is_logistic_regression():
    ridge = 1e-4
    model = BernoulliGLM(2, ridge=ridge).fit(RECORDING)
    design = _design(RECORDING, 2)
    for number in range(3):
        spikes = RECORDING.spikes[..., number].ravel()
        peer = LogisticRegression(C=1 / (ridge * len(spikes)), tol=1e-10, max_iter=1000).fit(design[:, :-1], spikes)
        np.testing.assert_allclose(model.coefficients_[:-1, number], peer.coef_[0], atol=1e-5)
        np.testing.assert_allclose(model.coefficients_[-1, number], peer.intercept_[0], atol=1e-5)
    assert model.n_iter_ < 12


def test_the_convex_fit_says_where_there_is_no_minimum():
    spikes = np.zeros((2, 10, 2), bool)
    spikes[:, ::2, 0], spikes[:, 1::2, 1] = True, True
    recording = SpikeRecording(spikes, 40.0)
    with pytest.warns(ConvergenceWarning, match="neurons 0, 1 .* ridge"):
        BernoulliGLM(1, max_iter=40).fit(recording)
    assert np.isfinite(BernoulliGLM(1, ridge=1e-3).fit(recording).loss_)


@pytest.mark.thorough
def test_the_likelihood_alone_ends_where_the_convex_fit_does():
    options = {"n_updates": 1500, "batch_size": 40, "learning_rate": 1e-2, "terms": (), "validation": 0.0}
    convex, model = BernoulliGLM(2).fit(RECORDING), SampleAndMeasure(n_lags=2, **options).fit(RECORDING)
    np.testing.assert_allclose(model.negative_log_likelihood(RECORDING), convex.loss_, atol=1e-6)
    np.testing.assert_allclose(model.kernels_, convex.kernels_, atol=5e-3)
    np.testing.assert_allclose(model.inputs_, convex.inputs_, atol=5e-3)
    np.testing.assert_allclose(model.bias_, convex.bias_, atol=5e-3)
    np.testing.assert_allclose(
        model.predict(RECORDING).mean(axis=(0, 1)), RECORDING.spikes.mean(axis=(0, 1)), atol=1e-3
    )


@pytest.mark.thorough
def test_a_fit_that_is_stopped_ends_with_the_same_bits(tmp_path):
    whole = SampleAndMeasure(1, **SMALL).fit(RECORDING)
    SampleAndMeasure(1, **SMALL).fit(RECORDING, checkpoint=tmp_path)
    last = max(tmp_path.glob("**/checkpoint-*.json"))
    resumed = SampleAndMeasure(1, **SMALL).fit(RECORDING, checkpoint=tmp_path, resume=True)
    assert last.exists()
    assert same(whole.parameters_, resumed.parameters_)
    assert clone(whole).get_params()["n_hidden"] == 1
    assert whole.hidden_rates_.shape == (1,)
    assert set(whole.losses_) == {"total", "likelihood", "PSTHTerm", "NoiseCorrelationTerm", "HiddenRateTerm"}
    assert all(np.all(np.isfinite(each)) for each in whole.losses_.values())
    assert whole.losses_["total"][-5:].mean() < whole.losses_["total"][:5].mean()
    again = whole.sample(RECORDING, n_trials=3, seed=1)
    np.testing.assert_array_equal(again.spikes, whole.sample(RECORDING, n_trials=3, seed=1).spikes)
    assert whole.sample(RECORDING, n_trials=3, hidden=True).units == (0, 1, 2, "hidden 0")


@pytest.mark.thorough
def test_the_parameters_that_are_kept_are_those_of_the_lowest_validation_loss():
    circuit, batches = SampleAndMeasure(**SMALL)._circuit(RECORDING)
    done = bouton.run(circuit, batches, key=jax.random.key(0), record=("loss", "best_loss"))
    loss, best = (done.recordings[name].values for name in ("loss", "best_loss"))
    epoch = len(done.state.recent)
    means = np.convolve(loss, np.full(epoch, 1 / epoch), mode="valid")
    due = np.minimum.accumulate(means) == means
    assert epoch == 3
    assert int(done.state.n_validations) == due.sum()
    assert np.all(best[: epoch - 1] == 0)
    assert np.all(np.diff(best[epoch - 1 :]) <= 0)
    assert best[-1] == done.state.best_loss > 0


@pytest.mark.thorough
def test_conditions_are_averaged_apart_and_stimuli_must_agree():
    rng = np.random.default_rng(0)
    stimulus = np.repeat(rng.normal(size=(2, 20, 2)), (12, 9), axis=0)
    spikes, conditions = rng.random((21, 20, 3)) < 0.3, np.repeat([7, 3], (12, 9))
    recording = SpikeRecording(spikes, 40.0, stimulus, conditions)
    model = SampleAndMeasure(**SMALL, validation=0.25).fit(recording)
    assert model.circuit_.batch_size == 7
    assert model.circuit_.n_validation == 5
    assert sorted(set(model.sample(recording, n_trials=2).conditions)) == [3, 7]
    assert np.isfinite(score_recording(model, recording, n_trials=5).noise_correlation_error)
    with pytest.raises(InputError, match="trials 0 and 12 are of condition 0"):
        SampleAndMeasure(**SMALL).fit(SpikeRecording(spikes, 40.0, stimulus))
    single = SpikeRecording(spikes[:2], 40.0, rng.normal(size=(2, 20, 2)), [0, 1])
    with pytest.raises(InputError, match="one trial to learn from"):
        SampleAndMeasure(**SMALL).fit(single)
    alone = SampleAndMeasure(n_lags=2, n_updates=2, terms=(), validation=0.0).fit(single)
    assert alone.circuit_.batch_size == 2


@pytest.mark.thorough
@pytest.mark.usefixtures("unchecked")
def test_features_of_any_kind_are_fitted_too():
    class Layers(eqx.Module):
        net: eqx.nn.MLP

        def __call__(self, stimulus):
            return jax.vmap(self.net)(stimulus)

    layers = Layers(eqx.nn.MLP(2, 4, 6, 1, key=jax.random.key(0)))
    model = SampleAndMeasure(**SMALL, features=layers).fit(RECORDING)
    first, last = layers.net.layers[0].weight, model.parameters_.features.net.layers[0].weight
    assert np.abs(first - last).max() > 1e-3
    assert model.inputs_.shape == (4, 3)
    assert model.losses_["total"][-5:].mean() < model.losses_["total"][:5].mean()

    class One(eqx.Module):
        def __call__(self, stimulus):
            return jnp.sum(stimulus)

    with pytest.raises(InputError, match="a row for each of 20 bins"):
        SampleAndMeasure(**SMALL, features=One()).fit(RECORDING)


@pytest.mark.thorough
def test_what_is_odd_is_said():
    with pytest.warns(UserWarning, match="HiddenRateTerm"):
        SampleAndMeasure(1, n_lags=2, n_updates=1, batch_size=10, terms=(PSTHTerm(),)).fit(RECORDING)
    with pytest.warns(UserWarning, match="averages over 4 trials"):
        SampleAndMeasure(n_lags=2, n_updates=1, batch_size=4).fit(RECORDING)
    with pytest.raises(Diverged, match="loss"):
        SampleAndMeasure(**SMALL | {"learning_rate": 1e30}).fit(RECORDING)
    with pytest.raises(InputError, match="3 neurons, the recording 2"):
        SampleAndMeasure(**SMALL).fit(RECORDING).score(RECORDING.only([0, 1]))


@pytest.mark.usefixtures("unchecked")
def test_what_cannot_be_used_is_refused():
    with pytest.raises(InputError, match="SpikeRecording"):
        SampleAndMeasure().fit(RECORDING.spikes)
    with pytest.raises(InputError, match="equinox"):
        SampleAndMeasure(features=lambda stimulus: stimulus, terms=()).fit(RECORDING)
    with pytest.raises(InputError, match="validation"):
        SampleAndMeasure(validation=1.0).fit(RECORDING)
    with pytest.raises(NotFittedError):
        SampleAndMeasure().score(RECORDING)
    with pytest.raises(InputError, match="use shorter bins"):
        SpikeRecording(np.full((3, 10, 2), 3), 40.0)
    with pytest.raises(InputError, match="a batch of 6 trials"):
        TrialBatches([0, 0, 0, 0, 0], 6, 4)
    assert SpikeRecording(np.full((3, 10, 2), 3), 40.0, clip=True).spikes.max() == 1


def test_batches_go_through_all_trials_within_groups():
    groups = np.array([0, 1, 0, 1, 1, 0, 0, 0])
    stream = TrialBatches(groups, 2, 12, seed=1)
    found = np.concatenate(list(stream.chunks(0, 5)))
    assert stream.per_epoch == 3
    assert all(len(set(groups[batch])) == 1 and len(set(batch)) == 2 for batch in found)
    for first in range(0, 12, 3):
        assert len(set(found[first : first + 3].ravel())) == 6
    np.testing.assert_array_equal(np.concatenate(list(stream.chunks(4, 3))), found[4:])
    assert not np.array_equal(found[:3], found[3:6])


@pytest.mark.thorough
def test_all_models_are_scored_alike():
    models = BernoulliGLM(2).fit(RECORDING), SmoothedPSTH(40.0).fit(RECORDING), BernoulliHMM(2).fit(RECORDING)
    others = TRUTH.sample(30, seed=5)
    found = [score_recording(model, others, n_trials=400) for model in models]
    assert found[0].negative_log_likelihood == min(each.negative_log_likelihood for each in found)
    assert all(0 < each.negative_log_likelihood < 1 for each in found)
    assert found[0].bits_per_spike > 0
    assert abs(found[1].noise_correlation) < 0.02
    silent = others.spikes.copy()
    silent[..., 1] = 0
    with pytest.warns(UserWarning, match="never fired"):
        others = SpikeRecording(silent, 40.0, others.stimulus)
    assert score_recording(models[0], others, n_trials=20).left_out == (1,)


def test_a_rate_term_alone_samples_nothing():
    assert not HiddenRateTerm().samples
    assert not AutocorrelationTerm().averages_trials
    assert NoiseCorrelationTerm().samples


def test_options_that_nobody_has_are_named():
    with pytest.raises(InputError, match="options may hold threshold, dampening, clip, start_scale, got clipp"):
        SampleAndMeasure(options={"clipp": 1.0}).fit(RECORDING)
