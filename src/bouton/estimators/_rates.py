"""What estimators with a shared learning rate have in common: its schedule, and the scale of the start."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from bouton._fields import Positive, Probability, RateBelowOne
from bouton._models import POWER, Scale
from bouton.data import ArraySource, row_moments
from bouton.errors import InputError
from bouton.estimators.adapter import C, CircuitTransformer, S
from bouton.plasticity import LearningRate

__all__ = ["PowerScaledTransformer", "RatedTransformer", "check_fits", "measured"]


class RatedTransformer(CircuitTransformer[C, S], kw_only=True):
    """A transformer whose synapses all learn at one rate, which falls with time.

    Parameters
    ----------
    learning_rate
        Rate at the first sample.
    learning_rate_decay
        The rate is `learning_rate` / (1 + decay t) at sample t.
    smallest_learning_rate
        What the rate does not fall below; positive for data that drift.
    """

    _ranges: ClassVar[Mapping[str, tuple[type, str]]] = {"learning_rate_decay": (LearningRate, "decay")}

    learning_rate: RateBelowOne = 0.2
    learning_rate_decay: float = 0.2
    smallest_learning_rate: Probability = 0.0

    def _schedule(self) -> LearningRate:
        return LearningRate(
            float(self.learning_rate), float(self.learning_rate_decay), floor=float(self.smallest_learning_rate)
        )


class PowerScaledTransformer(RatedTransformer[C, S], kw_only=True):
    """A transformer whose start is scaled by the mean squared length of the samples.

    Parameters
    ----------
    input_power
        Mean squared length of the samples, which scales the start. "auto" takes it from the data of `fit` or from the
        first call of `partial_fit`; where results must not depend on chunks, give a number.

    Attributes
    ----------
    input_power_ : float
        Mean squared length that the start was scaled by.
    """

    input_power: Positive | Literal["auto"] = "auto"

    _from_first_rows = ("input_power",)

    def _measure_scale(self, rows: np.ndarray) -> None:
        self.input_power_ = measured(rows, POWER, self.input_power)


def measured(rows: np.ndarray, scale: Scale, given: float | str) -> float:
    """Return the scale that was given, or else the one that rows have."""
    return scale.of(*row_moments(ArraySource(rows))) if isinstance(given, str) else float(given)


def check_fits(n_components: Any, n_features: int) -> int:
    """Return the number of components, all features by default; refuse more than there are features."""
    if n_components is None:
        return n_features
    if n_components > n_features:
        raise InputError(f"n_components must be at most n_features = {n_features}, got {n_components}")
    return int(n_components)
