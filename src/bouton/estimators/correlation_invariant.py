"""`CorrelationInvariant`: the neurons of Brito and Gerstner (2024) as a scikit-learn estimator, without whitening."""

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float, PyTree
from numpy.random import RandomState
from sklearn.utils._param_validation import Interval, StrOptions

from bouton.engine import Run
from bouton.estimators.adapter import CircuitTransformer
from bouton.features import CorrelationInvariantNeurons, CorrelationInvariantState

__all__ = ["CorrelationInvariant"]


class CorrelationInvariant(CircuitTransformer):
    r"""Find sparse directions of correlated data without whitening, by neurons whose depression is Hebbian.

    Each component learns by :math:`\Delta w = \langle (y^p - (h / h_0)\, y)\, x \rangle` with
    :math:`y = \max(0, w^\top x)` and :math:`h = \langle y^p \rangle`. An invertible linear map of the data leaves the
    fixed points' outputs as they are. Components learn independently and several may find the same direction.

    Parameters
    ----------
    n_components : int, default=16
        Number of neurons.
    rule : {"invariant", "kurtosis", "heterosynaptic", "oja"}, default="invariant"
        p = 2, p = 3, or a rule that follows the covariance instead, to compare with.
    target : float, default=1.0
        :math:`h_0`, the size of the responses; of "oja", the squared length of the weights.
    weight_decay : float, default=1.0
        Strength of the decay of "heterosynaptic".
    learning_rate : float, default=0.001
        Size of a step, one for each sample, for data of unit variance.
    averaging_time : float, default=500.0
        Number of samples that the level h averages over: several times fewer than what the weights need to move.
    nonnegative : bool, default=False
        Whether weights stay at 0 or above.
    epochs : int, default=10
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
        The neurons' weights, by which they weigh centred data.
    mean_ : array (n_features,)
        Mean of the rows of `fit`, or of the first ones of `partial_fit`.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : CorrelationInvariantNeurons
        The circuit, for `bouton.run` and `bouton.respond`, of centred rows.
    state_ : PyTree of arrays
        Its state.

    References
    ----------
    C. S. N. Brito, W. Gerstner, "Learning what matters: Synaptic plasticity with invariance to second-order input
    correlations", PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    A sparse source under a fluctuation of three times its size:

    >>> import numpy as np
    >>> from bouton import CorrelationInvariant
    >>> rng = np.random.default_rng(0)
    >>> source = 3.0 * (rng.random(20_000) < 0.1)
    >>> X = np.outer(source, [1, 1, 0]) + np.outer(3 * rng.normal(size=20_000), [0, 1, 1])
    >>> X += 0.3 * rng.normal(size=X.shape)
    >>> outputs = CorrelationInvariant(3, random_state=0).fit(X).transform(X)
    >>> bool(max(np.corrcoef(output, source)[0, 1] for output in outputs.T) > 0.95)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "rule": [StrOptions({"invariant", "kurtosis", "heterosynaptic", "oja"})],
        "target": [Interval(Real, 0, None, closed="neither")],
        "weight_decay": [Interval(Real, 0, None, closed="neither")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "averaging_time": [Interval(Real, 1, None, closed="left")],
        "nonnegative": ["boolean"],
    }

    circuit_: CorrelationInvariantNeurons
    state_: CorrelationInvariantState

    def __init__(
        self,
        n_components: int = 16,
        *,
        rule: Any = "invariant",
        target: float = 1.0,
        weight_decay: float = 1.0,
        learning_rate: float = 1e-3,
        averaging_time: float = 500.0,
        nonnegative: bool = False,
        epochs: int = 10,
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        verbose: bool | int = False,
    ):
        self.n_components = n_components
        self.rule = rule
        self.target = target
        self.weight_decay = weight_decay
        self.learning_rate = learning_rate
        self.averaging_time = averaging_time
        self.nonnegative = nonnegative
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _measure_scale(self, rows: np.ndarray) -> None:
        self.mean_ = rows.mean(axis=0, dtype=np.float64)
        self._deviation = float(np.sqrt(np.mean((rows - self.mean_) ** 2))) or 1.0

    def _circuit(self, n_features: int) -> CorrelationInvariantNeurons:
        return CorrelationInvariantNeurons(
            n_features,
            int(self.n_components),
            self.rule,
            float(self.target),
            float(self.weight_decay),
            float(self.learning_rate),
            float(self.averaging_time),
            nonnegative=bool(self.nonnegative),
            input_deviation=self._deviation,
        )

    def _learn(self, rows: np.ndarray, **options: Any) -> None:
        super()._learn(self._centred(rows), **options)

    def _responses(self, rows: np.ndarray) -> Float[np.ndarray, "samples components"]:
        return super()._responses(self._centred(rows))

    def _centred(self, rows: np.ndarray) -> np.ndarray:
        return (rows - self.mean_).astype(rows.dtype)

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        # The mean is taken off, and scales make no difference.
        return []

    def _result_warnings(self, before: PyTree, learned: Run) -> list[str]:
        # A silent neuron's level decays by a constant share each sample and comes to nothing.
        silent = int(np.sum(np.asarray(learned.state.level) < 1e-6 * float(self.target)))
        if not silent:
            return []
        return [
            f"{silent} of {self.n_components} neurons have fallen silent and no longer learn: lower learning_rate or "
            "averaging_time"
        ]

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """The neurons' weights."""
        return np.array(self.state_.feedforward)
