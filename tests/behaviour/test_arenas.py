"""Robots in arenas: mirror images, what sensors reach, food that comes back, and the loop as a circuit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.behaviour import ClosedLoop, FoodArena, ObstacleArena, Pose, RangeSensors, World, ticks
from bouton.engine import Copies, rollout
from bouton.errors import Diverged, InputError

KEY = jax.random.key(0)


def way_of(loop, steps):
    def look(state, info):
        return jnp.append(state.world.pose.position, state.world.pose.heading), state.agent.synapses.weight

    _, (way, weights) = rollout(loop, ticks(steps), KEY, look=look)
    return np.asarray(way), np.asarray(weights)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("rule", ["ICO", "ISO", "ISO3"])
def test_the_mirror_image_of_an_arena_is_lived_through_in_the_mirror(rule):
    agent = FoodArena.agent(rule, 1e-4)
    ways, weights = [], []
    for side in (1, -1):
        places = tuple((x, 200 + side * y) for x, y in ((80.0, 35.0), (190.0, -20.0)))
        start = (20.0, 200.0, side * 0.3)
        world = FoodArena(noise=0.0, consumed=False, start=start, places=places)
        way, weight = way_of(ClosedLoop(agent, world), 300)
        ways.append(way)
        weights.append(weight)
    np.testing.assert_allclose(ways[1], ways[0] * [1, -1, -1] + [0, 400, 0], atol=1e-9)
    np.testing.assert_allclose(weights[1], weights[0], atol=1e-12)
    assert np.abs(weights[0][-1]).max() > 0, "it has touched food and learned"


@pytest.mark.thorough
def test_range_finders_reach_what_lies_ahead_on_their_side():
    sensors, size = RangeSensors(), (600.0, 400.0)
    left, right, behind = ((320.0, 215.0), (320.0, 185.0), (270.0, 200.0))
    for centre, expected in ((left, [True, False]), (right, [False, True]), (behind, [False, False])):
        pose = Pose(jnp.array([300.0, 200.0]), jnp.asarray(0.0))
        found = sensors.detect(pose, size, 5.0, jnp.array([centre]), jnp.array([12.0]))
        assert found.tolist() == expected
    towards_wall = Pose(jnp.array([560.0, 200.0]), jnp.asarray(0.0))
    assert sensors.detect(towards_wall, size, 5.0, jnp.zeros((0, 2)), jnp.zeros(0)).tolist() == [True, True]


@pytest.mark.thorough
def test_rays_find_what_the_points_find():
    sensors, size, rng = RangeSensors(), np.array([600.0, 400.0]), np.random.default_rng(0)
    positions, headings = rng.uniform(0, size, (4000, 2)), rng.uniform(-np.pi, np.pi, 4000)
    disks, radii = rng.uniform(0, size, (3, 2)), np.array([40.0, 25.0, 0.4])
    with jax.enable_x64(True):
        poses = Pose(jnp.asarray(positions), jnp.asarray(headings))
        look = jax.jit(
            jax.vmap(lambda pose: sensors.detect(pose, (600.0, 400.0), 5.0, jnp.asarray(disks), jnp.asarray(radii)))
        )
        found = np.asarray(look(poses))
    local = sensors.points() * np.array([[[1, 1]], [[1, -1]]])
    turn = np.stack([[np.cos(headings), -np.sin(headings)], [np.sin(headings), np.cos(headings)]])
    points = positions[:, None, None] + np.einsum("ijn,skj->nski", turn, local)
    on = np.any((points < 5) | (points > size - 5), axis=(2, 3))
    touched = np.linalg.norm(points[..., None, :] - disks, axis=-1) < radii
    np.testing.assert_array_equal(found, on | np.any(touched, axis=(2, 3)))
    assert np.any(touched[..., 2]), "the smallest disk lies between points, and is found where it lies on one"


@pytest.mark.thorough
def test_food_is_eaten_once_stays_away_and_comes_back_elsewhere():
    world = FoodArena(n_disks=1, noise=0.0, absence=7, start=(300.0, 200.0, 0.0), places=((310.0, 200.0),))
    state, rewards, away = world.init(KEY), [], []
    for step in range(30):
        state, _, reward = world.step(jax.random.fold_in(KEY, step), state, jnp.array([1.0, 0.0]))
        rewards.append(float(reward))
        away.append(int(state.away[0]))
    eaten = rewards.index(1.0)
    assert sum(rewards) == 1
    assert away[eaten : eaten + 8] == [7, 6, 5, 4, 3, 2, 1, 0]
    assert np.linalg.norm(np.asarray(state.disks[0]) - [310, 200]) > 30


@pytest.mark.thorough
def test_a_robot_that_bumps_neither_moves_nor_turns_and_gets_free():
    world = ObstacleArena(obstacles=(), noise=0.0, start=(585.0, 200.0, 0.0))
    state, collided = world.init(KEY), 0
    for step in range(120):
        before = state
        state, seen, reward = world.step(jax.random.fold_in(KEY, step), state, jnp.array([1.0, 0.001]))
        collided += int(reward < 0)
        if int(state.stuck) and int(state.stuck) <= 100:
            assert state.pose.position.tolist() == before.pose.position.tolist()
            assert float(state.pose.heading) == float(before.pose.heading)
            assert seen.reflex[0] == 1
    assert collided == 1, "an event is where a bumper comes on"
    assert float(state.pose.position[0]) < 590


@pytest.mark.thorough
def test_a_loop_goes_on_where_it_stopped_and_its_way_is_recorded():
    loop = ClosedLoop(FoodArena.agent("ISO3", 1e-4), FoodArena())
    record = {"reward": 1, "world.pose.position": 10}
    whole = bouton.run(loop, ticks(3000), key=KEY, record=record)
    first = bouton.run(loop, ticks(1700), key=KEY)
    second = bouton.run(loop, ticks(1300), key=KEY, state=first.state, first_step=1700, record=record)
    assert whole.recordings["world.pose.position"].values.shape == (300, 2)
    np.testing.assert_array_equal(second.recordings["reward"].values, whole.recordings["reward"].values[1700:])
    np.testing.assert_array_equal(second.state.agent.synapses.weight, whole.state.agent.synapses.weight)


@pytest.mark.thorough
def test_too_high_a_rate_stops_the_run_in_words():
    loop = Copies(ClosedLoop(ObstacleArena.agent("ISO", 1.0), ObstacleArena()), 4)
    with pytest.raises(Diverged):
        bouton.run(loop, ticks(20_000, 4), key=KEY)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FoodArena(places=((10.0, 10.0),)), "places must be as many as n_disks, 2, got 1"),
        (lambda: FoodArena(n_disks=1, places=((700.0, 10.0),)), r"places\[0\] must lie inside"),
        (lambda: FoodArena(start=(-1.0, 10.0, 0.0)), "start must lie inside"),
        (lambda: FoodArena(size=(100.0, 100.0)), "size must be above 120"),
        (lambda: FoodArena.agent("hebb", 0.1), "rule must be one of ISO, ICO, ISO3"),
        (lambda: ObstacleArena(start=(300.0, 200.0)), r"lies in obstacles\[0\]"),
        (lambda: ObstacleArena(start=(3.0, 200.0)), "start must lie inside"),
        (lambda: ObstacleArena.agent("ISO3", 0.1), "rule must be one of ISO, ICO"),
        (lambda: ClosedLoop(FoodArena.agent("ICO", 0.1), ObstacleArena()), "shows Stimulus of shapes .* sees"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_bad_input_is_refused_in_words(make, words):
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.thorough
def test_every_world_is_what_a_world_is():
    for world in (FoodArena(), ObstacleArena()):
        assert isinstance(world, World)
        state = world.init(KEY)
        after, seen, reward = world.step(KEY, state, jnp.zeros(2))
        assert jax.tree.structure(after) == jax.tree.structure(state)
        assert jax.tree.structure(seen) == jax.tree.structure(world.observe(state))
        assert np.shape(reward) == ()
