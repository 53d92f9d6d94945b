"""`OnlineNSM`: non-negative similarity matching as a scikit-learn estimator."""

from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from bouton.dynamics import CoordinateDescent
from bouton.engine import Run
from bouton.estimators._rates import RATE_CONSTRAINTS, SCALE, RatedTransformer, mean_power
from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.similarity import NonnegativeTransformer
from bouton.similarity import MinMaxState, NonnegativeSimilarityMatching, similarity_error

__all__ = ["OnlineNSM", "silence_warnings"]

_LONG_SILENT = 1e-6


def silence_warnings(lateral: Any) -> list[str]:
    """Return a warning where neurons have been silent for long, as their mean squared activity tells."""
    activity = np.diagonal(np.asarray(lateral))
    silent = int(np.sum(activity <= _LONG_SILENT * activity.max()))
    if not silent:
        return []
    return [
        f"{silent} of {len(activity)} components have fallen silent, and may stay so: try another random_state, or "
        "fewer components"
    ]


class OnlineNSM(NonnegativeTransformer, RatedTransformer):
    r"""Cluster, find features or tile a manifold by rectifying neurons that learn online, with a shared learning rate.

    The outputs are non-negative and keep the similarities of the samples,
    :math:`\min_{Y \ge 0} \|X X^\top - Y Y^\top\|_F^2`. `OnlineSNMF` has the same objective, recruits its components and
    needs no learning rate; here all components take part from the start, and a rate that stays follows data that drift.

    Parameters
    ----------
    n_components : int, default=16
        Number of neurons m.
    learning_rate : float in (0, 1), default=0.2
        Rate at the first sample.
    learning_rate_decay : float, default=0.2
        The rate is `learning_rate` / (1 + decay t) at sample t: with the defaults 1 / (t + 5).
    smallest_learning_rate : float, default=0.0
        What the rate does not fall below; positive for data that drift.
    leak : float, default=0.0
        :math:`l_2`, added to each neuron's self-inhibition, in units of :math:`|x|^2`.
    threshold : float, default=0.0
        :math:`l_1`, taken off each neuron's drive, in units of :math:`|x|^3`: sparser outputs.
    input_power : "auto" or float, default="auto"
        Mean squared length of the samples, which scales the start. "auto" takes it from the data of `fit` or from the
        first ones of `partial_fit`; where results must not depend on chunks, give a number.
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
        Feed-forward weights W, mean products of output and sample.
    lateral_ : array (n_components, n_components)
        Inhibitory lateral weights M, mean products of outputs.
    input_power_ : float
        Mean squared length that the start was scaled by.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : NonnegativeSimilarityMatching
        The network, for `bouton.run` and `bouton.respond`.
    state_ : MinMaxState
        Its state.

    References
    ----------
    C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Neural Computation 30:84, 2018.

    Examples
    --------
    >>> from bouton import OnlineNSM
    >>> from bouton.data import ring
    >>> X, angles = ring(2000, seed=0)
    >>> model = OnlineNSM(8, random_state=0).fit(X)
    >>> labels = model.predict(X)
    >>> bool((labels >= 0).all())
    True
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        **RATE_CONSTRAINTS,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "leak": [Interval(Real, 0, None, closed="left")],
        "threshold": [Interval(Real, 0, None, closed="left")],
        "input_power": SCALE,
        "tolerance": [Interval(Real, 0, None, closed="left")],
        "max_sweeps": [Interval(Integral, 1, None, closed="left")],
    }

    circuit_: NonnegativeSimilarityMatching
    state_: MinMaxState
    input_power_: float

    def __init__(
        self,
        n_components: int = 16,
        *,
        learning_rate: float = 0.2,
        learning_rate_decay: float = 0.2,
        smallest_learning_rate: float = 0.0,
        leak: float = 0.0,
        threshold: float = 0.0,
        input_power: float | Literal["auto"] = "auto",
        tolerance: float = 1e-6,
        max_sweeps: int = 100,
        epochs: int = 1,
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        verbose: bool | int = False,
    ):
        self.n_components = n_components
        self.learning_rate = learning_rate
        self.learning_rate_decay = learning_rate_decay
        self.smallest_learning_rate = smallest_learning_rate
        self.leak = leak
        self.threshold = threshold
        self.input_power = input_power
        self.tolerance = tolerance
        self.max_sweeps = max_sweeps
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _measure_scale(self, rows: np.ndarray) -> None:
        self.input_power_ = mean_power(rows, self.input_power)

    def _circuit(self, n_features: int) -> NonnegativeSimilarityMatching:
        return NonnegativeSimilarityMatching(
            n_features,
            int(self.n_components),
            self._schedule(),
            input_power=self.input_power_,
            leak=float(self.leak),
            threshold=float(self.threshold),
            dynamics=CoordinateDescent(float(self.tolerance), int(self.max_sweeps)),
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Feed-forward weights W."""
        return np.array(self.state_.feedforward)

    @property
    def lateral_(self) -> Float[np.ndarray, "components components"]:
        """Lateral weights M."""
        return np.array(self.state_.lateral)

    def score(self, X: ArrayLike, y: Any = None) -> float:
        r"""Return the model's own objective for rows, negative: the greater the better.

        .. math::

            -\frac{\|X X^\top - Y Y^\top\|_F^2 + 2\, T\, l_2 \sum_{ti} y_{ti}^2 + 4\, T\, l_1 \sum_{ti} y_{ti}}
                {\|X X^\top\|_F^2}

        with T rows; without leak and threshold it is the relative similarity error.

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
        effort = 2 * float(self.leak) * np.sum(outputs**2) + 4 * float(self.threshold) * np.sum(outputs)
        cost = similarity_error(rows, outputs) + len(rows) * float(effort)
        # Rows that are all zero leave all components silent, at no cost.
        return -cost / power if power else 0.0

    def _result_warnings(self, before: MinMaxState, learned: Run) -> list[str]:
        return silence_warnings(learned.state.lateral)
