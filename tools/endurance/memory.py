"""Long runs and large files: memory does not grow with the samples, and a file need not fit into memory."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

__all__ = ["measure"]

ROOT = Path(__file__).parents[2]
GROWTH = """
import jax, numpy as np, psutil, bouton
circuit = bouton.similarity.{circuit}(n_inputs=16, n_outputs=8)
rng = np.random.default_rng(0)
state, process, rows = None, psutil.Process(), np.empty((100_000, 16), np.float32)
for part in range(12):
    rng.standard_normal(out=rows, dtype=np.float32)
    state = bouton.run(circuit, rows, key=jax.random.key(0), state=state, first_step=part * 100_000).state
    if part == 1:
        first = process.memory_info().rss
print(max(0, process.memory_info().rss - first), first)
"""
LARGE = """
import resource, sys
import jax, numpy as np, bouton
circuit = bouton.similarity.SNMFNetwork(64, 8)
bouton.run(circuit, np.zeros((300, 64), np.float32), key=jax.random.key(0))
limit = {limit}
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
rows = np.load(sys.argv[1], mmap_mode="r")
assert rows.nbytes >= 4 * limit, (rows.nbytes, limit)
found = bouton.run(circuit, rows, key=jax.random.key(0))
print(found.steps)
"""
LIMIT = 600_000_000


def _printed(program: str, *words: str) -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-c", program, *words], cwd=ROOT, capture_output=True, text=True)
    return done.stdout, done.stderr


def measure(work: Path, done: int) -> Iterator[str]:
    """Yield what went wrong: growth over 10^6 samples of two circuits, then a file four times the memory allowed."""
    for circuit in ("SNMFNetwork", "PrincipalSubspaceNetwork")[done:]:
        out, errors = _printed(GROWTH.format(circuit=circuit))
        if not out:
            yield errors[-300:]
            continue
        growth, first = map(int, out.split())
        yield "" if growth <= max(1_000_000, first // 100) else f"memory grew by {growth} of {first} bytes"
    path = work / "large.npy"
    if done <= 2:
        rows = np.lib.format.open_memmap(path, "w+", np.float32, (4 * LIMIT // 256 + 1, 64))
        del rows  # sparse on the disk: zeros that were never written
        out, errors = _printed(LARGE.format(limit=LIMIT), str(path))
        path.unlink()
        yield "" if out else errors[-300:]
