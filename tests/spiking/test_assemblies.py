"""Neuronal assemblies: exact checks of neurons, rule and spaces; what cannot be is refused."""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import gamma, kstest

import bouton
from bouton.dynamics import CurrentIntegrateAndFire, DeltaSynapse, ExcitableNeurons, LinearHazard
from bouton.engine._session import Session
from bouton.errors import CheckpointError, InputError
from bouton.plasticity import AssemblySTDP, Trains, audit, merge_trains, weights_after
from bouton.spiking import NetworkBuilder, SpikeTrains, network_inputs, simulate, trains_from_recording
from bouton.spiking.assemblies import (
    AssemblyCircuit,
    AssemblyNetwork,
    AssemblyParameters,
    ComparisonReadout,
    ContentDecoder,
    Phase,
    Schedule,
    assembly_circuit,
    assembly_in,
    build_spaces,
    overlap,
)
from bouton.spiking.assemblies.training import shown_patterns
from bouton.spiking.group import Group
from bouton.spiking.lists import SpikeLists
from catalogue.systems.assemblies import TINY
from references import assemblies as references

KEY = jax.random.key(0)


@jax.jit
def mean_rate(neurons, excitability):
    """Return the mean rate of 3000 neurons without synapses over 1 s, in Hz, after 0.5 s."""
    start = neurons.start(3000)
    held = start.slow[0] + excitability

    def one(step, carry):
        state, count = carry
        state = neurons.propagate(state, jnp.zeros(()))
        state = state._replace(slow=(held, state.slow[1]))
        state, fired = neurons.fire(state, jax.random.fold_in(KEY, step))
        return state, count + jnp.where(step >= 5000, fired.sum(), 0)

    return jax.lax.fori_loop(0, 15_000, one, (start, 0))[1] / 3000


def renewal_rate(bias, excitability, width=0.005):
    """Return the rate by the renewal integral over the dead time and what follows it, in Hz."""
    times = np.arange(width / 2, 400, width)
    hazard = np.maximum(np.exp(bias * (1 - np.exp(-times / 10)) + excitability) - 1, 0)
    total = np.concatenate([[0], np.cumsum(hazard) * width])
    dead = times**3 * np.exp(-times * 4 / 3.5) / (6 * (3.5 / 4) ** 4)
    after = np.cumsum(np.exp(-total[:-1])[::-1])[::-1] * width
    return 1000 / np.sum(dead * width * (times + after * np.exp(total[:-1])))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("bias", "held", "renewal", "on_the_clock"),
    [(0.1, 0, 56.39, 56.4), (1.0, 0, 176.9, 176.0), (0.1, 0.5, 203.8, 201.8)],
)
def test_isolated_neurons_fire_as_the_renewal_integral_says(bias, held, renewal, on_the_clock):
    assert renewal_rate(bias, held) == pytest.approx(renewal, abs=0.1)
    assert float(mean_rate(ExcitableNeurons(bias=jnp.asarray(bias)), held)) == pytest.approx(on_the_clock, abs=1.0)


@pytest.mark.thorough
def test_what_is_drawn_at_spikes_has_its_distribution():
    neurons, size = ExcitableNeurons(time_step=0.5), 200_000
    state = neurons.start(size, KEY)
    assert kstest(np.asarray(state.slow[1], float), "expon").pvalue > 1e-3
    ready = state._replace(slow=(state.slow[0], 0 * state.slow[1] - 1))
    after, fired = neurons.fire(ready, jax.random.key(1))
    assert fired.all()
    assert kstest(np.asarray(after.slow[1], float), "expon").pvalue > 1e-3
    bounds = gamma.cdf((np.arange(31) - 0.5) * 0.5, 4, scale=3.5 / 4)
    found = np.bincount(np.asarray(after.refractory), minlength=60)[:30] / size
    np.testing.assert_allclose(found, np.diff(bounds), atol=4 * np.sqrt(0.25 / size))


def test_a_group_draws_for_those_that_fire_what_all_would_draw():
    neurons, key, zero = ExcitableNeurons(jump=0.02), jax.random.key(5), jnp.zeros((), jnp.int32)
    state = neurons.start(70, KEY)
    state = state._replace(slow=(state.slow[0], jnp.where(jnp.arange(70) % 3 == 0, -1.0, state.slow[1])))
    expected, fired = neurons.fire(state, key)
    found, lists = Group("cells", 70, neurons).fire(state, SpikeLists.empty(2, 70), zero + 1, key, zero)
    assert lists.neurons[1, : int(lists.counts[1])].tolist() == np.flatnonzero(fired).tolist()
    assert int(lists.counts[1]) >= 24
    jax.tree.map(np.testing.assert_array_equal, found, expected)


@pytest.mark.thorough
def test_excitability_saturates_is_kept_beyond_and_decays():
    neurons = ExcitableNeurons(jump=0.02)
    state = neurons.start(1)
    for number in range(1, 31):
        state = state._replace(refractory=0 * state.refractory, slow=(state.slow[0], 0 * state.slow[1] - 1))
        state, fired = neurons.fire(state, KEY)
        assert fired.all()
        assert float(neurons.excitability(state)[0]) == pytest.approx(min(0.02 * number, 0.5), rel=1e-5)
    later = ExcitableNeurons(jump=0.02, time_step=5.0).propagate
    for _ in range(1000):
        state = later(state, jnp.zeros(()))
    assert float(state.slow[0][0]) == pytest.approx(0.6 * np.exp(-1), rel=1e-3)


@pytest.mark.thorough
def test_inhibitory_neurons_follow_their_input():
    neurons = ExcitableNeurons(bias=0.0, hazard=LinearHazard(0.0, 1e-9))

    def one(carry, key):
        state, total = carry
        arrivals = jnp.where(jax.random.uniform(key, (1, 400)) < 0.02, 10 / 0.575, 0.0)
        state, _ = neurons.step(state, arrivals, key=key)
        return (state, total + state.potential.mean()), None

    carry, _ = jax.lax.scan(one, (neurons.start(400), 0.0), jax.random.split(KEY, 500))
    (_, total), _ = jax.lax.scan(one, (carry[0], 0.0), jax.random.split(jax.random.key(1), 2000))
    # 0.02 spikes per step of 0.1 ms are 200 Hz.
    assert float(total) / 2000 == pytest.approx(0.03 * 17.3913 * 200 * 0.010, rel=0.02)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(
    ("start", "parameters", "delay", "last"),
    [
        (0.4, references.XE, 1.0, 0.40982857),
        (0.3, references.EE, 1.0, 0.31400699),
        (0.6, references.C_TO_N, 4.0, 0.61203328),
    ],
    ids=["inputs", "recurrent", "to a space"],
)
@pytest.mark.thorough
def test_a_synapse_with_its_delay_in_the_dendrite(start, parameters, delay, last):
    eta, depression, alpha, plus, minus, maximum = parameters
    h = 0.5
    builder = NetworkBuilder(h)
    # A spike of a source is at the synapse in its own step; the teacher's reaches the cell a step late.
    source = builder.spikes("pre", [list(references.PRE)])
    teacher = builder.spikes("teacher", [[time - h for time in references.POST]])
    relay = CurrentIntegrateAndFire(
        rest=0.0, reset=0.0, threshold=1e6, refractory_time=0.0, synapses=(DeltaSynapse(),), time_step=h
    )
    cell = builder.neurons("cell", 1, relay)
    builder.connect(teacher, cell, weight=2e6, pattern="one_to_one")
    rule = AssemblySTDP(eta, depression, alpha, plus, minus, maximum)
    builder.connect(
        source, cell, weight=start, pattern="one_to_one", rule=rule, delay=delay, delay_in="dendrite", signal="gate"
    )
    network = builder.build()
    found = simulate(network, 100.0, key=KEY, signals={"gate": 1.0})
    assert float(network.weights(found.state, 1)[0]) == pytest.approx(last, abs=1e-8)
    silent = simulate(network, 100.0, key=KEY, signals={"gate": 0.0})
    assert float(network.weights(silent.state, 1)[0]) == start


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_spikes_are_sent_with_the_weight_after_the_rule():
    builder = NetworkBuilder(0.5)
    source = builder.spikes("pre", [[1.0]])
    neuron = CurrentIntegrateAndFire(rest=0.0, reset=0.0, threshold=100.0, synapses=(DeltaSynapse(),), time_step=0.5)
    cell = builder.neurons("cell", 1, neuron)
    rule = AssemblySTDP(0.01, 0.4)
    builder.connect(source, cell, weight=0.5, pattern="one_to_one", rule=rule, delay=2.0, delay_in="dendrite")
    network = builder.build(frame=0.5)
    run = bouton.run(network, network_inputs(network, 8), key=KEY, record=["groups.1.potential"])
    potential = run.recordings["groups.1.potential"].values[:, 0]
    assert np.flatnonzero(potential)[0] == 5  # 1 ms and 2 ms of delay: step 6
    assert potential[5] == pytest.approx(0.5 - 0.01 * 0.4)
    # Without learning it is sent as it is.
    assert float(network.respond(network.init(KEY), jnp.zeros(2))[1]) == 0


def test_the_drift_under_poisson_spikes():
    rule = AssemblySTDP(1e-4)
    assert rule.drift(12.6, 12.6) / 1e-4 == pytest.approx(-6.11, abs=0.005)
    rng = np.random.default_rng(0)
    trains = [np.cumsum(rng.exponential(1000 / 12.6, 700)) for _ in range(200)]
    pairs = [Trains(*(train[train < 40_000] for train in pair)) for pair in zip(trains[::2], trains[1::2], strict=True)]
    change = np.mean(weights_after(rule, 0.4, merge_trains(*pairs))) - 0.4
    assert change / 40 == pytest.approx(rule.drift(12.6, 12.6), rel=0.05)


def test_the_published_constants():
    parameters = AssemblyParameters()
    assert parameters.clear_rate == pytest.approx(12.5875)
    network = build_spaces(TINY)
    weights = [float(np.unique(network.projections[number].weights)[0]) for number in range(3)]
    assert weights == pytest.approx([17.3913043, -0.3333333, -16.6666667])
    assert float(network.groups[1].units.bias) == 0.1


@pytest.fixture(scope="module")
def circuit():
    return AssemblyCircuit(build_spaces(TINY, ["space"], frame=10.0), ("content", "space"))


def run_phases(circuit, phases, binding=True):
    frames = Schedule(phases, circuit.spaces, 10.0, binding).frames(TINY)
    return bouton.run(circuit, frames, key=KEY, record={"spikes": 1, "lost": 1})


@pytest.mark.thorough
def test_an_inhibited_space_is_silent_and_frozen_synapses_keep_their_bits(circuit):
    phases = [Phase(100.0, 0, ("content", "space")), Phase(200.0, 1, ("space",)), Phase(150.0, active=())]
    run = run_phases(circuit, phases, binding=False)
    trains = trains_from_recording(circuit.network, run.recordings["spikes"], run.recordings["lost"])
    content, space = (circuit.network.offset(f"{name}.E") for name in ("content", "space"))
    assert len(trains.of(content, space).between(0, 100).times) > 10
    assert len(trains.of(content, space).between(150, 450).times) == 0
    assert len(trains.of(space, trains.n_neurons).between(100, 300).times) > 0
    assert len(trains.of(space, trains.n_neurons).between(350, 450).times) == 0
    first = circuit.init(KEY)
    for before, after in zip(first.plastic, run.state.plastic, strict=True):
        if before is not None:
            np.testing.assert_array_equal(before.synapses, after.synapses)


@pytest.mark.thorough
def test_frames_switch_plasticity_space_by_space(circuit):
    def changed(**phase):
        state = run_phases(circuit, [Phase(200.0, 0, **phase)]).state
        return [
            not np.array_equal(before.synapses, after.synapses)
            for before, after in zip(circuit.init(KEY).plastic, state.plastic, strict=True)
            if before is not None
        ]

    # Inputs to content, within content, within the space, forth, back.
    assert changed(training=True) == [True, True, False, False, False]
    assert changed(active=("space",)) == [False, False, True, False, False]
    assert changed(active=("content", "space")) == [False, False, True, True, True]


@pytest.mark.thorough
def test_a_space_forgets_its_excitability(circuit):
    raised = run_phases(circuit, [Phase(200.0, 0, ("content", "space"))]).state
    number = [group.name for group in circuit.network.groups].index("space.E")
    assert float(raised.groups[number].slow[0].max()) > 0
    frames = Schedule([Phase(10.0, forget=("space",))], circuit.spaces, 10.0).frames(TINY)
    run = bouton.run(circuit, frames, key=KEY, state=jax.tree.map(jnp.copy, raised))
    assert float(run.state.groups[number].slow[0].max()) == 0


@pytest.mark.thorough
def test_the_projections_are_local(circuit):
    found = audit(circuit)
    assert found.local
    assert {row["rule"] for row in found.rows()} == {"AssemblySTDP"}


def test_parameters_vary_by_factors_of_their_own():
    given, varied, alone = (
        assembly_circuit(TINY, spaces, 3, by) for spaces, by in ((["s"], 0), (["s"], 0.2), ((), 0.2))
    )
    assert jax.tree.structure(given) == jax.tree.structure(varied)
    ratios = []
    for (path, one), other in zip(jax.tree_util.tree_leaves_with_path(given), jax.tree.leaves(varied), strict=True):
        clock = "time_step" in jax.tree_util.keystr(path)
        if clock or not jnp.issubdtype(jnp.result_type(one), jnp.floating):
            np.testing.assert_array_equal(one, other)
        elif np.any(np.asarray(one) != 0):
            where = np.asarray(one) != 0
            ratio = np.unique(np.round(np.asarray(other)[where] / np.asarray(one)[where], 5))
            assert ratio.size == 1, path
            ratios.append(ratio[0])
    assert len(ratios) > 50
    assert len(set(ratios)) == len(ratios)
    assert np.mean(ratios) == pytest.approx(1, abs=0.1)
    assert np.std(ratios) == pytest.approx(0.2, abs=0.05)
    for name, count in (("groups", 3), ("projections", 5)):
        parts = (jax.tree.leaves(getattr(each.network, name)[:count]) for each in (alone, varied))
        for one, other in zip(*parts, strict=True):
            np.testing.assert_array_equal(one, other)
    again, other = (assembly_circuit(TINY, ["s"], 3, 0.2, by) for by in (3, 4))
    for one, same, another in zip(
        *map(jax.tree.leaves, (varied.network.groups, again.network.groups, other.network.groups)), strict=True
    ):
        assert one == same
        assert another != one or one in (0.0, 0.5)
    wild = assembly_circuit(TINY, (), 0, 50.0).network.groups[1].units
    assert float(wild.membrane_time_constant) >= 1.0
    with pytest.raises(InputError, match="variation must be at least 0"):
        AssemblyNetwork(["agent"], TINY, variation=-0.1)
    network = AssemblyNetwork(["agent"], TINY, seed=3, variation=0.2)
    network.train(1)
    assert float(network.circuit.inhibition) != -2.0


def test_an_empty_assembly_is_no_success():
    silent = SpikeTrains(np.array([150.0]), np.array([0]), 3, 0.0, 200.0)
    with pytest.warns(UserWarning, match="no neuron fires above 50 Hz.*highest rate is 10.0 Hz"):
        assert not len(assembly_in(silent, 0.0, 200.0))
    nothing = overlap([1], [])
    assert (np.isnan(nothing.recovered), nothing.success) == (True, False)
    assert overlap([1, 2, 3, 4, 5, 9], [1, 2, 3, 4, 5]).success
    assert not overlap([1, 2, 3, 4, 8, 9], [1, 2, 3, 4, 5]).success


def test_readouts_tire_and_recover():
    trains = SpikeTrains(np.array([1.0, 11.0, 5000.0]), np.array([0, 0, 0]), 1, 0.0, 5001.0)
    first, second, third = ComparisonReadout(1).released(trains)
    assert (first, third) == (pytest.approx(0.25), pytest.approx(0.25, abs=1e-3))
    u = 0.25 * np.exp(-10 / 21) * 0.75 + 0.25
    assert second == pytest.approx(u * (1 - 0.25 * np.exp(-10 / 706)))


@pytest.mark.thorough
def test_what_cannot_be_is_refused():
    network = AssemblyNetwork(["agent", "patient"], TINY)
    trained = AssemblyNetwork(["agent", "patient"], TINY)
    trained.state = trained.circuit.init(KEY)
    tested = AssemblyNetwork(["agent", "patient"], TINY)
    tested.state, tested.assemblies = (
        tested.circuit.init(KEY),
        {("content", 0): np.arange(3), ("agent", 0): np.arange(3)},
    )
    full = AssemblyNetwork(["agent", "patient"], TINY)
    full.state, full.assemblies, full.held = tested.state, tested.assemblies, {"agent": 0}
    for call, message in (
        (network.test, r"no assemblies yet: call train\(\) first"),
        (lambda: network.recall("agent"), r"call train\(\) first"),
        (lambda: trained.create("agent", 0), r"call test\(\) first"),
        (lambda: tested.create("nobody", 0), "no space 'nobody': there are agent, patient"),
        (lambda: tested.create("agent", 2), "pattern must be from 0 to 1, got 2"),
        (
            lambda: tested.load("patient", 0),
            r"space 'patient' has no assembly for content 0: create\(\) it before load",
        ),
        (
            lambda: tested.recall("agent"),
            r"space 'agent' is inhibited and holds nothing: load\(\) a content before recall",
        ),
        (lambda: tested.copy("agent", "patient"), r"load\(\) a content before copy\(\)"),
        (lambda: full.copy("agent", "agent"), "cannot be copied to itself"),
        (lambda: full.compare("agent", "agent", (0, 0)), "cannot be compared with itself"),
        (lambda: full.compare("agent", "patient", (0, 0)), r"create\(\) it before compare"),
        (lambda: network.train(0), "presentations must be at least 1, got 0"),
        (lambda: shown_patterns(2, 2, "other", 0), "order must be 'random' or 'stratified', got 'other'"),
        (lambda: AssemblyNetwork(["content"], TINY), "names of their own, other than 'content'"),
        (lambda: AssemblyNetwork(["a", "a"], TINY), "names of their own"),
        (lambda: Schedule([Phase(30.0)]).frames(TINY), "a phase must last a multiple of 50 ms, got 30 ms"),
        (lambda: Schedule([Phase(50.0, active=("x",))]).frames(TINY), "there is no space 'x'"),
        (lambda: AssemblyParameters(n_background=-1), "n_background must be at least 0"),
        (lambda: ContentDecoder().predict(SpikeTrains(np.zeros(0), np.zeros(0, int), 1, 0, 9), 0, 9), r"call fit\(\)"),
        (lambda: full.weights("patient", "agent"), "no plastic synapses lead from 'patient' to 'agent'"),
    ):
        with pytest.raises(InputError, match=message):
            call()
    with pytest.warns(UserWarning, match="longer than the shortest delay of 0.5 ms, which becomes one step"):
        AssemblyParameters(time_step=1.0)


@pytest.mark.thorough
def test_operations_run_and_go_on_where_the_last_one_ended():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "no neuron fires above")
        network = AssemblyNetwork(["agent", "patient"], TINY)
        trained = network.train(4, "stratified")
        assert trained.rates.shape == (32, 3)
        assert np.isfinite(trained.rates).all()
        tested = network.test()
        assert [each.pattern for each in tested] == [0, 1]
        for space in ("agent", "patient"):
            network.create(space, 0)
        loaded = network.load("agent", 0)
        recalled = network.recall("agent", 200.0)
        assert recalled.start == loaded.start + loaded.schedule.duration
        assert recalled.spikes.stop == recalled.start + recalled.schedule.duration
        copied = network.copy("agent", "patient")
        assert (network.held, copied.name) == ({"agent": 0, "patient": 0}, "copy")
        network.compare("agent", "patient", (0, 0))


@pytest.mark.thorough
def test_operations_go_on_where_they_were_stopped(tmp_path, monkeypatch, capsys):
    def network_until(operation, **running):
        network = AssemblyNetwork(["agent", "patient"], TINY)
        for name, call in (
            ("train", lambda **more: network.train(4, "stratified", **more)),
            ("test", network.test),
            ("create", lambda **more: network.create("agent", 0, **more)),
            ("load", lambda **more: network.load("agent", 0, **more)),
            ("recall", lambda **more: network.recall("agent", 2000.0, **more)),
            ("copy", lambda **more: network.copy("agent", "patient", **more)),
            ("compare", None),
        ):
            if call is None:
                network.create("patient", 0)
                call = lambda **more: network.compare("agent", "patient", (0, 0), **more)  # noqa: E731
            found = call(**{key: tmp_path / name if key == "checkpoint" else value for key, value in running.items()})
            if name == operation:
                return network, found
        raise AssertionError(operation)

    class Killed(Exception):
        pass

    settled = Session.settle

    def killed(self, *part):
        if self.step >= 32 and "recall" in str(self.folder and self.folder.path):
            raise Killed
        settled(self, *part)

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "no neuron fires above")
        whole, expected = network_until("compare")
        with monkeypatch.context() as patched:
            patched.setattr(Session, "settle", killed)
            with pytest.raises(Killed):
                network_until("recall", checkpoint=True)
        assert len(list((tmp_path / "recall").iterdir())) > 0
        resumed, found = network_until("compare", checkpoint=True, resume=True, progress=True)
    assert "learning: " in capsys.readouterr().err
    np.testing.assert_array_equal(found.spikes.times, expected.spikes.times)
    for one, other in zip(jax.tree.leaves(whole.state), jax.tree.leaves(resumed.state), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(CheckpointError, match="holds a run at step"):
        whole.recall("agent", 2000.0, checkpoint=tmp_path / "recall")
