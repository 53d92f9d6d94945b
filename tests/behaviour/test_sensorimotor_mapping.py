"""Reward-modulated Hebbian learning: the gradient of reward by enumeration, bounds, what a trial changes, the task."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.behaviour import (
    ChoiceModel,
    ClosedLoop,
    Cue,
    Experience,
    MappingNetwork,
    PerturbedNetwork,
    ReversalTask,
    live_through,
    ticks,
    trials_of,
)
from bouton.dynamics import adaptive_threshold, firing_probability
from bouton.engine import Copies, rollout
from bouton.errors import InputError
from bouton.plasticity import ChoiceStrength, RewardHebb, RewardHebbPost, RewardHebbPre, audit

KEY = jax.random.key(0)
RATE, LEVEL, TEMPERATURE, THRESHOLD = 0.01, 0.34, 0.5, 0.1
PATTERN = np.array([1.0, 0.0, 1.0])
OUTCOMES = [(np.array(hidden, float), action) for hidden in itertools.product((0, 1), repeat=3) for action in (0, 1)]


def small(name):
    rule = RewardHebb.named(name, RATE, bounds="none")
    sizes = {"n_inputs": 3, "n_hidden": 3, "n_layers": 1, "n_images": 2}
    levels = {"input_level": LEVEL, "level": LEVEL, "temperature": TEMPERATURE, "threshold": THRESHOLD}
    return MappingNetwork(rule, **sizes, **levels)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def chances(weights, hidden, action):
    """Return the firing probabilities, those of the actions, and the probability of an outcome."""
    firing = sigmoid((weights[0] @ PATTERN - THRESHOLD) / TEMPERATURE)
    first = sigmoid((weights[1][0] - weights[1][1]) @ hidden / TEMPERATURE)
    both = np.array([first, 1 - first])
    return firing, both, np.prod(np.where(hidden == 1, firing, 1 - firing)) * both[action]


def mean_change(name, rewards):
    """Return the expected change of all weights over all samples and actions, and the weights."""
    network = small(name)
    start = network.init(KEY)
    weights = [np.asarray(each) for each in start.weights]
    expected = [np.zeros_like(each) for each in weights]
    learn = jax.jit(lambda state, reward: network.step(KEY, state, Experience(cue(3), reward))[0].weights)
    for hidden, action in OUTCOMES:
        firing, both, probability = chances(weights, hidden, action)
        activity = tuple(jnp.asarray(each) for each in (PATTERN, hidden, np.eye(2)[action]))
        state = start._replace(
            activity=activity,
            probability=(jnp.asarray(firing), jnp.asarray(both)),
            image=jnp.asarray(0, jnp.int32),
        )
        for layer, after in enumerate(learn(state, jnp.asarray(rewards[action]))):
            expected[layer] += probability * (np.asarray(after) - weights[layer])
    return expected, weights


def cue(n_inputs):
    return Cue(jnp.zeros(n_inputs), jnp.asarray(0, jnp.int32))


def mean_reward(weights, rewards):
    return sum(chances(weights, hidden, action)[2] * rewards[action] for hidden, action in OUTCOMES)


@pytest.mark.usefixtures("float64")
def test_reinforce_climbs_the_expected_reward_in_every_layer():
    rewards = np.array([1.0, -4.0])
    expected, weights = mean_change("reinforce", rewards)
    for layer, own in enumerate(weights):
        for place in np.ndindex(own.shape):
            slope = 0.0
            for side in (1e-6, -1e-6):
                moved = [each.copy() for each in weights]
                moved[layer][place] += side
                slope += np.sign(side) * mean_reward(moved, rewards) / 2e-6
            assert expected[layer][place] / RATE == pytest.approx(TEMPERATURE * slope, abs=1e-9)
    assert all(np.abs(each).max() > 1e-4 for each in expected)


@pytest.mark.usefixtures("float64")
def test_hebb_is_reinforce_and_a_drift_by_the_mean_reward():
    rewards = np.array([1.0, -4.0])
    (hebb, _), (gradient, weights) = mean_change("hebb", rewards), mean_change("reinforce", rewards)
    firing = sigmoid((weights[0] @ PATTERN - THRESHOLD) / TEMPERATURE)
    drift = RATE * mean_reward(weights, rewards) * np.outer(firing - LEVEL, PATTERN)
    np.testing.assert_allclose(hebb[0], gradient[0] + drift, rtol=0, atol=1e-15)


@pytest.mark.usefixtures("float64")
def test_a_reward_that_tells_nothing_changes_nothing_by_reinforce_and_lets_hebb_drift():
    constant = np.array([0.7, 0.7])
    for layer in mean_change("reinforce", constant)[0]:
        np.testing.assert_allclose(layer, 0, atol=1e-16)
    hebb, weights = mean_change("hebb", constant)
    firing = sigmoid((weights[0] @ PATTERN - THRESHOLD) / TEMPERATURE)
    np.testing.assert_allclose(hebb[0], RATE * 0.7 * np.outer(firing - LEVEL, PATTERN), atol=1e-15)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("signal", [1.0, -1.0])
def test_soft_bounds_have_a_closed_form(signal):
    rule, weight = RewardHebb.named("pure_hebb", 0.01), 0.0
    for _ in range(100):
        weight = weight + float(rule(weight, RewardHebbPre(1.0, 0.2), RewardHebbPost(1.0, 0.5, 0.2), signal))
    assert weight == pytest.approx(signal * (1 - 0.99**100), abs=1e-12)
    assert abs(weight) == pytest.approx(0.633968, abs=1e-6)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("mixture", [0.0, 0.3, 1.0])
def test_what_one_decision_unit_gains_the_other_loses(mixture):
    rule = RewardHebb.named("mixed", 0.005, mixture, bounds="none")
    network = MappingNetwork(rule, n_inputs=20, n_hidden=20, n_layers=1)
    _, sums = rollout(
        ClosedLoop(network, ReversalTask(n_inputs=20)),
        ticks(50),
        KEY,
        look=lambda state, info: jnp.sum(state.agent.weights[-1], axis=0),
    )
    np.testing.assert_allclose(np.asarray(sums), np.asarray(sums)[:1].repeat(50, axis=0), atol=1e-14)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_without_hidden_layers_one_trial_moves_its_own_image_by_a_closed_form():
    network = MappingNetwork(RewardHebb.named("hebb", 0.005, bounds="none"), n_layers=0)
    patterns = np.kron(np.eye(4), np.ones(20))[:, :100]
    patterns = np.hstack([patterns, np.zeros((4, 20))])
    start = network.init(KEY)
    decision = lambda weights, image: (weights[0] - weights[1]) @ patterns[image]  # noqa: E731
    for action, reward, expected in ((0, 1.0, 0.1), (0, -4.0, -0.4), (1, 1.0, -0.1)):
        state = start._replace(activity=(jnp.asarray(patterns[1]), jnp.eye(2)[action]), image=jnp.asarray(1, jnp.int32))
        after = network.step(KEY, state, Experience(cue(100), jnp.asarray(reward)))[0].weights[0]
        change = [decision(np.asarray(after), m) - decision(np.asarray(start.weights[0]), m) for m in range(4)]
        np.testing.assert_allclose(change, [0, expected, 0, 0], atol=1e-14)
    assert float(firing_probability(jnp.asarray(0.1), 0.0, 0.05)) == pytest.approx(0.880797, abs=1e-6)


@pytest.mark.thorough
def test_nearly_deterministic_layers_have_exactly_their_number_of_active_neurons():
    loop = ClosedLoop(MappingNetwork(temperature=1e-7, n_layers=1), ReversalTask())
    _, active = rollout(loop, ticks(100), KEY, look=lambda state, info: jnp.sum(info.agent.code))
    assert set(np.asarray(active).tolist()) == {20.0}


def test_the_adaptive_threshold_is_between_two_ranks_of_a_sort():
    rng = np.random.default_rng(0)
    for size, n_active in ((7, 1), (7, 6), (100, 20)):
        drive = rng.normal(size=size).astype(np.float32)
        ranked = np.sort(drive)[::-1]
        expected = (ranked[n_active - 1] + ranked[n_active]) / 2
        assert float(adaptive_threshold(jnp.asarray(drive), n_active)) == pytest.approx(expected, rel=1e-6)
    assert float(adaptive_threshold(jnp.array([1.0, 1.0, 1.0, 0.0]), 2)) == 1


def test_two_strengths_follow_their_closed_form():
    rule, strengths = ChoiceStrength(0.05, 0.7), np.array([0.5, 0.5])
    for _ in range(10):
        strengths = strengths + [
            float(rule(own, 1.0, post, 1.0)) for own, post in zip(strengths, (1.0, 0.0), strict=True)
        ]
    np.testing.assert_allclose(strengths, [0.700632, 0.299368], atol=1e-6)
    assert float(rule(1.0, 1.0, 1.0, -4.0)) == pytest.approx(-0.7)
    assert float(rule(0.4, 1.0, 0.0, -4.0)) == 0


def test_reward_is_one_value_for_all_synapses_and_nothing_else_crosses():
    found = audit(ClosedLoop(MappingNetwork(), ReversalTask()))
    assert found.local
    assert not found.transport
    assert len(found.pathways) == 3
    for pathway in found.pathways:
        scopes = {seen.name.partition(".")[0]: seen.scope for seen in pathway.seen if seen.used}
        assert scopes == {
            "synapse": scopes["synapse"],
            "pre": "one value per presynaptic neuron",
            "post": "one value per postsynaptic neuron",
            "signal": "one value for all synapses",
        }


@pytest.mark.thorough
def test_nothing_is_learned_before_the_first_reward_nor_where_learning_has_stopped():
    for name in ("hebb", "pre_only", "post_only"):
        network = MappingNetwork(RewardHebb.named(name, 0.01), n_inputs=20, n_hidden=20, stop_at=0.5)
        start = network.init(KEY)
        first, info = network.step(KEY, start, Experience(cue(20), jnp.asarray(-4.0)))
        assert float(info.info.modulator) == 0
        known = first._replace(expected=jnp.full(4, 0.9))
        for reward, signal in ((1.0, 0.0), (-4.0, -4.0)):
            after, info = network.step(KEY, known, Experience(cue(20), jnp.asarray(reward)))
            assert float(info.info.modulator) == signal
            assert float(after.expected[0]) == pytest.approx(0.9 + 0.2 * (reward - 0.9))
        for one, other in zip(start.weights, first.weights, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.thorough
def test_attenuation_takes_the_expected_reward_off():
    network = MappingNetwork(n_inputs=20, n_hidden=20, attenuation=0.5)
    state = network.init(KEY)._replace(image=jnp.asarray(2, jnp.int32), expected=jnp.array([0.0, 0.0, 0.8, 0.0]))
    _, info = network.step(KEY, state, Experience(cue(20), jnp.asarray(1.0)))
    assert float(info.info.modulator) == pytest.approx(0.6)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_copies_live_through_what_single_runs_do():
    loop = ClosedLoop(MappingNetwork(n_inputs=20, n_hidden=20), ReversalTask(n_inputs=20))
    together = trials_of(
        bouton.run(Copies(loop, 3), ticks(60, 3), key=KEY, record={"world.last": 1}).recordings["world.last"].values
    )
    for copy in range(3):
        own = Copies(loop, 3)._keys(KEY)[copy]
        state, rows = loop.init(own), []
        step = jax.jit(loop.step)
        for number in range(60):
            key = Copies(loop, 3)._keys(jax.random.fold_in(KEY, number))[copy]
            state, _ = step(key, state, jnp.zeros((), jnp.uint8))
            rows.append(np.asarray(state.world.last))
        alone = trials_of(np.array(rows))
        for one, other in zip(together[1:], alone[1:], strict=True):
            np.testing.assert_array_equal(one[together.copy == copy], other)


@pytest.mark.thorough
def test_noise_that_comes_before_a_better_reward_is_kept():
    """Noise in a weight transmits with it; a reward above its mean takes all of it over at a rate of one over M."""
    for of in ("nodes", "weights"):
        network = PerturbedNetwork(of, rate=0.5, noise=0.1, n_inputs=20, n_hidden=20, n_layers=1, spread=0.1)
        step = jax.jit(network.step)
        start = network.init(KEY)
        pattern = jnp.asarray(np.arange(20) % 5 == 0, float)
        seen = Cue(pattern, jnp.asarray(1, jnp.int32))
        first, info = step(KEY, start, Experience(seen, jnp.asarray(1.0)))
        assert float(info.info.modulator) == 0
        after, info = step(jax.random.key(1), first, Experience(seen, jnp.asarray(1.0)))
        assert float(info.info.modulator) == 1
        if of == "nodes":
            gained = after.synapses[0] - start.synapses[0]
            np.testing.assert_allclose(gained, 0.5 * np.outer(first.noise[0], pattern), atol=1e-6)
        else:
            np.testing.assert_array_equal(first.synapses[0].weight, start.synapses[0].weight)
            gained = after.synapses[0].weight - start.synapses[0].weight
            np.testing.assert_allclose(gained, 0.5 * first.synapses[0].noise, atol=1e-6)
            assert float(jnp.std(first.synapses[0].noise)) == pytest.approx(0.1 / 2, rel=0.2)
        assert float(after.activity[1].sum()) == 4
        quiet = network.respond(after, Experience(seen, jnp.asarray(0.0)))
        assert quiet.shape == (2,)


@pytest.mark.thorough
def test_a_small_network_learns_reversals():
    network = MappingNetwork(n_inputs=40, n_hidden=40, n_layers=1, n_images=2)
    loop = ClosedLoop(network, ReversalTask(2, 2, n_inputs=40))
    from bouton.behaviour import block_lengths

    blocks = block_lengths(live_through(loop, 4, key=KEY, n_copies=3))
    assert not blocks.failed.any()
    assert np.median(blocks.length) < 80


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MappingNetwork(temperature=0), "temperature must be > 0, got 0; use 1e-3"),
        (lambda: MappingNetwork(temperature=-1.0), "temperature must be > 0"),
        (lambda: MappingNetwork(level=0.001), "coding level f=0.001 gives 0 active units of 100; need 1 <= k < 100"),
        (lambda: MappingNetwork(input_level=1.0), "gives 100 active units of 100"),
        (lambda: MappingNetwork(RewardHebb(2.0)), "the rate must not exceed the limit of a weight"),
        (lambda: MappingNetwork(n_layers=-1), "n_layers must be an integer of at least 0"),
        (lambda: RewardHebb.named("hebbian", 0.1), "name must be one of hebb, reinforce, mixed"),
        (lambda: RewardHebb(0.1, bounds="firm"), "bounds must be 'soft', 'hard' or 'none'"),
        (lambda: adaptive_threshold(jnp.zeros(3), 3), r"n_active must lie in \[1, 3\)"),
        (lambda: ChoiceModel((ChoiceStrength(0.1, 0.7),), (0.5, 0.5)), "shares must be as many as rules, 1; got 2"),
        (lambda: PerturbedNetwork("synapses", 0.1), "of must be 'nodes' or 'weights'"),
        (lambda: PerturbedNetwork("nodes", 0.1, level=0.0), "gives 0 active units of 100"),
        (lambda: ChoiceStrength(0.1, 1.7), "error_rate must lie in"),
        (lambda: ClosedLoop(MappingNetwork(n_inputs=50), ReversalTask()), "shows Cue of shapes .* sees"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_bad_input_is_refused_in_words(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_rewards_that_are_not_finite_are_refused():
    network = MappingNetwork(n_inputs=20, n_hidden=20)
    seen = Experience(Cue(np.zeros((3, 20)), np.zeros(3, int)), np.array([1.0, np.nan, 1.0]))
    with pytest.raises(InputError, match="finite"):
        bouton.run(network, seen, key=KEY)
