"""Rules driven by spikes: closed forms, double sums, populations, drift, bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.errors import InputError
from bouton.plasticity import (
    BoundedEvents,
    Dense,
    FanIn,
    Multiplicative,
    PairSTDP,
    PowerLaw,
    SlidingTripletSTDP,
    Spiking,
    SpikingSynapses,
    Trains,
    TripletSTDP,
    event_driven,
    merge_trains,
    on_clock,
    song_miller_abbott,
    spike_times,
    triplet_set,
    weights_after,
)

PRE = [10.0, 25.0, 31.0, 70.0, 110.0, 112.0, 180.0]
POST = [12.0, 28.0, 29.5, 66.0, 75.0, 120.0, 150.0, 181.0]


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("lag", [-60.0, -10.0, -0.5, 0.0, 0.5, 10.0, 60.0])
def test_two_spikes_give_the_window(lag):
    rule = PairSTDP(0.01, 0.0105, 17.0, 34.0)
    expected = 0.01 * np.exp(-lag / 17) * (lag > 0) - 0.0105 * np.exp(lag / 34) * (lag < 0)
    assert float(event_driven(rule, 0.0, [100.0], [100.0 + lag])) == pytest.approx(expected, abs=1e-14)


def double_sum(pre, post, rule):
    total = 0.0
    for first in pre:
        for second in post:
            lag = second - first
            total += rule.potentiation * np.exp(-lag / rule.potentiation_time) * (lag > 0)
            total -= rule.depression * np.exp(lag / rule.depression_time) * (lag < 0)
    return total


@pytest.mark.usefixtures("float64")
def test_all_pairs_are_the_double_sum():
    expected = 0.024637953430169456
    assert double_sum(PRE, POST, PairSTDP()) == pytest.approx(expected, abs=1e-12)
    assert float(event_driven(PairSTDP(), 0.0, PRE, POST)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("visual-cortex", 0.02841028572620974),
        ("visual-cortex-nearest", 0.10440341529554187),
        ("hippocampus", 0.030407967881888556),
        ("visual-cortex-minimal", 0.031148356499735075),
    ],
)
def test_triplets_over_given_trains(name, expected):
    assert float(event_driven(triplet_set(name), 0.0, PRE, POST)) == pytest.approx(expected, abs=1e-14)


@pytest.mark.usefixtures("float64")
def test_without_triplet_terms_it_is_the_pair_rule():
    triplet = TripletSTDP(0.01, 0.0, 0.02, 0.0, 15.0, 30.0)
    pair = PairSTDP(0.01, 0.02, 15.0, 30.0)
    for function in ("on_pre", "on_post"):
        changes = getattr(triplet, function)(0.3, (0.7, 0.9), (0.6, 0.8), None)
        assert changes == getattr(pair, function)(0.3, (0.7,), (0.6,), None)
    # Compiled, sums and products may be fused in another way: the last bit is not the rule's.
    whole, pairs = (float(event_driven(rule, 0.0, PRE, POST)) for rule in (triplet, pair))
    assert whole == pytest.approx(pairs, abs=1e-16)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("lag", [-20.0, 20.0])
def test_a_pair_by_itself_feels_no_triplet_term(lag):
    whole, pairs = TripletSTDP(), TripletSTDP(triplet_potentiation=0.0, triplet_depression=0.0)
    trains = [100.0], [100.0 + lag]
    assert float(event_driven(whole, 0.0, *trains)) == float(event_driven(pairs, 0.0, *trains))


@jax.jit
def clocked(pathway, weights, pre, post):
    def one(state, spikes):
        return pathway.step(state, *spikes), None

    return jax.lax.scan(one, pathway.start(weights), (pre, post))[0].synapses


@pytest.mark.usefixtures("float64")
def test_given_trains_on_a_clock_are_the_double_sum():
    spikes = [jnp.asarray(on_clock(times, 0.5, 400))[:, None] for times in (PRE, POST)]
    weights = clocked(SpikingSynapses(Dense(1, 1), PairSTDP(), 0.5), jnp.zeros((1, 1)), *spikes)
    assert float(weights[0, 0]) == pytest.approx(0.024637953430169456, abs=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_population_learns_as_its_synapses_one_by_one_and_in_any_order():
    rng = np.random.default_rng(0)
    pre, post = rng.random((300, 4)) < 0.05, rng.random((300, 3)) < 0.05
    weights, rule = rng.random((3, 4)), triplet_set("hippocampus")
    pathway = SpikingSynapses(Dense(4, 3), rule)
    together = clocked(pathway, jnp.asarray(weights), jnp.asarray(pre, float), jnp.asarray(post, float))
    for i in range(3):
        for j in range(4):
            times = [np.flatnonzero(spikes).astype(float) for spikes in (pre[:, j], post[:, i])]
            assert float(together[i, j]) == pytest.approx(float(event_driven(rule, weights[i, j], *times)), abs=1e-12)
    order, rows = rng.permutation(4), rng.permutation(3)
    turned = [jnp.asarray(array, float) for array in (weights[rows][:, order], pre[:, order], post[:, rows])]
    np.testing.assert_array_equal(clocked(pathway, *turned), together[rows][:, order])


@pytest.mark.thorough
def test_sparse_pathways_learn_where_synapses_are():
    pathway = SpikingSynapses(FanIn([[0, 2], [1, -1]], n_pre=3), PairSTDP(0.5))
    state = pathway.start(jnp.zeros((2, 2)))
    state = pathway.step(state, jnp.ones(3), jnp.zeros(2))
    state = pathway.step(state, jnp.zeros(3), jnp.array([0.0, 1.0]))
    assert (np.asarray(state.synapses) > 0).tolist() == [[False, False], [True, False]]


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("balanced", [True, False])
def test_pairs_drift_by_rates(balanced):
    rule = PairSTDP(0.01, 0.01 if balanced else 0.012, 20.0, 20.0)
    rng = np.random.default_rng(1)
    trains = [Trains(*(np.cumsum(rng.exponential(1e3 / rate, int(60 * rate))) for rate in (10, 20))) for _ in range(60)]
    drifts = np.asarray(weights_after(rule, 0.0, merge_trains(*trains))) / 60
    error = drifts.std(ddof=1) / np.sqrt(len(drifts))
    expected = rule.drift(10.0, 20.0)
    assert expected == (0 if balanced else pytest.approx(-0.008))
    assert abs(drifts.mean() - expected) < 3 * error


@pytest.mark.usefixtures("float64")
def test_triplets_map_onto_the_threshold_of_rates():
    minimal = triplet_set("visual-cortex-minimal")
    assert minimal.threshold(10.0) == pytest.approx(19.220, abs=5e-4)
    assert triplet_set("visual-cortex").threshold(10.0) == pytest.approx(18.720, abs=5e-4)
    drifts = minimal.drift(10.0, np.array([5.0, 10.0, 20.0, 30.0, 40.0]))
    np.testing.assert_allclose(drifts, [-0.00885, -0.01148, 0.00194, 0.04026, 0.10347], atol=5e-6)
    assert minimal.drift(10.0, minimal.threshold(10.0)) == pytest.approx(0, abs=1e-15)


@pytest.mark.usefixtures("float64")
def test_a_sliding_threshold_is_the_plain_rule_at_its_target_rate():
    plain = TripletSTDP()
    rule = SlidingTripletSTDP(plain, target=10.0)
    synapse, pre, post = 1.0, (0.3, 0.4), (0.5, 0.6)
    for spikes in ((1.0, 0.0), (0.0, 1.0)):
        found = rule(synapse, Spiking(spikes[0], pre), Spiking(spikes[1], (*post, 10.0)), None)
        assert found == pytest.approx(plain(synapse, Spiking(spikes[0], pre), Spiking(spikes[1], post), None))
    regular = 100.0 * np.arange(1, 3000)
    state = event_driven(rule, 0.0, [3e5], regular)
    assert float(state) == pytest.approx(float(event_driven(plain, 0.0, [3e5], regular)), rel=0.02)


def test_soft_bounds_stop_at_the_bound():
    soft = Multiplicative(0.5, maximum=2.0)
    assert float(soft.potentiation(2.0)) == float(soft.depression(0.0)) == 0.0
    assert float(soft.potentiation(2.5)) == 0.0
    assert float(PairSTDP(dependence=Multiplicative(0.0)).on_post(0.3, (1.0,), (0.0,), None)) == pytest.approx(0.01)


def test_the_set_of_song_miller_and_abbott():
    rule = song_miller_abbott(maximum=0.01)
    assert rule.rule.potentiation == pytest.approx(5e-5)
    assert rule.rule.depression == pytest.approx(1.05 * 5e-5)
    assert (rule.lower, rule.upper) == (0.0, 0.01)


def test_weights_have_slopes_in_parameters():
    events = merge_trains(Trains(PRE, POST))
    slope = jax.grad(lambda rule: weights_after(rule, 0.0, events)[0])(PairSTDP())
    more = weights_after(PairSTDP(potentiation=0.02), 0.0, events) - weights_after(PairSTDP(), 0.0, events)
    assert float(slope.potentiation) == pytest.approx(float(more[0]) / 0.01, rel=1e-4)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([3.0, 1.0], r"number 1 \(1\) is earlier than the one before \(3\)"),
        ([1.0, 2.0, 2.0], r"number 2 \(2\) is the same as the one before"),
        ([-1.0, 2.0], "number 0 is -1"),
        ([1.0, float("nan")], "number 1 is nan"),
        ([[1.0]], "an array of shape"),
    ],
)
def test_bad_spike_times_are_refused(times, message):
    with pytest.raises(InputError, match=message):
        spike_times(times, "pre")


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="neither neuron fires"):
        event_driven(PairSTDP(), 0.0, [], [])
    with pytest.raises(InputError, match="at least one synapse"):
        merge_trains()
    with pytest.raises(InputError, match=r"number 1 is 1\.2: take a finer step"):
        on_clock([1.0, 1.2], 0.5, 10)
    with pytest.raises(InputError, match="fall into one time step"):
        on_clock([1.0, 1.2], 1.0, 10, rounding=True)
    with pytest.raises(InputError, match="must lie below 5 ms; number 0 is 5"):
        on_clock([5.0], 0.5, 10)
    with pytest.raises(InputError, match="are your time constants in seconds"):
        SpikingSynapses(Dense(1, 1), PairSTDP(potentiation_time=0.02), time_step=0.1)
    with pytest.raises(InputError, match="depression_time must be positive"):
        PairSTDP(depression_time=-20.0)
    with pytest.raises(InputError, match="pair_depression must be at least 0"):
        TripletSTDP(pair_depression=-1.0)
    with pytest.raises(InputError, match="slow_post_time must be positive"):
        TripletSTDP(slow_post_time=0.0)
    with pytest.raises(InputError, match="target must be positive"):
        SlidingTripletSTDP(TripletSTDP(), target=0.0)
    with pytest.raises(InputError, match="known sets: visual-cortex,"):
        triplet_set("cortex")
    with pytest.raises(InputError, match="lower must not exceed upper"):
        BoundedEvents(PairSTDP(), 1.0, 0.0)
    with pytest.raises(InputError, match=r"exponent must lie in \[0, 1\]"):
        Multiplicative(2.0)
    with pytest.raises(InputError, match="exponent must be at least 0"):
        PowerLaw(-1.0)
    with pytest.raises(InputError, match="step must be positive"):
        song_miller_abbott(step=0.0)
    for rule in (PairSTDP(nearest=True), PairSTDP(dependence=PowerLaw()), triplet_set("hippocampus-nearest")):
        with pytest.raises(InputError, match="the drift is known in this form"):
            rule.drift(10.0, 10.0)
