"""What a step of fitting neuLVM costs: `python -m benchmarks.recordings`.

Ten seconds of three populations in bins of 4 ms, 250 ages, 9 neurons, 12 free parameters. One gradient of the joint
likelihood by all parameters and all latents, beside finite differences by the parameters alone (13 evaluations, as in
the published program) of the same loss, compiled, and of the loss as one writes it in NumPy, bin after bin; all in
turns, so that what disturbs the machine disturbs all alike. Memory: the peak of a process with one trial and several.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

import bouton

app = App(name="python -m benchmarks.recordings", help=__doc__, help_format="plaintext", result_action="return_value")

AIM = 20.0
_GROUPS = ((1, 0, 1), (0, 2, 2), (-3, -3, -3))


def problem(n_bins: int, n_trials: int = 1, **options: Any) -> Any:
    """Return a fit of all twelve parameters to random spikes at the rates of the network."""
    from bouton.dynamics import AgeBins
    from bouton.recordings import FreeParameters, MesoscopicFit, winner_take_all
    from bouton.recordings.preparation import released_bins

    rng, bins = np.random.default_rng(0), AgeBins()
    rates = np.repeat([5.0, 20.0, 25.0], 3)
    spikes = rng.random((n_trials, 9, n_bins + bins.n_ages)) < (4e-3 * rates)[:, None]
    released = released_bins(spikes, bins)[..., bins.n_ages :]
    smoothed = np.tile((4e-3 * rates[::3])[:, None], (n_trials, 1, n_bins))
    smoothed = np.abs(smoothed + 2e-3 * rng.normal(size=smoothed.shape))
    return MesoscopicFit(
        FreeParameters(winner_take_all(), _GROUPS), bins, spikes[..., bins.n_ages :], released,
        np.repeat([0, 1, 2], 3), np.zeros_like(smoothed), np.tile(rates[::3], (n_trials, 1)), smoothed,
        **options,
    )  # fmt: skip


def in_numpy(fit: Any, point: np.ndarray) -> float:
    """Return the loss bin after bin, as one writes it down: the reference program's."""
    from references import neulvm as reference

    own = fit.free.populations(point)
    parameters = {
        "N": np.array(own.sizes, float), "a": np.array(own.membrane_rates), "E": np.array(own.drives),
        "theta": np.array(own.thresholds), "J": np.array(own.couplings), "b": np.array(own.synaptic_rates),
    }  # fmt: skip
    labels, total = np.asarray(fit.labels), 0.0
    for spikes, released, rates, latents in zip(fit.spikes, fit.released, fit.rates, fit.smoothed, strict=True):
        age = np.minimum(np.asarray(released)[:, 0], fit.bins.n_ages) + fit.bins.held
        total -= sum(
            reference.log_likelihood(
                parameters, np.asarray(latents, float).T, np.asarray(spikes).T, age, labels, np.asarray(rates, float)
            )
        )
    return total / fit.smoothed.size


def differences(loss: Callable[[np.ndarray], float], point: np.ndarray, step: float = 1e-6) -> np.ndarray:
    """Return forward differences: one evaluation more than there are parameters."""
    here = loss(point)
    return np.array([(loss(point + step * unit) - here) / step for unit in np.eye(len(point))])


def contenders(fit: Any, double: Any) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return what gives the gradient by the parameters, by name."""
    import jax
    import jax.numpy as jnp

    latents = jnp.asarray(fit.smoothed, float)
    slopes = {name: jax.jit(lambda point, own=own: own.losses(point, latents)[:2]) for name, own in
              (("cohorts in single precision", fit), ("double precision", double))}  # fmt: skip
    value = jax.jit(lambda point: double.loss(point, latents))

    def gradient(name: str) -> Callable[[np.ndarray], np.ndarray]:
        return lambda point: np.asarray(slopes[name](jnp.asarray(point))[1])

    return {
        **{f"gradient, {name}": gradient(name) for name in slopes},
        "differences, compiled": lambda point: differences(lambda at: float(value(jnp.asarray(at))), point),
        "differences, NumPy": lambda point: differences(lambda at: in_numpy(fit, at), point),
    }


def measure(n_bins: int, repeats: int) -> list[dict[str, Any]]:
    """Return of each contender the times of a gradient in seconds, and how far it is from the exact one."""
    import jax

    with jax.enable_x64(True):
        fit = problem(n_bins)
        point = np.full(fit.free.count, 0.375)
        each = contenders(fit, problem(n_bins, precision="double"))
        found = {name: gradient(point) for name, gradient in each.items()}
        seconds: dict[str, list[float]] = {name: [] for name in each}
        for _ in range(repeats):
            for name, gradient in each.items():
                begin = time.perf_counter()
                gradient(point)
                seconds[name].append(time.perf_counter() - begin)
    exact = found["gradient, double precision"]
    return [
        {
            "name": name,
            "seconds": float(np.median(seconds[name])),
            "ratio": float(
                np.median(np.array(seconds[name]) / np.array(seconds["gradient, cohorts in single precision"]))
            ),
            "error": float(np.max(np.abs(found[name] - exact)) / np.max(np.abs(exact))),
        }
        for name in each
    ]


PEAK = """
import resource, sys
import jax, jax.numpy as jnp
from benchmarks.recordings import problem
with jax.enable_x64(True):
    fit = problem(int(sys.argv[1]), int(sys.argv[2]))
    jax.block_until_ready(jax.jit(lambda: fit.losses(jnp.full(12, 0.375), jnp.asarray(fit.smoothed, float)))())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def peak(n_bins: int, n_trials: int) -> float:
    """Return the peak memory in MB of a process that computes one gradient."""
    command = [sys.executable, "-c", PEAK, str(n_bins), str(n_trials)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@app.default
def main(*, bins: int = 2500, repeats: int = 5, trials: int = 8, quick: bool = False, out: Path | None = None) -> None:
    """Measure, print, and write the numbers where asked to.

    Parameters
    ----------
    bins
        Of a trial.
    repeats
        Rounds in which each gradient is computed once.
    trials
        Of the process whose memory is compared with that of one trial; 1 leaves it out.
    quick
        Only show that it works.
    out
        A JSON file for the numbers.
    """
    if "jax" not in sys.modules:
        bouton.fold_loops()
    if quick:
        bins, repeats, trials = 40, 1, 1
    rows: list[dict[str, Any]] = measure(bins, repeats)
    for row in rows:
        print(f"{row['name']:40s} {1e3 * row['seconds']:9.1f} ms  x {row['ratio']:7.1f}  off by {row['error']:.1e}")
    gained = next(row["ratio"] for row in rows if row["name"] == "differences, NumPy")
    print(
        f"aim: {AIM:g} times faster than differences in NumPy: {'held' if gained >= AIM else 'not held'}, {gained:.1f}"
    )
    if trials > 1:
        memory = {str(count): peak(bins, count) for count in (1, trials)}
        rows.append({"name": "peak memory, MB", "trials": memory})
        print("peak memory:", ", ".join(f"{value:.0f} MB with {count} trials" for count, value in memory.items()))
    if out is not None:
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(app())
