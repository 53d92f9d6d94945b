"""`OnlineCorrelationGame`: the network of the correlation game as a scikit-learn estimator."""

from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from bouton.estimators._checks import spread_warnings
from bouton.estimators._rates import RATE_CONSTRAINTS, SCALE, RatedTransformer, mean_power
from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.similarity import NonnegativeTransformer
from bouton.similarity import CorrelationGameNetwork, CorrelationGameState

__all__ = ["OnlineCorrelationGame"]


class OnlineCorrelationGame(NonnegativeTransformer, RatedTransformer):
    r"""Find the parts that non-negative samples are made of, learning online.

    Components seek correlation with the samples, inhibition keeps the correlation of any two components below a bound,
    and the excitatory weights of a component compete for a total, so that most of them end at exactly zero.

    Parameters
    ----------
    n_components : int, default=16
        Number of neurons m.
    correlation_bound : float, default=0.1
        :math:`p^2`, largest mean product of the outputs of two components, whose mean squares are at most 1: the
        smaller, the sparser the outputs.
    decay : float, default=0.01
        :math:`\gamma`, decay of excitatory weights.
    competition : float, default=0.5
        :math:`\kappa`, how strongly the weights of a component compete.
    total_weight : float, default=2.0
        :math:`\rho`, the total weight they compete for, for samples of mean squared length 1.
    leak : float, default=0.02
        Keeps outputs finite where there is no inhibition, for samples of mean squared length 1.
    learning_rate : float in (0, 1), default=0.01
        Rate of inhibition at the first sample; excitation learns at half of it.
    learning_rate_decay : float, default=0.0003
        The rate is `learning_rate` / (1 + decay t) at sample t.
    smallest_learning_rate : float, default=0.0
        What the rate does not fall below; positive for data that drift.
    input_power : "auto" or float, default="auto"
        Mean squared length of the samples. "auto" takes it from the data of `fit` or from the first ones of
        `partial_fit`; where results must not depend on chunks, give a number.
    epochs : int, default=1
        Number of passes over the data in `fit`; the bounds are met after some ten thousand samples.
    shuffle : bool, default=True
        Whether `fit` takes the rows in random order, anew in each pass.
    random_state : int, RandomState or None, default=None
        Seeds order and initial weights.
    verbose : bool or int, default=False
        Whether learning shows a progress bar.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Excitatory weights W.
    lateral_ : array (n_components, n_components)
        Inhibitory weights L, the Lagrange multipliers of the bounds.
    input_power_ : float
        Mean squared length that the network was scaled by.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : CorrelationGameNetwork
        The network, for `bouton.run` and `bouton.respond`.
    state_ : CorrelationGameState
        Its state.

    References
    ----------
    H. S. Seung, J. Zung, arXiv:1704.00646, 2017; recalled in structure, the defaults are choices of this library.

    Examples
    --------
    >>> from bouton import OnlineCorrelationGame
    >>> from bouton.data import load_digits
    >>> X = load_digits().data
    >>> model = OnlineCorrelationGame(8, epochs=5, random_state=0).fit(X)
    >>> bool((model.components_ == 0).mean() > 0.3), bool(model.components_.min() >= 0)
    (True, True)
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        **RATE_CONSTRAINTS,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "correlation_bound": [Interval(Real, 0, None, closed="left")],
        "decay": [Interval(Real, 0, None, closed="left")],
        "competition": [Interval(Real, 0, None, closed="left")],
        "total_weight": [Interval(Real, 0, None, closed="neither")],
        "leak": [Interval(Real, 0, None, closed="neither")],
        "input_power": SCALE,
    }

    circuit_: CorrelationGameNetwork
    state_: CorrelationGameState
    input_power_: float

    def __init__(
        self,
        n_components: int = 16,
        *,
        correlation_bound: float = 0.1,
        decay: float = 0.01,
        competition: float = 0.5,
        total_weight: float = 2.0,
        leak: float = 0.02,
        learning_rate: float = 0.01,
        learning_rate_decay: float = 0.0003,
        smallest_learning_rate: float = 0.0,
        input_power: float | Literal["auto"] = "auto",
        epochs: int = 1,
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        verbose: bool | int = False,
    ):
        self.n_components = n_components
        self.correlation_bound = correlation_bound
        self.decay = decay
        self.competition = competition
        self.total_weight = total_weight
        self.leak = leak
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

    def _circuit(self, n_features: int) -> CorrelationGameNetwork:
        return CorrelationGameNetwork(
            n_features,
            int(self.n_components),
            correlation_bound=float(self.correlation_bound),
            decay=float(self.decay),
            competition=float(self.competition),
            total_weight=float(self.total_weight),
            leak=float(self.leak),
            input_power=self.input_power_,
            learning_rate=self._schedule(),
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Excitatory weights W."""
        return np.array(self.state_.feedforward)

    @property
    def lateral_(self) -> Float[np.ndarray, "components components"]:
        """Inhibitory weights L."""
        return np.array(self.state_.lateral)

    def score(self, X: ArrayLike, y: Any = None) -> float:
        r"""Return the value of the game for rows, with the present weights: the model's own objective.

        .. math::

            \Big\langle y^\top W x - \tfrac12\, y^\top (L + l I)\, y \Big\rangle + \tfrac12 \sum_{ij} L_{ij} D_{ij}
            - \tfrac\gamma2 \|W\|_F^2 - \tfrac\kappa2 \sum_i \Big(\sum_k W_{ik} - \rho\Big)^2

        Parameters
        ----------
        X : array (n_samples, n_features)
            Rows, such as a held-out batch.
        y : None
            Ignored.

        Returns
        -------
        float
            In units of the mean squared length of samples; excitation raises it and inhibition lowers it.

        Raises
        ------
        InputError
            If the data cannot be used.
        NotFittedError
            If nothing was learned yet.
        """
        rows = self._rows_like_before(X)
        return float(self.circuit_.payoff(self.state_, rows)) / self.input_power_

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        """Return warnings; unlike elsewhere a large mean is as it should be."""
        found = spread_warnings(rows - rows.mean(axis=0))
        if np.min(rows) < 0:
            found.append(
                f"X reaches down to {np.min(rows):.3g}, but weights are excitatory only: shift or rectify X, or split "
                "it into its positive and its negative part"
            )
        return found
