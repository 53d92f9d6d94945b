"""`OnlineSparseDictionary`: the sparse dictionary network as a scikit-learn estimator."""

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from bouton.engine import Run
from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.similarity import SimilarityTransformer
from bouton.similarity import CumulativeState, SparseDictionaryNetwork, similarity_error

__all__ = ["OnlineSparseDictionary"]


class OnlineSparseDictionary(SimilarityTransformer):
    r"""Learn features of which a few at a time make up a sample, by neurons with a dead zone.

    The outputs are real, sparse, and keep the similarities of the samples. There is no learning rate to tune, but a
    threshold: choose it so that 5 to 15 % of the components are active. Whiten the data first, without dividing by the
    smallest variances.

    Parameters
    ----------
    n_components : int, default=64
        Number of neurons m, the size of the dictionary.
    threshold : float, default=1.0
        :math:`\theta`, in units of the data. The default suits data of unit variance in every direction.
    forgetting : float in (0, 1], default=1.0
        Discount of the past per sample, for data that drift.
    initial_activity : float, default=10.0
        How long the random start is remembered, in squared units of the data.
    tolerance : float, default=1e-6
        The response to a sample counts as settled when a sweep over the components changes it by no more than this,
        relative to the largest.
    max_sweeps : int, default=100
        Most sweeps per sample.
    epochs : int, default=1
        Number of passes over the data in `fit`.
    shuffle : bool, default=True
        Whether `fit` takes the rows in random order, anew in each pass.
    random_state : int, RandomState or None, default=None
        Seeds order and initial weights.
    verbose : bool or int, default=False
        Whether learning shows a progress bar.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Feed-forward weights W, the features.
    lateral_ : array (n_components, n_components)
        Inhibitory lateral weights M.
    cumulative_activity_ : array (n_components,)
        Each component's sum of squared outputs; its learning rate is one over that.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : SparseDictionaryNetwork
        The network, for `bouton.run` and `bouton.respond`.
    state_ : CumulativeState
        Its state.

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

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "threshold": [Interval(Real, 0, None, closed="left")],
        "forgetting": [Interval(Real, 0, 1, closed="right")],
        "initial_activity": [Interval(Real, 0, None, closed="neither")],
        "tolerance": [Interval(Real, 0, None, closed="left")],
        "max_sweeps": [Interval(Integral, 1, None, closed="left")],
    }

    circuit_: SparseDictionaryNetwork
    state_: CumulativeState

    def __init__(
        self,
        n_components: int = 64,
        *,
        threshold: float = 1.0,
        forgetting: float = 1.0,
        initial_activity: float = 10.0,
        tolerance: float = 1e-6,
        max_sweeps: int = 100,
        epochs: int = 1,
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        verbose: bool | int = False,
    ):
        self.n_components = n_components
        self.threshold = threshold
        self.forgetting = forgetting
        self.initial_activity = initial_activity
        self.tolerance = tolerance
        self.max_sweeps = max_sweeps
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

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

    def score(self, X: ArrayLike, y: Any = None) -> float:
        r"""Return the model's own objective for rows, negative: the greater the better.

        .. math::

            -\frac{\|X X^\top - Y Y^\top\|_F^2 + 4 \theta \sum_i \hat Y_i \sum_t |y_{ti}|}{\|X X^\top\|_F^2},
            \qquad \hat Y_i = \sum_t y_{ti}^2

        The weight of the l1 term is each component's cumulative activity over these rows, as it is the one over the
        past in the network's dynamics.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Rows, such as a held-out batch.
        y : None
            Ignored.

        Returns
        -------
        float
            0 is perfect, -1 is what silence scores; greater is better.

        Raises
        ------
        InputError
            If the data cannot be used.
        NotFittedError
            If nothing was learned yet.
        """
        rows = self._rows_like_before(X)
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
