"""What estimators with a shared learning rate have in common: its schedule, and the scale of the start."""

from numbers import Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from bouton.errors import InputError
from bouton.estimators.adapter import CircuitTransformer
from bouton.plasticity import LearningRate

__all__ = ["RATE_CONSTRAINTS", "SCALE", "RatedTransformer", "check_fits", "mean_power"]

RATE_CONSTRAINTS: dict[str, list] = {
    "learning_rate": [Interval(Real, 0, 1, closed="neither")],
    "learning_rate_decay": [Interval(Real, 0, None, closed="left")],
    "smallest_learning_rate": [Interval(Real, 0, 1, closed="left")],
}
SCALE: list = [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither")]


class RatedTransformer(CircuitTransformer):
    """A transformer whose synapses all learn at one rate, which falls with time."""

    learning_rate: float
    learning_rate_decay: float
    smallest_learning_rate: float

    def _schedule(self) -> LearningRate:
        return LearningRate(
            float(self.learning_rate), float(self.learning_rate_decay), floor=float(self.smallest_learning_rate)
        )


def mean_power(rows: np.ndarray, given: float | str) -> float:
    """Return the scale that was given, or else the mean squared length of rows, 1 where all of them are zero."""
    if not isinstance(given, str):
        return float(given)
    power = float(np.einsum("ij,ij->", rows, rows, dtype=np.float64)) / len(rows)
    return power or 1.0


def check_fits(n_components: Any, n_features: int) -> int:
    """Return the number of components, all features by default; refuse more than there are features."""
    if n_components is None:
        return n_features
    if n_components > n_features:
        raise InputError(f"n_components must be at most n_features = {n_features}, got {n_components}")
    return int(n_components)
