"""What estimators share that take the mean off their data."""

import numpy as np

from bouton.estimators._learned import C, S
from bouton.estimators.adapter import CircuitTransformer

__all__ = ["CentredTransformer"]


class CentredTransformer(CircuitTransformer[C, S], kw_only=True):
    """A transformer whose circuit learns from, and responds to, rows less their mean.

    Attributes
    ----------
    mean_ : array (n_features,)
        Mean of the rows of `fit`, or of the first ones of `partial_fit`; zero where data are not centred.
    """

    def _centres(self) -> bool:
        return True

    def _measure_scale(self, rows: np.ndarray) -> None:
        self.mean_ = rows.mean(axis=0, dtype=np.float64) if self._centres() else np.zeros(rows.shape[1])

    def _prepared(self, rows: np.ndarray) -> np.ndarray:
        return (rows - self.mean_).astype(rows.dtype)
