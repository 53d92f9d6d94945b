"""Runs that go on beyond 2^32 steps: draws, recordings, checkpoints, blocks."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from test_run import CIRCUIT, KEY, ROWS, same_bits

import bouton
from bouton.engine import rollout
from bouton.engine._counters import step_key
from bouton.errors import InputError
from bouton.similarity import SNMFNetwork

LIMIT = 2**32
BEFORE = LIMIT - 3


def drawn(first_step, rows=ROWS[:8], **options):
    return bouton.run(CIRCUIT, rows, key=KEY, first_step=first_step, record={"noise": 1}, **options)


@pytest.mark.parametrize("first", [0, 7, 2**31 - 3, LIMIT - 8])
def test_below_the_limit_a_draw_is_that_of_the_number_of_its_step(first):
    expected = [0.1 * jax.random.normal(jax.random.fold_in(KEY, np.uint32(first + t)), (3,)) for t in range(8)]
    np.testing.assert_allclose(drawn(first).recordings["noise"].values, expected, rtol=1e-5)


@pytest.mark.parametrize("first", [BEFORE, LIMIT, 5 * LIMIT - 2])
def test_beyond_it_every_step_has_draws_of_its_own(first):
    run = drawn(first)
    expected = [0.1 * jax.random.normal(step_key(KEY, first + t), (3,)) for t in range(8)]
    np.testing.assert_allclose(run.recordings["noise"].values, expected, rtol=1e-5)
    again = drawn(0).recordings["noise"].values
    beyond = [value for t, value in enumerate(run.recordings["noise"].values) if first + t >= LIMIT]
    assert not set(map(float, np.ravel(beyond))) & set(map(float, np.ravel(again)))
    assert run.recordings["noise"].steps.dtype == np.int64
    np.testing.assert_array_equal(run.recordings["noise"].steps, first + 1 + np.arange(8))


@pytest.mark.thorough
@pytest.mark.parametrize("every", [7, 1000])
@pytest.mark.parametrize("block", [None, 16])
def test_recordings_keep_their_rhythm_across_the_limit(every, block):
    circuit, rows = SNMFNetwork(4, 3), ROWS[:2100]
    first = LIMIT - 1050
    record = {"y": every} if block else {"y": every, "feedforward": every}
    run = bouton.run(circuit, rows, key=KEY, first_step=first, record=record, block=block)
    steps = np.arange(first + 1, first + 2101)
    steps = steps[steps % every == 0]
    plain = bouton.run(circuit, rows, key=KEY, record={"y": 1}, block=block)
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if block else {"rtol": 0}
    for name in record:
        np.testing.assert_array_equal(run.recordings[name].steps, steps)
    np.testing.assert_allclose(run.recordings["y"].values, plain.recordings["y"].values[steps - first - 1], **tolerance)


@pytest.mark.thorough
@pytest.mark.parametrize("cut", [1, 3, 1500])
def test_stopped_near_the_limit_and_resumed_it_is_the_run_that_was_not(cut, tmp_path):
    first = LIMIT - 3 if cut < 1024 else LIMIT - 1200
    whole = bouton.run(CIRCUIT, ROWS, key=KEY, first_step=first, record={"y": 5})
    options = {"key": KEY, "first_step": first, "record": {"y": 5}, "checkpoint": tmp_path}
    with pytest.raises(InputError, match=f"row {cut} of the stream holds nan"):
        bouton.run(CIRCUIT, iter([ROWS[:cut], np.nan * ROWS[cut:]]), **options)
    resumed = bouton.run(CIRCUIT, iter([ROWS[:cut], ROWS[cut:]]), resume=True, **options)
    assert resumed.resumed_from == cut
    assert same_bits(resumed.state, whole.state)
    for part in ("values", "steps"):
        found, expected = (getattr(each.recordings["y"], part) for each in (resumed, whole))
        np.testing.assert_array_equal(found, expected)
    half = bouton.run(CIRCUIT, ROWS[:cut], key=KEY, first_step=first)
    rest = bouton.run(CIRCUIT, ROWS[cut:], key=KEY, first_step=first + cut, state=half.state)
    assert same_bits(rest.state, whole.state)


@pytest.mark.parametrize("first", [BEFORE, 3 * LIMIT])
def test_a_rollout_beyond_the_limit_is_the_run(first):
    rows = jnp.asarray(ROWS[:20])
    state, _ = rollout(CIRCUIT, rows, KEY, first_step=first)
    for found, expected in zip(jax.tree.leaves(state), jax.tree.leaves(drawn(first, ROWS[:20]).state), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.thorough
def test_an_estimator_that_has_seen_so_many_goes_on():
    model = bouton.OnlineSNMF(2, rank_penalty=1.0, random_state=0).fit(ROWS[:50])
    model.n_samples_seen_ = BEFORE
    assert model.partial_fit(ROWS[:20]).n_samples_seen_ == BEFORE + 20


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("step", [-1, 0.5, True, 2**63])
def test_what_is_no_number_of_steps_is_refused(step):
    with pytest.raises(InputError, match="first_step must be a whole number of steps of at least 0"):
        bouton.run(CIRCUIT, ROWS, key=KEY, first_step=step)
