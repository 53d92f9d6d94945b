"""Measure what one process can: each problem in each width of numbers, with the threads that the process has."""

import os
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import jax
from rich.console import Console
from threadpoolctl import threadpool_limits

from benchmarks import limits, nonnegative, peers, same, weights
from benchmarks.cases import Case
from benchmarks.cores import threads_named
from benchmarks.pynsm_peer import Choice
from benchmarks.timing import race
from bouton._flags import loops_are_folded
from bouton.engine.describe import versions

_BUDGET = 0.15
_QUICK_BUDGET = 0.01


def everything(
    cases: Sequence[Case], dtypes: Sequence[str], threads: int, repeats: int, quick: bool, pynsm: Choice
) -> dict[str, Any]:
    """Return all results as a tree of JSON values.

    Parameters
    ----------
    cases : sequence of Case
        The problems.
    dtypes : sequence of str
        "float32", "float64".
    threads : int
        Number of threads that BLAS may use; XLA uses as many as this process has cores.
    repeats : int
        Timed runs of each contender.
    quick : bool
        Next to no samples.
    pynsm : "install", "present" or "none"
        Whether to install the peer of non-negative similarity matching, to use it where it is there, or to leave it
        out. It is compared in single precision, on the problems that have the shape of one of the cases.
    """
    console, steps, layers = Console(stderr=True), [], []
    found = {"machine": machine()}
    before = jax.config.read("jax_enable_x64")
    try:
        for dtype in dtypes:
            jax.config.update("jax_enable_x64", dtype == "float64")
            for case in cases:
                with console.status(f"{case.name} {dtype}, {threads_named(threads)}"):
                    steps.append(one(case.quick() if quick else case, dtype, threads, repeats, quick))
                    layers += [weights.one(case, dtype, f, threads, repeats, quick) for f in weights.THRESHOLDS]
    finally:
        jax.config.update("jax_enable_x64", before)
    shapes = [case.name for case in cases] if "float32" in dtypes else []
    problems = [case for case in nonnegative.CASES if case.name in shapes]
    beside = nonnegative.compared(problems, pynsm, threads, repeats, quick, console)
    return found | {"cases": steps, "weights": layers, "nonnegative": beside}


def one(case: Case, dtype: str, threads: int, repeats: int, quick: bool) -> dict[str, Any]:
    """Return the results of one problem: ratios to bouton's time, times, figures of merit."""
    budget = _QUICK_BUDGET if quick else _BUDGET
    with threadpool_limits(threads):
        situation, warm = same.Situation.of(case, dtype)
        contenders, left_out, work = same.contenders(situation, budget)
        contenders += peers.contenders(situation, warm, budget)
        contenders += limits.contenders(case.inputs, case.outputs, dtype)
        race(contenders, repeats)
        outcomes = [contender.outcome() for contender in contenders]
    own = outcomes[0]["microseconds_per_sample"]["median"]
    for outcome in outcomes:
        outcome["ratio"] = outcome["microseconds_per_sample"]["median"] / own
    shape = {"inputs": case.inputs, "outputs": case.outputs, "dtype": dtype, "threads": threads}
    return {"name": case.name, **shape, "data": case.data, **work, "contenders": outcomes, "skipped": left_out}


def machine() -> dict[str, Any]:
    """Describe what the figures depend on; no name of the machine or of a person."""
    packages = {}
    for name in ("numba", "llvmlite", "scikit-learn", "scipy"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "not installed"
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "load_at_start": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "versions": versions() | packages,
        "xla_flags": os.environ.get("XLA_FLAGS", ""),
        "loops_folded": loops_are_folded(),
    }


def _cpu_model() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            line = next((line for line in file if line.startswith("model name")), "")
    except OSError:
        line = ""
    return line.partition(":")[2].strip() or "unknown"
