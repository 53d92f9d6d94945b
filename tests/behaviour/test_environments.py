"""Both ways to gymnasium."""

import jax
import numpy as np
import pytest

from bouton.behaviour import FoodArena, ObstacleArena, Stimulus, act_in, as_environment
from bouton.errors import InputError

KEY = jax.random.key(0)
gymnasium = pytest.importorskip("gymnasium", reason="no gymnasium: pip install 'bouton[rl]'")


@pytest.mark.parametrize("world", [FoodArena(), ObstacleArena()], ids=["food", "obstacles"])
@pytest.mark.filterwarnings("ignore:.*Box (observation|action) space.*")
@pytest.mark.filterwarnings("ignore:.*not within the observation space bounds.*")
def test_every_world_is_an_environment(world):
    from gymnasium.utils.env_checker import check_env

    check_env(as_environment(world, max_steps=20), skip_render_check=True)


def test_an_agent_acts_and_learns_in_an_environment():
    environment = as_environment(FoodArena(n_disks=8, radius=60.0), max_steps=400)
    agent = FoodArena.agent("ICO", 1e-3)
    found = act_in(agent, environment, 1000, key=KEY, see=lambda seen: Stimulus(seen[:1], seen[1:]))
    assert found.rewards.shape == (1000,)
    assert np.flatnonzero(found.ends).tolist() == [399, 799]
    assert np.abs(found.state.synapses.weight).max() > 0
    with pytest.raises(InputError, match="the agent sees Stimulus"):
        act_in(agent, environment, 1, key=KEY)


def test_an_episode_has_a_length():
    with pytest.raises(InputError, match="max_steps must be an integer of at least 1"):
        as_environment(FoodArena(), max_steps=0)
