"""`OnlineWhitening`: the network with whitening interneurons as a scikit-learn estimator."""

from typing import Literal

import numpy as np
from jaxtyping import Float

from bouton._fields import Positive
from bouton._models import VARIANCE
from bouton.estimators._checks import spread_warnings
from bouton.estimators._declared import KW_ONLY
from bouton.estimators._rates import RatedTransformer, check_fits, measured
from bouton.estimators.adapter import C, S
from bouton.similarity import WhiteningNetwork, WhiteningState

__all__ = ["OnlineWhitening", "WhiteningTransformer"]


class WhiteningTransformer(RatedTransformer[C, S], kw_only=True):
    """What estimators that whiten share: the scale of the start is the data's variance, and their mean is no matter.

    Parameters
    ----------
    input_variance
        Mean variance of a feature, which scales the start. "auto" takes it from the data of `fit` or from the first
        ones of `partial_fit`; where results must not depend on chunks, give a number.

    Attributes
    ----------
    input_variance_ : float
        Mean variance that the start was scaled by.
    """

    input_variance: Positive | Literal["auto"] = "auto"

    _from_first_rows = ("input_variance",)

    def _measure_scale(self, rows: np.ndarray) -> None:
        self.input_variance_ = measured(rows, VARIANCE, self.input_variance)

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        return spread_warnings(rows - rows.mean(axis=0))


class OnlineWhitening(WhiteningTransformer[WhiteningNetwork, WhiteningState]):
    r"""Whiten data online, by linear neurons that interneurons make uncorrelated.

    With fewer components than features it is the principal subspace that is whitened. The mean of the data need not be
    removed: it is transformed like all else.

    Parameters
    ----------
    n_components
        Number of outputs, at most the number of directions in which the data vary. None: as many as features.
    learning_rate_decay
        The rate is `learning_rate` / (1 + decay t) at sample t: with the defaults 1 / (t + 100).

    Attributes
    ----------
    components_ : array (n_components, n_features)
        The linear map from sample to output.

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

    n_components: int | None = None
    _: KW_ONLY
    learning_rate: float = 0.01
    learning_rate_decay: float = 0.01

    def _circuit(self, n_features: int) -> WhiteningNetwork:
        return WhiteningNetwork(
            n_features, check_fits(self.n_components, n_features), self._schedule(), self.input_variance_
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """The linear map from sample to output."""
        return self._responses(np.eye(self.n_features_in_)).T

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return how white the outputs for rows are: minus the distance of their covariance from the identity.

        .. math:: -\|C - I\|_F / \sqrt m

        0 is perfect, -1 is what silence scores.
        """
        outputs = self._responses(rows).astype(np.float64)
        deviations = outputs - outputs.mean(axis=0)
        covariance = deviations.T @ deviations / len(outputs)
        return -float(np.linalg.norm(covariance - np.eye(len(covariance))) / np.sqrt(len(covariance)))
