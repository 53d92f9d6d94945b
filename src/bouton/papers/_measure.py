"""Measuring: each section of a paper runs once for its settings, seed, versions, float width and sources."""

import inspect
import json
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bouton.errors import InputError, MissingDependencyError
from bouton.papers._frame import Progress, silent
from bouton.papers._paper import Paper
from bouton.papers._registry import load
from bouton.report._text import plain

if TYPE_CHECKING:
    from bouton.papers._store import Measured, Store

__all__ = ["RESULTS", "Task", "checked", "key_of", "measure", "measured_tasks", "store_of", "stored"]

RESULTS = "results"
"""The folder of stored results in the folder of all reports."""


@dataclass(frozen=True)
class Task:
    """One section of a paper to be measured with one seed."""

    paper: Paper = field(compare=False)
    section: str
    scale: str
    seed: int


def measure(
    paper: Paper | str,
    scale: str = "laptop",
    seed: int = 0,
    out: str | Path = "reports",
    *,
    progress: Progress = silent,
) -> dict[str, Mapping[str, Any]]:
    """Return the results of all sections of a paper; what is stored and still valid is not measured again.

    Parameters
    ----------
    paper : Paper or str
        The paper, or its name.
    scale : str, default "laptop"
        "smoke", "laptop" or "paper".
    seed : int, default 0
        Seed of everything random, not negative.
    out : path, default "reports"
        The folder of all reports; results are stored in its folder "results".
    progress : callable, optional
        Called as `progress(stage, fraction)`; silent by default.

    Returns
    -------
    dict of str to mapping
        The results of each section, by name.

    Raises
    ------
    InputError
        If the paper, scale or seed is unknown or the folder cannot be written.
    MissingDependencyError
        If an optional package is needed and not installed.

    Examples
    --------
    >>> from bouton.papers import measure
    >>> results = measure("triplet-stdp", "smoke")  # doctest: +SKIP
    >>> results["slices"]["curves"].shape  # doctest: +SKIP
    """
    paper = load(paper) if isinstance(paper, str) else paper
    checked(paper, scale, paper.sections, (seed,))
    tasks = [Task(paper, section, scale, seed) for section in paper.sections]
    found = measured_tasks(tasks, store_of(Path(out)), progress=progress)
    return {task.section: measured.results for task, measured in found.items()}


def checked(paper: Paper, scale: str, sections: Iterable[str], seeds: Sequence[int]) -> None:
    """Refuse what cannot be run, before anything is."""
    for section in sections:
        paper.settings(scale, section)
    for seed in seeds:
        if seed < 0:
            raise InputError(f"seed must not be negative, got {seed}")
    for requirement in paper.requires:
        if requirement.missing:
            raise MissingDependencyError(
                f"{paper.name} needs the package {requirement.module}: pip install 'bouton[{requirement.extra}]'"
            )


def store_of(out: Path) -> "Store":
    """Return the store in a folder of reports."""
    from bouton.papers._store import Store

    return Store(out / RESULTS)


def stored(task: Task, store: "Store") -> "Measured | None":
    """Return the stored results of a task, whatever they were measured with."""
    return store.read(_path(task, store))


def measured_tasks(
    tasks: Sequence[Task], store: "Store", *, again: bool = False, jobs: int = 1, progress: Progress = silent
) -> "dict[Task, Measured]":
    """Return the results of all tasks, in their order; those that the store does not hold are measured and stored.

    Parameters
    ----------
    tasks : sequence of Task
        What is wanted.
    store : Store
        Where results are kept.
    again : bool, default False
        Measure also what is stored.
    jobs : int, default 1
        How many sections are measured at a time, each in a process of its own.
    progress : callable, optional
        Told which section is being measured.

    Returns
    -------
    dict of Task to Measured
    """
    keys = {task: key_of(task) for task in tasks}
    found: dict[Task, Measured] = {}
    for task in tasks:
        measured = None if again else _valid(task, keys[task], store)
        if measured is not None:
            found[task] = measured
    missing = [task for task in tasks if task not in found]
    if jobs > 1 and len(missing) > 1:
        found |= _side_by_side(missing, keys, store, jobs, progress)
    else:
        for number, task in enumerate(missing):
            progress(_named([task]), number / len(missing))
            found[task] = _measure_and_store(task, keys[task], store)
    return {task: found[task] for task in tasks}


def _side_by_side(
    tasks: Sequence[Task], keys: Mapping[Task, Mapping[str, Any]], store: "Store", jobs: int, progress: Progress
) -> "dict[Task, Measured]":
    """Measure tasks in processes of their own; each stores what it measured."""
    from joblib import Parallel, delayed

    waiting = list(tasks)
    progress(_named(waiting), 0.0)
    double = _float_width() == 64
    done: Any = Parallel(n_jobs=jobs, backend="loky", return_as="generator_unordered")(
        delayed(_in_a_process)(number, task, keys[task], store, double) for number, task in enumerate(tasks)
    )
    for number in done:
        waiting.remove(tasks[number])
        progress(_named(waiting), 1 - len(waiting) / len(tasks))
    found = {task: stored(task, store) for task in tasks}
    return {task: measured for task, measured in found.items() if measured is not None}


def key_of(task: Task) -> dict[str, Any]:
    """Return all that the results of a task depend on, as plain values."""
    key = {
        "paper": task.paper.name,
        "section": task.section,
        "scale": task.scale,
        "seed": task.seed,
        "settings": plain(task.paper.settings(task.scale, task.section)),
        "float_width": _float_width(),
        "versions": versions(),
        "sources": _digest(task.paper.section(task.section).measure),
    }
    return json.loads(json.dumps(key))


def versions() -> dict[str, str]:
    """Name the software and the class of the machine, nothing that tells whose machine it is."""
    import jax

    from bouton.engine import versions as versions_of_engine

    packages = {package: version(package) for package in ("scipy", "scikit-learn")}
    return versions_of_engine() | packages | {"system": platform.system(), "device": jax.default_backend()}


def _float_width() -> int:
    import jax

    return 64 if jax.config.jax_enable_x64 else 32  # type: ignore[attr-defined]


def _named(tasks: Sequence[Task]) -> str:
    return ", ".join(f"{task.section.replace('_', ' ')} (seed {task.seed})" for task in tasks[:2])


def _path(task: Task, store: "Store") -> Path:
    return store.path(task.paper.name, task.section, task.scale, task.seed, _float_width())


def _valid(task: Task, key: Mapping[str, Any], store: "Store") -> "Measured | None":
    measured = stored(task, store)
    return measured if measured is not None and measured.key == key and key["sources"] else None


def _measure_and_store(task: Task, key: Mapping[str, Any], store: "Store") -> "Measured":
    from bouton.papers._store import Measured

    section = task.paper.section(task.section)
    start = time.perf_counter()
    results = section.measure(section.settings[task.scale], task.seed)
    seconds = time.perf_counter() - start
    if not isinstance(results, Mapping):
        raise InputError(
            f"what {task.section} of {task.paper.name} measures must be a mapping, got {type(results).__name__}"
        )
    return store.write(_path(task, store), Measured(results, key, seconds))


def _in_a_process(number: int, task: Task, key: Mapping[str, Any], store: "Store", double: bool) -> int:
    import jax

    jax.config.update("jax_enable_x64", double)
    _measure_and_store(task, key, store)
    return number


def _digest(function: Callable[..., Any]) -> str:
    """Return the digest of the sources that a function can reach; empty where they cannot be read."""
    from bouton.papers._sources import digest_of_everything, digest_of_section, is_ours

    module = function.__module__
    if is_ours(module):
        return digest_of_section(module, function.__name__)
    try:
        return digest_of_everything() + inspect.getsource(sys.modules[module])
    except (OSError, TypeError, KeyError):
        return ""
