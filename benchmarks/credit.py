"""Nets that learn by alignment or by predicting, beside PyTorch: `python -m benchmarks.credit --python PYTHON`.

Three nets: 784-500-10 sigmoids in mini-batches of 128, plain steps; five 3 x 3 convolutions (8, 16, 16, 32, 32
channels on 14 x 14 x 3) with batch normalisation, a mean over positions and 10 units, in mini-batches of 64, with
momentum; and three layers of 128 rectifiers on 5 x 5 patches of 144 pixels that learn by CLAPP, in mini-batches of 50
images, with Adam, which PyTorch does by automatic differentiation of the losses, as the published code. The first two
learn by backpropagation, feedback alignment, symmetric alignment and Kolen-Pollack, and in bouton also by the weight
mirror and activation alignment: to be compared with PyTorch's backpropagation. Contenders take turns, in
processes of their own on as many cores as threads; samples per second, of the clock and of the processors, are those of
the fastest turn. The limit are the matrix products of a step alone, by NumPy or PyTorch, whichever is faster. Both
begin with the same weights and see the same mini-batches: their losses after the last step are shown. PyTorch needs an
environment of its own:

    python -m venv torch-environment
    torch-environment/bin/python -m pip install torch numpy
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cyclopts import App

app = App(name="python -m benchmarks.credit", help=__doc__, help_format="plaintext", result_action="return_value")

FOLDER = Path(__file__).parent
_SECONDS = (("s", "seconds"), ("cpu s", "cpu"))
STEPS = {"dense": 30, "convolution": 6, "predictive": 10}
"""Of a turn: short, so that some of many fall into a time in which nothing else runs."""


class Worker:
    """A process that learns on command, on as many cores as it has threads."""

    def __init__(self, command: list[str], threads: int):
        named = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        environment = os.environ | dict.fromkeys(named, str(threads))
        # Kernels that NumPy would choose by itself.
        for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            environment.pop(name, None)
        cores = sorted(os.sched_getaffinity(0))[:threads] if hasattr(os, "sched_setaffinity") else None
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=FOLDER.parent
        )
        if cores is not None:
            # Before it has imported anything: libraries count the cores that they may use.
            os.sched_setaffinity(self._process.pid, cores)
        self.versions: dict[str, str] = self._told()["versions"]

    def ask(self, **command: Any) -> dict[str, float]:
        """Hand a command over and wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._told()

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process.wait(timeout=60)

    def _told(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError(f"{self._process.args} ended")
        return json.loads(line)


def race(workers: dict[str, Worker], kind: str, share: float, repeats: int, folder: Path) -> list[dict[str, Any]]:
    """Return one row for each net, rule and contender, measured in turns."""
    from benchmarks.credit_cases import ALONE, BATCH, FEEDBACK_RATE, RATE, RULES, product_shapes, write

    path, steps = folder / f"{kind}.npz", max(round(STEPS[kind] * share), 2)
    write(kind, path)
    rows = []
    for rule in RULES[kind]:
        name, racing = f"{kind}, {rule}", dict(workers)
        if rule in ALONE:
            racing.pop("PyTorch", None)
        for who, worker in racing.items():
            more = {"path": str(path), "rate": RATE[kind], "feedback_rate": FEEDBACK_RATE} if who != "bouton" else {}
            # The first call compiles, or warms up.
            worker.ask(name=name, kind=kind, rule=rule, steps=steps, **more)
        told: dict[str, list[dict[str, float]]] = {who: [] for who in racing}
        for _ in range(repeats):
            for who, worker in racing.items():
                told[who].append(worker.ask(name=name, steps=steps))
        for who, each in told.items():
            rows.append({"net": kind, "rule": rule, "who": who, **rates(each, BATCH[kind] * steps)})
            rows[-1]["loss"] = each[-1]["loss"]
    shapes = product_shapes(kind)
    each = [worker.ask(name="products", shapes=shapes, steps=3) for _ in range(repeats) for worker in workers.values()]
    rows.append({"net": kind, "rule": "matrix products alone", "who": "limit", **rates(each, 3 * BATCH[kind])})
    return rows


def rates(turns: list[dict[str, float]], samples: int) -> dict[str, float]:
    """Return samples per second of the clock and of the processors, each of the fastest turn."""
    return {f"samples per {word}": samples / min(one[name] for one in turns) for word, name in _SECONDS}


def _show(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        loss = f"  loss {row['loss']:.5f}" if "loss" in row else ""
        words = f"{row['threads']} threads  {row['net']:12s} {row['rule']:22s} {row['who']:8s}"
        print(f"{words} {row['samples per s']:10.0f} /s {row['samples per cpu s']:10.0f} /cpu s{loss}", flush=True)


@app.default
def main(
    *,
    python: Path | None = None,
    nets: tuple[str, ...] = tuple(STEPS),
    threads: tuple[int, ...] = (1, 2),
    repeats: int = 25,
    quick: bool = False,
    out: Path | None = None,
) -> None:
    """Measure, print a table, and write the numbers where asked to.

    Parameters
    ----------
    python
        Interpreter of an environment with PyTorch; without one, bouton is measured alone.
    nets
        Which of "dense", "convolution" and "predictive".
    threads
        Numbers of threads.
    repeats
        Turns of each; the fastest counts.
    quick
        Next to no steps of the smaller net: to show that it works.
    out
        A JSON file for the numbers.
    """
    rows: list[dict[str, Any]] = []
    share, repeats = (0.01, 1) if quick else (1.0, repeats)
    for number in threads[:1] if quick else threads:
        commands = {"bouton": [sys.executable, "-m", "benchmarks.credit_worker"]}
        if python is not None:
            commands["PyTorch"] = [str(python), str(FOLDER / "credit_torch_worker.py")]
        workers = {who: Worker(command, number) for who, command in commands.items()}
        with tempfile.TemporaryDirectory(prefix="bouton-credit-") as folder:
            for kind in nets[:1] if quick else nets:
                rows += [{"threads": number} | row for row in race(workers, kind, share, repeats, Path(folder))]
                _show([row for row in rows if (row["threads"], row["net"]) == (number, kind)])
        for worker in workers.values():
            worker.close()
    if python is None:
        print("PyTorch left out: no environment (--python)")
    if out is not None:
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(app())
