"""What a second of a spiking network costs: `python -m benchmarks.spiking --python brian2-environment/bin/python`.

Three networks (see `bouton.spiking.reference`) at a step of 0.1 ms on one thread: CUBA and COBA with 4000 neurons for
1 s, a CUBA of 1000 neurons with pair STDP for 10 s. Brian2 runs them as C++ programs of its standalone mode, each on
connections of its own drawing with the same statistics, both with and without recording all spikes, in single and in
double precision. A content space of assemblies (`bouton.spiking.assemblies`, 1250 neurons and 200 inputs, all their
excitatory synapses plastic, shown patterns for 8 s) is simulated at 0.1 ms ("content") and 0.5 ms ("content-coarse"),
without recording. Contenders take turns; CPU seconds of the simulation alone are
counted, the least of all turns: not compiling (told apart), drawing connections, reading or writing. Brian2 needs an
environment of its own (Brian2 2.9 wants NumPy below 2.4, and a C++ compiler):

    python -m venv brian2-environment
    brian2-environment/bin/python -m pip install "brian2==2.9.0" "numpy<2.4"
"""

import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
from cyclopts import App

import bouton

app = App(name="python -m benchmarks.spiking", help=__doc__, help_format="plaintext", result_action="return_value")

SECONDS = {"cuba": 1, "coba": 1, "stdp": 10, "content": 8, "content-coarse": 8}
STEPS = {"content": 0.1, "content-coarse": 0.5}
WIDTHS = ("float32", "float64")
PEERS = {kind: (kind,) for kind in SECONDS} | {"stdp": ("stdp", "stdp-synapses")}
W0 = 1.62
WORKER = Path(__file__).with_name("brian2_worker.py")


def own(kind: str, seconds: float, record: bool, width: str) -> tuple[Callable[[], dict[str, float]], float]:
    """Return a function that simulates once and tells its CPU seconds and statistics, and what compiling took."""
    import jax

    with jax.enable_x64(width == "float64"):
        once, making = _content(STEPS[kind], seconds) if kind in STEPS else _own(kind, seconds, record)

    def in_this_width() -> dict[str, float]:
        with jax.enable_x64(width == "float64"):
            return once()

    return in_this_width, making


def _own(kind: str, seconds: float, record: bool) -> tuple[Callable[[], dict[str, float]], float]:
    import jax

    from bouton import spiking

    network = {"cuba": spiking.cuba_network, "coba": spiking.coba_network, "stdp": spiking.stdp_network}[kind]()
    currents, what = np.zeros((round(100 * seconds), 1)), {"spikes": 1, "lost": 1} if record else None

    def once() -> dict[str, float]:
        before = time.process_time()
        found = bouton.run(network, currents, key=jax.random.key(0), record=what)
        jax.block_until_ready(found.state)
        told = {"cpu": time.process_time() - before, "rate": network.summary(found.state)["cells Hz"]}
        return told | (_weights(found.state.plastic[0].synapses) if kind == "stdp" else {})

    before = time.process_time()
    for frames in (33, 1):
        bouton.run(network, currents[:frames], key=jax.random.key(0), record=what)
    return once, time.process_time() - before


def _content(time_step: float, seconds: float) -> tuple[Callable[[], dict[str, float]], float]:
    import jax

    from bouton.spiking.assemblies import AssemblyCircuit, AssemblyParameters, Phase, Schedule, build_spaces

    parameters, rng = AssemblyParameters(time_step=time_step), np.random.default_rng(1)
    circuit = AssemblyCircuit(build_spaces(parameters, (), 1))
    number = round(seconds / 0.4)
    phases = [(Phase(200.0, int(rng.integers(5)), training=True), Phase(200.0, training=True)) for _ in range(number)]
    frames = Schedule([phase for pair in phases for phase in pair]).frames(parameters)

    def once() -> dict[str, float]:
        before = time.process_time()
        found = bouton.run(circuit, frames, key=jax.random.key(0))
        jax.block_until_ready(found.state)
        return {"cpu": time.process_time() - before, "rate": circuit.summary(found.state)["content.E Hz"]}

    before = time.process_time()
    once()
    return once, time.process_time() - before


def _weights(weights: Any) -> dict[str, float]:
    relative = np.asarray(weights, np.float64) / W0
    return {"mean": float(relative.mean()), "deviation": float(relative.std())}


def peer(
    python: Path, name: str, width: str, seconds: float, record: bool, folder: Path
) -> tuple[Callable[[], dict], float]:
    """Make Brian2's program; return a function that runs it once, and the seconds (of the clock) that making took."""
    before = time.perf_counter()
    worker, told = [str(python), str(WORKER)], [str(folder), str(seconds), "1", width]
    command = [*worker, "build", name, *told, str(int(record))]
    if name in STEPS:
        command = [*worker, "content", *told, str(STEPS[name])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    made = time.perf_counter() - before
    places = dict(line.split() for line in done.stdout.splitlines() if line.startswith(("count ", "w ")))

    def once() -> dict[str, float]:
        subprocess.run(["./main"], cwd=folder, capture_output=True, timeout=900, check=True)
        count = np.fromfile(folder / "results" / places["count"], np.int32)
        told = {"cpu": float((folder / "cpu_seconds.txt").read_text()), "rate": float(count.mean() / seconds)}
        if "w" not in places or name in STEPS:
            return told
        return told | _weights(np.fromfile(folder / "results" / places["w"], width))

    return once, made


def _recorded(kind: str) -> tuple[bool, ...]:
    return (False,) if kind in STEPS else (False, True)


def race(kind: str, python: Path | None, repeats: int, share: float, folder: Path) -> list[dict[str, Any]]:
    """Return one row for each contender of a network, measured in turns."""
    seconds = SECONDS[kind] * share
    contenders = {
        f"bouton, {width}{', recorded' * record}": own(kind, seconds, record, width)
        for width in WIDTHS
        for record in _recorded(kind)
    }
    rows: list[dict[str, Any]] = []
    wanted = itertools.product(PEERS[kind] if python else (), WIDTHS, _recorded(kind))
    for name, width, record in wanted:
        who = f"Brian2 {name}, {width}{', recorded' * record}"
        try:
            contenders[who] = peer(python, name, width, seconds, record, folder / who.replace(", ", "-"))
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            rows.append({"network": kind, "who": who, "left out": str(error)})
    if python is None:
        rows.append({"network": kind, "who": "Brian2", "left out": "no environment (--python)"})
    found: dict[str, list[dict[str, float]]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, (once, _) in contenders.items():
            found[name].append(once())
    for name, told in found.items():
        least = min(each["cpu"] for each in told) / seconds
        more = {key: value for key, value in told[-1].items() if key != "cpu"}
        rows.append({"network": kind, "who": name, "cpu per s": least, "making": contenders[name][1], **more})
    return rows


@app.default
def main(
    *,
    python: Path | None = None,
    repeats: int = 3,
    share: float = 1.0,
    networks: tuple[Literal["cuba", "coba", "stdp", "content", "content-coarse"], ...] = ("cuba", "coba", "stdp"),
    out: Path | None = None,
) -> None:
    """Measure, print a table, and write the numbers where asked to.

    Parameters
    ----------
    python
        Interpreter of an environment with Brian2.
    repeats
        Runs of each; the least counts.
    share
        Share of the usual duration that is simulated.
    networks
        Which ones.
    out
        A JSON file for the numbers.
    """
    if "jax" not in sys.modules:
        bouton.fold_loops()
    rows = []
    with tempfile.TemporaryDirectory(prefix="bouton-brian2-") as folder:
        for kind in networks:
            rows += race(kind, python, repeats, share, Path(folder))
    own_cost = {row["network"]: row["cpu per s"] for row in rows if row["who"] == "bouton, float32"}
    for row in rows:
        if "left out" in row:
            print(f"{row['network']:5s} {row['who']:40s} left out: {row['left out']}")
            continue
        ratio = row["cpu per s"] / own_cost[row["network"]]
        weights = f"  w/w0 {row['mean']:.4f} +- {row['deviation']:.4f}" if "mean" in row else ""
        print(
            f"{row['network']:5s} {row['who']:40s} {row['cpu per s']:.4f} CPU s per s  x {ratio:5.2f}  "
            f"{row['rate']:.2f} Hz{weights}  (making {row['making']:.1f} s)"
        )
    if out is not None:
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(app())
