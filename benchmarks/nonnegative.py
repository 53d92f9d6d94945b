"""Non-negative similarity matching side by side with pynsm, at equal objective.

Both learn the same rows in the same order from the same weights, by the same rules,

    y = argmin_{y >= 0} y^T M y / 2 - y^T W x,    W += 2 eta (y x^T - W),    M += (eta / tau) (y y^T - M),

and both are judged by |XX' - YY'|^2 / |XX'|^2 of their own answers on rows held out. They differ in how the neurons
settle: coordinate descent until it has converged (bouton); a fixed number of projected gradient steps on all neurons
at once (pynsm), whose step size is 1 over the lateral weights of the start. pynsm is shown one row a step, as the rules
are written, with its default number of iterations and with enough of them to converge (then it is the same algorithm,
to rounding); and, as its documentation trains it, 128 rows a step, which changes the weights by the mean over the rows,
and so more seldom.

The objective that is compared at is the worst of all last errors, so that everyone gets there; the time is the number
of rows until then (interpolated between the points of the learning curve) times the median time a row.

Learning rates were chosen once, on both problems, and are the same for both sides where the steps are the same. One row
a step: 1 / (t + 50), not below 0.003, the floor with the lowest last errors among 0, 0.003, 0.01 and 0.05; a start of
1 / (t + 5) learns faster but makes pynsm's iterations diverge. 128 rows a step: 0.2, the best of 0.01, 0.05, 0.2, 0.4.
"""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from threadpoolctl import threadpool_limits

from benchmarks.cases import MAX_SWEEPS, SEED, TOLERANCE, Case, digits, with_unit_power
from benchmarks.cores import threads_named
from benchmarks.learners import Learner, OwnLearner, PeerLearner, Way
from benchmarks.pynsm_peer import Choice, Peer, PeerUnavailable, interpreter
from benchmarks.timing import SAME, Contender, affordable, race
from bouton.data import sparse_mixture
from bouton.similarity import relative_similarity_error

SAME_OBJECTIVE = "same objective"
_BATCH = 128
_FALLING, _CONSTANT = (0.02, 0.02, 0.003), (0.2, 0.0, 0.0)
_BUDGET, _QUICK_BUDGET = 0.15, 0.01


def few_sources(count: int) -> np.ndarray:
    """Return mixtures of 50 sparse sources in 784 dimensions: all their similarities can be kept."""
    rows, _, _ = sparse_mixture(784, 50, count, probability=0.1, seed=SEED)
    return with_unit_power(rows)


CASES = (
    Case(64, 16, "digits, centred", digits, warm=16384, timed=4096, held_out=1024),
    Case(784, 50, "mixture of 50 sparse sources", few_sources, warm=16384, timed=4096, held_out=1024),
)

WAYS = (
    Way("bouton (bouton.run)", SAME, 1, _FALLING, 16384, MAX_SWEEPS, TOLERANCE),
    Way("pynsm, 128 rows", SAME_OBJECTIVE, _BATCH, _CONSTANT, 16384, 40, 0.0),
    Way("pynsm, 1 row", SAME_OBJECTIVE, 1, _FALLING, 2048, 40, 0.0),
    Way("pynsm, 1 row, converged", SAME, 1, _FALLING, 2048, 2000, 1e-6),
)

_POINTS = 2 ** np.arange(7, 15)


def compared(
    cases: Sequence[Case], choice: Choice, threads: int, repeats: int, quick: bool, console: Console
) -> dict[str, Any]:
    """Return the comparison on each problem, or why there is none or no more, as a tree of JSON values.

    Parameters
    ----------
    cases : sequence of Case
        The problems, some of `CASES`.
    choice : "install", "present" or "none"
        What to do about the peer's environment.
    threads : int
        Number of threads of both sides.
    repeats : int
        Timed runs of each contender.
    quick : bool
        Next to no samples.
    console : Console
        Shows what is being done.
    """
    found: dict[str, Any] = {"threads": threads, "versions": {}, "problems": [], "skipped": []}
    try:
        with Peer(interpreter(choice), threads) as peer:
            found["versions"] = peer.versions
            for case in cases:
                with console.status(f"pynsm, {case.name}, {threads_named(threads)}"), threadpool_limits(threads):
                    found["problems"].append(one(case, WAYS, peer, repeats, quick))
    except PeerUnavailable as error:
        found["skipped"].append({"name": "pynsm", "reason": str(error)})
    return found


def one(case: Case, ways: Sequence[Way], peer: Peer, repeats: int, quick: bool) -> dict[str, Any]:
    """Return one problem's results: time to the common objective, time a row, learning curves."""
    if quick:
        case = dataclasses.replace(case, warm=512, timed=256, held_out=64)
        ways = [dataclasses.replace(way, rows=512 if way.batch > 1 else 128) for way in ways]
    learning, more, held_out = case.rows("float32")
    rows = np.concatenate([learning, more])
    own = [OwnLearner(case, way, rows, held_out) for way in ways[:1]]
    feedforward, lateral = own[0].weights()
    problem = peer.open(feedforward=feedforward, lateral=lateral, rows=rows, held_out=held_out)
    learners: list[Learner] = [*own, *(PeerLearner(peer, problem, way) for way in ways[1:])]
    curves = [curve(learner, way, held_out) for learner, way in zip(learners, ways, strict=True)]
    differences = [
        difference(case, way, learner, rows) if way.kind == SAME and learner not in own else None
        for learner, way in zip(learners, ways, strict=True)
    ]
    budget = _QUICK_BUDGET if quick else _BUDGET
    contenders = [_contender(learner, way, case, budget) for learner, way in zip(learners, ways, strict=True)]
    race(contenders, repeats)
    outcomes = [contender.outcome() for contender in contenders]
    objective = max(points[-1][1] for points in curves)
    for outcome, way, points, off in zip(outcomes, ways, curves, differences, strict=True):
        outcome |= {"settings": dataclasses.asdict(way), "curve": points, "difference_from_bouton": off}
        outcome["rows_to_objective"] = rows_to(points, objective)
        outcome["milliseconds_to_objective"] = (
            outcome["rows_to_objective"] * outcome["microseconds_per_sample"]["median"] / 1000
        )
    for outcome in outcomes:
        outcome["ratio"] = outcome["milliseconds_to_objective"] / outcomes[0]["milliseconds_to_objective"]
    shape = {"inputs": case.inputs, "outputs": case.outputs}
    return {"name": case.name, **shape, "data": case.data, "objective": objective, "contenders": outcomes}


def curve(learner: Learner, way: Way, held_out: np.ndarray) -> list[tuple[int, float]]:
    """Return the error on rows held out after more and more rows; the last state is kept."""
    stops = [int(point) for point in _POINTS if point < way.rows] + [way.rows]
    points = [(0, relative_similarity_error(held_out, learner.answers()))]
    for stop in stops:
        learner.learn(points[-1][0], stop)
        points.append((stop, relative_similarity_error(held_out, learner.answers())))
    learner.keep()
    return points


def difference(case: Case, way: Way, learner: Learner, rows: np.ndarray) -> float:
    """Return the largest relative difference of a learner's weights from bouton's, both converged, after its curve."""
    own = OwnLearner(case, dataclasses.replace(way, tolerance=1e-6), rows, rows[:1])
    own.learn(0, way.rows)
    return max(
        float(np.max(np.abs(mine - theirs)) / np.max(np.abs(mine)))
        for mine, theirs in zip(own.weights(), learner.weights(), strict=True)
    )


def rows_to(points: Sequence[tuple[int, float]], objective: float) -> float:
    """Return after how many rows a learning curve first reaches an error, interpolated between its points.

    Raises
    ------
    ValueError
        If it does not.
    """
    for (rows, error), (more_rows, next_error) in itertools.pairwise(points):
        if next_error <= objective:
            part = 1.0 if error <= next_error else min((error - objective) / (error - next_error), 1.0)
            return rows + max(part, 0.0) * (more_rows - rows)
    raise ValueError(f"the curve ends at {points[-1][1]}, above {objective}")


def _contender(learner: Learner, way: Way, case: Case, budget: float) -> Contender:
    """Return a contender that learns the rows after the learning curve's, from the state that it ended in."""

    def of(n_rows: int) -> Contender:
        return Contender(
            way.name,
            way.kind,
            n_rows,
            learner.restore,
            lambda _: learner.learn(case.warm, case.warm + n_rows),
            lambda _: {},
        )

    if isinstance(learner, OwnLearner):
        return of(case.timed)
    return of(affordable(lambda n_rows: of(n_rows).once(), way.batch, case.timed, budget))
