"""Laws of plasticity rules, each once over all rows of the catalogue."""

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import CurrentIntegrateAndFire, DeltaSynapse
from bouton.errors import InputError
from bouton.plasticity import (
    AffineRule,
    Dense,
    EventRule,
    FanIn,
    SpikeEvents,
    Spiking,
    SpikingSynapses,
    Synapses,
    Trains,
    audit,
    event_driven,
    merge_trains,
    weights_after,
)
from bouton.spiking import NetworkBuilder, simulate
from catalogue.rules import POSTS, PRES, ROWS, Values, operands
from catalogue.rules.row import trace_of

DENSE = Dense(PRES, POSTS)
FULL = FanIn(np.tile(np.arange(PRES), (POSTS, 1)), PRES)
EVENTS = 4
DRIVEN_BY_SPIKES = [name for name, row in ROWS.items() if isinstance(row.make(), EventRule)]
READS_POTENTIAL = [
    name for name in DRIVEN_BY_SPIKES if any(each.follows_potential for each in ROWS[name].make().post_readouts)
]
"""Their changes are not told by spike times."""
AFFINE = [name for name, row in ROWS.items() if isinstance(row.make(), AffineRule)]


@pytest.fixture
def row(request, float64):
    return ROWS[request.param]


def each_of(names):
    return pytest.mark.parametrize("row", names, indirect=True)


def assert_close(found, expected, tolerance=1e-13):
    assert jax.tree.structure(found) == jax.tree.structure(expected)
    for one, other in zip(*map(jax.tree.leaves, (found, expected)), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance * max(1, np.max(np.abs(other))))


def at(tree, *index):
    """Return one element of each leaf, as a number."""
    return jax.tree.map(lambda leaf: leaf[index], tree)


@each_of(ROWS)
def test_a_mapped_rule_is_the_rule_at_each_synapse(row):
    rule, (synapses, pre, post, signal) = row.make(), operands(row)
    found = Synapses(DENSE, rule).update(synapses, pre, post, signal)
    for i in range(POSTS):
        for j in range(PRES):
            change = rule(at(synapses, i, j), at(pre, j), at(post, i), signal)
            assert_close(at(found, i, j), jax.tree.map(jnp.add, at(synapses, i, j), change))


SEEDS = range(4)
"""Draws of factors: enough for each to lie on both sides of a threshold."""


@each_of([name for name in ROWS if name not in DRIVEN_BY_SPIKES])
def test_a_rule_is_its_equation(row):
    rule = row.make()
    for values in (operands(row, seed) for seed in SEEDS):
        synapses = values[0]
        found = Synapses(DENSE, rule).update(*values)
        numbers = [jax.tree.map(np.asarray, each) for each in values]
        numbers[2] = jax.tree.map(lambda leaf: leaf[:, None], numbers[2])
        assert_close(rule.weight(found), rule.weight(synapses) + row.equation(*numbers))
        # A synapse keeps nothing without an equation.
        assert len(row.further) == len(jax.tree.leaves(synapses)) - 1
        for name, equation in row.further.items():
            assert_close(getattr(found, name), getattr(synapses, name) + equation(*numbers))


SPIKES = (1.0, 12.5, 30.0, 31.0, 77.5, 140.0), (6.0, 13.0, 30.0, 58.5, 80.0, 81.5, 139.0)
"""Of the presynaptic and the postsynaptic neuron, in ms, one of them in common."""


# Rules that keep more than a weight, or whose two changes depend on each other, have the equation of a time step.
@each_of([name for name in DRIVEN_BY_SPIKES if ROWS[name].spikes is not None])
def test_a_rule_of_spikes_is_its_equation(row):
    pre, post = map(np.array, SPIKES)
    weight = 0.5
    for now in np.union1d(pre, post):
        x, y = partial(trace_of, pre, now), partial(trace_of, post, now)
        changes = [change(weight, x, y) for times, change in zip((pre, post), row.spikes, strict=True) if now in times]
        weight = np.clip(weight + sum(changes), *(row.bounds or (-np.inf, np.inf)))
    assert_close(weights_after(row.make(), 0.5, merge_trains(Trains(pre, post))), np.array([weight]), 1e-12)


@each_of([name for name, row in ROWS.items() if row.facts is not None])
def test_what_else_a_rule_computes_is_its_closed_form(row):
    for name, (found, expected) in row.facts().items():
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15, err_msg=name)


@each_of(ROWS)
def test_full_fan_in_is_dense(row):
    rule, values = row.make(), operands(row)
    dense, table = (Synapses(connectivity, rule) for connectivity in (DENSE, FULL))
    assert_close(table.update(*values), dense.update(*values), 0)
    drive = jnp.linspace(-1, 1, PRES)
    assert_close(table.drive(values[0], drive), dense.drive(values[0], drive))


@each_of(ROWS)
@pytest.mark.parametrize("connectivity", [DENSE, FULL], ids=["dense", "fan-in"])
def test_a_mini_batch_changes_by_the_mean_of_its_events(row, connectivity):
    synapses, rule = Synapses(connectivity, row.make()), row.make()
    start, pre, post, signal = operands(row, events=EVENTS)
    found = synapses.mean_update(start, pre, post, signal)
    after = [synapses.update(start, at(pre, event), at(post, event), signal) for event in range(EVENTS)]
    assert_close(found, jax.tree.map(lambda *values: sum(values) / EVENTS, *after))
    assert jax.tree.structure(found) == jax.tree.structure(start), type(rule).__name__


@each_of([name for name, row in ROWS.items() if row.bounds is not None])
def test_bounded_weights_stay_inside(row):
    rule, (synapses, pre, post, signal) = row.make(), operands(row)
    lower, upper = row.bounds
    for size in (1, 100):
        given = jax.tree.map(lambda leaf, size=size: size * leaf, post)
        weights = rule.weight(Synapses(DENSE, rule).update(synapses, pre, given, signal))
        assert lower - 1e-12 <= float(weights.min()) <= float(weights.max()) <= upper + 1e-12


@each_of(AFFINE)
def test_an_affine_rule_is_gain_times_input_less_decay_times_weight(row):
    rule, values = row.make(), operands(row)
    synapses, pre, post, signal = values
    gain, decay = (np.broadcast_to(part(post, signal), (POSTS,))[:, None] for part in (rule.gain, rule.decay))
    expected = np.asarray(synapses) + gain * np.asarray(pre) - decay * np.asarray(synapses)
    assert_close(Synapses(DENSE, rule).update(*values), expected)


@each_of(AFFINE)
def test_skipping_silent_neurons_changes_nothing(row):
    rule, (synapses, pre, post, signal) = row.make(), operands(row)
    # Silent in all that it makes available but what the rule divides by.
    first = lambda leaf: leaf.at[0].set(0)  # noqa: E731
    silent = post._replace(**{post._fields[0]: first(post[0])}) if isinstance(post, tuple) else first(post)
    for factors in (post, silent) if type(rule).__name__ != "SynapticScaling" else (post,):
        whole = Synapses(DENSE, rule).update(synapses, pre, factors, signal)
        skipping = Synapses(DENSE, rule, skip_silent=True).update(synapses, pre, factors, signal)
        assert_close(skipping, whole)


@pytest.mark.parametrize("name", ROWS)
def test_the_width_of_floats_is_kept_and_single_precision_is_near(name):
    row = ROWS[name]
    with jax.enable_x64(True):
        values = operands(row)
        exact = Synapses(DENSE, row.make()).update(*values)
    found = Synapses(DENSE, row.make()).update(*jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), values))
    assert {leaf.dtype for leaf in jax.tree.leaves(found)} == {jnp.dtype("float32")}
    assert_close(found, exact, 1e-5)


class Layer(eqx.Module):
    """Synapses whose factors are given; what is kept are the synapses alone."""

    synapses: Synapses
    given: Any

    @property
    def event(self):
        return self.given[1:]

    def init(self, key):
        return jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), self.given[0])

    def step(self, key, state, x):
        return self.synapses.update(state, *x), None


@pytest.mark.parametrize("name", ROWS)
def test_a_rule_sees_what_one_synapse_can_know(name):
    shapes = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape, jnp.float32), operands(ROWS[name]))
    found = audit(Layer(Synapses(DENSE, ROWS[name].make()), shapes))
    assert found.local
    (pathway,) = found.pathways
    scopes = {seen.name.partition(".")[0]: seen.scope for seen in pathway.seen if seen.used} | {"synapse": ""}
    expected = {
        "synapse": "",
        "pre": "one value per presynaptic neuron",
        "post": "one value per postsynaptic neuron",
        "signal": "one value for all synapses",
    }
    assert scopes.items() <= expected.items()


STEP, STEPS = 0.5, 160


def spikes_on_the_clock(seed, neurons, simultaneous):
    """Return whether each neuron fires in each step; without spikes that meet, those of an odd seed keep odd steps."""
    fired = np.random.default_rng(seed).random((STEPS, neurons)) < 0.15
    fired[:3] = False
    if not simultaneous:
        fired[seed % 2 :: 2] = False
    return fired


@jax.jit
def clocked(pathway, weights, pre, post, signal):
    def one(state, spikes):
        return pathway.step(state, *spikes, signal), None

    return jax.lax.scan(one, pathway.start(weights), (pre, post))[0].synapses


def in_a_network(rule, pre, post, start, signal, delay_in="axon"):
    """Return the synapses of neurons that fire when teachers tell them to."""
    times = [[STEP * np.flatnonzero(train) for train in fired.T] for fired in (pre, post)]
    plan = NetworkBuilder(STEP)
    # A spike is at the synapse a step late; in the dendrite those of the target are.
    early = STEP if delay_in == "axon" else 0.0
    source = plan.spikes("pre", [train - early for train in times[0]])
    teacher = plan.spikes("teacher", [train - (2 * STEP - early) for train in times[1]])
    relay = CurrentIntegrateAndFire(
        rest=0.0, reset=0.0, threshold=1e6, refractory_time=0.0, synapses=(DeltaSynapse(),), time_step=STEP
    )
    cells = plan.neurons("cells", POSTS, relay)
    plan.connect(teacher, cells, weight=2e6, pattern="one_to_one")
    own = {"rule": rule, "signal": None if signal is None else "signal", "delay_in": delay_in}
    plan.connect(source, cells, weight=start, pattern="all_to_all", delay=STEP, **own)
    network = plan.build(frame=10.0)
    signals = {} if signal is None else {"signal": signal}
    state = simulate(network, STEP * STEPS, key=jax.random.key(0), signals=signals).state
    return jax.tree.map(lambda leaf: network.as_given(leaf, 1).reshape(PRES, POSTS).T, state.plastic[1].synapses)


def to_the_end(events):
    """Return events with one more, without spikes, that lies where the others end."""
    elapsed, pre, post = events
    left = STEP * STEPS - elapsed.sum(axis=1, keepdims=True)
    return SpikeEvents(np.hstack([elapsed, left]), *(np.hstack([each, np.zeros_like(left)]) for each in (pre, post)))


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(
    "simultaneous",
    [pytest.param(False, id="apart", marks=pytest.mark.thorough), pytest.param(True, id="some in one step")],
)
@pytest.mark.parametrize("name", [name for name in DRIVEN_BY_SPIKES if name not in READS_POTENTIAL])
def test_a_rule_does_the_same_on_a_clock_from_spike_to_spike_and_in_a_network(name, simultaneous):
    rule, row = ROWS[name].make(), ROWS[name]
    start = jax.tree.map(lambda _: 0.5, row.synapse, is_leaf=lambda leaf: isinstance(leaf, Values))
    signal = None if row.signal is None else 0.7
    pre, post = (spikes_on_the_clock(seed, size, simultaneous) for seed, size in ((2, PRES), (3, POSTS)))
    assert simultaneous == any(np.any(a & b) for a in pre.T for b in post.T)
    # Step 0 is where time begins.
    fired = (jnp.asarray(np.vstack([each[1:], np.zeros_like(each[:1])]), float) for each in (pre, post))
    first = jax.tree.map(lambda value: jnp.full((POSTS, PRES), value), start)
    dense = clocked(SpikingSynapses(DENSE, rule, STEP), first, *fired, signal)
    pairs = [Trains(STEP * np.flatnonzero(a), STEP * np.flatnonzero(b)) for b in post.T for a in pre.T]
    exact = weights_after(rule, start, to_the_end(merge_trains(*pairs)), signal)
    exact = jax.tree.map(lambda leaf: np.reshape(leaf, (POSTS, PRES)), exact)
    assert np.max(np.abs(rule.weight(exact) - rule.weight(start))) > 1e-3
    assert_close(dense, exact, 1e-12)
    assert_close(in_a_network(rule, pre, post, start, signal), exact, 1e-12)
    if not rule.acts_between:
        assert_close(in_a_network(rule, pre, post, start, signal, "dendrite"), exact, 1e-12)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", READS_POTENTIAL)
def test_a_rule_that_reads_a_potential_does_the_same_on_a_clock_in_a_network_and_by_hand(name):
    rule, row = ROWS[name].make(), ROWS[name]
    model = CurrentIntegrateAndFire(
        rest=-70.0, reset=-65.0, threshold=-25.0, capacitance=20.0, refractory_time=1.0,
        synapses=(DeltaSynapse(),), time_step=STEP,
    )  # fmt: skip
    pre, frames = spikes_on_the_clock(2, PRES, simultaneous=True), STEPS // 4
    # Beyond the threshold of the rule, now and then beyond that of the neurons.
    currents = 35.0 * (1 + np.random.default_rng(0).uniform(-1, 1, frames))
    plan = NetworkBuilder(STEP)
    source = plan.spikes("pre", [STEP * np.flatnonzero(train) for train in pre.T])
    cells = plan.neurons("cells", POSTS, model)
    start = np.random.default_rng(1).uniform(0.3, 1.4, (POSTS, PRES))
    delay = 2 * STEP
    plan.connect(source, cells, weight=start.T.ravel(), pattern="all_to_all", delay=delay, rule=rule)
    network = plan.build(frame=4 * STEP)
    given = np.stack([np.zeros(frames), currents], axis=1)
    found = simulate(network, STEP * STEPS, key=jax.random.key(0), currents=given)
    sparse = network.weights(found.state).reshape(PRES, POSTS).T

    pathway = SpikingSynapses(DENSE, rule, STEP)
    learned, cell = pathway.start(jnp.asarray(start)), model.start(POSTS)
    step = jax.jit(pathway.step)
    by_hand, trace, filtered = start.copy(), np.zeros(PRES), np.full((2, POSTS), -70.6)
    depolarised, firing = 0, 0
    for time in range(1, STEPS + 1):
        arriving = jnp.asarray(pre[time - 2] if 0 <= time - 2 < STEPS else np.zeros(PRES), float)
        cell = model.propagate(cell, jnp.asarray(currents[(time - 1) // 4]))
        potential, arrived = cell.potential, cell.synaptic[0] + learned.synapses @ arriving
        cell, fired = model.fire(cell._replace(synaptic=(arrived,)), jax.random.key(0))
        learned = step(learned, arriving, fired.astype(float), post_potential=potential)
        if row.equation is not None:
            trace *= np.exp(-STEP / 15)
            held = np.asarray(potential)
            filtered = held + np.exp(-STEP / np.array([[10.0], [7.0]])) * (filtered - held)
            post = Spiking(fired, (held, *filtered), STEP * ((held > -45.3) & (filtered[1] > -70.6)))
            post = jax.tree.map(lambda leaf: np.asarray(leaf)[:, None], post)
            by_hand += row.equation(by_hand, Spiking(np.asarray(arriving), (trace,)), post, None)
            trace += np.asarray(arriving) / 15
        depolarised += int(rule.with_depolarisation(Spiking(fired, learned.post), STEP).depolarised.sum() > 0)
        firing += int(fired.sum())
    assert (depolarised > 20, firing > 5) == (True, True)
    assert np.max(np.abs(sparse - start)) > 1e-2
    assert_close(sparse, np.asarray(learned.synapses), 1e-12)
    if row.equation is not None:
        assert_close(sparse, by_hand, 1e-12)
    events = merge_trains(Trains([1.0], [2.0]))
    for run in (partial(event_driven, pre=[1.0], post=[2.0]), partial(weights_after, events=events)):
        with pytest.raises(InputError, match="reads the potential of a neuron"):
            run(rule, 0.5)
