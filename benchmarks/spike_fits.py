"""Networks fitted to recorded spikes, beside PyTorch; and their convex part, beside scikit-learn and nemos:
`python -m benchmarks.spike_fits --python torch-environment/bin/python --nemos nemos-environment/bin/python`.

Updates per second of sample-and-measure (both passes, histograms, noise correlations, clipping, Adam) with 20 trials:
10 recorded neurons, 3 lags, 100 bins; the same with 4 hidden neurons; and 74 neurons, 9 lags, 741 bins. In PyTorch the
network is written as one writes it there: a loop over bins, one product of matrices in each, and a spike function with
a slope of its own. Contenders take turns, in processes of their own; the fastest turn counts. Both begin with the same
parameters and see the same trials; their losses after the last turn are shown, of different samples.

The convex fit of 10 neurons to 160 trials: seconds of the first call and of the fastest one after it, and the loss.
Each peer needs an environment of its own:

    python -m venv torch-environment && torch-environment/bin/python -m pip install torch numpy
    python -m venv nemos-environment && nemos-environment/bin/python -m pip install nemos
"""

import json
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

from benchmarks.credit import Worker, rates

app = App(name="python -m benchmarks.spike_fits", help=__doc__, help_format="plaintext", result_action="return_value")

FOLDER = Path(__file__).parent
AIM = 3.0
SIZES = {"10 neurons": (10, 0, 3, 100, 5), "10 and 4 hidden": (10, 4, 3, 100, 5), "74 neurons": (74, 0, 9, 741, 5)}
"""Recorded and hidden neurons, lags, bins, channels."""
STEPS = {"10 neurons": 50, "10 and 4 hidden": 50, "74 neurons": 3}
TRIALS, BATCH = 80, 20


def write(size: tuple[int, ...], path: Path) -> None:
    """Write random spikes, a stimulus, parameters to begin with, and the order of trials."""
    recorded, hidden, lags, bins, channels = size
    rng, neurons = np.random.default_rng(0), recorded + hidden
    arrays = {
        "spikes": rng.random((TRIALS, bins, recorded)) < 0.2,
        "stimulus": rng.normal(size=(bins, channels)),
        "kernels": rng.normal(size=(lags * neurons, neurons)) * (neurons * lags) ** -0.5,
        "inputs": rng.normal(size=(channels, neurons)) * channels**-0.5,
        "order": np.stack([rng.permutation(TRIALS)[:BATCH] for _ in range(200)]),
        "sizes": np.array([recorded, hidden, lags]),
    }
    np.savez(path, **{name: each.astype(np.float32 if each.dtype.kind == "f" else each.dtype) for name, each in
                      arrays.items()})  # fmt: skip


def race(workers: dict[str, Worker], share: float, repeats: int, folder: Path, names: list[str]) -> list[dict]:
    """Return one row for each network and contender, measured in turns."""
    rows = []
    for name in names:
        path, steps = folder / f"{name}.npz", max(round(STEPS[name] * share), 1)
        write(SIZES[name], path)
        for worker in workers.values():
            # The first call compiles, or warms up.
            worker.ask(name=name, path=str(path), steps=steps)
        told: dict[str, list[dict[str, float]]] = {who: [] for who in workers}
        for _ in range(repeats):
            for who, worker in workers.items():
                told[who].append(worker.ask(name=name, steps=steps))
        for who, each in told.items():
            rows.append({"network": name, "who": who, **rates(each, steps), "loss": each[-1]["loss"]})
    return rows


def convex(nemos: Path | None, repeats: int, trials: int, folder: Path) -> list[dict[str, Any]]:
    """Return one row for each way of fitting the convex model."""
    from sklearn.linear_model import LogisticRegression

    from bouton.recordings import BernoulliGLM, planted_network
    from bouton.recordings.bernoulli_glm import _design

    recording = planted_network(0).sample(trials, 1)
    design, spikes = _design(recording, 3), recording.spikes.reshape(-1, recording.n_neurons)

    def by_logistic_regression() -> float:
        losses = []
        for own in spikes.T:
            peer = LogisticRegression(C=np.inf, tol=1e-6, max_iter=1000).fit(design[:, :-1], own)
            potential = design[:, :-1] @ peer.coef_[0] + peer.intercept_[0]
            losses.append(np.mean(np.logaddexp(0, potential) - own * potential))
        return float(np.mean(losses))

    ways = {"bouton": lambda: BernoulliGLM(3).fit(recording).loss_, "scikit-learn": by_logistic_regression}
    rows = [{"convex": name, **_timed(way, repeats)} for name, way in ways.items()]
    if nemos is not None:
        path = folder / "design.npz"
        np.savez(path, design=design[:, :-1], spikes=spikes)
        worker = Worker([str(nemos), str(FOLDER / "nemos_worker.py")], 2)
        each = [worker.ask(path=str(path)) for _ in range(1 + repeats)]
        worker.close()
        rows.append({"convex": "nemos", "first": each[0]["seconds"], "seconds": min(one["seconds"] for one in each[1:]),
                     "loss": each[-1]["loss"]})  # fmt: skip
    return rows


def _timed(way: Any, repeats: int) -> dict[str, float]:
    seconds, loss = [], float("nan")
    for _ in range(1 + repeats):
        begin = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss = way()
        seconds.append(time.perf_counter() - begin)
    return {"first": seconds[0], "seconds": min(seconds[1:]), "loss": loss}


def show(rows: list[dict[str, Any]]) -> None:
    """Print the numbers, and whether the aim is held."""
    for row in rows:
        if "network" in row:
            words = f"{row['threads']} threads  {row['network']:16s} {row['who']:8s}"
            speed = f"{row['samples per s']:8.1f} updates/s {row['samples per cpu s']:8.1f} /cpu s"
            print(f"{words} {speed}  loss {row['loss']:.4f}")
        else:
            seconds = f"{row['first']:8.3f} s, then {row['seconds']:8.3f} s"
            print(f"convex  {row['convex']:12s} {seconds}  loss {row['loss']:.8f}")
    raced = {(row["network"], row["threads"], row["who"]): row for row in rows if "network" in row}
    for (name, number, who), row in raced.items():
        if who == "PyTorch":
            gained = raced[name, number, "bouton"]["samples per s"] / row["samples per s"]
            held = "held" if gained >= AIM else "not held"
            print(f"aim: {AIM:g} times PyTorch, {name}, {number} threads: {held}, {gained:.1f}")


@app.default
def main(
    *,
    python: Path | None = None,
    nemos: Path | None = None,
    threads: tuple[int, ...] = (1, 2),
    repeats: int = 10,
    quick: bool = False,
    out: Path | None = None,
) -> None:
    """Measure, print a table, and write the numbers where asked to.

    Parameters
    ----------
    python
        Interpreter of an environment with PyTorch; without one, bouton is measured alone.
    nemos
        Interpreter of an environment with nemos.
    threads
        Numbers of threads.
    repeats
        Turns of each; the fastest counts.
    quick
        Next to no steps of the smallest network: to show that it works.
    out
        A JSON file for the numbers.
    """
    rows: list[dict[str, Any]] = []
    share, repeats, trials = (0.02, 1, 5) if quick else (1.0, repeats, 160)
    with tempfile.TemporaryDirectory(prefix="bouton-spikes-") as folder:
        for number in threads[:1] if quick else threads:
            commands = {"bouton": [sys.executable, "-m", "benchmarks.spike_fits_worker"]}
            if python is not None:
                commands["PyTorch"] = [str(python), str(FOLDER / "spike_fits_torch_worker.py")]
            workers = {who: Worker(command, number) for who, command in commands.items()}
            names = list(SIZES)[:1] if quick else list(SIZES)
            rows += [{"threads": number} | row for row in race(workers, share, repeats, Path(folder), names)]
            for worker in workers.values():
                worker.close()
        rows += convex(nemos, repeats, trials, Path(folder))
    show(rows)
    if out is not None:
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(app())
