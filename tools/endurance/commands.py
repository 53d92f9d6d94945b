"""Awkward command lines: an exit code and a sentence, never a traceback."""

import contextlib
import io
import itertools
import os
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bouton.cli import main

__all__ = ["measure"]

ODD = ["", " ", "-1", "0", "1.5", "1e3", "1e999", "nan", "inf", "²", "été", "\x00", "x" * 300, "None", "True",
       "'", "$x_1$", "--", "../..", "/dev/null", "/proc/1/mem", "a\nb", "\udcff", "9" * 400]  # fmt: skip
FILES = ["rows.npy", "rows.csv", "rows.npz", "empty.csv", "text.csv", "nowhere.csv", "folder", "one.npy", "complex.npy"]
OPTIONS = {
    "learn": ["--model", "--components", "--seed", "--epochs", "--patch-size", "--name", "--columns", "--rank-penalty",
              "--forgetting", "--start", "--missing", "--wrong"],
    "surprise": ["--column", "--sigma", "--hazard", "--symbols", "--size", "--seed", "--missing", "--family",
                 "--method", "--wrong"],
    "show": ["--out"], "report": ["--out", "--scale"], "audit": ["--wrong"], "list": [], "info": [], "data": ["--list"],
    "reproduce": ["--section", "--seeds", "--jobs", "--scale"],
}  # fmt: skip
MODELS = ["online-snmf", "principal-subspace", "nonlinear-hebbian", "online-smnf"]


def _prepared(work: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(20, 3))
    np.save(work / "rows.npy", rows)
    np.savez(work / "rows.npz", a=rows, b=rows)
    np.save(work / "one.npy", np.zeros(()))
    np.save(work / "complex.npy", rows + 1j)
    (work / "rows.csv").write_text("a,b,c\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows))
    (work / "empty.csv").write_text("")
    (work / "text.csv").write_text("a,b\nx,y\nz,\n")
    (work / "folder").mkdir(exist_ok=True)


def words(rng: random.Random) -> list[str]:
    """Return a command line."""
    command = rng.choice(list(OPTIONS))
    found = [command]
    if command in ("learn", "surprise", "show"):
        found.append(rng.choice([*FILES, *FILES, *ODD]))
    elif command in ("report", "reproduce"):
        # A name that is none: a reproduction takes its time.
        found.append(rng.choice(["online-smnf", "nope", *ODD]))
    for _ in range(rng.randrange(4)):
        if OPTIONS[command]:
            option = rng.choice(OPTIONS[command])
            value = rng.choice([*MODELS, "2", "3", *ODD] if option == "--model" else ["1", "2", "a", "0.1", *ODD])
            found += [option, value]
    if command == "learn" and rng.random() < 0.8:
        found += ["--out", f"out{rng.randrange(3)}", *(["--overwrite"] if rng.random() < 0.7 else [])]
    if command == "surprise":
        found += ["--out", "seen"]
    if rng.random() < 0.1:
        rng.shuffle(found)
    return found


def measure(work: Path, done: int) -> Iterator[str]:
    """Yield what went wrong with each command line."""
    _prepared(work)
    os.chdir(work)
    for trial in itertools.count(done):
        line = words(random.Random(trial))
        errors = io.StringIO()
        finding = ""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
            try:
                main(line)
            except SystemExit as stop:
                if stop.code not in (0, None, 2):
                    finding = f"{line}: exit code {stop.code}"
                elif stop.code == 2 and not errors.getvalue().strip():
                    finding = f"{line}: no word of what was wrong"
            except BaseException as error:
                finding = f"{line}: {type(error).__name__}: {str(error)[:200]}"
        if "Traceback" in errors.getvalue():
            finding = f"{line}: a traceback"
        yield finding
