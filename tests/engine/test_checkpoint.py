"""Checkpoints: atomic, verified, refused where they do not belong; a run that is killed ends with the same bytes."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import jax
import numpy as np
import pytest
from toys import ToyCircuit

import bouton
from bouton.engine import CheckpointFolder, _files
from bouton.errors import CheckpointError

KEY = jax.random.key(3)
CIRCUIT = ToyCircuit()
ROWS = np.random.default_rng(0).normal(size=(2000, 4)).astype(np.float32)
OPTIONS = {"key": KEY, "record": {"y": 3}, "checkpoint_every": 250}


def content(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


@pytest.fixture
def stopped(tmp_path):
    """A run stopped half-way, and what it should end with."""
    bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "whole", **OPTIONS)
    bouton.run(CIRCUIT, ROWS[:1000], checkpoint=tmp_path / "half", **OPTIONS)
    for file in (tmp_path / "half").glob("*.json"):
        facts = json.loads(file.read_text())
        facts.pop("checksum")
        facts["stream"]["fingerprint"] = bouton.engine.as_stream(ROWS, CIRCUIT.event).fingerprint()
        _files.write_json(file, facts)
    return tmp_path / "half", content(tmp_path / "whole")


def test_two_generations_are_kept(tmp_path):
    bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "run", **OPTIONS)
    assert CheckpointFolder(tmp_path / "run").steps() == [2000, 1750]
    assert len(list((tmp_path / "run").iterdir())) == 4


def test_a_resumed_run_ends_with_the_same_bytes(stopped):
    folder, expected = stopped
    run = bouton.run(CIRCUIT, ROWS, checkpoint=folder, resume=True, **OPTIONS)
    assert run.resumed_from == 1000
    assert content(folder) == expected
    assert len(run.recordings["y"]) == 666


@pytest.mark.thorough
@pytest.mark.parametrize("suffix", ["json", "safetensors"])
@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "removed"])
def test_a_damaged_checkpoint_is_passed_over(stopped, suffix, damage):
    folder, expected = stopped
    file = folder / f"checkpoint-000000001000.{suffix}"
    original = file.read_bytes()
    if damage == "removed":
        file.unlink()
    else:
        middle = len(original) // 2
        file.write_bytes(
            {
                "truncated": original[:middle],
                "flipped": original[:middle] + bytes([original[middle] ^ 1]) + original[middle + 1 :],
                "emptied": b"",
            }[damage]
        )
    run = bouton.run(CIRCUIT, ROWS, checkpoint=folder, resume=True, **OPTIONS)
    assert run.resumed_from == 750
    assert content(folder) == expected
    if (suffix, damage) != ("json", "removed"):
        assert "passed over" in run.notes[0]
        assert file.name in run.notes[0]


def test_only_damaged_checkpoints_are_an_error(stopped):
    folder, _ = stopped
    for file in folder.glob("*.json"):
        file.write_text("{}")
    with pytest.raises(CheckpointError, match=r"no checkpoint can be read: .*is not JSON with a checksum"):
        bouton.run(CIRCUIT, ROWS, checkpoint=folder, resume=True, **OPTIONS)


@pytest.mark.parametrize(
    ("circuit", "rows", "changed", "message"),
    [
        (ToyCircuit(n_outputs=7), ROWS, {}, "n_outputs is 3 there and 7 here"),
        (ToyCircuit(rate=0.01), ROWS, {}, "rate is 0.05 there and 0.01 here"),
        (CIRCUIT, ROWS, {"key": jax.random.key(4)}, r"key.data is \[0, 3\] there and \[0, 4\] here"),
        (CIRCUIT, ROWS, {"record": {"y": 5}}, "record.y is 3 there and 5 here"),
        (CIRCUIT, ROWS + 1, {}, "holds a run over another stream"),
    ],
)
@pytest.mark.thorough
def test_a_checkpoint_of_another_run_is_refused(stopped, circuit, rows, changed, message):
    with pytest.raises(CheckpointError, match=message):
        bouton.run(circuit, rows, checkpoint=stopped[0], resume=True, **(OPTIONS | changed))


def test_a_checkpoint_of_another_circuit_class_is_refused(stopped):
    class Other(ToyCircuit):
        pass

    with pytest.raises(CheckpointError, match=r"the circuit is ToyCircuit there and .*Other here"):
        bouton.run(Other(), ROWS, checkpoint=stopped[0], resume=True, **OPTIONS)


@pytest.mark.parametrize("name", ["bouton", "jax", "cpu"])
def test_a_checkpoint_of_another_version_is_refused_unless_accepted(stopped, name):
    folder, _ = stopped
    for file in folder.glob("*.json"):
        facts = json.loads(file.read_text())
        facts.pop("checksum")
        facts["versions"][name] = "0.0.1"
        _files.write_json(file, facts)
    with pytest.raises(CheckpointError, match=f"written by other versions \\({name} 0.0.1 there and .*resume='anyway'"):
        bouton.run(CIRCUIT, ROWS, checkpoint=folder, resume=True, **OPTIONS)
    assert bouton.run(CIRCUIT, ROWS, checkpoint=folder, resume="anyway", **OPTIONS).resumed_from == 1000


def test_a_format_of_the_future_is_refused(stopped):
    folder, _ = stopped
    for file in folder.glob("*.json"):
        facts = json.loads(file.read_text())
        facts.pop("checksum")
        _files.write_json(file, facts | {"format": 99})
    with pytest.raises(CheckpointError, match="has format 99, this version of bouton reads format 1"):
        bouton.run(CIRCUIT, ROWS, checkpoint=folder, resume=True, **OPTIONS)


def test_a_run_is_never_overwritten_by_accident(tmp_path):
    first = bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "run", **OPTIONS)
    before = content(tmp_path / "run")
    with pytest.raises(CheckpointError, match="holds a run at step 2000: resume it"):
        bouton.run(CIRCUIT, ROWS[:100], checkpoint=tmp_path / "run", **OPTIONS)
    assert content(tmp_path / "run") == before
    second = bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "run", overwrite=True, **OPTIONS)
    assert first.steps == second.steps
    assert content(tmp_path / "run") == before


def test_leftovers_of_killed_writes_are_swept(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / ".checkpoint-000000000999.json.0123456789ab.part").write_bytes(b"half")
    (folder / "checkpoint-000000000999.safetensors").write_bytes(b"without its json")
    (folder / "notes.txt").write_text("the user's own")
    bouton.run(CIRCUIT, ROWS, checkpoint=folder, **OPTIONS)
    names = set(content(folder))
    assert "notes.txt" in names
    assert not any("999" in name for name in names)


def test_a_full_disk_leaves_the_last_checkpoint_whole(tmp_path, monkeypatch):
    replaced = []

    def full(source, target):
        replaced.append(target)
        if len(replaced) > 4:
            raise OSError(28, "No space left on device")
        return os.rename(source, target)

    monkeypatch.setattr("bouton._files.os.replace", full)
    with pytest.raises(
        CheckpointError, match=r"cannot write .*No space left on device: [0-9,]+ bytes are needed\): free some space"
    ):
        bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "run", **OPTIONS)
    monkeypatch.undo()
    assert not list((tmp_path / "run").glob(".*"))
    found, _ = CheckpointFolder(tmp_path / "run").latest()
    assert found is not None
    assert found.step == 500


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(CheckpointError, match="is a file: a checkpoint needs a folder"):
        bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "run", **OPTIONS)


def test_recordings_move_to_disk_in_segments(tmp_path, monkeypatch):
    monkeypatch.setattr("bouton.engine.record._SEGMENT_BYTES", 600)
    run = bouton.run(CIRCUIT, ROWS, checkpoint=tmp_path / "run", **OPTIONS)
    assert len(list((tmp_path / "run").glob("recording-y-*.safetensors"))) == 13
    expected = bouton.run(CIRCUIT, ROWS, key=KEY, record={"y": 3}).recordings["y"]
    np.testing.assert_array_equal(run.recordings["y"].values, expected.values)
    np.testing.assert_array_equal(run.recordings["y"].steps, expected.steps)


KILLED = """
import sys, time
sys.path.insert(0, {here!r})
import jax, numpy as np
import bouton
from bouton.engine import record
from bouton.engine.stream import RowStream, _Arrays
from toys import ToyCircuit

record._SEGMENT_BYTES = 2048

class Slow(RowStream):
    def chunks(self, start, size):
        for index, chunk in enumerate(super().chunks(start, size)):
            if index == 1:  # the first chunk is compiled and under way
                print("ready", flush=True)
            time.sleep(0.004)
            yield chunk

rows = np.random.default_rng(0).normal(size=(9000, 4)).astype(np.float32)
stream = Slow(_Arrays(rows), 2, True, (1,), 1000)
run = bouton.run(ToyCircuit(), stream, key=jax.random.key(0), record={{"y": 2, "weights": 100}}, checkpoint=sys.argv[1],
                 checkpoint_every=20, resume=True)
print("done", run.steps, flush=True)
"""


@pytest.mark.thorough
def test_killed_at_twenty_random_moments_a_run_ends_with_the_same_bytes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(KILLED.format(here=str(Path(__file__).parent)))
    environment = os.environ | {
        "JAX_COMPILATION_CACHE_DIR": str(tmp_path / "cache"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "0",
    }

    def start(folder):
        return subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / folder)], stdout=subprocess.PIPE, text=True, env=environment
        )

    with start("whole") as undisturbed:
        output, _ = undisturbed.communicate(timeout=600)
    assert "done 18000" in output
    expected = content(tmp_path / "whole")

    kills, reached = 0, []
    for delay in np.random.default_rng(7).uniform(0.0, 0.5, 20):
        with start("killed") as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(delay)
            process.kill()
            kills += process.wait() == -9
        reached.append(max(CheckpointFolder(tmp_path / "killed").steps(), default=0))
    assert kills == 20
    assert 0 < reached[-1] < 18000
    with start("killed") as process:
        output, _ = process.communicate(timeout=600)
    assert "done 18000" in output
    assert content(tmp_path / "killed") == expected
