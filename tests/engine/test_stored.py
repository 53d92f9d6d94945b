"""What is stored can be trusted: crash points, damage, and files made by others."""

import json
import os
import random
from pathlib import Path

import jax
import numpy as np
import pytest

import bouton
from bouton import _files as places
from bouton.engine import _files
from bouton.engine.checkpoint import CheckpointFolder
from bouton.errors import CheckpointError

# Users have no run-time types.
pytestmark = pytest.mark.usefixtures("unchecked")

KEY = jax.random.key(0)
CIRCUIT = bouton.similarity.SNMFNetwork(n_inputs=3, n_outputs=2, start="random")
OLD, NEW = CIRCUIT.init(jax.random.key(1)), CIRCUIT.init(jax.random.key(2))


class Killed(BaseException):
    """A process that is no more: nothing but the file system remembers it."""


def killed_at(monkeypatch, point, work):
    """Return whether some work is killed at a call of the file system; it comes to its end where it makes fewer."""
    left = [point]

    def dying(call):
        def called(*arguments, **named):
            if left[0] <= 0:
                raise Killed
            left[0] -= 1
            return call(*arguments, **named)

        return called

    with monkeypatch.context() as patch:
        for name in ("open", "replace", "fsync"):
            patch.setattr(f"bouton._files.os.{name}", dying(getattr(os, name)))
        # The dead do not tidy up either.
        patch.setattr(Path, "unlink", dying(Path.unlink))
        try:
            work()
        except Killed:
            return True
    return False


@pytest.mark.thorough
def test_wherever_a_save_is_killed_the_old_model_or_the_new_one_is_read(tmp_path, monkeypatch):
    found = []
    for point in range(100):
        folder = bouton.save(tmp_path / str(point), CIRCUIT, OLD)
        killed = killed_at(monkeypatch, point, lambda folder=folder: bouton.save(folder, CIRCUIT, NEW))
        weights = np.asarray(bouton.load(folder)[1].feedforward)
        (name,) = [
            name
            for name, state in (("old", OLD), ("new", NEW))
            if np.array_equal(weights, np.asarray(state.feedforward))
        ]
        found.append(name)
        bouton.save(folder, CIRCUIT, NEW)
        assert len(list(folder.iterdir())) == 2, "what the killed write left behind is swept"
        if not killed:
            break
    assert len(found) > 8
    assert found == sorted(found, reverse=True), "the old one until the commit, the new one from then on"
    assert {found[0], found[-1]} == {"old", "new"}


def test_models_of_versions_that_gave_the_tensors_one_name_are_read_and_replaced(tmp_path):
    folder = bouton.save(tmp_path, CIRCUIT, OLD)
    (tensors,) = folder.glob("*.safetensors")
    tensors.rename(folder / "model.safetensors")
    content = dict(_files.read_json(folder / "model.json"))
    del content["tensors"]
    _files.write_json(folder / "model.json", content)
    assert bouton.load(folder)[0] == CIRCUIT
    bouton.save(folder, CIRCUIT, NEW)
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".safetensors"]
    np.testing.assert_array_equal(bouton.load(folder)[1].feedforward, NEW.feedforward)


def test_what_another_process_is_writing_is_not_swept(tmp_path):
    with places._part(tmp_path / "other", b"half") as part:
        bouton.save(tmp_path, CIRCUIT, OLD)
        assert part.exists()
    left = tmp_path / ".model.json.0123456789ab.part"
    left.write_bytes(b"left behind")
    bouton.save(tmp_path, CIRCUIT, OLD)
    assert not left.exists()


@pytest.mark.thorough
def test_files_of_the_user_are_neither_read_nor_removed(tmp_path):
    rows = np.random.default_rng(0).normal(size=(40, 3))
    own = [
        tmp_path / name
        for name in ("checkpoint-final.safetensors", "checkpoint-1.json", "recording-monday.safetensors")
    ]
    own += [tmp_path / ".note.part", tmp_path / "model-mine.safetensors"]
    for path in own:
        path.write_bytes(b"mine")
    for overwrite in (False, True):
        bouton.run(CIRCUIT, rows, key=KEY, checkpoint=tmp_path, record={"y": 3}, overwrite=overwrite)
    bouton.save(tmp_path, CIRCUIT, OLD)
    assert [path.read_bytes() for path in own] == [b"mine"] * len(own)


ODD_TEXTS = [
    b'{"a": 1e999, "checksum": ""}',
    b"[" * 200_000,
    b"[]",
    b"1",
    b"null",
    b"\xff\xfe",
    b"",
    b'{"checksum": null}',
]


@pytest.mark.thorough
@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_damaged_json_is_an_error_of_ours_and_resume_takes_the_older_generation(tmp_path, text):
    bouton.save(tmp_path / "model", CIRCUIT, OLD)
    (tmp_path / "model" / "model.json").write_bytes(text)
    with pytest.raises(CheckpointError, match="damaged"):
        bouton.load(tmp_path / "model")
    rows = np.random.default_rng(0).normal(size=(60, 3))
    expected = bouton.run(CIRCUIT, rows, key=KEY).state
    bouton.run(CIRCUIT, rows, key=KEY, checkpoint=tmp_path / "run", checkpoint_every=20)
    newest = max((tmp_path / "run").glob("checkpoint-*.json"))
    newest.write_bytes(text)
    again = bouton.run(CIRCUIT, rows, key=KEY, checkpoint=tmp_path / "run", checkpoint_every=20, resume=True)
    assert "damaged" in again.notes[0]
    np.testing.assert_array_equal(again.state.feedforward, expected.feedforward)


def edits(content):
    """Yield contents with one value removed, or replaced by each of some wrong ones."""
    wrong = [None, [], {}, "x", -1, 1.5, True, ["x"], {"x": 1}, [[1, 2]], "../../x"]
    for name in content:
        yield name, {key: value for key, value in content.items() if key != name}
        for value in wrong:
            if value != content[name]:
                yield name, content | {name: value}


@pytest.mark.thorough
def test_resealed_edits_of_a_checkpoint_fall_back_or_are_refused(tmp_path):
    """A checksum tells damage; who edits a file and seals it again is not believed either."""
    rows = np.random.default_rng(0).normal(size=(60, 3))
    options = {"key": KEY, "checkpoint": tmp_path, "checkpoint_every": 20, "record": {"y": 7}}
    expected = bouton.run(CIRCUIT, rows, **options)
    newest = max(tmp_path.glob("checkpoint-*.json"))
    kept = newest.read_bytes()
    outcomes = set()
    for name, edited in edits(dict(_files.read_json(newest))):
        _files.write_json(newest, edited)
        try:
            found, complaints = CheckpointFolder(tmp_path).latest()
            assert found is not None
            outcomes.add("older" if complaints else name)
        except CheckpointError:
            outcomes.add("refused")
    assert "older" in outcomes
    # What is believed of the rest says another run, which `run` refuses, or goes on to the same end.
    original = json.loads(kept)
    del original["checksum"]
    for name, edited in edits(original):
        if name in outcomes:
            _files.write_json(newest, edited)
            try:
                again = bouton.run(CIRCUIT, rows, resume=True, **options)
            except CheckpointError:
                continue
            np.testing.assert_array_equal(again.state.feedforward, expected.state.feedforward)
            np.testing.assert_array_equal(again.recordings["y"].values, expected.recordings["y"].values)


@pytest.mark.parametrize(
    "segments",
    [
        {"y": [["../recording-y-000000.safetensors", "0" * 64]]},
        {"y": [["/etc/passwd", "0" * 64]]},
        {"../y": [["recording-../y-000000.safetensors", "0" * 64]]},
        {"y": [["recording-y-000000.safetensors", None]]},
        {"y": [["recording-y-000007.safetensors", "0" * 64]]},
    ],
)
def test_segments_are_plain_names_inside_the_folder(tmp_path, segments):
    rows = np.random.default_rng(0).normal(size=(60, 3))
    bouton.run(CIRCUIT, rows, key=KEY, checkpoint=tmp_path, record={"y": 7})
    newest = max(tmp_path.glob("checkpoint-*.json"))
    _files.write_json(newest, dict(_files.read_json(newest)) | {"segments": segments})
    with pytest.raises(CheckpointError, match="segments is wrong"):
        CheckpointFolder(tmp_path).latest()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"class": "bouton.__main__:main", "fields": {}}, "has no"),
        ({"function": "bouton.__main__:main"}, "is a function"),
        ({"function": "bouton.cli:main"}, "is a function"),
        ({"class": "bouton.cli:app", "fields": {}}, "has no"),
        ({"class": "bouton.engine:run", "fields": {}}, "is not a module"),
        ({"class": "bouton.engine:Circuit", "fields": {}}, "is not a module"),
        ({"class": "os:system", "fields": {}}, "not part of bouton"),
        ({"class": "boutonx.engine:run", "fields": {}}, "not part of bouton"),
        ({"class": 7, "fields": {}}, "damaged"),
        ({"array": "nowhere"}, "damaged"),
        ({"float": "1.5"}, "damaged"),
        ({}, "damaged"),
    ],
)
def test_a_model_file_can_name_circuits_alone(tmp_path, change, words):
    bouton.save(tmp_path, CIRCUIT, OLD)
    content = dict(_files.read_json(tmp_path / "model.json"))
    _files.write_json(tmp_path / "model.json", content | {"circuit": change})
    with pytest.raises(CheckpointError, match=words):
        bouton.load(tmp_path)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("n_outputs", 0, "at least 1"),
        ("n_outputs", 2.0, "integer"),
        ("n_outputs", 7, "contradicts|needs"),
        ("rank_penalty", {"float": "nan"}, "rank_penalty must"),
        ("start", "sideways", "start must"),
        ("colour", 1, "has no colour"),
        ("feedforward", None, "contradicts"),
    ],
)
def test_fields_pass_the_checks_of_the_constructor(tmp_path, field, value, words):
    bouton.save(tmp_path, CIRCUIT, OLD)
    content = dict(_files.read_json(tmp_path / "model.json"))
    content["circuit"]["fields"][field] = value
    _files.write_json(tmp_path / "model.json", content)
    with pytest.raises(CheckpointError, match=words):
        bouton.load(tmp_path)


def test_a_missing_field_and_a_missing_checksum_are_refused(tmp_path):
    bouton.save(tmp_path, CIRCUIT, OLD)
    kept = dict(_files.read_json(tmp_path / "model.json"))
    for value in (None, "", 7, "0" * 63):
        _files.write_json(tmp_path / "model.json", kept | {"tensors_sha256": value})
        with pytest.raises(CheckpointError, match="tensors_sha256 is wrong"):
            bouton.load(tmp_path)
    del kept["circuit"]["fields"]["start"]
    _files.write_json(tmp_path / "model.json", kept)
    with pytest.raises(CheckpointError, match="lacks its start"):
        bouton.load(tmp_path)


def test_mutated_bytes_are_never_another_model(tmp_path):
    rng = random.Random(0)
    bouton.save(tmp_path, CIRCUIT, OLD)
    expected = np.asarray(OLD.feedforward)
    files = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for path, content in files.items():
        for _ in range(150):
            mutated = bytearray(content)
            for _ in range(rng.choice([1, 1, 1, 8])):
                place = rng.randrange(len(mutated))
                match rng.randrange(3):
                    case 0:
                        mutated[place] ^= 1 << rng.randrange(8)
                    case 1:
                        del mutated[place : place + rng.choice([1, 100])]
                    case 2:
                        mutated[place:place] = rng.randbytes(rng.choice([1, 100]))
                if not mutated:
                    break
            path.write_bytes(mutated)
            try:
                circuit, state = bouton.load(tmp_path)
            except CheckpointError:
                continue
            # White space of the JSON carries nothing.
            assert circuit == CIRCUIT
            np.testing.assert_array_equal(state.feedforward, expected)
        path.write_bytes(content)


def test_a_full_disk_names_file_folder_and_the_space_needed(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bouton._files.os.fsync", full)
    with pytest.raises(
        CheckpointError, match=r"cannot write model-.* into .* \(No space left on device: .* are needed\)"
    ):
        bouton.save(tmp_path, CIRCUIT, OLD)
    assert list(tmp_path.iterdir()) == []
