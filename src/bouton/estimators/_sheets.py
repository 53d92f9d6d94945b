"""What estimators over sheets of neurons share: the grid of the inputs, parameters of learning, the score."""

import math
from numbers import Integral, Real
from typing import Any

from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from bouton.dynamics import Relaxation
from bouton.errors import InputError
from bouton.estimators.adapter import CircuitTransformer
from bouton.plasticity import LearningRate

__all__ = ["LEARNING_CONSTRAINTS", "SheetTransformer", "input_grid"]

LEARNING_CONSTRAINTS: dict[str, list] = {
    "input_shape": [None, "array-like"],
    "learning_rate": [Interval(Real, 0, 1, closed="neither")],
    "learning_rate_decay": [Interval(Real, 0, None, closed="left")],
    "smallest_learning_rate": [Interval(Real, 0, 1, closed="left")],
    "tolerance": [Interval(Real, 0, None, closed="left")],
    "max_steps": [Interval(Integral, 1, None, closed="left")],
}


def input_grid(input_shape: Any, n_features: int) -> tuple[int, int, int]:
    """Return height, width and channels of the inputs; a square or, failing that, a row where nothing was said."""
    if input_shape is None:
        side = math.isqrt(n_features)
        return (side, side, 1) if side * side == n_features else (1, n_features, 1)
    shape = tuple(int(n) for n in input_shape)
    if len(shape) == 2:
        shape = (*shape, 1)
    if len(shape) != 3 or math.prod(shape) != n_features:
        raise InputError(
            f"input_shape must be (height, width) or (height, width, channels) with a product of {n_features}, the "
            f"number of features, got {input_shape}"
        )
    return shape


class SheetTransformer(CircuitTransformer):
    """What estimators over sheets share: parameters of learning and of settling, and the score."""

    learning_rate: float
    learning_rate_decay: float
    smallest_learning_rate: float
    tolerance: float
    max_steps: int

    def _schedule(self) -> LearningRate:
        return LearningRate(
            float(self.learning_rate),
            decay=float(self.learning_rate_decay),
            every=1000,
            floor=float(self.smallest_learning_rate),
        )

    def _relaxation(self) -> Relaxation:
        return Relaxation(tolerance=float(self.tolerance), max_steps=int(self.max_steps))

    def score(self, X: ArrayLike, y: Any = None) -> float:
        r"""Return the model's own objective for rows, negative: the greater the better.

        It is :math:`-J` of `bouton.similarity.layered_objective`: structure constants times squared mean products of
        activities, and the cost of being active.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Rows, such as a held-out batch. J is an average over them: batches of any size compare.
        y : None
            Ignored.

        Returns
        -------
        float
            0 is what silence scores; there is no upper limit that is known beforehand.

        Raises
        ------
        InputError
            If the data cannot be used.
        NotFittedError
            If nothing was learned yet.
        """
        rows = self._rows_like_before(X)
        circuit: Any = self.circuit_
        return -circuit.objective(self.state_, rows).total
