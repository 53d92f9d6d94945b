"""Worked examples, gradients and symmetries of the spiking network and of the statistics that it is compared by."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.errors import InputError
from bouton.recordings import (
    AutocorrelationTerm,
    GLMActivity,
    GLMParameters,
    HiddenRateTerm,
    MatchedStatistic,
    NoiseCorrelationTerm,
    PSTHTerm,
    SampleAndMeasureFit,
    SpikingGLM,
    TrialGroups,
    noise_correlations,
    stimulus_correlations,
)
from bouton.recordings.trial_groups import cross_covariance
from references import sample_and_measure as reference

KEY = jax.random.key(0)
TWO = SpikingGLM(2, n_lags=2)
ONE_GROUP = TrialGroups(jnp.zeros(3, jnp.int32), 1)


def parameters_of(weights, bias, inputs=None):
    """Return parameters of W[to, from, lag]."""
    neurons = len(bias)
    kernels = jnp.asarray(np.asarray(weights, float).transpose(2, 1, 0).reshape(-1, neurons))
    inputs = jnp.zeros((0, neurons)) if inputs is None else jnp.asarray(inputs)
    return GLMParameters(kernels, inputs, jnp.asarray(bias), None)


@pytest.mark.usefixtures("float64")
def test_worked_example_of_the_pass_on_recorded_spikes():
    golden = reference.GOLDEN
    parameters = parameters_of(golden["W"], golden["b"])
    drive, spikes = jnp.tile(golden["b"], (5, 1)), jnp.asarray(reference.GOLDEN_Z)
    found = TWO.run_forced(parameters, drive, spikes, jnp.zeros((1, 5, 0))).potentials
    expected = [(-0.875, -1.25), (-0.375, -1.25), (-1.875, -0.25), (-0.875, -2), (-1.625, -0.25)]
    np.testing.assert_allclose(found[0], expected, atol=1e-12)
    np.testing.assert_allclose(jnp.mean(jax.nn.softplus(found) - spikes * found), 0.8075097133, atol=1e-10)
    slopes = [(0.0375, 0), (0.1875, 0), (0, 0.225), (0.0375, 0), (0, 0.225)]
    np.testing.assert_allclose(TWO._slope(found)[0], slopes, atol=1e-12)


@pytest.mark.usefixtures("float64")
def test_worked_example_of_the_statistics():
    spikes, potentials = jnp.asarray(reference.Y), jnp.asarray(reference.V)
    activity = GLMActivity(potentials, spikes)
    np.testing.assert_allclose(PSTHTerm()(activity, spikes, ONE_GROUP), 0.6539895337, atol=1e-10)
    noise = spikes - ONE_GROUP.mean(spikes)
    now, before = (cross_covariance(noise, noise, lag, circular=True) for lag in (0, 1))
    np.testing.assert_allclose(now, [[0.16666667, 0.02777778], [0.02777778, 0.22222222]], atol=5e-9)
    np.testing.assert_allclose(before, [[-0.02777778, -0.02777778], [-0.05555556, -0.16666667]], atol=5e-9)
    chance = activity.probabilities - ONE_GROUP.mean(activity.probabilities)
    expected = [[0.01100767, 0.00352091], [0.00352091, 0.0170347]]
    np.testing.assert_allclose(cross_covariance(chance, chance, 0), expected, atol=5e-9)
    found = NoiseCorrelationTerm(n_lags=2)(activity, spikes, ONE_GROUP)
    np.testing.assert_allclose(found, 0.011928393566, atol=1e-12)
    noise, stimulus = noise_correlations(spikes)[0, 1], stimulus_correlations(spikes)[0, 1]
    np.testing.assert_allclose([noise, stimulus], [0.11268723, 0.05634362], atol=5e-9)
    total = np.corrcoef(*np.reshape(spikes, (-1, 2)).T)[0, 1]
    np.testing.assert_allclose(noise + stimulus, total, atol=1e-12)


def test_without_parameters_only_the_mean_rate_counts():
    spikes = jnp.asarray(np.random.default_rng(0).random((4, 9, 2)) < 0.3, jnp.float32)
    parameters = parameters_of(np.zeros((2, 2, 2)), np.zeros(2))
    found = TWO.run_forced(parameters, jnp.zeros((9, 2)), spikes, jnp.zeros((4, 9, 0)))
    np.testing.assert_allclose(found.probabilities, 0.26894142, rtol=1e-6)
    loss = jnp.mean(jax.nn.softplus(found.potentials) - spikes * found.potentials)
    np.testing.assert_allclose(loss, 0.31326169 + spikes.mean(), rtol=1e-6)


def test_the_histogram_loss_is_lowest_at_the_recorded_histogram():
    rng = np.random.default_rng(0)
    spikes = jnp.asarray(rng.random((3, 20, 2)) < 0.5, jnp.float32)
    mean = np.clip(spikes.mean(axis=0), 1e-7, 1 - 1e-7)
    entropy = -np.mean(mean * np.log(mean) + (1 - mean) * np.log1p(-mean))
    exact = np.broadcast_to(np.log(mean) - np.log1p(-mean), spikes.shape)
    term = PSTHTerm()
    np.testing.assert_allclose(term(GLMActivity(exact, spikes), spikes, ONE_GROUP), entropy, atol=1e-6)
    for size in (0.1, 1.0):
        other = exact + size * rng.normal(size=(1, 20, 2))
        assert term(GLMActivity(jnp.asarray(other), spikes), spikes, ONE_GROUP) > entropy + 1e-4 * size


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_the_slope_through_a_synapse_is_the_straight_through_one_with_its_known_bias():
    n, chance = 200_000, 0.3
    network = SpikingGLM(2, n_lags=1, threshold=1.0, surrogate="sigmoid")
    # The first neuron fires with `chance` whatever happens; a spike takes the second one from -1 to 0 in the next bin.
    weights = np.zeros((2, 2, 1))
    weights[1, 0, 0] = 1.0

    def mean(bias):
        parameters = parameters_of(weights, np.zeros(2))
        drive = jnp.stack([jnp.full(2, bias), jnp.zeros(2)], axis=1)
        uniform = jax.random.uniform(KEY, (n, 2, 2))
        return jnp.mean(network.run_free(parameters, drive, uniform).probabilities[:, 1, 1])

    at = 1 + np.log(chance / (1 - chance))
    # By the probability of the first neuron: the slope of the logistic function is taken out.
    found = jax.jit(jax.grad(mean))(at) / (chance * (1 - chance))
    through = 0.7 * 0.19661193 + 0.3 * 0.25
    np.testing.assert_allclose(through, 0.21262835, atol=1e-8)
    np.testing.assert_allclose(found, through, atol=5e-4)
    np.testing.assert_allclose(1 - through / 0.23105858, 0.08, atol=2e-3)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_without_sampling_gradients_are_differences():
    network, rng = SpikingGLM(2, n_lags=2, surrogate="sigmoid"), np.random.default_rng(0)
    parameters = network.start(KEY, 0)
    spikes = jnp.asarray(rng.random((3, 6, 2)) < 0.4, float)

    def loss(kernels):
        forced = network.run_forced(
            parameters._replace(kernels=kernels), jnp.zeros((6, 2)), spikes, jnp.zeros((3, 6, 0))
        )
        return jnp.mean(jax.nn.softplus(forced.potentials) - spikes * forced.potentials)

    slope, step = jax.grad(loss)(parameters.kernels), 1e-6
    ends = [loss(parameters.kernels.at[1, 0].add(sign * step)) for sign in (1, -1)]
    np.testing.assert_allclose(slope[1, 0], (ends[0] - ends[1]) / (2 * step), rtol=1e-6)


def losses_of(order=slice(None)):
    rng = np.random.default_rng(0)
    spikes, network = rng.random((6, 8, 3)) < 0.4, SpikingGLM(3, n_lags=2)
    uniform = jnp.asarray(rng.random((6, 8, 3)), jnp.float32)
    own = network.start(KEY, 0)
    kernels = own.kernels.reshape(2, 3, 3)[:, order][:, :, order].reshape(6, 3)
    own = own._replace(kernels=kernels, bias=jnp.array([0.1, -0.2, 0.3])[order])
    drive = jnp.broadcast_to(own.bias, (8, 3))
    recorded = jnp.asarray(spikes[..., order], jnp.float32)
    activity = network.run_free(own, drive, uniform[..., order])
    groups = TrialGroups(jnp.zeros(6, jnp.int32), 1)
    terms = PSTHTerm(), NoiseCorrelationTerm(n_lags=2), NoiseCorrelationTerm(n_lags=2, estimator="rao-blackwell")
    forced = network.run_forced(own, drive, recorded, jnp.zeros((6, 8, 0))).potentials
    likelihood = jnp.mean(jax.nn.softplus(forced) - recorded * forced)
    return activity, [
        likelihood,
        *(term(activity, recorded, groups) for term in (*terms, AutocorrelationTerm(n_lags=4))),
    ]


@pytest.mark.thorough
def test_other_numbers_of_neurons_change_nothing():
    order = np.array([2, 0, 1])
    (first, losses), (other, again) = losses_of(), losses_of(order)
    np.testing.assert_array_equal(first.spikes[..., order], other.spikes)
    np.testing.assert_allclose(losses, again, rtol=1e-5)


@pytest.mark.thorough
def test_hidden_neurons_see_what_was_recorded_and_a_free_run_does_not():
    network, rng = SpikingGLM(2, 1, n_lags=2), np.random.default_rng(0)
    own = network.start(KEY, 0)
    drive, uniform = jnp.zeros((8, 3)), jnp.asarray(rng.random((2, 8, 3)), jnp.float32)
    free = network.run_free(own, drive, uniform)
    # What it does by itself, taken for recorded: the same hidden spikes come again.
    forced = network.run_forced(own, drive, free.spikes[..., :2], uniform[..., 2:])
    np.testing.assert_array_equal(forced.spikes, free.spikes)
    np.testing.assert_allclose(forced.potentials, free.potentials, atol=1e-6)


@pytest.mark.thorough
def test_a_free_run_does_not_depend_on_recorded_spikes():
    rng = np.random.default_rng(0)
    fits = [
        SampleAndMeasureFit(
            SpikingGLM(2, 1, 2), rng.random((4, 8, 2)) < chance, np.zeros((1, 8, 0)), np.zeros(4, int),
            (SampledRate(), HiddenRateTerm()), 0.0, batch_size=4,
        )
        for chance in (0.2, 0.8)
    ]  # fmt: skip
    found = [fit.losses(fit.init(KEY).parameters, jnp.arange(4), KEY)[1][1] for fit in fits]
    np.testing.assert_array_equal(*found)


class SampledRate(MatchedStatistic):
    """Looks at sampled spikes alone."""

    weight: float = 1.0

    def statistic(self, spikes, groups):
        return jnp.mean(spikes)

    def __call__(self, activity, recorded, groups):
        return self.statistic(activity.spikes, groups)


@pytest.mark.thorough
def test_probabilities_stand_for_spikes_where_theory_says_so():
    network, n = SpikingGLM(2, n_lags=1), 100_000
    weights = np.zeros((2, 2, 1))
    weights[1, 0, 0], weights[0, 1, 0] = 0.8, 0.3
    parameters = parameters_of(weights, np.zeros(2))
    uniform = jax.random.uniform(KEY, (n, 3, 2))
    found = jax.jit(SpikingGLM.run_free, static_argnums=0)(network, parameters, jnp.zeros((3, 2)), uniform)
    spikes, chance = (np.asarray(each, np.float64) for each in (found.spikes, found.probabilities))

    def covariance(now, before, same_bin=False):
        products = (now - now.mean()) * (before - before.mean())
        return products.mean(), products.std() / np.sqrt(n)

    spike, error = covariance(spikes[:, 2, 0], spikes[:, 2, 1])
    assert abs(covariance(chance[:, 2, 0], chance[:, 2, 1])[0] - spike) < 4 * error
    spike, error = covariance(spikes[:, 2, 1], spikes[:, 1, 0])
    assert spike > 10 * error
    assert abs(covariance(chance[:, 2, 1], spikes[:, 1, 0])[0] - spike) < 4 * error
    assert abs(covariance(chance[:, 2, 1], chance[:, 1, 0])[0] - spike) > 10 * error


@pytest.mark.thorough
def test_at_the_true_parameters_the_likelihood_has_no_slope():
    network, n = SpikingGLM(3, n_lags=2), 2000
    own = network.start(jax.random.key(3), 0)
    drive, uniform = jnp.zeros((20, 3)), jax.random.uniform(KEY, (n, 20, 3))
    spikes = network.run_free(own, drive, uniform).spikes

    def loss(parameters, trial):
        forced = network.run_forced(
            parameters, network.drive(parameters, jnp.zeros((20, 0))), trial[None], drive[None, :, :0]
        )
        return jnp.mean(jax.nn.softplus(forced.potentials[0]) - trial * forced.potentials[0])

    slopes = jax.jit(jax.vmap(jax.grad(loss), (None, 0)))(own, spikes)
    for name in ("kernels", "bias"):
        each = np.asarray(getattr(slopes, name), np.float64)
        assert np.all(np.abs(each.mean(axis=0)) < 4 * each.std(axis=0) / np.sqrt(n)), name


@pytest.mark.thorough
def test_averages_are_taken_within_conditions():
    rng = np.random.default_rng(0)
    spikes = (rng.random((6, 5, 2)) < 0.4).astype(np.float32)
    activity = GLMActivity(*(jnp.asarray(each, jnp.float32) for each in (rng.normal(size=(6, 5, 2)), spikes)))
    term, groups = NoiseCorrelationTerm(n_lags=1), np.array([0, 1, 0, 1, 1, 0])
    together = noise_correlations(spikes, groups)
    apart = [np.flatnonzero(groups == each) for each in (0, 1)]
    own = [spikes[each] - spikes[each].mean(axis=0) for each in apart]
    covariance = sum(np.einsum("kti,ktj->ij", each, each) for each in own) / 30
    deviation = spikes.std(axis=(0, 1))
    np.testing.assert_allclose(together, covariance / np.outer(deviation, deviation), rtol=1e-5)
    shifted = np.where(groups[:, None, None] == 1, 1 - spikes, spikes)
    both, labels = (jnp.asarray(spikes), jnp.asarray(shifted)), jnp.asarray(groups)
    found = [term(activity, each, TrialGroups(labels, 2)) for each in both]
    mixed = [term(activity, each, TrialGroups(labels, 1)) for each in both]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5)
    assert abs(mixed[0] - mixed[1]) > 1e-6


def test_lags_that_are_not_circular_leave_the_first_bins_out():
    ramp = jnp.arange(1.0, 5.0)[None, :, None]
    np.testing.assert_allclose(cross_covariance(ramp, ramp, 2), [[(3 * 1 + 4 * 2) / 2]])
    np.testing.assert_allclose(cross_covariance(ramp, ramp, 2, circular=True), [[(1 * 3 + 2 * 4 + 3 * 1 + 4 * 2) / 4]])
    with pytest.raises(InputError, match="4 bins"):
        cross_covariance(ramp, ramp, 4)


def test_without_hidden_neurons_recorded_pasts_take_no_loop():
    def forced(network):
        own = network.start(KEY, 0)
        drive, spikes = jnp.zeros((8, network.n_neurons)), jnp.zeros((2, 8, 2))
        return network.run_forced(own, drive, spikes, jnp.zeros((2, 8, network.n_hidden)))

    texts = [str(jax.make_jaxpr(lambda hidden=hidden: forced(SpikingGLM(2, hidden, 2)))()) for hidden in (0, 1)]
    assert "scan" not in texts[0]
    assert "scan" in texts[1]


@pytest.mark.thorough
def test_the_memory_of_an_update_does_not_grow_with_trials():
    def needed(trials, bins):
        fit = SampleAndMeasureFit(
            SpikingGLM(4, 1, 3), np.zeros((trials, bins, 4), bool), np.zeros((1, bins, 1)), np.zeros(trials, int),
            (PSTHTerm(), NoiseCorrelationTerm(n_lags=3), HiddenRateTerm()), batch_size=10,
        )  # fmt: skip
        state = jax.eval_shape(fit.init, KEY)
        step = jax.jit(lambda fit, state, x: fit.step(KEY, state, x))
        return step.lower(fit, state, fit.event).compile().memory_analysis().temp_size_in_bytes

    few, many, long = needed(20, 100), needed(2000, 100), needed(20, 200)
    assert many < 1.02 * few
    assert long < 2.2 * few
    # Of every bin: potentials and spikes and their slopes, and what it looks back at.
    assert few < 4 * 10 * 100 * 5 * 4 * (3 + 3)
