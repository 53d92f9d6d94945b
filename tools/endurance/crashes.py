"""Every crash point of every writer: the disk is full after so many bytes, and what was there before can be read."""

import itertools
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np

import bouton
from bouton.engine.checkpoint import CheckpointFolder
from bouton.errors import BoutonError
from bouton.memory import DenseKernel, KernelMemory
from bouton.papers._store import Measured, Store
from bouton.report.surprise import write_tracked

__all__ = ["measure"]

CIRCUIT = bouton.similarity.SNMFNetwork(n_inputs=20, n_outputs=10, start="random")
STATES = [CIRCUIT.init(jax.random.key(seed)) for seed in (0, 1)]
PATTERNS = [np.sign(np.random.default_rng(seed).normal(size=(8, 30))) for seed in (0, 1)]
MEMORIES = [KernelMemory(DenseKernel(3)).add(each) for each in PATTERNS]
SERIES = np.random.default_rng(0).normal(size=40)
ROWS = np.random.default_rng(0).normal(size=(60, 20)).astype(np.float32)


def _model(folder: Path, number: int) -> None:
    bouton.save(folder, CIRCUIT, STATES[number])


def _read_model(folder: Path) -> Any:
    return np.asarray(bouton.load(folder)[1].feedforward).tobytes()


def _memory(folder: Path, number: int) -> None:
    MEMORIES[number].save(folder)


def _read_memory(folder: Path) -> Any:
    return KernelMemory.load(folder).patterns_.tobytes()


def _results(folder: Path, number: int) -> None:
    store = Store(folder)
    store.write(store.path("paper", "section", "smoke", 0, 32), Measured({"x": PATTERNS[number]}, {}, 1.0))


def _read_results(folder: Path) -> Any:
    store = Store(folder)
    found = store.read(store.path("paper", "section", "smoke", 0, 32))
    return None if found is None else found.results["x"].tobytes()


def _tracked(folder: Path, number: int) -> None:
    from bouton.surprise import GaussianMean, Tracker, VariationalSMiLe

    series = SERIES + number
    write_tracked(folder, series, Tracker(VariationalSMiLe(GaussianMean(1.0), 0.1)).filter(series))


def _read_tracked(folder: Path) -> Any:
    return (folder / "surprise.csv").read_text(), (folder / "surprise.png").read_bytes()[:8]


def _run(folder: Path, number: int) -> None:
    for newest in sorted(folder.glob("checkpoint-*.json"))[1:]:
        newest.unlink()  # what is killed before its last checkpoint goes on from the one before
    bouton.run(CIRCUIT, ROWS, key=jax.random.key(0), checkpoint=folder, checkpoint_every=30, resume=number == 1)


def _read_run(folder: Path) -> Any:
    found, _ = CheckpointFolder(folder).latest()
    return None if found is None else found.step


WRITERS: dict[str, tuple[Callable[[Path, int], None], Callable[[Path], Any]]] = {
    "model": (_model, _read_model),
    "memory": (_memory, _read_memory),
    "results": (_results, _read_results),
    "figure and table": (_tracked, _read_tracked),
    "checkpoints": (_run, _read_run),
}


def measure(work: Path, done: int) -> Iterator[str]:
    """Yield what went wrong with each limit of the size of files."""
    shutil.rmtree(work)
    for name, (write, _) in WRITERS.items():  # compiled before there is a limit
        write(work / "first" / name, 0)
        write(work / "first" / name, 1)
    shutil.rmtree(work / "first")
    for trial in itertools.count(done):
        name = list(WRITERS)[trial % len(WRITERS)]
        yield _tried(work / f"{name}-{trial}", name, (trial // len(WRITERS)) * 127)


def _tried(folder: Path, name: str, limit: int) -> str:
    write, read = WRITERS[name]
    write(folder, 0)
    old = read(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    problem = ""
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        write(folder, 1)
        full = False
    except BoutonError as error:
        full, words = True, str(error)
        if "cannot write" not in words:
            problem = f"{name}, {limit} bytes: {words}"
    except BaseException as error:
        full, problem = True, f"{name}, {limit} bytes: {type(error).__name__}: {error}"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    try:
        found = read(folder)
    except Exception as error:
        return f"{name}, {limit} bytes: nothing can be read: {type(error).__name__}: {error}"
    if full and not problem and name != "checkpoints" and found != old:
        problem = f"{name}, {limit} bytes: what was there before is gone"
    if not full and found == old and name != "checkpoints":
        problem = f"{name}, {limit} bytes: nothing was written, and nothing was said"
    left = [path.name for path in folder.rglob(".*")]
    shutil.rmtree(folder)
    return problem or (f"{name}, {limit} bytes: left behind {left}" if left else "")
