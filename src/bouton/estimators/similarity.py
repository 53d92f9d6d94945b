"""What the estimators of similarity matching share beside `transform`: a score, and labels where outputs are rates."""

from typing import Any

import numpy as np
from jaxtyping import Int
from numpy.typing import ArrayLike

from bouton.dynamics import CoordinateDescent
from bouton.estimators.adapter import C, CircuitTransformer, S
from bouton.similarity import relative_similarity_error

__all__ = ["DescendingTransformer", "NonnegativeTransformer", "SimilarityTransformer"]


class SimilarityTransformer(CircuitTransformer[C, S], kw_only=True):
    """A transformer whose responses keep the similarities of the rows."""

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return how well the responses to rows keep the rows' similarities: the model's own objective, negative.

        .. math::

            -\frac{\|X X^\top - Y Y^\top\|_F^2}{\|X X^\top\|_F^2}

        0 is perfect, -1 is what silence scores. It is computed in double precision through the smaller one of two Gram
        matrices: never samples by samples where there are more samples than features and components.
        """
        return -relative_similarity_error(rows, self._responses(rows))


class DescendingTransformer(CircuitTransformer[C, S], kw_only=True):
    """A transformer whose network finds its response by coordinate descent.

    Parameters
    ----------
    tolerance
        The response to a sample counts as settled when a sweep over the components changes it by no more than this,
        relative to the largest.
    max_sweeps
        Most sweeps per sample.
    """

    _parts = (CoordinateDescent,)

    tolerance: float = 1e-6
    max_sweeps: int = 100

    def _descent(self) -> CoordinateDescent:
        return CoordinateDescent(float(self.tolerance), int(self.max_sweeps))


class NonnegativeTransformer(SimilarityTransformer[C, S], kw_only=True):
    """A transformer with non-negative responses: the most active component serves as label."""

    def predict(self, X: ArrayLike) -> Int[np.ndarray, " samples"]:
        """Return the index of the most active component for each row.

        Parameters
        ----------
        X : array (n_samples, n_features)
            One sample per row.

        Returns
        -------
        int array (n_samples,)
            The labels; -1 where all components are silent, which is how a cluster near the origin is represented.

        Raises
        ------
        InputError
            If the data cannot be used.
        NotFittedError
            If nothing was learned yet.
        """
        responses = self._responses(self._rows_like_before(X))
        return np.where(np.max(responses, axis=1) > 0, np.argmax(responses, axis=1), -1)

    def fit_predict(self, X: ArrayLike, y: Any = None, **unsupported: Any) -> Int[np.ndarray, " samples"]:
        """Learn from rows, then return the index of the most active component for each.

        Parameters
        ----------
        X : array (n_samples, n_features)
            One sample per row.
        y : None
            Ignored.
        **unsupported
            Refused, as in `fit`.

        Returns
        -------
        int array (n_samples,)
            The labels; -1 where all components are silent.

        Raises
        ------
        InputError
            If the data or a parameter cannot be used.
        """
        return self.fit(X, y, **unsupported).predict(X)
