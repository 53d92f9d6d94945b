"""The audit: local circuits pass, and every way of cheating that we could think of is caught."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest

from bouton.plasticity import Bounded, Dense, Hebb, Oja, Rule, Synapses, Topology, all_to_all, audit
from bouton.similarity import DeepSimilarityMatching


class State(NamedTuple):
    weights: jax.Array
    feedback: jax.Array


class Layer(eqx.Module):
    """A linear layer that learns by a rule; subclasses cheat in one place each."""

    synapses: Synapses = Synapses(Dense(3, 2), Oja(rate=0.1))

    @property
    def event(self):
        return jax.ShapeDtypeStruct((3,), jnp.float32)

    def init(self, key):
        return State(jax.random.normal(key, (2, 3)), jnp.ones((3, 2)))

    def step(self, key, state, x):
        post = self.synapses.drive(state.weights, x)
        return State(self.synapses.update(state.weights, x, post), state.feedback), post


def reasons_of(circuit):
    found = audit(circuit)
    assert not found.local
    return " | ".join((*found.reasons, *(reason for pathway in found.pathways for reason in pathway.reasons)))


def test_a_local_layer_passes_and_says_what_is_seen():
    found = audit(Layer())
    assert found.local
    (pathway,) = found.pathways
    assert (pathway.pathway, pathway.rule, pathway.shape) == ("synapses", "Oja", (2, 3))
    seen = {item.name: item for item in pathway.seen}
    assert seen["pre"].scope == "one value per presynaptic neuron"
    assert seen["pre"].derives_from == ("input",)
    assert seen["post"].derives_from == ("input", "weights")
    assert "local" in found.rows()[0]["verdict"]


def test_operands_that_the_rule_ignores_are_marked_unused():
    class PreOnly(Rule):
        def __call__(self, synapse, pre, post, signal):
            return 0.1 * pre

    found = audit(Layer(synapses=Synapses(Dense(3, 2), PreOnly())))
    assert {item.name: item.used for item in found.pathways[0].seen} == {"synapse": False, "pre": True, "post": False}


class Transported(Rule):
    def __call__(self, synapse, pre, post, signal):
        return pre * post["error"]


def test_a_value_handed_over_per_synapse_is_caught():
    class Cheat(Layer):
        synapses: Synapses = Synapses(Dense(3, 2), Transported())

        def step(self, key, state, x):
            error = state.weights @ (state.weights.T @ state.weights)
            return State(self.synapses.update(state.weights, x, {"error": error}), state.feedback), x

    reasons = reasons_of(Cheat())
    assert "post.error is handed over as one value per synapse" in reasons


class Peeking(Rule):
    others: jax.Array

    def __call__(self, synapse, pre, post, signal):
        return pre * post - jnp.sum(self.others) * synapse


def test_a_rule_that_carries_an_array_is_caught():
    reasons = reasons_of(Layer(synapses=Synapses(Dense(3, 2), Peeking(jnp.ones(3)))))
    assert "the rule carries an array of shape (3,) that every synapse sees" in reasons


@pytest.mark.parametrize(
    ("after", "primitive"),
    [
        (lambda w: w / jnp.linalg.norm(w, axis=1, keepdims=True), "div"),
        (lambda w: jax.lax.cond(jnp.sum(w) > 0, lambda v: v * 2, lambda v: v, w), "mul"),
        (lambda w: jax.lax.fori_loop(0, 3, lambda _, v: v + 1, w), "add"),
        (lambda w: jax.jit(jnp.negative)(w), "neg"),
        (jnp.zeros_like, "broadcast_in_dim"),
    ],
)
@pytest.mark.parametrize("before_the_rule", [False, True])
def test_a_change_outside_the_rule_is_caught(after, primitive, before_the_rule):
    class Cheat(Layer):
        def step(self, key, state, x):
            weights = after(state.weights) if before_the_rule else state.weights
            weights = self.synapses.update(weights, x, self.synapses.drive(weights, x))
            return State(weights if before_the_rule else after(weights), state.feedback), x

    assert f"weights is changed outside any rule, by {primitive}" in reasons_of(Cheat())


def test_taking_over_another_pathways_weights_is_caught():
    class Cheat(Layer):
        def init(self, key):
            return State(jnp.ones((2, 3)), jnp.ones((2, 3)))

        def step(self, key, state, x):
            return State(state.feedback, self.synapses.update(state.feedback, x, jnp.ones(2))), x

    assert "weights takes over feedback" in reasons_of(Cheat())


def test_what_a_scan_carries_slices_and_stacks_is_told_apart():
    class Scanning(Layer):
        def step(self, key, state, x):
            def body(carry, part):
                return carry + part, carry * x[1]

            total, stacked = jax.lax.scan(body, jnp.zeros(()), x)
            feedback = jnp.sum(state.feedback)
            weights = self.synapses.update(state.weights, stacked, jnp.full(2, total) + feedback)
            return State(weights, state.feedback), x

    found = audit(Scanning())
    assert found.local
    assert {item.name: item.derives_from for item in found.pathways[0].seen} == {
        "synapse": ("weights",),
        "pre": ("input",),
        "post": ("feedback", "input"),
    }


def test_rules_inside_branches_and_loops_are_seen_through():
    class Gated(Layer):
        def step(self, key, state, x):
            def learn(weights):
                return jax.lax.fori_loop(
                    0, 2, lambda _, w: self.synapses.update(w, x, self.synapses.drive(w, x)), weights
                )

            weights = jax.lax.cond(x[0] > 0, learn, lambda weights: weights, state.weights)
            return State(weights, state.feedback), x

    found = audit(Gated())
    assert found.local
    assert found.pathways[0].seen[2].derives_from == ("input", "weights")


def test_bounds_belong_to_the_rule():
    assert audit(Layer(synapses=Synapses(Dense(3, 2), Bounded(Oja(rate=0.1), 0.0, 1.0)))).local


def test_the_learning_signal_is_seen_by_all_synapses_alike():
    class Rewarded(Rule):
        def __call__(self, synapse, pre, post, signal):
            return signal["reward"] * pre * post

    class Learner(Layer):
        synapses: Synapses = Synapses(Dense(3, 2), Rewarded())

        def step(self, key, state, x):
            weights = self.synapses.update(state.weights, x, state.weights @ x, {"reward": jnp.sum(x)})
            return State(weights, state.feedback), x

    found = audit(Learner())
    assert found.local
    assert {item.name: item.scope for item in found.pathways[0].seen}["signal.reward"] == "one value for all synapses"


def test_a_step_that_is_compiled_in_parts_is_seen_each_time():
    @jax.jit
    def learn(synapses, weights, x):
        return synapses.update(weights, x, {"error": jnp.ones((2, 3))})

    class Compiled(Layer):
        synapses: Synapses = Synapses(Dense(3, 2), Transported())

        def step(self, key, state, x):
            return State(learn(self.synapses, state.weights, x), state.feedback), x

    learn(Compiled().synapses, jnp.ones((2, 3)), jnp.ones(3))
    for _ in range(3):
        assert "post.error is handed over as one value per synapse" in reasons_of(Compiled())


def test_where_nothing_learns_by_synapses_the_audit_promises_nothing():
    from bouton.surprise import GaussianMean, LeakyIntegrator

    found = audit(LeakyIntegrator(GaussianMean(1.0), 0.9))
    assert not found.local
    assert found.rows()[0]["verdict"].startswith("nothing to audit")


class TwoLayers(eqx.Module):
    """Layers of which the first learns from the errors of the second, which come down in one of several ways."""

    first: Synapses = Synapses(Dense(3, 2), Hebb(0.1))
    second: Synapses = Synapses(Dense(2, 4), Hebb(0.1))
    way: str = eqx.field(static=True, default="dot")

    @property
    def event(self):
        return jax.ShapeDtypeStruct((3,), jnp.float32)

    def init(self, key):
        return {"first": jnp.ones((2, 3)), "second": jnp.ones((4, 2)), "fixed": jnp.ones((2, 4))}

    def down(self, state, error):
        weights = state["second"]
        match self.way:
            case "dot":
                return weights.T @ error
            case "left":
                return error @ weights
            case "sum":
                return jnp.sum(weights * error[:, None], axis=0)
            case "loop":
                return jax.lax.fori_loop(0, 3, lambda _, e: e + jnp.einsum("ij,i->j", weights, error), jnp.zeros(2))
            case "drive":
                return self.second.transpose_drive(weights, error)
            case "gradient":
                return jax.grad(lambda hidden: error @ self.second.drive(weights, hidden))(jnp.ones(2))
        return state["fixed"] @ error

    def step(self, key, state, x):
        hidden = jnp.tanh(self.first.drive(state["first"], x))
        error = self.second.drive(state["second"], hidden) - 1
        back = self.down(state, error) * (1 - hidden**2)
        new = {
            "first": self.first.update(state["first"], x, back),
            "second": self.second.update(state["second"], hidden, error),
        }
        return {**state, **new}, error


class Settling(TwoLayers):
    """What comes down drives the activities that both layers learn from."""

    def step(self, key, state, x):
        def turn(_, activities):
            hidden, top = activities
            hidden = self.first.drive(state["first"], x) + 0.1 * self.down(state, top)
            return hidden, self.second.drive(state["second"], hidden)

        hidden, top = jax.lax.fori_loop(0, 4, turn, (jnp.zeros(2), jnp.zeros(4)))
        new = {
            "first": self.first.update(state["first"], x, hidden),
            "second": self.second.update(state["second"], hidden, top),
        }
        return {**state, **new}, top


@pytest.mark.parametrize("way", ["dot", "left", "sum", "loop", "drive", "gradient"])
def test_backpropagation_is_local_only_by_weight_transport(way):
    found = audit(TwoLayers(way=way))
    first, second = found.pathways
    assert first.verdict == "local, with weight transport: post by the transpose of second"
    assert second.verdict == "local"
    assert (found.local, found.transport) == (True, True)
    assert found.rows()[0]["verdict"] == first.verdict


def test_feedback_through_other_weights_is_no_transport():
    found = audit(TwoLayers(way="fixed"))
    assert [pathway.verdict for pathway in found.pathways] == ["local", "local"]
    assert not found.transport
    assert not any(pathway.feedback for pathway in found.pathways)


@pytest.mark.parametrize("way", ["dot", "left", "sum", "drive"])
def test_feedback_that_synapses_of_its_own_could_learn_is_told_apart(way):
    found = audit(Settling(second=Synapses(Dense(2, 4), Oja(0.1)), way=way))
    assert [pathway.verdict for pathway in found.pathways] == ["local", "local"]
    assert [(each.name, each.pathway, each.learnable) for each in found.pathways[0].feedback] == [
        ("post", "second", True)
    ]
    assert found.rows()[0]["feedback"] == "post by the transpose of second, which synapses of its own could learn"
    assert not found.transport


def test_weights_that_never_forget_what_they_began_with_could_not_be_learned_a_second_time():
    found = audit(Settling())
    assert found.pathways[0].verdict == "local, with weight transport: post by the transpose of second"
    assert not any(seen.used for seen in found.pathways[1].seen if seen.name == "synapse")


class Stack(NamedTuple):
    feedforward: Topology
    lateral: Topology


@pytest.mark.thorough
def test_deep_similarity_matching_could_learn_its_feedback():
    layers = [Stack(all_to_all(5, 4), all_to_all(4, 4)), Stack(all_to_all(4, 3), all_to_all(3, 3))]
    for strength in (0.0, 0.5):
        found = audit(DeepSimilarityMatching(layers, feedback=strength))
        assert {pathway.verdict for pathway in found.pathways} == {"local"}
        brought = {each.pathway for pathway in found.pathways for each in pathway.feedback}
        assert ("layers.1.feedforward" in brought) == (strength > 0)


def test_pathways_of_a_circuit_of_ones_own_have_names():
    class Unannotated(Layer):
        synapses: Synapses | None = None

        @property
        def forward(self):
            return Synapses(Dense(3, 2), Oja(rate=0.1))

        @property
        def broken(self):
            raise RuntimeError("not outside of a run")

        def step(self, key, state, x):
            between = Synapses(Dense(2, 3), Hebb(rate=0.1))
            y = self.forward.drive(state.weights, x)
            return State(self.forward.update(state.weights, x, y), between.update(state.feedback, y, x)), y

    assert [pathway.pathway for pathway in audit(Unannotated()).pathways] == ["forward", "feedback"]
