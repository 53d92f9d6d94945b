"""The comparison with pynsm: its environment, its process, what is measured; with a stand-in, and with the real one."""

import json
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from benchmarks.cases import Case  # noqa: E402
from benchmarks.learners import OwnLearner, PeerLearner, Way  # noqa: E402
from benchmarks.pynsm_peer import Peer, PeerUnavailable, interpreter  # noqa: E402
from rich.console import Console  # noqa: E402

from benchmarks import nonnegative, nonnegative_results, pynsm_peer  # noqa: E402

GENTLE = (0.02, 0.02, 0.003)


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def stand_in(tmp_path):
    worker = Path(__file__).with_name("stand_in_worker.py")
    return program(tmp_path / "stand-in" / "python", f'exec "{sys.executable}" "{worker}"')


@pytest.fixture
def small():
    def draw(count):
        rows = np.random.default_rng(0).normal(size=(count, 6)) * np.array([2, 1.5, 1, 0.5, 0.2, 0.1])
        return rows / np.sqrt((rows**2).sum(axis=1).mean())

    return Case(6, 3, "small", draw, warm=256, timed=64, held_out=40)


def ways(kind=nonnegative.SAME):
    return (
        Way("bouton", kind, 1, GENTLE, 256, 1000, 1e-6),
        Way("batches", nonnegative.SAME_OBJECTIVE, 32, (0.2, 0.0, 0.0), 256, 40, 0.0),
        Way("rows", kind, 1, GENTLE, 128, 1000, 1e-6),
    )


def test_both_sides_follow_the_same_rules(stand_in, small):
    """bouton's weights against loops in NumPy, row by row, from the same start."""
    way = ways()[0]
    learning, more, held_out = small.rows("float32")
    rows = np.concatenate([learning, more])
    own = OwnLearner(small, way, rows, held_out)
    feedforward, lateral = own.weights()
    with Peer(stand_in) as peer:
        problem = peer.open(feedforward=feedforward, lateral=lateral, rows=rows, held_out=held_out)
        theirs = PeerLearner(peer, problem, way)
        for first, last in ((0, 5), (5, 200)):
            own.learn(first, last)
            theirs.learn(first, last)
            for mine, other in zip(own.weights(), theirs.weights(), strict=True):
                np.testing.assert_allclose(mine, other, atol=1e-4)
        np.testing.assert_allclose(own.answers(), theirs.answers(), atol=1e-3)


def test_a_learner_goes_back_to_what_it_kept(stand_in, small):
    learning, _, held_out = small.rows("float32")
    own = OwnLearner(small, ways()[0], learning, held_out)
    feedforward, lateral = own.weights()
    with Peer(stand_in) as peer:
        problem = peer.open(feedforward=feedforward, lateral=lateral, rows=learning, held_out=held_out)
        for learner in (own, PeerLearner(peer, problem, ways()[0])):
            learner.learn(0, 10)
            learner.keep()
            kept = learner.weights()
            learner.learn(10, 30)
            after = learner.weights()
            learner.restore()
            assert all(np.array_equal(a, b) for a, b in zip(kept, learner.weights(), strict=True))
            learner.learn(10, 30)
            assert all(np.array_equal(a, b) for a, b in zip(after, learner.weights(), strict=True))


def test_what_is_reported_of_a_problem(stand_in, small):
    with Peer(stand_in) as peer:
        found = nonnegative.one(small, ways(), peer, repeats=3, quick=False)
        assert json.loads(json.dumps(found))["name"] == "6x3"
    own, batches, rows = found["contenders"]
    assert own["ratio"] == 1
    assert rows["difference_from_bouton"] < 1e-4
    assert batches["difference_from_bouton"] is None
    assert found["objective"] == max(c["curve"][-1][1] for c in found["contenders"])
    for contender in found["contenders"]:
        assert len(contender["microseconds_per_sample"]["all"]) == 3
        assert [point[0] for point in contender["curve"]] == [0, 128, 256][: len(contender["curve"])]
        assert 0 < contender["rows_to_objective"] <= contender["curve"][-1][0]
        expected = contender["rows_to_objective"] * contender["microseconds_per_sample"]["median"] / 1000
        assert contender["milliseconds_to_objective"] == pytest.approx(expected)
        assert contender["ratio"] == pytest.approx(expected / own["milliseconds_to_objective"])
    # The same algorithm passes the same points, within what double and single precision differ by.
    np.testing.assert_allclose(own["curve"][:2], rows["curve"], rtol=1e-3)


def test_results_are_shown_and_drawn(stand_in, small, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(nonnegative, "interpreter", lambda choice: stand_in)
    monkeypatch.setattr(nonnegative, "WAYS", ways())
    found = nonnegative.compared([small], "present", 1, 2, True, Console(stderr=True))
    assert found["versions"]["pynsm"] == "stand-in"
    assert found["skipped"] == []
    nonnegative_results.show(found, Console(width=140))
    printed = capsys.readouterr().out
    assert "ms to error" in printed
    assert "batches" in printed
    nonnegative_results.draw(found, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("points", "objective", "rows"),
    [
        ([(0, 1.0), (100, 0.5), (200, 0.1)], 0.5, 100),
        ([(0, 1.0), (100, 0.5), (200, 0.1)], 0.3, 150),
        ([(0, 1.0), (100, 0.75)], 0.9, 40),
        ([(0, 0.2), (100, 0.3)], 0.4, 100),
        ([(0, 1.0), (100, 0.4), (200, 0.6), (300, 0.5)], 0.5, 500 / 6),
    ],
)
def test_when_a_curve_first_reaches_an_error(points, objective, rows):
    assert nonnegative.rows_to(points, objective) == pytest.approx(rows)


def test_a_curve_that_ends_above_is_an_error():
    with pytest.raises(ValueError, match=r"the curve ends at 0\.5, above 0\.4"):
        nonnegative.rows_to([(0, 1.0), (100, 0.5)], 0.4)


def test_without_the_environment_the_reason_is_given(tmp_path, capsys):
    with pytest.raises(PeerUnavailable, match=r"^not asked for \(--pynsm none\)$"):
        interpreter("none", tmp_path)
    with pytest.raises(PeerUnavailable, match=r"gone has no pynsm; a run with --pynsm install makes it"):
        interpreter("present", tmp_path / "gone")
    found = nonnegative.compared(nonnegative.CASES, "none", 2, 1, True, Console(stderr=True))
    assert found == {
        "threads": 2,
        "versions": {},
        "problems": [],
        "skipped": [{"name": "pynsm", "reason": "not asked for (--pynsm none)"}],
    }
    nonnegative_results.show(found, Console(width=140))
    assert "left out: pynsm: not asked for" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        ("Available versions: 2.15.0, 2.13.0+cpu, 2.12.1", "torch==2.13.0+cpu pynsm==1.0.1"),
        ("Available versions: 2.15.0, 2.12.1", "torch pynsm==1.0.1"),
        ("", "torch pynsm==1.0.1"),
    ],
)
def test_what_is_installed(tmp_path, monkeypatch, capfd, listed, asked):
    folder = tmp_path / "environment"
    log = tmp_path / "log"
    inside = program(
        tmp_path / "inside",
        f'echo "$@" >> {log}\n'
        'case "$*" in\n'
        f'*"import pynsm"*) test -f {folder}/installed;;\n'
        f'*" index "*) echo "{listed}";;\n'
        f"*) touch {folder}/installed;;\n"
        "esac",
    )
    maker = program(tmp_path / "python", f"mkdir -p {folder}/bin; cp {inside} {folder}/bin/python")
    monkeypatch.setattr(sys, "executable", str(maker))
    assert interpreter("install", folder) == folder / "bin" / "python"
    installs = [line for line in log.read_text().splitlines() if " install " in line]
    assert len(installs) == 1
    assert installs[0].endswith(asked)
    assert "--only-binary :all:" in installs[0]
    assert "making" in capfd.readouterr().err
    assert interpreter("present", folder) == folder / "bin" / "python"


def test_a_failing_pip_is_quoted(tmp_path, monkeypatch):
    folder = tmp_path / "environment"
    inside = program(tmp_path / "inside", 'echo "WARNING: x" >&2; echo "ERROR: No matching distribution" >&2; exit 1')
    maker = program(tmp_path / "python", f"mkdir -p {folder}/bin; cp {inside} {folder}/bin/python")
    monkeypatch.setattr(sys, "executable", str(maker))
    with pytest.raises(PeerUnavailable, match=r"^pip cannot install it: ERROR: No matching distribution$"):
        interpreter("install", folder)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(PeerUnavailable, match=r"^the environment cannot be made: "):
        interpreter("install", tmp_path / "other")


def test_a_process_that_fails_or_ends_is_reported(stand_in, tmp_path):
    with Peer(stand_in) as peer:
        with pytest.raises(PeerUnavailable, match="pynsm failed to fail: ValueError: as asked"):
            peer.tell("fail", "x")
        with pytest.raises(PeerUnavailable, match="the peer's process ended with code 3"):
            peer.tell("end", "x")
    with pytest.raises(PeerUnavailable, match="ended with code 7"):
        Peer(program(tmp_path / "dead", "exit 7"))


@pytest.fixture
def real_peer():
    try:
        with Peer(interpreter("present")) as peer:
            yield peer
    except PeerUnavailable as error:
        pytest.skip(str(error))


def test_converged_pynsm_and_bouton_learn_the_same_weights(real_peer):
    case = nonnegative.CASES[0]
    way = Way("rows", nonnegative.SAME, 1, GENTLE, 64, 2000, 1e-6)
    learning, _, held_out = case.quick().rows("float32")
    own = OwnLearner(case, way, learning, held_out)
    feedforward, lateral = own.weights()
    problem = real_peer.open(feedforward=feedforward, lateral=lateral, rows=learning, held_out=held_out)
    theirs = PeerLearner(real_peer, problem, way)
    theirs.learn(0, 64)
    assert nonnegative.difference(case, way, theirs, learning) < 1e-3
    own.learn(0, 64)
    np.testing.assert_allclose(own.answers(), theirs.answers(), atol=1e-3)


def test_the_environment_is_not_part_of_the_sources():
    assert pynsm_peer.FOLDER == REPOSITORY / "benchmarks" / ".venv-pynsm"
    assert ".venv-*/" in (REPOSITORY / ".gitignore").read_text().splitlines()
