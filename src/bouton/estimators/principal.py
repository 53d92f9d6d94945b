"""`OnlinePrincipalSubspace`: the linear networks of similarity matching as a scikit-learn estimator."""

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from sklearn.utils._param_validation import Interval, StrOptions

from bouton.engine import Circuit
from bouton.estimators._rates import RATE_CONSTRAINTS, SCALE, RatedTransformer, check_fits, mean_power
from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.similarity import SimilarityTransformer
from bouton.similarity import FastSimilarityMatching, PrincipalSubspaceNetwork, SimilarityMatching

__all__ = ["OnlinePrincipalSubspace"]

_INITIAL_ACTIVITY = 10.0
"""In units of the input power: how long the cumulative algorithm remembers its start."""


class OnlinePrincipalSubspace(SimilarityTransformer, RatedTransformer):
    r"""Project on the principal subspace, learned online by a Hebbian/anti-Hebbian network.

    The outputs keep the similarities of the samples as well as any linear ones can,
    :math:`\min_Y \|X X^\top - Y Y^\top\|_F^2`: at rest they are the principal components, up to a rotation. Centre the
    data first, or the mean becomes a direction of the subspace.

    Parameters
    ----------
    n_components : int, default=2
        Dimension of the subspace, at most the number of features.
    algorithm : {"fast", "minmax", "cumulative"}, default="fast"
        "minmax": all synapses learn locally, at one rate (2018). "fast": the same outputs in less time, by an inverse
        that does not learn locally. "cumulative": the first such network (2015), a learning rate for each neuron.
    learning_rate : float in (0, 1), default=0.2
        Rate at the first sample; not used by "cumulative".
    learning_rate_decay : float, default=0.2
        The rate is `learning_rate` / (1 + decay t) at sample t: with the defaults 1 / (t + 5).
    smallest_learning_rate : float, default=0.0
        What the rate does not fall below; positive for data that drift.
    forgetting : float in (0, 1], default=1.0
        Discount of the past per sample, of "cumulative" alone.
    input_power : "auto" or float, default="auto"
        Mean squared length of the samples, which scales the start. "auto" takes it from the data of `fit` or from the
        first ones of `partial_fit`; where results must not depend on chunks, give a number.
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
        The linear map from sample to output; its rows are orthonormal once it has come to rest.
    input_power_ : float
        Mean squared length that the start was scaled by.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : FastSimilarityMatching, SimilarityMatching or PrincipalSubspaceNetwork
        The network, for `bouton.run` and `bouton.respond`.
    state_ : PyTree of arrays
        Its state.

    References
    ----------
    C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Neural Computation 30:84, 2018. A. Giovannucci et al., IEEE Big Data
    2018. C. Pehlevan, T. Hu, D. B. Chklovskii, Neural Computation 27:1461, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton import OnlinePrincipalSubspace
    >>> from bouton.data import load_digits
    >>> X = load_digits().data
    >>> model = OnlinePrincipalSubspace(3, epochs=5, random_state=0).fit(X - X.mean(axis=0))
    >>> bool(np.abs(model.components_ @ model.components_.T - np.eye(3)).max() < 0.1)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        **RATE_CONSTRAINTS,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "algorithm": [StrOptions({"fast", "minmax", "cumulative"})],
        "forgetting": [Interval(Real, 0, 1, closed="right")],
        "input_power": SCALE,
    }

    input_power_: float

    def __init__(
        self,
        n_components: int = 2,
        *,
        algorithm: Literal["fast", "minmax", "cumulative"] = "fast",
        learning_rate: float = 0.2,
        learning_rate_decay: float = 0.2,
        smallest_learning_rate: float = 0.0,
        forgetting: float = 1.0,
        input_power: float | Literal["auto"] = "auto",
        epochs: int = 1,
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        verbose: bool | int = False,
    ):
        self.n_components = n_components
        self.algorithm: Literal["fast", "minmax", "cumulative"] = algorithm
        self.learning_rate = learning_rate
        self.learning_rate_decay = learning_rate_decay
        self.smallest_learning_rate = smallest_learning_rate
        self.forgetting = forgetting
        self.input_power = input_power
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _measure_scale(self, rows: np.ndarray) -> None:
        self.input_power_ = mean_power(rows, self.input_power)

    def _circuit(self, n_features: int) -> Circuit[Any, Any]:
        sizes = (n_features, check_fits(self.n_components, n_features))
        rated: dict[str, Any] = {"learning_rate": self._schedule(), "input_power": self.input_power_}
        makers: dict[str, Callable[[], Circuit[Any, Any]]] = {
            "fast": lambda: FastSimilarityMatching(*sizes, **rated),
            "minmax": lambda: SimilarityMatching(*sizes, **rated),
            "cumulative": lambda: PrincipalSubspaceNetwork(
                *sizes, float(self.forgetting), _INITIAL_ACTIVITY * self.input_power_
            ),
        }
        return makers[self.algorithm]()

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """The linear map from sample to output."""
        return self._responses(np.eye(self.n_features_in_)).T
