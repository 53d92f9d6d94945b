"""What one waits for: imports, help, the first fit of a fresh process, and a single call of `partial_fit`."""

import importlib.util
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

_FIRST_FIT = """
import json, time, warnings
import bouton
bouton.fold_loops()
import numpy as np
warnings.simplefilter("ignore")
start = time.perf_counter()
from bouton import OnlineSNMF
rows = np.random.default_rng(0).normal(size=(1024, 64)).astype(np.float32)
imported = time.perf_counter()
model = OnlineSNMF(16, random_state=0).fit(rows)
fitted = time.perf_counter()
model.fit(rows)
again = time.perf_counter()
calls = {}
for size in (1, 64):
    times = []
    for _ in range(60):
        before = time.perf_counter()
        model.partial_fit(rows[:size])
        times.append(time.perf_counter() - before)
    calls[size] = sorted(times)[30]
print(json.dumps([imported - start, fitted - imported, again - fitted, calls[1], calls[64]]))
"""


def startup(repeats: int, quick: bool) -> dict[str, Any]:
    """Return medians in seconds of what happens before and around the learning itself."""
    times: dict[str, Any] = {
        "python alone": _seconds([sys.executable, "-c", "pass"], repeats),
        "import bouton": _seconds([sys.executable, "-c", "import bouton"], repeats),
    }
    if importlib.util.find_spec("bouton.__main__"):
        times["bouton --help"] = _seconds([sys.executable, "-m", "bouton", "--help"], repeats)
    if quick:
        return {"seconds": times, "skipped": [{"name": "first fit", "reason": "left out by --quick"}]}
    names = (
        "import of jax and the estimator",
        "first fit, 1024 x 64, with compilation",
        "second fit",
        "partial_fit of 1 row",
        "partial_fit of 64 rows",
    )
    runs = [json.loads(_output([sys.executable, "-c", _FIRST_FIT])) for _ in range(min(repeats, 3))]
    times |= {name: statistics.median(values) for name, values in zip(names, zip(*runs, strict=True), strict=True)}
    return {"seconds": times, "skipped": []}


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _seconds(command: Sequence[str], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        before = time.perf_counter()
        _output(command)
        times.append(time.perf_counter() - before)
    return statistics.median(times)
