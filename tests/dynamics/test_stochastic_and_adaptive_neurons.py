"""Adaptive exponential neurons and escape noise: limits, order, intervals, likelihoods, gradients, bad input."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from bouton.dynamics import (
    AdaptiveExponential,
    CurrentIntegrateAndFire,
    EscapeNoise,
    ExponentialHazard,
    HistoryKernel,
    LinearHazard,
    ThresholdedHazard,
    spike_log_likelihood,
    spike_probability,
    train_log_likelihood,
)
from bouton.errors import InputError

KEY = jax.random.key(0)


@eqx.filter_jit
def run(neurons, state, n_steps, current, key=KEY):
    none = jnp.zeros((len(neurons.arrival_rows), state.potential.shape[0]))

    def one(state, index):
        state, fired = neurons.step(state, none, current, jax.random.fold_in(key, index))
        return state, (state.potential, fired, neurons.rate(state) if isinstance(neurons, EscapeNoise) else 0.0)

    return jax.lax.scan(one, state, jnp.arange(n_steps))


def test_without_adaptation_and_far_from_threshold_it_is_leaky(float64):
    neurons = AdaptiveExponential(adaptation_coupling=0.0, exponential_threshold=500.0, peak=600.0)
    plain = CurrentIntegrateAndFire(281 / 30, 281.0, -70.6, -70.6, 500.0, 0.0)
    potentials = [run(each, each.start(1), 500, 300.0)[1][0] for each in (neurons, plain)]
    np.testing.assert_allclose(potentials[0], potentials[1], atol=1e-9)


def test_below_threshold_adaptation_adds_to_the_leak(float64):
    neurons = AdaptiveExponential(exponential_threshold=500.0, peak=600.0)
    state, _ = run(neurons, neurons.start(1), 50000, 340.0)
    assert float(state.potential[0]) == pytest.approx(-70.6 + 340 / (30 + 4), abs=1e-6)
    assert float(state.slow[0][0]) == pytest.approx(4 * 340 / 34, abs=1e-5)


def test_exponential_euler_is_of_first_order(float64):
    def at(h):
        neurons = AdaptiveExponential(time_step=h)
        return float(run(neurons, neurons.start(1), round(20 / h), 550.0)[0].potential[0])

    exact = at(0.0025)
    errors = [abs(at(h) - exact) for h in (0.4, 0.2, 0.1)]
    assert errors[0] / errors[1] == pytest.approx(2, abs=0.25)
    assert errors[1] / errors[2] == pytest.approx(2, abs=0.25)


@pytest.mark.thorough
def test_a_spike_resets_and_adapts():
    neurons = AdaptiveExponential()
    state = neurons.start(2)._replace(potential=jnp.array([19.0, -70.6]))
    state, fired = neurons.step(state, jnp.zeros((1, 2)), 0.0)
    assert fired.tolist() == [True, False]
    np.testing.assert_allclose(state.potential, [-70.6, -70.6], atol=1e-3)
    assert float(state.slow[0][0]) == pytest.approx(80.5, abs=1)


def test_the_exponential_never_overflows():
    neurons = AdaptiveExponential()
    _, (potentials, fired, _) = run(neurons, neurons.start(1), 100, 1e9)
    assert np.isfinite(potentials).all()
    assert fired.all()


def test_intervals_of_a_constant_hazard_with_dead_time():
    """Sheet: mean d + 1/lambda, CV (1/lambda) / mean; discrete steps move the mean by less than h."""
    rate, dead, h = 100.0, 4.0, 0.1
    membrane = CurrentIntegrateAndFire(refractory_time=dead, time_step=h)
    neurons = EscapeNoise(membrane, ExponentialHazard(membrane.rest, rate, 1.0))
    _, (_, fired, _) = run(neurons, neurons.start(50), 16000, 0.0)
    intervals = h * np.concatenate([np.diff(np.flatnonzero(each)) for each in np.asarray(fired).T])
    assert len(intervals) > 5000
    error = intervals.std() / np.sqrt(len(intervals))
    assert intervals.mean() == pytest.approx(dead + 10, abs=h + 3 * error)
    assert intervals.std() / intervals.mean() == pytest.approx(10 / 14, rel=0.03)
    assert intervals.min() > dead


def test_rescaled_times_are_exponential(float64):
    """Intervals of the integrated rate of neurons with history are Exp(1), up to the step."""
    membrane, hazard = CurrentIntegrateAndFire(time_step=0.05, refractory_time=0.0), ExponentialHazard(-60.0, 60.0, 3.0)
    after, threshold = HistoryKernel((-4.0, 1.0), (10.0, 50.0)), HistoryKernel((1.0,), (30.0,))
    neurons = EscapeNoise(membrane, hazard, after, threshold)

    def rescaled(key):
        def one(carry, index):
            state, passed = carry
            state = neurons.propagate(state, 150.0 + 100 * jnp.sin(index.astype(float) * (0.05 * 2 * jnp.pi / 50)))
            passed = passed + neurons.rate(state) * 0.05e-3
            state, fired = neurons.fire(state, jax.random.fold_in(key, index))
            return (state, jnp.where(fired, 0.0, passed)), (fired, passed)

        return jax.lax.scan(one, (neurons.start(60), jnp.zeros(60)), jnp.arange(60000))[1]

    fired, passed = (np.asarray(each) for each in jax.jit(rescaled)(KEY))
    gaps = np.concatenate([own[spikes][1:] for own, spikes in zip(passed.T, fired.T, strict=True)])[:5000]
    assert len(gaps) == 5000
    assert stats.kstest(gaps, "expon").pvalue > 0.01


def test_hazards():
    distance = jnp.array([-1.0, 0.0, 2.0])
    np.testing.assert_allclose(ExponentialHazard(0.0, 10.0, 2.0).at(distance), 10 * np.exp([-0.5, 0, 1]), rtol=1e-6)
    np.testing.assert_allclose(LinearHazard(0.0, 10.0).at(distance), [0, 0, 20])
    np.testing.assert_allclose(ThresholdedHazard(0.0, 10.0).at(distance), [0, 0, 10 * np.expm1(2)], rtol=1e-6)


def test_probabilities_stay_below_one():
    assert float(spike_probability(jnp.asarray(1e9), 0.1)) == 1
    assert float(spike_probability(jnp.asarray(1.0), 0.1)) == pytest.approx(1e-4, rel=1e-4)


def test_likelihood_is_the_sum_over_steps(float64):
    rates = jnp.array([5.0, 100.0, 3000.0, 0.0])
    spikes = jnp.array([False, True, True, False])
    p = 1 - np.exp(-np.asarray(rates) * 0.5e-3)
    expected = np.log(1 - p[0]) + np.log(p[1]) + np.log(p[2])
    assert float(spike_log_likelihood(rates, spikes, 0.5)) == pytest.approx(expected, rel=1e-12)
    assert float(spike_log_likelihood(rates, jnp.array([False] * 3 + [True]), 0.5)) == -np.inf


@pytest.mark.thorough
def test_gradients_of_the_likelihood_point_to_the_truth(float64):
    def model(threshold, jump):
        hazard = ExponentialHazard(threshold, 100.0, 2.0)
        return EscapeNoise(CurrentIntegrateAndFire(time_step=0.5), hazard, HistoryKernel((jump,), (20.0,)))

    truth = model(-64.0, -3.0)
    _, (_, fired, _) = run(truth, truth.start(20), 4000, 100.0)
    currents = jnp.full(fired.shape, 100.0)

    @jax.jit
    def value_and_slope(parameters):
        return jax.value_and_grad(lambda p: train_log_likelihood(model(p[0], p[1]), fired, currents))(parameters)

    point, small = jnp.array([-63.0, -2.0]), 1e-5
    value, slope = value_and_slope(point)
    for axis in range(2):
        moved = [float(value_and_slope(point.at[axis].add(sign * small))[0]) for sign in (1, -1)]
        assert float(slope[axis]) == pytest.approx((moved[0] - moved[1]) / 2 / small, rel=1e-4)
    best, at_truth = value_and_slope(jnp.array([-64.0, -3.0]))
    assert float(best) > float(value)
    assert np.all(np.abs(at_truth) < 0.3 * np.abs(slope))


def test_neurons_that_are_not_reset_go_on_from_where_they_are():
    membrane = CurrentIntegrateAndFire(rest=-60.0, refractory_time=1.0)
    neurons = EscapeNoise(membrane, ExponentialHazard(-100.0, 1e6, 1.0), resets=False)
    _, (potentials, fired, _) = run(neurons, neurons.start(1), 40, 0.0)
    assert np.flatnonzero(fired[:, 0]).tolist() == [0, 11, 22, 33]
    np.testing.assert_allclose(potentials, -60.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AdaptiveExponential(slope=0.0), "slope must be positive"),
        (lambda: AdaptiveExponential(peak=-55.0), "peak must lie above exponential_threshold"),
        (lambda: AdaptiveExponential(reset=25.0), "peak must lie above reset"),
        (lambda: AdaptiveExponential(capacitance=0.281), "capacitance / leak_conductance = .* in seconds"),
        (lambda: AdaptiveExponential(adaptation_time_constant=0.0), "adaptation_time_constant must be positive"),
        (lambda: ExponentialHazard(width=0.0), "width must be positive"),
        (lambda: LinearHazard(rate=-1.0), "rate must be positive"),
        (lambda: ThresholdedHazard(rate=0.0), "rate must be positive"),
        (lambda: HistoryKernel((1.0,), ()), "each jump needs a time constant"),
        (lambda: HistoryKernel((1.0,), (-1.0,)), r"time_constants\[0\] must be positive"),
        (
            lambda: EscapeNoise(CurrentIntegrateAndFire(), after_potential=HistoryKernel((1.0,), (0.05,))),
            "shorter than",
        ),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
