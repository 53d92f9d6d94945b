"""A classifier: a net of dense layers that learns without weight transport, or with it."""

from contextlib import nullcontext
from dataclasses import KW_ONLY
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.utils import assert_all_finite, check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import check_is_fitted

from bouton._fields import AtLeastZero, Count, Rate
from bouton.credit import (
    AlignedFeedback,
    AlignmentNetwork,
    AlignmentState,
    DenseLayer,
    DirectFeedback,
    ErrorFeedback,
    KolenPollack,
    SignSymmetry,
    WeightTransport,
    mini_batches,
)
from bouton.dynamics import Rectifier, Tanh
from bouton.engine import run
from bouton.errors import InputError
from bouton.estimators._checks import checked_rows
from bouton.estimators._declared import Accepts, Declared
from bouton.estimators._learned import Learned
from bouton.estimators._pieces import in_pieces

__all__ = ["AlignmentClassifier"]

Own = TypeVar("Own", bound="AlignmentClassifier")
_FEEDBACK = {
    "backpropagation": WeightTransport,
    "symmetric": AlignedFeedback.symmetric,
    "activation": AlignedFeedback.activation,
    "information": AlignedFeedback.information,
    "weight mirror": AlignedFeedback.weight_mirror,
    "kolen-pollack": KolenPollack,
    "sign symmetry": SignSymmetry,
    "direct": DirectFeedback,
    "fixed": AlignedFeedback,
}
_ACTIVATIONS = {"tanh": Tanh, "relu": Rectifier}


class AlignmentClassifier(Declared, Learned[AlignmentNetwork, AlignmentState], ClassifierMixin, BaseEstimator):
    r"""A net of dense layers whose errors come down by feedback weights that align with the forward ones, or need not.

    Features should be of order one: put a `StandardScaler` before it where they are not.

    Parameters
    ----------
    hidden
        Units of each hidden layer, the lowest first.
    algorithm
        How errors come down: see `bouton.credit`; "fixed" is feedback alignment.
    activation
        Of hidden units.
    learning_rate
        Of the forward weights.
    weight_decay
        Of the forward weights; "kolen-pollack" aligns by it.
    batch_size
        Samples of a mini-batch in `fit`; `partial_fit` takes one sample after the other.
    epochs
        Passes over the rows in `fit`, each in another order.
    random_state
        Seeds weights, orders and noise.
    verbose
        Whether learning shows a progress bar.

    Attributes
    ----------
    circuit_
        The circuit.
    state_
        Its state after the last row that was learned from.
    classes_ : array (n_classes,)
        The labels, in the order of the outputs.
    n_samples_seen_ : int
        Number of rows learned from, each pass counted.
    n_features_in_ : int
        Number of features.

    References
    ----------
    D. Kunin, A. Nayebi, J. Sagastuy-Brena, S. Ganguli, J. M. Bloom, D. L. K. Yamins, ICML 2020, arXiv:2003.01513.

    Examples
    --------
    >>> from bouton import AlignmentClassifier
    >>> from bouton.data import load_digits
    >>> digits = load_digits(normalise=False)
    >>> pixels = digits.data / 16
    >>> model = AlignmentClassifier((32,), random_state=0).fit(pixels[:1500], digits.labels[:1500])
    >>> model.score(pixels[1500:], digits.labels[1500:]) > 0.9
    True
    """

    hidden: Annotated[tuple[int, ...], Accepts("tuple of int", (tuple, list))] = (32,)
    algorithm: Literal[
        "symmetric",
        "activation",
        "information",
        "weight mirror",
        "kolen-pollack",
        "sign symmetry",
        "direct",
        "fixed",
        "backpropagation",
    ] = "symmetric"
    _: KW_ONLY
    activation: Literal["tanh", "relu"] = "tanh"
    learning_rate: Rate = 0.1
    weight_decay: AtLeastZero = 1e-3
    batch_size: Count = 16
    epochs: Count = 20
    random_state: Annotated[int | RandomState | None, Accepts("int, RandomState or None", ("random_state",))] = None
    verbose: Annotated[bool | int, Accepts("bool or int", ("verbose",))] = False

    def _circuit(self, n_features: int, n_classes: int, batch_size: int) -> AlignmentNetwork:
        feedback: ErrorFeedback = _FEEDBACK[self.algorithm]()
        layers = [*(DenseLayer(units, _ACTIVATIONS[self.activation]()) for units in self.hidden), DenseLayer(n_classes)]
        return AlignmentNetwork(
            layers,
            (n_features,),
            feedback,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            batch_size=batch_size,
            measures=(),
        )

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self: Own, X: ArrayLike, y: ArrayLike) -> Own:
        """Learn from labelled rows, from the initial state on.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Samples.
        y : array (n_samples,)
            Labels.

        Returns
        -------
        self

        Raises
        ------
        InputError, Diverged
            If the data or a parameter cannot be used, or weights explode; the estimator is not fitted then.
        """
        rows, labels = self._checked(X, y, reset=True)
        self._begin(rows, unique_labels(labels))
        size = min(self.batch_size, len(rows))
        with self._whole_or_nothing():
            self._learn(rows, labels, size, self.epochs)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self: Own, X: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None) -> Own:
        """Go on with labelled rows, one after the other in their order.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Samples.
        y : array (n_samples,)
            Labels.
        classes : array (n_classes,), optional
            All labels that there will be, at the first call. Default: those of the first call.

        Raises
        ------
        InputError, Diverged
            As in `fit`; the estimator stays as it was, not fitted after a first call.
        """
        is_first = not hasattr(self, "state_")
        rows, labels = self._checked(X, y, reset=is_first)
        if is_first:
            self._begin(rows, unique_labels(labels if classes is None else classes))
        with self._whole_or_nothing() if is_first else nullcontext():
            self._learn(rows, labels, 1, None)
        return self

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Samples.

        Returns
        -------
        array (n_samples, n_classes)
        """
        check_is_fitted(self)
        rows = checked_rows(self, X, reset=False)
        found = np.asarray(in_pieces(lambda piece: self.circuit_.outputs(self.state_, piece), rows), float)
        return found / found.sum(axis=1, keepdims=True)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the most probable class.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Samples.

        Returns
        -------
        array (n_samples,)
        """
        check_is_fitted(self)
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def _checked(self, X: ArrayLike, y: ArrayLike | None, reset: bool) -> tuple[np.ndarray, np.ndarray]:
        if y is None:
            raise InputError(f"{type(self).__name__} requires y to be passed, but the target y is None")
        rows = checked_rows(self, X, reset=reset)
        labels = column_or_1d(y, warn=True)
        assert_all_finite(labels, input_name="y")
        check_consistent_length(rows, labels)
        check_classification_targets(labels)
        return rows, labels

    def _begin(self, rows: np.ndarray, classes: np.ndarray) -> None:
        given: Any = self.random_state
        self._seed = int(given if isinstance(given, int | np.integer) else check_random_state(given).randint(2**31 - 1))
        self.classes_ = classes
        self.circuit_ = self._circuit(rows.shape[1], len(classes), 1)
        self.state_ = self.circuit_.init(self._key)
        self._steps, self.n_samples_seen_ = 0, 0

    def _learn(self, rows: np.ndarray, labels: np.ndarray, size: int, epochs: int | None) -> None:
        """Learn in mini-batches of random order, or, where no epochs are said, in the order of the rows."""
        numbers = np.searchsorted(self.classes_, labels)
        known = self.classes_[np.minimum(numbers, len(self.classes_) - 1)] == labels
        if not np.all(known):
            raise InputError(f"y holds {labels[~known][0]!r}, which is none of the classes {self.classes_.tolist()}")
        circuit = self._circuit(rows.shape[1], len(self.classes_), size)
        each = {"n_classes": len(self.classes_), "seed": self._seed % 2**32}
        events = mini_batches(rows, numbers, size, epochs=epochs or 1, shuffle=epochs is not None, **each)
        options: dict[str, Any] = {"first_step": self._steps, "progress": bool(self.verbose)}
        learned = run(circuit, events, key=self._key, state=self.state_, **options)
        self.state_, self._steps = learned.state, learned.steps + self._steps
        self.n_samples_seen_ += events.inputs.shape[0] * size
