"""Networks of spiking neurons: delays, plasticity, sources, recording; bad input."""

import re
from importlib.util import find_spec
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.dynamics import CurrentIntegrateAndFire, DeltaSynapse, ExponentialSynapse, ExponentialTrace
from bouton.engine import Copies, rollout
from bouton.errors import InputError, MissingDependencyError
from bouton.plasticity import (
    BoundedEvents,
    Dense,
    EventRule,
    Oja,
    PairSTDP,
    SpikingSynapses,
    Trains,
    event_driven,
    merge_trains,
    weights_after,
)
from bouton.spiking import (
    NetworkBuilder,
    SpikeTrains,
    checks,
    coba_network,
    connections,
    cuba_network,
    simulate,
    spike_steps,
    stdp_network,
    trains_from_recording,
)

PRE = [10, 25, 31, 70, 110, 112, 180]
POST = [12, 28, 29.5, 66, 75, 120, 150, 181]
KEY = jax.random.key(0)


def relay(time_step=0.1, threshold=1.0):
    """Return neurons that fire in the very step in which a spike reaches them."""
    return CurrentIntegrateAndFire(
        rest=0.0,
        reset=0.0,
        threshold=threshold,
        refractory_time=0.0,
        synapses=(DeltaSynapse(),),
        time_step=time_step,
    )


def one_synapse(pre, post, rule, delay, h=0.5):
    """Return a network in which given spikes reach one plastic synapse, whose neuron fires when it is told to."""
    builder = NetworkBuilder(h)
    source, teacher = builder.spikes("pre", [pre]), builder.spikes("teacher", [np.asarray(post) - h])
    cell = builder.neurons("cell", 1, relay(h, threshold=100.0))
    builder.connect(teacher, cell, weight=200.0, pattern="one_to_one")
    builder.connect(source, cell, weight=0.5, pattern="one_to_one", rule=rule, delay=delay)
    return builder.build(frame=10.0)


def double_sum(pre, post, rise, fall, tau):
    """Return the change by all pairs."""
    gaps = np.subtract.outer(np.asarray(post, float), np.asarray(pre, float))
    positive, negative = gaps[gaps > 0], gaps[gaps < 0]
    return rise * np.exp(-positive / tau).sum() - fall * np.exp(negative / tau).sum()


@pytest.mark.thorough
@pytest.mark.parametrize("delay", [0.5, 4.5])
def test_pair_stdp_is_the_sum_over_all_pairs(float64, delay):
    rule = BoundedEvents(PairSTDP(0.01, 0.0105), 0.0, 1.0)
    # Spikes set out earlier by their delay: they arrive at the published times.
    network = one_synapse(np.asarray(PRE) - delay, POST, rule, delay)
    found = simulate(network, 200.0, key=KEY)
    change = float(found.state.plastic[1].synapses[0]) - 0.5
    assert change == pytest.approx(0.024637953430169456, abs=1e-12)
    assert change == pytest.approx(double_sum(PRE, POST, 0.01, 0.0105, 20), abs=1e-12)
    cell = found.spikes.of(network.offset("cell"), network.n_neurons)
    np.testing.assert_allclose(cell.times, POST)


SIX = st.sets(st.integers(2, 150), min_size=6, max_size=6)


@pytest.mark.thorough
@given(SIX, SIX)
@settings(max_examples=15)
def test_any_trains_give_the_sum_over_all_pairs(pre, post):
    pre, post = 0.5 * np.array(sorted(pre)), 0.5 * np.array(sorted(post))
    with jax.enable_x64(True):
        network = one_synapse(pre - 0.5, post, BoundedEvents(PairSTDP(0.001, 0.002), 0.0, 1.0), 0.5)
        change = float(simulate(network, 80.0, key=KEY).state.plastic[1].synapses[0]) - 0.5
    assert change == pytest.approx(double_sum(pre, post, 0.001, 0.002, 20), abs=1e-12)


@pytest.mark.thorough
def test_weights_stay_within_their_bounds():
    network = one_synapse(
        np.arange(1.0, 58, 2), np.arange(2.0, 60, 2), BoundedEvents(PairSTDP(0.2, 0.1), 0.0, 0.75), 0.5
    )
    assert float(simulate(network, 60.0, key=KEY).state.plastic[1].synapses[0]) == pytest.approx(0.75)


@pytest.mark.thorough
@pytest.mark.parametrize("d", [1, 2, 12])
def test_a_spike_arrives_after_exactly_its_delay(d):
    builder = NetworkBuilder(0.1)
    source = builder.spikes("source", [[0.5]])
    direct = builder.neurons("direct", 1, relay())
    current = builder.neurons("current", 1, CurrentIntegrateAndFire(rest=0.0, reset=-1.0, threshold=1e-6))
    for target in (direct, current):
        builder.connect(source, target, weight=2.0, delay=0.1 * d, pattern="one_to_one")
    spikes = simulate(builder.build(2.0), 2.0, key=KEY).spikes
    assert np.round(spikes.times / 0.1).astype(int).tolist() == [5, 5 + d, 6 + d]
    assert spikes.neurons.tolist() == [0, 1, 2]


@pytest.mark.thorough
def test_each_synapse_may_have_a_delay_of_its_own():
    builder = NetworkBuilder(0.1)
    source, cells = builder.spikes("source", [[0.5], [0.7]]), builder.neurons("cells", 4, relay())
    pairs = np.array([0, 0, 1, 1]), np.array([3, 1, 0, 2])
    builder.connect(source, cells, weight=2.0, delay=np.array([0.3, 1.1, 0.3, 0.1]), pairs=pairs)
    spikes = simulate(builder.build(2.0), 2.0, key=KEY).spikes.of(2, 6)
    assert dict(zip(spikes.neurons.tolist(), np.round(spikes.times, 6).tolist(), strict=True)) == {
        2: 0.8, 3: 0.8, 0: 1.0, 1: 1.6,
    }  # fmt: skip


def permuted(order):
    """Return a random network whose neurons bear other numbers."""
    rng = np.random.default_rng(3)
    pre, post = np.nonzero(rng.random((30, 30)) < 0.3)
    pre, post = pre[pre != post], post[pre != post]
    weights = np.clip(rng.normal(20, 30, len(pre)), 0.0, 200.0)
    builder = NetworkBuilder(0.1)
    source = builder.spikes("source", [[k / 2 + 1, k / 2 + 30] for k in range(30)])
    cells = builder.neurons("cells", 30, CurrentIntegrateAndFire(synapses=(ExponentialSynapse(3.0),)))
    builder.connect(source, cells, weight=4000.0, pairs=(np.arange(30), order))
    builder.connect(
        cells,
        cells,
        weight=weights,
        pairs=(order[pre], order[post]),
        rule=BoundedEvents(PairSTDP(2.0, 2.1), 0.0, 200.0),
    )
    return builder.build()


@pytest.mark.thorough
def test_the_numbers_of_the_neurons_do_not_matter(float64):
    order = np.random.default_rng(0).permutation(30)
    spikes = [simulate(permuted(each), 60.0, key=KEY).spikes.of(30, 60) for each in (np.arange(30), order)]
    first, second = (each.by_neuron() for each in spikes)
    assert len(spikes[0].times) > 60
    for neuron in range(30):
        np.testing.assert_array_equal(first[neuron], second[order[neuron]])


@pytest.mark.thorough
def test_frames_and_recordings_change_nothing():
    short, long = (simulate(cuba_network(100, 0.2, frame=frame), 60.0, key=KEY).spikes for frame in (2.0, 20.0))
    np.testing.assert_allclose(short.times, long.times)
    np.testing.assert_array_equal(short.neurons, long.neurons)
    assert len(short.times) > 10


def test_spikes_that_do_not_fit_are_counted():
    builder = NetworkBuilder(0.1)
    source = builder.spikes("source", [[1.0, 2.0]] * 3)
    cells = builder.neurons("cells", 3, relay())
    builder.connect(source, cells, weight=2.0, pattern="one_to_one")
    whole = simulate(builder.build(5.0), 5.0, key=KEY).spikes
    cut = simulate(builder.build(5.0, capacity=4), 5.0, key=KEY).spikes
    assert (len(whole.times), whole.lost) == (12, 0)
    assert (len(cut.times), cut.lost) == (4, 8)
    np.testing.assert_array_equal(cut.times, whole.times[:4])
    assert "8 spikes were not recorded" in cut.notes()[-1]


@pytest.mark.thorough
def test_poisson_units_fire_at_their_rate_and_independently():
    builder = NetworkBuilder(0.1)
    noise, cells = builder.poisson("noise", 200, 40.0), builder.neurons("cells", 1, relay())
    builder.connect(noise, cells, weight=0.0, pattern="all_to_all")
    trains = simulate(builder.build(), 2000.0, key=KEY).spikes.of(0, 200)
    rates = trains.rates()
    assert rates.mean() == pytest.approx(40, abs=3 * np.sqrt(40 / 2 / 200))
    assert rates.var() == pytest.approx(40 / 2, rel=0.3)
    assert np.nanmean(trains.variation()) == pytest.approx(1, abs=0.05)
    counts = trains.population_rate(10.0)[1] * 200 * 0.01
    assert counts.var() == pytest.approx(counts.mean(), rel=0.3)
    steps = np.round(trains.times / 0.1).astype(int)
    assert len(np.unique(steps * 200 + trains.neurons)) == len(steps)


@pytest.mark.thorough
def test_reference_networks_fire_at_the_published_rates():
    for network, seconds, low, high in ((cuba_network(), 3, 5.3, 5.7), (coba_network(), 1, 18.5, 20.0)):
        state = bouton.run(network, np.zeros((100 * seconds, 1)), key=KEY).state
        assert low < network.summary(state)["cells Hz"] < high


def test_plastic_weights_change_within_their_bounds():
    plastic = stdp_network(200)
    weights = np.asarray(simulate(plastic, 200.0, key=KEY).state.plastic[0].synapses)
    assert not np.array_equal(weights, np.asarray(plastic.projections[0].weights))
    assert np.all((weights >= 0) & (weights <= 3.2401))


@pytest.mark.thorough
def test_responses_do_not_learn():
    network = stdp_network(100)
    state = network.init(KEY)
    rates = bouton.respond(network, state, np.zeros((3, 1)))
    assert rates.shape == (3, 1)
    assert set(network.summary(state)) == {"cells Hz"}


def lanes_of(tree, lane):
    return jax.tree.map(lambda leaf: leaf[lane], tree)


def assert_equal_bits(one, other):
    for first, second in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        if not jnp.issubdtype(first.dtype, jax.dtypes.prng_key):
            np.testing.assert_array_equal(first, second)


@pytest.mark.thorough
@pytest.mark.parametrize("make", [cuba_network, stdp_network])
def test_lanes_of_seeds_are_single_runs_to_the_bit(make):
    network, events, keys = make(60, 0.2, frame=2.0), jnp.zeros((30, 1)), jax.random.split(KEY, 3)
    alone = jax.jit(lambda key: rollout(network, events, key))
    together = jax.jit(jax.vmap(lambda key: rollout(network, events, key)))(keys)
    assert int(together[1].n_spikes.sum()) > 30
    for lane, key in enumerate(keys):
        assert_equal_bits(lanes_of(together, lane), alone(key))
    copied = bouton.run(Copies(network, 2), np.zeros((30, 2, 1)), key=KEY).state
    for lane in range(2):
        start = network.init(jax.random.fold_in(KEY, lane))
        for step in range(30):
            start, _ = jitted_step(network, jax.random.fold_in(jax.random.fold_in(KEY, step), lane), start)
        assert_equal_bits(lanes_of(copied, lane), start)


@jax.jit
def jitted_step(network, key, state):
    return network.step(key, state, jnp.zeros(1))


@pytest.mark.thorough
def test_lanes_of_parameters_and_currents_are_single_runs_to_the_bit():
    network, events = cuba_network(60, 0.2, frame=2.0), jnp.zeros((10, 1))

    def final(threshold, current):
        changed = eqx.tree_at(lambda network: network.groups[0].units.threshold, network, threshold)
        return rollout(changed, events + current, KEY)[0]

    thresholds, currents = jnp.array([-51.0, -50.0, -48.0]), jnp.array([0.0, 3.0])
    nested = jax.jit(jax.vmap(jax.vmap(final, (None, 0)), (0, None)))(thresholds, currents)
    fired = np.asarray(nested.fired)[..., 0]
    assert len(np.unique(fired)) > 3
    for i, threshold in enumerate(thresholds):
        for j, current in enumerate(currents):
            assert_equal_bits(lanes_of(lanes_of(nested, i), j), jax.jit(final)(threshold, current))


@pytest.mark.thorough
def test_lanes_share_no_loop():
    network = stdp_network(60, 0.2, frame=2.0)
    keys = jax.random.split(KEY, 3)
    text = jax.jit(jax.vmap(lambda key: rollout(network, jnp.zeros((4, 1)), key))).lower(keys).compile().as_text()
    assert not re.search(r" = \S+ (scatter|gather|sort)\(", text)


@pytest.mark.thorough
def test_recordings_of_a_run_become_trains():
    network = cuba_network(100, 0.2)
    recorded = bouton.run(network, np.zeros((4, 1)), key=KEY, record={"spikes": 1, "lost": 1}).recordings
    trains = trains_from_recording(network, recorded["spikes"], recorded["lost"])
    direct = simulate(network, 40.0, key=KEY).spikes
    np.testing.assert_allclose(trains.times, direct.times)
    sparse = bouton.run(network, np.zeros((4, 1)), key=KEY, record={"spikes": 2}).recordings
    with pytest.raises(InputError, match="in every frame"):
        trains_from_recording(network, sparse["spikes"])


def test_silence_and_runaway_activity_are_noted():
    silent = SpikeTrains(np.array([5.0]), np.array([0]), 1, 0.0, 2000.0)
    assert "silent: no spike after 5.0 ms" in silent.notes()[0]
    wild = SpikeTrains(np.arange(1.0, 100), np.zeros(99, int), 1, 0.0, 100.0)
    assert "epileptic: its mean rate is 990 Hz" in wild.notes()[0]


def test_trains_are_cut_and_binned():
    trains = SpikeTrains(np.array([10.0, 20.0, 20.0, 40.0]), np.array([0, 1, 0, 1]), 2, 0.0, 40.0)
    assert trains.between(10.0, 20.0).times.tolist() == [20.0, 20.0]
    middle, rate = trains.population_rate(10.0)
    assert middle.tolist() == [5, 15, 25, 35]
    assert rate.tolist() == [50, 100, 0, 50]
    assert np.isnan(trains.variation()).all()


CELLS = CurrentIntegrateAndFire()


class Coincidence(EventRule):
    """Made-up rules derive from it."""

    @property
    def pre_readouts(self):
        return (ExponentialTrace(20.0),)

    @property
    def post_readouts(self):
        return (ExponentialTrace(20.0),)

    def on_pre(self, synapse, pre, post, signal):
        return 0.1 * post[0]

    def on_post(self, synapse, pre, post, signal):
        return 0.1 * pre[0]


class Rewarded(Coincidence):
    def on_pre(self, synapse, pre, post, signal):
        return signal * post[0]


class Tag(NamedTuple):
    weight: Any
    tag: Any


class Tagged(Coincidence):
    def on_pre(self, synapse, pre, post, signal):
        return Tag(synapse.tag * post[0], -0.5 * synapse.tag)

    def on_post(self, synapse, pre, post, signal):
        return Tag(0.0 * pre[0], pre[0] + 0.0 * synapse.tag)

    def weight(self, synapse):
        return synapse.weight


class TwoChanges(Coincidence):
    def on_post(self, synapse, pre, post, signal):
        return (pre[0], post[0])


def test_bounds_around_a_rule_of_several_variables_hold_its_weight():
    rule = BoundedEvents(Tagged(), 0.0, 0.5)
    free, held = (event_driven(each, Tag(0.2, 0.0), [1, 5, 9, 13], [2, 6, 10, 14]) for each in (Tagged(), rule))
    assert (float(free.weight) > 0.5, float(held.weight)) == (True, 0.5)
    assert float(free.tag) == float(held.tag)
    with pytest.raises(InputError, match=r"must lie between 0 and 0\.5 at the start, got 0\.75"):
        event_driven(rule, Tag(0.75, 0.0), [1.0], [2.0])
    for refused in (
        lambda: SpikingSynapses(Dense(2, 1), BoundedEvents(PairSTDP(), 0.0, 0.5)).start(jnp.full((1, 2), 0.6)),
        lambda: weights_after(BoundedEvents(PairSTDP(), 0.0, 0.5), 0.6, merge_trains(Trains([1.0], [2.0]))),
    ):
        with pytest.raises(InputError, match=r"at the start, got 0\.6"):
            refused()
    with pytest.raises(InputError, match=r"rule must be an EventRule.*got Oja"):
        checks.check_rule(Oja(0.1), 0.1)
    with pytest.raises(InputError, match="pairs must be two lists"):
        connections.given_pairs(([0], [1], [2]))


def test_neurons_start_where_they_are_told_to():
    builder = NetworkBuilder()
    model = CurrentIntegrateAndFire(synapses=(ExponentialSynapse(5.0), ExponentialSynapse(10.0)))
    builder.neurons("given", 3, model, potential=[-60.0, -58.0, -56.0], synaptic=((0.0, 0.0), [1.0, 2.0, 3.0]))
    builder.neurons("two", 2, model, potential=np.array([-61.0, -59.0]))
    builder.neurons("range", 2, model, potential=(-61.0, -60.5))
    given, two, drawn = builder.build().init(KEY).groups
    assert given.potential.tolist() == [-60.0, -58.0, -56.0]
    assert given.synaptic[model.arrival_rows[1]].tolist() == [1.0, 2.0, 3.0]
    assert two.potential.tolist() == [-61.0, -59.0]
    assert np.all((drawn.potential >= -61.0) & (drawn.potential <= -60.5))


@pytest.mark.thorough
def test_weights_come_back_in_the_order_of_the_pairs():
    builder = NetworkBuilder(0.5)
    source = builder.spikes("source", [[1.0, 9.0], [3.0], [5.0]])
    cells = builder.neurons("cells", 2, relay(0.5, threshold=0.5))
    pairs, delays = ([2, 0, 1, 0], [1, 1, 0, 0]), [1.0, 2.0, 0.5, 1.0]
    builder.connect(source, cells, weight=[4.0, 1.0, 3.0, 2.0], pairs=pairs, delay=delays, rule=PairSTDP(0.1, 0.2))
    builder.connect(source, cells, weight=[7.0, 8.0], pairs=([1, 0], [0, 0]))
    builder.connect(source, cells, weight=9.0, pairs=([1, 0], [0, 0]))
    network = builder.build(frame=5.0)
    state = network.init(KEY)
    assert [network.weights(state, number).tolist() for number in range(3)] == [[4, 1, 3, 2], [7, 8], [9, 9]]
    np.testing.assert_array_equal(network.projections[0].pairs, pairs)
    run = bouton.run(network, np.zeros((3, 2)), key=KEY, record=["plastic.0.synapses", "groups.1.potential"])
    recorded = network.as_given(run.recordings["plastic.0.synapses"].values)
    np.testing.assert_array_equal(recorded[-1], network.weights(run.state))
    assert run.recordings["groups.1.potential"].values.shape == (3, 2)
    # Each pair by itself, from spike to spike: spikes arrive after their delays.
    spikes = simulate(network, 15.0, key=KEY).spikes.of(3, 5)
    posts = [spikes.times[spikes.neurons == cell] for cell in range(2)]
    for place, (weight, pre, post, delay) in enumerate(zip([4.0, 1.0, 3.0, 2.0], *pairs, delays, strict=True)):
        arrivals = np.array([[1.0, 9.0], [3.0], [5.0]][pre]) + delay
        alone = event_driven(PairSTDP(0.1, 0.2), weight, arrivals, posts[post])
        assert network.weights(run.state)[place] == pytest.approx(float(alone), abs=1e-5)


def builder_with(size=3):
    builder = NetworkBuilder()
    return builder, builder.neurons("cells", size, CELLS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"delay": 0.05}, "at least one time step of 0.1 ms, got 0.05"),
        ({"delay": 0.25}, "no multiple of the time step.*round_delays=True"),
        ({"delay": float("nan")}, "delay must be finite"),
        ({"weight": float("inf")}, "weights must be finite"),
        ({"weight": 3.0, "bounds": (0.0, 2.0)}, "weights must lie between 0.0 and 2.0"),
        ({"weight": np.ones(4)}, "one number or one for each of 9 synapses"),
        ({"receptor": 1}, "receptor must be 0 to 0, got 1"),
        ({"pattern": "random"}, "need a probability"),
        ({"pattern": "random", "probability": 1.5}, "probability must lie between 0 and 1"),
        ({"pattern": "random", "probability": 0.0}, "no synapse"),
        ({"pairs": (np.array([0, 0]), np.array([1, 1]))}, "more than once"),
        ({"pairs": (np.array([0]), np.array([7]))}, r"post\[0\] is 7"),
        ({"pairs": (np.array([1]), np.array([1]))}, "neuron 1 is connected to itself"),
        ({"pairs": (np.array([1]), np.array([1, 2]))}, "lists of one length"),
        ({"pairs": ([0.0, 1.5], [1, 2])}, r"pre of pairs must be numbers of neurons, from 0: pre\[1\] is 1\.5"),
        ({"pairs": ([0], [float("nan")])}, r"post\[0\] is nan"),
        ({"pairs": ([True], [False])}, "got values of type bool"),
        ({"rule": BoundedEvents(PairSTDP(), 0.0, 0.5)}, "must lie between 0 and 0.5 at the start, got 1"),
        ({"rule": BoundedEvents(BoundedEvents(PairSTDP(), 2.0, 3.0), 0.0, 4.0)}, "must lie between 2 and 3"),
        ({"rule": PairSTDP(potentiation_time=0.02)}, r"time constant of pre_readouts\[0\] = 0.02 ms is shorter"),
        ({"rule": PairSTDP(depression_time=jnp.asarray(0.05))}, r"time constant of post_readouts\[0\] = 0.05 ms"),
        ({"rule": Rewarded()}, r"Rewarded.on_pre one weight.*no signal, and it cannot run with that \(TypeError"),
        ({"rule": Tagged()}, r"Tagged.on_pre one weight.*cannot run with that"),
        ({"rule": TwoChanges()}, "must return the change of that, number by number, got"),
    ],
)
def test_connections_that_cannot_be_are_refused(arguments, message):
    builder, cells = builder_with()
    with pytest.raises(InputError, match=message):
        builder.connect(cells, cells, **({"weight": 1.0, "pattern": "all_to_all"} | arguments))


@pytest.mark.parametrize(
    ("trains", "message"),
    [
        ([[]], "hold no spike"),
        ([[1.0, 0.5]], "spike 1 of train 0, at 0.5 ms, is not later"),
        ([[1.0], [1.0, 1.0]], "spike 1 of train 1"),
        ([[-1.0]], "must be finite, positive"),
        ([[0.0]], "at least one time step"),
        ([[float("nan")]], "must be finite"),
        ([[0.25]], "not on a step.*round_times=True"),
    ],
)
def test_trains_that_cannot_be_are_refused(trains, message):
    with pytest.raises(InputError, match=message):
        spike_steps(trains, 0.1)


def test_trains_are_rounded_when_asked_for():
    steps, units = spike_steps([[0.26], [], [0.1]], 0.1, round_times=True)
    assert (steps.tolist(), units.tolist()) == ([1, 3], [2, 0])


class InSeconds:
    """Stands in for a train of pynapple, which is asked for its times in a unit."""

    def times(self, units):
        return np.array([0.0002, 0.0004]) * {"ms": 1e3}[units]


class WithUnits:
    """Stands in for a train of neo, which is told to change its unit."""

    def rescale(self, units):
        self.magnitude = np.array([0.0003]) * {"ms": 1e3}[units]
        return self


def test_trains_of_other_libraries_know_their_unit():
    steps, units = spike_steps({7: InSeconds(), 9: WithUnits()}, 0.1)
    assert (steps.tolist(), units.tolist()) == ([2, 3, 4], [7, 9, 7])
    assert NetworkBuilder(0.1).spikes("given", {7: InSeconds(), 9: WithUnits()}).ids == (7, 9)


def test_trains_go_to_other_libraries_or_say_what_is_missing():
    trains = SpikeTrains(np.array([10.0, 20.0, 20.0]), np.array([0, 1, 0]), 3, 0.0, 100.0)
    for package, convert, check in (
        ("neo", trains.to_neo, lambda found: found[0].rescale("ms").magnitude),
        ("pynapple", trains.to_pynapple, lambda found: found[0].times("ms")),
    ):
        if find_spec(package) is None:
            with pytest.raises(MissingDependencyError, match=rf"{package}: pip install 'bouton\[neuro\]'"):
                convert()
        else:
            np.testing.assert_allclose(check(convert()), [10.0, 20.0])


def test_networks_that_cannot_be_are_refused():
    builder, cells = builder_with()
    noise = builder.poisson("noise", 2, 10.0)
    for call, message in (
        (lambda: NetworkBuilder(0.0), "time_step must be positive"),
        (lambda: NetworkBuilder().build(), "no neurons"),
        (lambda: builder.build(frame=0.01), "multiple of the time step of 0.1 ms, and at least one, got 0.01"),
        (lambda: builder.build(frame=0.25), "got 0.25 ms: take 0.2 ms"),
        (lambda: builder.build(frame=float("nan")), "frame must be positive and finite"),
        (lambda: builder.neurons("two", 3, CELLS, potential=[-60.0, -50.0]), r"each of 3 neurons, got shape \(2,\)"),
        (lambda: builder.neurons("nan", 1, CELLS, potential=[np.nan]), "potential must be finite"),
        (lambda: builder.neurons("more", 2, CELLS, synaptic=[[1.0] * 3]), r"synaptic\[0\] must be a tuple"),
        (lambda: builder.build(capacity=0), "capacity must be at least 1"),
        (lambda: builder.neurons("cells", 2, CELLS), "a group 'cells' already"),
        (lambda: builder.neurons("none", 0, CELLS), "size must be an integer of at least 1"),
        (lambda: builder.neurons("coarse", 1, relay(0.5)), "time step of 0.5 ms, the network one of 0.1"),
        (lambda: builder.neurons("more", 1, CELLS, synaptic=((0.0, 1.0),) * 2), "synaptic has 2 values"),
        (lambda: builder.poisson("silent", 2, 0.0), "rate must be positive"),
        (lambda: builder.connect(cells, noise, weight=1.0, probability=0.5), "'noise' is a source"),
        (lambda: builder.connect(noise, cells, weight=1.0, pattern="one_to_one"), "populations of one size"),
        (lambda: cells[2:1], "a population is cut"),
        (lambda: builder.build().offset("nobody"), "no group 'nobody': there are cells, noise"),
        (lambda: simulate(builder.build(), 15.0, key=KEY), "multiple of the frame of 10.0 ms"),
        (lambda: simulate(builder.build(), 20.0, key=KEY, currents=np.zeros(3)), r"shape \(2,\) or \(2, 2\)"),
        (lambda: SpikeTrains(np.array([2.0, 1.0]), np.array([0, 0]), 1, 0.0, 5.0), "must be in order"),
        (lambda: SpikeTrains(np.array([2.0]), np.array([1]), 1, 0.0, 5.0), "between 0 and 0"),
        (lambda: SpikeTrains(np.array([2.0]), np.array([0]), 1, 5.0, 5.0), "stop must lie after start"),
        (lambda: SpikeTrains(np.array([2.0]), np.array([0, 1]), 2, 0.0, 5.0), "of one length"),
    ):
        with pytest.raises(InputError, match=message):
            call()
