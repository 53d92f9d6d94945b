"""What estimators over sheets of neurons share: the grid of the inputs, parameters of learning, the score."""

import math
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import numpy as np

from bouton._fields import Probability, RateBelowOne
from bouton.dynamics import Relaxation
from bouton.errors import InputError
from bouton.estimators._declared import Accepts
from bouton.estimators.adapter import C, CircuitTransformer, S
from bouton.plasticity import LearningRate

__all__ = ["Shape", "SheetTransformer", "input_grid"]

Shape = Annotated[
    Sequence[int] | None, Accepts("(height, width) or (height, width, channels) or None", (None, "array-like"))
]


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


class SheetTransformer(CircuitTransformer[C, S], kw_only=True):
    """What estimators over sheets share: the grid of the inputs, learning, settling, and the score.

    Parameters
    ----------
    input_shape
        The grid of the features. None: a square image if the number of features is a square, else a row.
    learning_rate
        Rate of the first thousand samples.
    learning_rate_decay
        How fast the rate falls: it is `learning_rate` / (1 + decay e) after e thousand samples.
    smallest_learning_rate
        What the rate does not fall below.
    tolerance
        Relative rate of change at which the neurons' activity counts as settled.
    max_steps
        Most Euler steps per sample.
    """

    _parts = (Relaxation,)
    _ranges: ClassVar = {"learning_rate_decay": (LearningRate, "decay")}

    input_shape: Shape = None
    learning_rate: RateBelowOne = 0.005
    learning_rate_decay: float = 0.5
    smallest_learning_rate: Probability = 0.0001
    tolerance: float = 1e-4
    max_steps: int = 3000

    def _schedule(self) -> LearningRate:
        return LearningRate(
            float(self.learning_rate),
            decay=float(self.learning_rate_decay),
            every=1000,
            floor=float(self.smallest_learning_rate),
        )

    def _relaxation(self) -> Relaxation:
        return Relaxation(tolerance=float(self.tolerance), max_steps=int(self.max_steps))

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return the model's own objective for rows, negative.

        It is :math:`-J` of `bouton.similarity.layered_objective`: structure constants times squared mean products of
        activities, and the cost of being active. J is an average over the rows: batches of any size compare. 0 is what
        silence scores; there is no upper limit that is known beforehand.
        """
        circuit: Any = self.circuit_
        return -circuit.objective(self.state_, rows).total
