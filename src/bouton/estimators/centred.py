"""What estimators share that take the mean off their data."""

from typing import Annotated, Any

import numpy as np
from sklearn.utils._param_validation import StrOptions

from bouton.errors import InputError
from bouton.estimators._declared import Accepts
from bouton.estimators._learned import C, S
from bouton.estimators.adapter import CircuitTransformer

__all__ = ["CentredTransformer"]


class CentredTransformer(CircuitTransformer[C, S], kw_only=True):
    """A transformer whose circuit learns from, and responds to, rows less their mean.

    Parameters
    ----------
    mean
        What is taken off each row. "auto": the mean of the rows of `fit`, or of the first call of `partial_fit`.

    Attributes
    ----------
    mean_ : array (n_features,)
        What is taken off; zero where data are not centred.
    """

    mean: Annotated[Any, Accepts('array-like (n_features,) or "auto"', ("array-like", StrOptions({"auto"})))] = "auto"

    _from_first_rows = ("mean",)

    def _centres(self) -> bool:
        return True

    def _left_to_rows(self) -> list[str]:
        return [name for name in super()._left_to_rows() if name != "mean" or self._centres()]

    def _measure_scale(self, rows: np.ndarray) -> None:
        if not self._centres():
            self.mean_ = np.zeros(rows.shape[1])
        elif isinstance(self.mean, str):
            self.mean_ = rows.mean(axis=0, dtype=np.float64)
        else:
            self.mean_ = np.asarray(self.mean, np.float64)
            if self.mean_.shape != (rows.shape[1],) or not np.isfinite(self.mean_).all():
                raise InputError(f"mean must be {rows.shape[1]} finite numbers, one per feature, got {self.mean!r}")

    def _prepared(self, rows: np.ndarray) -> np.ndarray:
        return (rows - self.mean_).astype(rows.dtype)
