"""The adapter from circuits to scikit-learn: whatever has a state and a step becomes a transformer.

A named estimator declares its parameters as fields, builds its circuit from them, and shows parts of the state as
fitted attributes. Checking data, running, going on, transforming, scoring, pickling: all that is here, no mathematics.
"""

import warnings
from abc import abstractmethod
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Annotated, Any, ClassVar, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, _fit_context
from sklearn.utils import Tags, check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from bouton._fields import Count
from bouton.engine import Run, respond, run
from bouton.errors import InputError
from bouton.estimators._checks import checked_rows, first_call_warnings, refuse_arguments, refuse_unfit, spread_warnings
from bouton.estimators._declared import Accepts, Declared
from bouton.estimators._learned import C, Learned, S

__all__ = ["C", "CircuitTransformer", "S"]
Own = TypeVar("Own", bound="CircuitTransformer")


def _can_score(estimator: Any) -> bool:
    return estimator._has_objective


class CircuitTransformer(
    Declared, Learned[C, S], ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator, kw_only=True
):
    """A circuit that learns from rows, as a scikit-learn transformer.

    A concrete estimator declares its parameters as fields with defaults, names the classes that say what they take
    (`_parts`, `_ranges`), and defines `_circuit`; `score` comes from `_objective`. Warnings of its own come from
    `_data_warnings` and `_result_warnings`.

    Parameters
    ----------
    epochs
        Number of passes over the data in `fit`.
    shuffle
        Whether `fit` takes the rows in random order, anew in each pass.
    random_state
        Seeds order and initial weights.
    verbose
        Whether learning shows a progress bar.

    Attributes
    ----------
    circuit_
        The circuit, for `bouton.run` and `bouton.respond`.
    state_
        Its state.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : array of str
        Names of the features, where X is a data frame with names that are all strings.
    """

    epochs: Count = 1
    shuffle: bool = True
    random_state: Annotated[int | RandomState | None, Accepts("int, RandomState or None", ("random_state",))] = None
    verbose: Annotated[bool | int, Accepts("bool or int", ("verbose",))] = False

    @abstractmethod
    def _circuit(self, n_features: int) -> C:
        """Return the circuit for rows of this width, from the estimator's parameters."""

    _from_first_rows: ClassVar[tuple[str, ...]] = ()
    """Parameters that "auto" takes from the rows of `fit` or of the first call of `partial_fit`."""

    _objective: ClassVar[Any] = None
    """A method from checked rows to a number, the greater the better; None where there is none."""

    @property
    def _has_objective(self) -> bool:
        return self._objective is not None

    def _measure_scale(self, rows: np.ndarray) -> None:
        """Take from the rows of `fit`, or of the first call of `partial_fit`, what the circuit's start is scaled by."""
        return

    def _left_to_rows(self) -> list[str]:
        """Return the parameters that the rows at hand decide."""
        given: dict[str, Any] = {name: getattr(self, name) for name in self._from_first_rows}
        return [name for name, value in given.items() if isinstance(value, str)]

    def _prepared(self, rows: np.ndarray) -> np.ndarray:
        """Return checked rows as the circuit takes them: centred or whitened, where the estimator says so."""
        return rows

    def _refuse(self, rows: np.ndarray, circuit: C) -> None:
        refuse_unfit(self._prepared(rows), circuit)

    def _watch(self) -> Mapping[str, int] | None:
        """Return what `fit` records for `_result_warnings`, each with the number of steps between values."""
        return None

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        """Return what to warn of before learning, one sentence each; a stream's first rows are no whole data set."""
        return spread_warnings(rows)

    def _result_warnings(self, before: Any, learned: Run) -> list[str]:
        """Return what to warn of after learning, one sentence each; `before` is the state it started from."""
        return []

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self: Own, X: ArrayLike, y: Any = None, **unsupported: Any) -> Own:
        """Learn from rows, from the initial state on.

        Parameters
        ----------
        X : array (n_samples, n_features)
            One sample per row.
        y : None
            Ignored.
        **unsupported
            Refused: `sample_weight` has no meaning for a circuit that takes one sample after the other.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        InputError
            If the data or a parameter cannot be used.
        Diverged
            If NaN, infinity or runaway weights appear; the estimator is not fitted then.
        """
        refuse_arguments(self, unsupported)
        rows = checked_rows(self, X, reset=True)
        self._begin(rows, is_stream=False)
        with self._whole_or_nothing():
            self._learn(rows, epochs=self.epochs, shuffle=bool(self.shuffle), record=self._watch())
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self: Own, X: ArrayLike, y: Any = None, **unsupported: Any) -> Own:
        """Learn from rows, once and in their order, from the present state on.

        What the parameters leave to the data ("auto": the scale of the start, the mean, the whitening) is taken from
        the rows of the first call alone and stays; a first call of few rows is warned of. Where these are given as
        numbers, the result is that of one pass over all rows, whatever the chunks: to the bit where samples are
        processed one by one, to rounding where weights are so many that the engine takes them in in exact blocks (see
        `bouton.run`).

        Parameters
        ----------
        X : array (n_samples, n_features)
            One sample per row.
        y : None
            Ignored.
        **unsupported
            Refused, as in `fit`.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        InputError
            If the data or a parameter cannot be used.
        Diverged
            If NaN, infinity or runaway weights appear; the estimator stays as it was, not fitted after a first call.
        """
        refuse_arguments(self, unsupported)
        is_first = not hasattr(self, "state_")
        rows = checked_rows(self, X, reset=is_first)
        if is_first:
            self._begin(rows, is_stream=True)
        else:
            self._adopt_parameters()
        with self._whole_or_nothing() if is_first else nullcontext():
            self._learn(rows)
        return self

    def transform(self, X: ArrayLike) -> Float[np.ndarray, "samples components"]:
        """Return the responses to rows; nothing is learned.

        Parameters
        ----------
        X : array (n_samples, n_features)
            One sample per row.

        Returns
        -------
        array (n_samples, n_components)
            The responses, in JAX's default type: single precision unless its switch for double precision is on.

        Raises
        ------
        InputError
            If the data cannot be used.
        NotFittedError
            If nothing was learned yet.
        """
        return self._responses(self._rows_like_before(X))

    @available_if(_can_score)
    def score(self, X: ArrayLike, y: Any = None) -> float:
        """Return the model's own objective for rows, which the notes of each estimator define.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Rows, such as a held-out batch.
        y : None
            Ignored.

        Returns
        -------
        float
            The greater the better.

        Raises
        ------
        InputError
            If the data cannot be used.
        NotFittedError
            If nothing was learned yet.
        """
        return float(self._objective(self._rows_like_before(X)))

    @property
    def _n_features_out(self) -> int:
        return int(np.prod(jax.eval_shape(self.circuit_.respond, self.state_, self.circuit_.event).shape, dtype=int))

    def _rows_like_before(self, X: ArrayLike) -> np.ndarray:
        """Return new data as a matrix of the width of those that were learned from."""
        check_is_fitted(self)
        return checked_rows(self, X, reset=False)

    def _responses(self, rows: np.ndarray) -> Float[np.ndarray, "samples components"]:
        """Return the responses to checked rows."""
        return respond(self.circuit_, self.state_, self._prepared(rows)).reshape(len(rows), -1)

    def _begin(self, rows: np.ndarray, is_stream: bool) -> None:
        """Set the estimator to the state before the first sample."""
        early = first_call_warnings(self._left_to_rows(), rows) if is_stream else []
        for sentence in self._data_warnings(rows, is_stream) + early:
            warnings.warn(sentence, UserWarning, stacklevel=4)
        self._measure_scale(rows)
        circuit = self._circuit(rows.shape[1])
        # Data that the model is not made for are refused before anything is overwritten.
        self._refuse(rows, circuit)
        given: Any = self.random_state
        self._seed = int(given if isinstance(given, int | np.integer) else check_random_state(given).randint(2**31 - 1))
        self.circuit_ = circuit
        self.state_ = circuit.init(self._key)
        self.n_samples_seen_ = 0

    def _adopt_parameters(self) -> None:
        """Let parameters that were changed since the last call take effect, unless the state does not fit them."""
        circuit = self._circuit(self.n_features_in_)
        if jax.tree.structure(circuit) != jax.tree.structure(self.circuit_):
            before, now = (jax.eval_shape(each.init, self._key) for each in (self.circuit_, circuit))
            if before != now:
                raise InputError(
                    f"the parameters of this {type(self).__name__} were changed since it was fitted, and its state "
                    "does not fit them: call fit"
                )
        self.circuit_ = circuit

    def _learn(self, rows: np.ndarray, **options: Any) -> None:
        before = self.state_
        learned = self._run(self.circuit_, self._prepared(rows), self.n_samples_seen_, **options)
        self.n_samples_seen_ += learned.steps
        for sentence in self._result_warnings(before, learned):
            warnings.warn(sentence, UserWarning, stacklevel=4)

    def _run(self, circuit: Any, events: Any, first_step: int, **options: Any) -> Run:
        """Let a circuit go on from the state, and keep what becomes of it."""
        options |= {"key": self._key, "state": self.state_, "progress": bool(self.verbose)}
        found = run(circuit, events, first_step=first_step, **options)
        self.state_ = found.state
        return found

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn should know: the type that comes out."""
        tags = super().__sklearn_tags__()
        if tags.transformer_tags is not None:
            tags.transformer_tags.preserves_dtype = [str(jnp.result_type(float))]
        return tags
