"""`OnlineWhitening`: the network with whitening interneurons as a scikit-learn estimator."""

from numbers import Integral
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from bouton.estimators._checks import spread_warnings
from bouton.estimators._rates import RATE_CONSTRAINTS, SCALE, RatedTransformer, check_fits, mean_power
from bouton.estimators.adapter import CircuitTransformer
from bouton.similarity import WhiteningNetwork, WhiteningState

__all__ = ["OnlineWhitening", "WhiteningTransformer"]


class WhiteningTransformer(RatedTransformer):
    """What estimators that whiten share: the scale of the start is the data's variance, and their mean is no matter."""

    input_variance: float | Literal["auto"]
    input_variance_: float

    def _measure_scale(self, rows: np.ndarray) -> None:
        self.input_variance_ = mean_power(rows - rows.mean(axis=0), self.input_variance)
        if isinstance(self.input_variance, str):
            self.input_variance_ /= rows.shape[1]

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        return spread_warnings(rows - rows.mean(axis=0))


class OnlineWhitening(WhiteningTransformer):
    r"""Whiten data online, by linear neurons that interneurons make uncorrelated.

    With fewer components than features it is the principal subspace that is whitened. The mean of the data need not be
    removed: it is transformed like all else.

    Parameters
    ----------
    n_components : int or None, default=None
        Number of outputs, at most the number of directions in which the data vary. None: as many as features.
    learning_rate : float in (0, 1), default=0.01
        Rate at the first sample.
    learning_rate_decay : float, default=0.01
        The rate is `learning_rate` / (1 + decay t) at sample t: with the defaults 1 / (t + 100).
    smallest_learning_rate : float, default=0.0
        What the rate does not fall below; positive for data that drift.
    input_variance : "auto" or float, default="auto"
        Mean variance of a feature, which scales the start. "auto" takes it from the data of `fit` or from the first
        ones of `partial_fit`; where results must not depend on chunks, give a number.
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
        The linear map from sample to output.
    input_variance_ : float
        Mean variance that the start was scaled by.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : WhiteningNetwork
        The network, for `bouton.run` and `bouton.respond`.
    state_ : WhiteningState
        Its state.

    References
    ----------
    C. Pehlevan, S. Mohan, D. B. Chklovskii, Neural Computation 29:2925, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton import OnlineWhitening
    >>> X = np.random.default_rng(0).normal(size=(20_000, 2)) @ np.array([[2.0, 1.0], [0.0, 1.0]])
    >>> model = OnlineWhitening(random_state=0).fit(X)
    >>> bool(model.score(X) > -0.05)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        **RATE_CONSTRAINTS,
        "n_components": [None, Interval(Integral, 1, None, closed="left")],
        "input_variance": SCALE,
    }

    circuit_: WhiteningNetwork
    state_: WhiteningState

    def __init__(
        self,
        n_components: int | None = None,
        *,
        learning_rate: float = 0.01,
        learning_rate_decay: float = 0.01,
        smallest_learning_rate: float = 0.0,
        input_variance: float | Literal["auto"] = "auto",
        epochs: int = 1,
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        verbose: bool | int = False,
    ):
        self.n_components = n_components
        self.learning_rate = learning_rate
        self.learning_rate_decay = learning_rate_decay
        self.smallest_learning_rate = smallest_learning_rate
        self.input_variance = input_variance
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _circuit(self, n_features: int) -> WhiteningNetwork:
        return WhiteningNetwork(
            n_features, check_fits(self.n_components, n_features), self._schedule(), self.input_variance_
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """The linear map from sample to output."""
        return self._responses(np.eye(self.n_features_in_)).T

    def score(self, X: ArrayLike, y: Any = None) -> float:
        r"""Return how white the outputs for rows are: minus the distance of their covariance from the identity.

        .. math:: -\|C - I\|_F / \sqrt m

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
        outputs = self._responses(self._rows_like_before(X)).astype(np.float64)
        deviations = outputs - outputs.mean(axis=0)
        covariance = deviations.T @ deviations / len(outputs)
        return -float(np.linalg.norm(covariance - np.eye(len(covariance))) / np.sqrt(len(covariance)))
