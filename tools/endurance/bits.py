"""The same bits with one thread and two, other hash seeds, other chunks, recordings on and off."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["measure"]

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
import jax
from tools.endurance.runs import digest, run
options = eval(sys.argv[2])
found = run(sys.argv[1], Path(sys.argv[3]) if len(sys.argv) > 3 else None, **options)
import dataclasses
print(digest(dataclasses.replace(found, recordings={})))
"""
VARIANTS: list[tuple[str, dict[str, str], str, bool]] = [
    ("one thread", {"OMP_NUM_THREADS": "1", "TASKSET": "0"}, "{}", False),
    ("hash seed 7", {"PYTHONHASHSEED": "7"}, "{}", False),
    ("checkpoints every 61", {}, "{'every': 61}", True),
]


def _digest(kind: str, environment: dict[str, str], options: str, folder: Path | None) -> str:
    command = [sys.executable, "-c", PROGRAM, kind, options, *([str(folder)] if folder else [])]
    if "TASKSET" in environment:
        command = ["taskset", "-c", environment["TASKSET"], *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ | environment)
    return done.stdout.strip() or done.stderr[-300:]


def measure(work: Path, done: int) -> Iterator[str]:
    """Yield where a variant of a kind of run has other bits."""
    kinds = ("snmf", "recorded", "filter", "spikes")
    trial = 0
    for kind in kinds:
        expected = ""
        for number, (name, environment, options, stored) in enumerate(VARIANTS):
            trial += 1
            if trial <= done:
                continue
            expected = expected or _digest(kind, {}, "{}", None)
            found = _digest(kind, environment, options, work / f"{kind}-{number}" if stored else None)
            yield "" if found == expected else f"{kind}, {name}: {found} instead of {expected}"
