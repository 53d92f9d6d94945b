"""pynsm (PyTorch) as a peer: an environment of its own beside the benchmarks, and the process that learns in it.

Its dependencies are large and none of bouton's business: they are installed into `benchmarks/.venv-pynsm`, once, with
pip, when a full run of the benchmarks asks for it. Where that cannot be had, the comparison is left out and the reason
is given.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

import numpy as np

FOLDER = Path(__file__).parent / ".venv-pynsm"
PEER = "pynsm==1.0.1"
Choice = Literal["install", "present", "none"]
_SECONDS = 1800


class PeerUnavailable(Exception):
    """The peer cannot be had on this machine; the sentence says why."""


def interpreter(choice: Choice, folder: Path = FOLDER) -> Path:
    """Return the interpreter of the peer's environment; make the environment first where that is asked for.

    Parameters
    ----------
    choice : "install", "present" or "none"
        Whether to install what is missing, to use only what is there, or to do without the peer.
    folder : Path
        The environment.

    Raises
    ------
    PeerUnavailable
        If there is none.
    """
    if choice == "none":
        raise PeerUnavailable("not asked for (--pynsm none)")
    program = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if _works(program):
        return program
    if choice == "present":
        raise PeerUnavailable(
            f"{folder.parent.name}/{folder.name} has no pynsm; a run with --pynsm install makes it (large)"
        )
    print(f"making {folder.parent.name}/{folder.name} for {PEER} and PyTorch: once, large", file=sys.stderr)
    _output([sys.executable, "-m", "venv", str(folder)], "the environment cannot be made")
    pip = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    pip += ["--only-binary", ":all:", "--retries", "1"]
    _output([*pip, _torch(program), PEER], "pip cannot install it")
    if not _works(program):
        raise PeerUnavailable(f"{folder.parent.name}/{folder.name} was made, but pynsm cannot be imported in it")
    return program


def _works(program: Path) -> bool:
    if not program.exists():
        return False
    done = subprocess.run([str(program), "-c", "import pynsm"], capture_output=True, timeout=_SECONDS, check=False)
    return done.returncode == 0


def _torch(program: Path) -> str:
    """Return what to ask for: where pip's index has a build for processors alone, that one; it is a tenth as large."""
    command = [str(program), "-m", "pip", "index", "versions", "torch", "--disable-pip-version-check", "--retries", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    found = re.search(r"([\w.]+\+cpu)\b", done.stdout.partition("Available versions:")[2])
    return f"torch=={found[1]}" if found else "torch"


def _output(command: list[str], trouble: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerUnavailable(f"{trouble}: {error}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        errors = [line for line in lines if "error" in line.lower()] or lines
        raise PeerUnavailable(f"{trouble}: {errors[-1].strip()}")
    return done.stdout


class Peer:
    """The process that learns with pynsm; it waits, without using the processor, while others are timed.

    Parameters
    ----------
    program : Path
        The interpreter of the peer's environment.
    threads : int
        Number of threads it may use.
    """

    def __init__(self, program: Path, threads: int = 1):
        worker = Path(__file__).with_name("pynsm_worker.py")
        environment = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
        self._scratch = tempfile.TemporaryDirectory(prefix="bouton-pynsm-")
        self._process = subprocess.Popen(
            [str(program), str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        try:
            self.versions: dict[str, str] = self._answer()["versions"]
        except PeerUnavailable:
            self.close()
            raise

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process: it stops where its input does."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                # What was still to be handed over to a process that has ended is lost.
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait(timeout=60)
        self._scratch.cleanup()

    def open(self, **arrays: np.ndarray) -> str:
        """Hand a problem over: weights to start from, rows to learn, rows held out; return where it is."""
        path = Path(self._scratch.name) / "problem.npz"
        np.savez(path, **{name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()})  # pyright: ignore
        return str(path)

    def tell(self, do: str, name: str, **more: Any) -> None:
        """Have a command carried out by the learner of that name, and wait for it."""
        if self._process.stdin is None:
            raise PeerUnavailable("the peer's process has no input")
        try:
            self._process.stdin.write(json.dumps({"do": do, "name": name, **more}) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise PeerUnavailable(f"the peer's process has ended: {error}") from error
        answer = self._answer()
        if "error" in answer:
            raise PeerUnavailable(f"pynsm failed to {do}: {answer['error']}")

    def answers(self, name: str) -> np.ndarray:
        """Return a learner's answers to the rows held out."""
        path = Path(self._scratch.name) / "answers.npy"
        self.tell("answers", name, path=str(path))
        return np.load(path)

    def weights(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a learner's feed-forward and lateral weights."""
        path = Path(self._scratch.name) / "weights.npz"
        self.tell("weights", name, path=str(path))
        with np.load(path) as arrays:
            return arrays["feedforward"], arrays["lateral"]

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise PeerUnavailable(f"the peer's process ended with code {self._process.wait(timeout=60)}")
        return json.loads(line)
