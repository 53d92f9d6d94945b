"""`OnlineSparseDictionary`: the sparse dictionary network as a scikit-learn estimator."""

import numpy as np
from jaxtyping import Float

from bouton.engine import Run
from bouton.estimators._declared import KW_ONLY
from bouton.estimators.similarity import DescendingTransformer, SimilarityTransformer
from bouton.similarity import CumulativeState, SparseDictionaryNetwork, similarity_error

__all__ = ["OnlineSparseDictionary"]


class OnlineSparseDictionary(
    SimilarityTransformer[SparseDictionaryNetwork, CumulativeState],
    DescendingTransformer[SparseDictionaryNetwork, CumulativeState],
):
    r"""Learn features of which a few at a time make up a sample, by neurons with a dead zone.

    The outputs are real, sparse, and keep the similarities of the samples. There is no learning rate to tune, but a
    threshold: choose it so that 5 to 15 % of the components are active. Whiten the data first, without dividing by the
    smallest variances.

    Parameters
    ----------
    n_components
        Number of neurons m, the size of the dictionary.
    threshold
        :math:`\theta`, in units of the data. The default suits data of unit variance in every direction.
    forgetting
        Discount of the past per sample, for data that drift.
    initial_activity
        How long the random start is remembered, in squared units of the data.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Feed-forward weights W, the features.
    lateral_ : array (n_components, n_components)
        Inhibitory lateral weights M.
    cumulative_activity_ : array (n_components,)
        Each component's sum of squared outputs; its learning rate is one over that.

    References
    ----------
    T. Hu, C. Pehlevan, D. B. Chklovskii, "A Hebbian/anti-Hebbian network for online sparse dictionary learning derived
    from symmetric matrix factorization", Asilomar 2014, arXiv:1503.00690.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton import OnlineSparseDictionary
    >>> rng = np.random.default_rng(0)
    >>> X = rng.laplace(size=(3000, 8)) * (rng.random((3000, 8)) < 0.2)
    >>> outputs = OnlineSparseDictionary(8, threshold=0.2, random_state=0).fit_transform(X)
    >>> bool(np.mean(outputs != 0) < 0.5)
    True
    """

    n_components: int = 64
    _: KW_ONLY
    threshold: float = 1.0
    forgetting: float = 1.0
    initial_activity: float = 10.0

    def _circuit(self, n_features: int) -> SparseDictionaryNetwork:
        return SparseDictionaryNetwork(
            n_features,
            int(self.n_components),
            float(self.forgetting),
            float(self.initial_activity),
            float(self.threshold),
            float(self.tolerance),
            int(self.max_sweeps),
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Feed-forward weights W."""
        return np.array(self.state_.feedforward)

    @property
    def lateral_(self) -> Float[np.ndarray, "components components"]:
        """Lateral weights M."""
        return np.array(self.state_.lateral)

    @property
    def cumulative_activity_(self) -> Float[np.ndarray, " components"]:
        """Sum of squared outputs of each component."""
        return np.array(self.state_.cumulative_activity)

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return the model's own objective for rows, negative: the greater the better.

        .. math::

            -\frac{\|X X^\top - Y Y^\top\|_F^2 + 4 \theta \sum_i \hat Y_i \sum_t |y_{ti}|}{\|X X^\top\|_F^2},
            \qquad \hat Y_i = \sum_t y_{ti}^2

        The weight of the l1 term is each component's cumulative activity over these rows, as it is the one over the
        past in the network's dynamics.

        0 is perfect, -1 is what silence scores.
        """
        outputs = self._responses(rows).astype(np.float64)
        power = similarity_error(rows, np.zeros((len(rows), 1)))
        effort = 4 * float(self.threshold) * np.sum(np.sum(outputs**2, axis=0) * np.sum(np.abs(outputs), axis=0))
        # Rows that are all zero leave all components silent, at no cost.
        return -(similarity_error(rows, outputs) + float(effort)) / power if power else 0.0

    def _result_warnings(self, before: CumulativeState, learned: Run) -> list[str]:
        grown = np.asarray(learned.state.cumulative_activity) > np.asarray(before.cumulative_activity)
        if learned.steps > 1 and float(self.forgetting) == 1 and not np.any(grown):
            return [
                f"no component was active in {learned.steps} samples: lower threshold (now {self.threshold!r}), or "
                "rescale X if its values are tiny"
            ]
        return []
