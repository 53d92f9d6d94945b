"""How many cores a measurement may use: each number of threads is measured in a process of its own, pinned to cores.

XLA and BLAS make as many threads as a process has cores when they are loaded, so pinning comes before both.
"""

import os
from collections.abc import Sequence


def runnable(wanted: Sequence[int]) -> tuple[list[int], list[dict[str, str]]]:
    """Return the numbers of threads that can be measured here, and the others with the reason why not."""
    if not hasattr(os, "sched_setaffinity"):
        reason = "this system pins no process to cores: all cores are used instead"
        return [os.cpu_count() or 1], [{"name": threads_named(count), "reason": reason} for count in wanted]
    cores = len(os.sched_getaffinity(0))
    reason = f"this process may use {threads_named(cores, 'core')}"
    left_out = [{"name": threads_named(count), "reason": reason} for count in wanted if count > cores]
    return [count for count in wanted if count <= cores], left_out


def pin(threads: int) -> None:
    """Keep this process to so many cores, the last ones: the first is where a system's own work tends to be."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def threads_named(count: int, name: str = "thread") -> str:
    """Return "1 thread", "2 threads"."""
    return f"{count} {name}{'s' * (count != 1)}"
