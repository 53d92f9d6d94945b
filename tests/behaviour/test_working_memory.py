"""The working memory: weights, uniform state, what a cue starts, and what does not fit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.behaviour import WorkingMemory, bump_position, memory_projection, remember, square_cue
from bouton.engine import rollout
from bouton.errors import InputError

KEY = jax.random.key(0)


def test_weights_of_the_published_sheet():
    weights = WorkingMemory().mean_weights()
    np.testing.assert_allclose(weights.sum(axis=1), -441.718042, atol=1e-6)
    assert weights.max() == pytest.approx(0.0239423, abs=1e-7)
    assert weights.min() == pytest.approx(-0.3411677, abs=1e-7)
    np.testing.assert_array_equal(np.diag(weights), weights.max())
    spectrum = np.fft.fft2(weights[0].reshape(50, 50)).real
    for place, value in {(0, 1): 112.6289, (1, 1): 25.5864, (0, 2): -12.7159}.items():
        assert spectrum[place] == pytest.approx(value, abs=1e-4)


@pytest.mark.thorough
@pytest.mark.parametrize(("adaptation", "rate"), [(1.5, 0.00225115), (0.0, 0.00225877)])
def test_the_uniform_state_is_a_fixed_point(adaptation, rate, float64):
    memory = WorkingMemory(weight_noise=0.0, input_noise=0.0, adaptation=adaptation)
    uniform = 1 / (1 - memory.mean_weights()[0].sum() + adaptation)
    assert uniform == pytest.approx(rate, abs=1e-8)
    state = memory.init(KEY)
    state = state._replace(rates=state.rates + uniform, adaptation=state.adaptation + adaptation * uniform)
    after, _ = memory.step(KEY, state, jnp.zeros(2500))
    np.testing.assert_allclose(after.rates, uniform, rtol=1e-10)
    np.testing.assert_allclose(after.adaptation, adaptation * uniform, rtol=1e-10)


def test_a_smaller_sheet_has_the_same_weights_at_the_same_distances():
    """The peak is a product over the two axes, and so are its sum and its eigenvalues."""
    weights, steps = WorkingMemory(side=20).mean_weights(), np.arange(20)
    along = np.exp(-((np.minimum(steps, 20 - steps) * np.pi / 20) ** 2) / 2)
    wave = along @ np.cos(2 * np.pi * steps / 20)
    assert weights[0].sum() == pytest.approx(-0.375 * 400 + along.sum() ** 2 / np.sqrt(2 * np.pi), rel=1e-12)
    eigenvalue = np.fft.fft2(weights[0].reshape(20, 20)).real[0, 1]
    assert eigenvalue == pytest.approx(along.sum() * wave / np.sqrt(2 * np.pi), rel=1e-12)


@pytest.mark.thorough
def test_a_cue_sets_where_the_bump_forms_and_the_weights_where_it_goes():
    memory, cue = WorkingMemory(), square_cue(50, 2)
    one, other = (remember(memory, 300, key=KEY, cue=cue, noise_key=jax.random.key(seed)) for seed in (1, 2))
    ways = [bump_position(rates, 50) for rates in (one, other)]
    assert np.abs(ways[0] - ways[1]).max() < 1
    again = remember(memory, 300, key=KEY, cue=cue, noise_key=jax.random.key(1))
    np.testing.assert_array_equal(one, again)
    elsewhere = bump_position(remember(memory, 300, key=KEY, cue=square_cue(50, 5)), 50)
    assert np.linalg.norm(elsewhere[50] - ways[0][50]) > 5


def test_a_recording_is_what_a_rollout_shows_after_the_warm_up():
    memory = WorkingMemory(side=6)
    cue = np.linspace(0, 1, 36)
    events = np.zeros((30, 36), np.float32)
    events[:10] = cue
    _, rates = jax.jit(lambda state: rollout(memory, jnp.asarray(events), KEY, state))(memory.init(KEY))
    np.testing.assert_allclose(remember(memory, 20, key=KEY, cue=cue, warm_up=10), rates[10:], rtol=1e-6, atol=1e-7)


def test_positions_on_the_torus():
    sheet = np.zeros((3, 10, 10))
    sheet[0, 4, 7] = sheet[1, 0, 9] = 2.0
    sheet[2, [9, 0], 5] = 1.0
    np.testing.assert_allclose(bump_position(sheet.reshape(3, 100), 10), [[4, 7], [0, 9], [9.5, 5]], atol=1e-9)
    rolled = np.roll(sheet, 3, axis=1).reshape(3, 100)
    moved = (bump_position(sheet.reshape(3, 100), 10)[:, 0] + 3) % 10
    np.testing.assert_allclose(bump_position(rolled, 10)[:, 0], moved, atol=1e-9)


def test_a_projection_has_its_density_and_variance():
    weights = memory_projection(KEY, 1000, 400)
    present = weights != 0
    assert present.mean() == pytest.approx(0.1, abs=0.003)
    assert weights[present].std() == pytest.approx(0.1, rel=0.02)


def test_what_does_not_fit_the_sheet_is_refused():
    with pytest.raises(InputError, match=r"cue must have one value for each of the 6 x 6 = 36 neurons"):
        remember(WorkingMemory(side=6), 5, key=KEY, cue=np.zeros(35))
    with pytest.raises(InputError, match="a sheet of side 5 has 25 neurons, got 24"):
        bump_position(np.zeros(24), 5)
    with pytest.raises(InputError, match="rows 50 to 54 do not lie on a sheet of side 50"):
        square_cue(50, 10)
