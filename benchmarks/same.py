"""Contenders with the same algorithm: bouton's engine and estimator, the reference loops; from one warm state."""

import warnings
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import bouton
from benchmarks.cases import INITIAL_ACTIVITY, MAX_SWEEPS, SEED, TOLERANCE, Case, solver
from benchmarks.loops import State, accumulators, from_accumulators, numba_learn, numpy_learn
from benchmarks.names import BLOCK, BLOCKED, BOUTON, FASTMATH, NUMPY, PLAIN, STRICT
from benchmarks.timing import SAME, Contender, affordable
from bouton.similarity import SNMFNetwork, SNMFState, relative_similarity_error


@dataclass
class Situation:
    """A network that has learned for a while, and the rows that come next."""

    case: Case
    circuit: SNMFNetwork
    state: SNMFState
    timed: np.ndarray
    held_out: np.ndarray

    @classmethod
    def of(cls, case: Case, dtype: str) -> tuple["Situation", np.ndarray]:
        """Return the situation after the warm-up, and the rows of the warm-up."""
        warm, timed, held_out = case.rows(dtype)
        circuit = SNMFNetwork(
            case.inputs,
            case.outputs,
            dynamics=solver(),
            start="random",
            initial_activity=INITIAL_ACTIVITY,
        )
        state = bouton.run(circuit, warm, key=jax.random.key(SEED)).state
        return cls(case, circuit, state, timed, held_out), warm

    def learned(self, n_rows: int, block: Any = "auto") -> SNMFState:
        """Return bouton's state after that many rows, learned in blocks of that size."""
        rows = self.timed[:n_rows]
        return bouton.run(self.circuit, rows, key=jax.random.key(SEED), state=self.state, block=block).state

    def judge(self, state: State, n_rows: int) -> dict[str, float]:
        """Return the error on rows not learned, and how far the weights are from bouton's after the same rows."""
        weights, lateral, cumulative = (jnp.asarray(array) for array in state)
        own = self.state._replace(feedforward=weights, lateral=lateral, cumulative_activity=cumulative)
        answers = bouton.respond(self.circuit, own, self.held_out)
        differences = [
            float(np.max(np.abs(np.asarray(mine) - np.asarray(theirs))) / np.max(np.abs(np.asarray(mine))))
            for mine, theirs in zip(self.learned(n_rows)[:3], (weights, lateral, cumulative), strict=True)
        ]
        return {
            "similarity_error": float(np.sqrt(relative_similarity_error(self.held_out, answers))),
            "difference_from_bouton": max(differences),
        }


def contenders(situation: Situation, budget: float) -> tuple[list[Contender], list[dict[str, str]], dict[str, float]]:
    """Return what can be compared, what is left out and why, and how the network works on these rows."""
    found = [_own(situation, name, block) for name, block in ((BOUTON, "auto"), (PLAIN, None), (BLOCKED, BLOCK))]
    left_out, work = [], {}
    for name, fastmath in ((STRICT, False), (FASTMATH, True)):
        try:
            contender, work = _numba(situation, name, fastmath)
        except ImportError:
            left_out.append({"name": name, "reason": "numba is not installed: pip install 'bouton[bench]'"})
        else:
            found.append(contender)
    found.append(_numpy(situation, budget))
    found += [_estimator(situation, size, budget) for size in (64, 1)]
    return found, left_out, work


def _own(situation: Situation, name: str, block: Any) -> Contender:
    n_rows = len(situation.timed)

    def learn(_: None) -> State:
        return jax.block_until_ready(situation.learned(n_rows, block))[:3]

    return Contender(name, SAME, n_rows, lambda: None, learn, lambda state: situation.judge(state, n_rows))


def _start(situation: Situation) -> State:
    weights, lateral, cumulative = situation.state[:3]
    return np.array(weights), np.array(lateral), np.array(cumulative)


def _numba(situation: Situation, name: str, fastmath: bool) -> tuple[Contender, dict[str, float]]:
    compiled, rows = numba_learn(fastmath), situation.timed
    tolerance = rows.dtype.type(TOLERANCE)
    counts = np.zeros((2, len(rows)), np.int64)

    def learn(start: tuple[np.ndarray, np.ndarray]) -> State:
        counts[:] = 0
        compiled(*start, rows, tolerance, MAX_SWEEPS, *counts)
        return from_accumulators(*start)

    contender = Contender(
        name,
        SAME,
        len(rows),
        lambda: accumulators(_start(situation)),
        learn,
        lambda state: situation.judge(state, len(rows)),
    )
    contender.once()
    return contender, {"sweeps": float(counts[0].mean()), "active": float(counts[1].mean() / situation.case.outputs)}


def _numpy(situation: Situation, budget: float) -> Contender:
    def of(n_rows: int) -> Contender:
        return Contender(
            NUMPY,
            SAME,
            n_rows,
            lambda: _start(situation),
            lambda start: numpy_learn(start, situation.timed[:n_rows], TOLERANCE, MAX_SWEEPS),
            lambda state: situation.judge(state, n_rows),
        )

    return of(affordable(lambda n_rows: of(n_rows).once(), 1, len(situation.timed), budget))


def _estimator(situation: Situation, size: int, budget: float) -> Contender:
    """Return the estimator, handed `size` rows a call."""

    def prepare() -> Any:
        model = bouton.OnlineSNMF(
            situation.case.outputs,
            start="random",
            initial_activity=INITIAL_ACTIVITY,
            random_state=SEED,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.partial_fit(situation.timed[:1])
        model.circuit_, model.state_ = situation.circuit, situation.state
        return model

    def of(n_rows: int) -> Contender:
        def learn(model: Any) -> State:
            for first in range(0, n_rows, size):
                model.partial_fit(situation.timed[first : first + size])
            return jax.block_until_ready(model.state_)[:3]

        name = f"bouton, partial_fit of {size} row{'s' * (size > 1)}"
        return Contender(name, SAME, n_rows, prepare, learn, lambda state: situation.judge(state, n_rows))

    return of(affordable(lambda n_rows: of(n_rows).once(), size, len(situation.timed) // size * size, budget))
