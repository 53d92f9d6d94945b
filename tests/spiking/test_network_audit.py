"""The audit follows the plastic projections of spiking networks: local ones pass, every way of peeking is caught."""

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest

from bouton._loops import element
from bouton.dynamics import ConductanceIntegrateAndFire, CurrentIntegrateAndFire, ExponentialTrace
from bouton.plasticity import TRIPLET_SETS, BoundedEvents, EventRule, PairSTDP, TripletSTDP, audit
from bouton.spiking import NetworkBuilder, SpikingNetwork, coba_network, cuba_network, learning, stdp_network


class Coincidence(EventRule):
    """A made-up rule; those that derive from it cheat in one place each."""

    trace: ExponentialTrace = ExponentialTrace(20.0)

    @property
    def pre_readouts(self):
        return (self.trace,)

    @property
    def post_readouts(self):
        return (self.trace,)

    def on_pre(self, synapse, pre, post, signal):
        return -0.1 * post[0] * synapse

    def on_post(self, synapse, pre, post, signal):
        return 0.1 * pre[0]


class Peeking(Coincidence):
    others: jax.Array = eqx.field(default_factory=lambda: jnp.ones(6))

    def on_post(self, synapse, pre, post, signal):
        return pre[0] * jnp.sum(self.others)


class OfAll(ExponentialTrace):
    """Falls with the sum over the population."""

    def later(self, value, elapsed, potential=None):
        return super().later(value, elapsed, potential) - 0.01 * jnp.sum(value)


class OfNeighbour(ExponentialTrace):
    """Passes on to the next neuron."""

    def later(self, value, elapsed, potential=None):
        return jnp.roll(super().later(value, elapsed, potential), 1) if jnp.ndim(value) else value


def network(rule, model=None, make=SpikingNetwork, delays=(0.1,)):
    builder = NetworkBuilder(0.1)
    noise = builder.poisson("noise", 4, 100.0)
    cells = builder.neurons("cells", 6, model or CurrentIntegrateAndFire())
    for delay in delays:
        builder.connect(noise, cells, weight=0.5, pattern="all_to_all", rule=rule, delay=delay)
    builder.connect(cells, cells, weight=0.5, pattern="all_to_all", rule=rule, delay=[0.1, 0.3] * 18)
    built = builder.build(frame=1.0)
    return make(*(getattr(built, field) for field in built.__dataclass_fields__))


@pytest.mark.parametrize(
    "rule",
    [
        Coincidence(),
        PairSTDP(),
        BoundedEvents(PairSTDP(), 0.0, 1.0),
        TripletSTDP(),
        TRIPLET_SETS["hippocampus-nearest"],
    ],
)
@pytest.mark.thorough
@pytest.mark.parametrize("model", [CurrentIntegrateAndFire(), ConductanceIntegrateAndFire()])
def test_rules_of_synapses_are_local(rule, model):
    found = audit(network(rule, model))
    assert found.local
    assert [pathway.pathway for pathway in found.pathways] == ["projections.0", "projections.1"]
    for index, pathway in enumerate(found.pathways):
        assert pathway.verdict == "local"
        assert pathway.rule == type(rule).__name__
        for seen in pathway.seen:
            side = seen.name.partition(".")[0]
            expected = {"synapse": "its own variable", "pre": "one value per presynaptic neuron"}
            assert seen.scope == expected.get(side, "one value per postsynaptic neuron")
            part = "synapses" if side == "synapse" else f"{side}.{seen.name.rpartition('.')[2]}"
            assert seen.derives_from == (f"plastic.{index}.{part}",)


@pytest.mark.thorough
def test_the_reference_networks():
    found = audit(stdp_network(40))
    assert found.local
    assert found.rows()[0]["verdict"] == "local"
    for still in (cuba_network(40, 0.2), coba_network(40, 0.2)):
        assert audit(still).rows()[0]["verdict"].startswith("nothing to audit: no synapses that learn")


def reasons_of(circuit):
    found = audit(circuit)
    assert not found.local
    return " | ".join((*found.reasons, *(reason for pathway in found.pathways for reason in pathway.reasons)))


@pytest.mark.thorough
def test_a_rule_that_carries_an_array_is_caught():
    assert "the rule carries an array of shape (6,) that every synapse sees" in reasons_of(network(Peeking()))


@pytest.mark.parametrize("trace", [OfAll(20.0), OfNeighbour(20.0)])
def test_traces_that_mix_neurons_are_caught(trace):
    reasons = reasons_of(network(Coincidence(trace)))
    assert "pre.readouts.0 mixes plastic.0.pre.0 of several neurons" in reasons
    assert "post.readouts.0 mixes plastic.1.post.0 of several neurons" in reasons


class WithVoltages(SpikingNetwork):
    """Its rule sees potentials in place of the traces."""

    def shown(self, potential):
        return potential

    def step(self, key, state, x):
        shown = self.shown(state.groups[1].potential)
        plastic = tuple(own._replace(post=(shown,)) for own in state.plastic)
        return super().step(key, state._replace(plastic=plastic), x)


class WithSums(WithVoltages):
    def shown(self, potential):
        return potential - jnp.mean(potential)


class WithNeighbours(WithVoltages):
    def shown(self, potential):
        return jnp.concatenate([potential[1:], potential[:1]])


@pytest.mark.thorough
def test_a_neurons_own_voltage_is_local_and_that_of_others_is_not():
    found = audit(network(Coincidence(), make=WithVoltages))
    assert found.local
    assert "groups.1.potential" in found.pathways[0].seen[2].derives_from
    for cheat in (WithSums, WithNeighbours):
        reasons = reasons_of(network(Coincidence(), make=cheat))
        assert "post.readouts.0 mixes groups.1.potential of several neurons" in reasons


@pytest.mark.thorough
def test_reading_at_the_number_of_another_neuron_is_caught(monkeypatch):
    def next_one(vectors, index):
        shift = 1 if isinstance(vectors, tuple) else 0
        return jax.tree.map(lambda vector: element(vector, (index + shift) % vector.shape[0]), vectors)

    monkeypatch.setattr(learning, "elements", next_one)
    reasons = reasons_of(network(Coincidence()))
    assert "pre.readouts.0 is plastic.0.pre.0 of another neuron" in reasons
    assert "post.readouts.0 is plastic.0.post.0 of another neuron" in reasons


@pytest.mark.thorough
def test_weights_that_change_outside_of_rules_are_caught():
    class Scaling(SpikingNetwork):
        def step(self, key, state, x):
            state, info = super().step(key, state, x)
            scaled = state.plastic[0]._replace(synapses=state.plastic[0].synapses / jnp.sum(state.plastic[0].synapses))
            return state._replace(plastic=(scaled, *state.plastic[1:])), info

    assert reasons_of(network(Coincidence(), make=Scaling)) == "plastic.0.synapses is changed outside any rule, by div"
