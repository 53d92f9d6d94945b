"""What a sample costs nonlinear Hebbian neurons: `python -m benchmarks.fields`.

Nine neurons on whitened 16 x 16 patches of photographs, in mini-batches of 100, beside the same steps in NumPy as
published code writes them; then to an equal solution beside scikit-learn's FastICA: how long each takes until the
median objective of its components is that of the slower one.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

import bouton

app = App(name="python -m benchmarks.fields", help=__doc__, help_format="plaintext", result_action="return_value")

SIZE, NEURONS, BATCH, RATE = 16, 9, 100, 2e-4
NONLINEARITIES = ("linear-rectifier", "quadratic-rectifier", "negative-sigmoid", "cauchy")
PASSES = 60
"""Most passes over the patches on the way to FastICA's objective."""


def patches(count: int) -> np.ndarray:
    """Return white patches of the embedded photographs."""
    from bouton.data import Whitening, load_natural5, sample_patches

    rows = sample_patches(load_natural5(), SIZE, count, 0, dihedral=True).astype(np.float64)
    return Whitening().fit(rows).transform(rows).astype(np.float32)


def in_numpy(rows: np.ndarray, f: Callable[[np.ndarray], np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Learn as published code does: mini-batches of shuffled rows, rows of W normalised one by one."""
    order = np.random.default_rng(0).permutation(len(rows))
    weights = weights.copy()
    for first in range(0, len(rows) - BATCH + 1, BATCH):
        x = rows[order[first : first + BATCH]]
        weights += RATE * f(x @ weights.T).T @ x
        for row in weights:
            row /= np.linalg.norm(row)
    return weights


FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear-rectifier": lambda u: np.maximum(u - 3, 0),
    "quadratic-rectifier": lambda u: np.maximum(u - 0.5, 0) * (np.maximum(u - 0.5, 0) - 0.5) / 10,
    "negative-sigmoid": lambda u: -0.5 * np.tanh(u),
}


def speeds(rows: np.ndarray, repeats: int) -> list[dict[str, Any]]:
    """Return samples per second of each nonlinearity, here and in NumPy, and of samples that come one by one."""
    import jax

    from bouton.features import NonlinearHebbianNeurons

    batches, found = rows.reshape(-1, BATCH, rows.shape[1]), []
    for name in NONLINEARITIES:
        circuits = (
            (
                "bouton, mini-batches of 100",
                NonlinearHebbianNeurons(rows.shape[1], NEURONS, name, RATE, BATCH),
                batches,
            ),
            ("bouton, single samples", NonlinearHebbianNeurons(rows.shape[1], NEURONS, name, RATE), rows),
        )
        for label, circuit, events in circuits:

            def learn(circuit=circuit, events=events) -> None:
                jax.block_until_ready(bouton.run(circuit, events, key=jax.random.key(0), shuffle=True).state)

            found.append({"nonlinearity": name, "how": label} | timed(learn, len(rows), repeats))
        if name in FUNCTIONS:
            start = np.random.default_rng(0).normal(size=(NEURONS, rows.shape[1])).astype(np.float32)
            run = lambda name=name, start=start: in_numpy(rows, FUNCTIONS[name], start)  # noqa: E731
            found.append({"nonlinearity": name, "how": "NumPy, as published"} | timed(run, len(rows), repeats))
    return found


def timed(run: Callable[[], Any], samples: int, repeats: int) -> dict[str, float]:
    """Return the median of samples per second after one run that warms up, and its extremes."""
    rates = []
    for number in range(repeats + 1):
        before = time.perf_counter()
        run()
        if number:
            rates.append(samples / (time.perf_counter() - before))
    return {"samples_per_second": float(np.median(rates)), "least": min(rates), "most": max(rates)}


def to_equal_objective(rows: np.ndarray, iterations: int) -> dict[str, Any]:
    """Return how long FastICA takes, and how long neurons take until their median objective is that of its components.

    FastICA finds as many components as there are pixels, orthogonal to each other; the neurons are as many, but each is
    free, so that several may find the same.
    """
    import jax
    import jax.numpy as jnp
    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    from bouton.features import NonlinearHebbianNeurons, mean_objective, nonlinearity

    model: Any = FastICA(fun="logcosh", whiten=False, max_iter=iterations, random_state=0)  # type: ignore[arg-type]
    before = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows)
    seconds = time.perf_counter() - before
    components = model.components_ / np.linalg.norm(model.components_, axis=1, keepdims=True)
    f = nonlinearity("negative-sigmoid")

    def objective(weights: Any) -> float:
        return float(np.median(mean_objective(f, jnp.asarray(rows @ np.asarray(weights, np.float32).T))))

    target, circuit = objective(components), NonlinearHebbianNeurons(rows.shape[1], rows.shape[1], f, RATE, BATCH)
    batches, state, own, reached = rows.reshape(-1, BATCH, rows.shape[1]), None, 0.0, -np.inf
    jax.block_until_ready(bouton.run(circuit, batches[:50], key=jax.random.key(1)).state)
    done = 0
    while reached < target and done < PASSES:
        before = time.perf_counter()
        state = bouton.run(circuit, batches, key=jax.random.key(done), state=state, shuffle=True).state
        jax.block_until_ready(state)
        own += time.perf_counter() - before
        done, reached = done + 1, objective(state.feedforward)
    return {
        "fastica_seconds": seconds,
        "fastica_iterations": int(model.n_iter_),
        "fastica_objective": target,
        "bouton_seconds": own,
        "bouton_passes": done,
        "bouton_objective": reached,
        "reached": bool(reached >= target),
    }


@app.default
def bench(*, repeats: int = 5, quick: bool = False, out: Path = Path(__file__).parent / "results") -> int:
    """Measure samples per second, and the time to an equal objective.

    Parameters
    ----------
    repeats
        Timed runs of each contender.
    quick
        Few samples, one repeat: shows that it works, measures nothing.
    out
        Folder for fields.json.
    """
    rows = patches(5_000 if quick else 100_000)
    found = {"speeds": speeds(rows, 1 if quick else repeats)}
    found |= {"to equal objective": to_equal_objective(rows[:30_000], 3 if quick else 100)}
    for row in found["speeds"]:
        print(f"{row['nonlinearity']:20s} {row['how']:28s} {row['samples_per_second']:12,.0f} samples/s")
    print(found["to equal objective"])
    out.mkdir(parents=True, exist_ok=True)
    (out / "fields.json").write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    bouton.fold_loops()
    sys.exit(app())
