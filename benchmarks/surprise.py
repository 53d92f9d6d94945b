"""What an observation costs a filter of volatile worlds: `python -m benchmarks.surprise`.

A normal mean (noise 0.1, hazard 0.1): every filter of `bouton.surprise` on one stream and on 1,000 streams at once,
beside a straightforward particle filter and exact inference in NumPy; and, in the environment of `--python`, beside
bayesian_changepoint_detection (online) and ruptures (PELT, which needs the whole series) on a series of 2,000.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

import bouton

app = App(name="python -m benchmarks.surprise", help=__doc__, help_format="plaintext", result_action="return_value")

NOISE, HAZARD, PARTICLES, HYPOTHESES = 0.1, 0.1, 20, 300


def series(length: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return observations of a world, and the truth."""
    rng = np.random.default_rng(seed)
    changed = rng.random(length) < HAZARD
    changed[0] = True
    means = rng.normal(size=length)[np.maximum.accumulate(np.where(changed, np.arange(length), 0))]
    return means + NOISE * rng.normal(size=length), means


def densities(y: float, total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return what normal beliefs expect an observation with."""
    variance = NOISE**2 * (1 + 1 / count)
    return np.exp(-0.5 * (y - total / count) ** 2 / variance) / np.sqrt(2 * np.pi * variance)


def particles_in_numpy(observations: np.ndarray, number: int = PARTICLES) -> np.ndarray:
    """Follow a series by a particle filter as one writes it down: one step after the other, vectors of particles."""
    rng = np.random.default_rng(0)
    total, count, weights = np.zeros(number), np.full(number, NOISE**2), np.full(number, 1 / number)
    estimates = np.empty(len(observations))
    for step, y in enumerate(observations):
        likelihoods = densities(y, total, count)
        of_prior = densities(y, np.zeros(1), np.full(1, NOISE**2))[0]
        evidence = (1 - HAZARD) * likelihoods + HAZARD * of_prior
        weights = weights * evidence
        weights /= weights.sum()
        changed = rng.random(number) < HAZARD * of_prior / evidence
        if 1 / np.sum(weights**2) <= number / 2:
            drawn = rng.choice(number, number, p=weights)
            total, count, changed = total[drawn], count[drawn], changed[drawn]
            weights = np.full(number, 1 / number)
        total, count = np.where(changed, 0, total) + y, np.where(changed, NOISE**2, count) + 1
        estimates[step] = np.sum(weights * total / count)
    return estimates


def exact_in_numpy(observations: np.ndarray, cutoff: float = 1e-16) -> np.ndarray:
    """Follow a series by exact inference, with a list of hypotheses that grows and is pruned."""
    total, count, weights = np.zeros(1), np.full(1, NOISE**2), np.ones(1)
    estimates = np.empty(len(observations))
    for step, y in enumerate(observations):
        weights = weights * densities(y, total, count)
        total, count, weights = total + y, count + 1, weights / weights.sum()
        kept = weights >= cutoff
        total, count, weights = total[kept], count[kept], weights[kept]
        estimates[step] = np.sum(weights * total / count)
        total, count = np.append(total, 0), np.append(count, NOISE**2)
        weights = np.append((1 - HAZARD) * weights, HAZARD)
    return estimates


def filters() -> dict[str, Any]:
    """Return the filters that are measured."""
    from bouton.surprise import (
        DeltaRule,
        GaussianMean,
        LeakyIntegrator,
        MessagePassing,
        ParticleFilter,
        SMiLe,
        StratifiedResampling,
        VariationalSMiLe,
        exact_bayes,
    )

    family = GaussianMean(NOISE)
    return {
        "leaky integration": LeakyIntegrator(family, 0.06),
        "VarSMiLe": VariationalSMiLe(family, odds=0.79),
        "delta rule (2012)": DeltaRule(family, 0.084),
        "SMiLe": SMiLe(family, odds=0.13),
        "MP20": MessagePassing(family, HAZARD, 20),
        "SOR20": StratifiedResampling(family, HAZARD, 20),
        "pf20": ParticleFilter(family, HAZARD, PARTICLES, "multinomial"),
        f"exact, {HYPOTHESES} hypotheses": exact_bayes(family, HAZARD, HYPOTHESES, cutoff=1e-16),
    }


def seconds(work: Callable[[], Any], repeats: int) -> float:
    """Return the least time of several runs, after one that compiles."""
    work()
    found = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return min(found)


def measure(length: int, streams: int, repeats: int) -> list[dict[str, Any]]:
    """Return for each filter microseconds and error of an observation, alone and among many streams."""
    import jax

    from bouton.engine import Copies

    observations, means = series(length)
    wide = np.stack([series(length // 20, seed)[0] for seed in range(streams)], axis=1)
    rows = []
    for name, circuit in filters().items():

        def one(circuit: Any = circuit) -> Any:
            return bouton.run(circuit, observations, key=jax.random.key(0), record={"estimate": 1})

        def many(circuit: Any = circuit) -> Any:
            return jax.block_until_ready(bouton.run(Copies(circuit, streams), wide, key=jax.random.key(0)).state)

        error = float(np.mean((one().recordings["estimate"].values - means) ** 2))
        alone = 1e6 * seconds(one, repeats) / length
        abreast = float("nan") if "exact" in name else 1e6 * seconds(many, repeats) / wide.size
        rows.append({"filter": name, "us": alone, "us among streams": abreast, "error": error})
    part = observations[: length // 10]
    for name, work in (("pf20 in NumPy", particles_in_numpy), ("exact in NumPy", exact_in_numpy)):
        error = float(np.mean((work(part) - means[: len(part)]) ** 2))
        rows.append(
            {"filter": name, "us": 1e6 * seconds(lambda work=work: work(part), repeats) / len(part), "error": error}
        )
    return rows


WORKER = """
import json, sys, time
from functools import partial
import numpy as np
import ruptures
import bayesian_changepoint_detection.online_changepoint_detection as online
y, noise, hazard = np.load(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
found = {}
for name, work in (
    ("bayesian_changepoint_detection, online", lambda: online.online_changepoint_detection(
        y / noise, partial(online.constant_hazard, 1 / hazard), online.StudentT(1, 1, noise**2, 0))),
    ("ruptures, PELT", lambda: ruptures.Pelt(model="l2", min_size=1, jump=1).fit(y[:, None] / noise).predict(
        pen=2 * np.log(len(y)))),
):
    begin = time.perf_counter()
    work()
    found[name] = time.perf_counter() - begin
print(json.dumps(found))
"""


def peers(python: Path | None, length: int) -> list[dict[str, Any]]:
    """Return what the peers need for one series, run in an environment of their own; the reason where there is none."""
    if python is None:
        return [{"filter": "bayesian_changepoint_detection, ruptures", "left out": "no environment (--python)"}]
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "series.npy", series(length)[0])
        command = [str(python), "-c", WORKER, str(Path(folder) / "series.npy"), str(NOISE), str(HAZARD)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    if done.returncode:
        return [
            {"filter": "bayesian_changepoint_detection, ruptures", "left out": done.stderr.strip().splitlines()[-1]}
        ]
    return [{"filter": name, "us": 1e6 * value / length} for name, value in json.loads(done.stdout).items()]


@app.default
def main(
    *, length: int = 100_000, streams: int = 1000, repeats: int = 3, python: Path | None = None, out: Path | None = None
) -> None:
    """Measure, print a table, and write the numbers where asked to.

    Parameters
    ----------
    length
        Observations of the single stream.
    streams
        How many streams are followed at once.
    repeats
        Runs of each; the least counts.
    python
        Interpreter of an environment with ruptures and bayesian_changepoint_detection.
    out
        A JSON file for the numbers.
    """
    if "jax" not in sys.modules:
        bouton.fold_loops()
    rows = measure(length, streams, repeats) + peers(python, 2000)
    for row in rows:
        if "left out" in row:
            print(f"{row['filter']}: left out, {row['left out']}")
            continue
        many, error = row.get("us among streams", float("nan")), row.get("error", float("nan"))
        print(f"{row['filter']:40s} {row['us']:10.3g} us  {many:10.3g} us among streams  error {error:.4g}")
    if out is not None:
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(app())
