"""The reversal task: which action an image asks for, when a block ends, what is kept of trials, curves of them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.behaviour import (
    ChoiceModel,
    ClosedLoop,
    FoodArena,
    ReversalTask,
    Trial,
    act_in,
    as_environment,
    block_lengths,
    learning_curve,
    live_through,
    reaches,
    ticks,
    trials_of,
)
from bouton.errors import InputError

KEY = jax.random.key(0)


def answered(task, answers, key=KEY):
    """Return the states after each trial, where a function of state and trial says whether to answer correctly."""
    step, state, states = jax.jit(task.step), task.init(key), []
    for number in range(answers[1]):
        target = int(task.target(state))
        action = target if answers[0](state, number) else 1 - target
        state, _, reward = step(jax.random.fold_in(key, number), state, jnp.asarray(action, jnp.int32))
        assert float(reward) == (1 if action == target else -4)
        states.append(state)
    return states


def table(states):
    return trials_of(np.array([state.last for state in states]))


@pytest.mark.thorough
def test_images_ask_for_their_action_and_only_some_are_reversed():
    trials = table(answered(ReversalTask(), (lambda state, number: True, 400)))
    assert trials.block.max() >= 4
    reversed_now = (trials.image < 2) & (trials.block % 2 == 1)
    np.testing.assert_array_equal(trials.target, (trials.image + reversed_now) % 2)
    assert set(trials.image.tolist()) == {0, 1, 2, 3}


@pytest.mark.thorough
def test_a_block_ends_with_the_trial_that_meets_the_criterion_of_every_image():
    task = ReversalTask(n_images=2, n_reversing=2, window=5, needed=4)
    rng = np.random.default_rng(0)
    trials = table(answered(task, (lambda state, number: rng.random() < 0.8, 600)))
    last = {image: [] for image in range(2)}
    for image, correct, outcome, presentation in zip(
        trials.image, trials.correct, trials.outcome, trials.presentation, strict=True
    ):
        last[image].append(correct)
        assert presentation == len(last[image])
        met = all(len(each) >= 5 and sum(each[-5:]) >= 4 for each in last.values())
        assert outcome == int(met)
        if met:
            last = {image: [] for image in range(2)}
    assert (trials.outcome == 1).sum() > 10


@pytest.mark.thorough
def test_a_block_that_takes_too_long_has_failed_and_one_lasts_at_least_as_long_as_asked():
    failed = table(answered(ReversalTask(most_trials=30), (lambda state, number: False, 100)))
    assert np.flatnonzero(failed.outcome).tolist() == [29, 59, 89]
    assert set(failed.outcome.tolist()) == {0, 2}
    long = table(answered(ReversalTask(least_trials=150), (lambda state, number: True, 310)))
    assert np.flatnonzero(long.outcome == 1).tolist() == [149, 299]


def test_images_are_random_patterns_of_a_given_number_of_active_inputs():
    patterns = np.asarray(ReversalTask(n_images=6, n_inputs=50, level=0.3).init(KEY).patterns)
    assert patterns.sum(axis=1).tolist() == [15.0] * 6
    assert len({tuple(row) for row in patterns.tolist()}) == 6
    own = np.eye(4, 8)
    task = ReversalTask(n_inputs=8, patterns=own)
    state = task.init(KEY)
    np.testing.assert_array_equal(task.observe(state).pattern, own[int(state.image)])


def test_curves_leave_out_what_has_ended_and_blocks_that_have_not():
    rows = [
        # block, image, target, correct, presentation, outcome
        (0, 0, 0, 1, 1, 0),
        (0, 1, 1, 1, 1, 1),
        (1, 0, 1, 0, 1, 0),
        (1, 0, 1, 1, 2, 0),
        (1, 1, 0, 0, 1, 1),
        (2, 0, 0, 1, 1, 0),
    ]
    trials = trials_of(np.array([(-1,) * 6, *rows]))
    curve = learning_curve(trials, (0, 1), longest=3, first_block=0)
    np.testing.assert_array_equal(curve.correct, [0.5, 1.0, np.nan])
    assert curve.number.tolist() == [4, 1, 0]
    assert np.isfinite(curve.error[:2]).all()
    assert learning_curve(trials, (0,), longest=2, first_block=1).correct.tolist() == [0.0, 1.0]
    assert reaches(curve, 0.9) == 2
    assert reaches(curve._replace(correct=np.zeros(3)), 0.9) == 0
    blocks = block_lengths(trials, first_block=0)
    assert blocks.length.tolist() == [2, 3]
    assert not blocks.failed.any()
    assert block_lengths(trials, 0, 0).length.tolist() == [2]


@pytest.mark.thorough
def test_blocks_are_lived_through_as_in_a_run():
    loop = ClosedLoop(ChoiceModel.two_strengths(n_inputs=5), ReversalTask(n_inputs=5))
    found = live_through(loop, 8, key=KEY, n_copies=2)
    assert [int((block_lengths(found, 0).copy == copy).sum()) for copy in (0, 1)] == [8, 8]
    for copy in (0, 1):
        own = [column[found.copy == copy] for column in found[1:]]
        key = jax.random.fold_in(KEY, copy)
        run = bouton.run(loop, ticks(len(own[0])), key=key, record={"world.last": 1})
        for one, other in zip(own, trials_of(run.recordings["world.last"].values)[1:], strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.thorough
def test_agents_forget_fast_and_a_table_of_rewards_learns_too():
    shape = {"n_images": 2, "n_inputs": 2}
    for agent, cost in ((ChoiceModel.two_strengths(**shape), 4.0), (ChoiceModel.tabular(**shape), 0.0)):
        loop = ClosedLoop(agent, ReversalTask(n_reversing=2, level=0.5, error_cost=cost, **shape))
        trials = live_through(loop, 6, key=KEY, n_copies=20)
        curve = learning_curve(trials)
        assert curve.correct[0] < 0.2
        assert curve.correct[14] > 0.75
        assert not block_lengths(trials).failed.any()


@pytest.mark.thorough
def test_slow_components_carry_what_is_rarely_reversed():
    agent = ChoiceModel.several_timescales(n_images=2, n_inputs=2)
    slow = []
    for length in (20, 1000):
        task = ReversalTask(2, 2, 2, 0.5, least_trials=length, most_trials=length)
        state = bouton.run(ClosedLoop(agent, task), ticks(3000), key=KEY, progress=False).state
        parts = [abs(float(own[0, 0] - own[1, 0])) for own in state.agent.strengths]
        slow.append(parts[0] / sum(parts))
    assert slow[0] < 0.25 < slow[1]


@pytest.mark.filterwarnings("ignore:.*Box (observation|action) space.*")
def test_the_task_is_an_environment_whose_info_tells_the_trial():
    pytest.importorskip("gymnasium", reason="no gymnasium: pip install 'bouton[rl]'")
    from gymnasium.spaces import Discrete
    from gymnasium.utils.env_checker import check_env

    environment = as_environment(ReversalTask(), max_steps=50)
    check_env(environment, skip_render_check=True)
    assert environment.action_space == Discrete(2)
    seen, info = environment.reset(seed=3)
    assert seen.shape == (101,)
    for _ in range(20):
        assert info.keys() == {"image", "target", "block", "since_reversal"}
        assert seen[-1] == info["image"]
        before = info
        seen, reward, terminated, truncated, info = environment.step(before["target"])
        assert reward == 1
        assert not terminated
    assert not truncated
    assert as_environment(FoodArena()).reset(seed=0)[1] == {}


def test_an_agent_of_ours_acts_in_the_environment_and_rewards_must_be_finite():
    pytest.importorskip("gymnasium", reason="no gymnasium: pip install 'bouton[rl]'")
    from bouton.behaviour import Cue

    def see(seen):
        return Cue(seen[:-1], np.asarray(seen[-1], int))

    environment = as_environment(ReversalTask(n_inputs=5), max_steps=10_000)
    agent = ChoiceModel.two_strengths(n_inputs=5)
    found = act_in(agent, environment, 200, key=KEY, see=see, act=int)
    assert (found.rewards[50:] > 0).mean() > 0.6

    class Broken:
        def reset(self, seed=None):
            return np.zeros(6), {}

        def step(self, action):
            return np.zeros(6), float("nan"), False, False, {}

    with pytest.raises(InputError, match="rewards must be finite, the environment gave nan in step 0"):
        act_in(agent, Broken(), 3, key=KEY, see=see, act=int)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ReversalTask(n_images=3), "n_images must be even"),
        (lambda: ReversalTask(n_images=2, n_reversing=3), "n_reversing must not exceed n_images, 2; got 3"),
        (lambda: ReversalTask(level=0.0), "coding level f=0 gives 0 active units of 100"),
        (lambda: ReversalTask(needed=11), "needed must not exceed window, 10; got 11"),
        (lambda: ReversalTask(least_trials=501), "least_trials must not exceed most_trials"),
        (lambda: ReversalTask(error_cost=-1.0), "error_cost must be at least 0"),
        (lambda: ReversalTask(patterns=np.zeros((4, 5))), r"patterns must have shape \(4, 100\)"),
        (lambda: ReversalTask(n_inputs=4, patterns=np.full((4, 4), np.nan)), "patterns must be finite"),
        (lambda: trials_of(np.zeros((3, 5), int)), r"trials are recorded as \(trials, 6\), got shape \(3, 5\)"),
        (
            lambda: live_through(ClosedLoop(FoodArena.agent("ICO", 0.1), FoodArena()), 3, key=KEY),
            "blocks are those of a ReversalTask, got FoodArena",
        ),
        (
            lambda: live_through(ClosedLoop(ChoiceModel.two_strengths(), ReversalTask()), 0, key=KEY),
            "n_blocks must be an integer of at least 1",
        ),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_bad_input_is_refused_in_words(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_images_that_are_the_same_are_warned_of():
    with pytest.warns(UserWarning, match="images 0 and 2 are the same pattern"):
        ReversalTask(n_inputs=4, patterns=np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1.0]]))


def test_what_is_recorded_of_a_trial_has_names():
    assert Trial._fields == ("block", "image", "target", "correct", "presentation", "outcome")
