"""The fit of a mesoscopic model: gradients, symmetries, the search in a box, checkpoints, and what users see."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import bouton
from bouton.dynamics import AgeBins, Populations
from bouton.engine import Copies
from bouton.errors import Diverged, InputError
from bouton.recordings import (
    Evaluations,
    FreeParameters,
    MesoscopicFit,
    MicroscopicNetwork,
    NeuLVM,
    SpikeRecording,
    separate_groups,
    simulate_microscopic,
    winner_take_all,
)
from bouton.recordings._running import warn_if_coarse
from bouton.recordings.box import next_point, start_search
from bouton.recordings.likelihood import Past, RecordedTrial, log_likelihoods
from bouton.recordings.preparation import prepared, released_bins
from catalogue.systems.neulvm import fit as small_fit

KEY = jax.random.key(0)
likelihoods = jax.jit(log_likelihoods, static_argnames="single")
ONE = Populations((100,), ((2.0,),), (9.0,), (3.7,), (50.0,), (333.0,))
BINS = AgeBins(n_ages=12)


def trial_of(rng, n_bins=30, count=3, neurons=6, bins=BINS):
    spikes = rng.random((neurons, n_bins + bins.n_ages)) < 0.08
    labels = jnp.asarray(np.arange(neurons) * count // neurons)
    rates = jnp.asarray(rng.uniform(5, 20, count))
    past = Past(jnp.broadcast_to(rates[:, None] * bins.seconds, (count, bins.n_ages)), rates)
    released = jnp.asarray(released_bins(spikes, bins)[:, bins.n_ages :])
    external = jnp.asarray(rng.normal(size=(count, n_bins)))
    return RecordedTrial(past, external, jnp.asarray(spikes[:, bins.n_ages :]), released, labels)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_gradients_are_differences():
    rng = np.random.default_rng(0)
    trial, latents = trial_of(rng), jnp.asarray(rng.uniform(0.01, 0.1, (3, 30)))
    values = winner_take_all().values

    @jax.jit
    def loss(values, latents):
        return sum(log_likelihoods(values, BINS, latents, trial))

    slopes, by_latents = jax.jit(jax.grad(loss, (0, 1)))(values, latents)
    for name in ("couplings", "membrane_rates", "drives", "thresholds"):
        own = getattr(values, name)
        place = (0,) * own.ndim
        step = 1e-5 * own[place]
        ends = [loss(values._replace(**{name: own.at[place].add(sign * step)}), latents) for sign in (1, -1)]
        np.testing.assert_allclose(getattr(slopes, name)[place], (ends[0] - ends[1]) / (2 * step), rtol=1e-6)
    ends = [loss(values, latents.at[1, 5].add(sign * 1e-6)) for sign in (1, -1)]
    np.testing.assert_allclose(by_latents[1, 5], (ends[0] - ends[1]) / 2e-6, rtol=1e-6)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_other_numbers_of_populations_change_nothing():
    rng = np.random.default_rng(1)
    trial, latents = trial_of(rng), jnp.asarray(rng.uniform(0.01, 0.1, (3, 30)))
    values = winner_take_all().values._replace(drives=jnp.array([14.0, 13.0, 12.0]))
    order = jnp.array([1, 0, 2])
    turned = jax.tree.map(lambda leaf: leaf[order], values)
    turned = turned._replace(couplings=values.couplings[order][:, order])
    past = Past(trial.past.fractions[order], trial.past.rates[order])
    other = trial._replace(past=past, external=trial.external[order], labels=order[trial.labels])
    found = likelihoods(values, BINS, latents, trial), likelihoods(turned, BINS, latents[order], other)
    np.testing.assert_allclose(*found, rtol=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_recorded_neurons_without_couplings_are_a_renewal_process():
    rng = np.random.default_rng(2)
    spikes = rng.random((1, 80)) < 0.1
    values = ONE.values._replace(couplings=jnp.zeros((1, 1)))
    past, latents = Past(jnp.full((1, 12), 0.05), jnp.array([12.5])), jnp.full((1, 68), 0.05)
    released = jnp.asarray(released_bins(spikes, BINS)[:, 12:])
    trial = RecordedTrial(past, jnp.zeros((1, 68)), jnp.asarray(spikes[:, 12:]), released, jnp.array([0]))
    hazards = [1e-8] + [np.exp(9 * -np.expm1(-0.2 * age) - 3.7) for age in range(1, 200)]
    found = likelihoods(values, BINS, latents, trial)[0]
    np.testing.assert_allclose(found, _renewal(spikes[0], hazards), rtol=1e-9)


def _renewal(spikes, hazards):
    """Return the log likelihood of the intervals between spikes, as far as they lie after the first 12 bins."""
    total, age = 0.0, None
    for number, fired in enumerate(spikes):
        if number >= 12:
            hazard = 0.004 * hazards[min(age, 199)]
            total += np.log(-np.expm1(-hazard)) if fired else -hazard
        age = 0 if fired else (age + 1 if age is not None else None)
    return total


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_single_precision_of_cohorts_is_right_to_seven_digits():
    rng = np.random.default_rng(3)
    trial, latents = trial_of(rng), jnp.asarray(rng.uniform(0.01, 0.1, (3, 30)))
    found = [likelihoods(winner_take_all().values, BINS, latents, trial, single=single)[1] for single in (True, False)]
    np.testing.assert_allclose(*found, rtol=2e-6)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("least", [(0.3, 0.6), (-0.2, 0.5), (1.3, 1.4)])
def test_a_search_in_the_box_finds_the_lowest_point_in_it(least):
    matrix, least = jnp.array([[3.0, 1.0], [1.0, 2.0]]), jnp.array(least)

    def function(point):
        return 0.5 * (point - least) @ matrix @ (point - least) + jnp.sum((point - least) ** 4)

    step = jax.jit(lambda search: next_point(search, *jax.value_and_grad(function)(search.trial), 100))
    search = start_search(jnp.array([0.9, 0.1]), jnp.zeros((2, 2)))
    for _ in range(100):
        if search.finished:
            break
        search = step(search)
    grid = np.linspace(0, 1, 201)
    values = jax.vmap(jax.vmap(function))(jnp.asarray(np.stack(np.meshgrid(grid, grid, indexing="ij"), -1)))
    assert bool(search.finished)
    assert int(search.iterations) < 30
    assert function(search.point) <= values.min() + 1e-9


@pytest.mark.thorough
def test_free_parameters_go_to_the_box_and_back():
    own = FreeParameters(winner_take_all(), ((1, 0, 1), (0, 2, 2), (-3, -3, -3)), ("couplings", "drives"))
    point = np.linspace(0.1, 0.9, 12)
    values = own.values(jnp.asarray(point))
    back = own.populations(point)
    np.testing.assert_allclose(values.couplings, np.array(back.couplings), rtol=1e-6)
    assert values.couplings[0, 0] == values.couplings[0, 2] > 0 > values.couplings[2, 0]
    np.testing.assert_array_equal(np.array(back.membrane_rates), 50.0)
    np.testing.assert_allclose(own.point(own.plain(point))[own.varies], point[own.varies])
    assert separate_groups(((2.0, 0.0), (-1.0, 3.0))) == ((1, 0), (-2, 3))


MISTAKES = {
    "unknown": ({"free": ("weights",)}, "free must name some of couplings"),
    "groups": ({"groups": ((1, 2),)}, "groups must have 3 rows"),
    "bounds": ({"lower": 2.0, "upper": 1.0}, "lower must be below upper"),
    "unlike": ({"groups": ((1, 0, 1), (0, 1, 1), (1, 1, 1))}, "one reference, up to their sign"),
}


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", MISTAKES)
def test_free_parameters_that_cannot_be_are_refused(name):
    change, sentence = MISTAKES[name]
    own = {"reference": winner_take_all(), "groups": ((1, 0, 1), (0, 2, 2), (-3, -3, -3))}
    with pytest.raises(InputError, match=sentence):
        FreeParameters(**(own | change))


def recorded(seed=0, n_bins=150, neurons=5):
    spikes = simulate_microscopic(MicroscopicNetwork(ONE, 1.0), n_bins, seed, n_recorded=neurons).spikes
    return SpikeRecording(np.minimum(spikes, 1), 4.0)


SMALL = {"free": ("drives",), "window": 200.0, "n_restarts": 1}


@pytest.fixture(scope="module")
def model():
    return NeuLVM(ONE, **SMALL).fit(recorded(), [0] * 5)


@pytest.mark.thorough
def test_a_fit_lowers_the_loss_and_says_what_it_found(model):
    assert model.latents_.shape == (1, 100, 1)
    assert model.loss_curve_[-1] == model.loss_ == model.losses_.min() < model.loss_curve_[0]
    assert set(model.parameters_) == {"drive 1"}
    assert model.populations_.drives[0] == pytest.approx(model.parameters_["drive 1"])
    assert model.couplings_.tolist() == [[2.0]]
    np.testing.assert_allclose(model.log_likelihood(), -model.loss_ * 100)


@pytest.mark.thorough
def test_one_parameter_alone_is_fixed_in_all_directions(model):
    assert model.condition_number() == 1


def test_a_fit_that_diverged_names_the_term():
    circuit = eqx.tree_at(lambda own: own.external, small_fit(), jnp.full((2, 2, 18), jnp.nan))
    with pytest.raises(Diverged, match="spikes_loss is no longer finite"):
        bouton.run(circuit, np.zeros(12, np.int32), key=KEY)


@pytest.mark.thorough
def test_the_fitted_model_runs_and_is_driven(model):
    free = model.simulate(400.0).fractions
    driven = model.stimulate(np.full((100, 1), 100.0)).fractions
    assert free.shape == driven.shape == (100, 1)
    assert driven[20:].mean() > 1.2 * free[20:].mean()
    np.testing.assert_array_equal(model.simulate(400.0).fractions, free)


@pytest.mark.thorough
def test_latents_of_another_recording_are_inferred_at_the_fitted_parameters(model):
    other = recorded(seed=1)
    latents = model.infer(other)
    assert latents.shape == (1, 100, 1)
    assert np.isfinite(model.log_likelihood(other))
    assert not np.allclose(latents, model.latents_)


@pytest.mark.thorough
def test_it_is_an_estimator(model):
    assert clone(model).get_params() == model.get_params()
    ask = [lambda own: own.simulate(100.0), lambda own: own.log_likelihood(), lambda own: own.infer(recorded())]
    for method in ask:
        with pytest.raises(NotFittedError):
            method(NeuLVM(ONE))


@pytest.mark.thorough
def test_a_fit_that_was_stopped_goes_on_to_the_same_bits(tmp_path, model):
    again = NeuLVM(ONE, **SMALL).fit(recorded(), [0] * 5, checkpoint=tmp_path)
    resumed = NeuLVM(ONE, **SMALL).fit(recorded(), [0] * 5, checkpoint=tmp_path, resume=True)
    for each in (again, resumed):
        np.testing.assert_array_equal(each.latents_, model.latents_)
        assert each.parameters_ == model.parameters_


@pytest.mark.thorough
def test_starts_are_lanes_of_one_run():
    circuit = small_fit()
    together = bouton.run(Copies(circuit, 2), np.zeros((40, 2), np.int32), key=KEY)
    for number in range(2):
        state = jax.tree.map(lambda leaf, own=number: leaf[own], Copies(circuit, 2).init(KEY))
        alone = bouton.run(circuit, np.zeros(40, np.int32), key=KEY, state=state)
        lane = together.state.search.point[number]
        np.testing.assert_allclose(lane, alone.state.search.point, atol=0.05)


def test_a_stream_of_evaluations_comes_in_short_chunks():
    stream = Evaluations(40)
    assert [len(chunk) for chunk in stream.chunks(3, 1000)] == [16, 16, 5]
    assert np.concatenate(list(stream.chunks(3, 10))).tolist() == list(range(3, 40))


WRONG = {
    "no recording": (lambda: NeuLVM(ONE).fit(np.ones((5, 2)), [0, 0]), "must be a SpikeRecording"),
    "too short": (lambda: NeuLVM(ONE, window=1000.0).fit(recorded(), [0] * 5), "150 bins .600 ms., and the first 250"),
    "labels out of range": (lambda: NeuLVM(ONE, **SMALL).fit(recorded(), [0, 0, 0, 0, 1]), "labels must lie in 0 to 0"),
    "too few labels": (lambda: NeuLVM(ONE, **SMALL).fit(recorded(), [0]), "for each of 5 neurons"),
    "no latents": (lambda: NeuLVM(ONE, **SMALL).fit(recorded(), [0] * 5, fixed_latents=True), "give latents"),
    "latents of other sizes": (
        lambda: NeuLVM(ONE, **SMALL).fit(recorded(), [0] * 5, latents=np.ones((1, 3, 1))), "latents must have shape",
    ),
    "inputs of other sizes": (
        lambda: NeuLVM(ONE, **SMALL).fit(recorded(), [0] * 5, inputs=np.ones((2, 1))), "inputs must have a row",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", WRONG)
def test_mistakes_of_fits_are_named(name):
    make, sentence = WRONG[name]
    with pytest.raises(InputError, match=sentence):
        make()


def test_a_population_without_a_recorded_neuron_needs_latents():
    with pytest.raises(InputError, match="population 1 has no recorded neuron: give latents"):
        prepared(recorded(), np.zeros(5, int), AgeBins(n_ages=50), 2, width=5, latents=None, inputs=None)
    latents = np.full((1, 100, 2), 0.05)
    found = prepared(recorded(), np.zeros(5, int), AgeBins(n_ages=50), 2, width=5, latents=latents, inputs=None)
    np.testing.assert_allclose(found.rates[0, 1], 12.5)


def test_a_silent_past_counts_as_half_a_spike_per_second():
    spikes = np.zeros((150, 2), int)
    spikes[60::7] = 1
    found = prepared(SpikeRecording(spikes, 4.0), np.zeros(2, int), AgeBins(n_ages=50), 1, width=5, latents=None,
                     inputs=None)  # fmt: skip
    np.testing.assert_array_equal(found.rates, 0.5)


def test_coarse_bins_and_small_populations_are_warned_of():
    coarse = Populations((20,), ((2.0,),), (9.0,), (3.7,), (50.0,), (1000.0,))
    with pytest.warns(UserWarning, match="long for synapses of 1 ms"), pytest.warns(UserWarning, match="fewer than 50"):
        warn_if_coarse(coarse, AgeBins())
    with pytest.warns(UserWarning, match="longer than the refractory time"):
        warn_if_coarse(ONE, AgeBins(8.0))


def test_sizes_of_a_fit_are_checked():
    own = small_fit()
    fields = {name: getattr(own, name) for name in own.__dataclass_fields__}
    with pytest.raises(InputError, match="rates must have shape"):
        MesoscopicFit(**(fields | {"rates": jnp.zeros((3, 2))}))
