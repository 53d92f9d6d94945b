"""How fast neurons can settle: `python -m benchmarks.equilibria [--quick] [--repeats 5] [--out FOLDER]`.

Error against time of each solver, for networks of several sizes, condition numbers and active fractions, in double
precision and on one core. Each problem is made from its solution: an interaction A with random axes and a given range
of eigenvalues, an activity y of which a given fraction is positive, and the drive b = A y - g with g > 0 just where
y = 0, so that y is the minimum by its conditions.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from cyclopts import App

import bouton
from benchmarks.cores import pin

app = App(name="python -m benchmarks.equilibria", help=__doc__, help_format="plaintext", result_action="return_value")

UNITS, CONDITIONS, FRACTIONS = (16, 50, 200, 400), (3.0, 30.0, 300.0), (0.2, 0.7)
TOLERANCES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-9, 1e-12)
_MOST = 20000
_SOLVES = {16: 256, 50: 128, 200: 32, 400: 16}


class Problem(NamedTuple):
    """An interaction, drives, and where they make the network settle."""

    interaction: np.ndarray
    drives: np.ndarray
    solutions: np.ndarray


@app.default
def main(*, quick: bool = False, repeats: int = 5, out: Path = Path(__file__).parent / "results") -> int:
    """Measure error against time.

    Parameters
    ----------
    quick
        One small network and few tolerances: shows that it works, measures nothing.
    repeats
        Timed runs of each solver and tolerance; the median counts.
    out
        Folder for equilibria.json and equilibria.png.
    """
    if repeats < 1:
        print(f"repeats must be at least 1, got {repeats}", file=sys.stderr)
        return 2

    from benchmarks import equilibria_results

    found = measured(1 if quick else repeats, quick)
    equilibria_results.show(found)
    out.mkdir(parents=True, exist_ok=True)
    (out / "equilibria.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    equilibria_results.draw(found, out / "equilibria.png")
    print(out / "equilibria.json", out / "equilibria.png", sep="\n")
    return 0


def problem(units: int, condition: float, fraction: float, count: int, seed: int = 0) -> Problem:
    """Return `count` problems of one network, with a unit mean of the eigenvalues.

    Parameters
    ----------
    units : int
        Number of units.
    condition : float
        Largest over smallest eigenvalue of the interaction.
    fraction : float
        Part of the units that is active; at least one is.
    count : int
        Number of drives.
    seed : int
        Seed.
    """
    rng = np.random.default_rng(seed)
    axes, _ = np.linalg.qr(rng.normal(size=(units, units)))
    eigenvalues = np.geomspace(1, condition, units)
    interaction = axes * (eigenvalues / eigenvalues.mean()) @ axes.T
    active = np.zeros((count, units), bool)
    for chosen in active:
        chosen[rng.choice(units, max(1, round(fraction * units)), replace=False)] = True
    solutions = np.where(active, rng.uniform(0.2, 1, active.shape), 0)
    gradients = np.where(active, 0, rng.uniform(0.05, 0.5, active.shape))
    return Problem(interaction, solutions @ interaction - gradients, solutions)


def measured(repeats: int, quick: bool) -> dict[str, Any]:
    """Return all results as a tree of JSON values."""
    import jax
    from rich.console import Console

    from benchmarks.measure import machine

    found: dict[str, Any] = {"machine": machine(), "settings": {"repeats": repeats, "quick": quick}, "problems": []}
    sizes = [(16, 3.0, 0.2)] if quick else [(m, k, f) for m in UNITS for k in CONDITIONS for f in FRACTIONS]
    before = jax.config.read("jax_enable_x64")
    jax.config.update("jax_enable_x64", True)
    try:
        with Console(stderr=True).status("settling") as status:
            for units, condition, fraction in sizes:
                status.update(f"{units} units, condition number {condition:g}, {fraction:.0%} active")
                given = problem(units, condition, fraction, _SOLVES[units])
                curves = [_curve(name, given, repeats, TOLERANCES[:2] if quick else TOLERANCES) for name in _solvers(1)]
                found["problems"].append(
                    {"units": units, "condition": condition, "active_fraction": fraction, "curves": curves}
                )
    finally:
        jax.config.update("jax_enable_x64", before)
    return found


def _solvers(tolerance: float) -> dict[str, Any]:
    from bouton.dynamics import ActiveSet, CoordinateDescent, ProjectedGradient

    return {
        "CoordinateDescent": CoordinateDescent(tolerance, _MOST),
        "ActiveSet": ActiveSet(tolerance, _MOST),
        "ProjectedGradient": ProjectedGradient(None, tolerance, _MOST),
    }


def _curve(name: str, given: Problem, repeats: int, tolerances: tuple[float, ...]) -> dict[str, Any]:
    """Return time and error of one solver at each tolerance, as far as a fiftieth of a second a solve."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    @jax.jit
    def settle_all(solver, interaction, drives):
        def one(index, carry):
            answers, sweeps = carry
            found = solver(interaction, lax.dynamic_index_in_dim(drives, index, keepdims=False))
            return lax.dynamic_update_index_in_dim(answers, found.activity, index, 0), sweeps + found.sweeps

        return lax.fori_loop(0, drives.shape[0], one, (jnp.zeros_like(drives), jnp.zeros((), jnp.int32)))

    arrays = jnp.asarray(given.interaction), jnp.asarray(given.drives)
    points = []
    for tolerance in tolerances:
        solver = _solvers(tolerance)[name]
        answers, sweeps = jax.block_until_ready(settle_all(solver, *arrays))
        seconds = []
        for _ in range(repeats):
            start = time.perf_counter()
            jax.block_until_ready(settle_all(solver, *arrays))
            seconds.append((time.perf_counter() - start) / len(given.drives))
        off = np.abs(np.asarray(answers) - given.solutions).max(axis=1) / given.solutions.max(axis=1)
        micro = float(np.median(seconds) * 1e6)
        points.append(
            {
                "tolerance": tolerance,
                "microseconds": micro,
                "error": float(np.median(off)),
                "largest_error": float(off.max()),
                "sweeps": float(sweeps) / len(given.drives),
            }
        )
        if micro > 2e4:
            break
    return {"solver": name, "points": points}


if __name__ == "__main__":
    pin(1)
    bouton.fold_loops()
    sys.exit(app())
