"""How much memory a run takes at most, against the length of its stream; each run in a process of its own.

`python -m benchmarks.memory '{"source": "iterator", "samples": 1000}'` is such a process: it learns a few samples, so
that what is imported and compiled is there, has the system forget its peak, learns the stream, and prints the peak.

The iterator draws each block of rows when it is asked for it and keeps none, so that all that stays is the run's own.
Beside it the same rows as one array, which show what a stream held in memory takes. A memory map would not tell them
apart: pages that were read count as resident until the system wants them back.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

SAMPLES = (1_000, 10_000, 100_000, 1_000_000)
SOURCES = ("iterator", "array")
INPUTS, OUTPUTS = 64, 16
_BLOCK_ROWS = 500
_MEGABYTE = 2**20


def measured(samples: Sequence[int] = SAMPLES, sources: Sequence[str] = SOURCES) -> list[dict[str, Any]]:
    """Return, for each source of rows, the memory in megabytes before and at the peak of each run."""
    return [
        {"source": source, "points": [_in_a_process({"source": source, "samples": each}) for each in samples]}
        for source in sources
    ]


def _in_a_process(request: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.memory", json.dumps(request)]
    done = subprocess.run(command, check=True, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def drawn(samples: int) -> Iterator[np.ndarray]:
    """Yield so many samples, block by block, each drawn when it is asked for."""
    rng = np.random.default_rng(0)
    for first in range(0, samples, _BLOCK_ROWS):
        yield rng.standard_normal((min(_BLOCK_ROWS, samples - first), INPUTS), dtype=np.float32)


def main(source: str, samples: int) -> dict[str, Any]:
    """Learn a stream in this process; return the memory that it took."""
    import jax

    import bouton
    from benchmarks.cases import INITIAL_ACTIVITY, solver
    from bouton.similarity import SNMFNetwork

    circuit = SNMFNetwork(INPUTS, OUTPUTS, dynamics=solver(), start="random", initial_activity=INITIAL_ACTIVITY)
    jax.block_until_ready(bouton.run(circuit, drawn(2 * 1024), key=jax.random.key(0)).state)
    _forget_peak()
    before = resident()
    stream = drawn(samples) if source == "iterator" else np.concatenate(list(drawn(samples)))
    run = bouton.run(circuit, stream, key=jax.random.key(0))
    jax.block_until_ready(run.state)
    return {"samples": run.steps, "before_megabytes": before, "peak_megabytes": resident(peak=True)}


def resident(peak: bool = False) -> float:
    """Return this process's resident memory in megabytes, now or at its peak.

    Where the system has no /proc, both are the peak since the start.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used / _MEGABYTE if sys.platform == "darwin" else used / 1024
    line = next(line for line in status.splitlines() if line.startswith("VmHWM" if peak else "VmRSS"))
    return int(line.split()[1]) / 1024


def _forget_peak() -> None:
    """Have the system forget the peak so far, which is that of compiling."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    except OSError:
        return


if __name__ == "__main__":
    import bouton

    bouton.fold_loops()
    print(json.dumps(main(**json.loads(sys.argv[1]))))
