"""What recall and training of memories cost: `python -m benchmarks.memories`.

A step of softmax recall beside plain JAX and NumPy; the margins of all neurons beside a support vector machine of
scikit-learn for each; time and memory against the number of patterns.
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
from benchmarks.timing import OTHER, SAME, Contender, race

app = App(name="python -m benchmarks.memories", help=__doc__, help_format="plaintext", result_action="return_value")

BETA, RATE = 8.0, 0.25


def on_sphere(count: int, size: int, seed: int) -> np.ndarray:
    """Return random patterns of unit length."""
    rows = np.random.default_rng(seed).normal(size=(count, size))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def numpy_attention(states: np.ndarray, patterns: np.ndarray) -> np.ndarray:
    """Return one step of softmax recall, in NumPy."""
    scores = BETA * states @ patterns.T
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ patterns


def recall_contenders(neurons: int, patterns: int, cues: int) -> list[Contender]:
    """Return one step of recall, in single precision, by three codes."""
    import jax
    import jax.numpy as jnp

    from bouton.memory import attention_memory

    stored, states = (
        rows.astype(np.float32) for rows in (on_sphere(patterns, neurons, 0), on_sphere(cues, neurons, 1))
    )
    memory = attention_memory(BETA, precision="single").fit(stored)
    on_device = jnp.asarray(stored)
    plain = jax.jit(lambda s, x: jax.nn.softmax(BETA * s @ x.T, axis=1) @ x)
    wanted = numpy_attention(states.astype(np.float64), stored.astype(np.float64))

    def contender(name: str, learn: Callable[[Any], Any]) -> Contender:
        judge = lambda found: {"largest error": float(np.max(np.abs(np.asarray(found) - wanted)))}  # noqa: E731
        return Contender(name, SAME, cues, lambda: None, learn, judge)

    return [
        contender("bouton", lambda _: memory.fields(states)),
        contender("plain JAX", lambda _: np.asarray(plain(jnp.asarray(states), on_device))),
        contender("NumPy", lambda _: numpy_attention(states, stored)),
    ]


def training_contenders(neurons: int, patterns: int) -> list[Contender]:
    """Return the margins of all neurons, by the AdaTron of all at once and by one machine of scikit-learn each."""
    import jax.numpy as jnp
    from sklearn.svm import SVC

    from bouton.memory import DenseKernel, KernelMemory, random_signs

    rows, kernel = random_signs(patterns, neurons), DenseKernel(3)
    shared, own = (np.asarray(part, float) for part in kernel.on_signs(jnp.asarray(rows @ rows.T), neurons))

    def machines(_: Any) -> np.ndarray:
        margins = []
        for column in rows.T:
            gram = shared + own * np.outer(column, column)
            found = SVC(C=1e10, kernel="precomputed", tol=1e-3).fit(gram, column)
            a = found.dual_coef_[0]
            margins.append(1 / np.sqrt(a @ gram[np.ix_(found.support_, found.support_)] @ a))
        return np.array(margins)

    judge = lambda margins: {"mean margin": float(np.mean(margins))}  # noqa: E731
    return [
        Contender("bouton, no threshold", SAME, neurons, lambda: KernelMemory(kernel),
                  lambda memory: memory.fit(rows).stabilities_, judge),
        Contender("scikit-learn SVC, threshold", OTHER, neurons, lambda: None, machines, judge),
    ]  # fmt: skip


def scaling(counts: tuple[int, ...], neurons: int) -> list[dict[str, Any]]:
    """Return seconds to store and to recall 100 cues, and bytes held, against the number of patterns."""
    from bouton.memory import (
        EqualCoefficients,
        ExponentialKernel,
        HardMargin,
        Interpolation,
        KernelMemory,
        flip,
        random_signs,
    )

    found = []
    for count in counts:
        rows = random_signs(count, neurons)
        cues = flip(rows[:100], 0.05)
        for name, rule, sees, matrices in (
            ("equal", EqualCoefficients(), False, 0),
            ("interpolation", Interpolation(), True, 2),
            ("largest margin", HardMargin(), False, 4),
        ):
            memory = KernelMemory(ExponentialKernel(RATE), rule, self_connection=sees)
            before = time.perf_counter()
            memory.fit(rows)
            stored = time.perf_counter() - before
            memory.recall(cues, return_steps=True)
            before = time.perf_counter()
            share = np.mean(np.all(memory.recall(cues, return_steps=True).states == rows[:100], axis=1))
            found.append({
                "patterns": count, "neurons": neurons, "rule": name, "store_seconds": stored,
                "recall_seconds": time.perf_counter() - before, "recalled": float(share),
                "megabytes_held": 16 * count * neurons / 1e6, "megabytes_training": 8 * matrices * count**2 / 1e6,
            })  # fmt: skip
    return found


@app.default
def bench(*, repeats: int = 7, quick: bool = False, out: Path = Path(__file__).parent / "results") -> int:
    """Measure recall and training, in turns.

    Parameters
    ----------
    repeats
        Timed runs of each contender.
    quick
        Small memories, one repeat: shows that it works, measures nothing.
    out
        Folder for memories.json.
    """
    groups = {
        "recall": recall_contenders(*((20, 50, 10) if quick else (1000, 5000, 100))),
        "training": training_contenders(*((20, 20) if quick else (100, 200))),
    }
    results: dict[str, Any] = {}
    for name, contenders in groups.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            race(contenders, 1 if quick else repeats)
        results[name] = [contender.outcome() for contender in contenders]
        for row in results[name]:
            each = row["microseconds_per_sample"]
            print(f"{name:10s} {row['name']:28s} {each['median']:10.1f} µs ({each['least']:.1f}) {row['merit']}")
    results["scaling"] = scaling((50,) if quick else (1000, 2000, 4000), 50 if quick else 200)
    for row in results["scaling"]:
        print({key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()})
    out.mkdir(parents=True, exist_ok=True)
    (out / "memories.json").write_text(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    bouton.fold_loops()
    sys.exit(app())
