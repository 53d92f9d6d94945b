"""Populations in few variables: fixed points, limits and numbers that are known exactly."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import AgeBins, MesoscopicState, Populations, fixed_points, stationary_rate
from bouton.dynamics.mesoscopic import expected_fractions, shifted, stationary_state
from bouton.errors import InputError
from bouton.recordings import (
    MesoscopicNetwork,
    MicroscopicNetwork,
    pulse_protocol,
    pulse_success,
    simulate_mesoscopic,
    simulate_microscopic,
    switch_count,
    winner_take_all,
)
from bouton.recordings.likelihood import Past, expected_series, fraction_log_likelihood

THRESHOLD = 6 - np.log(10)
GOLDEN = {
    "euler": [
        *(0, 0.001577866067, 0.007094044244, 0.01978937949, 0.04410135359, 0.08755366114, 0.01714323631),
        0.03060650177,
    ],
    "exp": [
        *(0, 0.001217475658, 0.004982101978, 0.01340585285, 0.02932818215, 0.05690534927, 0.01030258048),
        0.0182826322,
    ],
}


def one(size=100, coupling=0.0, drive=9.0, threshold=3.7, **options):
    return Populations((size,), ((coupling,),), (drive,), (threshold,), (50.0,), (1000 / 3,), **options)


@jax.jit
def without_noise(values, bins, state, n_bins=8):
    def step(state, _):
        state, expected, missing = expected_fractions(values, bins, state, jnp.zeros_like(state.synaptic))
        return shifted(state, expected), (expected, missing)

    return jax.lax.scan(step, state, None, length=8)


def test_mean_field_fixed_points_are_known():
    found = fixed_points(winner_take_all(), [[20, 5, 25], [5, 20, 25], [12, 12, 24]])
    stable = [19.5991, 5.4016, 24.5222]
    expected = [stable, [stable[1], stable[0], stable[2]], [12.3680, 12.3680, 24.4382]]
    np.testing.assert_allclose(found, expected, atol=1e-4)
    rates = [stationary_rate(drive, one(threshold=THRESHOLD))[0] for drive in (5, 6, 8, 10)]
    np.testing.assert_allclose(rates, [3.14027, 6.73216, 17.03323, 26.2388], atol=1e-5)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("scheme", GOLDEN)
def test_a_cohort_that_fired_at_once_goes_the_known_way(scheme):
    bins = AgeBins(n_ages=6, scheme=scheme)
    fired = jnp.zeros((1, 6)).at[0, 0].set(1.0)
    start = MesoscopicState(jnp.zeros(1), jnp.zeros((1, 6)), jnp.ones((1, 6)), fired)
    _, (found, _) = without_noise(one(coupling=5.0).values, bins, start)
    np.testing.assert_allclose(found[:, 0], GOLDEN[scheme], rtol=1e-7, atol=1e-10)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_given_fractions_have_the_known_density():
    bins, latents = AgeBins(n_ages=6), jnp.array([[0, 0.01, 0.03, 0.06, 0.10]])
    past = Past(jnp.zeros((1, 6)).at[0, -1].set(1.0), jnp.zeros(1))
    expected, _ = expected_series(one().values, bins, latents, past, jnp.zeros((1, 5)))
    np.testing.assert_allclose(
        expected[0], [0, 0.0005053342755, 0.001901043069, 0.00549709658, 0.01258809887], rtol=1e-8, atol=1e-10
    )
    density = fraction_log_likelihood(latents, expected, one().values.sizes, bins)
    known = [-5.295669565, 0.09150120573, 12.73553695, 21.23639257, 25.85926886]
    np.testing.assert_allclose(-density[0], known, rtol=1e-7)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_all_bins_at_once_are_the_bins_one_by_one():
    populations, rng = winner_take_all(), np.random.default_rng(0)
    bins, rates = AgeBins(n_ages=30), jnp.array([5.0, 20.0, 25.0])
    latents, external = rng.uniform(0.01, 0.1, (60, 3)), rng.normal(size=(60, 3))
    state, found = stationary_state(populations.values, bins, rates), []
    step = jax.jit(expected_fractions)
    for fractions, drive in zip(latents, external, strict=True):
        state, expected, missing = step(populations.values, bins, state, jnp.asarray(drive))
        state = shifted(state, jnp.asarray(fractions))
        found.append((expected, missing))
    past = Past(jnp.broadcast_to(rates[:, None] * bins.seconds, (3, 30)), rates)
    at_once = expected_series(populations.values, bins, jnp.asarray(latents.T), past, jnp.asarray(external.T))
    for number, each in enumerate(at_once):
        np.testing.assert_allclose(each.T, np.array([one[number] for one in found]), rtol=0, atol=1e-13)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_without_memory_the_expectation_is_the_probability_whatever_the_history():
    """A membrane so fast that the hazard is constant, and no refractory time."""
    values = one(drive=6.0).values._replace(membrane_rates=jnp.array([1e5]))
    bins = AgeBins(refractory_time=0.0, n_ages=7)
    latents = jnp.asarray(np.random.default_rng(0).uniform(0, 0.3, (1, 20)))
    past = Past(jnp.full((1, 7), 0.05), jnp.array([10.0]))
    expected, missing = expected_series(values, bins, latents, past, jnp.zeros((1, 20)))
    np.testing.assert_allclose(expected, -np.expm1(-0.004 * np.exp(6 - 3.7)), rtol=1e-12)
    assert np.ptp(missing) > 0.05


@pytest.mark.usefixtures("float64")
def test_the_variance_of_a_cohort_follows_from_its_survival():
    """(1 - S) m solves v' = -2 lambda v + lambda m from v = 0."""
    hazard = 5 + 100 * np.random.default_rng(0).random(400)
    step = 1e-5
    summed = np.cumsum(hazard) * step
    mass, variance = np.exp(-summed) * 0.1, 0.0
    for number, own in enumerate(hazard[1:], 1):
        variance += step * own * (mass[number] - 2 * variance)
    np.testing.assert_allclose(variance, (1 - np.exp(-summed[-1])) * mass[-1], rtol=2e-2)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_the_mesoscopic_model_comes_to_the_stationary_rate_and_cohorts_sum_to_one():
    exact = stationary_rate(8.0, one(drive=8.0))[0]
    errors = []
    for step in (4.0, 1.0):
        bins = AgeBins(step, 4.0, round(1000 / step))
        state = stationary_state(one(drive=8.0).values, bins, jnp.array([exact]))
        _, (fractions, missing) = without_noise(one(drive=8.0).values, bins, state)
        errors.append(abs(fractions[-1, 0] / bins.seconds - exact))
        assert abs(missing[-1, 0]) < 0.02
    assert errors[1] < errors[0] < 0.01 * exact


@pytest.mark.thorough
def test_single_neurons_come_to_the_same_rate():
    exact = stationary_rate(8.0, one(drive=8.0))[0]
    network = MicroscopicNetwork(one(2000, drive=8.0), 0.5, (exact,))
    run = simulate_microscopic(network, 2000)
    # 2,000 neurons for 8 s are 272,000 spikes, more regular than a Poisson process.
    assert abs(run.fractions.mean() / 4e-3 / exact - 1) < 0.01


@pytest.mark.thorough
def test_the_variance_of_a_fraction_goes_with_one_over_the_size():
    spreads = []
    for size in (100, 400):
        network = MesoscopicNetwork(one(size), rates=(20.0,))
        run = simulate_mesoscopic(network, 20_000, seed=size)
        spreads.append(run.fractions[1000:].var())
    assert abs(spreads[0] / spreads[1] / 4 - 1) < 0.1


@pytest.mark.thorough
def test_with_euler_steps_of_4_ms_nobody_changes_places_and_with_exact_ones_somebody_does():
    counts = {}
    for scheme in GOLDEN:
        network = MesoscopicNetwork(winner_take_all(), AgeBins(scheme=scheme), (5.0, 20.0, 25.0))
        counts[scheme] = switch_count(simulate_mesoscopic(network, 15_000, seed=1).fractions, 4.0)
    assert counts["euler"] == 0
    assert counts["exp"] >= 5


def test_pulses_come_back_where_they_were_given():
    drive = pulse_protocol(5.0, 4.0, count=2)
    assert drive.shape == (1500, 3)
    assert np.flatnonzero(drive[:, 0])[[0, -1]].tolist() == [325, 1124]
    never = pulse_success(np.tile([[0.08, 0.02]], (1500, 1)), 4.0, count=2)
    assert never.count == 0
    assert np.isnan(never.success)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"drives": (9.0, 1.0)}, "drives must hold one value for each of 1 populations, got 2"),
        ({"couplings": ((1.0, 2.0),)}, "each row of couplings"),
        ({"sizes": ()}, "at least one population"),
        ({"membrane_rates": (0.0,)}, "membrane_rates"),
    ],
)
def test_populations_of_other_sizes_are_refused(change, sentence):
    own = {name: getattr(one(), name) for name in one().__dataclass_fields__}
    with pytest.raises(InputError, match=sentence):
        Populations(**(own | change))


def test_simulations_refuse_what_does_not_fit():
    network = MicroscopicNetwork(one(), 0.3)
    with pytest.raises(InputError, match="whole number of time steps"):
        simulate_microscopic(network, 10)
    with pytest.raises(InputError, match="external must hold one value"):
        simulate_mesoscopic(MesoscopicNetwork(one()), np.zeros((10, 2)))
    with pytest.raises(InputError, match="finite"):
        simulate_mesoscopic(MesoscopicNetwork(one()), np.full((10, 1), np.nan))
