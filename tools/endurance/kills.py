"""Runs that are killed at random times and started again: they end with the bits of a run that never was."""

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tools.endurance.runs import KINDS

__all__ = ["measure"]

ROOT = Path(__file__).parents[2]


def _started(*words: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "tools.endurance.runs", *words], cwd=ROOT, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=os.environ)  # fmt: skip


def measure(work: Path, done: int) -> Iterator[str]:
    """Yield what went wrong at each kill."""
    expected, lasts = {}, {}
    for kind in KINDS:
        before = time.monotonic()
        out, errors = _started(kind).communicate()
        expected[kind] = (out.split() or [errors])[-1]
        lasts[kind] = time.monotonic() - before
    for trial in itertools.count(done):
        kind = list(KINDS)[trial % len(KINDS)]
        folder = work / kind
        run = _started(kind, str(folder))
        assert run.stdout is not None
        run.stdout.readline()
        # From the first write on, up to the end of a run.
        time.sleep(random.Random(trial).uniform(0, lasts[kind]))
        if run.poll() is None:
            os.kill(run.pid, signal.SIGKILL)
        out, errors = run.communicate()
        if run.returncode == -signal.SIGKILL:
            yield ""
            continue
        finding = ""
        if run.returncode != 0:
            finding = f"{kind} could not go on: {errors.strip().splitlines()[-1] if errors else run.returncode}"
        elif out.split()[-1] != expected[kind]:
            finding = f"{kind} ended with other bits"
        shutil.rmtree(folder, ignore_errors=True)
        yield finding
