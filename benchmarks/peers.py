"""scikit-learn's online factorisations: other objectives, so that only cost and their own error can be shown.

MiniBatchNMF minimises :math:`|X - HW|^2` with H, W >= 0 and needs non-negative data: it gets the rows with their
negative part cut off. MiniBatchDictionaryLearning minimises :math:`|X - HW|^2 / 2 + \\alpha |H|_1`, here with H >= 0.
"""

import copy
import time
import warnings
from typing import Any

import numpy as np
from sklearn.decomposition import MiniBatchDictionaryLearning, MiniBatchNMF

from benchmarks.cases import SEED
from benchmarks.same import Situation
from benchmarks.timing import OTHER, Contender, affordable

BATCH = 64


def contenders(situation: Situation, warm: np.ndarray, budget: float) -> list[Contender]:
    """Return both models, handed 64 rows a call and one row a call."""
    outputs = situation.case.outputs
    nmf = MiniBatchNMF(outputs, random_state=SEED)
    dictionary = MiniBatchDictionaryLearning(
        outputs,
        alpha=0.1,
        fit_algorithm="cd",
        transform_algorithm="lasso_cd",
        transform_alpha=0.1,
        positive_code=True,
        random_state=SEED,
    )
    found = []
    for name, model, prepared in (
        ("MiniBatchNMF", nmf, lambda rows: np.maximum(rows, 0)),
        ("MiniBatchDictionaryLearning", dictionary, np.asarray),
    ):
        _warm_up(model, prepared(warm), 10 * budget)
        timed, held_out = prepared(situation.timed), prepared(situation.held_out)
        found += [_peer(name, model, size, timed, held_out, budget) for size in (BATCH, 1)]
    return found


def _quietly(model: Any, method: str, rows: np.ndarray) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(model, method)(rows)


def _warm_up(model: Any, rows: np.ndarray, seconds: float) -> None:
    """Let a model learn rows, batch by batch, for as long as is worth waiting."""
    before = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        _quietly(model, "partial_fit", rows[first : first + BATCH])
        if time.perf_counter() - before > seconds:
            break


def _peer(name: str, model: Any, size: int, timed: np.ndarray, held_out: np.ndarray, budget: float) -> Contender:
    def judge(learned: Any) -> dict[str, float]:
        codes = _quietly(learned, "transform", held_out)
        rest = held_out - codes @ learned.components_
        return {"reconstruction_error": float(np.linalg.norm(rest) / np.linalg.norm(held_out))}

    def of(n_rows: int) -> Contender:
        def learn(own: Any) -> Any:
            for first in range(0, n_rows, size):
                _quietly(own, "partial_fit", timed[first : first + size])
            return own

        title = f"sklearn {name}, {size} row{'s' * (size > 1)}"
        return Contender(title, OTHER, n_rows, lambda: copy.deepcopy(model), learn, judge)

    return of(affordable(lambda n_rows: of(n_rows).once(), size, len(timed) // size * size, budget))
