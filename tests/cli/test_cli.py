"""The command line as a user meets it: what it writes, what it says, and how it fails."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

import bouton
from bouton.cli import main

ROWS = np.abs(np.random.default_rng(0).normal(size=(400, 9))).astype(np.float32)


def call(*words):
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    return stopped.value.code


@pytest.fixture
def rows(tmp_path):
    np.save(tmp_path / "rows.npy", ROWS)
    return tmp_path / "rows.npy"


def write(path, kind):
    if kind == "npz":
        np.savez(path, ROWS)
    elif kind == "csv":
        np.savetxt(path, ROWS, delimiter=",", header="a,b,c,d,e,f,g,h,i", comments="")
    elif kind == "parquet":
        import pyarrow as arrow
        from pyarrow import parquet

        parquet.write_table(arrow.table({f"c{i}": ROWS[:, i] for i in range(9)}), path)
    else:
        np.save(path, ROWS)


@pytest.mark.parametrize("kind", ["npy", "npz", "csv", "parquet"])
def test_learning_from_a_file_ends_with_a_model(tmp_path, capsys, kind):
    write(tmp_path / f"rows.{kind}", kind)
    out = tmp_path / "out"
    assert call("learn", tmp_path / f"rows.{kind}", "--components", 4, "--seed", 3, "--out", out) == 0
    assert "learned from 400 samples; units used" in capsys.readouterr().out
    circuit, state = bouton.load(out)
    assert (circuit.n_inputs, circuit.n_outputs) == (9, 4)
    assert state.feedforward.shape == (4, 9)
    facts = json.loads((out / "model.json").read_text())["facts"]
    assert facts["data"] == f"rows.{kind}"
    assert facts["seed"] == 3


def test_the_kind_of_file_does_not_change_what_is_learned(tmp_path):
    for kind in ("npy", "npz"):
        write(tmp_path / f"rows.{kind}", kind)
        assert call("learn", tmp_path / f"rows.{kind}", "--components", 4, "--out", tmp_path / kind) == 0
    (first,), (second,) = ((tmp_path / kind).glob("model-*.safetensors") for kind in ("npy", "npz"))
    assert first.name == second.name, "files are named by their content"
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.thorough
def test_learning_from_a_folder_of_images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for index in range(5):
        pixels = np.random.default_rng(index).integers(0, 256, (20, 30), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    words = ("learn", folder, "--components", 3, "--patch-size", 6, "--patches", 500, "--centre", "--start", "random")
    assert call(*words, "--out", tmp_path / "out") == 0
    circuit, _ = bouton.load(tmp_path / "out")
    assert circuit.n_inputs == 36
    assert circuit.start == "random"
    assert call("learn", folder, "--components", 3, "--out", tmp_path / "whole") == 0
    assert bouton.load(tmp_path / "whole")[0].n_inputs == 600


def test_options_of_the_model_are_options_of_the_command(rows, tmp_path):
    words = (
        "learn",
        rows,
        "--components",
        3,
        "--out",
        tmp_path / "out",
        "--rank-penalty",
        "0.5",
        "--forgetting",
        "0.99",
    )
    assert call(*words) == 0
    circuit, _ = bouton.load(tmp_path / "out")
    assert (circuit.rank_penalty, circuit.forgetting) == (0.5, 0.99)


@pytest.mark.thorough
def test_a_run_can_be_resumed_and_is_not_overwritten(rows, tmp_path, capsys):
    out = tmp_path / "out"
    assert call("learn", rows, "--components", 3, "--out", out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert call("learn", rows, "--components", 3, "--out", out) == 2
    assert "holds a run at step 400: resume it" in capsys.readouterr().err
    assert call("learn", rows, "--components", 3, "--out", out, "--resume") == 0
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    assert call("learn", rows, "--components", 5, "--out", out, "--resume") == 2
    assert "n_outputs is 3 there and 5 here" in capsys.readouterr().err
    assert call("learn", rows, "--components", 5, "--out", out, "--overwrite") == 0


@pytest.mark.thorough
def test_show_draws_what_was_learned(rows, tmp_path, capsys):
    assert call("learn", rows, "--components", 4, "--out", tmp_path / "out") == 0
    capsys.readouterr()
    assert call("show", tmp_path / "out") == 0
    shown = capsys.readouterr().out.split()
    assert any(path.endswith("feedforward.png") for path in shown)
    for path in shown:
        image = np.asarray(Image.open(path).convert("L"), float)
        assert image.std() > 5


def test_only_weights_onto_inputs_are_drawn_as_images():
    from bouton.report._state_figures import onto_inputs

    assert onto_inputs(bouton.similarity.SNMFNetwork(9, 9)) == {"feedforward"}


BAD_DATA = {
    "nan": (np.where(np.arange(9) == 4, np.nan, ROWS), "nan"),
    "infinite": (np.where(np.arange(9) == 4, np.inf, ROWS), "inf"),
    "constant": (np.ones((50, 9)), "zero variance"),
    "few": (ROWS[:2], "has 2 rows, fewer than the 4 components"),
    "empty": (ROWS[:0], "is empty"),
    "text": (np.array([["a", "b"]]), "holds no real numbers"),
    "flat": (ROWS[:, 0], "rows.npy"),
    "complex": (ROWS + 1j, "complex"),
}


@pytest.mark.parametrize("name", BAD_DATA)
def test_bad_data_get_one_sentence(tmp_path, capsys, name):
    values, expected = BAD_DATA[name]
    np.save(tmp_path / "rows.npy", values)
    assert call("learn", tmp_path / "rows.npy", "--components", 4, "--out", tmp_path / "out") == 2
    said = capsys.readouterr()
    lines = said.err.strip().splitlines()
    assert len(lines) == 1
    assert expected in lines[0]
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_object_arrays_are_never_unpickled(tmp_path, capsys):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "exploded"),)

    np.save(tmp_path / "rows.npy", np.array([[Bomb()]], dtype=object), allow_pickle=True)
    assert call("learn", tmp_path / "rows.npy", "--components", 1, "--out", tmp_path / "out") == 2
    assert "object" in capsys.readouterr().err
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["learn", "missing.npy", "--out", "out"], "missing.npy"),
        (["learn", "broken.npy", "--out", "out"], "broken.npy"),
        (["learn", "notes.txt.gz", "--out", "out"], "notes.txt.gz"),
        (["learn", "rows.npy", "--out", "out", "--model", "perceptron"], "there is no model 'perceptron'"),
        (["learn", "rows.npy", "--out", "out", "--colour", "red"], "online-snmf has no option --colour"),
        (["learn", "rows.npy", "--out", "out", "--rank-penalty", "much"], "--rank-penalty must be a float, got 'much'"),
        (["learn", "rows.npy", "--out", "out", "--forgetting", "2"], "forgetting must lie in (0, 1], got 2.0"),
        (
            ["learn", "rows.npy", "--out", "out", "--components", "0"],
            "n_outputs must be an integer of at least 1, got 0",
        ),
        (["learn", "rows.npy", "--out", "out", "--epochs", "0"], "epochs must be an integer of at least 1, got 0"),
        (["learn", "rows.npy", "--out", "out", "--seed", "-1"], "seed must lie in"),
        (["learn", "rows.npy", "--out", "out", "--patch-size", "3"], "patches are cut from a folder of images"),
        (["learn", "rows.npy", "--out", "broken.npy/out"], "broken.npy"),
        (["learn", "rows.npy"], "--out"),
        (["learn", "rows.npy", "--out", "out", "--components", "many"], "many"),
        (["reproduce", "no-such-paper"], "no-such-paper"),
        (["reproduce", "online-snmf", "--seeds", "0-"], "--seeds takes whole numbers such as 0-9 or 0,3,5"),
        (["reproduce", "online-snmf", "--seeds", "3-1"], "--seeds takes whole numbers"),
        (["reproduce", "online-snmf", "--section", "nothing"], "has no section 'nothing': it has images"),
        (["reproduce", "online-snmf", "--jobs", "0"], "jobs must be at least 1"),
        (["report", "online-snmf"], "run bouton reproduce online-snmf first"),
        (["reproduce", "online-snmf", "--scale", "huge"], "huge"),
        (["audit", "no-such-paper"], "no-such-paper"),
        (["show", "nowhere"], "nowhere"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_bad_arguments_get_one_sentence(tmp_path, monkeypatch, capsys, words, expected):
    monkeypatch.chdir(tmp_path)
    np.save("rows.npy", ROWS)
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY and nothing more")
    (tmp_path / "notes.txt.gz").write_bytes(b"\x1f\x8b")
    assert call(*words) == 2
    said = capsys.readouterr()
    assert expected in said.err
    assert "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "out" / "model.json").exists()


def test_debug_shows_where_an_error_arose(tmp_path):
    with pytest.raises(bouton.errors.InputError):
        main(["learn", str(tmp_path / "missing.npy"), "--out", str(tmp_path / "out"), "--debug"])


@pytest.mark.thorough
def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_written(rows, tmp_path):
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))\n"
    limited += "from bouton.cli import main; main()"
    words = ["learn", str(rows), "--components", "40", "--out", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, "-c", limited, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


@pytest.mark.thorough
def test_ctrl_c_ends_with_a_checkpoint_and_how_to_go_on(tmp_path):
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).normal(size=(400_000, 60)).astype(np.float32))
    out = tmp_path / "out"
    words = ["learn", str(tmp_path / "rows.npy"), "--components", "30", "--epochs", "50", "--out", str(out)]
    with subprocess.Popen([sys.executable, "-m", "bouton", *words], stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (out / "checkpoints").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(2.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "a checkpoint was written: resume with" in said
    assert "Traceback" not in said
    assert bouton.engine.CheckpointFolder(out / "checkpoints").steps()
    assert not (out / "model.json").exists()


def test_help_does_not_start_jax():
    program = (
        "import sys\n"
        "from bouton.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'jax', 'numpy', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_importing_bouton_starts_nothing():
    program = "import bouton, sys; print(sorted({'jax', 'numpy', 'sklearn'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_info_names_what_a_result_depends_on(capsys):
    assert call("info") == 0
    said = capsys.readouterr().out
    for fact in ("bouton", "jax", "devices", "float width", "32 bits"):
        assert fact in said


@pytest.mark.thorough
def test_list_and_audit(capsys):
    assert call("list") == 0
    assert "online-snmf" in capsys.readouterr().out
    assert call("audit", "online-snmf") == 0
    said = capsys.readouterr().out
    assert "feedforward (CumulativeHebb): local" in said
    assert "lateral (CumulativeHebb): local" in said


@pytest.mark.thorough
def test_tables_have_the_options_that_messages_speak_of(tmp_path, capsys):
    rows = ROWS.astype(float).round(3)
    rows[5, 2] = np.nan
    np.save(tmp_path / "gaps.npy", rows)
    learn = ("--components", 2, "--overwrite", "--out", tmp_path / "o")
    assert call("learn", tmp_path / "gaps.npy", *learn) == 2
    assert "row 5, column 2 (counted from 0) is nan, a missing value" in (said := capsys.readouterr().err)
    assert "--missing skip" in said
    assert call("learn", tmp_path / "gaps.npy", "--missing", "skip", *learn) == 0
    assert "learned from 399 samples" in capsys.readouterr().out
    np.savez(tmp_path / "two.npz", train=ROWS, test=ROWS[:50])
    assert call("learn", tmp_path / "two.npz", *learn) == 2
    assert "--name" in capsys.readouterr().err
    assert call("learn", tmp_path / "two.npz", "--name", "test", *learn) == 0
    assert "learned from 50 samples" in capsys.readouterr().out
    words = "".join(f"a{row[0]},{row[1]},{row[2]}\n" for row in ROWS)
    (tmp_path / "words.csv").write_text("who,x,y\n" + words)
    assert call("learn", tmp_path / "words.csv", *learn) == 2
    assert "columns without numbers: who; choose others with" in (said := capsys.readouterr().err)
    assert "--columns" in said
    assert call("learn", tmp_path / "words.csv", "--columns", "x", "y", *learn) == 0
    capsys.readouterr()
    (tmp_path / "whole.csv").write_text("".join(f"{at % 7},{(at + 1) % 7},{(at + 2) % 7}\n" for at in range(70)))
    assert call("learn", tmp_path / "whole.csv", *learn) == 2
    assert "--header or --no-header" in capsys.readouterr().err
    for option, samples in (("--no-header", 70), ("--header", 69)):
        assert call("learn", tmp_path / "whole.csv", option, *learn) == 0
        assert f"learned from {samples} samples" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (1e300, r"row 3, column 1 .* is 1e\+300, too large for float32 .*rescale"),
        (-np.inf, r"row 3, column 1 .* is -inf, which is infinite"),
        (None, r"all 20 rows .* are the same .*each is 2, 2, 2, 2, \.\.\."),
    ],
)
def test_infinite_too_large_and_equal_are_three_sentences(tmp_path, capsys, cell, said):
    rows = np.full((20, 9), 2.0)
    if cell is not None:
        rows[3, 1] = cell
    np.save(tmp_path / "rows.npy", rows)
    assert call("learn", tmp_path / "rows.npy", "--components", 2, "--out", tmp_path / "o") == 2
    assert re.search(said, capsys.readouterr().err)


def test_a_misspelt_model_is_named_with_the_nearest(rows, capsys):
    assert call("learn", rows, "--model", "nonlinear-hebian", "--components", 3, "--out", rows.parent / "out") == 2
    assert "did you mean nonlinear-hebbian?" in capsys.readouterr().err


def test_a_reproduction_is_no_folder_to_show(tmp_path, capsys):
    (tmp_path / "linsker").mkdir()
    (tmp_path / "linsker" / "outcome.json").write_text("{}")
    assert call("show", tmp_path / "linsker") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "is the reproduction of a paper" in said
    assert "report.html" in said
    assert "`bouton report linsker`" in said
    assert call("show", "online-snmf") == 2
    assert "`bouton report online-snmf`" in " ".join(capsys.readouterr().err.split())


@pytest.mark.thorough
@pytest.mark.parametrize("words", [["list"], ["info"]])
def test_a_closed_pipe_is_no_error_to_speak_of(words):
    command = [sys.executable, "-m", "bouton", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert said == ""
    assert process.returncode == 1


@pytest.mark.parametrize("value", ["1.5", "2.0", "1e3", "nan", "", "²", "0x10", "9" * 40])
def test_whole_numbers_are_whole(rows, tmp_path, capsys, value):
    assert call("learn", rows, "--components", 2, "--seed", value, "--out", tmp_path / "out") == 2
    assert "Invalid value" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.thorough
def test_a_name_that_the_terminal_cannot_show_is_escaped_after_the_work_is_safe(tmp_path):
    (tmp_path / "série.csv").write_text("été\n" + "\n".join(map(str, range(40))), encoding="utf-8")
    command = [sys.executable, "-m", "bouton", "surprise", "série.csv", "--out", "found"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"\\xe9t\\xe9: 40 steps" in done.stdout
    assert (tmp_path / "found" / "surprise.csv").read_text(encoding="utf-8").startswith("step,été,")


def test_text_that_a_spreadsheet_would_run_is_neutralised_and_numbers_are_not(tmp_path):
    labels = ["=1+1", "+x", "-x", "@x", "-3", "plain"] * 5
    lines = [f'"{label}",{number - 15}' for number, label in enumerate(labels)]
    (tmp_path / "odd.csv").write_text("when,value\n" + "\n".join(lines))
    assert call("surprise", tmp_path / "odd.csv", "--column", "value", "--out", tmp_path / "found") == 0
    cells = [line.split(",") for line in (tmp_path / "found" / "surprise.csv").read_text().splitlines()[1:]]
    assert [cell[0].strip('"') for cell in cells[:6]] == ["'=1+1", "'+x", "'-x", "'@x", "-3", "plain"]
    assert [float(cell[1]) for cell in cells] == [number - 15 for number in range(30)]


def test_a_name_with_a_nul_is_refused_in_a_sentence(capsys):
    assert call("surprise", "a\0b.csv") == 2
    assert "bouton:" in capsys.readouterr().err
