"""What a compartment costs a time step: `python -m benchmarks.cables --neuron neuron-environment/bin/python`.

The schematic pyramidal neuron of 271 compartments with one cluster of synapses, 400 ms in steps of 0.025 ms, on one
thread: one stimulus at a time, and a batch of 64. CPU seconds of the simulation alone, the least of several runs,
without compiling. NEURON has no batches. Peers need an environment each, NEURON a C++ compiler as well:

    python -m venv neuron-environment && neuron-environment/bin/python -m pip install neuron==9.0.2 "numpy<3"
    python -m venv jaxley-environment && jaxley-environment/bin/python -m pip install jaxley==0.14.0

Peaks for one synapse and just below and above the threshold of an NMDA spike stand beside the costs: they should agree.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

import bouton

app = App(name="python -m benchmarks.cables", help=__doc__, help_format="plaintext", result_action="return_value")

COUNTS = (1, 20, 21)
TIME_STEP = 0.025
LANES = 64
COMPARTMENTS = 271
FOLDER = Path(__file__).parent


def own(duration: float, repeats: int) -> dict[str, list[float]]:
    """Return peaks, and CPU seconds of a run and of a batch."""
    from bouton.dendrites import Cable, CableCell, clustered, reference_cell, stimulate

    cable = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
    cell = CableCell(cable, cable.within("basal0")[11:15], time_step=TIME_STEP)
    told: dict[str, list[float]] = {"local": [], "soma": [], "cpu": [], "batch": []}
    for what, counts in (("cpu", [COUNTS[-1]]), ("batch", np.arange(LANES))):
        for _ in range(repeats + 1):
            before = time.process_time()
            stimulate(cell, clustered(counts, 4), duration=duration, record=(0, 14))
            told[what].append(time.process_time() - before)
    found = stimulate(cell, clustered(COUNTS, 4), duration=duration, record=(0, 14))
    return told | {"local": found.peak(14).tolist(), "soma": found.peak(0).tolist()}


def peer(python: Path, worker: str, *arguments: str) -> dict[str, list[float]]:
    """Let a worker measure, and return what it tells."""
    command = [str(python), str(FOLDER / worker), ",".join(map(str, COUNTS)), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout.strip().splitlines()[-1])


def row(who: str, told: dict[str, list[float]], duration: float) -> dict[str, Any]:
    """Return costs in ns a compartment and step, and peaks."""
    updates = COMPARTMENTS * round(duration / TIME_STEP)
    batch = min(told["batch"]) / updates / LANES * 1e9 if told.get("batch") else None
    return {
        "who": who,
        "single": min(told["cpu"]) / updates * 1e9,
        "batch": batch,
        "soma": told["soma"],
        "local": told["local"],
    }


def race(neuron: Path | None, jaxley: Path | None, duration: float, repeats: int) -> list[dict[str, Any]]:
    """Return one row for each contender, or why it is left out."""
    rows = [row("bouton", own(duration, repeats), duration)]
    given = str(TIME_STEP), str(duration)
    peers = [("NEURON", neuron, "neuron_worker.py", given)]
    peers += [(f"Jaxley, float{w}", jaxley, "jaxley_worker.py", (*given, str(LANES), w)) for w in ("32", "64")]
    for who, python, worker, arguments in peers:
        if python is None:
            rows.append({"who": who, "left out": f"no environment (--{who.split(',')[0].lower()})"})
            continue
        try:
            rows.append(row(who, peer(python, worker, *arguments), duration))
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            rows.append({"who": who, "left out": str(error)})
    return rows


@app.default
def main(
    *,
    neuron: Path | None = None,
    jaxley: Path | None = None,
    repeats: int = 5,
    double: bool = False,
    quick: bool = False,
    out: Path | None = None,
) -> None:
    """Measure, print a table, and write the numbers where asked to.

    Parameters
    ----------
    neuron, jaxley
        Interpreters of environments with these.
    repeats
        Runs of each; the least counts.
    double
        bouton in double precision.
    quick
        Only show that it works.
    out
        A JSON file for the numbers.
    """
    if "jax" not in sys.modules:
        bouton.fold_loops()
    import jax

    jax.config.update("jax_enable_x64", double)
    rows = race(neuron, jaxley, 20.0 if quick else 400.0, 1 if quick else repeats)
    for each in rows:
        if "left out" in each:
            print(f"{each['who']:16s} left out: {each['left out']}")
            continue
        batch = f"{each['batch']:6.2f}" if each["batch"] is not None else "     -"
        peaks = " ".join(f"{peak:7.3f}" for peak in each["soma"])
        print(
            f"{each['who']:16s} ns a compartment and step: {each['single']:6.2f}, in a batch {batch}; soma, mV: {peaks}"
        )
    if out is not None:
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(app())
