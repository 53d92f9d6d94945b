"""Damaged files of every format: an error of ours, or exactly what was written."""

import itertools
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pyarrow
from pyarrow import parquet

import bouton
from bouton.data import open_data
from bouton.engine.checkpoint import CheckpointFolder
from bouton.errors import BoutonError
from bouton.report._pages import read_outcome
from tools.endurance.crashes import CIRCUIT, ROWS, WRITERS

__all__ = ["measure"]


def _read_checkpoint(folder: Path) -> Any:
    found, _ = CheckpointFolder(folder).latest()
    return None if found is None else (found.step, sorted(found.tensors))


def _written(work: Path) -> list[tuple[str, Path, Callable[[Path], Any], Path]]:
    """Return each file with what reads its folder."""
    found = []
    for name in ("model", "memory", "results"):
        write, read = WRITERS[name]
        write(work / name, 0)
        found += [(name, path, read, work / name) for path in sorted((work / name).rglob("*")) if path.is_file()]
    run = work / "run"
    if not run.is_dir():
        bouton.run(CIRCUIT, ROWS, key=jax.random.key(0), checkpoint=run, checkpoint_every=30, record={"y": 1})
    found += [("checkpoint", path, _read_checkpoint, run) for path in sorted(run.iterdir())[-2:]]
    (work / "page").mkdir(exist_ok=True)
    (work / "page" / "report.html").write_text("")
    outcome = work / "page" / "outcome.json"
    outcome.write_text('{"format": 2, "statements": [], "further": [], "title": "x", "scale": "smoke"}')
    found.append(("outcome", outcome, read_outcome, work / "page"))
    (work / "data").mkdir(exist_ok=True)
    np.save(work / "data" / "rows.npy", ROWS)
    np.savez(work / "data" / "rows.npz", ROWS)
    np.savetxt(work / "data" / "rows.csv", ROWS, delimiter=",")
    parquet.write_table(
        pyarrow.table({f"c{column}": ROWS[:, column] for column in range(5)}), work / "data" / "rows.parquet"
    )
    for path in sorted((work / "data").iterdir()):
        found.append(("data", path, partial(_read_data, path), work / "data"))
    return found


def _read_data(path: Path, folder: Path) -> Any:
    rows = open_data(path)
    return np.asarray(rows.read(0, len(rows))).shape


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Return bytes with some of them changed, lost, doubled or cut off."""
    found = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 10])):
        place = rng.randrange(len(found) or 1)
        match rng.randrange(6):
            case 0 if found:
                found[place] ^= 1 << rng.randrange(8)
            case 1:
                del found[place : place + rng.choice([1, 8, 1000])]
            case 2:
                found[place:place] = rng.randbytes(rng.choice([1, 8, 1000]))
            case 3:
                del found[place:]
            case 4:
                found[place:place] = found[place : place + rng.choice([1, 40, 400])]
            case 5:
                found[place:place] = rng.choice([b"1e999", b"[" * 5000, b"NaN", b"null", b"-1", b'"', b"\x00"])
    return bytes(found)


def measure(work: Path, done: int) -> Iterator[str]:
    """Yield what went wrong with each mutant."""
    files = _written(work)
    contents = [path.read_bytes() for _, path, _, _ in files]
    expected = [read(folder) for _, _, read, folder in files]
    for trial in itertools.count(done):
        number = trial % len(files)
        name, path, read, folder = files[number]
        finding = ""
        path.write_bytes(mutated(contents[number], random.Random(trial)))
        try:
            found = read(folder)
            # What cannot be read is None for results and outcomes, an older generation for checkpoints.
            if found is not None and found != expected[number] and name not in ("checkpoint", "outcome", "data"):
                finding = f"{path.name}: another {name} was accepted"
        except BoutonError:
            pass
        except Exception as error:
            finding = f"{path.name}: {type(error).__name__}: {error}"
        finally:
            path.write_bytes(contents[number])
        yield finding
