"""`OnlineManifoldTiling`: the online network of manifold tiling as a scikit-learn estimator."""

from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from bouton.engine import Run
from bouton.estimators._rates import RATE_CONSTRAINTS, SCALE, RatedTransformer, mean_power
from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.nonnegative import silence_warnings
from bouton.estimators.similarity import NonnegativeTransformer
from bouton.similarity import ManifoldTilingNetwork, ManifoldTilingState

__all__ = ["OnlineManifoldTiling"]


class OnlineManifoldTiling(NonnegativeTransformer, RatedTransformer):
    r"""Tile the manifold that samples lie on with localised, non-negative outputs, learning online.

    Outputs keep the similarities of the samples, while the power of outputs along any direction stays below a limit:
    each component comes to respond to a patch of its own, and the patches cover the manifold. Centre the data first.

    Parameters
    ----------
    n_components : int, default=16
        Number of neurons m.
    offset : float, default=0.7
        :math:`\alpha`, taken off every similarity, in units of the mean squared length of samples: the larger, the less
        the components respond. A manifold with more dimensions wants less.
    power_limit : float, default=1.0
        :math:`\beta`, largest mean square of the outputs along any direction.
    learning_rate : float in (0, 1), default=0.05
        Rate at the first sample.
    learning_rate_decay : float, default=0.001
        The rate is `learning_rate` / (1 + decay t) at sample t.
    smallest_learning_rate : float, default=0.0
        What the rate does not fall below; positive for data that drift.
    input_power : "auto" or float, default="auto"
        Mean squared length of the samples, which scales start and offset. "auto" takes it from the data of `fit` or
        from the first ones of `partial_fit`; where results must not depend on chunks, give a number.
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
        Feed-forward weights W, mean products of output and sample.
    inhibition_ : array (n_components, n_components)
        Weights V between components and interneurons.
    input_power_ : float
        Mean squared length that start and offset were scaled by.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : ManifoldTilingNetwork
        The network, for `bouton.run` and `bouton.respond`.
    state_ : ManifoldTilingState
        Its state.

    References
    ----------
    A. M. Sengupta, C. Pehlevan, M. Tepper, A. Genkin, D. B. Chklovskii, NeurIPS 2018.

    Examples
    --------
    >>> from bouton import OnlineManifoldTiling
    >>> from bouton.data import ring
    >>> X, angles = ring(5000, seed=0)
    >>> model = OnlineManifoldTiling(6, random_state=0).fit(X)
    >>> outputs = model.transform(X)
    >>> bool((outputs > 0).any(axis=1).mean() > 0.9), bool((outputs > 0).sum(axis=1).mean() < 2)
    (True, True)
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        **RATE_CONSTRAINTS,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "offset": [Interval(Real, 0, None, closed="left")],
        "power_limit": [Interval(Real, 0, None, closed="neither")],
        "input_power": SCALE,
    }

    circuit_: ManifoldTilingNetwork
    state_: ManifoldTilingState
    input_power_: float

    def __init__(
        self,
        n_components: int = 16,
        *,
        offset: float = 0.7,
        power_limit: float = 1.0,
        learning_rate: float = 0.05,
        learning_rate_decay: float = 0.001,
        smallest_learning_rate: float = 0.0,
        input_power: float | Literal["auto"] = "auto",
        epochs: int = 1,
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        verbose: bool | int = False,
    ):
        self.n_components = n_components
        self.offset = offset
        self.power_limit = power_limit
        self.learning_rate = learning_rate
        self.learning_rate_decay = learning_rate_decay
        self.smallest_learning_rate = smallest_learning_rate
        self.input_power: float | Literal["auto"] = input_power
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _measure_scale(self, rows: np.ndarray) -> None:
        self.input_power_ = mean_power(rows, self.input_power)

    def _circuit(self, n_features: int) -> ManifoldTilingNetwork:
        return ManifoldTilingNetwork(
            n_features,
            int(self.n_components),
            offset=float(self.offset) * self.input_power_,
            power_limit=float(self.power_limit),
            learning_rate=self._schedule(),
            input_power=self.input_power_,
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Feed-forward weights W."""
        return np.array(self.state_.feedforward)

    @property
    def inhibition_(self) -> Float[np.ndarray, "interneurons components"]:
        """Weights V between components and interneurons."""
        return np.array(self.state_.inhibition)

    def score(self, X: ArrayLike, y: Any = None) -> float:
        r"""Return the model's own objective for rows, negative: how much similarity the outputs keep.

        .. math:: \|\langle y\, x^\top \rangle\|_F^2 - \alpha\, |\langle y \rangle|^2

        Parameters
        ----------
        X : array (n_samples, n_features)
            Rows, such as a held-out batch.
        y : None
            Ignored.

        Returns
        -------
        float
            In units of the power limit times the mean squared length of samples; 0 is what silence scores, greater is
            better. It rises with the power of the outputs too, which the limit bounds where learning has come to rest.

        Raises
        ------
        InputError
            If the data cannot be used.
        NotFittedError
            If nothing was learned yet.
        """
        rows = self._rows_like_before(X)
        return -self.circuit_.objective(self.state_, rows) / (float(self.power_limit) * self.input_power_)

    def _result_warnings(self, before: ManifoldTilingState, learned: Run) -> list[str]:
        return silence_warnings(learned.state.inhibition.T @ learned.state.inhibition)
