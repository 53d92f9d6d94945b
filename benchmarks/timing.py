"""Contenders, and the clock: all of them in turns, so that what disturbs the machine disturbs all alike."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SAME, OTHER, LIMIT = "same algorithm", "other objective", "limit of the machine"


@dataclass
class Contender:
    """Something that learns rows, and what it learned.

    Parameters
    ----------
    name : str
        What it is.
    kind : str
        Whether it is the same algorithm, so that results must agree, one with another objective, or no algorithm but
        what the machine allows.
    n_rows : int
        How many rows one run learns.
    prepare : callable
        Returns a fresh start; not timed.
    learn : callable
        Learns the rows from a fresh start and returns what was learned; timed.
    judge : callable
        Returns figures of merit of what was learned.
    """

    name: str
    kind: str
    n_rows: int
    prepare: Callable[[], Any]
    learn: Callable[[Any], Any]
    judge: Callable[[Any], dict[str, float]]
    seconds: list[float] = field(default_factory=list)
    learned: Any = None

    def once(self, clock: Callable[[], float] = time.perf_counter) -> float:
        """Learn once; return seconds."""
        start = self.prepare()
        before = clock()
        self.learned = self.learn(start)
        return clock() - before

    def outcome(self) -> dict[str, Any]:
        """Return times in microseconds per row, and merit."""
        each = np.array(self.seconds) / self.n_rows * 1e6
        return {
            "name": self.name,
            "kind": self.kind,
            "rows": self.n_rows,
            "microseconds_per_sample": {
                "median": float(np.median(each)),
                "least": float(each.min()),
                "most": float(each.max()),
                "all": [float(value) for value in each],
            },
            "merit": self.judge(self.learned),
        }


def race(contenders: Sequence[Contender], repeats: int, clock: Callable[[], float] = time.perf_counter) -> None:
    """Run all contenders in turns, by one clock: once untimed, then `repeats` times."""
    for contender in contenders:
        contender.once(clock)
    for _ in range(repeats):
        for contender in contenders:
            contender.seconds.append(contender.once(clock))


def affordable(seconds_for: Callable[[int], float], least: int, most: int, budget: float) -> int:
    """Return how many rows fit into a budget of seconds, judged by a run over the least number of rows."""
    seconds_for(least)
    per_row = seconds_for(least) / least
    return int(np.clip(budget / max(per_row, 1e-9), least, most)) // least * least
