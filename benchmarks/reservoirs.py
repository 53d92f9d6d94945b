"""What a step of FORCE costs: `python -m benchmarks.reservoirs --reservoirpy environment/bin/python`.

Recursive least squares on given states, and a whole network of rates with feedback that learns by it: bouton,
reservoirpy and SciPy's BLAS in turns, with microseconds a step and their ratio to bouton's double precision. All must
have learned the same weights. Two rows show what the machine allows: the matrix read once a step, and read and written
once. reservoirpy needs an environment of its own:

    python -m venv environment && environment/bin/python -m pip install reservoirpy==0.4.2
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import scipy.linalg.blas  # before threads are limited: what is loaded later is not
from cyclopts import App

import bouton
from benchmarks.timing import LIMIT, SAME, Contender, race

app = App(name="python -m benchmarks.reservoirs", help=__doc__, help_format="plaintext", result_action="return_value")

FOLDER = Path(__file__).parent


def problem(units: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return states of a chaotic network and targets, in double precision."""
    rng = np.random.default_rng(0)
    weights = 1.5 * rng.normal(size=(units, units)) / np.sqrt(units)
    states, x = np.empty((steps, units)), 0.5 * rng.normal(size=units)
    for step in range(steps):
        x = x + 0.1 * (weights @ np.tanh(x) - x)
        states[step] = np.tanh(x)
    return states, np.sin(2 * np.pi * np.arange(steps) / 120)[:, None]


def updates(states: np.ndarray, targets: np.ndarray) -> list[Contender]:
    """Return recursive least squares on given states: bouton's in both precisions, BLAS in place, and two limits."""
    import jax
    import jax.numpy as jnp

    from bouton.behaviour import InverseCorrelation

    steps, units = states.shape

    def learned(inverse: Any, rates: Any, wanted: Any) -> Any:
        def step(carry: Any, given: Any) -> Any:
            (state, weights), (row, target) = carry, given
            state, decorrelated = inverse.step(state, row, 1.0)
            return (state, weights + (target - weights @ row) * decorrelated), None

        start = inverse.start(units), jnp.zeros(units, rates.dtype)
        return jax.lax.scan(step, start, (rates, wanted))[0][1]

    compiled = jax.jit(learned)

    def own(dtype: str, held: int) -> Callable[[Any], np.ndarray]:
        def learn(_: Any) -> np.ndarray:
            with jax.enable_x64(dtype == "float64"):
                given = (jnp.asarray(each, dtype) for each in (states, targets[:, 0]))
                return np.asarray(compiled(InverseCorrelation(held=held), *given))

        return learn

    def in_place(_: Any) -> np.ndarray:
        matrix, weights = np.asfortranarray(np.eye(units)), np.zeros(units)
        for row, target in zip(states, targets[:, 0], strict=True):
            drive = scipy.linalg.blas.dsymv(1.0, matrix, row)
            factor = 1 / (1 + row @ drive)
            scipy.linalg.blas.dsyr(-factor, drive, a=matrix, overwrite_a=1)
            weights += (target - weights @ row) * factor * drive
        return weights

    def read(_: Any) -> None:
        matrix = np.eye(units)
        for row in states:
            matrix @ row

    def rewritten(_: Any) -> None:
        matrix = np.eye(units)
        for _ in range(steps):
            matrix += 1.0

    nothing = lambda learned: {}  # noqa: E731
    expected = np.linalg.solve(np.eye(units) + states.T @ states, states.T @ targets[:, 0])
    off = lambda weights: {"off": float(np.abs(weights - expected).max() / np.abs(expected).max())}  # noqa: E731
    ready = lambda: None  # noqa: E731
    return [
        Contender("bouton, float64", SAME, steps, ready, own("float64", 8), off),
        Contender("bouton, float64, nothing waits", SAME, steps, ready, own("float64", 1), off),
        Contender("bouton, float32", SAME, steps, ready, own("float32", 8), off),
        Contender("SciPy symv and syr in place", SAME, steps, ready, in_place, off),
        Contender("matrix read once, float64", LIMIT, steps, ready, read, nothing),
        Contender("matrix read and written once, float64", LIMIT, steps, ready, rewritten, nothing),
    ]


def networks(units: int, targets: np.ndarray) -> list[Contender]:
    """Return the whole step of a network with feedback that learns by FORCE, in both precisions."""
    import jax

    from bouton.behaviour import ForceLearning, ReservoirNetwork, practice

    quiet = {"rate_noise": 0.0, "exploration": 0.0}
    network = ReservoirNetwork(units, learning=ForceLearning(), share=0.1, **quiet)  # pyright: ignore

    def contender(dtype: str) -> Contender:
        def prepare() -> Any:
            with jax.enable_x64(dtype == "float64"):
                return network.init(jax.random.key(0))

        def learn(state: Any) -> Any:
            with jax.enable_x64(dtype == "float64"):
                events = practice(targets, units)
                return jax.block_until_ready(bouton.run(network, events, key=jax.random.key(1), state=state).state)

        return Contender(f"bouton, {dtype}", SAME, len(targets), prepare, learn, lambda learned: {})

    return [contender("float64"), contender("float32")]


class Peer:
    """The process that has reservoirpy; it waits while others are timed, and times itself.

    Parameters
    ----------
    python : path
        Interpreter of its environment.
    states, targets : array
        The problem.
    """

    def __init__(self, python: Path, states: np.ndarray, targets: np.ndarray):
        self._scratch = tempfile.TemporaryDirectory(prefix="bouton-reservoirpy-")
        path = Path(self._scratch.name) / "problem.npz"
        np.savez(path, states=states, targets=targets)
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        command = [str(python), str(FOLDER / "reservoirpy_worker.py"), str(path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | threads
        )
        try:
            self.version = self._told()["version"]
        except RuntimeError:
            self.close()
            raise

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process: it stops where its input does."""
        self._process.communicate(timeout=60)
        self._scratch.cleanup()

    def ask(self, word: str) -> dict[str, Any]:
        """Let it learn, and return what it tells."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self._told()

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer's process ended with code {self._process.wait(timeout=60)}")
        return json.loads(line)


def compared(units: int, steps: int, repeats: int, python: Path | None) -> dict[str, Any]:
    """Return microseconds a step of all contenders, which take turns; the peer learns between their turns."""
    states, targets = problem(units, steps)
    found: dict[str, Any] = {"units": units, "steps": steps}
    with ExitStack() as stack:
        peer = None if python is None else stack.enter_context(Peer(python, states, targets))
        for what, contenders in (("update", updates(states, targets)), ("network", networks(units, targets))):
            race(contenders, 0)
            told = []
            for _ in range(repeats):
                for contender in contenders:
                    contender.seconds.append(contender.once())
                if peer is not None:
                    told.append(peer.ask(what))
            rows = [contender.outcome() for contender in contenders]
            if peer is not None:
                each = np.array([one["seconds"] for one in told]) * 1e6
                spread = {"median": float(np.median(each)), "least": float(each.min()), "most": float(each.max())}
                weights, own = np.array(told[0]["weights"]), contenders[0].learned
                merit = {"off": float(np.abs(weights - own).max() / np.abs(own).max())} if len(weights) else {}
                rows.append({"name": f"reservoirpy {peer.version}", "microseconds_per_sample": spread, "merit": merit})
            base = rows[0]["microseconds_per_sample"]["median"]
            found[what] = [row | {"ratio": row["microseconds_per_sample"]["median"] / base} for row in rows]
    return found


@app.default
def main(
    *, units: str = "500,1000", repeats: int = 5, reservoirpy: Path | None = None, quick: bool = False,
    out: Path | None = None,
) -> None:  # fmt: skip
    """Measure, print a table, and write the numbers where asked to.

    Parameters
    ----------
    units
        Sizes.
    repeats
        Timed runs of each.
    reservoirpy
        Interpreter of an environment with it.
    quick
        Only show that it works.
    out
        A JSON file for the numbers.
    """
    from threadpoolctl import threadpool_limits

    bouton.fold_loops()
    sizes = (60,) if quick else tuple(map(int, units.split(",")))
    with threadpool_limits(1):
        found = [compared(size, 40 if quick else 600, 1 if quick else repeats, reservoirpy) for size in sizes]
    for result in found:
        for what in ("update", "network"):
            print(f"{result['units']} units, {what}: microseconds a step, ratio to the first")
            for row in result[what]:
                time = row["microseconds_per_sample"]
                off = f"  weights off by {row['merit']['off']:.1e}" if row.get("merit") else ""
                print(f"  {row['name']:40s} {time['median']:9.1f} ({time['least']:.1f}) {row['ratio']:8.2f}{off}")
    if out is not None:
        out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(app())
