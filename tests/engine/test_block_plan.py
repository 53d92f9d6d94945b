"""What waits for the end of a block and what does not, and why; which size of a block is taken."""

import jax
import jax.numpy as jnp
import layers
import numpy as np
import pytest

import bouton
from bouton.engine.block import best_block, chosen_block, plan_for
from bouton.errors import InputError
from bouton.plasticity import (
    AffineRule,
    Dense,
    FanIn,
    Hebb,
    LeakyHebb,
    Oja,
    Residual,
    ResidualHebb,
    Structured,
    StructuredSynapse,
    Synapses,
)
from bouton.similarity import SNMFNetwork

KEY = jax.random.key(5)
ROWS = np.random.default_rng(0).normal(size=(70, 20)) / np.sqrt(20)


def plan_of(circuit):
    return plan_for(circuit, jax.eval_shape(circuit.init, KEY), circuit.event)


def block_of(circuit, block):
    return chosen_block(circuit, jax.eval_shape(circuit.init, KEY), circuit.event, block)


class WithRule(layers.Layer):
    """A layer under any rule; subclasses say what the rule is handed."""

    rule = Oja(0.05)

    def learn(self, key, state, x):
        synapses = self.synapses(self.rule)
        y = synapses.drive(state.weights, x)
        return synapses.update(state.weights, x, y, jnp.ones(())), state.trace, state.activity, y


class ClippedOja(Oja):
    def __call__(self, synapse, pre, post, signal):
        return jnp.clip(synapse + super().__call__(synapse, pre, post, signal), 0, 1) - synapse


class Doubled(LeakyHebb):
    def __call__(self, synapse, pre, post, signal):
        return 2 * super().__call__(synapse, pre, post, signal)


class Soft(AffineRule):
    def gain(self, post, signal):
        return post

    def decay(self, post, signal):
        return 0 * post

    def __call__(self, synapse, pre, post, signal):
        return post * pre * (1 - synapse) * synapse


class Squared(Hebb):
    def weight(self, synapse):
        return synapse * synapse


class SelfCentred(ResidualHebb):
    def __call__(self, synapse, pre, post, signal):
        return super().__call__(synapse, pre, post, signal) - 0.1 * jnp.abs(synapse)


def with_rule(new_rule):
    class Layer(WithRule):
        rule = new_rule

    return Layer()


class SparseLayer(WithRule):
    def synapses(self, rule):
        return Synapses(FanIn(np.tile(np.arange(self.n_inputs), (self.n_outputs, 1)), self.n_inputs), rule)


class StructuredLayer(WithRule):
    def learn(self, key, state, x):
        synapses = self.synapses(Structured(LeakyHebb()))
        synapse = StructuredSynapse(state.weights, jnp.ones_like(state.weights))
        y = synapses.drive(synapse, x)
        return synapses.update(synapse, x, y, jnp.ones(())).weight, state.trace, state.activity, y


class BatchLayer(WithRule):
    def learn(self, key, state, x):
        synapses = self.synapses(Oja(0.05))
        y = synapses.drive(state.weights, x)
        weights = synapses.mean_update(state.weights, jnp.stack([x, x]), jnp.stack([y, y]))
        return weights, state.trace, state.activity, y


class LoopLayer(WithRule):
    def learn(self, key, state, x):
        synapses = self.synapses(Oja(0.05))
        y = synapses.drive(state.weights, x)
        weights = jax.lax.fori_loop(0, 2, lambda _, w: synapses.update(w, x, y), state.weights)
        return weights, state.trace, state.activity, y


class PerSynapseLayer(WithRule):
    def learn(self, key, state, x):
        synapses = self.synapses(Oja(0.05))
        y = synapses.drive(state.weights, x)
        own = jnp.broadcast_to(x, (self.n_outputs, self.n_inputs))
        return synapses.update(state.weights, own, y), state.trace, state.activity, y


class BackwardLayer(WithRule):
    """Answers by what its own weights send back."""

    def learn(self, key, state, x):
        synapses = self.synapses(Oja(0.05))
        y = synapses.drive(state.weights, x)
        trace = synapses.transpose_drive(state.weights, y)
        return synapses.update(state.weights, x, y), trace, state.activity, y


class ScaledLayer(WithRule):
    """All weights shrink besides."""

    def learn(self, key, state, x):
        synapses = self.synapses(Oja(0.05))
        y = synapses.drive(state.weights, x)
        return 0.99 * synapses.update(state.weights, x, y), state.trace, state.activity, y


class BorrowedResidualLayer(WithRule):
    """Learns from the residual, and sends it on."""

    def learn(self, key, state, x):
        synapses = self.synapses(ResidualHebb(0.05))
        y = synapses.drive(state.weights, x)
        reconstruction = synapses.transpose_drive(state.weights, y)
        weights = synapses.update(state.weights, Residual(x, reconstruction), y)
        return weights, x - reconstruction, state.activity, y


class LateralLayer(WithRule):
    n_inputs: int = 20
    n_outputs: int = 20

    def synapses(self, rule):
        return Synapses(Dense(20, 20, self_connections=False), rule)


REFUSED = {
    "clipped": (layers.ClippedLayer(), "this rule changes weights element-wise .* exact blocking is impossible"),
    "clipped in a call of its own": (with_rule(ClippedOja(0.05)), "ClippedOja changes weights element-wise"),
    "another call over the factors": (with_rule(Doubled()), "Doubled changes weights element-wise"),
    "bounds that are soft": (with_rule(Soft()), "Soft changes weights element-wise"),
    "no plain weight": (with_rule(Squared(0.1)), "Squared transmits with something else than the weight"),
    "recurrent": (layers.RecurrentLayer(), "its presynaptic activity depends on what it has just learned"),
    "peeking": (layers.PeekingLayer(), "its weights are used outside drives and rules"),
    "twice": (layers.TwiceLayer(), "its weights are used again after they were changed"),
    "table of inputs": (SparseLayer(), "each neuron has inputs of its own .*FanIn, not Dense"),
    "structure constants": (StructuredLayer(), "its decay differs from synapse to synapse"),
    "mini-batches": (BatchLayer(), "it learns from mini-batches"),
    "in a loop": (LoopLayer(), "its rule is applied inside a loop, a branch or a function"),
    "one value per synapse": (PerSynapseLayer(), "its rule is handed one value per synapse"),
    "sent back": (BackwardLayer(), "its weights are also used for a transpose drive"),
    "scaled": (ScaledLayer(), "its new weights are not simply what the rule made of the old ones"),
    "residual sent on": (BorrowedResidualLayer(), "a reconstruction that is not a transpose drive of its own, for it"),
    "no self-connections": (LateralLayer(), "neurons do not connect to themselves"),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", REFUSED)
def test_blocks_are_refused_with_the_reason_and_what_to_do(name):
    circuit, reason = REFUSED[name]
    with pytest.raises(InputError, match=f"{reason}.*use block=None, or 'auto', which takes one event at a time"):
        bouton.run(circuit, ROWS, key=KEY, block=16)
    assert plan_of(circuit).pathways == ()
    # The default takes such circuits as they are.
    assert bouton.run(circuit, ROWS[:40], key=KEY).block == 1


def test_a_residual_rule_with_a_call_of_its_own_is_refused():
    class Layer(layers.SubspaceLayer):
        def learn(self, key, state, x):
            synapses = self.synapses(SelfCentred(0.05))
            y = synapses.drive(state.weights, x)
            residual = Residual(x, synapses.transpose_drive(state.weights, y))
            return synapses.update(state.weights, residual, y), state.trace, state.activity, y

    assert "SelfCentred changes weights element-wise" in plan_of(Layer()).reasons["weights"]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("block", [0, -1, 2.0, True, "large", (16,)])
def test_what_is_no_size_of_a_block_is_refused(block):
    with pytest.raises(InputError, match=r"block must be a positive integer, 'auto', or None for one event at a time"):
        bouton.run(layers.OjaLayer(), ROWS, key=KEY, block=block)


@pytest.mark.usefixtures("unchecked")
def test_sizes_may_be_numpy_numbers_and_are_bounded():
    assert block_of(layers.OjaLayer(), np.int64(7)) == 7
    assert block_of(layers.OjaLayer(), 10**9) == 1024


@pytest.mark.parametrize(
    ("circuit", "pays"),
    [
        (layers.OjaLayer(n_inputs=64, n_outputs=16), False),
        (layers.OjaLayer(n_inputs=3072, n_outputs=400), True),
        (layers.SubspaceLayer(n_inputs=3072, n_outputs=400), True),
        (SNMFNetwork(64, 16), False),
        (SNMFNetwork(3072, 400), True),
        (layers.ClippedLayer(n_inputs=3072, n_outputs=400), False),
    ],
)
def test_blocks_are_chosen_where_weights_are_many(circuit, pays):
    chosen = block_of(circuit, "auto")
    assert chosen in (16, 32, 64, 128) if pays else chosen == 1
    assert chosen == best_block(plan_of(circuit))


@pytest.mark.thorough
def test_a_layer_above_waits_one_stage_longer_and_not_at_all_with_feedback():
    plan = plan_of(layers.TwoLayers())
    assert [(pathway.name, level) for pathway, level in zip(plan.pathways, plan.levels, strict=True)] == [
        ("first", 0),
        ("second", 1),
    ]
    assert len(plan.stages) == 3
    with_feedback = layers.TwoLayers(feedback=0.3)
    plan = plan_of(with_feedback)
    assert [pathway.name for pathway in plan.pathways] == ["first"]
    assert "transpose drive" in plan.reasons["second"]
    run, plain = (bouton.run(with_feedback, ROWS, key=KEY, block=block) for block in (16, None))
    np.testing.assert_allclose(run.state.first, plain.state.first, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(run.state.second, plain.state.second, rtol=1e-4, atol=1e-5)


def test_circuits_of_equal_shapes_share_a_plan():
    assert plan_of(layers.OjaLayer()) is plan_of(layers.OjaLayer(rate=0.01))
    assert plan_of(layers.OjaLayer()) is not plan_of(layers.OjaLayer(n_outputs=7))
