"""Plasticity in networks beyond one weight: reward, a target rate, readouts of the potential, what is refused."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.dynamics import (
    ConductanceIntegrateAndFire,
    CurrentIntegrateAndFire,
    DeltaSynapse,
    ExponentialTrace,
    FilteredVoltage,
)
from bouton.errors import InputError
from bouton.plasticity import (
    BoundedEvents,
    Dense,
    EligibleSynapse,
    EventRule,
    InhibitorySTDP,
    PairSTDP,
    RewardModulatedSTDP,
    SpikingSynapses,
    audit,
    event_driven,
)
from bouton.spiking import NetworkBuilder, network_inputs, simulate

KEY = jax.random.key(0)


class ByVoltage(EventRule):
    """Presynaptic spikes depress by the filtered potential of the target."""

    filtered: FilteredVoltage = eqx.field(default_factory=lambda: FilteredVoltage(20.0, rest=0.0))

    @property
    def pre_readouts(self):
        return (ExponentialTrace(20.0),)

    @property
    def post_readouts(self):
        return (self.filtered,)

    def on_pre(self, synapse, pre, post, signal):
        return -0.01 * post[0]

    def on_post(self, synapse, pre, post, signal):
        return 0.1 * pre[0]

    def weight(self, synapse):
        return 0 * synapse


def driven_cell(rule, weight=0.0, signal=None, spikes=(10.0, 40.0, 45.0, 120.0), threshold=1e6, **options):
    builder = NetworkBuilder(0.5)
    source = builder.spikes("source", [list(spikes)])
    model = CurrentIntegrateAndFire(
        rest=0.0, reset=0.0, threshold=threshold, capacitance=20.0, synapses=(DeltaSynapse(),), time_step=0.5
    )
    cells = builder.neurons("cells", 1, model)
    builder.connect(source, cells, weight=weight, pattern="all_to_all", rule=rule, signal=signal, delay=1.0, **options)
    return builder.build()


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_rule_reads_the_filtered_potential():
    network = driven_cell(ByVoltage())
    found = simulate(network, 150.0, key=KEY, currents=[0.0, 10.0]).state
    pathway = SpikingSynapses(Dense(1, 1), ByVoltage(), 0.5)
    state = pathway.start(jnp.zeros((1, 1)))
    times = 0.5 * np.arange(1, 301)
    for time in times:
        fired = jnp.asarray([float(time - 1.0 in (10.0, 40.0, 45.0, 120.0))])
        potential = jnp.asarray([10.0 * (1 - np.exp(-time / 20.0))])
        state = pathway.step(state, fired, jnp.zeros(1), post_potential=potential)
    assert float(state.synapses[0, 0]) < -0.1
    assert float(found.plastic[0].synapses[0]) == pytest.approx(float(state.synapses[0, 0]), abs=1e-12)
    with pytest.raises(InputError, match=r"ByVoltage reads the potential.*FilteredVoltage.*run it on a clock"):
        event_driven(ByVoltage(), 0.0, [1.0], [2.0])


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_reward_turns_eligibility_into_weight():
    rule = RewardModulatedSTDP(PairSTDP(0.1, 0.05), eligibility_time=100.0, rate=0.02)
    network = driven_cell(rule, EligibleSynapse(2.0, 0.0), "reward", threshold=1.0)
    first, last = np.zeros(30), np.zeros(30)
    first[:5], last[20:] = 1.0, 1.0

    def gained(reward):
        state = simulate(network, 300.0, key=KEY, signals={"reward": reward}).state
        return float(network.weights(state)[0]) - 2.0, float(state.plastic[0].synapses.eligibility[0])

    (nothing, waiting), (gain, _), (loss, _) = gained(0.0), gained(1.0), gained(-1.0)
    assert nothing == 0
    assert waiting != 0
    assert gain == pytest.approx(-loss)
    assert abs(gain) > 1e-3
    # Changes of the signal count from the frame in which they happen.
    parts = [gained(part)[0] for part in (first, last, first + last)]
    assert parts[0] + parts[1] == pytest.approx(parts[2])
    assert parts[0] != parts[1]
    assert audit(network).local


@pytest.mark.thorough
def test_a_reward_is_recorded_and_resumed(tmp_path):
    rule = RewardModulatedSTDP(eligibility_time=100.0)
    network = driven_cell(rule, EligibleSynapse(2.0, 0.0), "reward", threshold=1.0)
    frames = network_inputs(network, 20, signals={"reward": np.linspace(0, 1, 20)})
    whole = bouton.run(network, frames, key=KEY, record={"plastic.0.synapses.weight": 1})
    half = bouton.run(network, jax.tree.map(lambda leaf: leaf[:10], frames), key=KEY)
    rest = bouton.run(network, jax.tree.map(lambda leaf: leaf[10:], frames), key=KEY, state=half.state, first_step=10)
    assert whole.recordings["plastic.0.synapses.weight"].values.shape == (20, 1)
    for one, other in zip(jax.tree.leaves(whole.state), jax.tree.leaves(rest.state), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.thorough
def test_inhibition_brings_neurons_to_their_target_rate():
    builder = NetworkBuilder(0.5, seed=1)
    excitation, inhibition = builder.poisson("e", 100, 20.0), builder.poisson("i", 400, 10.0)
    cells = builder.neurons("cells", 20, ConductanceIntegrateAndFire(time_step=0.5))
    builder.connect(excitation, cells, weight=0.15, probability=0.5)
    rule = BoundedEvents(InhibitorySTDP(rate=0.002, target=8.0), 0.0, 20.0)
    builder.connect(inhibition, cells, weight=0.0, receptor=1, probability=0.5, rule=rule)
    network = builder.build()
    before = simulate(network, 2000.0, key=KEY)
    first = before.spikes.of(500, 520).between(0, 500).rates().mean()
    settled = simulate(network, 60_000.0, key=KEY, state=before.state)
    rate = simulate(network, 20_000.0, key=KEY, state=settled.state).spikes.of(500, 520).rates()
    assert first > 16
    assert rate.mean() == pytest.approx(8.0, rel=0.1)
    assert rate.std() < 2.0


class ByOther(ByVoltage):
    @property
    def pre_readouts(self) -> tuple[Any, ...]:
        return (self.filtered,)


class Raised(ByVoltage):
    """Acts while a trace of the neuron's own spikes is high."""

    @property
    def post_readouts(self):
        return (ExponentialTrace(5.0),)

    def is_depolarised(self, post):
        return post[0] > 0.5

    def while_depolarised(self, synapse, elapsed, pre, post, signal):
        return elapsed * pre[0]


def test_what_acts_while_a_neuron_is_depolarised_needs_a_clock():
    with pytest.raises(InputError, match=r"Raised acts in every moment in which a neuron is depolarised.*on a clock"):
        event_driven(Raised(), 0.0, [1.0], [2.0])
    with pytest.raises(InputError, match="Raised changes synapses between spikes or reads a potential"):
        driven_cell(Raised(), delay_in="dendrite")
    order = driven_cell(Raised()).describe().order
    assert "those of neurons that are depolarised while_depolarised (no. 0)" in order[3]
    assert not any("depolarised" in line for line in driven_cell(PairSTDP()).describe().order)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_neuron_may_change_its_synapses_after_its_spike():
    network = driven_cell(Raised(), weight=0.25, spikes=(9.0,))
    # One spike at 10 ms; made to fire at 20 ms by the current of a frame, its trace is above 1/2 until 23.4 ms.
    model = network.groups[1].units
    network = eqx.tree_at(
        lambda network: network.groups[1].units, network, eqx.tree_at(lambda m: m.threshold, model, 9.0)
    )
    currents = np.zeros((6, 2))
    currents[1, 1] = 9.0 / (1 - np.exp(-10.0 / 20.0)) + 1e-9
    state = simulate(network, 60.0, key=KEY, currents=currents).state
    assert state.fired.tolist() == [1, 1]
    trace = lambda time: np.exp(-(time - 10.0) / 20.0)  # noqa: E731
    later = 0.5 * sum(trace(20.0 + 0.5 * step) for step in range(1, 7))
    assert float(state.plastic[0].synapses[0]) == pytest.approx(0.25 + 0.1 * trace(20.0) + later, abs=1e-9)


@pytest.mark.thorough
def test_what_a_network_cannot_do_is_refused():
    start = EligibleSynapse(1.0, 0.0)
    for call, message in (
        (lambda: driven_cell(ByOther()), "only spikes travel along axons, so pre_readouts must be of spikes"),
        (lambda: driven_cell(ByVoltage(), delay_in="dendrite"), "needs delay_in='axon'"),
        (
            lambda: driven_cell(RewardModulatedSTDP(), start),
            r"RewardModulatedSTDP.between.*no signal, and it cannot run",
        ),
        (
            lambda: driven_cell(RewardModulatedSTDP(), 1.0, "reward"),
            r"on_pre one weight.*and a signal, and it cannot run",
        ),
        (
            lambda: driven_cell(None, signal="reward"),
            "signal='reward' says what synapses learn, and they learn nothing",
        ),
        (lambda: driven_cell(None, delay_in="dendrite"), "they learn nothing: give rule="),
    ):
        with pytest.raises(InputError, match=message):
            call()
    network = driven_cell(RewardModulatedSTDP(), start, "reward")
    builder = NetworkBuilder()
    builder.rates("inputs", 2)
    builder.neurons("cells", 1, CurrentIntegrateAndFire())
    rated = builder.build()
    for call, message in (
        (lambda: network_inputs(network, 3, signals={"rewards": 1.0}), "signals has no 'rewards': there are reward"),
        (
            lambda: network_inputs(network, 3, signals={"reward": np.ones(2)}),
            r"must have shape \(\) or \(3,\), got \(2,\)",
        ),
        (lambda: network_inputs(network, 3, signals={"reward": np.nan}), "must be finite"),
        (lambda: network_inputs(rated, 3, rates={"inputs": -1.0}), "rates must be at least 0 Hz"),
        (lambda: network_inputs(rated, 3, rates={"inputs": np.ones(3)}), r"must have shape \(2,\) or \(3, 2\)"),
    ):
        with pytest.raises(InputError, match=message):
            call()
    silent = simulate(rated, 100.0, key=KEY).spikes
    firing = simulate(rated, 100.0, key=KEY, rates={"inputs": [0.0, 5000.0]}).spikes
    assert (len(silent.times), set(firing.neurons)) == (0, {1})
