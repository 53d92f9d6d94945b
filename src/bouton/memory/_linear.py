"""What libraries solve: symmetric systems, support vector machines with thresholds, logistic regressions."""

import math
from typing import NamedTuple

import numpy as np
import scipy.linalg

from bouton.errors import InputError
from bouton.memory._problem import Problem

__all__ = ["RankReport", "Solved", "logistic_coefficients", "solve", "with_bias"]

_CUTOFF = 1e-12
"""Of eigenvalues, relative to the largest one."""
_INDEFINITE = 1e-8
"""Negative eigenvalues beyond this share of the largest one are no rounding errors."""
_LARGEST_COST = 1e10
"""The price of an error that makes libsvm's margin a hard one."""


class RankReport(NamedTuple):
    """How well a Gram matrix could be inverted.

    Parameters
    ----------
    rank, size : int
        Eigenvalues that were inverted, and all.
    condition : float
        Largest over smallest eigenvalue, in magnitude; an estimate (of the 1-norm) where rank is full.
    """

    rank: int
    size: int
    condition: float


class Solved(NamedTuple):
    """Coefficients, and the worst of the matrices that they come from."""

    solution: np.ndarray
    rank: RankReport


def solve(problem: Problem, targets: np.ndarray | None = None, ridge: float = 0.0) -> Solved:
    """Solve K a = y of every neuron: one factorisation where they have K in common, else one each.

    Raises
    ------
    InputError
        If a Gram matrix is not positive semi-definite.
    """
    targets = problem.targets if targets is None else targets
    if problem.common:
        return _solve_one(problem.gram(0), targets, ridge)
    parts = [_solve_one(problem.gram(i), targets[:, i : i + 1], ridge) for i in range(targets.shape[1])]
    worst = min((part.rank for part in parts), key=lambda report: (report.rank, -report.condition))
    return Solved(np.hstack([part.solution for part in parts]), worst)


def _solve_one(gram: np.ndarray, targets: np.ndarray, ridge: float) -> Solved:
    size = len(gram)
    matrix = gram + ridge * np.eye(size) if ridge else gram
    try:
        factor = scipy.linalg.cho_factor(matrix, lower=True)
        norm = np.abs(matrix).sum(axis=0).max()
        reciprocal, _ = scipy.linalg.lapack.dpocon(factor[0], norm, uplo="L")  # type: ignore[attr-defined]
    except scipy.linalg.LinAlgError:
        reciprocal = 0.0
    if reciprocal > _CUTOFF:
        return Solved(scipy.linalg.cho_solve(factor, targets), RankReport(size, size, float(1 / reciprocal)))
    values, vectors = scipy.linalg.eigh(matrix)
    largest = np.abs(values).max()
    if values[0] < -_INDEFINITE * largest:
        raise InputError(
            f"the kernel is not positive definite on these patterns, its Gram matrix has the eigenvalue "
            f"{values[0]:.3g}: choose a smaller radius or an exponent of at most 2"
        )
    kept = values > _CUTOFF * largest
    solution = vectors[:, kept] @ ((vectors[:, kept].T @ targets) / values[kept, None])
    condition = largest / max(np.abs(values).min(), np.finfo(float).tiny)
    return Solved(solution, RankReport(int(kept.sum()), size, float(condition)))


def with_bias(problem: Problem, cost: float, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and thresholds of one support vector machine of scikit-learn per neuron."""
    from sklearn.svm import SVC

    coefficients, thresholds = np.zeros_like(problem.targets), np.zeros(problem.targets.shape[1])
    for neuron, targets in enumerate(problem.targets.T):
        if np.all(targets == targets[0]):
            thresholds[neuron] = -targets[0]
            continue
        machine = SVC(C=min(cost, _LARGEST_COST), kernel="precomputed", tol=tolerance)
        machine.fit(problem.gram(neuron), targets)
        coefficients[machine.support_, neuron] = machine.dual_coef_[0]
        thresholds[neuron] = -machine.intercept_[0]
    return coefficients, thresholds


def logistic_coefficients(problem: Problem, penalty: float) -> np.ndarray:
    """Return the coefficients of one logistic regression of scikit-learn per neuron."""
    from sklearn.linear_model import LogisticRegression

    coefficients = np.zeros_like(problem.targets)
    features = inverse = None
    for neuron, targets in enumerate(problem.targets.T):
        if features is None or not problem.common:
            values, vectors = scipy.linalg.eigh(problem.gram(neuron))
            kept = values > _CUTOFF * values[-1]
            features = vectors[:, kept] * np.sqrt(values[kept])
            inverse = vectors[:, kept] / np.sqrt(values[kept])
        assert inverse is not None
        if np.all(targets == targets[0]):
            coefficients[:, neuron] = inverse @ _one_class(features, penalty) * targets[0]
            continue
        model = LogisticRegression(C=1 / penalty, fit_intercept=False, max_iter=1000, tol=1e-6)
        coefficients[:, neuron] = inverse @ model.fit(features, targets).coef_[0]
    return coefficients


def _one_class(features: np.ndarray, penalty: float) -> np.ndarray:
    """Return the weights of a regression whose targets are all +1, which scikit-learn refuses."""
    from scipy.optimize import minimize
    from scipy.special import expit

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        h = features @ w
        value = np.logaddexp(0, -h).sum() + penalty / 2 * (w @ w)
        return float(value), penalty * w - features.T @ expit(-h)

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    return found.x if math.isfinite(found.fun) else np.zeros(features.shape[1])
