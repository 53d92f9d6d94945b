"""What a run gives in blocks: recordings, checkpoints, health, random numbers, and few compilations."""

import json
from pathlib import Path

import jax
import layers
import numpy as np
import pytest
from toys import ToyCircuit

import bouton
from bouton.engine import CheckpointFolder, chunk
from bouton.engine.block import chosen_block
from bouton.errors import CheckpointError, Diverged, InputError
from bouton.estimators import OnlineSNMF

KEY = jax.random.key(3)
CIRCUIT = ToyCircuit()
ROWS = np.random.default_rng(0).normal(size=(1500, 4)).astype(np.float32)


def close(first, second):
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-5)


def bits(tree):
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(tree)]


def content(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


@pytest.mark.thorough
@pytest.mark.parametrize("record", [{"y": 1}, {"y": 7}, {"y": 6, "noise": 4, "weights": 10}, {"weights": 33}])
def test_recordings_are_those_of_the_plain_loop(record):
    """At every step, at intervals that no block begins or ends with, of info and of state inside blocks."""
    blocked, plain = (bouton.run(CIRCUIT, ROWS, key=KEY, record=record, block=block) for block in (16, None))
    assert blocked.block == 16
    for name in record:
        np.testing.assert_array_equal(blocked.recordings[name].steps, plain.recordings[name].steps)
        close(blocked.recordings[name].values, plain.recordings[name].values)


def test_recorded_steps_go_on_from_where_an_earlier_run_stopped():
    whole = bouton.run(CIRCUIT, ROWS[:700], key=KEY, record={"y": 9, "weights": 6}, block=16)
    first = bouton.run(CIRCUIT, ROWS[:301], key=KEY, record={"y": 9, "weights": 6}, block=16)
    rest = bouton.run(
        CIRCUIT,
        ROWS[301:700],
        key=KEY,
        state=first.state,
        first_step=301,
        record={"y": 9, "weights": 6},
        block=16,
    )
    for name in ("y", "weights"):
        parts = [run.recordings[name] for run in (first, rest)]
        np.testing.assert_array_equal(np.concatenate([p.steps for p in parts]), whole.recordings[name].steps)
        close(np.concatenate([p.values for p in parts]), whole.recordings[name].values)


def test_random_numbers_are_those_of_the_plain_loop():
    blocked, plain = (
        bouton.run(CIRCUIT, ROWS[:300], key=KEY, record={"noise": 1}, block=block, first_step=5) for block in (16, None)
    )
    np.testing.assert_array_equal(blocked.recordings["noise"].values, plain.recordings["noise"].values)


@pytest.mark.thorough
def test_recordings_and_checkpoints_do_not_move_blocks(tmp_path):
    """With state recorded, too: blocks end there and go on as they lay."""
    record = {"weights": 10}
    alone = bouton.run(CIRCUIT, ROWS, key=KEY, block=16, record=record)
    options = {"checkpoint": tmp_path / "run", "checkpoint_every": 100}
    saved = bouton.run(CIRCUIT, ROWS, key=KEY, block=16, record=record, **options)
    assert bits(saved.state) == bits(alone.state)
    np.testing.assert_array_equal(saved.recordings["weights"].values, alone.recordings["weights"].values)
    unrecorded = bouton.run(CIRCUIT, ROWS, key=KEY, block=16)
    assert bits(bouton.run(CIRCUIT, ROWS, key=KEY, block=16, record={"y": 3}).state) == bits(unrecorded.state)


def stopped_at(folder, rows, circuit):
    """Make a run's last checkpoint look like that of a longer one that was killed there."""
    for file in folder.glob("checkpoint-*.json"):
        facts = json.loads(file.read_text())
        facts.pop("checksum")
        facts["stream"]["fingerprint"] = bouton.engine.as_stream(rows, circuit.event).fingerprint()
        bouton.engine._files.write_json(file, facts)


@pytest.mark.thorough
@pytest.mark.parametrize("record", [{"y": 3}, {"weights": 50}])
def test_a_resumed_run_ends_with_the_same_bytes(tmp_path, record):
    options = {"key": KEY, "record": record, "checkpoint_every": 250, "block": 16}
    bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "whole", **options)
    assert CheckpointFolder(tmp_path / "whole").steps() == [1500, 1280]
    bouton.run(CIRCUIT, ROWS[:768], checkpoint=tmp_path / "half", **options)
    stopped_at(tmp_path / "half", ROWS, CIRCUIT)
    run = bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "half", resume=True, **options)
    assert run.resumed_from == 768
    assert content(tmp_path / "half") == content(tmp_path / "whole")
    with pytest.raises(CheckpointError, match="block is 16 there and 1 here; resume with what it was started with"):
        bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "half", resume=True, **(options | {"block": None}))


@pytest.mark.parametrize("poison_at", [0, 15, 16, 1030, 1041])
def test_divergence_names_the_step_inside_a_block(poison_at):
    with pytest.raises(Diverged, match=rf"at step {poison_at + 1}: weights is no longer finite"):
        bouton.run(ToyCircuit(poison_at=poison_at), ROWS, key=KEY, block=16)


def test_a_bad_row_is_named_and_what_came_before_is_saved(tmp_path):
    rows = ROWS.copy()
    rows[1111, 2] = np.nan
    with pytest.raises(InputError, match=r"row 1111 of the stream holds nan at position \(2,\)"):
        bouton.run(CIRCUIT, rows, key=KEY, checkpoint=tmp_path / "run", checkpoint_every=100, block=16)
    # 100 steps are 7 blocks.
    assert CheckpointFolder(tmp_path / "run").steps()[0] == 1008


def test_epochs_streams_and_splits_agree_to_rounding():
    whole = bouton.run(CIRCUIT, np.concatenate([ROWS[:700]] * 2), key=KEY, block=16)
    close(bouton.run(CIRCUIT, ROWS[:700], key=KEY, epochs=2, block=16).state.weights, whole.state.weights)
    pieces = np.split(np.concatenate([ROWS[:700]] * 2), [1, 18, 40, 1399])
    run = bouton.run(CIRCUIT, iter(pieces), key=KEY, block=16)
    assert run.steps == 1400
    close(run.state.weights, whole.state.weights)
    again = bouton.run(CIRCUIT, iter(pieces), key=KEY, block=16)
    assert bits(again.state) == bits(run.state)


def test_a_few_rows_alone_are_taken_in_one_by_one():
    """A run that is shorter than what a block saves uses the program for few rows."""
    run = bouton.run(CIRCUIT, ROWS[:20], key=KEY, block="auto")
    assert run.block == 1
    assert bits(run.state) == bits(bouton.run(CIRCUIT, ROWS[:20], key=KEY, block=None).state)


@pytest.mark.thorough
def test_large_events_still_make_whole_blocks():
    circuit = layers.OjaLayer(n_inputs=2**18, n_outputs=2)
    rows = np.random.default_rng(0).normal(size=(20, 2**18)).astype(np.float32) / 512
    small, full = chunk.chunk_rows(circuit.event, 16)
    assert (small, full) == (16, 16)
    blocked, plain = (bouton.run(circuit, rows, key=KEY, block=block).state for block in (16, None))
    close(blocked.weights, plain.weights)


@pytest.mark.thorough
def test_what_a_step_prints_is_printed_once_per_event(capfd):
    class Talkative(layers.OjaLayer):
        def learn(self, key, state, x):
            jax.debug.print("event {}", state.n_events)
            return super().learn(key, state, x)

    bouton.run(Talkative(), np.zeros((40, 20)), key=KEY, block=16)
    jax.effects_barrier()
    printed = capfd.readouterr().out.split("\n")
    assert sorted(printed, key=len) == sorted(["", *(f"event {k}" for k in range(40))], key=len)


@pytest.mark.thorough
def test_state_may_hold_a_random_key():
    class Keyed(layers.OjaLayer):
        def init(self, key):
            return super().init(key)._replace(activity=key)

        def learn(self, key, state, x):
            own = jax.random.fold_in(state.activity, 1)
            weights, trace, _, y = super().learn(key, state, x + 0.1 * jax.random.normal(own, x.shape))
            return weights, trace, own, y

    blocked, plain = (
        bouton.run(Keyed(), np.zeros((100, 20)), key=KEY, block=block, record={"y": 1}) for block in (16, None)
    )
    close(blocked.recordings["y"].values, plain.recordings["y"].values)
    close(blocked.state.weights, plain.state.weights)


def programs(call):
    """Return how many programs for the engine's loop a call adds."""
    before = chunk.advance._cache_size()
    call()
    return chunk.advance._cache_size() - before


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore:the mean of X")
@pytest.mark.parametrize(
    ("n", "m", "blocks"), [pytest.param(512, 256, True, marks=pytest.mark.thorough), (5, 3, False)]
)
def test_a_model_compiles_at_most_two_programs_however_rows_arrive(n, m, blocks):
    """A thousand calls of random lengths, where a block is chosen and where none is."""
    lengths = np.random.default_rng(1).integers(1, 4, 1000)
    lengths[[3, 77, 500]] = 33, 65, 40
    rng = np.random.default_rng(2)
    rows = np.eye(n, dtype=np.float32)[rng.integers(0, 2, int(lengths.sum()))] + 0.01 * rng.uniform(size=(1, n))
    estimator = OnlineSNMF(m, random_state=0)
    circuit = estimator._circuit(n)
    chosen = chosen_block(circuit, jax.eval_shape(circuit.init, KEY), circuit.event, "auto")
    assert (chosen > 1) == blocks
    before = chunk.advance._cache_size()
    for part in np.split(rows, np.cumsum(lengths)[:-1]):
        estimator.partial_fit(part)
    assert estimator.n_samples_seen_ == len(rows)
    whole = OnlineSNMF(m, random_state=0).partial_fit(rows)
    assert chunk.advance._cache_size() == before + 2
    for found, expected in zip(jax.tree.leaves(estimator.state_), jax.tree.leaves(whole.state_), strict=True):
        if blocks:
            np.testing.assert_allclose(found, expected, rtol=0, atol=2e-3 * np.max(np.abs(expected)))
        else:
            assert np.asarray(found).tobytes() == np.asarray(expected).tobytes()


@pytest.mark.parametrize("length", [1, 20, 300])
def test_an_explicit_block_is_used_whatever_the_length(length):
    assert bouton.run(CIRCUIT, ROWS[:length], key=KEY, block=16).block == 16


@pytest.mark.parametrize("length", [1, 20, 32, 33, 300])
@pytest.mark.parametrize("block", [None, 16, "auto"])
def test_a_checkpoint_folder_does_not_change_the_bits(tmp_path, length, block):
    options = {"key": KEY, "block": block}
    plain = bouton.run(CIRCUIT, ROWS[:length], **options)
    saved = bouton.run(CIRCUIT, ROWS[:length], checkpoint=tmp_path / "run", **options)
    assert saved.block == plain.block
    assert bits(saved.state) == bits(plain.state)
