"""`OnlineSourceSeparation`: blind separation of non-negative sources as a scikit-learn estimator."""

from numbers import Integral, Real
from typing import Any, ClassVar, Literal

from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from bouton.dynamics import CoordinateDescent
from bouton.engine import Run, respond
from bouton.estimators._rates import RATE_CONSTRAINTS, SCALE, check_fits
from bouton.estimators.adapter import CircuitTransformer
from bouton.estimators.nonnegative import silence_warnings
from bouton.estimators.whitening import WhiteningTransformer
from bouton.plasticity import LearningRate
from bouton.similarity import SeparationState, SourceSeparationNetwork, relative_similarity_error

__all__ = ["OnlineSourceSeparation"]


class OnlineSourceSeparation(WhiteningTransformer):
    r"""Recover non-negative independent sources from their linear mixtures, online and without knowing the mixing.

    Sources should often be near zero. They come out in any order, scaled to unit variance.

    Parameters
    ----------
    n_components : int or None, default=None
        Number of sources, at most the number of features. None: as many as features.
    learning_rate : float in (0, 1), default=0.05
        Rate of the rotating layer at the first sample.
    learning_rate_decay : float, default=0.001
        That rate is `learning_rate` / (1 + decay t) at sample t.
    smallest_learning_rate : float, default=0.0
        What it does not fall below; positive for mixtures that drift.
    whitening_rate : float in (0, 1), default=0.01
        Rate of the whitening layer at the first sample.
    whitening_rate_decay : float, default=0.01
        How fast that rate falls, likewise.
    input_variance : "auto" or float, default="auto"
        Mean variance of a feature, which scales the start. "auto" takes it from the data of `fit` or from the first
        ones of `partial_fit`; where results must not depend on chunks, give a number.
    leak : float, default=0.0
        Added to the self-inhibition of the rotating layer: bounds its outputs.
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
        Seeds order and initial weights. From some starts a component stays silent, and a warning says so: try another.
    verbose : bool or int, default=False
        Whether learning shows a progress bar.

    Attributes
    ----------
    input_variance_ : float
        Mean variance that the start was scaled by.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : SourceSeparationNetwork
        The network, for `bouton.run` and `bouton.respond`.
    state_ : SeparationState
        Its state.

    References
    ----------
    C. Pehlevan, S. Mohan, D. B. Chklovskii, Neural Computation 29:2925, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton import OnlineSourceSeparation
    >>> from bouton.data import nonnegative_mixture
    >>> X, sources, _ = nonnegative_mixture(2, n_samples=10_000, seed=0)
    >>> outputs = OnlineSourceSeparation(random_state=0).fit_transform(X)
    >>> bool((np.corrcoef(outputs.T, sources.T)[:2, 2:].max(axis=0) > 0.99).all())
    True
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        **RATE_CONSTRAINTS,
        "n_components": [None, Interval(Integral, 1, None, closed="left")],
        "whitening_rate": [Interval(Real, 0, 1, closed="neither")],
        "whitening_rate_decay": [Interval(Real, 0, None, closed="left")],
        "input_variance": SCALE,
        "leak": [Interval(Real, 0, None, closed="left")],
        "tolerance": [Interval(Real, 0, None, closed="left")],
        "max_sweeps": [Interval(Integral, 1, None, closed="left")],
    }

    circuit_: SourceSeparationNetwork
    state_: SeparationState

    def __init__(
        self,
        n_components: int | None = None,
        *,
        learning_rate: float = 0.05,
        learning_rate_decay: float = 0.001,
        smallest_learning_rate: float = 0.0,
        whitening_rate: float = 0.01,
        whitening_rate_decay: float = 0.01,
        input_variance: float | Literal["auto"] = "auto",
        leak: float = 0.0,
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
        self.whitening_rate = whitening_rate
        self.whitening_rate_decay = whitening_rate_decay
        self.input_variance = input_variance
        self.leak = leak
        self.tolerance = tolerance
        self.max_sweeps = max_sweeps
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _circuit(self, n_features: int) -> SourceSeparationNetwork:
        floor = float(self.smallest_learning_rate)
        return SourceSeparationNetwork(
            n_features,
            check_fits(self.n_components, n_features),
            learning_rate=self._schedule(),
            whitening_rate=LearningRate(float(self.whitening_rate), float(self.whitening_rate_decay), floor=floor),
            input_variance=self.input_variance_,
            leak=float(self.leak),
            dynamics=CoordinateDescent(float(self.tolerance), int(self.max_sweeps)),
        )

    def score(self, X: ArrayLike, y: Any = None) -> float:
        """Return how well the outputs for rows keep the similarities of the whitened rows, the aim of the second layer.

        It is the negative relative similarity error between both layers: a rotation, which sources are of whitened
        mixtures, scores 0.

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
        whitened = respond(self.circuit_.whitening, self.state_.whitening, rows)
        return -relative_similarity_error(whitened, self._responses(rows))

    def _result_warnings(self, before: SeparationState, learned: Run) -> list[str]:
        return silence_warnings(learned.state.rotation.lateral)
