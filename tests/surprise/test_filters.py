"""Filters: the golden sequence, exact identities, limits, and what random filters are on average."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, stats

import bouton
from bouton.errors import InputError
from bouton.surprise import (
    Bernoulli,
    Categorical,
    DeltaRule,
    GaussianMean,
    GaussianUnknown,
    LeakyIntegrator,
    MessagePassing,
    ParticleFilter,
    Poisson,
    SMiLe,
    StratifiedResampling,
    VariationalSMiLe,
    VolatileWorld,
    exact_bayes,
)
from bouton.surprise.particles import drawn_particles
from bouton.surprise.stratified import resampled, resampling_threshold

KEY = jax.random.key(0)
GAUSS = GaussianMean(0.5)
SERIES = [0.4, 0.6, -1.2, -1.0, -1.1]


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def follow(circuit, series, *names, key=KEY):
    found = bouton.run(circuit, np.asarray(series), key=key, record=dict.fromkeys(names, 1))
    values = [found.recordings[name].values for name in names]
    return values[0] if len(names) == 1 else values


EXACT = exact_bayes(GAUSS, 0.1, 8)
GOLDEN = {
    "surprise": (EXACT, "log_bayes_factor", np.log([1, 0.56681942, 12.30328917, 0.56304268, 0.38311397])),
    "rate": (EXACT, "adaptation_rate", [0.1, 0.05924847, 0.57753003, 0.05887694, 0.04083015]),
    "shannon": (EXACT, "shannon", [1.09451031, 0.65108009, 3.36010056, 0.90078962, 0.61876095]),
    "mean": (EXACT, "estimate", [0.32, 0.44655106, -0.58856604, -0.84685962, -0.96243602]),
    "variance": (EXACT, "variance", [0.2, 0.11644811, 0.33947306, 0.17301336, 0.10338590]),
    "one": (MessagePassing(GAUSS, 0.1, 1), "estimate", [0.32, 0.44444444, -0.96, -0.97777778, -1.01538462]),
    "two": (MessagePassing(GAUSS, 0.1, 2), "estimate", [0.32, 0.44655106, -0.60186606, -0.86063788, -0.97473037]),
    "variational": (
        VariationalSMiLe(GAUSS, odds=0.2), "estimate", [0.32, 0.44655106, -0.51319191, -0.69204609, -0.80572981],
    ),
    "count": (
        VariationalSMiLe(GAUSS, odds=0.2), "variance",
        0.25 / np.asarray([1.25, 2.14817895, 1.79833517, 2.65576267, 3.47268597]),
    ),
    "2010": (DeltaRule(GAUSS, 0.1, 2010), "estimate", [0.192, 0.33124731, -0.52499158, -0.66507065, -0.76785575]),
    "2012": (DeltaRule(GAUSS, 0.1, 2012), "estimate", [0.192, 0.33517959, -0.52467672, -0.79575935, -0.90666964]),
    "smile": (SMiLe(GAUSS, odds=0.2), "estimate", [0.20731365, 0.34742715, -0.74518212, -0.78837544, -0.85046769]),
    "leaky": (LeakyIntegrator(GAUSS, 0.9), "estimate", [0.4, 0.50526316, -0.12398524, -0.37871474, -0.55484848]),
}  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("name", GOLDEN)
def test_the_golden_sequence(name):
    circuit, variable, expected = GOLDEN[name]
    np.testing.assert_allclose(follow(circuit, SERIES, variable), expected, rtol=0, atol=1e-7)


def brute_force(family, hazard, series):
    """Weigh every possible history of changes; return the posterior mean after each observation."""
    means = []
    for t in range(1, len(series) + 1):
        weights, values = [], []
        for changes in range(2 ** (t - 1)):
            belief, log_weight = family.prior, 0.0
            for step, y in enumerate(series[:t]):
                if step:
                    changed = changes >> (step - 1) & 1
                    log_weight += np.log(hazard if changed else 1 - hazard)
                    belief = family.prior if changed else belief
                log_weight += float(family.log_predictive(belief, jnp.asarray(y)))
                belief = belief + family.statistics(jnp.asarray(y))
            weights.append(log_weight)
            values.append(np.asarray(family.mean(belief)))
        weights = np.exp(np.asarray(weights) - max(weights))
        means.append(np.tensordot(weights / weights.sum(), np.asarray(values), 1))
    return np.asarray(means)


@pytest.mark.parametrize(
    ("family", "series"),
    [
        (GAUSS, SERIES),
        (GaussianUnknown(), SERIES),
        (Categorical(3, 0.5), [0, 0, 2, 2, 1]),
        (Bernoulli(), [1, 1, 0, 0, 0]),
        (Poisson(2.0, 0.5), [3, 4, 20, 18, 0]),
    ],
)
@pytest.mark.thorough
def test_exact_inference_is_the_sum_over_all_histories(family, series):
    found = follow(exact_bayes(family, 0.15, len(series)), series, "estimate")
    np.testing.assert_allclose(found, brute_force(family, 0.15, series), rtol=1e-10)


@pytest.mark.thorough
def test_enough_messages_are_exact_and_say_so():
    history = VolatileWorld(GAUSS, 0.1).draw(jax.random.key(3), 60)
    exact, dropped = follow(exact_bayes(GAUSS, 0.1, 200), history.observations, "estimate", "dropped")
    np.testing.assert_array_equal(dropped, 0)
    np.testing.assert_allclose(
        follow(MessagePassing(GAUSS, 0.1, 60), history.observations, "estimate"), exact, atol=1e-12
    )
    few, lost = follow(MessagePassing(GAUSS, 0.1, 3), history.observations, "estimate", "dropped")
    assert lost.max() > 0
    assert np.abs(few - exact).max() > 1e-6
    pruned = follow(exact_bayes(GAUSS, 0.1, 60, cutoff=1e-8), history.observations, "estimate")
    assert 0 < np.abs(pruned - exact).max() < 1e-6


@pytest.mark.thorough
def test_the_recursion_is_the_mixture_of_run_lengths_on_a_grid():
    """(1 - gamma) times the integrated belief plus gamma times the fresh one, evaluated on a grid of the parameter."""
    grid = np.linspace(-6, 6, 4001)
    belief = stats.norm.pdf(grid)
    means, rates = follow(EXACT, SERIES, "estimate", "adaptation_rate")
    for y, mean, rate in zip(SERIES, means, rates, strict=True):
        likelihood, prior = stats.norm.pdf(y, grid, 0.5), stats.norm.pdf(grid)
        evidence, of_prior = (integrate.trapezoid(likelihood * density, grid) for density in (belief, prior))
        gamma = 0.1 * of_prior / (0.1 * of_prior + 0.9 * evidence)
        assert gamma == pytest.approx(rate, abs=1e-10)
        belief = (1 - gamma) * likelihood * belief / evidence + gamma * likelihood * prior / of_prior
        assert integrate.trapezoid(grid * belief, grid) == pytest.approx(mean, abs=1e-10)


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["variational", "exact", "particles"])
def test_mean_surprise_under_the_belief_is_one_and_its_inverse_under_the_prior(name):
    circuit = {
        "variational": VariationalSMiLe(GAUSS, hazard=0.1),
        "exact": EXACT,
        "particles": ParticleFilter(GAUSS, 0.1, 30),
    }[name]
    state = bouton.run(circuit, np.asarray(SERIES[:4]), key=KEY).state
    grid = np.linspace(-12, 12, 4001)
    found = jax.vmap(lambda y: circuit.respond(state, y))(jnp.asarray(grid))
    log_prior = jax.vmap(lambda y: GAUSS.log_predictive(GAUSS.prior, y))(jnp.asarray(grid))
    believed = np.exp(log_prior - found.log_bayes_factor)
    assert integrate.trapezoid(believed * np.exp(found.log_bayes_factor), grid) == pytest.approx(1, abs=1e-8)
    assert integrate.trapezoid(np.exp(log_prior - found.log_bayes_factor), grid) == pytest.approx(1, abs=1e-8)
    shannon = np.log(0.1) + log_prior + found.shannon
    np.testing.assert_allclose(np.log(found.adaptation_rate), shannon, atol=1e-9)


@pytest.mark.thorough
def test_mean_surprise_of_symbols():
    family = Categorical(4, 0.5)
    circuit = VariationalSMiLe(family, hazard=0.2)
    state = bouton.run(circuit, np.asarray([0, 0, 3, 1]), key=KEY).state
    found = jax.vmap(lambda y: circuit.respond(state, y))(jnp.arange(4))
    believed = np.asarray(family.mean(state.natural))
    assert np.sum(believed * np.exp(found.log_bayes_factor)) == pytest.approx(1, abs=1e-12)
    assert np.sum(np.exp(-found.log_bayes_factor)) / 4 == pytest.approx(1, abs=1e-12)


@pytest.mark.thorough
def test_without_hazard_all_are_the_stationary_mean():
    series = np.asarray(SERIES)
    expected = np.cumsum(series) / (0.25 + np.arange(1, 6))
    for circuit in (
        exact_bayes(GAUSS, 0.0, 5), MessagePassing(GAUSS, 0.0, 1), ParticleFilter(GAUSS, 0.0, 7),
        VariationalSMiLe(GAUSS, odds=0.0), StratifiedResampling(GAUSS, 0.0, 1),
    ):  # fmt: skip
        np.testing.assert_allclose(follow(circuit, series, "estimate"), expected, atol=1e-12)


def test_with_huge_odds_everything_else_is_forgotten():
    found = follow(VariationalSMiLe(GAUSS, odds=1e30), SERIES, "estimate")
    np.testing.assert_allclose(found, np.asarray(SERIES) / 1.25, atol=1e-12)


def test_delta_rule_with_a_flat_prior_is_one_delta_rule():
    circuit = DeltaRule(GaussianMean(0.5, prior_deviation=1e9), 0.1, 2010)
    state, value, run_length = circuit.init(KEY), 0.0, 1.0
    for y in SERIES:
        rate = float(circuit.respond(state, jnp.asarray(y)).adaptation_rate)
        value += (1 + rate * run_length) / (1 + run_length) * (y - value)
        run_length = (1 - rate) * (run_length + 1) + rate
        state, info = circuit.step(KEY, state, jnp.asarray(y))
        assert float(info.estimate) == pytest.approx(value, abs=1e-12)


def test_leaky_integration_in_closed_form():
    for leak in (0.0, 0.7, 1.0):
        found = follow(LeakyIntegrator(GAUSS, leak), SERIES, "estimate")
        for t, value in enumerate(found, 1):
            weights = leak ** np.arange(t, dtype=float)[::-1]
            assert value == pytest.approx(np.sum(weights * SERIES[:t]) / weights.sum(), abs=1e-12)


def test_leaky_integration_knows_the_precision_once_two_observations_differ():
    leak, series = 0.7, np.array([1.3, 1.3, 1.3, 0.4, -0.6])
    found = follow(LeakyIntegrator(GaussianUnknown(prior_mean=0.2, shape=2.0, rate=0.5), leak), series, "estimate")
    for t, (mean, precision) in enumerate(found, 1):
        weights = leak ** np.arange(t, dtype=float)[::-1]
        middle = np.average(series[:t], weights=weights)
        squares = np.sum(weights * (series[:t] - middle) ** 2)
        assert mean == pytest.approx(middle, abs=1e-12)
        assert precision == pytest.approx((weights.sum() + 1) / squares if t > 3 else 2.0 / 0.5, rel=1e-9)


def test_variational_smile_of_two_symbols_by_hand():
    circuit = VariationalSMiLe(Categorical(2, 1.0), odds=1.0)
    state = circuit.init(KEY)
    for y, expected in ((0, (2, 1)), (0, (18 / 7, 1)), (1, (61 / 39, 2))):
        state, _ = circuit.step(KEY, state, jnp.asarray(y))
        np.testing.assert_allclose(state.natural, expected, atol=1e-12)


@pytest.mark.thorough
def test_error_of_one_observation_after_a_change():
    """The least error right after a known change; the exact filter comes close where changes are seen at once."""
    family = GaussianMean(0.1)
    history = VolatileWorld(family, 0.1).draw(jax.random.key(0), 20_000)
    estimates = follow(exact_bayes(family, 0.1, 60, cutoff=1e-10), history.observations, "estimate")
    errors = (estimates - np.asarray(history.parameters)) ** 2
    least = 0.1**2 / (1 + 0.1**2)
    first = errors[np.asarray(history.changed)]
    assert least < first.mean() + 3 * first.std() / np.sqrt(len(first))
    assert first.mean() < 0.0145


@pytest.mark.thorough
def test_particles_come_near_exact_inference_as_they_become_many():
    series = VolatileWorld(GAUSS, 0.1).draw(jax.random.key(5), 100).observations
    exact = follow(exact_bayes(GAUSS, 0.1, 100), series, "estimate")
    distance = {
        n: np.sqrt(np.mean((follow(ParticleFilter(GAUSS, 0.1, n), series, "estimate") - exact) ** 2))
        for n in (20, 2000)
    }
    assert distance[2000] < 0.02
    assert 3 < distance[20] / distance[2000] < 40


@pytest.mark.thorough
@pytest.mark.parametrize("scheme", ["stratified", "systematic", "multinomial"])
@pytest.mark.parametrize("n", [5, 100])
def test_resampling_is_right_on_average(scheme, n):
    weights = np.random.default_rng(0).dirichlet(np.ones(n))
    uniforms = jax.random.uniform(jax.random.key(0), (4000, n))
    drawn = jax.vmap(lambda u: drawn_particles(jnp.asarray(weights), u, scheme))(uniforms)
    counts = np.bincount(np.asarray(drawn).ravel(), minlength=n) / (4000 * n)
    np.testing.assert_allclose(counts, weights, atol=0.006)


def test_the_last_particle_is_within_bounds():
    weights = jnp.full(3, 1 / 3) * (1 - 1e-15)
    assert int(drawn_particles(weights, jnp.ones(3), "multinomial").max()) == 2


@pytest.mark.thorough
def test_stratified_resampling_keeps_weights_on_average():
    weights = jnp.asarray(np.random.default_rng(1).dirichlet(np.full(7, 0.4)))
    threshold = float(resampling_threshold(weights))
    assert float(jnp.minimum(weights / threshold, 1).sum()) == pytest.approx(6, abs=1e-12)
    slots, raised = jax.vmap(lambda u: resampled(weights, u))(jnp.linspace(0, 1, 20_001)[:-1] + 0.5 / 20_000)
    kept = np.where(np.arange(7) == np.asarray(slots)[:, None], 0, np.asarray(raised))
    np.testing.assert_allclose(kept.mean(axis=0), weights, atol=2e-4)
    heavy = np.asarray(weights) >= threshold
    assert not np.isin(np.asarray(slots), np.flatnonzero(heavy)).any()
    np.testing.assert_array_equal(kept[:, heavy], np.broadcast_to(np.asarray(weights)[heavy], (20_000, heavy.sum())))


@pytest.mark.thorough
def test_stratified_resampling_drops_what_has_underflown():
    slot, weights = resampled(jnp.asarray([0.5, 0.0, 0.5]), jnp.asarray(0.9))
    assert int(slot) == 1
    np.testing.assert_array_equal(weights, [0.5, 0.0, 0.5])


@pytest.mark.thorough
@pytest.mark.parametrize(
    "circuit",
    [
        exact_bayes(GaussianMean(0.01), 0.01, 5), ParticleFilter(GaussianMean(0.01), 0.01, 5),
        VariationalSMiLe(GaussianMean(0.01), 0.01), SMiLe(GaussianMean(0.01), 0.01),
        DeltaRule(GaussianMean(0.01), 0.01), StratifiedResampling(GaussianMean(0.01), 0.01, 2),
    ],
    ids=lambda circuit: type(circuit).__name__,
)  # fmt: skip
def test_nothing_is_too_surprising(circuit):
    with jax.enable_x64(False):
        estimates = follow(circuit, np.asarray([0.5, 0.5, 0.5, 1e4, 1e4, 0.5], np.float32), "estimate")
    assert np.isfinite(estimates).all()
    assert abs(estimates[2] - 0.5) < 0.1
    assert abs(estimates[-1] - 0.5) < 0.3 or isinstance(circuit, SMiLe)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MessagePassing(GAUSS, 1.0), r"hazard must lie in \[0, 1\), got 1"),
        (lambda: MessagePassing(GAUSS, 0.1, 0), "n_messages must be an integer of at least 1"),
        (lambda: MessagePassing(GAUSS, 0.1, 5, cutoff=1.0), r"cutoff must lie in \[0, 1\)"),
        (lambda: ParticleFilter(GAUSS, -0.1), r"hazard must lie in \[0, 1\)"),
        (lambda: ParticleFilter(GAUSS, 0.1, 0), "n_particles must be an integer"),
        (
            lambda: ParticleFilter(GAUSS, 0.1, 5, "residual"),
            "resampling must be 'stratified', 'systematic' or",
        ),
        (lambda: VariationalSMiLe(GAUSS), "give either hazard"),
        (lambda: VariationalSMiLe(GAUSS, 0.1, odds=0.1), "give either hazard"),
        (lambda: VariationalSMiLe(GAUSS, 1.0), r"hazard must lie in \[0, 1\)"),
        (lambda: VariationalSMiLe(GAUSS, odds=-1.0), "odds must be at least 0"),
        (lambda: SMiLe(GaussianUnknown(), 0.1), "SMiLe is not defined"),
        (lambda: DeltaRule(Poisson(), 0.1), "GaussianMean only, got Poisson"),
        (lambda: DeltaRule(GAUSS, 0.1, 2011), "version must be 2010 or 2012"),
        (lambda: LeakyIntegrator(GAUSS, 1.1), r"leak must lie in \[0, 1\]"),
        (lambda: VolatileWorld(GAUSS, 1.5), r"hazard must lie in \[0, 1\)"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_arguments_out_of_range_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_the_engine_refuses_impossible_observations():
    with pytest.raises(InputError, match="integers from 0 to 2"):
        bouton.run(VariationalSMiLe(Categorical(3), 0.1), np.asarray([0, 3], np.int32), key=KEY)
